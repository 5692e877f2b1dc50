import { sql } from 'kysely';
import { LEDGER_OUTCOMES, type LedgerOutcome } from '../../domain/conversation.ts';
import { SYSTEM, type Store } from '../../store/database.ts';
import { buildReport } from '../../store/report.ts';

/** What one demo run did. The ledger counts add up to `put`. */
export interface DemoSummary {
  readonly put: number;
  readonly ledger: Readonly<Record<LedgerOutcome, number>>;
  readonly conversations: number;
  readonly quarantined: number;
  readonly unrouted: number;
  readonly acks_sent: number;
  readonly replies_sent: number;
  readonly by_queue: Readonly<Record<string, number>>;
  readonly by_motif: Readonly<Record<string, number>>;
  readonly share_in_time: number | null;
}

/** Counts of the ledger rows recorded since the run began, and of what became of them. */
export async function summarise(store: Store, put: number, since: Date, now: Date): Promise<DemoSummary> {
  const rows = await store.read(SYSTEM, async (tx) => {
    const ledger = await sql<{ outcome: LedgerOutcome; n: number }>`
      select outcome, count(*)::int as n from aiguillage.ledger where recorded_at >= ${since} and outcome is not null group by outcome`.execute(
      tx,
    );
    const conversations = await sql<{ queue: string; motif: string; n: number }>`
      select queue, coalesce(motif, '-') as motif, count(*)::int as n from aiguillage.conversation
      where created_at >= ${since} group by queue, motif`.execute(tx);
    const known = await sql<{ n: number }>`
      select count(*)::int as n from aiguillage.message
      where ingested_at >= ${since} and outcome in ('conversation', 'joined') and status <> 'dispatched'`.execute(tx);
    const sent = await sql<{ kind: string; n: number }>`
      select kind, count(*)::int as n from aiguillage.delivery where status = 'sent' and created_at >= ${since} group by kind`.execute(
      tx,
    );
    return { ledger: ledger.rows, conversations: conversations.rows, unrouted: known.rows[0]?.n ?? 0, sent: sent.rows };
  });
  const ledger = Object.fromEntries(
    LEDGER_OUTCOMES.map((outcome) => [outcome, rows.ledger.find((row) => row.outcome === outcome)?.n ?? 0]),
  ) as Record<LedgerOutcome, number>;
  const day = (at: Date): string => new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Paris' }).format(at);
  const from = day(new Date(now.getTime() - 7 * 86_400_000));
  const report = await buildReport(store, { from, to: day(now) }, now);
  const sum = (key: 'queue' | 'motif'): Record<string, number> => {
    const counts = new Map<string, number>();
    for (const row of rows.conversations) counts.set(row[key], (counts.get(row[key]) ?? 0) + row.n);
    return Object.fromEntries([...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)));
  };
  const sent = (kind: string): number => rows.sent.find((row) => row.kind === kind)?.n ?? 0;
  return {
    put,
    ledger,
    conversations: rows.conversations.reduce((total, row) => total + row.n, 0),
    quarantined: ledger.quarantined,
    unrouted: rows.unrouted,
    acks_sent: sent('ack'),
    replies_sent: sent('reply'),
    by_queue: sum('queue'),
    by_motif: sum('motif'),
    share_in_time: report.share,
  };
}
