import { sql } from 'kysely';
import { SYSTEM, type Tx } from './database.ts';
import { appendEvents } from './events.ts';

/** A conversation whose holder no longer works on it; `since` is when that began. */
export interface LeftByHolder {
  readonly id: string;
  readonly holder: string | null;
  readonly since: Date;
}

/** Queues conversations anew, with their clocks as they were. @returns their ids */
export async function giveBack(
  tx: Tx,
  left: readonly LeftByHolder[],
  reason: 'holder-absent' | 'lease-expired' | 'series-left',
  now: Date,
): Promise<string[]> {
  if (left.length === 0) return [];
  const ids = left.map(({ id }) => id);
  await tx
    .updateTable('conversation')
    // The new revision refuses what the former holder may still send.
    .set({ status: 'queued', holder: null, held_until: null, rev: sql<number>`rev + 1`, updated_at: now })
    .where('id', 'in', ids)
    .execute();
  await appendEvents(
    tx,
    SYSTEM,
    now,
    left.map(({ id, holder, since }) => ({
      type: 'conversation.released' as const,
      occurred_at: since,
      conversation_id: id,
      data: { reason, holder },
    })),
  );
  return ids;
}
