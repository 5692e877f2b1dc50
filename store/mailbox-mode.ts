import type { RowJob } from '../queues/contracts.ts';
import type { Actor, Tx } from './database.ts';
import { releaseHeld } from './delivery-desk.ts';
import { appendAudit, appendEvents } from './events.ts';
import { lockMailbox, type MailboxMode } from './mailboxes.ts';

/**
 * Switches a mailbox between observing and live.
 * @param release_held send what was held back while it observed; otherwise those sendings stay visible and held
 * @returns the jobs to enqueue after the commit
 */
export async function setMailboxMode(
  tx: Tx,
  by: Actor,
  change: { readonly mailbox: string; readonly mode: MailboxMode; readonly release_held: boolean },
  now: Date,
): Promise<RowJob[]> {
  const from = await lockMailbox(tx, change.mailbox);
  if (from !== change.mode) {
    await tx.updateTable('mailbox').set({ mode: change.mode }).where('id', '=', change.mailbox).execute();
    const data = { mailbox: change.mailbox, from, to: change.mode };
    await appendEvents(tx, by, now, [{ type: 'mailbox.mode', occurred_at: now, data }]);
    await appendAudit(tx, by, now, 'mailbox.mode', change.mailbox, { from, to: change.mode });
  }
  return change.mode === 'live' && change.release_held ? releaseHeld(tx, by, change.mailbox, now) : [];
}
