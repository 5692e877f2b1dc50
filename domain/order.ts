import type { DeskPolicy } from './aside.ts';
import { DAY_MS, HOUR_MS } from './days.ts';

/**
 * In which order a team's work is handed out (docs/order-of-work.md): P0, P1, the delays fixed by law that end soon, what
 * is older than a hard ceiling, and then a split between what is late already and what can still be answered in time.
 * Without the split one of the two would be left: the earliest deadline first is the oldest late mail for ever, and the
 * reverse buys a good share by setting old mail aside.
 */

/** The declared policy; one for the site, with a share of its own for single queues. */
export interface WorkOrder {
  /** A delay fixed by law that ends within so many days goes before the ordinary work. */
  readonly legal_days: number;
  /** Part of the ordinary work that is given to what is late already, 0–1, as long as both kinds wait. */
  readonly stock_share: number;
  /** Whoever has waited longer than this, in real hours, goes to the front of its class. */
  readonly age_max_hours: number;
  /** `stock_share` of single queues. */
  readonly queues: Readonly<Record<string, number>>;
  /** Limits of setting aside, giving back and series; the domain's own when left out. */
  readonly desk?: DeskPolicy;
}

/** Where no order.yaml is. */
export const DEFAULT_ORDER: WorkOrder = { legal_days: 3, stock_share: 0.4, age_max_hours: 240, queues: {} };

/** The share of a queue's ordinary work that goes to late mail, 0–1. */
export function stockShare(policy: WorkOrder, queue: string): number {
  return policy.queues[queue] ?? policy.stock_share;
}

/**
 * In the order they are handed out; `stock` and `flux` take turns. `unclocked`: no deadline runs, since the member was
 * answered (awaited pieces did not come); it waits for the others, until the ceiling.
 */
export const WORK_CLASSES = ['p0', 'p1', 'legal', 'back', 'aged', 'offered', 'stock', 'flux', 'unclocked'] as const;
export type WorkClass = (typeof WORK_CLASSES)[number];
export type Side = 'stock' | 'flux';

/** What goes before a series of some other motif is begun, and what interrupts one under way. */
const BEFORE_SERIES: readonly WorkClass[] = ['p0', 'p1', 'legal', 'back', 'aged'];
const DURING_SERIES: readonly WorkClass[] = ['p0', 'p1', 'legal'];

/**
 * Does this come before a series? Late mail does as its side of the split has its turn, unless the series is of late mail
 * itself: otherwise nobody with a backlog could ever begin one.
 * @param series what the series would take first
 */
export function comesFirst(
  first: { readonly kind: WorkClass; readonly contested: boolean },
  series: { readonly kind: WorkClass } | undefined,
  under_way = false,
): boolean {
  if (under_way) return DURING_SERIES.includes(first.kind);
  if (BEFORE_SERIES.includes(first.kind)) return true;
  return first.kind === 'stock' && first.contested && series?.kind !== 'stock';
}

/** A conversation that waits, as its place follows from it. */
export interface WorkItem {
  readonly id: string;
  readonly queue: string;
  /** 0 (P0) to 3. */
  readonly urgency: number;
  /** The earliest deadline on the promised clock; null where no clock runs. */
  readonly due_at: Date | null;
  /** Since when the oldest unanswered mail waits; the last mail where no clock runs. */
  readonly since: Date;
  readonly legal_due_at: Date | null;
  /** Expert mail that waits for its review and is offered to this level-1 person for their skill. */
  readonly offered?: boolean;
  /** This person had set it aside, and its time is over (domain/aside.ts). */
  readonly back?: boolean;
}

/** The instants the classes are cut at. */
export interface Cuts {
  readonly now: Date;
  /** Older than this is past the ceiling. */
  readonly aged_at: Date;
  /** Legal delays up to here go first. */
  readonly legal_until: Date;
}

/** The cuts of a policy at an instant. */
export function cutsAt(policy: WorkOrder, now: Date): Cuts {
  return {
    now,
    aged_at: new Date(now.getTime() - policy.age_max_hours * HOUR_MS),
    legal_until: new Date(now.getTime() + policy.legal_days * DAY_MS),
  };
}

/**
 * The class of an item. A legal delay that has ended already is no reason to go first any more: silence has spoken, and
 * such mail is late anyway.
 */
export function classOf(item: WorkItem, cuts: Cuts): WorkClass {
  if (item.urgency === 0) return 'p0';
  if (item.urgency === 1) return 'p1';
  const { legal_due_at, since, due_at } = item;
  if (legal_due_at !== null && legal_due_at >= cuts.now && legal_due_at < cuts.legal_until) return 'legal';
  if (item.back === true) return 'back';
  if (since <= cuts.aged_at) return 'aged';
  if (item.offered === true) return 'offered';
  if (due_at === null) return 'unclocked';
  return due_at < cuts.now ? 'stock' : 'flux';
}

/** True when the item has waited past the ceiling. */
export function isAged(item: WorkItem, cuts: Cuts): boolean {
  return item.since <= cuts.aged_at;
}

/**
 * The order of two items, negative when `a` goes first; between `stock` and `flux` the split decides, not this. P2 goes
 * before the rest of its side (domain §3.5), until the ceiling.
 */
export function compareWork(a: WorkItem, b: WorkItem, cuts: Cuts): number {
  const kind = classOf(a, cuts);
  const classes = WORK_CLASSES.indexOf(kind) - WORK_CLASSES.indexOf(classOf(b, cuts));
  if (classes !== 0) return classes;
  return within(kind, a, b, cuts) || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
}

function within(kind: WorkClass, a: WorkItem, b: WorkItem, cuts: Cuts): number {
  const age = a.since.getTime() - b.since.getTime();
  switch (kind) {
    case 'p0':
    case 'back':
    case 'aged':
      return age;
    case 'p1': {
      const aged = Number(isAged(b, cuts)) - Number(isAged(a, cuts));
      return aged || (isAged(a, cuts) ? age : due(a) - due(b) || age);
    }
    case 'legal':
      return a.legal_due_at!.getTime() - b.legal_due_at!.getTime();
    case 'stock':
      return a.urgency - b.urgency || age;
    case 'offered':
    case 'flux':
      return a.urgency - b.urgency || due(a) - due(b) || age;
    case 'unclocked':
      return a.urgency - b.urgency;
  }
}

/** Without a clock: after all that has one. A number beyond any date, since ∞ − ∞ is none. */
function due({ due_at }: WorkItem): number {
  return due_at?.getTime() ?? Number.MAX_SAFE_INTEGER;
}

/** What was given out of one queue today while both of its sides waited. */
export interface SideCount {
  /** Wanted part of late mail, 0–1. */
  readonly share: number;
  readonly stock: number;
  readonly flux: number;
}

/**
 * Which side is served next, where both wait. No chance in it: of n picks the late side has had n × share, rounded down,
 * at any moment (2 of 5, 20 of 50), so a supervisor can count it. Somebody who answers several queues follows the sum of
 * their counts.
 */
export function nextSide(counts: readonly SideCount[]): Side {
  if (counts.length === 0) return 'flux';
  const given = counts.reduce((sum, { stock }) => sum + stock, 0);
  const wanted = counts.reduce((sum, { share, stock, flux }) => sum + share * (stock + flux), 0);
  const share = counts.reduce((sum, count) => sum + count.share, 0) / counts.length;
  // 0.57 × 100 is a little less than 57 to a computer.
  return given + 1 <= wanted + share + 1e-9 ? 'stock' : 'flux';
}

/** What is handed out next, and from which side when there was a choice. */
export interface Pick {
  readonly item: WorkItem;
  readonly class: WorkClass;
  /** Both sides waited: the pick is counted. */
  readonly contested: boolean;
}

/**
 * The next item of a team. Store and tests agree on this: the SQL of store/work-order.ts finds the same without reading
 * all that waits.
 * @param counts of each queue that is looked at
 */
export function pickNext(items: readonly WorkItem[], counts: readonly SideCount[], cuts: Cuts): Pick | undefined {
  const sorted = [...items].sort((a, b) => compareWork(a, b, cuts));
  const first = sorted[0];
  if (first === undefined) return undefined;
  const kind = classOf(first, cuts);
  if (kind !== 'stock' && kind !== 'flux') return { item: first, class: kind, contested: false };
  const late = sorted.find((item) => classOf(item, cuts) === 'stock');
  const savable = sorted.find((item) => classOf(item, cuts) === 'flux');
  if (late === undefined || savable === undefined) return { item: first, class: kind, contested: false };
  const side = nextSide(counts);
  return { item: side === 'stock' ? late : savable, class: side, contested: true };
}

/** How much work stands before a mail, by class. */
export interface Before {
  /** P0, P1, short legal delays, past the ceiling. */
  readonly front: number;
  /** Of the mail's own side, before it. */
  readonly own_side: number;
  /** All of the other side. */
  readonly other_side: number;
}

/**
 * Mails handed out before a mail of one side: those before it on its side, and what the other side gets meanwhile. The
 * forecast's « ahead » under the split.
 * @param share of late mail, 0–1
 */
export function workAhead(side: Side, before: Before, share: number): number {
  const mine = side === 'stock' ? share : 1 - share;
  const others = mine <= 0 ? before.other_side : (before.own_side * (1 - mine)) / mine;
  return before.front + before.own_side + Math.min(before.other_side, others);
}
