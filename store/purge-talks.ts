import { DAY_MS } from '../domain/days.ts';
import type { Tx } from './database.ts';

/**
 * How long a talk that reached no person is kept after its last turn: six months, the proposal of domain §2.5 (no duration
 * is fixed for a caisse; the DPO may shorten it). It holds words, name and NIR of a member, for the report's quotes alone.
 */
export const BOT_TALK_DAYS = 183;

/** Talks taken away by one call, each with its entries (ENTRIES_MAX of bot-talks.ts at most): short locks. */
const BATCH_TALKS = 500;

/**
 * Takes talks away that are past their time, oldest first, with all that was said in them. What was handed over stays: its
 * transcript belongs to the conversation. The event log keeps numbers and ids. A talk somebody holds is left for later.
 * @returns how many went; call again while it equals `limit`
 */
export async function purgeTalks(tx: Tx, now: Date, limit = BATCH_TALKS): Promise<number> {
  const old = await tx
    .selectFrom('bot_conversation')
    .select('id')
    .where('handover_message', 'is', null)
    .where('status', 'in', ['open', 'offered', 'closed'])
    .where('last_activity_at', '<', new Date(now.getTime() - BOT_TALK_DAYS * DAY_MS))
    .orderBy('last_activity_at')
    .limit(limit)
    .forUpdate()
    .skipLocked()
    .execute();
  if (old.length === 0) return 0;
  const ids = old.map(({ id }) => id);
  await tx.deleteFrom('bot_turn').where('bot_conversation_id', 'in', ids).execute();
  await tx.deleteFrom('bot_conversation').where('id', 'in', ids).execute();
  return ids.length;
}
