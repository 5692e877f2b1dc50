import { randomBytes } from 'node:crypto';
import { sql, type Selectable } from 'kysely';
import { isAside } from '../domain/aside.ts';
import { advance } from '../domain/conversation.ts';
import { makeReference, REFERENCE_RANDOM_BYTES } from '../domain/reference.ts';
import type { Decision } from '../domain/route.ts';
import type { Rulebook } from '../domain/rulebook.ts';
import { SYSTEM, type Tx } from './database.ts';
import { appendEvents } from './events.ts';
import { newId } from './ids.ts';
import { returnPlaces } from './load.ts';
import type { Message } from './messages.ts';
import type { ConversationTable } from './schema.ts';

export type Conversation = Selectable<ConversationTable>;

/**
 * The key conversations are bound to. A mail without a usable sender gets one of its own, so that it never joins
 * another person's thread.
 */
export function senderKey(message: Pick<Message, 'id' | 'from_address'>): string {
  return message.from_address === '' ? `sans-expediteur:${message.id}` : message.from_address.toLowerCase();
}

/** Creates the sender if new, and locks the row: one mail of a sender is attached at a time (see the migration). */
export async function lockSender(tx: Tx, key: string, now: Date): Promise<{ last_ack_at: Date | null }> {
  await tx
    .insertInto('sender')
    .values({ key, first_seen_at: now })
    .onConflict((conflict) => conflict.column('key').doNothing())
    .execute();
  return tx.selectFrom('sender').select('last_ack_at').where('key', '=', key).forUpdate().executeTakeFirstOrThrow();
}

export async function lockConversation(tx: Tx, id: string): Promise<Conversation | undefined> {
  return tx.selectFrom('conversation').selectAll().where('id', '=', id).forUpdate().executeTakeFirst();
}

/** Opens the conversation of a first message. */
export async function openConversation(
  tx: Tx,
  message: Message,
  decision: Decision,
  options: { sender_key: string; now: Date; suggested_link: string | null },
): Promise<string> {
  const id = newId(options.now.getTime());
  await tx
    .insertInto('conversation')
    .values({
      id,
      ref: makeReference(randomBytes(REFERENCE_RANDOM_BYTES)),
      mailbox: message.mailbox,
      channel: message.origin === 'bot' ? 'bot' : 'mail',
      sender_key: options.sender_key,
      sender_name: message.from_name,
      subject: message.subject,
      status: 'queued',
      queue: decision.queue,
      level: decision.level,
      motif: decision.motif,
      abstained: decision.abstained,
      flags: decision.flags.map((flag) => flag.id),
      urgency: decision.urgency,
      restricted: decision.restricted,
      first_received_at: message.received_at,
      last_received_at: message.received_at,
      suggested_link: options.suggested_link,
      created_at: options.now,
      updated_at: options.now,
    })
    .execute();
  return id;
}

/**
 * A further message of the same sender. It reopens what waited or was answered; an urgent flag moves the conversation to
 * the flag's queue whatever its status, unless an agent holds it: then the holder sees the flag (design §3).
 * @param book tells the day whose quota gets its place back when it leaves a pool
 */
export async function joinConversation(
  tx: Tx,
  conversation: Conversation,
  message: Message,
  decision: Decision,
  now: Date,
  book: Pick<Rulebook, 'calendars'>,
): Promise<void> {
  const urgent = decision.urgency <= 1;
  const status = advance(conversation.status, { type: 'join', urgent });
  const reopened = status === 'queued' && conversation.status !== 'queued';
  const flags = [...new Set([...(reopened ? [] : conversation.flags), ...decision.flags.map((flag) => flag.id)])];
  const moves = status === 'queued' && urgent && decision.queue !== conversation.queue;
  const woken = isAside(conversation, now);
  await tx
    .updateTable('conversation')
    .set({
      status,
      ...(moves ? { queue: decision.queue, handed_at: null } : {}),
      ...(reopened
        ? {
            holder: null,
            held_until: null,
            closing_code: null,
            waiting_until: null,
            motif: decision.motif,
            level: decision.level,
          }
        : {}),
      flags,
      urgency: reopened ? decision.urgency : Math.min(conversation.urgency, decision.urgency),
      restricted: conversation.restricted || decision.restricted,
      // The member wrote again: what was set aside is back, for the same person first.
      ...(woken ? { snoozed_until: now } : {}),
      // A reply that waited to be read answers less than what was asked now.
      ...(conversation.reading === null ? {} : { reading: null }),
      last_received_at: sql<Date>`greatest(last_received_at, ${message.received_at})`,
      rev: sql<number>`rev + 1`,
      updated_at: now,
    })
    .where('id', '=', conversation.id)
    .execute();
  if (woken) {
    const about = { occurred_at: now, conversation_id: conversation.id, message_id: message.id };
    await appendEvents(tx, SYSTEM, now, [{ type: 'conversation.woken', ...about, data: { by: 'message' } }]);
  }
  if (moves && conversation.handed_at !== null) {
    // It leaves its pool: nothing urgent stays there, and the figures by pool follow.
    // What it had answered before took its place.
    if (['queued', 'assigned'].includes(conversation.status))
      await returnPlaces(tx, book, conversation.queue, [conversation]);
    await appendEvents(tx, SYSTEM, now, [
      {
        type: 'overflow.recalled',
        occurred_at: message.received_at,
        conversation_id: conversation.id,
        message_id: message.id,
        data: { pool: conversation.queue, to: decision.queue, reason: 'urgent' },
      },
    ]);
  }
  if (reopened) {
    await appendEvents(tx, SYSTEM, now, [
      {
        type: 'conversation.reopened',
        occurred_at: message.received_at,
        conversation_id: conversation.id,
        message_id: message.id,
        data: { from: conversation.status },
      },
    ]);
  }
}
