import { sql } from 'kysely';
import type { Tx } from './database.ts';

/** What the person on call looks at first; all from the database, so every process says the same. */
export interface PipelineState {
  readonly untriaged: number;
  /** Since when the oldest mail waits to be triaged; null when none does. */
  readonly oldest_untriaged_at: Date | null;
  readonly quarantined: number;
  readonly deliveries: ReadonlyMap<string, number>;
}

export async function pipelineState(tx: Tx): Promise<PipelineState> {
  const { rows } = await sql<{ n: number; oldest: Date | null }>`
    select count(*)::int as n, min(ingested_at) as oldest from aiguillage.message
    where status in ('received', 'parsed', 'decided')`.execute(tx);
  const quarantine = await sql<{ n: number }>`
    select count(*)::int as n from aiguillage.quarantine where replayed_at is null`.execute(tx);
  const deliveries = await sql<{ status: string; n: number }>`
    select status, count(*)::int as n from aiguillage.delivery where status <> 'sent' group by status`.execute(tx);
  return {
    untriaged: rows[0]?.n ?? 0,
    oldest_untriaged_at: rows[0]?.oldest ?? null,
    quarantined: quarantine.rows[0]?.n ?? 0,
    deliveries: new Map(deliveries.rows.map((row) => [row.status, row.n])),
  };
}
