import type { FolderKey } from './cursors.ts';
import { SYSTEM, type Tx } from './database.ts';
import { appendEvents } from './events.ts';
import { newId } from './ids.ts';
import { putPacked, type PackedRaw } from './raw.ts';

/** A mail over max_mail_bytes: only its header block was fetched, so that a person can see who wrote. */
export interface TooLargeMail {
  readonly uid: number;
  readonly internal_date: Date;
  readonly size: number;
  readonly headers: PackedRaw;
}

/** UIDs whose header block and size were already set aside in this mailbox: the same mail under a new numbering. */
export async function repeatedTooLarge(tx: Tx, mailbox: string, mails: readonly TooLargeMail[]): Promise<Set<number>> {
  const repeated = new Set<number>();
  for (const mail of mails) {
    const row = await tx
      .selectFrom('quarantine')
      .select('id')
      .where('mailbox', '=', mailbox)
      .where('sha256', '=', mail.headers.sha256)
      .where('size', '=', mail.size)
      .executeTakeFirst();
    if (row !== undefined) repeated.add(mail.uid);
  }
  return repeated;
}

/** Sets mails aside visibly. They still count as received, so each leaves an event (law 1). */
export async function setAsideTooLarge(
  tx: Tx,
  key: FolderKey,
  mails: readonly TooLargeMail[],
  now: Date,
): Promise<void> {
  if (mails.length === 0) return;
  await putPacked(
    tx,
    mails.map((mail) => mail.headers),
    now,
  );
  await tx
    .insertInto('quarantine')
    .values(
      mails.map((mail) => ({
        id: newId(now.getTime()),
        mailbox: key.mailbox,
        folder: key.folder,
        uidvalidity: key.uidvalidity,
        uid: mail.uid,
        sha256: mail.headers.sha256,
        size: mail.size,
        reason: 'too-large' as const,
        created_at: now,
      })),
    )
    .execute();
  await appendEvents(
    tx,
    SYSTEM,
    now,
    mails.map((mail) => ({
      type: 'message.quarantined' as const,
      occurred_at: mail.internal_date,
      data: { mailbox: key.mailbox, reason: 'too-large', size: mail.size },
    })),
  );
}

/** The limit was raised and these were fetched after all: their quarantine rows are closed. */
export async function takeBackTooLarge(tx: Tx, key: FolderKey, uids: readonly number[], now: Date): Promise<void> {
  await tx
    .updateTable('quarantine')
    .set({ replayed_at: now, replayed_by: 'system' })
    .where('mailbox', '=', key.mailbox)
    .where('folder', '=', key.folder)
    .where('uidvalidity', '=', key.uidvalidity)
    .where('uid', 'in', [...uids])
    .where('reason', '=', 'too-large')
    .where('replayed_at', 'is', null)
    .execute();
}
