import { AiguillageError } from '../../domain/errors.ts';
import { mayRead, replyReadingOf } from '../../domain/reply-reading.ts';
import type { RowJob } from '../../queues/contracts.ts';
import { actorOf, findAgent, type Agent } from '../../store/agents.ts';
import { handBackTo } from '../../store/conversation-changes.ts';
import { LEASE_MS, lockInSight } from '../../store/desk.ts';
import type { Conversation } from '../../store/intake.ts';
import { endReading, lockReading, type ReplyReading } from '../../store/reply-readings.ts';
import { countApproved } from '../../store/reply-desk.ts';
import { Refusal } from '../errors.ts';
import { requireIncoming, type ActionContext } from './context.ts';
import { answer, type ReplyAnswer } from './reply.ts';

/** @throws AiguillageError AUTH_FORBIDDEN for somebody the rules do not let read replies of others */
export function requireReader({ agent, book }: Pick<ActionContext, 'agent' | 'book'>): void {
  if (!mayRead(replyReadingOf(book), agent.role)) throw new AiguillageError('AUTH_FORBIDDEN');
}

interface Waiting {
  readonly conversation: Conversation;
  readonly row: ReplyReading;
  readonly author: Agent;
}

async function waiting(context: ActionContext, id: string): Promise<Waiting> {
  requireReader(context);
  const { tx, agent } = context;
  const conversation = await lockInSight(tx, agent, id);
  const row = await lockReading(tx, conversation);
  if (row === undefined)
    throw new Refusal('CONVERSATION_TRANSITION', 'Aucune réponse n’attend ici : elle a été lue, reprise ou dépassée.');
  if (row.author === agent.id)
    throw new Refusal('AUTH_FORBIDDEN', 'Une autre personne que son auteur relit cette réponse.');
  const author = await findAgent(tx, row.author);
  if (author === undefined) throw new AiguillageError('NOT_FOUND');
  return { conversation, row, author };
}

/**
 * Sends a reply that waited, as it was written or changed by its reader. It is its author's answer, and the clocks stop
 * now; a reply that went as it was written counts towards the author's own.
 * @param body the text as the reader leaves it; undefined: as it is
 * @throws Refusal REPLY_REFUSED when the member wrote again since, or the text may not leave
 */
export async function sendRead(
  context: ActionContext,
  id: string,
  body: string | undefined,
): Promise<{ answer: ReplyAnswer; jobs: readonly RowJob[] }> {
  const { conversation, row, author } = await waiting(context, id);
  const { tx, agent, now } = context;
  if ((await requireIncoming(tx, conversation)).id !== row.answered) {
    throw new Refusal(
      'REPLY_REFUSED',
      'La personne a écrit de nouveau depuis cette réponse : rendez-la à son auteur, avec un mot.',
    );
  }
  const edited = body !== undefined && body !== row.body;
  // Its author had taken it, and has it again for the space of this transaction; after a holding reply they keep it.
  await handBackTo(tx, id, author.id, new Date(now.getTime() + LEASE_MS), now);
  const done = await answer(
    { ...context, agent: author },
    { ...conversation, status: 'assigned', holder: author.id, reading: null },
    {
      type: row.reply_type,
      body: edited ? body : row.body,
      ...(row.subject === null ? {} : { subject: row.subject }),
      ...(row.template === null ? {} : { template: row.template }),
      ...(row.pieces_due_on === null ? {} : { pieces_due_on: row.pieces_due_on }),
    },
    agent,
  );
  if (!edited) await countApproved(tx, author.id, 1);
  await endReading(
    tx,
    actorOf(agent),
    row,
    {
      outcome: edited ? 'edited' : 'sent',
      ...(edited ? { sent_body: body } : {}),
      ...(done.answer.message === null ? {} : { message_id: done.answer.message }),
      ...(done.answer.delivery === null ? {} : { delivery_id: done.answer.delivery }),
      by: agent.id,
    },
    now,
  );
  return done;
}

/** Gives a reply back to its author's desk, with a remark; the text is their draft again. */
export async function returnRead(context: ActionContext, id: string, remark: string): Promise<void> {
  const { conversation, row, author } = await waiting(context, id);
  const { tx, agent, now } = context;
  // Away for good: it is the queue's again.
  if (author.disabled) await tx.updateTable('conversation').set({ reading: null }).where('id', '=', id).execute();
  else await handBackTo(tx, conversation.id, author.id, new Date(now.getTime() + LEASE_MS), now);
  await endReading(tx, actorOf(agent), row, { outcome: 'returned', remark, by: agent.id }, now);
}
