import type { OverflowContract } from '../overflow-contract.ts';
import type { Clock } from '../sla.ts';

/**
 * What a load simulation starts from (docs/planning.md). `config/` builds it from YAML; every share is 0–1, every day is
 * "YYYY-MM-DD" in the zone of the owner's calendar, and every length says its unit.
 */
export interface PlanScenario {
  readonly name: string;
  /** Two runs of one scenario and one seed are equal to the last mail. */
  readonly seed: number;
  /** First and last day of the window, both included. */
  readonly from: string;
  readonly to: string;
  /** The owner's calendar: its working days make the working clock, its holidays lower the arrivals. */
  readonly calendar: string;
  readonly sla: { readonly hours: number; readonly clock: Clock };
  readonly arrivals: PlanArrivals;
  readonly mails: readonly MailKind[];
  /** Share of mails with a P0 or P1 flag: first in their team, never handed over. */
  readonly urgent_share: number;
  /** Work already waiting on the first day; it is answered, and counts in no share. */
  readonly backlog_at_start: { readonly n1: number; readonly poles: number; readonly age_days: number };
  readonly n1: PlanTeam;
  readonly review?: PlanReview;
  readonly poles: readonly PlanPole[];
  readonly pools: readonly PlanPool[];
  readonly transfers: PlanTransfers;
  /** Expert mail that level-1 agents with the skill answer themselves. */
  readonly skills: { readonly share: number; readonly motifs?: readonly string[]; readonly minutes_per_mail: number };
  /** Expert mail level 1 answers in substance, the rest of the work going to the pôle as a dated task. */
  readonly tasks: { readonly share: number; readonly n1_minutes: number; readonly pole_minutes: number };
  readonly repeats: PlanRepeats;
  readonly group_replies: PlanGroups;
  readonly order: PlanOrder;
  /** Changes of regime (domain §0.6): the figures are also given before and after each. */
  readonly markers: readonly { readonly date: string; readonly label: string }[];
}

export interface PlanArrivals {
  /** Mails people write of themselves in the window; repeats come on top, as the run makes them. */
  readonly first_contacts: number;
  /** Relative weight of each ISO weekday, Monday first. */
  readonly weekdays: readonly number[];
  /** Relative weight of each local hour, 24 numbers. */
  readonly hours: readonly number[];
  /** Relative weight of each month, January first. */
  readonly months: readonly number[];
  /** Factor on holidays of the owner's calendar. */
  readonly holidays: number;
  /** Days that weigh more or less: school holidays, a reminder campaign. */
  readonly periods: readonly {
    readonly from: string;
    readonly to: string;
    readonly factor: number;
    readonly label: string;
  }[];
  /** Standard deviation of the days around their expected weight, 0.1 = 10 %. */
  readonly day_variation: number;
  /** Mails of one cause, within `first_contacts`. */
  readonly waves: readonly {
    readonly label: string;
    readonly from: string;
    readonly to: string;
    readonly mails: number;
    readonly motif: string;
  }[];
}

export interface MailKind {
  readonly motif: string;
  /** Relative weight among the kinds. */
  readonly share: number;
  /** Share that level 1 cannot answer. */
  readonly expert_share: number;
  /** Level-1 handling time, when it differs from the team's. */
  readonly minutes?: number;
}

export interface PlanStaff {
  readonly id: string;
  readonly label: string;
  readonly calendar: string;
  /** Full-time equivalents given to mail. */
  readonly agents: number;
  readonly absence: number;
  /** Share of the opening hours in which an agent who is there answers mail; calls, breaks and meetings are the rest. */
  readonly time_on_mail: number;
  /** First and last day the team works on this mail at all. */
  readonly since?: string;
  readonly until?: string;
  /** Days with another number of agents or another absence. */
  readonly periods: readonly {
    readonly from: string;
    readonly to: string;
    readonly agents?: number;
    readonly absence?: number;
  }[];
}

export interface PlanTeam extends PlanStaff {
  readonly minutes_per_mail: number;
}

export interface PlanReview extends PlanTeam {
  /** An item nobody reviewed within so many opening hours goes on to the pôle; none: it waits. */
  readonly timeout_open_hours?: number;
}

export interface PlanPole extends PlanTeam {
  /** What it answers; the one pôle without a list takes the rest. */
  readonly motifs?: readonly string[];
}

/** The terms that count here, with the meaning of pools.yaml (domain §3.4, domain/overflow-contract.ts). */
export type PlanContract = Pick<
  OverflowContract,
  | 'enabled'
  | 'motifs'
  | 'daily_quota'
  | 'max_share'
  | 'trigger'
  | 'margin_hours'
  | 'stop_margin_hours'
  | 'trigger_hours'
  | 'stop_hours'
  | 'recall_hours'
>;

/** A partner pool under contract; `since` and `until` are those of the contract. Level 1 only, no P0 or P1, one hop. */
export interface PlanPool extends PlanTeam, PlanContract {}

export interface PlanTransfers {
  /** What reading an expert mail costs level 1 before it leaves; 0 when the machine sorts it. */
  readonly n1_minutes: number;
  readonly review_share: number;
  /** Share of reviewed transfers that come back to level 1, and what answering them costs there. */
  readonly returned_share: number;
  readonly returned_minutes: number;
  /** Real hours between leaving a team and being seen by the next. */
  readonly delay_hours: number;
}

export interface PlanRepeats {
  /** Share of those still unanswered after so many real hours who write again then. */
  readonly while_waiting: readonly { readonly after_hours: number; readonly rate: number }[];
  /** Share of answered people who write again on the same matter, and how many days later on average. */
  readonly after_answer: { readonly rate: number; readonly days: number };
  /** Share of repeats that join the open conversation and end with its answer. */
  readonly joined_share: number;
}

export interface PlanGroups {
  readonly enabled: boolean;
  /** Days between the start of a wave and its first group reply. */
  readonly ready_after_days: number;
  /** Share of a wave's mails that may be answered so (no attachment, no second motif, strong likeness). */
  readonly eligible_share: number;
  /** Local times of the sendings, "HH:MM". */
  readonly at: readonly string[];
  readonly prepare_minutes: number;
  readonly minutes_per_mail: number;
}

/** Which work is taken first, after P0 and P1. */
export interface PlanOrder {
  readonly policy: 'fifo' | 'lifo' | 'stock-flux';
  /** `stock-flux`: share of the capacity for what is already late, oldest first; the rest for what can be saved. */
  readonly stock_share: number;
  /** `stock-flux`: older mails go before all others. */
  readonly age_max_hours: number;
}
