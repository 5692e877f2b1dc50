import { sql } from 'kysely';
import type { ClosingCode, ConversationStatus } from '../domain/conversation.ts';
import type { Flagged } from '../domain/flagging.ts';
import type { Tx } from './database.ts';

/** What people change on a conversation. The caller holds the row's lock and has asked `advance` for the status. */

export interface Settled {
  readonly status: ConversationStatus;
  readonly closing_code?: ClosingCode;
  /** Until when missing pieces are waited for. */
  readonly waiting_until?: Date;
}

/** Ends the holder's part: answered, waiting or closed. A status of `assigned` keeps the holder. */
export async function settle(tx: Tx, id: string, to: Settled, now: Date): Promise<void> {
  await tx
    .updateTable('conversation')
    .set({
      status: to.status,
      ...(to.status === 'assigned' ? {} : { holder: null, held_until: null }),
      closing_code: to.closing_code ?? null,
      waiting_until: to.waiting_until ?? null,
      rev: sql<number>`rev + 1`,
      updated_at: now,
    })
    .where('id', '=', id)
    .execute();
}

/** Gives a conversation (back) to one person, as after a reply that was taken back. */
export async function handBackTo(tx: Tx, id: string, holder: string, held_until: Date, now: Date): Promise<void> {
  await tx
    .updateTable('conversation')
    .set({
      status: 'assigned',
      holder,
      held_until,
      closing_code: null,
      waiting_until: null,
      rev: sql<number>`rev + 1`,
      updated_at: now,
    })
    .where('id', '=', id)
    .execute();
}

export interface Moved {
  readonly status: ConversationStatus;
  readonly queue: string;
  readonly restricted: boolean;
  /** Set when a pool receives it. */
  readonly handed: boolean;
}

/** Puts a conversation in another queue. Its clocks stay as they are (law 6). */
export async function move(tx: Tx, id: string, to: Moved, now: Date): Promise<void> {
  await tx
    .updateTable('conversation')
    .set({
      status: to.status,
      queue: to.queue,
      restricted: to.restricted,
      holder: null,
      held_until: null,
      handed_at: to.handed ? now : null,
      ...(to.handed ? { pool_hops: sql<number>`pool_hops + 1` } : {}),
      rev: sql<number>`rev + 1`,
      updated_at: now,
    })
    .where('id', '=', id)
    .execute();
}

/** A person gives the motif. */
export async function setMotif(
  tx: Tx,
  id: string,
  set: { motif: string; restricted: boolean; confirmed_by: string },
  now: Date,
): Promise<void> {
  await tx
    .updateTable('conversation')
    .set({ motif_confirmed: set.motif, confirmed_by: set.confirmed_by, rev: sql<number>`rev + 1`, updated_at: now })
    // Only when it changes: the partner role may not write this column, and never needs to.
    .$if(set.restricted, (query) => query.set({ restricted: true }))
    .where('id', '=', id)
    .execute();
}

/** Writes what a mark put or taken by a person makes of the conversation. Its clocks stay as they are (law 6). */
export async function setFlags(tx: Tx, id: string, to: Flagged, now: Date): Promise<void> {
  await tx
    .updateTable('conversation')
    .set({
      flags: [...to.flags],
      urgency: to.urgency,
      status: to.status,
      queue: to.queue,
      restricted: to.restricted,
      ...(to.status === 'queued' ? { holder: null, held_until: null, closing_code: null, waiting_until: null } : {}),
      ...(to.recalled === undefined ? {} : { handed_at: null }),
      rev: sql<number>`rev + 1`,
      updated_at: now,
    })
    .where('id', '=', id)
    .execute();
}
