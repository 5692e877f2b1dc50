import { sql, type Selectable } from 'kysely';
import type { LedgerOutcome } from '../domain/conversation.ts';
import type { Tx } from './database.ts';
import type { MessageTable, StoredAttachment } from './schema.ts';

export type Message = Selectable<MessageTable>;

export async function loadMessage(tx: Tx, id: string): Promise<Message | undefined> {
  return tx.selectFrom('message').selectAll().where('id', '=', id).executeTakeFirst();
}

/**
 * Counts one start of work, to be committed before the work begins: a mail that kills its process cannot do so more than
 * three times (law 2). @returns the number of starts so far, this one included; undefined when the row moved on.
 */
export async function countStart(
  tx: Tx,
  id: string,
  rev: number,
  status: readonly Message['status'][],
): Promise<number | undefined> {
  const row = await tx
    .updateTable('message')
    .set({ starts: sql<number>`starts + 1` })
    .where('id', '=', id)
    .where('rev', '=', rev)
    .where('status', 'in', [...status])
    .returning('starts')
    .executeTakeFirst();
  return row?.starts;
}

/** The work ended, well or in an error we saw: only deaths stay counted. */
export async function uncountStart(tx: Tx, id: string): Promise<void> {
  await tx
    .updateTable('message')
    .set({ starts: sql<number>`greatest(starts - 1, 0)` })
    .where('id', '=', id)
    .execute();
}

export interface ParsedFields {
  from_address: string;
  from_name: string;
  to_addresses: string[];
  cc_addresses: string[];
  reply_to: string;
  subject: string;
  body: string;
  quoted: string;
  signature: string;
  attachments: StoredAttachment[];
  headers: Record<string, string>;
  message_id: string;
  message_id_hash: Uint8Array | null;
  in_reply_to: string;
  refs: string[];
  content_hash: Uint8Array | null;
  automated_reason: string | null;
  parse_problem: string | null;
}

/** Stores what parsing found. A row that moved on is left alone. */
export async function saveParsed(tx: Tx, id: string, fields: ParsedFields): Promise<void> {
  await tx
    .updateTable('message')
    .set({
      ...fields,
      attachments: JSON.stringify(fields.attachments),
      headers: JSON.stringify(fields.headers),
      status: 'parsed',
    })
    .where('id', '=', id)
    .where('status', '=', 'received')
    .execute();
}

/** Ends a message in the ledger (law 1), with every UID that points at it. */
export async function setOutcome(
  tx: Tx,
  id: string,
  outcome: LedgerOutcome,
  status: Message['status'],
  more: { conversation_id?: string; duplicate_of?: string } = {},
): Promise<void> {
  await tx
    .updateTable('message')
    .set({ outcome, status, ...more })
    .where('id', '=', id)
    .execute();
  await tx.updateTable('ledger').set({ outcome }).where('message_id', '=', id).where('outcome', 'is', null).execute();
}

/** The first message with the same Message-ID, sender and body, sent to another of our mailboxes. */
export async function findSameContent(
  tx: Tx,
  message: Pick<Message, 'id' | 'content_hash'>,
): Promise<Message | undefined> {
  if (message.content_hash === null) return undefined;
  return tx
    .selectFrom('message')
    .selectAll()
    .where('content_hash', '=', message.content_hash)
    .where('id', '<>', message.id)
    .where('outcome', 'in', ['conversation', 'joined'])
    .orderBy('id')
    .limit(1)
    .executeTakeFirst();
}

/** Rows whose job may be lost: older than `before` and still in `status`. Earliest first. */
export async function findStale(
  tx: Tx,
  status: readonly Message['status'][],
  before: Date,
  limit: number,
): Promise<{ id: string; rev: number; status: Message['status']; urgent_hint: boolean }[]> {
  return tx
    .selectFrom('message')
    .select(['id', 'rev', 'status', 'urgent_hint'])
    .where('status', 'in', [...status])
    .where('ingested_at', '<', before)
    .orderBy('ingested_at')
    .limit(limit)
    .execute();
}
