import { sql } from 'kysely';
import type { LedgerOutcome } from '../domain/conversation.ts';
import type { FolderKey } from './cursors.ts';
import type { Tx } from './database.ts';
import { insertMessages } from './ledger-messages.ts';
import { lockMailbox } from './mailboxes.ts';
import type { PackedRaw } from './raw.ts';
import { repeatedTooLarge, setAsideTooLarge, takeBackTooLarge, type TooLargeMail } from './too-large.ts';

export type { TooLargeMail } from './too-large.ts';

/** A mail as the server gave it, to be recorded. */
export interface IngestedMail {
  readonly uid: number;
  /** INTERNALDATE: the start of the clock (law 6). */
  readonly internal_date: Date;
  readonly raw: PackedRaw;
  readonly urgent_hint: boolean;
  /** What was odd about the fetching, as a code; kept as the message's parse problem. */
  readonly note?: string;
}

export interface LedgerBatch extends FolderKey {
  readonly origin: 'imap' | 'import';
  readonly mails: readonly IngestedMail[];
  readonly too_large?: readonly TooLargeMail[];
  /** UIDs that the server once announced and that are gone. */
  readonly vanished?: readonly number[];
  /** What is owed to the server for these mails; recorded only while the mailbox is live. */
  readonly action?: 'flag' | 'move';
}

export interface RecordedMessage {
  readonly id: string;
  readonly rev: number;
  readonly received_at: Date;
  readonly urgent_hint: boolean;
}

export interface BatchResult {
  /** New messages, to be enqueued once the transaction has committed. */
  readonly messages: RecordedMessage[];
  readonly duplicates: number;
  readonly quarantined: number;
  readonly vanished: number;
  /** UIDs that were in the ledger before; nothing was changed for them. */
  readonly known: number;
}

interface Row {
  uid: number;
  sha256: Uint8Array | null;
  size: number | null;
  internal_date: Date | null;
  outcome: LedgerOutcome | null;
  action: boolean;
}

/**
 * Writes one batch: ledger rows, originals, messages in status `received`. A content that this mailbox already has (a
 * changed UIDVALIDITY, a mail moved by hand, a re-import) ends at once as `duplicate` of the first. A UID that is already
 * in the ledger is left alone, except one that was thought gone or too large and has now been fetched.
 */
export async function recordBatch(tx: Tx, batch: LedgerBatch, now: Date): Promise<BatchResult> {
  const mode = await lockMailbox(tx, batch.mailbox);
  const too_large = batch.too_large ?? [];
  const repeated = await repeatedTooLarge(tx, batch.mailbox, too_large);
  const rows = ledgerRows(batch, repeated);
  const written = await insertRows(tx, batch, rows, mode === 'live' ? (batch.action ?? '') : '', now);
  const mails = batch.mails.filter((mail) => written.has(mail.uid));
  const { messages, links } = await insertMessages(tx, batch, mails, now);
  const oversized = too_large.filter((mail) => written.has(mail.uid) && !repeated.has(mail.uid));
  await setAsideTooLarge(tx, batch, oversized, now);
  return {
    messages,
    duplicates:
      links - messages.length + too_large.filter((mail) => written.has(mail.uid) && repeated.has(mail.uid)).length,
    quarantined: oversized.length,
    vanished: (batch.vanished ?? []).filter((uid) => written.has(uid)).length,
    known: rows.length - written.size,
  };
}

function ledgerRows(batch: LedgerBatch, repeated: ReadonlySet<number>): Row[] {
  const absent = { sha256: null, size: null, internal_date: null, action: false };
  return [
    ...batch.mails.map((mail): Row => ({
      uid: mail.uid,
      sha256: mail.raw.sha256,
      size: mail.raw.size,
      internal_date: mail.internal_date,
      outcome: null,
      action: true,
    })),
    // Its original is not stored, so the server keeps it untouched (law 1).
    ...(batch.too_large ?? []).map((mail): Row => ({
      ...absent,
      uid: mail.uid,
      size: mail.size,
      internal_date: mail.internal_date,
      outcome: repeated.has(mail.uid) ? 'duplicate' : 'quarantined',
    })),
    ...(batch.vanished ?? []).map((uid): Row => ({ ...absent, uid, outcome: 'vanished' })),
  ];
}

async function insertRows(
  tx: Tx,
  key: FolderKey,
  rows: Row[],
  action: '' | 'flag' | 'move',
  now: Date,
): Promise<Set<number>> {
  if (rows.length === 0) return new Set();
  const written = await tx
    .insertInto('ledger')
    .values(
      rows.map(({ action: owed, ...row }) => ({
        ...row,
        mailbox: key.mailbox,
        folder: key.folder,
        uidvalidity: key.uidvalidity,
        server_action: owed ? action : ('' as const),
        recorded_at: now,
      })),
    )
    .onConflict((conflict) =>
      conflict
        .columns(['mailbox', 'folder', 'uidvalidity', 'uid'])
        .doUpdateSet((eb) => ({
          sha256: eb.ref('excluded.sha256'),
          size: eb.ref('excluded.size'),
          internal_date: eb.ref('excluded.internal_date'),
          outcome: eb.ref('excluded.outcome'),
          server_action: eb.ref('excluded.server_action'),
        }))
        // Without an original: thought gone, or set aside as too large. With one, nothing is ever rewritten.
        .where('ledger.sha256', 'is', null)
        .where('excluded.sha256' as 'ledger.sha256', 'is not', null),
    )
    .returning(['uid', sql<boolean>`xmax <> 0`.as('updated')])
    .execute();
  const updated = written.filter((row) => row.updated).map((row) => row.uid);
  if (updated.length > 0) await takeBackTooLarge(tx, key, updated, now);
  return new Set(written.map((row) => row.uid));
}
