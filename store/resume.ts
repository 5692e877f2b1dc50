import type { ResumeReason } from '../domain/request-events.ts';
import type { Actor, Tx } from './database.ts';
import { appendEvents } from './events.ts';
import { byLife } from './request-lives.ts';
import { refreshDue } from './requests.ts';

/**
 * Clocks run again, from their old start, because the answer that stopped them reached nobody. The event voids the stop in
 * every figure of its date or later (domain/figure-life.ts).
 * @returns the ids of the messages whose clock runs again
 */
export async function resumeRequests(
  tx: Tx,
  actor: Actor,
  conversation_id: string,
  message_ids: readonly string[],
  now: Date,
  why: { readonly reason: ResumeReason; readonly delivery?: string },
): Promise<string[]> {
  const rows = await tx
    .updateTable('request')
    .set({ stopped_at: null, stopped_by: null })
    .where('conversation_id', '=', conversation_id)
    .where('message_id', 'in', message_ids)
    .where('stopped_at', 'is not', null)
    .returning(['message_id', 'life_id'])
    .execute();
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
  return rows.map((row) => row.message_id).sort();
}
