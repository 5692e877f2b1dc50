import { sql } from 'kysely';
import { AiguillageError } from '../domain/errors.ts';
import {
  classOf,
  comesFirst,
  compareWork,
  cutsAt,
  DEFAULT_ORDER,
  type WorkClass,
  type WorkOrder,
} from '../domain/order.ts';
import type { Agent } from './agents.ts';
import type { Tx } from './database.ts';
import { assign, claimNext, itemOf, LEASE_MS, lockOneOf, lockQueuedOf, type Claim } from './desk.ts';
import { giveBack } from './give-back.ts';
import { newId } from './ids.ts';
import type { Reach } from './scope.ts';
import { countSide, nextCandidates, notAside } from './work-order.ts';

/** A series: up to so many conversations of one motif and queue, in one person's hands, one after the other. */

export interface SeriesAsk {
  readonly queue: string;
  readonly motif: string;
  /** Conversations at most, without further ones of the same senders. */
  readonly size: number;
}

export interface SeriesOptions {
  readonly order?: WorkOrder;
  readonly reach: Reach;
}

/** `first`: something more pressing was waiting and is given instead. */
export type SeriesStep =
  | { readonly kind: 'first'; readonly why: WorkClass; readonly claim: Claim }
  | { readonly kind: 'series'; readonly conversation: string }
  | { readonly kind: 'none' };

export interface SeriesView {
  readonly id: string;
  readonly queue: string;
  readonly motif: string;
  readonly items: readonly { readonly conversation: string; readonly ref: string; readonly open: boolean }[];
}

/** Heads looked at: others may hold the first ones just now. */
const SCAN_MAX = 100;

/**
 * Begins a series, in the order of work. What is more pressing is given first, and no series begun.
 * @throws AiguillageError AUTH_FORBIDDEN for a queue that is not this person's, DESK_REFUSED while another one is under way
 */
export async function startSeries(
  tx: Tx,
  agent: Agent,
  ask: SeriesAsk,
  now: Date,
  options: SeriesOptions,
): Promise<SeriesStep> {
  const { reach, order = DEFAULT_ORDER } = options;
  if (!isInReach(reach, ask)) throw new AiguillageError('AUTH_FORBIDDEN');
  // Two pages of one person begin one series.
  await sql`select id from aiguillage.agent where id = ${agent.id}::uuid for no key update`.execute(tx);
  if ((await openItems(tx, agent, now)).length > 0) throw new AiguillageError('DESK_REFUSED');
  await endSeries(tx, agent, now);
  const cuts = cutsAt(order, now);
  const { first, sides } = await nextCandidates(tx, reach, order, cuts, []);
  if (first === undefined) return { kind: 'none' };
  const heads = await headsOf(tx, reach, ask, now);
  const items = heads
    .map((row) => ({ row, item: itemOf(reach, row, now) }))
    .sort((a, b) => compareWork(a.item, b.item, cuts));
  const own = first.head.queue === ask.queue && first.head.motif === ask.motif;
  const head = items[0] === undefined ? undefined : { kind: classOf(items[0].item, cuts) };
  if (!own && comesFirst({ kind: first.kind, contested: sides.size > 0 }, head)) {
    const claim = await claimNext(tx, agent, now, { order, reach });
    if (claim !== undefined) return { kind: 'first', why: first.kind, claim };
  }
  const held: string[] = [];
  const siblings: string[] = [];
  const counted: ('stock' | 'flux')[] = [];
  for (const { row, item } of items) {
    if (held.length >= ask.size) break;
    if ([...held, ...siblings].includes(row.id)) continue;
    const sender = await lockOneOf(tx, [row.sender_key]);
    if (sender === undefined) continue;
    const rows = await lockQueuedOf(tx, reach, cuts, sender);
    const target = rows.find(({ id }) => id === row.id);
    if (target === undefined || target.queue !== ask.queue) continue;
    await assign(tx, agent, reach, [target, ...rows.filter(({ id }) => id !== row.id)], now, { series: true });
    held.push(row.id);
    siblings.push(...rows.flatMap(({ id }) => (id === row.id ? [] : [id])));
    const kind = classOf(item, cuts);
    if (sides.size > 0 && (kind === 'stock' || kind === 'flux')) counted.push(kind);
  }
  if (held.length === 0) return { kind: 'none' };
  const id = newId(now.getTime());
  const { queue, motif } = ask;
  await tx.insertInto('desk_series').values({ id, agent_id: agent.id, queue, motif, started_at: now }).execute();
  await tx
    .insertInto('desk_series_item')
    .values([...held, ...siblings].map((conversation_id, n) => ({ series_id: id, n, conversation_id })))
    .execute();
  if (reach.queues.includes(queue)) for (const side of counted) await countSide(tx, queue, side, now);
  return { kind: 'series', conversation: held[0]! };
}

function isInReach({ queues, offered }: Reach, { queue, motif }: SeriesAsk): boolean {
  return queues.includes(queue) || (offered?.queue === queue && offered.motifs.includes(motif));
}

async function headsOf(tx: Tx, reach: Reach, { queue, motif }: SeriesAsk, now: Date) {
  return tx
    .selectFrom('conversation as c')
    .selectAll('c')
    .where('c.queue', '=', queue)
    .where('c.status', '=', 'queued')
    .where(({ eb, fn }) => eb(fn.coalesce('c.motif_confirmed', 'c.motif'), '=', motif))
    .where(notAside(reach, now))
    .orderBy('c.urgency')
    .orderBy('c.due_at')
    .orderBy('c.id')
    .limit(SCAN_MAX)
    .execute();
}

/** What of the series under way is still in this person's hands, in its order. */
async function openItems(tx: Tx, agent: Agent, now: Date): Promise<{ conversation_id: string; n: number }[]> {
  return tx
    .selectFrom('desk_series_item as i')
    .innerJoin('desk_series as s', 's.id', 'i.series_id')
    .innerJoin('conversation as c', 'c.id', 'i.conversation_id')
    .select(['i.conversation_id', 'i.n'])
    .where('s.agent_id', '=', agent.id)
    .where('s.ended_at', 'is', null)
    .where('c.status', '=', 'assigned')
    .where('c.holder', '=', agent.id)
    .where('c.held_until', '>', now)
    .orderBy('i.n')
    .execute();
}

async function endSeries(tx: Tx, agent: Agent, now: Date): Promise<void> {
  await tx
    .updateTable('desk_series')
    .set({ ended_at: now })
    .where('agent_id', '=', agent.id)
    .where('ended_at', 'is', null)
    .execute();
}

/**
 * The next of the series after the one on the screen, and every lease of it from now. A P0, a P1 or a short legal delay
 * that came meanwhile is given first; the series waits.
 */
export async function nextOfSeries(
  tx: Tx,
  agent: Agent,
  after: string | undefined,
  now: Date,
  options: SeriesOptions,
): Promise<SeriesStep> {
  const { reach, order = DEFAULT_ORDER } = options;
  const left = await openItems(tx, agent, now);
  if (left.length > 0) {
    const { first, sides } = await nextCandidates(tx, reach, order, cutsAt(order, now), []);
    if (first !== undefined && comesFirst({ kind: first.kind, contested: sides.size > 0 }, undefined, true)) {
      const claim = await claimNext(tx, agent, now, { order, reach });
      if (claim !== undefined) return { kind: 'first', why: first.kind, claim };
    }
  }
  const at = left.find(({ conversation_id }) => conversation_id === after)?.n ?? -1;
  const others = left.filter(({ conversation_id }) => conversation_id !== after);
  const next = others.find(({ n }) => n > at) ?? others[0];
  if (left.length === 0) await endSeries(tx, agent, now);
  if (next === undefined) return { kind: 'none' };
  await extend(tx, left, now);
  return { kind: 'series', conversation: next.conversation_id };
}

/** Somebody works on one of a series: the others stay theirs as well. */
export async function keepSeries(tx: Tx, agent: Agent, id: string, now: Date): Promise<void> {
  const left = await openItems(tx, agent, now);
  if (left.some(({ conversation_id }) => conversation_id === id)) await extend(tx, left, now);
}

async function extend(tx: Tx, items: readonly { conversation_id: string }[], now: Date): Promise<void> {
  await tx
    .updateTable('conversation')
    .set({ held_until: new Date(now.getTime() + LEASE_MS) })
    .where(
      'id',
      'in',
      items.map(({ conversation_id }) => conversation_id),
    )
    .execute();
}

/** Ends the series: what is left goes back at once, but for the one on the screen. @returns how many went back */
export async function leaveSeries(tx: Tx, agent: Agent, keep: string | undefined, now: Date): Promise<number> {
  const left = (await openItems(tx, agent, now)).filter(({ conversation_id }) => conversation_id !== keep);
  await endSeries(tx, agent, now);
  const rows = await tx
    .selectFrom('conversation')
    .select('id')
    .where('id', 'in', left.length === 0 ? [newId(now.getTime())] : left.map(({ conversation_id }) => conversation_id))
    .where('status', '=', 'assigned')
    .where('holder', '=', agent.id)
    .orderBy('id')
    .forUpdate()
    .execute();
  const given = rows.map(({ id }) => ({ id, holder: agent.id, since: now }));
  return (await giveBack(tx, given, 'series-left', now)).length;
}

/** The series under way, or undefined. */
export async function seriesOf(tx: Tx, agent: Agent, now: Date): Promise<SeriesView | undefined> {
  const series = await tx
    .selectFrom('desk_series')
    .select(['id', 'queue', 'motif'])
    .where('agent_id', '=', agent.id)
    .where('ended_at', 'is', null)
    .executeTakeFirst();
  if (series === undefined) return undefined;
  const open = new Set((await openItems(tx, agent, now)).map(({ conversation_id }) => conversation_id));
  const items = await tx
    .selectFrom('desk_series_item as i')
    .innerJoin('conversation as c', 'c.id', 'i.conversation_id')
    .select(['i.conversation_id', 'c.ref'])
    .where('i.series_id', '=', series.id)
    .orderBy('i.n')
    .execute();
  if (open.size === 0) return undefined;
  return {
    ...series,
    items: items.map(({ conversation_id, ref }) => ({
      conversation: conversation_id,
      ref,
      open: open.has(conversation_id),
    })),
  };
}
