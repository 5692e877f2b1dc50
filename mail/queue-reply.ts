import { randomBytes } from 'node:crypto';
import type { ReplyType } from '../domain/conversation.ts';
import { AiguillageError } from '../domain/errors.ts';
import { domainOf, replySubject, threadHeaders } from '../domain/reply.ts';
import type { MailboxProfile } from '../domain/rulebook.ts';
import type { RowJob } from '../queues/contracts.ts';
import type { Actor, Tx } from '../store/database.ts';
import { insertDelivery, noteDelivery, type NewDelivery, type SendingNote } from '../store/deliveries.ts';
import { proofOf } from '../store/delivery-desk.ts';
import { newId } from '../store/ids.ts';
import { mailboxMode } from '../store/mailboxes.ts';
import { sendableAddress } from './compose.ts';
import { hashMessageId, makeMessageId, MESSAGE_ID_RANDOM_BYTES } from './message-token.ts';
import { sendingAllowed } from './outbox.ts';

/** What an agent's answer needs, whichever way it leaves. The caller has checked that the agent holds the conversation. */
export interface ReplyInput {
  readonly conversation: { readonly id: string; readonly ref: string; readonly subject: string };
  /** The incoming message that is answered. */
  readonly answered: {
    readonly id: string;
    readonly subject: string;
    readonly message_id: string;
    readonly in_reply_to: string;
    readonly refs: readonly string[];
  };
  readonly profile: Pick<MailboxProfile, 'id' | 'address' | 'label' | 'reply_via' | 'copy_to'>;
  readonly to: { readonly name: string; readonly address: string };
  readonly body: string;
  readonly reply_type: ReplyType;
  /** The approved text it began with. */
  readonly template?: string | undefined;
  /** Agent who answers. */
  readonly author: string;
  readonly secret: string;
}

export interface QueuedReply {
  /** The outgoing message, status `dispatched` until it is sent. */
  readonly message_id: string;
  /** The reply's own delivery. */
  readonly delivery_id: string;
  /** To be enqueued on `reply` once the transaction has committed. */
  readonly jobs: RowJob[];
}

/**
 * Writes an agent's reply by mail: outgoing message, its delivery, and one more delivery for each address that gets
 * copies. `undo_ms` is the time in which it can still be taken back (store/delivery-desk.ts, cancelDelivery).
 * @throws AiguillageError REPLY_REFUSED when the mailbox observes or does not answer by mail; BAD_INPUT
 */
export async function queueReply(
  tx: Tx,
  actor: Actor,
  input: ReplyInput,
  now: Date,
  undo_ms = 0,
): Promise<QueuedReply> {
  const { profile } = input;
  if (profile.reply_via !== 'smtp')
    throw new AiguillageError('REPLY_REFUSED', `Mailbox ${profile.id} does not answer by mail.`);
  await requireSending(tx, profile.id);
  const to = { name: input.to.name, address: sendableAddress(input.to.address) };
  const row = deliveryOf(input, 'reply', to, new Date(now.getTime() + undo_ms));
  const message_id = await insertOutgoing(tx, input, row, 'dispatched', now);
  const reply = await insertDelivery(tx, actor, now, { ...row, message_id }, noteOf(input));
  const copies = (profile.copy_to ?? []).filter((address) => address.toLowerCase() !== to.address.toLowerCase());
  const jobs = [reply!];
  for (const address of copies) {
    // A row of its own: were it in the same envelope, the copy could be accepted and the reply refused.
    const copy = deliveryOf(input, 'notice', { name: '', address: sendableAddress(address) }, row.not_before);
    jobs.push((await insertDelivery(tx, actor, now, copy))!);
  }
  return { message_id, delivery_id: reply!.id, jobs };
}

/**
 * Writes an agent's answer to a talk the bot handed over: it goes back by the account's API, to the portal the talk came
 * from, under the same terms as a mail. @throws AiguillageError REPLY_REFUSED when the mailbox observes or answers otherwise
 */
export async function queueAccountReply(
  tx: Tx,
  actor: Actor,
  input: ReplyInput,
  now: Date,
  undo_ms = 0,
): Promise<QueuedReply> {
  const { profile } = input;
  if (profile.reply_via !== 'account-api')
    throw new AiguillageError('REPLY_REFUSED', `Mailbox ${profile.id} does not answer in the account.`);
  await requireSending(tx, profile.id);
  const row = deliveryOf(input, 'reply', input.to, new Date(now.getTime() + undo_ms));
  const message_id = await insertOutgoing(tx, input, row, 'dispatched', now);
  const job = (await insertDelivery(tx, actor, now, { ...row, message_id }, noteOf(input)))!;
  return { message_id, delivery_id: job.id, jobs: [job] };
}

async function requireSending(tx: Tx, mailbox: string): Promise<void> {
  if (sendingAllowed({ mode: await mailboxMode(tx, mailbox) })) return;
  throw new AiguillageError('REPLY_REFUSED', `Mailbox ${mailbox} observes; nothing is sent from it.`);
}

/**
 * Records an answer that an agent gave by hand, in a partner's portal or the member's account. It never goes by SMTP; the
 * proof (a reference, what was written where) stands for the sending. @throws AiguillageError BAD_INPUT without a proof
 */
export async function recordPortalReply(
  tx: Tx,
  actor: Actor,
  input: ReplyInput,
  proof: string,
  now: Date,
): Promise<Omit<QueuedReply, 'jobs'>> {
  const { reply_via } = input.profile;
  if (reply_via === 'smtp') throw new AiguillageError('REPLY_REFUSED', `Mailbox ${input.profile.id} answers by mail.`);
  const row = deliveryOf(input, 'reply', input.to, now);
  const message_id = await insertOutgoing(tx, input, row, 'sent', now);
  const id = newId(now.getTime());
  await tx
    .insertInto('delivery')
    .values({
      ...row,
      refs: [...row.refs],
      id,
      message_id,
      status: 'sent',
      phase: 'accepted',
      proof: proofOf(proof),
      sent_at: now,
      created_at: now,
      updated_at: now,
    })
    .execute();
  const about = { id, kind: 'reply' as const, conversation_id: input.conversation.id, message_id };
  await noteDelivery(tx, actor, now, 'delivery.sent', about, { via: reply_via, ...noteOf(input) });
  return { message_id, delivery_id: id };
}

function noteOf({ template }: ReplyInput): SendingNote {
  return template === undefined ? {} : { template };
}

function deliveryOf(
  input: ReplyInput,
  kind: 'reply' | 'notice',
  to: { readonly name: string; readonly address: string },
  not_before: Date,
): NewDelivery {
  const { conversation, answered, profile } = input;
  const { in_reply_to, refs } = threadHeaders(answered);
  const what = {
    conversation_id: conversation.id,
    ref: conversation.ref,
    recipient: to.address,
    domain: domainOf(profile.address),
  };
  return {
    conversation_id: conversation.id,
    kind,
    via: profile.reply_via,
    mailbox: profile.id,
    to_name: to.name,
    to_address: to.address,
    subject: replySubject(answered.subject),
    body: input.body,
    message_id_header: makeMessageId(what, input.secret, randomBytes(MESSAGE_ID_RANDOM_BYTES)),
    in_reply_to,
    refs,
    in_response_to: answered.id,
    message_id: null,
    not_before,
  };
}

async function insertOutgoing(
  tx: Tx,
  input: ReplyInput,
  row: NewDelivery,
  status: 'dispatched' | 'sent',
  now: Date,
): Promise<string> {
  const id = newId(now.getTime());
  await tx
    .insertInto('message')
    .values({
      id,
      conversation_id: input.conversation.id,
      direction: 'outgoing',
      origin: 'desk',
      mailbox: input.profile.id,
      // Not `parsed` nor `decided`: no worker of the pipeline may ever pick it up.
      status,
      received_at: now,
      ingested_at: now,
      from_address: input.profile.address,
      from_name: input.profile.label,
      to_addresses: [row.to_address],
      subject: row.subject,
      body: row.body,
      message_id: row.message_id_header,
      message_id_hash: hashMessageId(row.message_id_header),
      in_reply_to: row.in_reply_to,
      refs: [...row.refs],
      author: input.author,
      reply_type: input.reply_type,
    })
    .execute();
  return id;
}
