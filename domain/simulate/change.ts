import type { Routed } from '../overflow.ts';
import type { Decision } from '../route.ts';
import type { Rulebook } from '../rulebook.ts';

/** What two sets make of the same mail, and which of their parts made the difference. */

/** Decision and queue of one mail under one set. */
export interface Outcome {
  readonly mailbox: string;
  readonly decision: Decision;
  readonly routed: Routed;
}

/** A named part of a set, `rule:transport.sans-bon`, and in which of the two sets it acted. */
export interface Cause {
  /**
   * `rule:`, `flag:`, `motif:`, `queue:`, `mailbox:` with an id; `thresholds`, `senders`, `direct_queues`, `calendars`;
   * `load` where only the work ahead of the mail differs.
   */
  readonly part: string;
  /** `candidate`: it acts now; `baseline`: it acted and no longer does. */
  readonly where: 'candidate' | 'baseline';
}

/** What is different for the conversation. Absent where both sets say the same. */
export interface Change {
  /** Desk queue; a pôle behind the review queue is written `analyse-prealable → pole-pe`. */
  readonly queue?: readonly [from: string, to: string];
  readonly motif?: readonly [from: string, to: string];
  readonly level?: readonly [from: string, to: string];
  readonly cause: Cause;
}

/** One mail under both sets. */
export interface MovedMail extends Change {
  readonly id: string;
  readonly at: string;
  /** The candidate comes nearer to what people said of it, or goes away from it. */
  readonly said?: 'toward' | 'away';
}

/** An outcome with whether it is answered in time, by clock. */
export interface TimedOutcome extends Outcome {
  readonly in_time: { readonly elapsed: boolean; readonly working: boolean };
}

export const NO_MOTIF = '(aucun)';

/** Parts that were added, taken away or reworded, as `rule:x`. The order of rules is no part of its own. */
export function changedParts(before: Rulebook, after: Rulebook): ReadonlySet<string> {
  const parts = new Set<string>();
  const lists = { rule: 'rules', flag: 'flags', motif: 'motifs', queue: 'queues', mailbox: 'mailboxes' } as const;
  for (const [name, key] of Object.entries(lists)) {
    const old = new Map(before[key].map((each) => [each.id, JSON.stringify(each)]));
    const now = new Map(after[key].map((each) => [each.id, JSON.stringify(each)]));
    for (const id of new Set([...old.keys(), ...now.keys()])) {
      if (old.get(id) !== now.get(id)) parts.add(`${name}:${id}`);
    }
  }
  for (const key of ['thresholds', 'senders', 'direct_queues', 'calendars'] as const) {
    if (JSON.stringify(before[key]) !== JSON.stringify(after[key])) parts.add(key);
  }
  return parts;
}

/** What the candidate changes for one mail; undefined when queue, motif and level stay. Pure. */
export function compare(before: Outcome, after: Outcome, parts: ReadonlySet<string>): Change | undefined {
  const queue = pair(placeOf(before), placeOf(after));
  const motif = pair(before.decision.motif ?? NO_MOTIF, after.decision.motif ?? NO_MOTIF);
  const level = pair(before.decision.level, after.decision.level);
  if (queue === undefined && motif === undefined && level === undefined) return undefined;
  return {
    ...(queue === undefined ? {} : { queue }),
    ...(motif === undefined ? {} : { motif }),
    ...(level === undefined ? {} : { level }),
    cause: causeOf(before, after, parts),
  };
}

/** The queue, and the pôle behind it where the queue is only on the way there. */
export function placeOf({ decision, routed }: Outcome): string {
  const on_the_way = routed.queue === decision.queue && decision.target_queue !== decision.queue;
  return on_the_way ? `${routed.queue} → ${decision.target_queue}` : routed.queue;
}

function pair(from: string, to: string): readonly [string, string] | undefined {
  return from === to ? undefined : [from, to];
}

/**
 * The part a supervisor would look at first. Among the parts that took part in a decision, one that was edited; where
 * none of them was (rules changed places, or the load of the day differs), one that acts in one set only.
 */
function causeOf(before: Outcome, after: Outcome, parts: ReadonlySet<string>): Cause {
  const now = actingIn(after, before);
  const then = actingIn(before, after);
  const edited = find(now, 'candidate', (part) => parts.has(part)) ?? find(then, 'baseline', (part) => parts.has(part));
  if (edited !== undefined) return edited;
  // Same decision, another queue: more or less work than under the other set stands before this mail.
  if (before.decision.queue === after.decision.queue && before.routed.queue !== after.routed.queue) {
    return {
      part: parts.has('calendars') ? 'calendars' : 'load',
      where: after.routed.overflow ? 'candidate' : 'baseline',
    };
  }
  const wide = ['thresholds', 'senders', 'direct_queues'].find((part) => parts.has(part));
  if (wide !== undefined) return { part: wide, where: 'candidate' };
  return (
    find(now, 'candidate', (part) => !then.includes(part)) ??
    find(then, 'baseline', (part) => !now.includes(part)) ?? { part: now[0] ?? 'load', where: 'candidate' }
  );
}

function find(list: readonly string[], where: Cause['where'], holds: (part: string) => boolean): Cause | undefined {
  const part = list.find(holds);
  return part === undefined ? undefined : { part, where };
}

/** Parts that took part in an outcome, the most telling first. */
function actingIn({ mailbox, decision, routed }: Outcome, other: Outcome): string[] {
  const same = new Set(other.decision.flags.map(({ id, level }) => `${id} ${level}`));
  const matched = (step: string): string[] =>
    decision.trace.filter((each) => each.step === step && each.matched).map(({ id }) => id);
  const review = decision.queue === decision.target_queue ? [] : [`queue:${decision.target_queue}`];
  return [
    ...matched('override').map((id) => `flag:${id}`),
    ...matched('rule').map((id) => `rule:${id}`),
    ...(routed.overflow ? [`queue:${routed.queue}`] : []),
    ...matched('provisional').map((id) => `motif:${id}`),
    // A flag that is up in both sets has moved nothing, whatever was reworded in it.
    ...decision.flags.filter(({ id, level }) => !same.has(`${id} ${level}`)).map(({ id }) => `flag:${id}`),
    ...(decision.motif === null ? [] : [`motif:${decision.motif}`]),
    ...(decision.rule === 'mailbox.default' ? [`mailbox:${mailbox}`] : []),
    `queue:${decision.queue}`,
    ...review,
  ];
}
