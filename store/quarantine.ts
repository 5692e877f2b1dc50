import { sql } from 'kysely';
import { SYSTEM, type Tx } from './database.ts';
import { appendEvents } from './events.ts';
import { newId } from './ids.ts';
import { setOutcome } from './messages.ts';

export type QuarantineReason = 'malware' | 'too-large' | 'process-deaths';

export interface QuarantineItem {
  id: string;
  mailbox: string;
  folder: string;
  uid: number;
  size: number | null;
  reason: QuarantineReason;
  created_at: Date;
  replayed_at: Date | null;
  message_id: string | null;
}

/** Sets a message aside, visibly; it still counts as received (law 1). */
export async function quarantineMessage(tx: Tx, message_id: string, reason: QuarantineReason, now: Date): Promise<void> {
  const rows = await tx
    .selectFrom('ledger')
    .select(['mailbox', 'folder', 'uidvalidity', 'uid', 'sha256', 'size', 'internal_date'])
    .where('message_id', '=', message_id)
    .orderBy('recorded_at')
    .limit(1)
    .execute();
  const ledger = rows[0];
  if (ledger === undefined) return;
  await setOutcome(tx, message_id, 'quarantined', 'stuck');
  await tx
    .insertInto('quarantine')
    .values({
      id: newId(now.getTime()),
      mailbox: ledger.mailbox,
      folder: ledger.folder,
      uidvalidity: ledger.uidvalidity,
      uid: ledger.uid,
      sha256: ledger.sha256,
      size: ledger.size,
      message_id,
      reason,
      created_at: now,
    })
    .execute();
  await appendEvents(tx, SYSTEM, now, [
    { type: 'message.quarantined', occurred_at: ledger.internal_date ?? now, message_id, data: { reason, mailbox: ledger.mailbox } },
  ]);
}

/** What is set aside, oldest first. */
export async function listQuarantine(tx: Tx, limit = 200): Promise<QuarantineItem[]> {
  return tx
    .selectFrom('quarantine')
    .select(['id', 'mailbox', 'folder', 'uid', 'size', 'reason', 'created_at', 'replayed_at', 'message_id'])
    .orderBy('created_at')
    .limit(limit)
    .execute();
}

/**
 * Sends a quarantined mail through triage once more, as a new revision of its row.
 * @returns the job to enqueue after the commit, or undefined when there is nothing to replay.
 */
export async function replayQuarantine(tx: Tx, id: string, by: string, now: Date): Promise<{ id: string; rev: number } | undefined> {
  const item = await tx.selectFrom('quarantine').selectAll().where('id', '=', id).forUpdate().executeTakeFirst();
  if (item === undefined || item.message_id === null || item.replayed_at !== null) return undefined;
  const row = await tx
    .updateTable('message')
    .set({ status: 'received', starts: 0, outcome: null, rev: sql<number>`rev + 1` })
    .where('id', '=', item.message_id)
    .where('status', '=', 'stuck')
    .returning(['id', 'rev'])
    .executeTakeFirst();
  if (row === undefined) return undefined;
  await tx.updateTable('ledger').set({ outcome: null }).where('message_id', '=', item.message_id).where('outcome', '=', 'quarantined').execute();
  await tx.updateTable('quarantine').set({ replayed_at: now, replayed_by: by }).where('id', '=', id).execute();
  return row;
}
