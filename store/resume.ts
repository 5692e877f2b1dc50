import type { ResumeReason } from '../domain/request-events.ts';
import type { Actor, Tx } from './database.ts';
import { appendEvents } from './events.ts';
import { byLife } from './request-lives.ts';
import { refreshDue } from './requests.ts';

export interface StopMark {
  readonly stopped_at: Date;
  readonly stopped_by: string;
}

/**
 * Clocks run again, from their old start, because the answer that stopped them reached nobody. The event voids the stop in
 * every figure of its date or later (domain/figure-life.ts).
 * @param which how the stop is marked: its instant and who made it; or the messages
 * @returns the ids of the messages whose clock runs again
 */
export async function resumeRequests(
  tx: Tx,
  actor: Actor,
  conversation_id: string,
  which: StopMark | { readonly message_ids: readonly string[] },
  now: Date,
  why: { readonly reason: ResumeReason; readonly delivery?: string },
): Promise<string[]> {
  const rows = await tx
    .updateTable('request')
    .set({ stopped_at: null, stopped_by: null })
    .where('conversation_id', '=', conversation_id)
    .where((eb) =>
      'message_ids' in which
        ? eb('message_id', 'in', which.message_ids)
        : eb.and([eb('stopped_at', '=', which.stopped_at), eb('stopped_by', '=', which.stopped_by)]),
    )
    .returning(['message_id', 'life_id'])
    .execute();
  const message_ids = rows.map((row) => row.message_id).sort();
  await appendEvents(
    tx,
    actor,
    now,
    [...byLife(rows, conversation_id)].map(([life, ids]) => ({
      type: 'request.resumed' as const,
      occurred_at: now,
      conversation_id: life,
      data: { message_ids: ids, ...why },
    })),
  );
  await refreshDue(tx, conversation_id);
  return message_ids;
}
