import type { Tx } from './database.ts';
import { newId } from './ids.ts';
import type { Conversation } from './intake.ts';

/** Records a telephone call: an outgoing message without a sending. @returns its id */
export async function recordCall(
  tx: Tx,
  call: { readonly conversation: Conversation; readonly body: string; readonly author: string },
  now: Date,
): Promise<string> {
  const id = newId(now.getTime());
  await tx
    .insertInto('message')
    .values({
      id,
      conversation_id: call.conversation.id,
      direction: 'outgoing',
      origin: 'desk',
      mailbox: call.conversation.mailbox,
      status: 'sent',
      received_at: now,
      ingested_at: now,
      subject: 'Appel téléphonique',
      body: call.body,
      author: call.author,
      reply_type: 'appel',
    })
    .execute();
  return id;
}
