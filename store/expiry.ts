import { sql } from 'kysely';
import { SYSTEM, type Tx } from './database.ts';
import { appendEvents } from './events.ts';
import { giveBack } from './give-back.ts';

/** What time alone does to conversations. Each call takes at most `limit` rows and is a no-op once they are done. */

/**
 * Gives back conversations whose holder was silent past `held_until`: queued again, with their clocks as they were.
 * @returns the ids of the conversations given back.
 */
export async function releaseExpired(tx: Tx, now: Date, limit: number): Promise<string[]> {
  const rows = await tx
    .selectFrom('conversation')
    .select(['id', 'holder', 'held_until'])
    .where('status', '=', 'assigned')
    .where('held_until', '<', now)
    .orderBy('held_until')
    .limit(limit)
    .forUpdate()
    .skipLocked()
    .execute();
  return giveBack(
    tx,
    rows.map(({ id, holder, held_until }) => ({ id, holder, since: held_until ?? now })),
    'lease-expired',
    now,
  );
}

/**
 * Queues conversations whose awaited pieces did not come by `waiting_until`: a person decides what follows. No clock
 * starts again, since the member was answered.
 * @returns the ids of the conversations queued.
 */
export async function wakeWaiting(tx: Tx, now: Date, limit: number): Promise<string[]> {
  const rows = await tx
    .selectFrom('conversation')
    .select(['id', 'waiting_until'])
    .where('status', '=', 'waiting')
    .where('waiting_until', '<=', now)
    .orderBy('waiting_until')
    .limit(limit)
    .forUpdate()
    .skipLocked()
    .execute();
  if (rows.length === 0) return [];
  const ids = rows.map((row) => row.id);
  await tx
    .updateTable('conversation')
    .set({
      status: 'queued',
      holder: null,
      held_until: null,
      waiting_until: null,
      rev: sql<number>`rev + 1`,
      updated_at: now,
    })
    .where('id', 'in', ids)
    .execute();
  await appendEvents(
    tx,
    SYSTEM,
    now,
    rows.map((row) => ({
      type: 'conversation.reopened' as const,
      occurred_at: row.waiting_until ?? now,
      conversation_id: row.id,
      data: { from: 'waiting', reason: 'waiting-expired' },
    })),
  );
  return ids;
}
