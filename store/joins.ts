import { sql } from 'kysely';
import type { JoinReason } from '../domain/joining.ts';
import { placeAfter } from '../domain/joining.ts';
import { actorOf, type Agent } from './agents.ts';
import type { Actor, Tx } from './database.ts';
import { appendAudit, appendEvents } from './events.ts';
import { newId } from './ids.ts';
import { lockConversation, type Conversation } from './intake.ts';
import { byLife, tellPlaces } from './request-lives.ts';
import { refreshDue } from './requests.ts';

/** Two conversations of one person made one, and apart again. The rules are in domain/joining.ts. */

/** A conversation joined to one that was joined to a third, and so on: nobody does it often. */
const HOPS_MAX = 10;

/** Where mail of a conversation goes now: itself, or what it was joined to. */
export async function keptOf(tx: Tx, id: string): Promise<string> {
  let at = id;
  for (let hop = 0; hop < HOPS_MAX; hop += 1) {
    const row = await tx.selectFrom('conversation').select('joined_to').where('id', '=', at).executeTakeFirst();
    if (row?.joined_to == null) return at;
    at = row.joined_to;
  }
  return at;
}

/** The row a new mail joins, locked: people may have joined it to another one just before. */
export async function lockKept(tx: Tx, id: string): Promise<Conversation | undefined> {
  let row = await lockConversation(tx, id);
  for (let hop = 0; row?.joined_to != null && hop < HOPS_MAX; hop += 1) row = await lockConversation(tx, row.joined_to);
  return row;
}

/** What was joined to a conversation and still is, oldest first. */
export async function joinedTo(
  tx: Tx,
  kept: string,
): Promise<{ joined: string; ref: string; messages: readonly string[] }[]> {
  return tx
    .selectFrom('conversation_join as j')
    .innerJoin('conversation as c', 'c.id', 'j.joined')
    .select(['j.joined', 'c.ref', 'j.messages'])
    .where('j.kept', '=', kept)
    .where('j.undone_at', 'is', null)
    .orderBy('j.joined_at')
    .orderBy('j.id')
    .execute();
}

/** A sending of this conversation is under way, or may be: it would be the other's answer in a moment. */
export async function isSending(tx: Tx, id: string): Promise<boolean> {
  const row = await tx
    .selectFrom('delivery')
    .select('id')
    .where('conversation_id', '=', id)
    .where('kind', 'in', ['reply', 'notice'])
    .where('status', 'in', ['pending', 'held', 'sending', 'ambiguous'])
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

/** Moves requests with their clocks; the figure goes on counting them where it did. */
export async function moveRequests(
  tx: Tx,
  actor: Actor,
  to: string,
  messages: readonly string[],
  now: Date,
): Promise<void> {
  if (messages.length > 0) {
    const { rows } = await sql<{ message_id: string; life_id: string | null; stopped_at: Date | null }>`
      update aiguillage.request set conversation_id = ${to}::uuid,
        life_id = nullif(coalesce(life_id, conversation_id), ${to}::uuid)
      where message_id = any(${[...messages]}::uuid[]) returning message_id, life_id, stopped_at`.execute(tx);
    const open = rows.filter(({ stopped_at }) => stopped_at === null);
    await tellPlaces(tx, actor, to, byLife(open, to), now);
  }
  await refreshDue(tx, to);
}

/** Puts messages into a conversation, and sets when its first and last came for both sides. */
export async function moveMessages(tx: Tx, from: string, to: string, messages: readonly string[]): Promise<void> {
  if (messages.length > 0)
    await tx
      .updateTable('message')
      .set({ conversation_id: to })
      .where('id', 'in', [...messages])
      .execute();
  await sql`update aiguillage.conversation c set first_received_at = m.first, last_received_at = m.last
    from (select conversation_id, min(received_at) as first, max(received_at) as last from aiguillage.message
      where conversation_id in (${from}::uuid, ${to}::uuid) and direction = 'incoming' group by conversation_id) m
    where c.id = m.conversation_id`.execute(tx);
}

/** Joins `other` to `kept`; both rows are locked, and the rules were asked. */
export async function join(
  tx: Tx,
  agent: Agent,
  { kept, other }: { readonly kept: Conversation; readonly other: Conversation },
  reason: JoinReason | undefined,
  now: Date,
): Promise<void> {
  const messages = (await tx.selectFrom('message').select('id').where('conversation_id', '=', other.id).execute()).map(
    ({ id }) => id,
  );
  const tasks = (await tx.selectFrom('task').select('id').where('conversation_id', '=', other.id).execute()).map(
    ({ id }) => id,
  );
  const row = { id: newId(now.getTime()), kept: kept.id, joined: other.id, reason: reason ?? null };
  await tx
    .insertInto('conversation_join')
    .values({ ...row, status: other.status, messages, tasks, joined_by: agent.id, joined_at: now })
    .execute();
  if (tasks.length > 0)
    await tx.updateTable('task').set({ conversation_id: kept.id }).where('id', 'in', tasks).execute();
  await moveMessages(tx, other.id, kept.id, messages);
  const open = other.status === 'queued' || other.status === 'assigned';
  await tx
    .updateTable('conversation')
    .set({
      flags: open ? [...new Set([...kept.flags, ...other.flags])] : kept.flags,
      urgency: open ? Math.min(kept.urgency, other.urgency) : kept.urgency,
      restricted: kept.restricted || other.restricted,
      suggested_link: kept.suggested_link === other.id ? null : kept.suggested_link,
      // The contracts of pools speak of one motif: what holds two matters is handed to none.
      pool_hops: sql<number>`greatest(pool_hops, 1)`,
      rev: sql<number>`rev + 1`,
      updated_at: now,
    })
    .where('id', '=', kept.id)
    .execute();
  await tx
    .updateTable('conversation')
    .set({
      status: 'closed',
      holder: null,
      held_until: null,
      joined_to: kept.id,
      rev: sql<number>`rev + 1`,
      updated_at: now,
    })
    .where('id', '=', other.id)
    .execute();
  const actor = actorOf(agent);
  await moveRequests(tx, actor, kept.id, messages, now);
  await refreshDue(tx, other.id);
  const why = reason === undefined ? {} : { reason };
  const joined = { type: 'conversation.joined' as const, occurred_at: now };
  await appendEvents(tx, actor, now, [
    { ...joined, conversation_id: kept.id, data: { other: other.id, messages: messages.length, ...why } },
    { ...joined, conversation_id: other.id, data: { into: kept.id } },
  ]);
  await appendAudit(tx, actor, now, 'conversation.joined', kept.id, { other: other.id, ...why });
}

/**
 * Takes a join back: what came from the other one goes back to it, with its clocks as they are. Mail that came since
 * stays. An open request goes back to its queue; what was answered meanwhile stays answered.
 * @returns false when these two are not joined
 */
export async function separate(tx: Tx, agent: Agent, kept: Conversation, joined: string, now: Date): Promise<boolean> {
  const link = await tx
    .selectFrom('conversation_join')
    .selectAll()
    .where('kept', '=', kept.id)
    .where('joined', '=', joined)
    .where('undone_at', 'is', null)
    .forUpdate()
    .executeTakeFirst();
  const other = link === undefined ? undefined : await lockConversation(tx, joined);
  if (link === undefined || other === undefined) return false;
  const actor = actorOf(agent);
  // A later split may have taken one of them elsewhere.
  const messages = (
    await tx
      .selectFrom('message')
      .select('id')
      .where('conversation_id', '=', kept.id)
      .where('id', 'in', link.messages.length === 0 ? [newId(now.getTime())] : link.messages)
      .execute()
  ).map(({ id }) => id);
  await moveMessages(tx, kept.id, joined, messages);
  if (link.tasks.length > 0)
    await tx.updateTable('task').set({ conversation_id: joined }).where('id', 'in', link.tasks).execute();
  const open = await tx
    .selectFrom('request')
    .select('message_id')
    .where('message_id', 'in', messages.length === 0 ? [newId(now.getTime())] : messages)
    .where('stopped_at', 'is', null)
    .limit(1)
    .executeTakeFirst();
  const ended = link.status === 'queued' || link.status === 'assigned' ? 'answered' : link.status;
  await tx
    .updateTable('conversation')
    .set({
      ...placeAfter(kept, other),
      status: open === undefined ? ended : 'queued',
      joined_to: null,
      rev: sql<number>`rev + 1`,
      updated_at: now,
    })
    .where('id', '=', joined)
    .execute();
  await tx
    .updateTable('conversation_join')
    .set({ undone_by: agent.id, undone_at: now })
    .where('id', '=', link.id)
    .execute();
  await moveRequests(tx, actor, joined, messages, now);
  await refreshDue(tx, kept.id);
  await tellSplit(tx, agent, { from: kept.id, to: joined, messages: messages.length, undo: true }, now);
  return true;
}

/** Events and audit of what came out of a conversation. */
export async function tellSplit(
  tx: Tx,
  agent: Agent,
  told: { readonly from: string; readonly to: string; readonly messages: number; readonly undo: boolean },
  now: Date,
): Promise<void> {
  const { from, to, messages, undo } = told;
  const split = { type: 'conversation.split' as const, occurred_at: now };
  await appendEvents(tx, actorOf(agent), now, [
    { ...split, conversation_id: from, data: { other: to, messages, undo } },
    { ...split, conversation_id: to, data: { other: from, messages, undo } },
  ]);
  await appendAudit(tx, actorOf(agent), now, 'conversation.split', from, { other: to, undo });
}
