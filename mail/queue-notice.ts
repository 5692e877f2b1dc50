import { randomBytes } from 'node:crypto';
import { domainOf, replySubject, threadHeaders } from '../domain/reply.ts';
import type { MailboxProfile } from '../domain/rulebook.ts';
import type { RowJob } from '../queues/contracts.ts';
import type { Actor, Tx } from '../store/database.ts';
import { insertDelivery } from '../store/deliveries.ts';
import { newId } from '../store/ids.ts';
import { sendableAddress } from './compose.ts';
import { hashMessageId, makeMessageId, MESSAGE_ID_RANDOM_BYTES } from './message-token.ts';
import type { ReplyInput } from './queue-reply.ts';

/**
 * A notice an agent writes to the member beside an answer: a task is done (« prenant soin d’informer l’assuré une fois la
 * situation résolue », domain §1.4), a mail was passed on (CRPA L114-2). It stops no clock by itself.
 */
export interface NoticeInput extends Pick<
  ReplyInput,
  'conversation' | 'answered' | 'to' | 'body' | 'author' | 'secret'
> {
  readonly profile: Pick<MailboxProfile, 'id' | 'address' | 'label' | 'reply_via'>;
}

/** Writes the outgoing message and its delivery. @throws AiguillageError BAD_INPUT for an unusable address */
export async function queueNotice(
  tx: Tx,
  actor: Actor,
  input: NoticeInput,
  now: Date,
  undo_ms = 0,
): Promise<{ message_id: string; job: RowJob }> {
  const { conversation, answered, profile, author } = input;
  // In the account it reaches the account the talk came from; no address is needed.
  const address = profile.reply_via === 'account-api' ? input.to.address : sendableAddress(input.to.address);
  const { in_reply_to, refs } = threadHeaders(answered);
  const what = {
    conversation_id: conversation.id,
    ref: conversation.ref,
    recipient: address,
    domain: domainOf(profile.address),
  };
  const message_id_header = makeMessageId(what, input.secret, randomBytes(MESSAGE_ID_RANDOM_BYTES));
  const subject = replySubject(answered.subject);
  const message_id = newId(now.getTime());
  await tx
    .insertInto('message')
    .values({
      id: message_id,
      conversation_id: conversation.id,
      direction: 'outgoing',
      origin: 'desk',
      mailbox: profile.id,
      status: 'dispatched',
      received_at: now,
      ingested_at: now,
      from_address: profile.address,
      from_name: profile.label,
      to_addresses: [address],
      subject,
      body: input.body,
      message_id: message_id_header,
      message_id_hash: hashMessageId(message_id_header),
      in_reply_to,
      refs,
      author,
    })
    .execute();
  const job = await insertDelivery(tx, actor, now, {
    conversation_id: conversation.id,
    kind: 'notice',
    via: profile.reply_via,
    mailbox: profile.id,
    to_name: input.to.name,
    to_address: address,
    subject,
    body: input.body,
    message_id_header,
    in_reply_to,
    refs,
    in_response_to: answered.id,
    message_id,
    not_before: new Date(now.getTime() + undo_ms),
  });
  // Only an acknowledgment can exist already.
  return { message_id, job: job! };
}
