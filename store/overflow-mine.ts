import { sql } from 'kysely';
import { openMsBetween, openSpans } from '../domain/calendar.ts';
import { DAY_MS } from '../domain/days.ts';
import { AiguillageError } from '../domain/errors.ts';
import { limitsOf, quotaLeft } from '../domain/overflow-contract.ts';
import type { RecallReason } from '../domain/overflow-recall.ts';
import type { DeskQueue, Rulebook } from '../domain/rulebook.ts';
import type { Tx } from './database.ts';
import { ownersDay } from './load.ts';

/**
 * How a partner's own contract stands, for its agents (law 9): its terms, what is left of today, what was called back and
 * what was read again. Nothing about another pool, about the queue it comes from, or about a person. Every statement names
 * the pool; row security is the second wall.
 */

const RECALLS_DAYS = 7;
const SAMPLE_DAYS = 30;

/** @throws AiguillageError NOT_FOUND when the rules in force have no contract for this pool */
export async function ownContract(tx: Tx, book: Rulebook, pool: string, now: Date) {
  const queue = book.queues.find(({ id }) => id === pool);
  const contract = queue?.contract;
  if (queue === undefined || contract === undefined) throw new AiguillageError('NOT_FOUND');
  const handed_today = await handedOn(tx, pool, ownersDay(book, now));
  return {
    pool,
    label: queue.label,
    since: contract.since,
    enabled: contract.enabled,
    ...hoursOf(book, queue, now),
    daily_quota: contract.daily_quota,
    handed_today,
    quota_left: quotaLeft(contract, handed_today),
    motifs: contract.motifs.map((id) => ({ id, label: book.motifs.find((motif) => motif.id === id)?.label ?? id })),
    reveal_nir: contract.reveal_nir === true,
    recall_hours: contract.recall_hours ?? null,
    silent_hours: limitsOf(contract).silent_hours,
    stopped: await stopOf(tx, pool, now),
    ...(await waitingIn(tx, pool)),
    recalled: await recallsOf(tx, pool, new Date(now.getTime() - RECALLS_DAYS * DAY_MS)),
    sample: {
      share: limitsOf(contract).sample_share,
      ...(await sampleOf(tx, pool, new Date(now.getTime() - SAMPLE_DAYS * DAY_MS))),
    },
  };
}

/** Not readDay(): the arrivals of a queue are not a partner's to read. */
async function handedOn(tx: Tx, pool: string, day: string): Promise<number> {
  const row = await tx
    .selectFrom('queue_day')
    .select('handed')
    .where('queue', '=', pool)
    .where('day', '=', day)
    .executeTakeFirst();
  return row?.handed ?? 0;
}

/** Open at this minute, and the opening hours of today as instants; none on a holiday or a closed day. */
function hoursOf(book: Rulebook, queue: DeskQueue, now: Date): { open: boolean; hours: { from: Date; to: Date }[] } {
  const calendar = book.calendars.find(({ id }) => id === queue.calendar);
  if (calendar === undefined) return { open: false, hours: [] };
  return {
    open: openMsBetween(now, now.getTime() + 60_000, calendar) > 0,
    hours: openSpans(now, now, calendar).map(({ from_ms, to_ms }) => ({
      from: new Date(from_ms),
      to: new Date(to_ms),
    })),
  };
}

/** Until when nothing new comes; why is for those who answer for the contract to say. */
async function stopOf(tx: Tx, pool: string, now: Date): Promise<{ until: Date | null } | null> {
  const row = await tx
    .selectFrom('overflow_stop')
    .select('until')
    .where('pool', '=', pool)
    .where((eb) => eb.or([eb('until', 'is', null), eb('until', '>', now)]))
    .executeTakeFirst();
  return row ?? null;
}

async function waitingIn(tx: Tx, pool: string): Promise<{ waiting: number; held: number; oldest_at: Date | null }> {
  const { rows } = await sql<{ waiting: number; held: number; oldest_at: Date | null }>`
    select (count(*) filter (where status = 'queued'))::int as waiting,
      (count(*) filter (where status = 'assigned'))::int as held, min(first_received_at) as oldest_at
    from aiguillage.conversation
    where queue = ${pool} and not restricted and status in ('queued', 'assigned')`.execute(tx);
  return rows[0]!;
}

/** Why work left: the machine's reasons, and `given-back` for what its own agents gave back. */
export type OwnRecall = RecallReason | 'urgent' | 'given-back';

async function recallsOf(tx: Tx, pool: string, since: Date): Promise<{ reason: OwnRecall; count: number }[]> {
  const { rows } = await sql<{ reason: OwnRecall; count: number }>`
    select coalesce(data ->> 'reason', 'given-back') as reason, count(*)::int as count
    from aiguillage.event
    where type in ('overflow.handed', 'overflow.recalled') and type = 'overflow.recalled'
      and data ->> 'pool' = ${pool} and occurred_at >= ${since}
    group by 1 order by 2 desc, 1`.execute(tx);
  return rows;
}

async function sampleOf(tx: Tx, pool: string, since: Date) {
  const { rows } = await sql<Record<'answers' | 'sampled' | 'open' | 'good' | 'to_improve' | 'wrong', number>>`
    select count(*)::int as answers, (count(*) filter (where sampled))::int as sampled,
      (count(*) filter (where sampled and verdict is null))::int as open,
      (count(*) filter (where verdict = 'good'))::int as good,
      (count(*) filter (where verdict = 'to_improve'))::int as to_improve,
      (count(*) filter (where verdict = 'wrong'))::int as wrong
    from aiguillage.pool_answer where pool = ${pool} and answered_at >= ${since}`.execute(tx);
  return rows[0]!;
}
