import type { FolderKey } from './cursors.ts';
import type { Tx } from './database.ts';

/** UIDs for which something is still owed to the server, oldest first. Their originals are committed. */
export async function owedActions(tx: Tx, key: FolderKey, max: number): Promise<number[]> {
  const rows = await tx
    .selectFrom('ledger')
    .select('uid')
    .where('mailbox', '=', key.mailbox)
    .where('folder', '=', key.folder)
    .where('uidvalidity', '=', key.uidvalidity)
    .where('server_action', '<>', '')
    .orderBy('uid')
    .limit(max)
    .execute();
  return rows.map((row) => row.uid);
}

/** The server has done it. */
export async function actionsDone(tx: Tx, key: FolderKey, uids: readonly number[]): Promise<void> {
  await tx
    .updateTable('ledger')
    .set({ server_action: '' })
    .where('mailbox', '=', key.mailbox)
    .where('folder', '=', key.folder)
    .where('uidvalidity', '=', key.uidvalidity)
    .where('uid', 'in', [...uids])
    .execute();
}

/** Under a former numbering of the folder nothing can be done any more; the same mails have new rows. */
export async function dropFormerActions(tx: Tx, key: FolderKey): Promise<void> {
  await tx
    .updateTable('ledger')
    .set({ server_action: '' })
    .where('mailbox', '=', key.mailbox)
    .where('folder', '=', key.folder)
    .where('uidvalidity', '<>', key.uidvalidity)
    .where('server_action', '<>', '')
    .execute();
}
