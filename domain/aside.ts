import { HOUR_MS } from './days.ts';

const MINUTE_MS = 60_000;

/**
 * Setting a conversation aside for a while, and giving it back: both leave the work to be done, so both have a reason and
 * a limit (order.yaml). No clock stops for either (law 6), and neither can hide a mail that is late, urgent or about to be.
 */

/** Limits of the desk's acts; order.yaml, section `desk`. */
export interface DeskPolicy {
  readonly snooze: SnoozePolicy;
  readonly release: ReleasePolicy;
  readonly series: { readonly size: number };
}

export interface SnoozePolicy {
  /** Longest time set aside, real hours. */
  readonly longest_hours: number;
  /** It is back so long before its deadline on the promised clock, and before a delay fixed by law; real hours. */
  readonly margin_hours: number;
  /** How often a conversation may be set aside, by whoever, until it is answered. */
  readonly per_conversation: number;
  /** How many one person has set aside at once. */
  readonly at_once: number;
  /** Back again, it is kept for the person who set it aside so long, while they are at the console. */
  readonly kept_minutes: number;
}

export interface ReleasePolicy {
  /** Conversations one person may give back in a local day. */
  readonly per_day: number;
  /** Given back so often, it is shown to référents and supervisors. */
  readonly watched_after: number;
}

/** Where order.yaml says nothing. */
export const DEFAULT_DESK: DeskPolicy = {
  snooze: { longest_hours: 24, margin_hours: 4, per_conversation: 2, at_once: 10, kept_minutes: 60 },
  release: { per_day: 20, watched_after: 3 },
  series: { size: 10 },
};

/** Why somebody sets a conversation aside. Codes: the audit trail keeps them for ever. */
export const SNOOZE_REASONS = ['colleague', 'business_tool', 'other_service', 'call_back_later', 'to_verify'] as const;
export type SnoozeReason = (typeof SNOOZE_REASONS)[number];

export interface SnoozeFacts {
  /** 0 (P0) to 3. */
  readonly urgency: number;
  /** The earliest open deadline on the promised clock; null where none runs. */
  readonly due_at: Date | null;
  readonly legal_due_at: Date | null;
  /** Since when the oldest unanswered mail waits. */
  readonly since: Date;
  /** Times it was set aside since it was last answered. */
  readonly times: number;
  /** What this person has set aside now. */
  readonly mine: number;
  /** It is a partner's: what was handed over has its own rules. */
  readonly in_pool: boolean;
}

export type SnoozeRefusal =
  'urgent' | 'late' | 'too-close' | 'aged' | 'too-often' | 'too-many' | 'in-pool' | 'past' | 'too-long';

/** Less than this is not worth an act. */
export const SNOOZE_MIN_MS = 5 * MINUTE_MS;

/**
 * Until when it may be set aside at most, or why it may not at all.
 * @param age_max_hours the ceiling of the order of work: nothing is hidden while it passes it
 */
export function latestSnooze(
  facts: SnoozeFacts,
  policy: SnoozePolicy,
  age_max_hours: number,
  now: Date,
): { readonly latest: Date } | { readonly refused: SnoozeRefusal } {
  const now_ms = now.getTime();
  if (facts.in_pool) return { refused: 'in-pool' };
  if (facts.urgency <= 1) return { refused: 'urgent' };
  if (facts.due_at !== null && facts.due_at.getTime() <= now_ms) return { refused: 'late' };
  if (facts.times >= policy.per_conversation) return { refused: 'too-often' };
  if (facts.mine >= policy.at_once) return { refused: 'too-many' };
  const margin_ms = policy.margin_hours * HOUR_MS;
  const dues = [facts.due_at, facts.legal_due_at].flatMap((at) =>
    // A delay fixed by law that has ended is late mail like any other (domain/order.ts).
    at === null || at.getTime() < now_ms ? [] : [at.getTime() - margin_ms],
  );
  const aged_ms = facts.since.getTime() + age_max_hours * HOUR_MS;
  if (aged_ms <= now_ms + SNOOZE_MIN_MS) return { refused: 'aged' };
  const latest_ms = Math.min(now_ms + policy.longest_hours * HOUR_MS, aged_ms, ...dues);
  return latest_ms < now_ms + SNOOZE_MIN_MS ? { refused: 'too-close' } : { latest: new Date(latest_ms) };
}

/** Why it may not be set aside until `until`, or undefined. */
export function refuseSnooze(
  facts: SnoozeFacts,
  until: Date,
  policy: SnoozePolicy,
  age_max_hours: number,
  now: Date,
): SnoozeRefusal | undefined {
  const bound = latestSnooze(facts, policy, age_max_hours, now);
  if ('refused' in bound) return bound.refused;
  if (until.getTime() < now.getTime() + SNOOZE_MIN_MS) return 'past';
  if (until > bound.latest) return 'too-long';
  return undefined;
}

/** A conversation that was set aside, as the order of work looks at it. */
export interface SetAside {
  readonly snoozed_until: Date | null;
  readonly snoozed_by: string | null;
}

/** It is back and belongs to this person first. */
export function isBackFor({ snoozed_until, snoozed_by }: SetAside, agent_id: string, cuts: AsideCuts): boolean {
  return snoozed_by === agent_id && snoozed_until !== null && snoozed_until <= cuts.now && snoozed_until > cuts.kept_at;
}

/** It is not back yet. */
export function isAside({ snoozed_until }: SetAside, now: Date): boolean {
  return snoozed_until !== null && snoozed_until > now;
}

/** The instants the return of what was set aside is cut at. */
export interface AsideCuts {
  readonly now: Date;
  /** Back before this, it is anybody's. */
  readonly kept_at: Date;
  /** Whoever was seen at the console after this is there. */
  readonly seen_after: Date;
}

/** Somebody whose page has asked nothing for so long is not there. */
const AWAY_MS = 20 * MINUTE_MS;

/** The cuts of a policy at an instant. */
export function asideCuts({ kept_minutes }: Pick<SnoozePolicy, 'kept_minutes'>, now: Date): AsideCuts {
  const now_ms = now.getTime();
  return { now, kept_at: new Date(now_ms - kept_minutes * MINUTE_MS), seen_after: new Date(now_ms - AWAY_MS) };
}
