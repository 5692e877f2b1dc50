import { createHash } from 'node:crypto';
import { normaliseMessageId } from '../domain/reply.ts';

/**
 * What makes two mails the same although their bytes differ: Message-ID, sender and text. A mail sent to two of our
 * mailboxes arrives twice with other Received headers; two different mails with one Message-ID (some senders never
 * change it) stay two. Null without a Message-ID: then only equal bytes are the same mail.
 */
export function contentHash(message_id: string, from_address: string, text: string): Buffer | null {
  const id = normaliseMessageId(message_id);
  if (id === '') return null;
  // White space differs between gateways; nothing else may.
  const flat = text.replace(/\s+/gu, ' ').trim();
  return createHash('sha256')
    .update(JSON.stringify([id, from_address.toLowerCase(), flat]))
    .digest();
}
