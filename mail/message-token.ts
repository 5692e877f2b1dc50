import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { AiguillageError } from '../domain/errors.ts';
import { formatMessageId, normaliseMessageId, parseMessageId } from '../domain/reply.ts';

/**
 * Our Message-IDs carry a token that binds the conversation to one recipient (law 10): an answer that quotes the id
 * joins only when it comes from the address we wrote to. A mail passed on to a neighbour, or an id found in an archive,
 * opens a new conversation with a suggested link.
 */

const SECRET_CHARS_MIN = 32;
/** Bytes of randomness in an id: the token already tells two conversations apart, this tells two mails apart. */
export const MESSAGE_ID_RANDOM_BYTES = 8;

export interface MessageIdFor {
  readonly conversation_id: string;
  /** Short reference of the conversation (domain/reference.ts). */
  readonly ref: string;
  readonly recipient: string;
  /** Domain of the mailbox that sends. */
  readonly domain: string;
}

/** `<ref.random.token@domain>`. @throws AiguillageError BAD_INPUT when the secret is too short */
export function makeMessageId(what: MessageIdFor, secret: string, random: Uint8Array): string {
  const hex = Buffer.from(random.subarray(0, MESSAGE_ID_RANDOM_BYTES)).toString('hex');
  const token = tokenOf(what.conversation_id, what.recipient, hex, secret);
  return formatMessageId({ ref: what.ref, random: hex, token }, what.domain);
}

/** True when `id` is one we made for this conversation and this recipient. */
export function verifyMessageId(id: string, conversation_id: string, recipient: string, secret: string): boolean {
  const parts = parseMessageId(id);
  if (parts === undefined || recipient === '') return false;
  const expected = Buffer.from(tokenOf(conversation_id, recipient, parts.random, secret));
  const given = Buffer.from(parts.token);
  return expected.length === given.length && timingSafeEqual(expected, given);
}

function tokenOf(conversation_id: string, recipient: string, random: string, secret: string): string {
  if (secret.length < SECRET_CHARS_MIN) {
    throw new AiguillageError('BAD_INPUT', `The secret of Message-IDs needs at least ${SECRET_CHARS_MIN} characters.`);
  }
  // JSON keeps the three apart whatever they contain; the label keeps this use of the secret apart from others.
  const bound = JSON.stringify(['message-id', conversation_id, recipient.trim().toLowerCase(), random]);
  return createHmac('sha256', secret).update(bound).digest('hex').slice(0, 32);
}

/**
 * sha-256 of the normalised id, the only form in which Message-IDs are indexed: they are hints made by strangers, of
 * any length, and some carry the address of their writer. Null for what cannot be an id.
 */
export function hashMessageId(id: string): Buffer | null {
  const normal = normaliseMessageId(id);
  return normal === '' ? null : createHash('sha256').update(normal).digest();
}
