import { sql } from 'kysely';
import { isAside, isBackFor } from '../domain/aside.ts';
import { advance } from '../domain/conversation.ts';
import { AiguillageError } from '../domain/errors.ts';
import { compareWork, cutsAt, DEFAULT_ORDER, type Cuts, type WorkItem, type WorkOrder } from '../domain/order.ts';
import { actorOf, type Agent } from './agents.ts';
import { endAlerts } from './alerts.ts';
import { sparedSenders } from './aside.ts';
import type { Tx } from './database.ts';
import { appendEvents } from './events.ts';
import type { Conversation } from './intake.ts';
import { endLeftReadings, isOwnReading } from './reply-readings.ts';
import { declineReview } from './reviews.ts';
import { inSight, isOffered, mayTake, plainReach, workable, workQueues, type Reach } from './scope.ts';
import { countSide, cutsOf, nextCandidates } from './work-order.ts';

/** Taking and giving back work. A conversation has one holder at most, for as long as its lease runs. */

export const LEASE_MS = 30 * 60_000;
/** A sender with more open conversations than this is a case for a supervisor, not for one lease. */
const SIBLINGS_MAX = 50;
/** Others may take the senders between our reading and our locking. */
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

/** How a claim is told what may be given out, and in which order. */
export interface ClaimOptions {
  /** The declared order of work; the domain's own when left out. */
  readonly order?: WorkOrder;
  /** Without it the agent's own queues, and no skills. */
  readonly reach?: Reach;
}

/**
 * Takes what the declared order of work says comes next in the agent's reach (domain/order.ts). Two agents never get the
 * same conversation, nor two of the same sender: the sender is locked first (as triage and dispatch do), then all its
 * conversations. A sender somebody else has locked is left to them.
 * @returns undefined when nothing waits
 */
export async function claimNext(
  tx: Tx,
  agent: Agent,
  now: Date,
  options: ClaimOptions = {},
): Promise<Claim | undefined> {
  const { order = DEFAULT_ORDER, reach = plainReach(agent) } = options;
  const cuts = cutsAt(order, now);
  // What they gave back today is not put before them again while anything else waits.
  const spared = reach.partner ? [] : await sparedSenders(tx, agent, now);
  let passed = [...spared];
  let sparing = spared.length > 0;
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    const { senders, sides } = await nextCandidates(tx, reach, order, cuts, passed);
    if (senders.length === 0) {
      if (!sparing) return undefined;
      sparing = false;
      passed = passed.filter((key) => !spared.includes(key));
      continue;
    }
    const sender = await lockOneOf(tx, senders);
    if (sender === undefined) {
      passed.push(...senders);
      continue;
    }
    const rows = await lockQueuedOf(tx, reach, cuts, sender);
    const first = rows[0];
    // Set aside between the look and the lock: it is nobody's next.
    if (first === undefined || rows.every((row) => isAside(row, now))) {
      passed.push(sender);
      continue;
    }
    const claim = await assign(tx, agent, reach, rows, now);
    const side = sides.get(first.id);
    if (side !== undefined && reach.queues.includes(first.queue)) await countSide(tx, first.queue, side, now);
    return claim;
  }
  return undefined;
}

/** Locks the first sender of the list that nobody holds. */
export async function lockOneOf(tx: Tx, keys: readonly string[]): Promise<string | undefined> {
  const { rows } = await sql<{ key: string }>`
    select s.key from aiguillage.sender s where s.key = any(${keys}::text[])
    order by array_position(${keys}::text[], s.key) limit 1 for update skip locked`.execute(tx);
  return rows[0]?.key;
}

/** The sender's lock is held: whoever else has one of these rows is at work on it alone, and ends. */
export async function lockQueuedOf(tx: Tx, reach: Reach, cuts: Cuts, sender_key: string): Promise<Conversation[]> {
  const rows = await tx
    .selectFrom('conversation')
    .selectAll()
    .where('sender_key', '=', sender_key)
    .where('status', '=', 'queued')
    // Answered already, by a newcomer: a sibling that is taken would lose its reply.
    .where('reading', 'is', null)
    .where(workable(reach))
    .orderBy('urgency')
    .orderBy('due_at')
    .orderBy('id')
    .limit(SIBLINGS_MAX)
    .forUpdate()
    .execute();
  return rows.sort(
    (a, b) =>
      // Set aside by somebody: it comes along, but it is not what was asked for.
      Number(isAside(a, cuts.now)) - Number(isAside(b, cuts.now)) ||
      compareWork(itemOf(reach, a, cuts.now), itemOf(reach, b, cuts.now), cuts),
  );
}

/** A row as the order of work looks at it. */
export function itemOf(reach: Reach, row: Conversation, now: Date): WorkItem {
  const { id, queue, urgency, due_at, legal_due_at } = row;
  const since = row.open_since ?? row.last_received_at;
  return {
    id,
    queue,
    urgency,
    due_at,
    since,
    legal_due_at,
    offered: isOffered(reach, row),
    back: isBackFor(row, reach.agent_id, cutsOf(reach, now)),
  };
}

/** Gives the rows to this person, the first as what they asked for; the caller holds the sender and the rows. */
export async function assign(
  tx: Tx,
  agent: Agent,
  reach: Reach,
  rows: readonly Conversation[],
  now: Date,
  mark: { readonly series?: true } = {},
): Promise<Claim> {
  const held_until = new Date(now.getTime() + LEASE_MS);
  const ids = rows.map((row) => row.id);
  const readings = rows.flatMap(({ reading }) => reading ?? []);
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
      data: { queue: row.queue, sibling: i > 0, ...(isOffered(reach, row) ? { skill: true } : {}), ...mark },
    })),
  );
  // Taken by its author it is taken back; by a référent it is theirs to answer.
  if (readings.length > 0) await endLeftReadings(tx, now, readings.length, { readings, by: agent.id });
  // Whoever opens it has acknowledged it. A pool never holds a P0, and its role may not look at alerts.
  if (agent.role !== 'partner') await endAlerts(tx, ids, { by: agent.id, how: 'taken' }, now);
  return { id: ids[0]!, siblings: ids.slice(1), held_until };
}

/**
 * Takes one conversation by its id, with its siblings. Taking what one already holds renews the lease.
 * @throws AiguillageError NOT_FOUND, AUTH_FORBIDDEN for another team's queue, CONVERSATION_TAKEN, CONVERSATION_TRANSITION
 */
export async function claimById(
  tx: Tx,
  agent: Agent,
  id: string,
  now: Date,
  reach: Reach = plainReach(agent),
): Promise<Claim> {
  const seen = await tx
    .selectFrom('conversation')
    .select('sender_key')
    .where('id', '=', id)
    .where(inSight(agent))
    .executeTakeFirst();
  if (seen === undefined) throw new AiguillageError('NOT_FOUND');
  await sql`select from aiguillage.sender where key = ${seen.sender_key} for update`.execute(tx);
  const conversation = await lockInSight(tx, agent, id);
  if (!mayTake(agent, conversation, reach)) throw new AiguillageError('AUTH_FORBIDDEN');
  if (conversation.status === 'assigned') {
    if (conversation.holder === agent.id) return { id, siblings: [], held_until: await extend(tx, id, now) };
    if (conversation.held_until !== null && conversation.held_until > now)
      throw new AiguillageError('CONVERSATION_TAKEN');
    // The lease ran out and nobody has put it back yet: the next taker does.
    conversation.status = advance(conversation.status, { type: 'release' });
  }
  advance(conversation.status, { type: 'claim' });
  if (conversation.reading !== null && agent.role === 'agent' && !(await isOwnReading(tx, agent, conversation.reading)))
    throw new AiguillageError('CONVERSATION_TAKEN', 'A reply to it is being read.');
  const others = await lockQueuedOf(tx, reach, cutsAt(DEFAULT_ORDER, now), seen.sender_key);
  return assign(tx, agent, reach, [conversation, ...others.filter((row) => row.id !== id)], now);
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

/** Gives a conversation back to its queue; its clocks go on. What was offered for a skill is not offered to them again. */
export async function release(tx: Tx, agent: Agent, id: string, reason: ReleaseReason, now: Date): Promise<void> {
  const conversation = await lockInSight(tx, agent, id);
  requireHolder(conversation, agent, now);
  await tx
    .updateTable('conversation')
    .set({
      status: advance(conversation.status, { type: 'release' }),
      holder: null,
      held_until: null,
      given_back: sql<number>`least(given_back + 1, 1000)`,
      rev: sql<number>`rev + 1`,
      updated_at: now,
    })
    .where('id', '=', id)
    .execute();
  await appendEvents(tx, actorOf(agent), now, [
    { type: 'conversation.released', occurred_at: now, conversation_id: id, data: { reason } },
  ]);
  if (agent.role === 'agent' && !workQueues(agent).includes(conversation.queue)) await declineReview(tx, id, agent.id);
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
