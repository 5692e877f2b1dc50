import { sql } from 'kysely';
import { localDay } from '../domain/calendar.ts';
import { dayOf, dayStart, dayText, PARIS } from '../domain/days.ts';
import { p1Outlook, p1Room, type P1Outlook } from '../domain/urgent.ts';
import type { Cuts } from '../domain/order.ts';
import type { Rulebook } from '../domain/rulebook.ts';
import type { Tx } from './database.ts';
import { presentCapacity } from './presence.ts';

/** What waits in a queue, by the classes of the order of work; counts, no names. */
export interface QueueWork {
  readonly queue: string;
  readonly p0: number;
  readonly p1: number;
  readonly legal: number;
  readonly aged: number;
  readonly stock: number;
  readonly flux: number;
  readonly unclocked: number;
  /** Since when the oldest waits, whatever its class. */
  readonly oldest_since: Date | null;
  /** Given out of each side today, while both waited. */
  readonly stock_taken: number;
  readonly flux_taken: number;
}

/** The same classes as domain/order.ts, counted. */
export async function countWork(tx: Tx, cuts: Cuts): Promise<QueueWork[]> {
  const { now, aged_at, legal_until } = cuts;
  const { rows } = await sql<QueueWork>`
    with work as (
      select queue, coalesce(open_since, last_received_at) as since,
        case when urgency = 0 then 'p0' when urgency = 1 then 'p1'
          when legal_due_at >= ${now} and legal_due_at < ${legal_until} then 'legal'
          when coalesce(open_since, last_received_at) <= ${aged_at} then 'aged'
          when due_at is null then 'unclocked' when due_at < ${now} then 'stock' else 'flux' end as class
      from aiguillage.conversation where status = 'queued')
    select w.queue, count(*) filter (where class = 'p0')::int as p0, count(*) filter (where class = 'p1')::int as p1,
      count(*) filter (where class = 'legal')::int as legal, count(*) filter (where class = 'aged')::int as aged,
      count(*) filter (where class = 'stock')::int as stock, count(*) filter (where class = 'flux')::int as flux,
      count(*) filter (where class = 'unclocked')::int as unclocked,
      min(since) as oldest_since, coalesce(max(d.stock), 0)::int as stock_taken, coalesce(max(d.flux), 0)::int as flux_taken
    from work w left join aiguillage.order_day d on d.queue = w.queue and d.day = ${localDay(now, PARIS)}
    group by w.queue order by w.queue`.execute(tx);
  return rows;
}

/** P1 mails of a week stand for those of a day. */
const INFLOW_DAYS = 7;

/**
 * What the Middle Office still can do today, against what is expected: the P1 of the last seven days that flags sent there,
 * by the day. Undefined where there is no such queue.
 */
export async function readP1Outlook(tx: Tx, book: Rulebook, now: Date): Promise<P1Outlook | undefined> {
  const queue = book.queues.find(({ kind }) => kind === 'middle-office');
  const site = book.calendars.find(({ id }) => id === queue?.calendar);
  if (queue === undefined || site === undefined) return undefined;
  const backlog = await tx
    .selectFrom('conversation')
    .select(({ fn }) => fn.countAll<number>().as('n'))
    .where('queue', '=', queue.id)
    .where('status', 'in', ['queued', 'assigned'])
    .executeTakeFirstOrThrow();
  const rate = (await presentCapacity(tx, book, now)).get(queue.id);
  const room = p1Room(queue, site, { backlog: Number(backlog.n), rate }, now);
  const today = dayOf(now.getTime(), PARIS);
  const { rows } = await sql<{ before: number; today: number }>`
    select count(*) filter (where occurred_at < ${new Date(dayStart(today, PARIS))})::int as before,
      count(*) filter (where occurred_at >= ${new Date(dayStart(today, PARIS))})::int as today
    from aiguillage.event
    where type = 'conversation.routed' and occurred_at >= ${new Date(dayStart(today - INFLOW_DAYS, PARIS))}
      and data ->> 'target' = ${queue.id}`.execute(tx);
  const { before = 0, today: come = 0 } = rows[0] ?? {};
  return p1Outlook(room, Math.max(0, before / openDays(today) - come));
}

/** Working days of the last week: P1 mail of a week-end is read with Monday's. */
function openDays(today: number): number {
  let days = 0;
  for (let day = today - INFLOW_DAYS; day < today; day++) {
    const weekday = new Date(`${dayText(day)}T00:00:00Z`).getUTCDay();
    if (weekday !== 0 && weekday !== 6) days += 1;
  }
  return days;
}
