import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { hashMessageId, makeMessageId } from '../../mail/message-token.ts';
import { findThread, type Thread } from '../../mail/threading.ts';
import { SYSTEM, type Store } from '../../store/database.ts';
import { insertDelivery } from '../../store/deliveries.ts';
import { MAILBOX, SECRET, seedConversation, seedMailbox, T0 } from '../support/delivery-rows.ts';
import { ENGINES, freshStore, type FreshStore } from '../support/stores.ts';

const JEANNE = 'jeanne@exemple.example';
const PAUL = 'paul@exemple.example';
const NONE: Thread = { conversation_id: null, suggested_link: null };
const joins = (conversation_id: string): Thread => ({ conversation_id, suggested_link: null });
const suggests = (suggested_link: string): Thread => ({ conversation_id: null, suggested_link });

describe.each(ENGINES)('threads on %s', (engine) => {
  let fresh: FreshStore;
  let store: Store;
  /** Jeanne's conversation, the id of her mail, and the id of what we sent her. */
  let conversation: string;
  let ref: string;
  let hers: string;
  let ours: string;
  beforeAll(async () => {
    fresh = await freshStore(engine);
    store = fresh.store;
    await seedMailbox(store);
  });
  afterAll(() => fresh.close());
  beforeEach(async () => {
    hers = `<${randomBytes(8).toString('hex')}@Exemple.example>`;
    const seeded = await seedConversation(store, JEANNE, {
      message: { message_id: hers, message_id_hash: hashMessageId(hers) },
    });
    conversation = seeded.conversation_id;
    ref = seeded.ref;
    ours = await deliver(JEANNE);
  });

  /** Something we sent in Jeanne's conversation to `to`; an acknowledgment has no message row. */
  async function deliver(to: string, status: 'sent' | 'failed' = 'sent'): Promise<string> {
    const id = makeMessageId(
      { conversation_id: conversation, ref, recipient: to, domain: 'caisse.example' },
      SECRET,
      randomBytes(8),
    );
    await store.write(SYSTEM, async (tx) => {
      const job = await insertDelivery(tx, SYSTEM, T0, {
        conversation_id: conversation,
        kind: 'reply',
        via: 'smtp',
        mailbox: MAILBOX,
        to_name: '',
        to_address: to,
        subject: 'Re: carte vitale',
        body: 'x',
        message_id_header: id,
        in_reply_to: '',
        refs: [],
        in_response_to: null,
        message_id: null,
        not_before: T0,
      });
      await tx.updateTable('delivery').set({ status }).where('id', '=', job!.id).execute();
    });
    return id;
  }

  const find = (from: string, fields: { in_reply_to?: string; refs?: string[]; subject?: string }): Promise<Thread> =>
    store.read(SYSTEM, (tx) => findThread(tx, { in_reply_to: '', refs: [], subject: '', ...fields }, from, SECRET));

  test('her answer to our mail joins, by In-Reply-To or References, whatever gateways did to the id', async () => {
    expect(await find(JEANNE, { in_reply_to: ours })).toEqual(joins(conversation));
    expect(await find(JEANNE, { refs: ['<x@y.example>', ours, '<z@y.example>'] })).toEqual(joins(conversation));
    expect(await find(JEANNE, { in_reply_to: ours.toUpperCase().replace('.', '.\r\n ') })).toEqual(joins(conversation));
  });

  test('her follow-up on her own mail joins', async () => {
    expect(await find(JEANNE, { in_reply_to: hers })).toEqual(joins(conversation));
  });

  test('a stranger who quotes our id or hers does not join; a link is suggested', async () => {
    for (const id of [ours, hers]) {
      expect(await find(PAUL, { in_reply_to: id })).toEqual(suggests(conversation));
      expect(await find(PAUL, { refs: [id] })).toEqual(suggests(conversation));
    }
  });

  test('somebody we wrote to in this conversation joins; somebody to whom the sending failed does not', async () => {
    await deliver(PAUL, 'failed');
    expect(await find(PAUL, { in_reply_to: hers })).toEqual(suggests(conversation));
    await deliver(PAUL.toUpperCase());
    expect(await find(PAUL, { in_reply_to: hers })).toEqual(joins(conversation));
  });

  test('our id still joins after its row was purged, for the address it was made for and for no other', async () => {
    await store.write(SYSTEM, (tx) => tx.deleteFrom('delivery').where('message_id_header', '=', ours).execute());
    // The conversation now belongs to another key, so that only the token speaks.
    await store.write(SYSTEM, async (tx) => {
      await tx
        .insertInto('sender')
        .values({ key: 'other@exemple.example', first_seen_at: T0 })
        .onConflict((c) => c.column('key').doNothing())
        .execute();
      await tx
        .updateTable('conversation')
        .set({ sender_key: 'other@exemple.example' })
        .where('id', '=', conversation)
        .execute();
    });
    expect(await find(JEANNE, { in_reply_to: ours })).toEqual(joins(conversation));
    expect(await find(PAUL, { in_reply_to: ours })).toEqual(NONE);
    const forged = ours.replace(/\.[0-9a-f]{32}@/, `.${'0'.repeat(32)}@`);
    expect(await find(JEANNE, { in_reply_to: forged })).toEqual(NONE);
  });

  test('a stranger cannot pull answers over by sending a mail that carries our id as its own', async () => {
    const trap = await seedConversation(store, PAUL, {
      message: { message_id: ours, message_id_hash: hashMessageId(ours), received_at: new Date(0) },
    });
    expect(trap.conversation_id).not.toBe(conversation);
    expect(await find(JEANNE, { in_reply_to: ours })).toEqual(joins(conversation));
  });

  test('of several references the one where the sender takes part wins over a nearer one', async () => {
    const other = await seedConversation(store, PAUL, {
      message: { message_id: '<other@exemple.example>', message_id_hash: hashMessageId('<other@exemple.example>') },
    });
    expect(await find(JEANNE, { in_reply_to: '<other@exemple.example>', refs: [hers] })).toEqual(joins(conversation));
    expect(await find('lea@exemple.example', { in_reply_to: '<other@exemple.example>', refs: [hers] })).toEqual(
      suggests(other.conversation_id),
    );
  });

  test('the short reference in the subject joins for her, suggests for others, and a wrong one does nothing', async () => {
    expect(await find(JEANNE, { subject: `Suite ${ref.toLowerCase()}` })).toEqual(joins(conversation));
    expect(await find(PAUL, { subject: `Suite ${ref}` })).toEqual(suggests(conversation));
    const wrong = `${ref.slice(0, -1)}${ref.endsWith('Z') ? 'Y' : 'Z'}`;
    expect(await find(JEANNE, { subject: wrong })).toEqual(NONE);
  });

  test('an equal subject is no thread, not even for the same sender', async () => {
    expect(await find(JEANNE, { subject: 'Re: carte vitale' })).toEqual(NONE);
    expect(await find(PAUL, { subject: 'carte vitale' })).toEqual(NONE);
  });

  test('a mail without a usable sender joins nothing', async () => {
    expect(await find('sans-expediteur:1', { in_reply_to: ours })).toEqual(suggests(conversation));
    expect(await find('', { in_reply_to: ours, subject: ref })).toEqual(suggests(conversation));
    // « root » is somebody else on every machine.
    const id = `<${randomBytes(8).toString('hex')}@cron.example>`;
    const cron = await seedConversation(store, 'root', {
      message: { message_id: id, message_id_hash: hashMessageId(id) },
    });
    expect(await find('root', { in_reply_to: id })).toEqual(suggests(cron.conversation_id));
    expect(await find('root', { subject: cron.ref })).toEqual(suggests(cron.conversation_id));
  });

  test('thousands of references, empty and broken ones, are read in bounded time; the newest count', async () => {
    const refs = Array.from({ length: 5_000 }, (_, i) => (i % 2 === 0 ? '' : `<${i}@x.example>`));
    expect(await find(JEANNE, { refs: [ours, ...refs] })).toEqual(NONE);
    expect(await find(JEANNE, { refs: [...refs, ours] })).toEqual(joins(conversation));
    expect(await find(JEANNE, { refs: ['<', '>', '\u0000', 'x'.repeat(9_999)] })).toEqual(NONE);
  });
});
