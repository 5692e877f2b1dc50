import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ATTEMPTS_MAX } from '../../domain/delivery.ts';
import { SYSTEM, type Actor, type Store, type Tx } from '../../store/database.ts';
import { claimDelivery, insertDelivery, markData } from '../../store/deliveries.ts';
import { listDeliveries, releaseHeld } from '../../store/delivery-desk.ts';
import { newId } from '../../store/ids.ts';
import {
  after,
  claimed,
  deliveryEvents,
  MAILBOX,
  readDelivery,
  record,
  seedDelivery,
  seedMailbox,
  setMode,
  T0,
} from '../support/delivery-rows.ts';
import { ENGINES, freshStore, type FreshStore } from '../support/stores.ts';

const AGENT: Actor = { kind: 'agent', id: newId(), role: 'agent' };

describe.each(ENGINES)('deliveries on %s', (engine) => {
  let fresh: FreshStore;
  let store: Store;
  beforeAll(async () => {
    fresh = await freshStore(engine);
    store = fresh.store;
    await seedMailbox(store);
  });
  afterAll(() => fresh.close());

  const write = <T>(fn: (tx: Tx) => Promise<T>): Promise<T> => store.write(SYSTEM, fn);

  test('a sending that goes well: pending, sending, data, sent; its message too; two events', async () => {
    const job = await seedDelivery(store);
    expect(await readDelivery(store, job.id)).toMatchObject({ status: 'pending', phase: '', attempts: 0, rev: 0 });
    const delivery = await claimed(store, job);
    expect(await readDelivery(store, job.id)).toMatchObject({ status: 'sending', phase: '', attempts: 1 });
    expect(await write((tx) => markData(tx, delivery, T0))).toBe(true);
    expect(await readDelivery(store, job.id)).toMatchObject({ status: 'sending', phase: 'data' });
    expect(await record(store, delivery, 'accepted', after(1_000))).toBe(true);
    expect(await readDelivery(store, job.id)).toMatchObject({
      status: 'sent',
      phase: 'accepted',
      response: '250 2.0.0 queued',
      sent_at: after(1_000),
    });
    const message = await store.read(SYSTEM, (tx) =>
      tx.selectFrom('message').select('status').where('id', '=', job.message_id).executeTakeFirstOrThrow(),
    );
    expect(message.status).toBe('sent');
    expect((await deliveryEvents(store, job.id)).map((event) => event.type)).toEqual([
      'delivery.queued',
      'delivery.sent',
    ]);
  });

  test('is claimed once: a replayed job finds that the row moved on', async () => {
    const job = await seedDelivery(store);
    await claimed(store, job);
    expect(await write((tx) => claimDelivery(tx, job, T0))).toEqual({ kind: 'none', why: 'moved-on' });
  });

  test('of ten workers with the same job one claims it', async () => {
    const job = await seedDelivery(store);
    const claims = await Promise.all(Array.from({ length: 10 }, () => write((tx) => claimDelivery(tx, job, T0))));
    expect(claims.filter((claim) => claim.kind === 'claimed')).toHaveLength(1);
  });

  test('is not claimed early, nor by a job of another revision, nor when gone, nor when it goes by hand', async () => {
    const later = await seedDelivery(store, { not_before: after(9_000) });
    expect(await write((tx) => claimDelivery(tx, later, T0))).toEqual({ kind: 'early', ms: 9_000 });
    expect(await write((tx) => claimDelivery(tx, { id: later.id, rev: 1 }, after(9_000)))).toEqual({
      kind: 'none',
      why: 'moved-on',
    });
    expect(await write((tx) => claimDelivery(tx, { id: newId(), rev: 0 }, T0))).toEqual({ kind: 'none', why: 'gone' });
    const by_hand = await seedDelivery(store, { via: 'portal' });
    expect(await write((tx) => claimDelivery(tx, by_hand, T0))).toEqual({ kind: 'none', why: 'not-by-mail' });
  });

  test('in a mailbox that went back to observing is held, visible, and leaves when a supervisor lets it go', async () => {
    const job = await seedDelivery(store);
    await write((tx) => setMode(tx, 'observe'));
    expect(await write((tx) => claimDelivery(tx, job, T0))).toEqual({ kind: 'none', why: 'held' });
    expect(await store.read(SYSTEM, (tx) => listDeliveries(tx, { status: ['held'] }))).toMatchObject([
      { id: job.id, attempts: 0 },
    ]);
    await write((tx) => setMode(tx, 'live'));
    expect(await store.write(AGENT, (tx) => releaseHeld(tx, AGENT, MAILBOX, T0))).toEqual([{ id: job.id, rev: 1 }]);
    await claimed(store, { id: job.id, rev: 1 });
  });

  test('deferred four times it waits longer each time; the fifth time it failed, and says so', async () => {
    const job = await seedDelivery(store);
    let now = T0;
    for (const minutes of [1, 5, 30, 120]) {
      await record(store, await claimed(store, job, now), 'deferred', now);
      const row = await readDelivery(store, job.id);
      expect(row).toMatchObject({ status: 'pending', response: '450 4.2.0 later' });
      expect(row.not_before.getTime() - now.getTime()).toBe(minutes * 60_000);
      now = row.not_before;
    }
    await record(store, await claimed(store, job, now), 'deferred', now);
    expect(await readDelivery(store, job.id)).toMatchObject({ status: 'failed', attempts: ATTEMPTS_MAX });
    expect((await deliveryEvents(store, job.id)).map((event) => event.type)).toEqual([
      'delivery.queued',
      'delivery.failed',
    ]);
  });

  test('a second acknowledgment of one message is the same acknowledgment', async () => {
    const first = await seedDelivery(store, { kind: 'ack' });
    const ack = await readDelivery(store, first.id);
    const again = await write((tx) =>
      insertDelivery(tx, SYSTEM, T0, {
        conversation_id: ack.conversation_id,
        kind: 'ack',
        via: 'smtp',
        mailbox: ack.mailbox,
        to_name: '',
        to_address: ack.to_address,
        subject: 'x',
        body: 'y',
        message_id_header: '<another@caisse.example>',
        in_reply_to: '',
        refs: [],
        in_response_to: ack.in_response_to,
        message_id: null,
        not_before: T0,
      }),
    );
    expect(again).toBeUndefined();
  });
});
