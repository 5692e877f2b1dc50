import { plan, type PlanResult, type PlanScenario } from './plan.ts';
import type { CalibrationTarget } from './plan/calibrate.ts';
import type { SiteCalendar } from './rulebook.ts';

/** Received mails may differ from the target by one in ten thousand. */
const RECEIVED_TOLERANCE = 0.0001;

/** A scenario with one thing changed. */
export interface Lever {
  readonly id: string;
  readonly label: string;
  readonly scenario: PlanScenario;
}

/** What a lever alone would have changed, to be read beside the base run. */
export interface LeverResult {
  readonly id: string;
  readonly label: string;
  readonly total: PlanResult['total'];
  readonly teams: PlanResult['teams'];
}

/** A base run and its levers. */
export interface PlanOutput extends PlanResult {
  /** Whether the base run meets what its scenario is fitted to; null when it is fitted to nothing. */
  readonly target: (Pick<CalibrationTarget, 'share' | 'tolerance' | 'received'> & { readonly met: boolean }) | null;
  readonly levers: readonly LeverResult[];
}

/** Runs a scenario, then each lever alone on the same mails: one more run a lever. @throws as {@link plan} */
export function planWithLevers(
  base: { readonly scenario: PlanScenario; readonly target?: CalibrationTarget | undefined },
  levers: readonly Lever[],
  calendars: readonly SiteCalendar[],
): PlanOutput {
  const result = plan(base.scenario, calendars);
  return {
    ...result,
    target: base.target === undefined ? null : judge(result, base.target),
    levers: levers.map(({ id, label, scenario }) => {
      const { total, teams } = plan(scenario, calendars);
      return { id, label, total, teams };
    }),
  };
}

function judge({ total, sla }: PlanResult, target: CalibrationTarget): NonNullable<PlanOutput['target']> {
  const { share, tolerance, received } = target;
  const found = total.share[sla.clock];
  const near = Math.abs(total.received - received) <= received * RECEIVED_TOLERANCE;
  const met = found !== null && Math.abs(found - share) <= tolerance && near;
  return { share, tolerance, received, met };
}
