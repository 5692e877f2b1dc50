import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { SendResult } from '../../domain/delivery.ts';
import { ATTEMPTS_MAX, nextStep } from '../../domain/delivery.ts';
import { hasCode } from '../../domain/errors.ts';
import type { RowJob } from '../../queues/contracts.ts';
import { SYSTEM, type Actor, type Store, type Tx } from '../../store/database.ts';
import { claimDelivery, insertDelivery, markData, recordOutcome, type Delivery } from '../../store/deliveries.ts';
import {
  cancelDelivery,
  dueDeliveries,
  listDeliveries,
  recoverDeliveries,
  releaseHeld,
  resolveDelivery,
  SILENT_MAX_MS,
} from '../../store/delivery-desk.ts';
import { newId } from '../../store/ids.ts';
import {
  after,
  deliveryEvents,
  MAILBOX,
  readDelivery,
  seedDelivery,
  seedMailbox,
  setMode,
  T0,
} from '../support/delivery-rows.ts';
import { ENGINES, freshPostgres, freshStore, type FreshStore } from '../support/stores.ts';

const AGENT: Actor = { kind: 'agent', id: newId(), role: 'agent' };
const ACCEPTED: SendResult = { kind: 'accepted', response: '250 2.0.0 queued' };
const DEFERRED: SendResult = { kind: 'deferred', phase: 'rcpt', code: 'EENVELOPE-450', response: '450 4.2.0 later' };
const REFUSED: SendResult = { kind: 'refused', phase: 'rcpt', code: 'EENVELOPE-550', response: '550 5.1.1 unknown' };
const UNKNOWN: SendResult = { kind: 'ambiguous', code: 'ECONNECTION', response: '' };
const EXACTLY_NOW = { before_data: 0, after_data: 0 };

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
  const code = (fn: Promise<unknown>): Promise<unknown> =>
    fn.then(
      () => 'no error',
      (error: unknown) =>
        hasCode(error, 'DELIVERY_STATE') ? 'state' : hasCode(error, 'NOT_FOUND') ? 'not found' : error,
    );

  async function claimed(job: RowJob, now = T0): Promise<Delivery> {
    const claim = await write((tx) => claimDelivery(tx, job, now));
    if (claim.kind !== 'claimed') throw new Error(`not claimed: ${JSON.stringify(claim)}`);
    return claim.delivery;
  }
  const record = (delivery: Delivery, result: SendResult, now = T0): Promise<boolean> => {
    if (result.kind === 'fenced') throw new Error('nothing to record');
    return write((tx) => recordOutcome(tx, delivery, { result, next: nextStep(result, delivery.attempts) }, now));
  };

  test('a sending that goes well: pending, sending, data, sent; its message too; two events', async () => {
    const job = await seedDelivery(store);
    expect(await readDelivery(store, job.id)).toMatchObject({ status: 'pending', phase: '', attempts: 0, rev: 0 });
    const delivery = await claimed(job);
    expect(await readDelivery(store, job.id)).toMatchObject({ status: 'sending', phase: '', attempts: 1 });
    expect(await write((tx) => markData(tx, delivery, T0))).toBe(true);
    expect(await readDelivery(store, job.id)).toMatchObject({ status: 'sending', phase: 'data' });
    expect(await record(delivery, ACCEPTED, after(1_000))).toBe(true);
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
    await claimed(job);
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
    await claimed({ id: job.id, rev: 1 });
  });

  test('deferred four times it waits longer each time; the fifth time it failed, and says so', async () => {
    const job = await seedDelivery(store);
    let now = T0;
    for (const minutes of [1, 5, 30, 120]) {
      await record(await claimed(job, now), DEFERRED, now);
      const row = await readDelivery(store, job.id);
      expect(row).toMatchObject({ status: 'pending', response: '450 4.2.0 later' });
      expect(row.not_before.getTime() - now.getTime()).toBe(minutes * 60_000);
      now = row.not_before;
    }
    await record(await claimed(job, now), DEFERRED, now);
    expect(await readDelivery(store, job.id)).toMatchObject({ status: 'failed', attempts: ATTEMPTS_MAX });
    expect((await deliveryEvents(store, job.id)).map((event) => event.type)).toEqual([
      'delivery.queued',
      'delivery.failed',
    ]);
  });

  test('after a death before the dot it is pending again; the dead attempt can neither write the dot nor the outcome', async () => {
    const job = await seedDelivery(store);
    const dead = await claimed(job);
    expect(await write((tx) => recoverDeliveries(tx, T0, EXACTLY_NOW))).toContainEqual({ id: job.id, rev: 0 });
    expect(await readDelivery(store, job.id)).toMatchObject({ status: 'pending', attempts: 1 });
    // Dead only to us: it wakes up.
    expect(await write((tx) => markData(tx, dead, T0))).toBe(false);
    const second = await claimed(job);
    expect(await write((tx) => markData(tx, dead, T0))).toBe(false);
    expect(await record(dead, ACCEPTED)).toBe(false);
    expect(await write((tx) => markData(tx, second, T0))).toBe(true);
    await record(second, ACCEPTED);
  });

  test('after a death behind the dot it is ambiguous, for ever, as far as machines go', async () => {
    const job = await seedDelivery(store);
    const dead = await claimed(job);
    await write((tx) => markData(tx, dead, T0));
    expect(await write((tx) => recoverDeliveries(tx, T0, EXACTLY_NOW))).not.toContainEqual({ id: job.id, rev: 0 });
    expect(await readDelivery(store, job.id)).toMatchObject({ status: 'ambiguous', phase: 'data' });
    expect(await write((tx) => claimDelivery(tx, job, T0))).toEqual({ kind: 'none', why: 'moved-on' });
    expect(await write((tx) => recoverDeliveries(tx, after(1e9), EXACTLY_NOW))).not.toContainEqual({
      id: job.id,
      rev: 0,
    });
    expect((await deliveryEvents(store, job.id)).map((event) => event.type)).toEqual([
      'delivery.queued',
      'delivery.ambiguous',
    ]);
  });

  test('that was called ambiguous too soon is settled by the answer the server gives after all', async () => {
    const job = await seedDelivery(store);
    const slow = await claimed(job);
    await write((tx) => markData(tx, slow, T0));
    await write((tx) => recoverDeliveries(tx, T0, EXACTLY_NOW));
    expect(await record(slow, ACCEPTED)).toBe(true);
    expect((await readDelivery(store, job.id)).status).toBe('sent');
  });

  test('a living attempt is left alone until its time is over, longer once the dot may be written', async () => {
    const [early, late] = [await seedDelivery(store), await seedDelivery(store)];
    await claimed(early);
    const delivery = await claimed(late);
    await write((tx) => markData(tx, delivery, T0));
    const status = async (): Promise<string[]> => [
      (await readDelivery(store, early.id)).status,
      (await readDelivery(store, late.id)).status,
    ];
    await write((tx) => recoverDeliveries(tx, after(SILENT_MAX_MS.before_data - 1)));
    expect(await status()).toEqual(['sending', 'sending']);
    await write((tx) => recoverDeliveries(tx, after(SILENT_MAX_MS.before_data)));
    expect(await status()).toEqual(['pending', 'sending']);
    await write((tx) => recoverDeliveries(tx, after(SILENT_MAX_MS.after_data)));
    expect(await status()).toEqual(['pending', 'ambiguous']);
  });

  test('that killed its process five times is failed, not tried for ever', async () => {
    const job = await seedDelivery(store);
    for (let i = 1; i <= ATTEMPTS_MAX; i += 1) {
      await claimed(job);
      await write((tx) => recoverDeliveries(tx, T0, EXACTLY_NOW));
    }
    expect(await readDelivery(store, job.id)).toMatchObject({ status: 'failed', response: 'process-deaths' });
  });

  test('can be taken back while it waits, and only then', async () => {
    const job = await seedDelivery(store);
    await store.write(AGENT, (tx) => cancelDelivery(tx, AGENT, job.id, T0));
    expect((await readDelivery(store, job.id)).status).toBe('cancelled');
    expect(await write((tx) => claimDelivery(tx, job, T0))).toEqual({ kind: 'none', why: 'moved-on' });
    expect((await deliveryEvents(store, job.id)).at(-1)).toMatchObject({
      type: 'delivery.resolved',
      actor: `agent:${AGENT.kind === 'agent' ? AGENT.id : ''}`,
      data: { resolution: 'cancelled' },
    });
    const taken = await seedDelivery(store);
    await claimed(taken);
    expect(await code(write((tx) => cancelDelivery(tx, AGENT, taken.id, T0)))).toBe('state');
    expect(await code(write((tx) => cancelDelivery(tx, AGENT, newId(), T0)))).toBe('not found');
  });

  test('an ambiguous one is settled by a person: proved sent', async () => {
    const job = await seedDelivery(store);
    await record(await claimed(job), UNKNOWN);
    expect(
      hasCode(
        await write((tx) => resolveDelivery(tx, AGENT, job.id, { as: 'sent', proof: '  ' }, T0)).catch(
          (error: unknown) => error,
        ),
        'BAD_INPUT',
      ),
    ).toBe(true);
    expect(
      await store.write(AGENT, (tx) =>
        resolveDelivery(tx, AGENT, job.id, { as: 'sent', proof: 'accusé du relais' }, after(5)),
      ),
    ).toBeUndefined();
    expect(await readDelivery(store, job.id)).toMatchObject({
      status: 'sent',
      proof: 'accusé du relais',
      sent_at: after(5),
    });
    const message = await store.read(SYSTEM, (tx) =>
      tx.selectFrom('message').select('status').where('id', '=', job.message_id).executeTakeFirstOrThrow(),
    );
    expect(message.status).toBe('sent');
    expect(await code(write((tx) => resolveDelivery(tx, AGENT, job.id, { as: 'retry' }, T0)))).toBe('state');
  });

  test('an ambiguous or failed one is sent again by a person under a new revision, which the old attempt cannot touch', async () => {
    for (const result of [UNKNOWN, REFUSED]) {
      const job = await seedDelivery(store);
      const old = await claimed(job);
      await record(old, result);
      expect(await store.write(AGENT, (tx) => resolveDelivery(tx, AGENT, job.id, { as: 'retry' }, T0))).toEqual({
        id: job.id,
        rev: 1,
      });
      expect(await record(old, ACCEPTED)).toBe(false);
      expect(await write((tx) => claimDelivery(tx, job, T0))).toEqual({ kind: 'none', why: 'moved-on' });
      const again = await claimed({ id: job.id, rev: 1 });
      expect(again).toMatchObject({ attempts: 1, phase: '' });
      expect(await write((tx) => markData(tx, old, T0))).toBe(false);
      await record(again, ACCEPTED);
    }
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

  test('the sweep is told of what is due and pending, first come first', async () => {
    const now = new Date('2027-01-01T00:00:00Z');
    await write((tx) =>
      tx.updateTable('delivery').set({ status: 'cancelled' }).where('status', '=', 'pending').execute(),
    );
    const jobs = [
      await seedDelivery(store, { not_before: now }),
      await seedDelivery(store, { not_before: new Date(now.getTime() - 1) }),
    ];
    await seedDelivery(store, { not_before: new Date(now.getTime() + 1) });
    await seedDelivery(store, { not_before: now, via: 'portal' });
    expect(await store.read(SYSTEM, (tx) => dueDeliveries(tx, now))).toEqual(
      [jobs[1], jobs[0]].map((job) => ({ id: job!.id, rev: 0 })),
    );
  });

  test('a conversation shows its own deliveries, oldest first, whatever became of them', async () => {
    const first = await seedDelivery(store);
    const { conversation_id } = await readDelivery(store, first.id);
    await record(await claimed(first), REFUSED);
    const second = await seedDelivery(store, { conversation_id });
    await seedDelivery(store);
    const rows = await store.read(SYSTEM, (tx) => listDeliveries(tx, { conversation_id }));
    expect(rows.map((row) => row.id)).toEqual([first.id, second.id]);
  });
});

describe('a partner, behind the row security of PostgreSQL', () => {
  test('takes back its own waiting reply, and cannot call anything sent', async () => {
    const fresh = await freshPostgres();
    try {
      const { store } = fresh;
      await seedMailbox(store);
      const partner: Actor = { kind: 'agent', id: newId(), role: 'partner', pool: 'pool.hainaut' };
      const mine = await seedDelivery(store);
      const other = await seedDelivery(store);
      const { conversation_id } = await readDelivery(store, mine.id);
      await store.write(SYSTEM, (tx) =>
        tx.updateTable('conversation').set({ queue: 'pool.hainaut' }).where('id', '=', conversation_id).execute(),
      );
      await expect(
        store.write(partner, (tx) =>
          tx.updateTable('delivery').set({ status: 'sent' }).where('id', '=', mine.id).execute(),
        ),
      ).rejects.toThrow(/row-level security/);
      await expect(
        store.write(partner, (tx) =>
          tx.updateTable('delivery').set({ to_address: 'x@y.example' }).where('id', '=', mine.id).execute(),
        ),
      ).rejects.toThrow(/permission denied/);
      await store.write(partner, (tx) => cancelDelivery(tx, partner, mine.id, T0));
      expect((await readDelivery(store, mine.id)).status).toBe('cancelled');
      const error = await store
        .write(partner, (tx) => cancelDelivery(tx, partner, other.id, T0))
        .catch((thrown: unknown) => thrown);
      expect(hasCode(error, 'NOT_FOUND')).toBe(true);
    } finally {
      await fresh.close();
    }
  });
});
