import { sql } from 'kysely';
import type { ReplyType } from '../domain/conversation.ts';
import { DAY_MS } from '../domain/days.ts';
import { AiguillageError } from '../domain/errors.ts';
import type { RequestAnswered, RequestClosed, ResumeReason } from '../domain/request-events.ts';
import { settle, type Settled } from './conversation-changes.ts';
import { actorName, SYSTEM, type Actor, type Tx } from './database.ts';
import { deliveryWithAuthor, stopOf, type AuthoredDelivery } from './delivery-author.ts';
import { appendEvents, type NewEvent } from './events.ts';
import { lockConversation, type Conversation } from './intake.ts';
import { byLife, tellPlaces } from './request-lives.ts';
import { refreshDue } from './requests.ts';
import { resumeRequests } from './resume.ts';

/**
 * A reply that reached nobody answered nobody, and a redirection nobody was told of is none (law 6; CRPA L114-2). What such
 * a sending settled is open again and a person has it before them; sent once more, it counts from that instant on.
 */

/** Missing pieces are waited for anew this long when the day the member was told has passed (as console/actions/reply.ts). */
const PIECES_DAYS = 30;

const ENDED: ReadonlySet<string> = new Set(['waiting', 'answered', 'closed']);

/** Locks the conversation of a delivery before the delivery itself, in the order the desk takes them. */
export async function lockConversationOf(tx: Tx, delivery_id: string): Promise<void> {
  await sql`select c.id from aiguillage.conversation c join aiguillage.delivery d on d.conversation_id = c.id
    where d.id = ${delivery_id}::uuid for update of c`.execute(tx);
}

/**
 * Clocks a sending stopped run again from their old start, and their conversations are queued where they were, unless
 * something else keeps them open already. What stopped no clock (a holding reply, a copy) reopens nothing.
 */
export async function reopenUnreached(
  tx: Tx,
  delivery_id: string,
  reason: Exclude<ResumeReason, 'reply-cancelled'>,
  now: Date,
): Promise<void> {
  const delivery = await deliveryWithAuthor(tx, delivery_id);
  if (delivery === undefined || delivery.author === '') return;
  for (const id of await stoppedBy(tx, delivery)) {
    const conversation = (await lockConversation(tx, id))!;
    await resumeRequests(tx, SYSTEM, id, stopOf(delivery), now, { reason, delivery: delivery_id });
    if (ENDED.has(conversation.status)) await requeue(tx, conversation, reason, now);
  }
}

/** Where the requests it stopped are now: people may have joined conversations since. */
async function stoppedBy(tx: Tx, delivery: AuthoredDelivery): Promise<string[]> {
  const { stopped_at, stopped_by } = stopOf(delivery);
  const rows = await tx
    .selectFrom('request')
    .select('conversation_id')
    .distinct()
    .where((eb) =>
      eb.or([eb('conversation_id', '=', delivery.conversation_id), eb('life_id', '=', delivery.conversation_id)]),
    )
    .where('stopped_at', '=', stopped_at)
    .where('stopped_by', '=', stopped_by)
    .orderBy('conversation_id')
    .execute();
  return rows.map((row) => row.conversation_id);
}

/** `waiting_until` stays: it is the day the member was told, should the same reply be sent again. */
async function requeue(tx: Tx, conversation: Conversation, reason: ResumeReason, now: Date): Promise<void> {
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
  await appendEvents(tx, SYSTEM, now, [
    {
      type: 'conversation.reopened',
      occurred_at: now,
      conversation_id: conversation.id,
      data: { from: conversation.status, reason },
    },
  ]);
}

/**
 * A person has a failed sending sent again: the clocks it had stopped, as far as they run, stop anew as of now. It stays its
 * author's answer. Nothing follows when somebody has answered otherwise meanwhile.
 * @throws AiguillageError CONVERSATION_TAKEN while a colleague holds the conversation and may be writing
 */
export async function stopAgain(tx: Tx, actor: Actor, delivery_id: string, now: Date): Promise<void> {
  const delivery = await deliveryWithAuthor(tx, delivery_id);
  if (delivery === undefined || delivery.author === '') return;
  const conversation = await lockConversation(tx, delivery.conversation_id);
  if (conversation === undefined) return;
  const ids = await resumedFor(tx, delivery);
  if (ids.length === 0 || ENDED.has(conversation.status)) return;
  const held = conversation.holder !== null && conversation.held_until !== null && conversation.held_until > now;
  if (held && actorName(actor) !== `agent:${conversation.holder}`) throw new AiguillageError('CONVERSATION_TAKEN');
  const rows = await tx
    .updateTable('request')
    .set({ stopped_at: now, stopped_by: stopOf(delivery).stopped_by })
    .where('conversation_id', '=', conversation.id)
    .where('message_id', 'in', ids)
    .where('stopped_at', 'is', null)
    .returning(['message_id', 'life_id'])
    .execute();
  if (rows.length === 0) return;
  await tx.updateTable('delivery').set({ answered_at: now }).where('id', '=', delivery_id).execute();
  const type = await replyTypeOf(tx, delivery_id);
  const lives = byLife(rows, conversation.id);
  await tellPlaces(tx, actor, conversation.id, lives, now);
  await appendEvents(
    tx,
    actor,
    now,
    [...lives].map(([life, message_ids]) => ({
      ...stopEvent(delivery, type, message_ids),
      occurred_at: now,
      conversation_id: life,
    })),
  );
  await refreshDue(tx, conversation.id);
  if (!(await anythingOpen(tx, conversation.id)))
    await settle(tx, conversation.id, endAgain(delivery, type, conversation, now), now);
}

/** The messages whose clock ran again because this sending failed. */
async function resumedFor(tx: Tx, { id, conversation_id }: AuthoredDelivery): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select distinct jsonb_array_elements_text(e.data -> 'message_ids') as id from aiguillage.event e
    where e.type = 'request.resumed' and e.data ->> 'delivery' = ${id} and e.conversation_id in (
      select coalesce(life_id, conversation_id) from aiguillage.request where conversation_id = ${conversation_id}::uuid)`.execute(
    tx,
  );
  return rows.map((row) => row.id);
}

async function replyTypeOf(tx: Tx, delivery_id: string): Promise<ReplyType> {
  const row = await tx
    .selectFrom('delivery')
    .innerJoin('message', 'message.id', 'delivery.message_id')
    .select('message.reply_type')
    .where('delivery.id', '=', delivery_id)
    .executeTakeFirst();
  return row?.reply_type ?? 'definitive';
}

/** Of what people send, replies stop clocks as answers, notices as redirections. */
function stopEvent(
  { kind }: AuthoredDelivery,
  reply_type: ReplyType,
  message_ids: string[],
): Pick<NewEvent, 'type' | 'data'> {
  if (kind === 'reply') {
    const data: RequestAnswered = { reply_type, message_ids };
    return { type: 'request.answered', data };
  }
  const data: RequestClosed = { code: 'redirected', confirmed: true, notice: true, message_ids };
  return { type: 'request.closed', data };
}

function endAgain({ kind }: AuthoredDelivery, type: ReplyType, { waiting_until }: Conversation, now: Date): Settled {
  if (kind !== 'reply') return { status: 'closed', closing_code: 'redirected' };
  if (type !== 'pieces') return { status: 'answered' };
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

/** What a person wrote in this conversation and sent under this Message-ID. */
export async function sentAs(tx: Tx, conversation_id: string, message_id_header: string): Promise<string | undefined> {
  if (message_id_header === '') return undefined;
  const row = await tx
    .selectFrom('delivery')
    .select('id')
    .where('message_id_header', '=', message_id_header)
    .where('conversation_id', '=', conversation_id)
    .where('kind', 'in', ['reply', 'notice'])
    .executeTakeFirst();
  return row?.id;
}
