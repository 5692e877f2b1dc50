import { sql, type Selectable } from 'kysely';
import type { NextStep, SendResult } from '../domain/delivery.ts';
import type { ReplyVia } from '../domain/rulebook.ts';
import type { RowJob } from '../queues/contracts.ts';
import { SYSTEM, type Actor, type Tx } from './database.ts';
import { appendEvents, type EventType } from './events.ts';
import { newId } from './ids.ts';
import type { DeliveryTable } from './schema.ts';
import { lockConversationOf, reopenUnreached } from './unreached.ts';

export type Delivery = Selectable<DeliveryTable>;

/** One sending to one recipient. Copies are rows of their own: an envelope of two can be half accepted. */
export interface NewDelivery {
  readonly conversation_id: string;
  readonly kind: Delivery['kind'];
  readonly via: ReplyVia;
  readonly mailbox: string;
  readonly to_name: string;
  readonly to_address: string;
  readonly subject: string;
  readonly body: string;
  readonly message_id_header: string;
  readonly in_reply_to: string;
  readonly refs: readonly string[];
  /** The incoming message it answers; an acknowledgment is made once for each. */
  readonly in_response_to: string | null;
  /** The outgoing message row it carries; none for acknowledgments and copies. */
  readonly message_id: string | null;
  /** Not sent before: the time left to take it back. */
  readonly not_before: Date;
}

/** What the log says of a sending beside its row. */
export interface SendingNote {
  /** The approved text a reply began with. */
  readonly template?: string | undefined;
}

/**
 * Inserts a `pending` delivery. @returns its job, to be enqueued once the transaction has committed; undefined when the
 * acknowledgment of that message exists already (a replay).
 */
export async function insertDelivery(
  tx: Tx,
  actor: Actor,
  now: Date,
  row: NewDelivery,
  note: SendingNote = {},
): Promise<RowJob | undefined> {
  const id = newId(now.getTime());
  const values = { ...row, refs: [...row.refs], id, status: 'pending' as const, created_at: now, updated_at: now };
  // What a person writes may stop these clocks; should it reach nobody, they run again (store/unreached.ts).
  const asked = sql<string[]>`array(select message_id from aiguillage.request
    where conversation_id = ${row.conversation_id}::uuid and stopped_at is null)`;
  const inserted = await tx
    .insertInto('delivery')
    .values(row.message_id === null ? values : { ...values, asked })
    .$if(row.kind === 'ack', (query) =>
      query.onConflict((conflict) => conflict.column('in_response_to').where('kind', '=', 'ack').doNothing()),
    )
    .returning('id')
    .executeTakeFirst();
  if (inserted === undefined) return undefined;
  await noteDelivery(tx, actor, now, 'delivery.queued', { ...values, id }, { via: row.via, ...note });
  return { id, rev: 0 };
}

export type Claim =
  | { readonly kind: 'claimed'; readonly delivery: Delivery }
  | { readonly kind: 'early'; readonly ms: number }
  | { readonly kind: 'none'; readonly why: 'gone' | 'moved-on' | 'not-by-mail' | 'held' };

/**
 * `pending → sending`, attempts + 1, to be committed before any byte leaves: (id, rev, attempts) is the fence of this
 * attempt. In a mailbox that observes the row becomes `held`, visible, instead.
 */
export async function claimDelivery(tx: Tx, job: RowJob, now: Date): Promise<Claim> {
  const row = await tx.selectFrom('delivery').selectAll().where('id', '=', job.id).forUpdate().executeTakeFirst();
  if (row === undefined) return { kind: 'none', why: 'gone' };
  if (row.rev !== job.rev || row.status !== 'pending') return { kind: 'none', why: 'moved-on' };
  if (row.via === 'portal') return { kind: 'none', why: 'not-by-mail' };
  const early_ms = row.not_before.getTime() - now.getTime();
  if (early_ms > 0) return { kind: 'early', ms: early_ms };
  const mailbox = await tx.selectFrom('mailbox').select('mode').where('id', '=', row.mailbox).executeTakeFirst();
  if (mailbox?.mode !== 'live') {
    await tx.updateTable('delivery').set({ status: 'held', updated_at: now }).where('id', '=', row.id).execute();
    return { kind: 'none', why: 'held' };
  }
  const delivery = await tx
    .updateTable('delivery')
    .set({ status: 'sending', phase: '', attempts: row.attempts + 1, updated_at: now })
    .where('id', '=', row.id)
    .returningAll()
    .executeTakeFirstOrThrow();
  return { kind: 'claimed', delivery };
}

/** Names one attempt at one delivery; a process that was silent too long finds its fence outdated. */
export type Fence = Pick<Delivery, 'id' | 'rev' | 'attempts'>;

/**
 * Records that the final dot is about to be written. @returns false when the attempt is no longer ours: then the dot must
 * not be written.
 */
export async function markData(tx: Tx, fence: Fence, now: Date): Promise<boolean> {
  const row = await tx
    .updateTable('delivery')
    .set({ phase: 'data', updated_at: now })
    .where('id', '=', fence.id)
    .where('rev', '=', fence.rev)
    .where('attempts', '=', fence.attempts)
    .where('status', '=', 'sending')
    .returning('id')
    .executeTakeFirst();
  return row !== undefined;
}

export interface Outcome {
  readonly result: Exclude<SendResult, { kind: 'fenced' }>;
  readonly next: NextStep;
  /** sha-256 of the mail as it left and the instant in its Date header: with the row they rebuild and prove it. */
  readonly eml_sha256?: string;
  readonly dated_at?: Date;
}

/**
 * Writes what became of an attempt. An attempt that was already called ambiguous (its process was silent too long) may
 * still turn out sent or refused: a server's answer beats not knowing. A reply that failed for good answered nobody: what
 * it settled is open again. @returns false when somebody has decided otherwise.
 */
export async function recordOutcome(tx: Tx, fence: Fence, outcome: Outcome, now: Date): Promise<boolean> {
  const { result, next } = outcome;
  if (next.status === 'failed') await lockConversationOf(tx, fence.id);
  const row = await tx
    .updateTable('delivery')
    .set({
      status: next.status,
      phase: result.kind === 'accepted' ? 'accepted' : result.kind === 'ambiguous' ? 'data' : result.phase,
      response: result.response,
      not_before: next.status === 'pending' ? new Date(now.getTime() + next.delay_ms) : sql<Date>`not_before`,
      sent_at: next.status === 'sent' ? now : null,
      updated_at: now,
    })
    .where('id', '=', fence.id)
    .where('rev', '=', fence.rev)
    .where('attempts', '=', fence.attempts)
    .where('status', 'in', ['sending', 'ambiguous'])
    .returning(['id', 'kind', 'conversation_id', 'message_id'])
    .executeTakeFirst();
  if (row === undefined) return false;
  if (next.status === 'pending') return true;
  if (next.status === 'sent') await messageSent(tx, row.message_id);
  await noteDelivery(tx, SYSTEM, now, `delivery.${next.status}`, row, {
    attempts: fence.attempts,
    ...(result.kind === 'accepted' ? {} : { code: result.code }),
    ...(outcome.eml_sha256 === undefined ? {} : { eml_sha256: outcome.eml_sha256 }),
    ...(outcome.dated_at === undefined ? {} : { dated_at: outcome.dated_at.toISOString() }),
  });
  if (next.status === 'failed') await reopenUnreached(tx, row.id, 'reply-failed', now);
  return true;
}

export async function messageSent(tx: Tx, message_id: string | null): Promise<void> {
  if (message_id === null) return;
  await tx.updateTable('message').set({ status: 'sent' }).where('id', '=', message_id).execute();
}

type Noted = Pick<Delivery, 'id' | 'kind' | 'conversation_id' | 'message_id'>;

export async function noteDelivery(
  tx: Tx,
  actor: Actor,
  now: Date,
  type: EventType,
  row: Noted,
  data: Record<string, unknown> = {},
): Promise<void> {
  const { conversation_id, message_id } = row;
  const about = { delivery_id: row.id, kind: row.kind, ...data };
  await appendEvents(tx, actor, now, [{ type, occurred_at: now, conversation_id, message_id, data: about }]);
}

/**
 * What RFC 3834 wants to know before an acknowledgment: the last one in this conversation to this address, and how many
 * this sender got in the last 24 h in all conversations. Cancelled and held ones count: they were meant to leave.
 */
export async function ackHistory(
  tx: Tx,
  conversation: { readonly id: string; readonly sender_key: string },
  to_address: string,
  now: Date,
): Promise<{ last_in_thread: Date | null; to_sender_today: number }> {
  const since = new Date(now.getTime() - 24 * 3_600_000);
  const row = await tx
    .selectFrom('delivery')
    .innerJoin('conversation', 'conversation.id', 'delivery.conversation_id')
    .select([
      sql<Date | null>`max(delivery.created_at) filter (where delivery.conversation_id = ${conversation.id}
        and lower(delivery.to_address) = ${to_address.toLowerCase()})`.as('last_in_thread'),
      sql<number>`count(*)::int`.as('to_sender_today'),
    ])
    .where('conversation.sender_key', '=', conversation.sender_key)
    // Mail older than a day is never acknowledged: this only lets the index leave a busy partner's past out.
    .where('conversation.last_received_at', '>', new Date(since.getTime() - 24 * 3_600_000))
    .where('delivery.kind', '=', 'ack')
    .where('delivery.created_at', '>', since)
    .executeTakeFirstOrThrow();
  return row;
}
