import { sql } from 'kysely';
import { parseReference } from '../domain/reference.ts';
import { normaliseMessageId, parseMessageId } from '../domain/reply.ts';
import type { Tx } from '../store/database.ts';
import { keptOf } from '../store/joins.ts';
import type { Message } from '../store/messages.ts';
import { hashMessageId, verifyMessageId } from './message-token.ts';

/** Where an incoming mail belongs. At most one of the two is set. */
export interface Thread {
  /** Joins this conversation. */
  readonly conversation_id: string | null;
  /** Opens a new one that points at this: a person may link them. */
  readonly suggested_link: string | null;
}

const NONE: Thread = { conversation_id: null, suggested_link: null };
/** References beyond this are not looked at; the header may hold thousands. */
const CANDIDATES_MAX = 30;

/**
 * Finds the conversation a mail answers (law 10). In-Reply-To and References lead to stored Message-IDs by their hash; a
 * mail joins only when its sender takes part there, or quotes an id of ours that was made for that very sender. Anything
 * else a stranger could know (a forwarded id, the short reference in a subject) only suggests a link. Equal subjects mean
 * nothing: « carte vitale » is the subject of a thousand people.
 */
export async function findThread(
  tx: Tx,
  message: Pick<Message, 'in_reply_to' | 'refs' | 'subject'>,
  sender_key: string,
  secret: string,
): Promise<Thread> {
  const { conversation_id, suggested_link } = await referredTo(tx, message, sender_key, secret);
  // What people have joined to another conversation is answered there.
  return {
    conversation_id: conversation_id === null ? null : await keptOf(tx, conversation_id),
    suggested_link: suggested_link === null ? null : await keptOf(tx, suggested_link),
  };
}

async function referredTo(
  tx: Tx,
  message: Pick<Message, 'in_reply_to' | 'refs' | 'subject'>,
  sender_key: string,
  secret: string,
): Promise<Thread> {
  const ids = candidates(message);
  const found = await conversationsOf(tx, ids);
  let suggested_link: string | null = null;
  for (const id of ids) {
    const conversation_id = found.get(normaliseMessageId(id)) ?? (await byToken(tx, id, sender_key, secret));
    if (conversation_id === undefined) continue;
    if (await takesPart(tx, conversation_id, sender_key, id, secret)) return { conversation_id, suggested_link: null };
    suggested_link ??= conversation_id;
  }
  if (suggested_link !== null) return { conversation_id: null, suggested_link };
  return bySubject(tx, message.subject, sender_key);
}

/** The message answered first, then the references from the newest back, as RFC 5322 §3.6.4 orders them. */
function candidates(message: Pick<Message, 'in_reply_to' | 'refs'>): string[] {
  const chosen = new Map<string, string>();
  for (const id of [message.in_reply_to, ...message.refs.slice(-CANDIDATES_MAX).reverse()]) {
    const normal = normaliseMessageId(id);
    if (normal !== '' && !chosen.has(normal)) chosen.set(normal, id);
  }
  return [...chosen.values()].slice(0, CANDIDATES_MAX);
}

/** Normalised id → conversation, for stored messages, both ways, and for acknowledgments, which are deliveries only. */
async function conversationsOf(tx: Tx, ids: readonly string[]): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  if (ids.length === 0) return found;
  const hashes = new Map(ids.map((id) => [hashMessageId(id)!.toString('hex'), normaliseMessageId(id)]));
  const messages = await tx
    .selectFrom('message')
    .select(['message_id_hash', 'conversation_id'])
    .where(
      'message_id_hash',
      'in',
      [...hashes.keys()].map((hex) => Buffer.from(hex, 'hex')),
    )
    .where('conversation_id', 'is not', null)
    .orderBy('received_at')
    .execute();
  for (const row of messages) {
    const id = hashes.get(Buffer.from(row.message_id_hash!).toString('hex'));
    if (id !== undefined && !found.has(id)) found.set(id, row.conversation_id!);
  }
  const ours = ids.filter((id) => parseMessageId(id) !== undefined).map((id) => `<${normaliseMessageId(id)}>`);
  if (ours.length === 0) return found;
  const deliveries = await tx
    .selectFrom('delivery')
    .select(['message_id_header', 'conversation_id'])
    .where('message_id_header', 'in', ours)
    .execute();
  // Ours beat theirs: anybody can send a mail that carries one of our ids as its own.
  for (const row of deliveries) found.set(normaliseMessageId(row.message_id_header), row.conversation_id);
  return found;
}

/** An id of ours whose row is gone (retention): its reference names the conversation, its token proves the recipient. */
async function byToken(tx: Tx, id: string, sender_key: string, secret: string): Promise<string | undefined> {
  const ours = parseMessageId(id);
  if (ours === undefined) return undefined;
  const row = await tx.selectFrom('conversation').select('id').where('ref', '=', ours.ref).executeTakeFirst();
  return row !== undefined && verifyMessageId(id, row.id, sender_key, secret) ? row.id : undefined;
}

/** The sender wrote it or something people joined to it, was written to in it by us, or quotes an id that was made for this address. */
async function takesPart(
  tx: Tx,
  conversation_id: string,
  sender_key: string,
  id: string,
  secret: string,
): Promise<boolean> {
  // A mail without a usable sender has a key of its own (store/intake.ts) and is nobody.
  if (!sender_key.includes('@')) return false;
  if (verifyMessageId(id, conversation_id, sender_key, secret)) return true;
  const row = await tx
    .selectFrom('conversation')
    .select('id')
    .where('id', '=', conversation_id)
    .where((is) =>
      is.or([
        is('sender_key', '=', sender_key),
        is.exists(
          is
            .selectFrom('conversation as other')
            .select('other.id')
            .whereRef('other.joined_to', '=', 'conversation.id')
            .where('other.sender_key', '=', sender_key),
        ),
        is.exists(
          is
            .selectFrom('delivery')
            .select('delivery.id')
            .whereRef('delivery.conversation_id', '=', 'conversation.id')
            .where(sql`lower(delivery.to_address)`, '=', sender_key)
            .where('delivery.status', 'in', ['sending', 'sent', 'ambiguous']),
        ),
      ]),
    )
    .executeTakeFirst();
  return row !== undefined;
}

/** The short reference in the subject: the same sender joins, anybody else gets a suggestion. */
async function bySubject(tx: Tx, subject: string, sender_key: string): Promise<Thread> {
  const ref = parseReference(subject);
  if (ref === undefined) return NONE;
  const row = await tx
    .selectFrom('conversation')
    .select(['id', 'sender_key'])
    .where('ref', '=', ref)
    .executeTakeFirst();
  if (row === undefined) return NONE;
  const same = sender_key.includes('@') && row.sender_key === sender_key;
  return same ? { conversation_id: row.id, suggested_link: null } : { conversation_id: null, suggested_link: row.id };
}
