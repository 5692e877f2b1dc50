import type { Clock } from '../sla.ts';
import type { Counts, TeamRole } from './state.ts';

/** One number for each of the two clocks. */
export type BothClocks<T = number> = Readonly<Record<Clock, T>>;

/**
 * The figure of law 6 for one stretch of the window, as docs/figure.md defines it: requests count where they arrived, and
 * `share` = answered in time ÷ (received − open and not due). The model redirects nothing and closes nothing unanswered.
 */
export interface PlanFigures {
  readonly received: number;
  readonly answered: number;
  readonly answered_in_time: BothClocks;
  readonly open_late: BothClocks;
  readonly open_not_due: BothClocks;
  /** 0–1; null when nothing can be judged. */
  readonly share: BothClocks<number | null>;
  /** Of those answered, hours. */
  readonly median_hours: BothClocks<number | null>;
  readonly p90_hours: BothClocks<number | null>;
}

/** How the work stood. */
export interface PlanStanding {
  /** Mails without an answer, wherever they are: at the end, and at the worst moment. */
  readonly backlog_end: number;
  readonly backlog_peak: number;
  /** Age of the oldest of them at the end of the day, hours; of several days the highest. */
  readonly oldest_hours: number;
  readonly oldest_hours_end: number;
  /** Handed to partner pools, and agent-hours all teams worked. */
  readonly moved: number;
  readonly agent_hours: number;
}

export interface PlanPeriod extends PlanFigures, PlanStanding {
  /** A month "YYYY-MM", the Monday of a week, or the first day of a regime. */
  readonly from: string;
  readonly to: string;
  readonly label?: string;
}

export interface PlanTeamResult {
  readonly id: string;
  readonly label: string;
  readonly role: TeamRole;
  /** Pieces of work finished: answers, and for level 1 also readings, for review its reviews. */
  readonly done: number;
  readonly agent_hours: number;
  /** What its agents had for mail. */
  readonly agent_hours_available: number;
  readonly backlog_end: number;
  readonly backlog_peak: number;
  /** Pools only. */
  readonly moved?: number;
  readonly moved_share?: number;
  readonly recalled?: number;
  readonly moved_by_month?: readonly number[];
}

export interface PlanResult {
  readonly name: string;
  readonly from: string;
  readonly to: string;
  readonly seed: number;
  readonly sla: { readonly hours: number; readonly clock: Clock };
  readonly total: PlanFigures & PlanStanding;
  readonly first_contacts: number;
  readonly months: readonly PlanPeriod[];
  readonly weeks: readonly PlanPeriod[];
  readonly regimes: readonly PlanPeriod[];
  readonly days: readonly {
    readonly day: string;
    readonly received: number;
    readonly answered: number;
    readonly backlog_end: number;
    readonly backlog_peak: number;
    readonly oldest_hours: number;
    readonly moved: number;
  }[];
  readonly teams: readonly PlanTeamResult[];
  readonly counts: Readonly<Counts>;
}
