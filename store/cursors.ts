import type { Tx } from './database.ts';

/** Place of a folder: mails are numbered within one UIDVALIDITY (RFC 3501 §2.3.1.1). */
export interface FolderKey {
  readonly mailbox: string;
  readonly folder: string;
  readonly uidvalidity: number;
}

/**
 * The last UID up to which every mail of the folder is accounted for, or null when this numbering was never read: a new
 * folder, or a UIDVALIDITY that changed.
 */
export async function readCursor(tx: Tx, key: FolderKey): Promise<number | null> {
  const row = await tx
    .selectFrom('folder_cursor')
    .select('last_uid')
    .where('mailbox', '=', key.mailbox)
    .where('folder', '=', key.folder)
    .where('uidvalidity', '=', key.uidvalidity)
    .executeTakeFirst();
  return row?.last_uid ?? null;
}

/** Writes the cursor and makes this numbering the current one; rows of former numberings stay as history. */
export async function writeCursor(tx: Tx, key: FolderKey, last_uid: number, now: Date): Promise<void> {
  await tx
    .updateTable('folder_cursor')
    .set({ current: false })
    .where('mailbox', '=', key.mailbox)
    .where('folder', '=', key.folder)
    .where('uidvalidity', '!=', key.uidvalidity)
    .where('current', '=', true)
    .execute();
  await tx
    .insertInto('folder_cursor')
    .values({
      mailbox: key.mailbox,
      folder: key.folder,
      uidvalidity: key.uidvalidity,
      last_uid,
      current: true,
      updated_at: now,
    })
    .onConflict((conflict) =>
      conflict.columns(['mailbox', 'folder', 'uidvalidity']).doUpdateSet({ last_uid, current: true, updated_at: now }),
    )
    .execute();
}
