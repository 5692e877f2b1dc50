import { AiguillageError } from '../domain/errors.ts';
import { isReplyDrawn, replyReadingOf } from '../domain/reply-reading.ts';
import type { Rulebook } from '../domain/rulebook.ts';
import { actorOf, type Agent } from './agents.ts';
import type { Tx } from './database.ts';
import { appendAudit } from './events.ts';
import type { Conversation } from './intake.ts';
import type { Verdict } from './schema-overflow.ts';
import { inSight } from './scope.ts';

/** Replies drawn by hash and read after they left. Nobody's name is written, listed or counted: texts are judged. */

/** Keeps a row for a reply that the hash draws. */
export async function sampleReply(
  tx: Tx,
  book: Rulebook,
  { id, queue, motif, motif_confirmed }: Conversation,
  message_id: string,
  now: Date,
): Promise<void> {
  if (!isReplyDrawn(replyReadingOf(book), message_id)) return;
  await tx
    .insertInto('reply_sample')
    .values({ message_id, conversation_id: id, queue, motif: motif_confirmed ?? motif, answered_at: now })
    .execute();
}

/** A reply to read again. */
export interface ReplySample {
  readonly message: string;
  readonly conversation: string;
  readonly ref: string;
  readonly queue: string;
  readonly motif: string | null;
  readonly answered_at: Date;
}

/** Replies nobody has read yet, oldest first: those that left, in sight, and not one's own. */
export async function listReplySamples(tx: Tx, agent: Agent, limit: number): Promise<ReplySample[]> {
  return tx
    .selectFrom('reply_sample as s')
    .innerJoin('conversation', 'conversation.id', 's.conversation_id')
    .innerJoin('message as m', 'm.id', 's.message_id')
    .select(['s.message_id as message', 's.conversation_id as conversation', 'conversation.ref'])
    .select(['s.queue', 's.motif', 's.answered_at'])
    .where('s.verdict', 'is', null)
    .where('m.status', '=', 'sent')
    .where('m.author', '<>', agent.id)
    .where(inSight(agent) as never)
    .orderBy('s.answered_at')
    .orderBy('s.message_id')
    .limit(limit)
    .execute();
}

/** @throws AiguillageError NOT_FOUND, also for what this person may not see or wrote; CONVERSATION_TRANSITION when it was read */
export async function judgeReply(tx: Tx, agent: Agent, message: string, verdict: Verdict, now: Date): Promise<void> {
  const row = await tx
    .selectFrom('reply_sample as s')
    .innerJoin('conversation', 'conversation.id', 's.conversation_id')
    .innerJoin('message as m', 'm.id', 's.message_id')
    .select(['s.verdict', 's.conversation_id'])
    .where('s.message_id', '=', message)
    .where('m.author', '<>', agent.id)
    .where(inSight(agent) as never)
    .forUpdate(['s'])
    .executeTakeFirst();
  if (row === undefined) throw new AiguillageError('NOT_FOUND');
  if (row.verdict !== null) throw new AiguillageError('CONVERSATION_TRANSITION', 'This reply was read already.');
  await tx
    .updateTable('reply_sample')
    .set({ verdict, read_by: agent.id, read_at: now })
    .where('message_id', '=', message)
    .execute();
  await appendAudit(tx, actorOf(agent), now, 'reply_sample.read', row.conversation_id, { message, verdict });
}

/** A reply that was taken back before it left is nothing to read. */
export async function dropSample(tx: Tx, delivery_id: string): Promise<void> {
  await tx
    .deleteFrom('reply_sample')
    .where('message_id', 'in', (eb) =>
      eb.selectFrom('delivery').select('message_id').where('id', '=', delivery_id).$castTo<{ message_id: string }>(),
    )
    .execute();
}
