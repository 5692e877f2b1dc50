import { sql } from 'kysely';
import { PIECES_DAYS, stopsClock } from '../domain/conversation.ts';
import { DAY_MS } from '../domain/days.ts';
import { AiguillageError } from '../domain/errors.ts';
import type { RequestAnswered, RequestClosed, ResumeReason } from '../domain/request-events.ts';
import { settle, type Settled } from './conversation-changes.ts';
import { actorName, SYSTEM, type Actor, type Tx } from './database.ts';
import { deliveryWithAuthor, stopOf, type AuthoredDelivery } from './delivery-author.ts';
import { appendEvents, type NewEvent } from './events.ts';
import { lockConversation, type Conversation } from './intake.ts';
import { keptOf } from './joins.ts';
import { byLife, tellPlaces } from './request-lives.ts';
import { refreshDue } from './requests.ts';
import { resumeRequests } from './resume.ts';
import { templateOfDelivery } from './template-usage.ts';
import { answersSince } from './thread.ts';

/**
 * A reply that reached nobody answered nobody, and a redirection nobody was told of is none (law 6; CRPA L114-2). What such
 * a sending settled is open again and a person has it before them; sent once more, it counts from that instant on. Which
 * messages it is about is kept in its row (`asked`): people join conversations and part them meanwhile.
 */

export const ENDED: ReadonlySet<string> = new Set(['waiting', 'answered', 'closed']);

/** Locks the conversation of a delivery before the delivery itself, in the order the desk takes them. */
export async function lockConversationOf(tx: Tx, delivery_id: string): Promise<void> {
  await sql`select c.id from aiguillage.conversation c join aiguillage.delivery d on d.conversation_id = c.id
    where d.id = ${delivery_id}::uuid for update of c`.execute(tx);
}

/**
 * Clocks a sending stopped run again from their old start, and their conversations are queued where they were, unless
 * something else keeps them open already. What stopped no clock (a copy, a holding reply that no redirection rests on)
 * reopens nothing. A sending in doubt that came back is in doubt no longer: it failed.
 */
export async function reopenUnreached(
  tx: Tx,
  delivery_id: string,
  reason: Exclude<ResumeReason, 'reply-cancelled'>,
  now: Date,
): Promise<void> {
  await lockConversationOf(tx, delivery_id);
  const delivery = await deliveryWithAuthor(tx, delivery_id);
  if (delivery === undefined || delivery.author === '') return;
  if (reason === 'reply-returned') {
    await tx.updateTable('delivery').set({ returned_at: now }).where('id', '=', delivery_id).execute();
    await tx
      .updateTable('delivery')
      .set({ status: 'failed', updated_at: now })
      .where('id', '=', delivery_id)
      .where('status', '=', 'ambiguous')
      .execute();
  }
  for (const conversation of await voidStops(tx, SYSTEM, delivery, reason, now))
    if (ENDED.has(conversation.status)) await requeue(tx, SYSTEM, conversation, reason, now);
}

/**
 * Voids every stop that rests on a sending, wherever its questions stand now. The caller holds the delivery's conversation.
 * @returns the conversations whose clocks run again, locked, as they were before
 */
export async function voidStops(
  tx: Tx,
  actor: Actor,
  delivery: AuthoredDelivery,
  reason: ResumeReason,
  now: Date,
): Promise<Conversation[]> {
  const locked = new Map<string, Conversation>();
  for (const [id] of byConversation(await emptied(tx, actor, delivery)))
    locked.set(id, (await lockConversation(tx, id))!);
  const found: Conversation[] = [];
  // Read again under the locks: people may have joined them elsewhere while we waited.
  for (const [id, message_ids] of byConversation(await emptied(tx, actor, delivery))) {
    const conversation = locked.get(id) ?? (await lockConversation(tx, id))!;
    await resumeRequests(tx, actor, id, message_ids, now, { reason, delivery: delivery.id });
    found.push(conversation);
  }
  return found;
}

interface Held {
  readonly message_id: string;
  /** Where it stands now. */
  readonly conversation_id: string;
}

/** The requests whose stop means nothing any more. */
async function emptied(tx: Tx, actor: Actor, delivery: AuthoredDelivery): Promise<Held[]> {
  if (delivery.asked.length === 0) return [];
  const { stopped_at, stopped_by } = stopOf(delivery);
  const own = await tx
    .selectFrom('request')
    .select(['message_id', 'conversation_id'])
    .where('message_id', 'in', delivery.asked)
    .where('stopped_at', '=', stopped_at)
    .where('stopped_by', '=', stopped_by)
    .execute();
  // The log of events is not a partner's to read; only its own answers are void by its taking them back.
  const partner = actor.kind === 'agent' && actor.role === 'partner';
  return own.length > 0 || partner ? own : toldOf(tx, delivery);
}

/** It stopped nothing itself, but a redirection closed since then counted on it to tell the person. */
async function toldOf(tx: Tx, { conversation_id, asked, created_at }: AuthoredDelivery): Promise<Held[]> {
  const redirected = await sql<Held>`select r.message_id, r.conversation_id from aiguillage.request r
    where r.message_id = any(${asked}::uuid[]) and r.stopped_at >= ${created_at} and exists (
      select 1 from aiguillage.event e
      where e.conversation_id = coalesce(r.life_id, r.conversation_id) and e.type = 'request.closed'
        and e.occurred_at = r.stopped_at and e.data ->> 'code' = 'redirected'
        and e.data -> 'message_ids' ? r.message_id::text)`.execute(tx);
  if (redirected.rows.length === 0) return [];
  const { rows } = await sql<{ since: Date }>`select min(received_at) as since from aiguillage.message
    where id = any(${asked}::uuid[])`.execute(tx);
  for (const id of new Set([conversation_id, ...redirected.rows.map((row) => row.conversation_id)]))
    if ((await answersSince(tx, id, rows[0]!.since)).notified) return [];
  return redirected.rows;
}

function byConversation(rows: readonly Held[]): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const { message_id, conversation_id } of rows)
    found.set(conversation_id, [...(found.get(conversation_id) ?? []), message_id]);
  return new Map([...found].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Back to its queue. `waiting_until` stays: it is the day the member was told, should the same reply be sent again. */
export async function requeue(
  tx: Tx,
  actor: Actor,
  conversation: Conversation,
  reason: ResumeReason,
  now: Date,
): Promise<void> {
  await tx
    .updateTable('conversation')
    .set({
      status: 'queued',
      holder: null,
      held_until: null,
      closing_code: null,
      rev: sql<number>`rev + 1`,
      updated_at: now,
    })
    .where('id', '=', conversation.id)
    .execute();
  await appendEvents(tx, actor, now, [
    {
      type: 'conversation.reopened',
      occurred_at: now,
      conversation_id: conversation.id,
      data: { from: conversation.status, reason },
    },
  ]);
}

/**
 * A person has a failed sending sent again: the clocks it had stopped, as far as they run, stop anew as of now, wherever
 * they stand. It stays its author's answer. Nothing follows when somebody has answered otherwise meanwhile.
 * @throws AiguillageError CONVERSATION_TAKEN while a colleague holds one of the conversations and may be writing
 */
export async function stopAgain(tx: Tx, actor: Actor, delivery_id: string, now: Date): Promise<void> {
  const delivery = await deliveryWithAuthor(tx, delivery_id);
  if (delivery === undefined || delivery.author === '' || delivery.asked.length === 0) return;
  const open = await tx
    .selectFrom('request')
    .select(['message_id', 'conversation_id'])
    .where('message_id', 'in', delivery.asked)
    .where('stopped_at', 'is', null)
    .execute();
  for (const [id, message_ids] of byConversation(open)) {
    const conversation = (await lockConversation(tx, id))!;
    const resumed = await resumedFor(tx, delivery, id, message_ids);
    if (resumed.length === 0) continue;
    const held = conversation.holder !== null && conversation.held_until !== null && conversation.held_until > now;
    if (held && actorName(actor) !== `agent:${conversation.holder}`) throw new AiguillageError('CONVERSATION_TAKEN');
    await stop(tx, actor, { delivery, conversation, message_ids: resumed }, now);
  }
}

/** Of some open requests of a conversation, those whose clock runs again because this sending failed. */
async function resumedFor(
  tx: Tx,
  { id }: AuthoredDelivery,
  conversation_id: string,
  message_ids: readonly string[],
): Promise<string[]> {
  const { rows } = await sql<{ message_id: string }>`
    select r.message_id from aiguillage.request r
    where r.conversation_id = ${conversation_id}::uuid and r.message_id = any(${[...message_ids]}::uuid[])
      and exists (select 1 from aiguillage.event e
        where e.conversation_id = coalesce(r.life_id, r.conversation_id) and e.type = 'request.resumed'
          and e.data ->> 'delivery' = ${id} and e.data -> 'message_ids' ? r.message_id::text)`.execute(tx);
  return rows.map((row) => row.message_id);
}

async function stop(
  tx: Tx,
  actor: Actor,
  what: {
    readonly delivery: AuthoredDelivery;
    readonly conversation: Conversation;
    readonly message_ids: readonly string[];
  },
  now: Date,
): Promise<void> {
  const { delivery, conversation, message_ids } = what;
  const rows = await tx
    .updateTable('request')
    .set({ stopped_at: now, stopped_by: stopOf(delivery).stopped_by })
    .where('message_id', 'in', message_ids)
    .where('stopped_at', 'is', null)
    .returning(['message_id', 'life_id'])
    .execute();
  await tx.updateTable('delivery').set({ answered_at: now }).where('id', '=', delivery.id).execute();
  const template = await templateOfDelivery(tx, delivery.id);
  const lives = byLife(rows, conversation.id);
  await tellPlaces(tx, actor, conversation.id, lives, now);
  await appendEvents(
    tx,
    actor,
    now,
    [...lives].map(([life, ids]) => ({
      ...stopEvent(delivery, ids, template),
      occurred_at: now,
      conversation_id: life,
    })),
  );
  await refreshDue(tx, conversation.id);
  if (!(await anythingOpen(tx, conversation.id)))
    await settle(tx, conversation.id, endAgain(delivery, conversation, now), now);
}

/** Answers stop clocks as such; notices, and holding replies a redirection rested on, as redirections. */
function answers({ kind, reply_type }: AuthoredDelivery): boolean {
  return kind === 'reply' && stopsClock(reply_type ?? 'definitive');
}

function stopEvent(
  delivery: AuthoredDelivery,
  message_ids: string[],
  template: string | undefined,
): Pick<NewEvent, 'type' | 'data'> {
  if (answers(delivery)) {
    const reply_type = delivery.reply_type ?? 'definitive';
    const data: RequestAnswered = { reply_type, ...(template === undefined ? {} : { template }), message_ids };
    return { type: 'request.answered', data };
  }
  const data: RequestClosed = { code: 'redirected', confirmed: true, notice: true, message_ids };
  return { type: 'request.closed', data };
}

function endAgain(delivery: AuthoredDelivery, { waiting_until }: Conversation, now: Date): Settled {
  if (!answers(delivery)) return { status: 'closed', closing_code: 'redirected' };
  if (delivery.reply_type !== 'pieces') return { status: 'answered' };
  const told = waiting_until !== null && waiting_until > now ? waiting_until : undefined;
  return { status: 'waiting', waiting_until: told ?? new Date(now.getTime() + PIECES_DAYS * DAY_MS) };
}

async function anythingOpen(tx: Tx, conversation_id: string): Promise<boolean> {
  const row = await tx
    .selectFrom('request')
    .select('message_id')
    .where('conversation_id', '=', conversation_id)
    .where('stopped_at', 'is', null)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

/** What a person wrote under this Message-ID, in this conversation or in one that people joined to it. */
export async function sentAs(tx: Tx, conversation_id: string, message_id_header: string): Promise<string | undefined> {
  if (message_id_header === '') return undefined;
  const row = await tx
    .selectFrom('delivery')
    .select(['id', 'conversation_id'])
    .where('message_id_header', '=', message_id_header)
    .where('kind', 'in', ['reply', 'notice'])
    .executeTakeFirst();
  if (row === undefined) return undefined;
  const stands = row.conversation_id === conversation_id || (await keptOf(tx, row.conversation_id)) === conversation_id;
  return stands ? row.id : undefined;
}
