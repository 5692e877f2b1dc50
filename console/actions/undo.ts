import type { ConversationStatus } from '../../domain/conversation.ts';
import { AiguillageError } from '../../domain/errors.ts';
import { actorOf } from '../../store/agents.ts';
import { handBackTo } from '../../store/conversation-changes.ts';
import { cancelDelivery } from '../../store/delivery-desk.ts';
import { LEASE_MS, lockInSight } from '../../store/desk.ts';
import { draftFromReply } from '../../store/drafts.ts';
import { appendAudit, appendEvents } from '../../store/events.ts';
import { answeredAt, copiesOf, deliveryWithAuthor } from '../../store/delivery-author.ts';
import { endReading, readingOfDelivery, reopenReading } from '../../store/reply-readings.ts';
import { countApproved } from '../../store/reply-desk.ts';
import { dropSample } from '../../store/reply-samples.ts';
import { reopenTaskOf } from '../../store/tasks.ts';
import { ENDED, requeue, voidStops } from '../../store/unreached.ts';
import type { ActionContext } from './context.ts';

/**
 * Takes back a sending that has not left. It undoes what the sending did, so that the figure never counts an answer
 * nobody received (law 6):
 * - the delivery and its copies become `cancelled`; no attempt can claim them any more;
 * - clocks it stopped run again from their old start (`request.resumed`, which voids the stop);
 * - a newcomer's reply that somebody else read and sent waits to be read again, as it was written;
 * - the conversation returns to its author with a new lease, unless a new message, a colleague or a supervisor has moved
 *   it on meanwhile: then it stays where it is, queued again if it had ended, and the clocks run again; so do those of
 *   conversations parted from it since;
 * - the task it announced as done is open again;
 * - its text is its author's draft again.
 * A motif confirmed along with the reply stays: it was true without it.
 * Possible to the author and to a supervisor, as long as the delivery waits and for {@link UNDO_MAX_MS} at most.
 * @throws AiguillageError NOT_FOUND, AUTH_FORBIDDEN for somebody else's reply, DELIVERY_STATE once it is too late
 */
export async function cancelReply(
  context: ActionContext,
  delivery_id: string,
): Promise<{ conversation: string; status: ConversationStatus }> {
  const { tx, agent, now } = context;
  const actor = actorOf(agent);
  const seen = await deliveryWithAuthor(tx, delivery_id);
  if (seen === undefined || seen.kind === 'ack' || seen.kind === 'alert') throw new AiguillageError('NOT_FOUND');
  const conversation = await lockInSight(tx, agent, seen.conversation_id);
  // Once more under the lock: a twin request may have been first.
  const delivery = (await deliveryWithAuthor(tx, delivery_id))!;
  // A newcomer's reply that somebody read and sent: they may take it back too. Partners' are not read, nor this table by them.
  const reads = delivery.kind === 'reply' && agent.role !== 'partner';
  const read = reads ? await readingOfDelivery(tx, delivery_id) : undefined;
  const may = delivery.author === agent.id || agent.role === 'supervisor' || read?.read_by === agent.id;
  if (!may) throw new AiguillageError('AUTH_FORBIDDEN');
  if (now.getTime() - delivery.created_at.getTime() > UNDO_MAX_MS) throw new AiguillageError('DELIVERY_STATE');
  await cancelDelivery(tx, actor, delivery_id, now);
  for (const copy of await copiesOf(tx, delivery)) await cancelDelivery(tx, actor, copy, now);
  const voided = await voidStops(tx, actor, delivery, 'reply-cancelled', now);
  // Only notices end tasks; a partner writes none and may not look at this table.
  if (delivery.kind === 'notice') await reopenTaskOf(tx, actor, delivery_id, now);
  const settled_by_it =
    conversation.updated_at.getTime() === answeredAt(delivery).getTime() &&
    ['answered', 'waiting', 'closed'].includes(conversation.status);
  if (read?.outcome === 'sent') await countApproved(tx, read.author, -1);
  const again = settled_by_it && read !== undefined && read.author !== agent.id;
  if (again) await reopenReading(tx, read, now);
  else if (read !== undefined) await endReading(tx, actor, read, { outcome: 'withdrawn' }, now);
  // Pools have a sample of their own, and their role may not look at this one.
  if (agent.role !== 'partner') await dropSample(tx, delivery_id);
  if (!again && delivery.kind === 'reply') await draftFromReply(tx, delivery_id, now);
  if (settled_by_it) {
    if (!again) await handBackTo(tx, conversation.id, delivery.author, new Date(now.getTime() + LEASE_MS), now);
    await appendEvents(tx, actor, now, [
      {
        type: 'conversation.reopened',
        occurred_at: now,
        conversation_id: conversation.id,
        data: { from: conversation.status, reason: 'reply-cancelled' },
      },
    ]);
  }
  // What people joined, parted or closed since rests on this answer too.
  for (const other of voided)
    if (ENDED.has(other.status) && !(settled_by_it && other.id === conversation.id))
      await requeue(tx, actor, other, 'reply-cancelled', now);
  await appendAudit(tx, actor, now, 'conversation.reply_cancelled', conversation.id, { delivery: delivery_id });
  const queued = again || voided.some(({ id, status }) => id === conversation.id && ENDED.has(status));
  return {
    conversation: conversation.id,
    status: settled_by_it && !again ? 'assigned' : queued ? 'queued' : conversation.status,
  };
}

/** Longest time after which a reply can be taken back, however long its mail server keeps it waiting. */
export const UNDO_MAX_MS = 10 * 60_000;
