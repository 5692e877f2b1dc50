import { sql } from 'kysely';
import { advance } from '../domain/conversation.ts';
import { AiguillageError } from '../domain/errors.ts';
import { actorOf, type Agent } from './agents.ts';
import type { Tx } from './database.ts';
import { appendEvents } from './events.ts';
import type { Conversation } from './intake.ts';
import { inSight, mayTake, workable } from './scope.ts';

/** Taking and giving back work. A conversation has one holder at most, for as long as its lease runs. */

export const LEASE_MS = 30 * 60_000;
/** A sender with more open conversations than this is a case for a supervisor, not for one lease. */
const SIBLINGS_MAX = 50;
/** Senders looked at in one round, and rounds: others may take them between our reading and our locking. */
const CANDIDATES_MAX = 50;
const ROUNDS_MAX = 20;

export type ReleaseReason = 'end_of_shift' | 'out_of_skill' | 'needs_help' | 'conflict_of_interest' | 'mistake';
export const RELEASE_REASONS: readonly ReleaseReason[] = [
  'end_of_shift',
  'out_of_skill',
  'needs_help',
  'conflict_of_interest',
  'mistake',
];

export interface Claim {
  readonly id: string;
  /** Other conversations of the same sender, now held too: two colleagues never answer one person at once. */
  readonly siblings: readonly string[];
  readonly held_until: Date;
}

/**
 * Takes the most pressing conversation of the agent's queues: urgency, then the earliest deadline on the elapsed clock.
 * Two agents never get the same one, nor two of the same sender: the sender is locked first (as triage and dispatch do),
 * then all its conversations. A sender somebody else has locked is left to them.
 * @returns undefined when nothing waits
 */
export async function claimNext(tx: Tx, agent: Agent, now: Date): Promise<Claim | undefined> {
  const passed: string[] = [];
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    const senders = await candidates(tx, agent, passed);
    if (senders.length === 0) return undefined;
    const sender = await lockOneOf(tx, senders);
    if (sender === undefined) {
      passed.push(...senders);
      continue;
    }
    const rows = await lockQueuedOf(tx, agent, sender);
    if (rows.length > 0) return assign(tx, agent, rows, now);
    passed.push(sender);
  }
  return undefined;
}

async function candidates(tx: Tx, agent: Agent, passed: readonly string[]): Promise<string[]> {
  const rows = await tx
    .selectFrom('conversation')
    .select('sender_key')
    .where('status', '=', 'queued')
    .where(workable(agent))
    .$if(passed.length > 0, (query) => query.where('sender_key', 'not in', [...passed]))
    .orderBy('urgency')
    .orderBy('due_elapsed_at')
    .orderBy('id')
    .limit(CANDIDATES_MAX)
    .execute();
  return [...new Set(rows.map((row) => row.sender_key))];
}

/** Locks the first sender of the list that nobody holds. */
async function lockOneOf(tx: Tx, keys: readonly string[]): Promise<string | undefined> {
  const { rows } = await sql<{ key: string }>`
    select s.key from aiguillage.sender s where s.key = any(${keys}::text[])
    order by array_position(${keys}::text[], s.key) limit 1 for update skip locked`.execute(tx);
  return rows[0]?.key;
}

/** The sender's lock is held: whoever else has one of these rows is at work on it alone, and ends. */
async function lockQueuedOf(tx: Tx, agent: Agent, sender_key: string): Promise<Conversation[]> {
  return tx
    .selectFrom('conversation')
    .selectAll()
    .where('sender_key', '=', sender_key)
    .where('status', '=', 'queued')
    .where(workable(agent))
    .orderBy('urgency')
    .orderBy('due_elapsed_at')
    .orderBy('id')
    .limit(SIBLINGS_MAX)
    .forUpdate()
    .execute();
}

async function assign(tx: Tx, agent: Agent, rows: readonly Conversation[], now: Date): Promise<Claim> {
  const held_until = new Date(now.getTime() + LEASE_MS);
  const ids = rows.map((row) => row.id);
  await tx
    .updateTable('conversation')
    .set({ status: 'assigned', holder: agent.id, held_until, rev: sql<number>`rev + 1`, updated_at: now })
    .where('id', 'in', ids)
    .execute();
  await appendEvents(
    tx,
    actorOf(agent),
    now,
    rows.map((row, i) => ({
      type: 'conversation.claimed' as const,
      occurred_at: now,
      conversation_id: row.id,
      data: { queue: row.queue, sibling: i > 0 },
    })),
  );
  return { id: ids[0]!, siblings: ids.slice(1), held_until };
}

/**
 * Takes one conversation by its id, with its siblings. Taking what one already holds renews the lease.
 * @throws AiguillageError NOT_FOUND, AUTH_FORBIDDEN for another team's queue, CONVERSATION_TAKEN, CONVERSATION_TRANSITION
 */
export async function claimById(tx: Tx, agent: Agent, id: string, now: Date): Promise<Claim> {
  const seen = await tx
    .selectFrom('conversation')
    .select('sender_key')
    .where('id', '=', id)
    .where(inSight(agent))
    .executeTakeFirst();
  if (seen === undefined) throw new AiguillageError('NOT_FOUND');
  await sql`select from aiguillage.sender where key = ${seen.sender_key} for update`.execute(tx);
  const conversation = await lockInSight(tx, agent, id);
  if (!mayTake(agent, conversation)) throw new AiguillageError('AUTH_FORBIDDEN');
  if (conversation.status === 'assigned') {
    if (conversation.holder === agent.id) return { id, siblings: [], held_until: await extend(tx, id, now) };
    if (conversation.held_until !== null && conversation.held_until > now)
      throw new AiguillageError('CONVERSATION_TAKEN');
    // The lease ran out and nobody has put it back yet: the next taker does.
    conversation.status = advance(conversation.status, { type: 'release' });
  }
  advance(conversation.status, { type: 'claim' });
  const others = (await lockQueuedOf(tx, agent, seen.sender_key)).filter((row) => row.id !== id);
  return assign(tx, agent, [conversation, ...others], now);
}

/** Prolongs the agent's lease. @throws AiguillageError as {@link requireHeld}, except that a lease just run out may be renewed */
export async function renew(tx: Tx, agent: Agent, id: string, now: Date): Promise<Date> {
  const conversation = await lockInSight(tx, agent, id);
  requireHolder(conversation, agent, now);
  return extend(tx, id, now);
}

async function extend(tx: Tx, id: string, now: Date): Promise<Date> {
  const held_until = new Date(now.getTime() + LEASE_MS);
  await tx.updateTable('conversation').set({ held_until, updated_at: now }).where('id', '=', id).execute();
  return held_until;
}

/** Gives a conversation back to its queue; its clocks go on. */
export async function release(tx: Tx, agent: Agent, id: string, reason: ReleaseReason, now: Date): Promise<void> {
  const conversation = await lockInSight(tx, agent, id);
  requireHolder(conversation, agent, now);
  await tx
    .updateTable('conversation')
    .set({
      status: advance(conversation.status, { type: 'release' }),
      holder: null,
      held_until: null,
      rev: sql<number>`rev + 1`,
      updated_at: now,
    })
    .where('id', '=', id)
    .execute();
  await appendEvents(tx, actorOf(agent), now, [
    { type: 'conversation.released', occurred_at: now, conversation_id: id, data: { reason } },
  ]);
}

/** @throws AiguillageError NOT_FOUND, also for what this person may not see */
export async function requireInSight(tx: Tx, agent: Agent, id: string): Promise<void> {
  const row = await tx
    .selectFrom('conversation')
    .select('id')
    .where('id', '=', id)
    .where(inSight(agent))
    .executeTakeFirst();
  if (row === undefined) throw new AiguillageError('NOT_FOUND');
}

/** The row, locked. @throws AiguillageError NOT_FOUND also for what this person may not see: ids tell nothing */
export async function lockInSight(tx: Tx, agent: Agent, id: string): Promise<Conversation> {
  const row = await tx
    .selectFrom('conversation')
    .selectAll()
    .where('id', '=', id)
    .where(inSight(agent))
    .forUpdate()
    .executeTakeFirst();
  if (row === undefined) throw new AiguillageError('NOT_FOUND');
  return row;
}

/**
 * The row, locked, held by this person under a lease that still runs: what answering and closing need.
 * @throws AiguillageError NOT_FOUND, CONVERSATION_TAKEN when another holds it, CONVERSATION_NOT_HELD
 */
export async function requireHeld(tx: Tx, agent: Agent, id: string, now: Date): Promise<Conversation> {
  const conversation = await lockInSight(tx, agent, id);
  requireHolder(conversation, agent, now);
  if (conversation.held_until === null || conversation.held_until <= now)
    throw new AiguillageError('CONVERSATION_NOT_HELD');
  return conversation;
}

function requireHolder(conversation: Conversation, agent: Agent, now: Date): void {
  if (conversation.status === 'assigned' && conversation.holder === agent.id) return;
  const other = conversation.status === 'assigned' && conversation.held_until !== null && conversation.held_until > now;
  throw new AiguillageError(other ? 'CONVERSATION_TAKEN' : 'CONVERSATION_NOT_HELD');
}
