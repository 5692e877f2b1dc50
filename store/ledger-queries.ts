import { LEDGER_OUTCOMES, type LedgerOutcome } from '../domain/conversation.ts';
import type { FolderKey } from './cursors.ts';
import type { Tx } from './database.ts';

/** From one UID to another, both included; without `to` up to the last. */
export interface UidRange {
  readonly from: number;
  readonly to?: number | undefined;
}

/**
 * UIDs of the folder, within the range, that need nothing more. Left out, so that they are looked at again: mails
 * thought gone, and those set aside as too large that the present limit would let in.
 */
export async function settledUids(
  tx: Tx,
  key: FolderKey,
  range: UidRange,
  max_mail_bytes: number,
): Promise<Set<number>> {
  const rows = await tx
    .selectFrom('ledger')
    .select('uid')
    .where('mailbox', '=', key.mailbox)
    .where('folder', '=', key.folder)
    .where('uidvalidity', '=', key.uidvalidity)
    .where('uid', '>=', range.from)
    .$if(range.to !== undefined, (query) => query.where('uid', '<=', range.to!))
    .where((eb) =>
      eb.or([eb('sha256', 'is not', null), eb.and([eb('outcome', '!=', 'vanished'), eb('size', '>', max_mail_bytes)])]),
    )
    .execute();
  return new Set(rows.map((row) => row.uid));
}

/** Outcome of every UID of the folder within the range; null while its message is in the pipeline. */
export async function ledgerOutcomes(
  tx: Tx,
  key: FolderKey,
  range: UidRange,
): Promise<Map<number, LedgerOutcome | null>> {
  const rows = await tx
    .selectFrom('ledger')
    .select(['uid', 'outcome'])
    .where('mailbox', '=', key.mailbox)
    .where('folder', '=', key.folder)
    .where('uidvalidity', '=', key.uidvalidity)
    .where('uid', '>=', range.from)
    .$if(range.to !== undefined, (query) => query.where('uid', '<=', range.to!))
    .execute();
  return new Map(rows.map((row) => [row.uid, row.outcome]));
}

/** Of these contents, in hexadecimal, those that the mailbox already has. */
export async function knownContents(tx: Tx, mailbox: string, sha256: readonly Uint8Array[]): Promise<Set<string>> {
  if (sha256.length === 0) return new Set();
  const rows = await tx
    .selectFrom('ledger')
    .select('sha256')
    .distinct()
    .where('mailbox', '=', mailbox)
    .where('sha256', 'in', [...sha256])
    .execute();
  return new Set(rows.map((row) => Buffer.from(row.sha256!).toString('hex')));
}

/** Highest UID of the folder in the ledger; 0 when there is none. */
export async function highestUid(tx: Tx, key: FolderKey): Promise<number> {
  const row = await tx
    .selectFrom('ledger')
    .select((eb) => eb.fn.max('uid').as('uid'))
    .where('mailbox', '=', key.mailbox)
    .where('folder', '=', key.folder)
    .where('uidvalidity', '=', key.uidvalidity)
    .executeTakeFirst();
  return row?.uid ?? 0;
}

export type LedgerCounts = Record<LedgerOutcome | 'pending', number>;

/** Rows per outcome; `pending` are those whose message is still in the pipeline. */
export async function ledgerCounts(tx: Tx, mailbox?: string): Promise<LedgerCounts> {
  const rows = await tx
    .selectFrom('ledger')
    .select((eb) => ['outcome', eb.fn.countAll<number>().as('n')])
    .$if(mailbox !== undefined, (query) => query.where('mailbox', '=', mailbox!))
    .groupBy('outcome')
    .execute();
  const counts = Object.fromEntries([...LEDGER_OUTCOMES, 'pending'].map((name) => [name, 0])) as LedgerCounts;
  for (const row of rows) counts[row.outcome ?? 'pending'] = Number(row.n);
  return counts;
}

/** Ledger rows written per minute between two instants. */
export async function ingestRate(tx: Tx, since: Date, until: Date): Promise<number> {
  const row = await tx
    .selectFrom('ledger')
    .select((eb) => eb.fn.countAll<number>().as('n'))
    .where('recorded_at', '>', since)
    .where('recorded_at', '<=', until)
    .executeTakeFirstOrThrow();
  const minutes = (until.getTime() - since.getTime()) / 60_000;
  return minutes <= 0 ? 0 : Number(row.n) / minutes;
}
