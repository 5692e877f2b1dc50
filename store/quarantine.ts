import { sql } from 'kysely';
import type { Rulebook } from '../domain/rulebook.ts';
import { policyFor } from '../domain/sla.ts';
import { SYSTEM, type Tx } from './database.ts';
import { appendEvents } from './events.ts';
import { newId } from './ids.ts';
import { setOutcome } from './messages.ts';
import { openRequest } from './requests.ts';

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
export async function quarantineMessage(
  tx: Tx,
  message_id: string,
  reason: QuarantineReason,
  now: Date,
): Promise<void> {
  const rows = await tx
    .selectFrom('ledger')
    .select(['mailbox', 'folder', 'uidvalidity', 'uid', 'sha256', 'size', 'internal_date'])
    .where('message_id', '=', message_id)
    .orderBy('recorded_at')
    .limit(1)
    .execute();
  const ledger = rows[0];
  if (ledger === undefined) {
    // Handed over by the bot: no mail lies behind it. Stuck is visible, and `requeue` tries again.
    await tx.updateTable('message').set({ status: 'stuck' }).where('id', '=', message_id).execute();
    return;
  }
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
    {
      type: 'message.quarantined',
      occurred_at: ledger.internal_date ?? now,
      message_id,
      data: { reason, mailbox: ledger.mailbox },
    },
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
export async function replayQuarantine(
  tx: Tx,
  id: string,
  by: string,
  now: Date,
): Promise<{ id: string; rev: number } | undefined> {
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
  await tx
    .updateTable('ledger')
    .set({ outcome: null })
    .where('message_id', '=', item.message_id)
    .where('outcome', '=', 'quarantined')
    .execute();
  await tx.updateTable('quarantine').set({ replayed_at: now, replayed_by: by }).where('id', '=', id).execute();
  return row;
}

const COUNT_MAX = 200;

/**
 * Starts the clock of what was set aside: it counts as received although nobody can read it yet (law 1). Once a mail;
 * a replay that gives it a conversation finds its clock running.
 * @returns how many were counted
 */
export async function countQuarantined(tx: Tx, book: Rulebook, now: Date): Promise<number> {
  const items = await tx
    .selectFrom('quarantine')
    .innerJoin('ledger', (join) =>
      join
        .onRef('ledger.mailbox', '=', 'quarantine.mailbox')
        .onRef('ledger.folder', '=', 'quarantine.folder')
        .onRef('ledger.uidvalidity', '=', 'quarantine.uidvalidity')
        .onRef('ledger.uid', '=', 'quarantine.uid'),
    )
    .select([
      'quarantine.id',
      'quarantine.message_id',
      'quarantine.mailbox',
      'ledger.internal_date',
      'quarantine.created_at',
    ])
    .where('quarantine.counted_at', 'is', null)
    .orderBy('quarantine.created_at')
    .limit(COUNT_MAX)
    .forUpdate('quarantine')
    .skipLocked()
    .execute();
  for (const item of items) {
    const profile = book.mailboxes.find((mailbox) => mailbox.id === item.mailbox);
    const started_at = item.internal_date ?? item.created_at;
    await openRequest(tx, SYSTEM, now, {
      // A mail over the limit has no message row; its quarantine row stands for it.
      message_id: item.message_id ?? item.id,
      conversation_id: null,
      started_at,
      ...policyFor(profile ?? { sla: book.slas[0]!.id }, started_at, book),
      mailbox: item.mailbox,
      motif: null,
      level: null,
      queue: null,
      origin: 'imap',
    });
    await tx.updateTable('quarantine').set({ counted_at: now }).where('id', '=', item.id).execute();
  }
  return items.length;
}
