import { sql } from 'kysely';
import { SYSTEM, type Tx } from './database.ts';
import { appendEvents, type NewEvent } from './events.ts';
import type { Request } from './requests.ts';

/** Warnings and breaches: what the clocks of open requests say once, when they reach their instants. */

export type DueRequest = Pick<Request, 'message_id' | 'conversation_id' | 'policy' | 'warn_at' | 'due_at'>;
const DUE_COLUMNS = ['message_id', 'conversation_id', 'policy', 'warn_at', 'due_at'] as const;

/**
 * Marks the open requests whose warning instant has come and appends `request.warned` for each, once for ever: the row is
 * marked in the same transaction, and rows another process holds are skipped. One already past its deadline is left to
 * {@link takeBreaches}. @param limit most rows in one transaction, earliest first.
 */
export async function takeDueWarnings(tx: Tx, now: Date, limit: number): Promise<DueRequest[]> {
  const due = await tx
    .selectFrom('request')
    .select(DUE_COLUMNS)
    .where('stopped_at', 'is', null)
    .where('warned_at', 'is', null)
    .where('warn_at', '<=', now)
    .where('due_at', '>=', now)
    .orderBy('warn_at')
    .limit(limit)
    .forUpdate()
    .skipLocked()
    .execute();
  if (due.length === 0) return due;
  const ids = due.map((row) => row.message_id);
  await tx.updateTable('request').set({ warned_at: now }).where('message_id', 'in', ids).execute();
  await appendEvents(
    tx,
    SYSTEM,
    now,
    due.map((row) => clockEvent('request.warned', row, row.warn_at)),
  );
  return due;
}

/** The same for requests past the deadline of their policy's headline clock, with `request.breached`. */
export async function takeBreaches(tx: Tx, now: Date, limit: number): Promise<DueRequest[]> {
  const due = await tx
    .selectFrom('request')
    .select(DUE_COLUMNS)
    .where('stopped_at', 'is', null)
    .where('breached_at', 'is', null)
    .where('due_at', '<', now)
    .orderBy('due_at')
    .limit(limit)
    .forUpdate()
    .skipLocked()
    .execute();
  if (due.length === 0) return due;
  await tx
    .updateTable('request')
    // A warning that was missed is not given after the fact; the row leaves the index of those still to come.
    .set({ breached_at: now, warned_at: sql<Date>`coalesce(warned_at, ${now})` })
    .where(
      'message_id',
      'in',
      due.map((row) => row.message_id),
    )
    .execute();
  await appendEvents(
    tx,
    SYSTEM,
    now,
    due.map((row) => clockEvent('request.breached', row, row.due_at)),
  );
  return due;
}

function clockEvent(type: 'request.warned' | 'request.breached', row: DueRequest, occurred_at: Date): NewEvent {
  return {
    type,
    occurred_at,
    conversation_id: row.conversation_id,
    message_id: row.message_id,
    data: { policy: row.policy, due_at: row.due_at.toISOString() },
  };
}
