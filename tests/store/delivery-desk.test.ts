import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ATTEMPTS_MAX } from '../../domain/delivery.ts';
import { hasCode } from '../../domain/errors.ts';
import { SYSTEM, type Actor, type Store, type Tx } from '../../store/database.ts';
import { claimDelivery, markData } from '../../store/deliveries.ts';
import {
  cancelDelivery,
  dueDeliveries,
  listDeliveries,
  recoverDeliveries,
  resolveDelivery,
  SILENT_MAX_MS,
} from '../../store/delivery-desk.ts';
import { newId } from '../../store/ids.ts';
import {
  after,
  claimed,
  deliveryEvents,
  readDelivery,
  record,
  seedDelivery,
  seedMailbox,
  T0,
} from '../support/delivery-rows.ts';
import { ENGINES, freshPostgres, freshStore, type FreshStore } from '../support/stores.ts';

const AGENT: Actor = { kind: 'agent', id: newId(), role: 'agent' };
const EXACTLY_NOW = { before_data: 0, after_data: 0 };

describe.each(ENGINES)('deliveries, the sweep and people on %s', (engine) => {
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

  test('after a death before the dot it is pending again; the dead attempt can neither write the dot nor the outcome', async () => {
    const job = await seedDelivery(store);
    const dead = await claimed(store, job);
    expect(await write((tx) => recoverDeliveries(tx, T0, EXACTLY_NOW))).toContainEqual({ id: job.id, rev: 0 });
    expect(await readDelivery(store, job.id)).toMatchObject({ status: 'pending', attempts: 1 });
    // Dead only to us: it wakes up.
    expect(await write((tx) => markData(tx, dead, T0))).toBe(false);
    const second = await claimed(store, job);
    expect(await write((tx) => markData(tx, dead, T0))).toBe(false);
    expect(await record(store, dead, 'accepted')).toBe(false);
    expect(await write((tx) => markData(tx, second, T0))).toBe(true);
    await record(store, second, 'accepted');
  });

  test('after a death behind the dot it is ambiguous, for ever, as far as machines go', async () => {
    const job = await seedDelivery(store);
    const dead = await claimed(store, job);
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
    const slow = await claimed(store, job);
    await write((tx) => markData(tx, slow, T0));
    await write((tx) => recoverDeliveries(tx, T0, EXACTLY_NOW));
    expect(await record(store, slow, 'accepted')).toBe(true);
    expect((await readDelivery(store, job.id)).status).toBe('sent');
  });

  test('a living attempt is left alone until its time is over, longer once the dot may be written', async () => {
    const [early, late] = [await seedDelivery(store), await seedDelivery(store)];
    await claimed(store, early);
    const delivery = await claimed(store, late);
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
      await claimed(store, job);
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
    await claimed(store, taken);
    expect(await code(write((tx) => cancelDelivery(tx, AGENT, taken.id, T0)))).toBe('state');
    expect(await code(write((tx) => cancelDelivery(tx, AGENT, newId(), T0)))).toBe('not found');
  });

  test('an ambiguous one is settled by a person: proved sent', async () => {
    const job = await seedDelivery(store);
    await record(store, await claimed(store, job), 'unknown');
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
    for (const result of ['unknown', 'refused'] as const) {
      const job = await seedDelivery(store);
      const old = await claimed(store, job);
      await record(store, old, result);
      expect(await store.write(AGENT, (tx) => resolveDelivery(tx, AGENT, job.id, { as: 'retry' }, T0))).toEqual({
        id: job.id,
        rev: 1,
      });
      expect(await record(store, old, 'accepted')).toBe(false);
      expect(await write((tx) => claimDelivery(tx, job, T0))).toEqual({ kind: 'none', why: 'moved-on' });
      const again = await claimed(store, { id: job.id, rev: 1 });
      expect(again).toMatchObject({ attempts: 1, phase: '' });
      expect(await write((tx) => markData(tx, old, T0))).toBe(false);
      expect(await record(store, old, 'accepted')).toBe(false);
      expect((await readDelivery(store, job.id)).status).toBe('sending');
      await record(store, again, 'accepted');
    }
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
    await record(store, await claimed(store, first), 'refused');
    const second = await seedDelivery(store, { conversation_id }, after(1));
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
