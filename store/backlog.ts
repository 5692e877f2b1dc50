import { sql, type RawBuilder } from 'kysely';
import { HOUR_MS } from '../domain/days.ts';
import { cutsAt, DEFAULT_ORDER, stockShare, workAhead, type Side, type WorkOrder } from '../domain/order.ts';
import type { Tx } from './database.ts';

/** Conversations waiting or at work, by queue. */
export async function countBacklog(tx: Tx): Promise<Map<string, number>> {
  const rows = await tx
    .selectFrom('conversation')
    .select(({ fn }) => ['queue', fn.countAll<number>().as('n')])
    .where('status', 'in', ['queued', 'assigned'])
    .groupBy('queue')
    .execute();
  return new Map(rows.map((row) => [row.queue, Number(row.n)]));
}

/** A mail's place in its queue. */
export interface Order {
  /** 0–3. */
  readonly urgency: number;
  /** The deadline on the promised clock; null comes last. */
  readonly due_at: Date | null;
}

/** What is given out before all ordinary work, or is being answered; and the two sides of the declared order of work. */
type Place = 'front' | Side;

interface Bucket {
  readonly place: Place;
  readonly urgency: number;
  /** Hour of the deadline, counted from 1970; null without a deadline. */
  readonly due_hour: number | null;
  n: number;
}

/**
 * What waits where, in buckets of one hour of deadline: enough to say how much work stands before a mail under the order
 * of work, without a count for each mail. A reading may be some seconds old; what this process adds is added here too.
 */
export class Backlog {
  readonly #at: Date;
  readonly #policy: WorkOrder;
  readonly #counts = new Map<string, number>();
  readonly #buckets = new Map<string, Bucket[]>();

  /** @param at the instant of the reading: what was late then is the late side */
  constructor(at: Date, policy: WorkOrder = DEFAULT_ORDER) {
    this.#at = at;
    this.#policy = policy;
  }

  /** Adds (or takes away) conversations of one bucket. */
  put(queue: string, place: Place, urgency: number, due_hour: number | null, n: number): void {
    this.#counts.set(queue, (this.#counts.get(queue) ?? 0) + n);
    const buckets = this.#buckets.get(queue) ?? [];
    this.#buckets.set(queue, buckets);
    const same = buckets.find((one) => one.place === place && one.urgency === urgency && one.due_hour === due_hour);
    if (same === undefined) buckets.push({ place, urgency, due_hour, n });
    else same.n += n;
  }

  /** One conversation comes to a queue, or leaves it. */
  add(queue: string, order: Order, n: 1 | -1 = 1): void {
    this.put(queue, this.#placeOf(order), order.urgency, hourOf(order.due_at), n);
  }

  count(queue: string): number {
    return this.#counts.get(queue) ?? 0;
  }

  /** Conversations of a queue by their place: what a line is made of. */
  places(queue: string): Readonly<Record<Place, number>> {
    const sums = { front: 0, stock: 0, flux: 0 };
    for (const { place, n } of this.#buckets.get(queue) ?? []) sums[place] += n;
    return sums;
  }

  /** Conversations that are answered before a mail; those of the same hour count as before it. */
  ahead(queue: string, order: Order): number {
    const side = order.due_at !== null && order.due_at < this.#at ? 'stock' : 'flux';
    const hour = hourOf(order.due_at) ?? Number.POSITIVE_INFINITY;
    const own_side = (this.#buckets.get(queue) ?? []).reduce((sum, { place, urgency, due_hour, n }) => {
      const sooner = urgency < order.urgency || (urgency === order.urgency && (due_hour ?? Infinity) <= hour);
      return place === side && sooner ? sum + n : sum;
    }, 0);
    return this.aheadOf(queue, side, own_side);
  }

  /** The same, where it is known how many of its own side stand before it. */
  aheadOf(queue: string, side: Side, own_side: number): number {
    const { front, ...sides } = this.places(queue);
    const other_side = sides[side === 'stock' ? 'flux' : 'stock'];
    return Math.ceil(workAhead(side, { front, own_side, other_side }, stockShare(this.#policy, queue)));
  }

  #placeOf({ urgency, due_at }: Order): Place {
    if (urgency <= 1) return 'front';
    return due_at !== null && due_at < this.#at ? 'stock' : 'flux';
  }
}

function hourOf(due_at: Date | null): number | null {
  return due_at === null ? null : Math.floor(due_at.getTime() / HOUR_MS);
}

/** The place of a row `c` in the order of work, as domain/order.ts classes it. */
export function placeColumn(policy: WorkOrder, now: Date): RawBuilder<Place> {
  const { aged_at, legal_until } = cutsAt(policy, now);
  return sql<Place>`case
    when c.status = 'assigned' or c.urgency <= 1 then 'front'
    when c.legal_due_at >= ${now} and c.legal_due_at < ${legal_until} then 'front'
    when coalesce(c.open_since, c.last_received_at) <= ${aged_at} then 'front'
    when c.due_at < ${now} then 'stock' else 'flux' end`;
}

/** Counts what waits and what is held: both are answered before a mail that comes later. */
export async function readBacklog(tx: Tx, policy: WorkOrder | undefined, now: Date): Promise<Backlog> {
  const order = policy ?? DEFAULT_ORDER;
  const { rows } = await sql<{ queue: string; place: Place; urgency: number; due_hour: number | null; n: number }>`
    select c.queue, ${placeColumn(order, now)} as place, c.urgency,
      floor(extract(epoch from c.due_at) / 3600)::bigint as due_hour, count(*) as n
    from aiguillage.conversation c where c.status in ('queued', 'assigned') group by 1, 2, 3, 4`.execute(tx);
  const backlog = new Backlog(now, order);
  for (const { queue, place, urgency, due_hour, n } of rows) {
    backlog.put(queue, place, urgency, due_hour === null ? null : Number(due_hour), Number(n));
  }
  return backlog;
}
