import { sql } from 'kysely';
import { DEFAULT_ORDER } from '../domain/order.ts';
import { isAmong } from '../domain/provisional.ts';
import type { Load } from '../domain/overflow.ts';
import { rebalance, type Move, type Waiting } from '../domain/overflow-rebalance.ts';
import { ENGINE } from '../domain/route.ts';
import type { Rulebook } from '../domain/rulebook.ts';
import { placeColumn, type Backlog } from './backlog.ts';
import { move } from './conversation-changes.ts';
import { SYSTEM, type Tx } from './database.ts';
import { appendEvents } from './events.ts';
import { newId } from './ids.ts';
import { countHandover, lockDay, ownersDay, poolsOf, readDay, readLoad, readLoadView, type LoadView } from './load.ts';
import { saveSwitches } from './overflow.ts';

/** Mails looked at in one pass, and moved: short transactions, the next pass is half a minute away. */
const LOOKED_AT_MAX = 20_000;
export const MOVES_MAX = 200;

/**
 * One rebalancing pass over a level-1 queue: mail that waits and will be late goes to a pool that can still save it. Looks
 * first without a lock, since most passes move nothing; then chooses again among the rows and counters it has locked.
 * @param present capacity an open hour of those present today, by queue, where it is known
 * @returns the moves made
 */
export async function rebalanceQueue(
  tx: Tx,
  book: Rulebook,
  source: string,
  now: Date,
  present?: ReadonlyMap<string, number>,
): Promise<readonly Move[]> {
  const pools = poolsOf(book, source);
  if (pools.length === 0) return [];
  const day = ownersDay(book, now);
  const involved = [source, ...pools];
  const view: LoadView = { ...(await readLoadView(tx, book, now)), ...(present === undefined ? {} : { present }) };
  const seen = await readLoad(tx, book, source, view, await readDay(tx, involved, day), now);
  const items = hasWork(seen, source) ? await waiting(tx, book, source, view.backlog, now) : [];
  const first = rebalance(source, items, seen, book, now, MOVES_MAX);
  if (first.moves.length === 0 && first.switched.length === 0) return [];
  const chosen = new Set(first.moves.map(({ id }) => id));
  const locked = await lockStill(
    tx,
    items.filter(({ id }) => chosen.has(id)),
    source,
  );
  const load = await readLoad(tx, book, source, view, await lockDay(tx, involved, day), now);
  const { moves, switched } = rebalance(source, locked, load, book, now, MOVES_MAX);
  await saveSwitches(tx, switched, now);
  if (moves.length === 0) return [];
  await hand(tx, moves, day, now);
  await tx
    .insertInto('overflow_pass')
    .values({
      id: newId(now.getTime()),
      at: now,
      kind: 'rebalance',
      queue: source,
      rulebook_digest: book.digest,
      engine: ENGINE,
      given: JSON.stringify({ items: locked, load, moves_max: MOVES_MAX }),
      moved: JSON.stringify({ moves, switched }),
    })
    .execute();
  return moves;
}

function hasWork(load: Load, source: string): boolean {
  return (load[source]?.backlog ?? 0) > 0;
}

/** Conversations any contract could take, with their place in the queue. Urgent, reserved and handed ones are not read. */
async function waiting(tx: Tx, book: Rulebook, source: string, backlog: Backlog, now: Date): Promise<Waiting[]> {
  const contracts = book.queues.flatMap(({ contract }) => (contract?.from === source ? [contract] : []));
  const motifs = book.motifs
    .filter(({ id }) => contracts.some((contract) => isAmong(book, contract.motifs, id)))
    .map(({ id }) => id);
  if (motifs.length === 0) return [];
  const rows = await tx
    .with('line', (db) =>
      db
        .selectFrom('conversation as c')
        .select(['c.id', placeColumn(book.order ?? DEFAULT_ORDER, now).as('place')])
        .select(
          sql<number>`row_number() over (partition by ${placeColumn(book.order ?? DEFAULT_ORDER, now)}
            order by c.urgency, c.due_at, c.id)`.as('nth'),
        )
        .where('c.queue', '=', source)
        .where('c.status', '=', 'queued'),
    )
    .selectFrom('conversation as c')
    .innerJoin('line', 'line.id', 'c.id')
    .select(['c.id', 'c.mailbox', 'c.level', 'c.urgency', 'c.restricted', 'c.pool_hops', 'c.first_received_at'])
    .select(['c.motif', 'c.motif_confirmed', 'c.abstained', 'c.due_elapsed_at', 'c.due_working_at'])
    .select(['line.place', 'line.nth'])
    .where('c.level', '=', 'n1')
    .where('c.urgency', '>', 1)
    .where('c.restricted', '=', false)
    .where('c.pool_hops', '=', 0)
    // A reply to it is being read.
    .where('c.reading', 'is', null)
    // Somebody is waiting for something about it, and knows what.
    .where(({ eb, or }) => or([eb('c.snoozed_until', 'is', null), eb('c.snoozed_until', '<=', now)]))
    .where(({ eb, fn }) => eb(fn.coalesce('c.motif_confirmed', 'c.motif'), 'in', motifs))
    .where(({ eb, or }) => or([eb('c.abstained', '=', false), eb('c.motif_confirmed', 'is not', null)]))
    .where(({ eb, fn }) => eb(fn('greatest', ['c.due_elapsed_at', 'c.due_working_at']), '>', now))
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('conversation as other')
            .select('other.id')
            .whereRef('other.sender_key', '=', 'c.sender_key')
            .whereRef('other.id', '<>', 'c.id')
            .where('other.status', 'in', ['queued', 'assigned']),
        ),
      ),
    )
    // A mail of it that is still on its way may bring a mark.
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('message')
            .select('message.id')
            .whereRef('message.conversation_id', '=', 'c.id')
            .where('message.status', 'in', ['received', 'parsed', 'decided']),
        ),
      ),
    )
    .orderBy('c.due_elapsed_at')
    .orderBy('c.id')
    .limit(LOOKED_AT_MAX)
    .execute();
  return rows.map((row) => ({
    id: row.id,
    mailbox: row.mailbox,
    motif: row.motif_confirmed ?? row.motif,
    level: row.level,
    urgency: row.urgency,
    restricted: row.restricted,
    unsure: row.abstained && row.motif_confirmed === null,
    pool_hops: row.pool_hops,
    sibling_open: false,
    started_at: row.first_received_at.toISOString(),
    ...(row.due_elapsed_at === null ? {} : { due_elapsed_at: row.due_elapsed_at.toISOString() }),
    ...(row.due_working_at === null ? {} : { due_working_at: row.due_working_at.toISOString() }),
    // What goes before all ordinary work is nobody's to hand over: it is next.
    ahead: row.place === 'front' ? 0 : backlog.aheadOf(source, row.place, Number(row.nth) - 1),
  }));
}

/** Those of the items whose row is still as it was read, now locked. What somebody else holds is left to them. */
async function lockStill(tx: Tx, items: readonly Waiting[], source: string): Promise<Waiting[]> {
  if (items.length === 0) return [];
  const rows = await tx
    .selectFrom('conversation')
    .select(['id', 'motif', 'motif_confirmed', 'level', 'urgency', 'restricted', 'pool_hops'])
    .where(
      'id',
      'in',
      items.map(({ id }) => id),
    )
    .where('queue', '=', source)
    .where('status', '=', 'queued')
    .forUpdate()
    .skipLocked()
    .execute();
  const still = new Map(rows.map((row) => [row.id, row]));
  return items.filter((item) => {
    const row = still.get(item.id);
    return (
      row !== undefined &&
      (row.motif_confirmed ?? row.motif) === item.motif &&
      row.level === item.level &&
      row.urgency === item.urgency &&
      row.restricted === item.restricted &&
      row.pool_hops === item.pool_hops
    );
  });
}

async function hand(tx: Tx, moves: readonly Move[], day: string, now: Date): Promise<void> {
  for (const { id, to } of moves) {
    await move(tx, id, { status: 'queued', queue: to, restricted: false, handed: true }, now);
  }
  for (const pool of new Set(moves.map(({ to }) => to))) {
    await countHandover(tx, pool, day, moves.filter(({ to }) => to === pool).length);
  }
  await appendEvents(
    tx,
    SYSTEM,
    now,
    moves.flatMap(({ id, from, to, why }) => {
      const about = { occurred_at: now, conversation_id: id };
      return [
        { type: 'conversation.transferred' as const, ...about, data: { from, to, reason: 'rebalance' } },
        { type: 'overflow.handed' as const, ...about, data: { pool: to, from, by: 'rebalance', why } },
      ];
    }),
  );
}
