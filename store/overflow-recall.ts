import { sql } from 'kysely';
import { instantMs } from '../domain/days.ts';
import { recall, type PoolState, type Recalled, type Unclaimed } from '../domain/overflow-recall.ts';
import { ENGINE } from '../domain/route.ts';
import type { Rulebook } from '../domain/rulebook.ts';
import { move } from './conversation-changes.ts';
import { SYSTEM, type Tx } from './database.ts';
import { appendEvents } from './events.ts';
import { newId } from './ids.ts';
import { returnPlaces } from './load.ts';
import { restPool, stoppedPools } from './overflow.ts';

/** Conversations of a pool looked at in one pass, and called back in it. */
const LOOKED_AT_MAX = 5_000;
const BACK_MAX = 500;

/** Queues that hold work of a hand-over: the pools, and what is left in one that the rules no longer have. */
export async function pooledQueues(tx: Tx, book: Rulebook): Promise<string[]> {
  const rows = await tx
    .selectFrom('conversation')
    .select('queue')
    .distinct()
    .where('status', '=', 'queued')
    .where('handed_at', 'is not', null)
    .execute();
  const pools = book.queues.filter(({ contract }) => contract !== undefined).map(({ id }) => id);
  const known = new Set(book.queues.filter(({ contract }) => contract === undefined).map(({ id }) => id));
  return [...new Set([...pools, ...rows.map(({ queue }) => queue).filter((queue) => !known.has(queue))])].sort();
}

/**
 * Calls back what a pool will not answer, or may no longer: unclaimed conversations only, their places given back to the
 * quota of the day they were handed on, their clocks untouched (law 6).
 * @returns what came back
 */
export async function recallPool(
  tx: Tx,
  book: Rulebook,
  pool: string,
  now: Date,
  present?: ReadonlyMap<string, number>,
): Promise<readonly Recalled[]> {
  const items = await unclaimed(tx, pool);
  if (items.length === 0) return [];
  const state = await stateOf(tx, pool, items.length, now, present?.get(pool));
  const found = recall(pool, items, state, book, now);
  if (found.rest_until !== undefined) await restPool(tx, pool, new Date(instantMs(found.rest_until)), now);
  const wanted = new Map(found.recalled.slice(0, BACK_MAX).map((one) => [one.id, one]));
  if (wanted.size === 0) return [];
  const locked = await tx
    .selectFrom('conversation')
    .select(['id', 'handed_at', 'restricted'])
    .where('id', 'in', [...wanted.keys()])
    .where('queue', '=', pool)
    .where('status', '=', 'queued')
    .forUpdate()
    .skipLocked()
    .execute();
  const home = await homeOf(tx, book, pool);
  const rows = new Map(locked.map((row) => [row.id, row]));
  const back: Recalled[] = [];
  for (const one of wanted.values()) {
    const row = rows.get(one.id);
    // Somebody has taken it this very moment: it is theirs.
    if (row === undefined) continue;
    const to = one.reason === 'ineligible' ? await decidedQueue(tx, book, row.id, home) : home;
    const restricted = row.restricted || book.queues.find(({ id }) => id === to)?.restricted === true;
    await move(tx, row.id, { status: 'queued', queue: to, restricted, handed: false }, now);
    const about = { occurred_at: now, conversation_id: row.id };
    await appendEvents(tx, SYSTEM, now, [
      { type: 'conversation.transferred', ...about, data: { from: pool, to, reason: 'recall' } },
      { type: 'overflow.recalled', ...about, data: { pool, to, reason: one.reason } },
    ]);
    back.push(one);
  }
  await returnPlaces(tx, book, pool, locked);
  if (back.length > 0) {
    const moved = { ...found, done: back.map(({ id }) => id) };
    await record(tx, book, pool, { items, state }, moved, now);
  }
  return back;
}

async function unclaimed(tx: Tx, pool: string): Promise<Unclaimed[]> {
  const rows = await tx
    .selectFrom('conversation')
    .select(['id', 'level', 'urgency', 'restricted', 'handed_at', 'created_at', 'due_elapsed_at', 'due_working_at'])
    .where('queue', '=', pool)
    .where('status', '=', 'queued')
    .orderBy('urgency')
    .orderBy('due_elapsed_at')
    .orderBy('id')
    .limit(LOOKED_AT_MAX)
    .execute();
  return rows.map(({ handed_at, created_at, due_elapsed_at, due_working_at, ...row }) => ({
    ...row,
    handed_at: (handed_at ?? created_at).toISOString(),
    due_elapsed_at: due_elapsed_at?.toISOString() ?? null,
    due_working_at: due_working_at?.toISOString() ?? null,
  }));
}

async function stateOf(
  tx: Tx,
  pool: string,
  waiting: number,
  now: Date,
  capacity_per_open_hour: number | undefined,
): Promise<PoolState> {
  const { n } = await tx
    .selectFrom('conversation')
    .select(({ fn }) => fn.countAll<number>().as('n'))
    .where('queue', '=', pool)
    .where('status', '=', 'assigned')
    .executeTakeFirstOrThrow();
  const { rows } = await sql<{ occurred_at: Date }>`
    select occurred_at from aiguillage.event
    where type = 'conversation.claimed' and data ->> 'queue' = ${pool} order by seq desc limit 1`.execute(tx);
  const stop = (await stoppedPools(tx, [pool], now)).get(pool);
  return {
    backlog: waiting + Number(n),
    held: Number(n),
    last_claim_at: rows[0]?.occurred_at.toISOString() ?? null,
    ...(capacity_per_open_hour === undefined ? {} : { capacity_per_open_hour }),
    call_back: stop?.call_back === true,
  };
}

/** Where a pool's work came from; of one that the rules no longer have, its last hand-over tells. */
async function homeOf(tx: Tx, book: Rulebook, pool: string): Promise<string> {
  const from = book.queues.find(({ id }) => id === pool)?.contract?.from;
  if (from !== undefined) return from;
  const { rows } = await sql<{ home: string | null }>`
    select data ->> 'from' as home from aiguillage.event
    where type in ('overflow.handed', 'overflow.recalled') and type = 'overflow.handed' and data ->> 'pool' = ${pool}
    order by seq desc limit 1`.execute(tx);
  const home = rows[0]?.home;
  return book.queues.find(({ id }) => id === home)?.id ?? book.queues.find(({ kind }) => kind === 'n1')?.id ?? 'n1';
}

/** What no longer fits a pool goes where its last mail was decided to go. */
async function decidedQueue(tx: Tx, book: Rulebook, conversation_id: string, home: string): Promise<string> {
  const row = await tx
    .selectFrom('decision')
    .select('outcome')
    .where('conversation_id', '=', conversation_id)
    .orderBy('made_at', 'desc')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  const queue = (row?.outcome as { queue?: string } | undefined)?.queue;
  const place = book.queues.find(({ id }) => id === queue);
  return place === undefined || place.kind === 'partner' ? home : place.id;
}

async function record(tx: Tx, book: Rulebook, queue: string, given: object, moved: object, now: Date): Promise<void> {
  await tx
    .insertInto('overflow_pass')
    .values({
      id: newId(now.getTime()),
      at: now,
      kind: 'recall',
      queue,
      rulebook_digest: book.digest,
      engine: ENGINE,
      given: JSON.stringify(given),
      moved: JSON.stringify(moved),
    })
    .execute();
}
