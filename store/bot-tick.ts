import { happen } from '../domain/bot/happenings.ts';
import type { BotTerms } from '../domain/bot/terms.ts';
import { noteTakenOver } from './bot-handover.ts';
import { forgetNonces } from './bot-keys.ts';
import { saveTalk, type BotTalk } from './bot-talks.ts';
import type { Tx } from './database.ts';

/** What time alone does to talks. Each call takes at most `limit` rows of a kind and is a no-op once they are done. */
export interface BotTick {
  readonly timed_out: number;
  readonly closed: number;
  readonly silenced: number;
  readonly nonces: number;
}

const MINUTE_MS = 60_000;

export async function tickTalks(tx: Tx, terms: BotTerms, now: Date, limit: number): Promise<BotTick> {
  const due: readonly BotTalk[] = await tx
    .selectFrom('bot_conversation')
    .selectAll()
    .where('answer_due_at', '<=', now)
    .orderBy('answer_due_at')
    .limit(limit)
    .forUpdate()
    .skipLocked()
    .execute();
  // An answer that did not come is a failed request, and may open the door to an adviser.
  for (const talk of due) {
    const step = happen(talk.state, { what: 'answer-failed', cause: 'timeout' }, terms, now.toISOString());
    await saveTalk(tx, talk, { ...step, answer_due_at: null }, now);
  }
  const idle = await tx
    .selectFrom('bot_conversation')
    .selectAll()
    .where('status', 'in', ['open', 'offered'])
    .where('last_activity_at', '<=', new Date(now.getTime() - terms.idle_minutes * MINUTE_MS))
    .orderBy('last_activity_at')
    .limit(limit)
    .forUpdate()
    .skipLocked()
    .execute();
  for (const talk of idle) {
    await saveTalk(tx, talk, happen(talk.state, { what: 'tick' }, terms, now.toISOString()), now);
  }
  const taken = await tx
    .selectFrom('bot_conversation')
    .selectAll()
    .where('status', '=', 'handed')
    .where('conversation_id', 'in', (eb) => eb.selectFrom('conversation').select('id').where('status', '<>', 'queued'))
    .limit(limit)
    .forUpdate()
    .skipLocked()
    .execute();
  for (const talk of taken) await noteTakenOver(tx, talk, terms, now);
  const nonces = await forgetNonces(tx, now);
  return { timed_out: due.length, closed: idle.length, silenced: taken.length, nonces };
}
