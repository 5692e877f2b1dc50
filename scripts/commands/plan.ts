import { readFile } from 'node:fs/promises';
import { readEnv } from '../../config/env.ts';
import { loadPlan, readPlanContext, type PlanContext, type PlanSet } from '../../config/plan-scenario.ts';
import { formatProblems, type Problem } from '../../config/problems.ts';
import { SHIPPED_CONFIG } from '../../config/source.ts';
import { AiguillageError } from '../../domain/errors.ts';
import { plan } from '../../domain/plan.ts';
import { planWithLevers } from '../../domain/plan-levers.ts';
import { calibrate, type Calibration } from '../../domain/plan/calibrate.ts';
import { calibrationText, planText } from './plan-text.ts';

/**
 * `plan --scenario FILE [--lever ID…] [--no-levers] [--calibrate] [--json]`: no database, no clock.
 * @returns the exit code: 1 when the file has problems or its target is missed
 */
export async function planCommand(options: Readonly<Record<string, unknown>>): Promise<0 | 1> {
  const file = String(options['scenario']);
  const { context, problems } = await readPlanContext(readEnv().config_dir ?? SHIPPED_CONFIG);
  if (context === undefined) return refuse(problems, options);
  const { set, problems: faults } = loadPlan(file, await readScenario(file), context);
  if (set === undefined) return refuse(faults, options);
  const json = options['json'] === true;
  if (options['calibrate'] === true) {
    const found = calibrateSet(set, context);
    process.stdout.write(json ? `${JSON.stringify(found)}\n` : calibrationText(found, set));
    return 0;
  }
  const output = planWithLevers(set, wantedLevers(set, options), context.calendars);
  process.stdout.write(json ? `${JSON.stringify(output)}\n` : planText(output));
  return output.target?.met === false ? 1 : 0;
}

/** @throws AiguillageError BAD_INPUT when the scenario names no target, or one that its bounds do not reach */
export function calibrateSet(set: PlanSet, context: PlanContext): Calibration {
  const { target } = set;
  if (target === undefined) throw new AiguillageError('BAD_INPUT', '--calibrate: the scenario has no target.');
  return calibrate(
    (setting, first_contacts) => {
      const changed = set.with({ [target.adjust]: setting, 'arrivals.first_contacts': first_contacts });
      if (changed.scenario === undefined) {
        throw new AiguillageError('CONFIG_INVALID', `\n${formatProblems(changed.problems)}`);
      }
      const { total, sla } = plan(changed.scenario, context.calendars);
      return { share: total.share[sla.clock], received: total.received };
    },
    target,
    set.scenario.arrivals.first_contacts,
  );
}

function wantedLevers(set: PlanSet, options: Readonly<Record<string, unknown>>): PlanSet['levers'] {
  if (options['levers'] === false) return [];
  const named = options['lever'] as string[] | undefined;
  const all = set.levers.map(({ id }) => id);
  const stranger = named?.find((id) => !all.includes(id));
  if (stranger !== undefined) {
    throw new AiguillageError('BAD_INPUT', `--lever: "${stranger.slice(0, 60)}" is none of ${all.join(', ')}.`);
  }
  return named === undefined ? set.levers : set.levers.filter(({ id }) => named.includes(id));
}

async function readScenario(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch {
    throw new AiguillageError('BAD_INPUT', `--scenario: the file ${file} cannot be read.`);
  }
}

function refuse(problems: readonly Problem[], options: Readonly<Record<string, unknown>>): 1 {
  process.stdout.write(
    options['json'] === true ? `${JSON.stringify({ problems })}\n` : `${formatProblems(problems)}\n`,
  );
  return 1;
}
