import { randomBytes } from 'node:crypto';
import { makeReference, REFERENCE_RANDOM_BYTES } from '../../domain/reference.ts';
import type { RowJob } from '../../queues/contracts.ts';
import { SYSTEM, type Store, type Tx } from '../../store/database.ts';
import { nextStep, type SendResult } from '../../domain/delivery.ts';
import {
  claimDelivery,
  insertDelivery,
  recordOutcome,
  type Delivery,
  type NewDelivery,
} from '../../store/deliveries.ts';
import { newId } from '../../store/ids.ts';
import type { ConversationTable, MessageTable } from '../../store/schema.ts';
import type { Insertable } from 'kysely';

export const T0 = new Date('2026-03-27T10:00:00Z');
export const after = (ms: number): Date => new Date(T0.getTime() + ms);
export const MAILBOX = 'pfs-assures';
export const SECRET = 'a secret of at least thirty-two characters';

/** Makes the mailbox, live unless said otherwise. */
export async function seedMailbox(store: Store, mode: 'live' | 'observe' = 'live', id = MAILBOX): Promise<void> {
  await store.write(SYSTEM, (tx) => setMode(tx, mode, id));
}

export async function setMode(tx: Tx, mode: 'live' | 'observe', id = MAILBOX): Promise<void> {
  await tx
    .insertInto('mailbox')
    .values({ id, mode })
    .onConflict((conflict) => conflict.column('id').doUpdateSet({ mode }))
    .execute();
}

/** A sender with one conversation and the incoming message that opened it. */
export async function seedConversation(
  store: Store,
  sender = 'jeanne@exemple.example',
  more: { conversation?: Partial<Insertable<ConversationTable>>; message?: Partial<Insertable<MessageTable>> } = {},
): Promise<{ conversation_id: string; message_id: string; ref: string }> {
  const conversation_id = newId();
  const message_id = newId();
  const ref = makeReference(randomBytes(REFERENCE_RANDOM_BYTES));
  await store.write(SYSTEM, async (tx) => {
    await tx
      .insertInto('sender')
      .values({ key: sender, first_seen_at: T0 })
      .onConflict((conflict) => conflict.column('key').doNothing())
      .execute();
    await tx
      .insertInto('conversation')
      .values({
        id: conversation_id,
        ref,
        mailbox: MAILBOX,
        sender_key: sender,
        subject: 'carte vitale',
        status: 'queued',
        queue: 'n1',
        level: 'n1',
        first_received_at: T0,
        last_received_at: T0,
        created_at: T0,
        updated_at: T0,
        ...more.conversation,
      })
      .execute();
    await tx
      .insertInto('message')
      .values({
        id: message_id,
        conversation_id,
        direction: 'incoming',
        mailbox: MAILBOX,
        status: 'dispatched',
        received_at: T0,
        ingested_at: T0,
        from_address: sender,
        subject: 'carte vitale',
        message_id: `<${message_id}@exemple.example>`,
        ...more.message,
      })
      .execute();
  });
  return { conversation_id, message_id, ref };
}

/** A pending reply to `jeanne@exemple.example` in a conversation of its own. */
export async function seedDelivery(
  store: Store,
  more: Partial<NewDelivery> = {},
  now = T0,
): Promise<RowJob & { message_id: string }> {
  const seeded = await seedConversation(store);
  const message_id = newId();
  const job = await store.write(SYSTEM, async (tx) => {
    await tx
      .insertInto('message')
      .values({
        id: message_id,
        conversation_id: seeded.conversation_id,
        direction: 'outgoing',
        origin: 'desk',
        mailbox: MAILBOX,
        status: 'dispatched',
        received_at: T0,
        ingested_at: T0,
      })
      .execute();
    return insertDelivery(tx, SYSTEM, now, {
      conversation_id: seeded.conversation_id,
      kind: 'reply',
      via: 'smtp',
      mailbox: MAILBOX,
      to_name: 'Jeanne Martin',
      to_address: 'jeanne@exemple.example',
      subject: 'Re: carte vitale',
      body: 'Bonjour, votre carte est commandée.',
      message_id_header: `<${message_id}@caisse.example>`,
      in_reply_to: '',
      refs: [],
      in_response_to: seeded.message_id,
      message_id,
      not_before: T0,
      ...more,
    });
  });
  return { ...job!, message_id };
}

export async function readDelivery(store: Store, id: string): Promise<Delivery> {
  return store.read(SYSTEM, (tx) =>
    tx.selectFrom('delivery').selectAll().where('id', '=', id).executeTakeFirstOrThrow(),
  );
}

/** Types and data of the delivery events, in order. */
export async function deliveryEvents(
  store: Store,
  id: string,
): Promise<{ type: string; actor: string; data: Record<string, unknown> }[]> {
  const rows = await store.read(SYSTEM, (tx) =>
    tx.selectFrom('event').select(['type', 'actor', 'data']).orderBy('seq').execute(),
  );
  return rows.filter((row) => row.data['delivery_id'] === id);
}

export const RESULTS = {
  accepted: { kind: 'accepted', response: '250 2.0.0 queued' },
  deferred: { kind: 'deferred', phase: 'rcpt', code: 'EENVELOPE-450', response: '450 4.2.0 later' },
  refused: { kind: 'refused', phase: 'rcpt', code: 'EENVELOPE-550', response: '550 5.1.1 unknown' },
  unknown: { kind: 'ambiguous', code: 'ECONNECTION', response: '' },
} as const satisfies Record<string, SendResult>;

/** Claims, or fails the test. */
export async function claimed(store: Store, job: RowJob, now = T0): Promise<Delivery> {
  const claim = await store.write(SYSTEM, (tx) => claimDelivery(tx, job, now));
  if (claim.kind !== 'claimed') throw new Error(`not claimed: ${JSON.stringify(claim)}`);
  return claim.delivery;
}

/** Records the result of a claimed attempt, with the next step it leads to. */
export function record(store: Store, delivery: Delivery, result: keyof typeof RESULTS, now = T0): Promise<boolean> {
  const outcome = { result: RESULTS[result], next: nextStep(RESULTS[result], delivery.attempts) };
  return store.write(SYSTEM, (tx) => recordOutcome(tx, delivery, outcome, now));
}
