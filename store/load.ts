import { sql } from 'kysely';
import type { Load, QueueLoad } from '../domain/overflow.ts';
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

/**
 * Today's counters of some queues, created when missing and locked until the transaction ends: two dispatchers can never
 * both take the last place of a quota. Locked in one order, so that they cannot wait for each other.
 * @param day local date "YYYY-MM-DD" of the owner's calendar.
 */
export async function lockDay(
  tx: Tx,
  queues: readonly string[],
  day: string,
): Promise<Map<string, { arrivals: number; handed: number }>> {
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
  return new Map(rows.map((row) => [row.queue, { arrivals: row.arrivals, handed: row.handed }]));
}

export async function countArrival(tx: Tx, queue: string, day: string): Promise<void> {
  await tx
    .updateTable('queue_day')
    .set({ arrivals: sql<number>`arrivals + 1` })
    .where('queue', '=', queue)
    .where('day', '=', day)
    .execute();
}

/** Counts one hand-over to a pool, or takes it back on recall. */
export async function countHandover(tx: Tx, pool: string, day: string, by: 1 | -1 = 1): Promise<void> {
  await tx
    .updateTable('queue_day')
    .set({ handed: sql<number>`greatest(handed + ${by}, 0)` })
    .where('queue', '=', pool)
    .where('day', '=', day)
    .execute();
}

/** Puts backlog and counters together as chooseQueue() takes them. */
export function toLoad(
  queues: readonly string[],
  backlog: ReadonlyMap<string, number>,
  day: Awaited<ReturnType<typeof lockDay>>,
): Load {
  const load: Record<string, QueueLoad> = {};
  for (const queue of queues) {
    const counters = day.get(queue);
    load[queue] = {
      backlog: backlog.get(queue) ?? 0,
      arrivals_today: counters?.arrivals ?? 0,
      handed_today: counters?.handed ?? 0,
    };
  }
  return load;
}
