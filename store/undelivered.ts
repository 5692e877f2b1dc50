import { DateTime } from 'luxon';
import { SYSTEM, type Tx } from './database.ts';
import { appendEvents } from './events.ts';
import { newId } from './ids.ts';
import type { Message } from './messages.ts';

/**
 * An answer of ours came back: the person has not been answered. Opens a task to reach them otherwise (domain §1.2: a
 * non-deliverable reply opens an outbound call), once a day and conversation however many reports arrive.
 */
export async function openUndeliveredTask(tx: Tx, message: Message, conversation_id: string, now: Date): Promise<void> {
  const conversation = await tx
    .selectFrom('conversation')
    .select('queue')
    .where('id', '=', conversation_id)
    .executeTakeFirst();
  if (conversation === undefined) return;
  const due_on = DateTime.fromJSDate(now, { zone: 'Europe/Paris' }).plus({ days: 1 }).toISODate()!;
  const known = await tx
    .selectFrom('task')
    .select('id')
    .where('conversation_id', '=', conversation_id)
    .where('created_by', 'is', null)
    .where('status', '=', 'open')
    .executeTakeFirst();
  if (known !== undefined) return;
  const id = newId(now.getTime());
  await tx
    .insertInto('task')
    .values({
      id,
      conversation_id,
      pole: conversation.queue,
      action: 'Notre réponse n’a pas pu être remise : joindre la personne par un autre moyen (téléphone, courrier).',
      due_on,
      created_by: null,
      created_at: now,
    })
    .execute();
  await appendEvents(tx, SYSTEM, now, [
    {
      type: 'task.opened',
      occurred_at: now,
      conversation_id,
      message_id: message.id,
      data: { task: id, pole: conversation.queue, due_on, reason: 'undelivered' },
    },
  ]);
}
