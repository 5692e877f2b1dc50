import { sql } from 'kysely';
import type { FlowCell } from '../domain/flow.ts';
import type { Tx } from './database.ts';

/** The aggregates behind the flow picture (domain/flow.ts): one scan each. */

/**
 * Demands that came from `from` (included) to `until`, as they stand now. Reads the figure's projection
 * (store/figure-told.ts), which must have been told first.
 */
export async function countFlow(tx: Tx, from: Date, until: Date): Promise<FlowCell[]> {
  const { rows } = await sql<FlowCell>`select mailbox, motif, queue, pool, count(*)::int as n,
      (count(*) filter (where ended is null))::int as open
    from aiguillage.figure_request
    where now_until = 'infinity' and started_at >= ${from} and started_at < ${until}
    group by mailbox, motif, queue, pool`.execute(tx);
  return rows;
}

/**
 * Conversations that wait now, one each, whatever their age. One that is in a partner pool flows through the queue it was
 * taken from: `source` says which, by pool.
 */
export async function countWaitingFlow(tx: Tx, source: ReadonlyMap<string, string>): Promise<FlowCell[]> {
  const { rows } = await sql<{ mailbox: string; motif: string | null; queue: string; n: number }>`
    select mailbox, coalesce(motif_confirmed, motif) as motif, queue, count(*)::int as n
    from aiguillage.conversation where status in ('queued', 'assigned', 'waiting')
    group by 1, 2, 3`.execute(tx);
  return rows.map((row) => {
    const from = source.get(row.queue);
    return { ...row, open: row.n, ...(from === undefined ? { pool: null } : { queue: from, pool: row.queue }) };
  });
}
