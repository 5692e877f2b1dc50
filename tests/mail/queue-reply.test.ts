import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { hasCode, type ErrorCode } from '../../domain/errors.ts';
import { hashMessageId, verifyMessageId } from '../../mail/message-token.ts';
import { queueReply, recordPortalReply, type ReplyInput } from '../../mail/queue-reply.ts';
import { SYSTEM, type Actor, type Store } from '../../store/database.ts';
import { listDeliveries } from '../../store/delivery-desk.ts';
import { newId } from '../../store/ids.ts';
import { loadMessage } from '../../store/messages.ts';
import { PROFILE } from '../support/ack-rulebook.ts';
import {
  after,
  deliveryEvents,
  readDelivery,
  SECRET,
  seedConversation,
  seedMailbox,
  setMode,
  T0,
} from '../support/delivery-rows.ts';
import { ENGINES, freshPostgres, freshStore, type FreshStore } from '../support/stores.ts';

const AUTHOR = newId();
const AGENT: Actor = { kind: 'agent', id: AUTHOR, role: 'agent' };

async function inputFor(store: Store, profile: Partial<ReplyInput['profile']> = {}, queue = 'n1'): Promise<ReplyInput> {
  const seeded = await seedConversation(store, 'jeanne@exemple.example', { conversation: { queue } });
  const message = (await store.read(SYSTEM, (tx) => loadMessage(tx, seeded.message_id)))!;
  return {
    conversation: { id: seeded.conversation_id, ref: seeded.ref, subject: message.subject },
    answered: message,
    profile: { ...PROFILE, ...profile },
    to: { name: 'Jeanne Martin', address: message.from_address },
    body: 'Bonjour, votre carte est commandée.',
    reply_type: 'definitive',
    author: AUTHOR,
    secret: SECRET,
  };
}

describe.each(ENGINES)('an agent’s reply on %s', (engine) => {
  let fresh: FreshStore;
  let store: Store;
  beforeAll(async () => {
    fresh = await freshStore(engine);
    store = fresh.store;
    await seedMailbox(store);
  });
  afterAll(() => fresh.close());
  const refused = async (code: ErrorCode, fn: Promise<unknown>): Promise<void> => {
    const error = await fn.then(
      () => 'no error',
      (thrown: unknown) => thrown,
    );
    expect(hasCode(error, code)).toBe(true);
  };

  test('becomes an outgoing message and a delivery that hang on the mail answered', async () => {
    const input = await inputFor(store);
    const queued = await store.write(AGENT, (tx) => queueReply(tx, AGENT, input, T0, 10_000));
    expect(queued.jobs).toEqual([{ id: queued.delivery_id, rev: 0 }]);
    const delivery = await readDelivery(store, queued.delivery_id);
    expect(delivery).toMatchObject({
      kind: 'reply',
      status: 'pending',
      subject: 'Re: carte vitale',
      in_reply_to: input.answered.message_id,
      refs: [input.answered.message_id],
      in_response_to: input.answered.id,
      message_id: queued.message_id,
      not_before: after(10_000),
    });
    expect(verifyMessageId(delivery.message_id_header, input.conversation.id, input.to.address, SECRET)).toBe(true);
    const message = (await store.read(SYSTEM, (tx) => loadMessage(tx, queued.message_id)))!;
    expect(message).toMatchObject({
      direction: 'outgoing',
      origin: 'desk',
      status: 'dispatched',
      author: AUTHOR,
      reply_type: 'definitive',
      body: input.body,
      message_id: delivery.message_id_header,
    });
    expect(Buffer.from(message.message_id_hash!)).toEqual(hashMessageId(delivery.message_id_header));
    expect(await deliveryEvents(store, queued.delivery_id)).toMatchObject([
      { type: 'delivery.queued', actor: `agent:${AUTHOR}` },
    ]);
  });

  test('has one delivery for each address that gets a copy, and no second one for the member', async () => {
    const input = await inputFor(store, { copy_to: ['secteur@caisse.example', 'JEANNE@exemple.example'] });
    const queued = await store.write(AGENT, (tx) => queueReply(tx, AGENT, input, T0));
    const rows = await store.read(SYSTEM, (tx) => listDeliveries(tx, { conversation_id: input.conversation.id }));
    // Made in the same millisecond: in no particular order.
    expect(rows.map((row) => [row.kind, row.to_address, row.message_id]).sort()).toEqual([
      ['notice', 'secteur@caisse.example', null],
      ['reply', 'jeanne@exemple.example', queued.message_id],
    ]);
    expect(queued.jobs.map((job) => job.id).sort()).toEqual(rows.map((row) => row.id).sort());
    expect(new Set(rows.map((row) => row.message_id_header)).size).toBe(2);
  });

  test('is refused, and nothing is kept, while the mailbox observes, when it answers elsewhere, or to a false address', async () => {
    const input = await inputFor(store);
    await store.write(SYSTEM, (tx) => setMode(tx, 'observe'));
    await refused(
      'REPLY_REFUSED',
      store.write(AGENT, (tx) => queueReply(tx, AGENT, input, T0)),
    );
    await store.write(SYSTEM, (tx) => setMode(tx, 'live'));
    for (const reply_via of ['portal', 'account-api'] as const) {
      await refused(
        'REPLY_REFUSED',
        store.write(AGENT, (tx) => queueReply(tx, AGENT, { ...input, profile: { ...input.profile, reply_via } }, T0)),
      );
    }
    await refused(
      'BAD_INPUT',
      store.write(AGENT, (tx) =>
        queueReply(tx, AGENT, { ...input, to: { name: '', address: 'a@x.example,b@y.example' } }, T0),
      ),
    );
    expect(await store.read(SYSTEM, (tx) => listDeliveries(tx, { conversation_id: input.conversation.id }))).toEqual(
      [],
    );
  });

  test('given in a portal is recorded with its proof and never goes by SMTP', async () => {
    const input = await inputFor(store, { reply_via: 'portal' });
    await refused(
      'BAD_INPUT',
      store.write(AGENT, (tx) => recordPortalReply(tx, AGENT, input, ' ', T0)),
    );
    const recorded = await store.write(AGENT, (tx) => recordPortalReply(tx, AGENT, input, 'fil A+ n° 4711', T0));
    expect(await readDelivery(store, recorded.delivery_id)).toMatchObject({
      status: 'sent',
      via: 'portal',
      proof: 'fil A+ n° 4711',
      sent_at: T0,
    });
    expect(await store.read(SYSTEM, (tx) => loadMessage(tx, recorded.message_id))).toMatchObject({
      status: 'sent',
      direction: 'outgoing',
    });
    expect((await deliveryEvents(store, recorded.delivery_id)).map((event) => event.type)).toEqual(['delivery.sent']);
    await refused(
      'REPLY_REFUSED',
      store.write(AGENT, (tx) => recordPortalReply(tx, AGENT, { ...input, profile: PROFILE }, 'x', T0)),
    );
  });
});

test('a partner replies in a conversation handed to its pool, and in no other (row security of PostgreSQL)', async () => {
  const fresh = await freshPostgres();
  try {
    const { store } = fresh;
    await seedMailbox(store);
    const partner: Actor = { kind: 'agent', id: AUTHOR, role: 'partner', pool: 'pool.hainaut' };
    const mine = await inputFor(store, {}, 'pool.hainaut');
    expect((await store.write(partner, (tx) => queueReply(tx, partner, mine, T0))).jobs).toHaveLength(1);
    const other = await inputFor(store);
    await expect(store.write(partner, (tx) => queueReply(tx, partner, other, T0))).rejects.toThrow(
      /row-level security/,
    );
  } finally {
    await fresh.close();
  }
});
