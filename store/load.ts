import { sql } from 'kysely';
import { openMsBetween, localDay } from '../domain/calendar.ts';
import { dayOf, dayStart, dayText, HOUR_MS, PARIS } from '../domain/days.ts';
import type { Load, QueueLoad, QueueMail } from '../domain/overflow.ts';
import { promiseOf } from '../domain/overflow-promise.ts';
import type { Rulebook } from '../domain/rulebook.ts';
import { readBacklog, type Backlog, type Order } from './backlog.ts';
import type { Tx } from './database.ts';
import { contractStates } from './overflow.ts';

export { countBacklog } from './backlog.ts';

/** Counters of one queue on one local day. */
export interface DayCounters {
  readonly arrivals: number;
  readonly handed: number;
}

/** Quotas run by the owner's local day. */
export function ownersDay(book: Pick<Rulebook, 'calendars'>, now: Date): string {
  return localDay(now, book.calendars[0]?.zone ?? PARIS);
}

/**
 * Today's counters of some queues, created when missing and locked until the transaction ends: two dispatchers can never
 * both take the last place of a quota, and a stop waits for those that are choosing. Locked in one order, so that they
 * cannot wait for each other.
 * @param day local date "YYYY-MM-DD" of the owner's calendar.
 */
export async function lockDay(tx: Tx, queues: readonly string[], day: string): Promise<Map<string, DayCounters>> {
  const sorted = [...new Set(queues)].sort();
  await tx
    .insertInto('queue_day')
    .values(sorted.map((queue) => ({ queue, day })))
    .onConflict((conflict) => conflict.columns(['queue', 'day']).doNothing())
    .execute();
  const rows = await tx
    .selectFrom('queue_day')
    .select(['queue', 'arrivals', 'handed'])
    .where('day', '=', day)
    .where('queue', 'in', sorted)
    .orderBy('queue')
    .forUpdate()
    .execute();
  return new Map(rows.map(({ queue, arrivals, handed }) => [queue, { arrivals, handed }]));
}

/** The same without a lock, for those who only look. */
export async function readDay(tx: Tx, queues: readonly string[], day: string): Promise<Map<string, DayCounters>> {
  if (queues.length === 0) return new Map();
  const rows = await tx
    .selectFrom('queue_day')
    .select(['queue', 'arrivals', 'handed'])
    .where('day', '=', day)
    .where('queue', 'in', [...queues])
    .execute();
  return new Map(rows.map(({ queue, arrivals, handed }) => [queue, { arrivals, handed }]));
}

/** @param passing it overtakes the others: P0, P1 or a delay fixed by law */
export async function countArrival(tx: Tx, queue: string, day: string, passing = false): Promise<void> {
  await tx
    .updateTable('queue_day')
    .set({ arrivals: sql<number>`arrivals + 1`, ...(passing ? { passing: sql<number>`passing + 1` } : {}) })
    .where('queue', '=', queue)
    .where('day', '=', day)
    .execute();
}

/** Counts hand-overs to a pool, or takes them back on recall. */
export async function countHandover(tx: Tx, pool: string, day: string, by = 1): Promise<void> {
  await tx
    .updateTable('queue_day')
    .set({ handed: sql<number>`greatest(handed + ${by}, 0)` })
    .where('queue', '=', pool)
    .where('day', '=', day)
    .execute();
}

/**
 * Gives the places of hand-overs back to the quota of the day they were handed on: recalled, handed back, or gone to an
 * urgent queue. What was never handed over has no place. The caller holds the conversations' rows.
 */
export async function returnPlaces(
  tx: Tx,
  book: Pick<Rulebook, 'calendars'>,
  pool: string,
  rows: readonly { readonly handed_at: Date | null }[],
): Promise<void> {
  const days = new Map<string, number>();
  for (const { handed_at } of rows) {
    if (handed_at === null) continue;
    const day = ownersDay(book, handed_at);
    days.set(day, (days.get(day) ?? 0) + 1);
  }
  for (const [day, n] of [...days].sort()) {
    await lockDay(tx, [pool], day);
    await countHandover(tx, pool, day, -n);
  }
}

/** What is known of all queues at one moment; read now and then, since it counts everything that waits. */
export interface LoadView {
  readonly backlog: Backlog;
  /** Mails an open hour that overtake, by source queue, over the last days. */
  readonly passing: ReadonlyMap<string, number>;
  /** Capacity of those present, for the rest of the day; a queue that is not named has its declared one. */
  readonly present?: ReadonlyMap<string, number>;
}

/** Days over which mails that overtake are counted: a week, so that a Monday does not stand for a Friday. */
const PASSING_DAYS = 7;

/** Reads backlog and overtaking mails. */
export async function readLoadView(tx: Tx, book: Rulebook, now: Date): Promise<LoadView> {
  const backlog = await readBacklog(tx, book.order, now);
  const passing = new Map<string, number>();
  const sources = new Set(book.queues.flatMap(({ contract }) => contract?.from ?? []));
  const zone = book.calendars[0]?.zone ?? PARIS;
  const first = dayOf(now.getTime(), zone) - PASSING_DAYS + 1;
  const rows = await tx
    .selectFrom('queue_day')
    .select(({ fn }) => ['queue', fn.sum<number>('passing').as('n')])
    .where('day', '>=', dayText(first))
    .where('queue', 'in', sources.size === 0 ? [''] : [...sources])
    .groupBy('queue')
    .execute();
  for (const { queue, n } of rows) {
    const place = book.queues.find(({ id }) => id === queue);
    const calendar = book.calendars.find(({ id }) => id === place?.calendar);
    const open_ms = calendar === undefined ? 0 : openMsBetween(dayStart(first, zone), now, calendar);
    if (open_ms > 0) passing.set(queue, Number(n) / (open_ms / HOUR_MS));
  }
  return { backlog, passing };
}

/** A mail as its place in the queue and its promise follow from it. */
export interface PlacedMail extends Order {
  readonly mail: QueueMail;
}

/**
 * The snapshot chooseQueue() is given: the source queue and the pools that may take from it. States and stops are read
 * here, so take the locks first.
 * @param placed the mail to be placed; without it the load a whole queue is looked at with
 */
export async function readLoad(
  tx: Tx,
  book: Rulebook,
  source: string,
  view: LoadView,
  day: ReadonlyMap<string, DayCounters>,
  now: Date,
  placed?: PlacedMail,
): Promise<Load> {
  const pools = poolsOf(book, source);
  const states = await contractStates(tx, pools, now);
  const load: Record<string, QueueLoad> = {
    [source]: { ...base(source), ...sourceLoad(book, source, view, now, placed) },
  };
  for (const pool of pools) {
    const { active = [], stopped } = states.get(pool) ?? {};
    load[pool] = {
      ...base(pool),
      ...(active.length === 0 ? {} : { active }),
      ...(stopped === undefined ? {} : { stopped }),
    };
  }
  return load;

  function base(queue: string): QueueLoad {
    const counters = day.get(queue);
    const present = view.present?.get(queue);
    return {
      backlog: view.backlog.count(queue),
      arrivals_today: counters?.arrivals ?? 0,
      handed_today: counters?.handed ?? 0,
      ...(present === undefined ? {} : { capacity_per_open_hour: present }),
    };
  }
}

/** The pools under contract for a queue. */
export function poolsOf(book: Rulebook, source: string): string[] {
  return book.queues.filter(({ contract }) => contract?.from === source).map(({ id }) => id);
}

function sourceLoad(
  book: Rulebook,
  source: string,
  view: LoadView,
  now: Date,
  placed?: PlacedMail,
): Partial<QueueLoad> {
  const queue = book.queues.find(({ id }) => id === source);
  const calendar = book.calendars.find(({ id }) => id === queue?.calendar);
  const ahead_of_new: Record<string, number> = {};
  for (const mailbox of placed === undefined ? book.mailboxes : [{ id: placed.mail.mailbox }]) {
    if (calendar === undefined) break;
    const { policy, fresh } = promiseOf(book, calendar, { mailbox: mailbox.id, started_at: now.toISOString() }, now);
    ahead_of_new[policy] ??= view.backlog.ahead(source, { urgency: 3, due_at: fresh[0]?.at ?? null });
  }
  return {
    passing_per_open_hour: view.passing.get(source) ?? 0,
    ahead_of_new,
    ...(placed === undefined ? {} : { ahead: view.backlog.ahead(source, placed) }),
  };
}
