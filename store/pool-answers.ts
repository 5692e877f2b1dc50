import { sql } from 'kysely';
import { dayStart, DAY_MS, HOUR_MS, PARIS, parseDay } from '../domain/days.ts';
import { AiguillageError } from '../domain/errors.ts';
import { isSampled, limitsOf, SAMPLE_SHARE_MIN } from '../domain/overflow-contract.ts';
import type { Rulebook } from '../domain/rulebook.ts';
import { actorOf, type Agent } from './agents.ts';
import type { Tx } from './database.ts';
import { appendAudit } from './events.ts';
import { lockDay, ownersDay } from './load.ts';
import type { Verdict } from './schema-overflow.ts';
import { inSight } from './scope.ts';

/**
 * The quality sample: of each pool's answers at least the share of its contract is read again by own staff. No list here
 * holds or sorts by the name of who answered: it judges a contract, not a person.
 */

/** An answer may be taken back this long (console/actions/undo.ts); only what stands is sampled. */
const SETTLED_MS = 10 * 60_000;
/** Answers may be recorded a little out of order. */
const OVERLAP_MS = HOUR_MS;
const FIRST_LOOK_MS = 7 * DAY_MS;

/**
 * Notes the answers of pools that stand, and chooses those to be read again; each answer once, in the order they were
 * given. @param limit answers noted by this call @returns how many were noted
 */
export async function samplePoolAnswers(tx: Tx, book: Rulebook, now: Date, limit: number): Promise<number> {
  const pools = book.queues.filter(({ contract }) => contract !== undefined).map(({ id }) => id);
  if (pools.length === 0) return 0;
  if ((await unnoted(tx, pools, now, 1)).length === 0) return 0;
  // Only to take turns: two processes would count the same answers.
  await lockDay(tx, pools, ownersDay(book, now));
  const answers = await unnoted(tx, pools, now, limit);
  const counts = new Map<string, { answers: number; sampled: number }>();
  for (const { id, conversation_id, pool, received_at } of answers) {
    if (conversation_id === null || pool === null) continue;
    const key = `${pool} ${ownersDay(book, received_at)}`;
    const before = counts.get(key) ?? (await countDay(tx, book, pool, received_at));
    const contract = book.queues.find((queue) => queue.id === pool)?.contract;
    const share = contract === undefined ? SAMPLE_SHARE_MIN : limitsOf(contract).sample_share;
    const sampled = isSampled(conversation_id, share, before);
    await tx
      .insertInto('pool_answer')
      .values({ message_id: id, conversation_id, pool, answered_at: received_at, sampled })
      .execute();
    counts.set(key, { answers: before.answers + 1, sampled: before.sampled + (sampled ? 1 : 0) });
  }
  return answers.length;
}

/** Answers that stand and were not noted yet, in the order they were given. */
async function unnoted(tx: Tx, pools: readonly string[], now: Date, limit: number) {
  const newest = await tx
    .selectFrom('pool_answer')
    .select(({ fn }) => fn.max<Date | null>('answered_at').as('at'))
    .executeTakeFirst();
  const since_ms = newest?.at == null ? now.getTime() - FIRST_LOOK_MS : newest.at.getTime() - OVERLAP_MS;
  return tx
    .selectFrom('message as m')
    .innerJoin('agent as a', 'a.id', 'm.author')
    .leftJoin('pool_answer as p', 'p.message_id', 'm.id')
    .select(['m.id', 'm.conversation_id', 'a.pool', 'm.received_at'])
    .where('m.direction', '=', 'outgoing')
    .where('m.received_at', '>', new Date(since_ms))
    .where('m.received_at', '<=', new Date(now.getTime() - SETTLED_MS))
    .where('m.reply_type', 'is not', null)
    .where('m.reply_type', '<>', 'attente')
    .where('a.role', '=', 'partner')
    .where('a.pool', 'in', [...pools])
    .where('p.message_id', 'is', null)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('delivery')
            .select('delivery.id')
            .whereRef('delivery.message_id', '=', 'm.id')
            .where('delivery.status', '=', 'cancelled'),
        ),
      ),
    )
    .orderBy('m.received_at')
    .orderBy('m.id')
    .limit(limit)
    .execute();
}

async function countDay(tx: Tx, book: Rulebook, pool: string, at: Date): Promise<{ answers: number; sampled: number }> {
  const zone = book.calendars[0]?.zone ?? PARIS;
  const day = parseDay(ownersDay(book, at));
  const row = await tx
    .selectFrom('pool_answer')
    .select(({ fn }) => [
      fn.countAll<number>().as('answers'),
      fn.countAll<number>().filterWhere('sampled', '=', true).as('sampled'),
    ])
    .where('pool', '=', pool)
    .where('answered_at', '>=', new Date(dayStart(day, zone)))
    .where('answered_at', '<', new Date(dayStart(day + 1, zone)))
    .executeTakeFirstOrThrow();
  return { answers: Number(row.answers), sampled: Number(row.sampled) };
}

/** An answer to be read again. */
export interface SecondReading {
  readonly message: string;
  readonly conversation: string;
  readonly ref: string;
  readonly pool: string;
  readonly motif: string | null;
  readonly answered_at: Date;
  readonly verdict: Verdict | null;
  readonly read_at: Date | null;
}

/** Answers to be read again, oldest first; or those already read, newest first. Only conversations in sight. */
export async function listSecondReadings(
  tx: Tx,
  agent: Agent,
  filter: { readonly pool?: string | undefined; readonly status: 'open' | 'done'; readonly limit: number },
): Promise<SecondReading[]> {
  const open = filter.status === 'open';
  return tx
    .selectFrom('pool_answer')
    .innerJoin('conversation', 'conversation.id', 'pool_answer.conversation_id')
    .select(['pool_answer.message_id as message', 'conversation.id as conversation', 'conversation.ref'])
    .select(({ fn }) => fn.coalesce('conversation.motif_confirmed', 'conversation.motif').as('motif'))
    .select(['pool_answer.pool', 'pool_answer.answered_at', 'pool_answer.verdict', 'pool_answer.read_at'])
    .where('pool_answer.sampled', '=', true)
    .where('pool_answer.verdict', open ? 'is' : 'is not', null)
    .where(inSight(agent) as never)
    .$if(filter.pool !== undefined, (query) => query.where('pool_answer.pool', '=', filter.pool!))
    .orderBy(open ? 'pool_answer.answered_at' : 'pool_answer.read_at', open ? 'asc' : 'desc')
    .orderBy('pool_answer.message_id')
    .limit(filter.limit)
    .execute();
}

/**
 * Records what the second reading found. @throws AiguillageError NOT_FOUND when this answer was not chosen or is out of
 * sight, CONVERSATION_TRANSITION when it was read already
 */
export async function finishSecondReading(
  tx: Tx,
  agent: Agent,
  message: string,
  verdict: Verdict,
  now: Date,
): Promise<void> {
  const row = await tx
    .selectFrom('pool_answer')
    .innerJoin('conversation', 'conversation.id', 'pool_answer.conversation_id')
    .select(['pool_answer.verdict', 'pool_answer.pool', 'pool_answer.conversation_id'])
    .where('pool_answer.message_id', '=', message)
    .where('pool_answer.sampled', '=', true)
    .where(inSight(agent) as never)
    .forUpdate('pool_answer')
    .executeTakeFirst();
  if (row === undefined) throw new AiguillageError('NOT_FOUND');
  if (row.verdict !== null) throw new AiguillageError('CONVERSATION_TRANSITION', 'This answer was read already.');
  await tx
    .updateTable('pool_answer')
    .set({ verdict, read_by: agent.id, read_at: now })
    .where('message_id', '=', message)
    .execute();
  await appendAudit(tx, actorOf(agent), now, 'pool_answer.read', row.conversation_id, { pool: row.pool, verdict });
}

/** The sample of a pool over a time. */
export interface SampleCount {
  readonly answers: number;
  readonly sampled: number;
  readonly open: number;
  readonly good: number;
  readonly to_improve: number;
  readonly wrong: number;
}

/** Answers of each pool since an instant, how many were chosen, and what was found. */
export async function countSamples(tx: Tx, since: Date): Promise<Map<string, SampleCount>> {
  const { rows } = await sql<SampleCount & { pool: string }>`
    select pool, count(*) as answers, count(*) filter (where sampled) as sampled,
      count(*) filter (where sampled and verdict is null) as open,
      count(*) filter (where verdict = 'good') as good,
      count(*) filter (where verdict = 'to_improve') as to_improve,
      count(*) filter (where verdict = 'wrong') as wrong
    from aiguillage.pool_answer where answered_at >= ${since} group by pool`.execute(tx);
  return new Map(
    rows.map(({ pool, ...counts }) => [
      pool,
      Object.fromEntries(Object.entries(counts).map(([key, n]) => [key, Number(n)])) as unknown as SampleCount,
    ]),
  );
}
