import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { SYSTEM, type Store } from '../../store/database.ts';
import { takeBreaches, takeDueWarnings } from '../../store/due.ts';
import { newId } from '../../store/ids.ts';
import { openRequest, stopRequests, type NewRequest } from '../../store/requests.ts';
import { createSlaWork, slaTick } from '../../workers/sla.ts';
import { ENGINES, freshStore, type FreshStore } from '../support/stores.ts';
import { addConversation, addMessage, POLICY, request } from '../support/history.ts';
import { quiet } from '../support/quiet.ts';

/** Deadline by the hour: Friday 20 March 18:00; warning at 10:00. */
const START = new Date('2026-03-18T18:00:00+01:00');
const BEFORE = new Date('2026-03-20T09:59:59+01:00');
const WARN = new Date('2026-03-20T10:00:00+01:00');
const DUE = new Date('2026-03-20T18:00:00+01:00');
const LATE = new Date('2026-03-20T18:00:01+01:00');
const NOTHING = { breached: 0, warned: 0, released: 0, woken: 0 };

describe.each(ENGINES)('the SLA tick on %s', (engine) => {
  let fresh: FreshStore;
  let store: Store;
  beforeAll(async () => {
    fresh = await freshStore(engine);
    store = fresh.store;
  });
  afterAll(() => fresh.close());
  // What a test left open must not ring in the next one.
  beforeEach(() =>
    store.write(SYSTEM, async (tx) => {
      await tx.deleteFrom('request').execute();
      await tx.updateTable('conversation').set({ status: 'closed' }).execute();
    }),
  );

  const tick = (
    now: Date,
    over: { batch_rows?: number; batches_max?: number } = {},
    signal = new AbortController().signal,
  ) => slaTick({ store, now: () => now, ...over }, signal);
  const events = (conversation_id: string) =>
    store.read(SYSTEM, (tx) =>
      tx
        .selectFrom('event')
        .select(['type', 'occurred_at', 'recorded_at', 'data'])
        .where('conversation_id', '=', conversation_id)
        .where('type', '!=', 'request.received')
        .orderBy('seq')
        .execute(),
    );
  async function opened(over: Partial<NewRequest> = {}): Promise<string> {
    return store.write(SYSTEM, async (tx) => {
      const id = await addConversation(tx, START);
      await openRequest(tx, SYSTEM, START, request(await addMessage(tx, id, START), id, START, over));
      return id;
    });
  }

  test('a request is warned once and breached once, dated when it happened', async () => {
    const id = await opened();
    expect(await tick(BEFORE)).toEqual(NOTHING);
    expect(await tick(WARN)).toEqual({ ...NOTHING, warned: 1 });
    expect(await tick(DUE)).toEqual(NOTHING);
    expect(await tick(LATE)).toEqual({ ...NOTHING, breached: 1 });
    expect(await tick(new Date('2026-03-30T00:00:00Z'))).toEqual(NOTHING);
    const data = { policy: 'courriel-48h', due_at: DUE.toISOString() };
    expect(await events(id)).toEqual([
      { type: 'request.warned', occurred_at: WARN, recorded_at: WARN, data },
      { type: 'request.breached', occurred_at: DUE, recorded_at: LATE, data },
    ]);
  });

  test('after an outage a request past its deadline is breached without a late warning', async () => {
    const id = await opened();
    expect(await tick(LATE)).toEqual({ ...NOTHING, breached: 1 });
    expect((await events(id)).map((event) => event.type)).toEqual(['request.breached']);
  });

  test('a request on working days is not breached by a week-end', async () => {
    await opened({ policy: { ...POLICY, headline: 'working' }, started_at: new Date('2026-03-20T18:00:00+01:00') });
    expect(await tick(new Date('2026-03-22T23:00:00+01:00'))).toEqual(NOTHING);
    expect(await tick(new Date('2026-03-24T10:00:00+01:00'))).toEqual({ ...NOTHING, warned: 1 });
    expect(await tick(new Date('2026-03-24T18:00:01+01:00'))).toEqual({ ...NOTHING, breached: 1 });
  });

  test('an answered request says nothing more', async () => {
    const id = await opened();
    await store.write(SYSTEM, (tx) =>
      stopRequests(tx, SYSTEM, id, BEFORE, { kind: 'answered', reply_type: 'definitive' }),
    );
    expect(await tick(LATE)).toEqual(NOTHING);
  });

  test('history that was brought in raises no alarm', async () => {
    await opened({ origin: 'import' });
    expect(await tick(LATE)).toEqual(NOTHING);
  });

  test('a backlog is taken in batches, and what is over the limit at the next tick', async () => {
    for (let n = 0; n < 7; n++) await opened();
    expect(await tick(LATE, { batch_rows: 2, batches_max: 2 })).toEqual({ ...NOTHING, breached: 4 });
    expect(await tick(LATE, { batch_rows: 2, batches_max: 2 })).toEqual({ ...NOTHING, breached: 3 });
  });

  test('a draining process takes nothing new', async () => {
    await opened();
    expect(await tick(LATE, {}, AbortSignal.abort())).toEqual(NOTHING);
  });

  test('a conversation whose holder was silent goes back to its queue, its clock as it was', async () => {
    const id = await opened();
    const held_until = new Date('2026-03-19T10:00:00+01:00');
    const holder = newId();
    await store.write(SYSTEM, (tx) =>
      tx
        .updateTable('conversation')
        .set({ status: 'assigned', holder, held_until, rev: 4 })
        .where('id', '=', id)
        .execute(),
    );
    expect(await tick(held_until)).toEqual(NOTHING);
    const now = new Date(held_until.getTime() + 1);
    expect(await tick(now)).toEqual({ ...NOTHING, released: 1 });
    expect(await tick(now)).toEqual(NOTHING);
    const row = await store.read(SYSTEM, (tx) =>
      tx.selectFrom('conversation').selectAll().where('id', '=', id).executeTakeFirstOrThrow(),
    );
    expect(row).toMatchObject({
      status: 'queued',
      holder: null,
      held_until: null,
      rev: 5,
      due_elapsed_at: DUE,
      queue: 'n1',
    });
    expect(await events(id)).toMatchObject([
      { type: 'conversation.released', data: { reason: 'lease-expired', holder } },
    ]);
  });

  test('a conversation whose pieces did not come is queued again, without a new clock', async () => {
    const id = await opened();
    const waiting_until = new Date('2026-04-01T00:00:00+02:00');
    await store.write(SYSTEM, async (tx) => {
      await stopRequests(tx, SYSTEM, id, BEFORE, { kind: 'answered', reply_type: 'pieces' });
      await tx.updateTable('conversation').set({ status: 'waiting', waiting_until }).where('id', '=', id).execute();
    });
    expect(await tick(new Date(waiting_until.getTime() - 1))).toEqual(NOTHING);
    expect(await tick(waiting_until)).toEqual({ ...NOTHING, woken: 1 });
    expect(await tick(waiting_until)).toEqual(NOTHING);
    const row = await store.read(SYSTEM, (tx) =>
      tx.selectFrom('conversation').selectAll().where('id', '=', id).executeTakeFirstOrThrow(),
    );
    expect(row).toMatchObject({ status: 'queued', waiting_until: null, due_elapsed_at: null });
    expect((await events(id)).map((event) => [event.type, event.data])).toContainEqual([
      'conversation.reopened',
      { from: 'waiting', reason: 'waiting-expired' },
    ]);
  });

  test('the work of the queue does a tick and is done', async () => {
    const id = await opened();
    const work = createSlaWork({ store, now: () => LATE });
    expect(await work({ tick: true }, { log: quiet, signal: new AbortController().signal })).toEqual({ kind: 'done' });
    expect(await events(id)).toHaveLength(1);
  });
});

test('two ticks at once never say the same thing twice, nor wait for each other', async () => {
  const fresh = await freshStore('postgres');
  try {
    await fresh.store.write(SYSTEM, async (tx) => {
      for (let n = 0; n < 6; n++) {
        const id = await addConversation(tx, START);
        await openRequest(tx, SYSTEM, START, request(await addMessage(tx, id, START), id, START));
      }
    });
    for (const [take, now] of [
      [takeDueWarnings, WARN],
      [takeBreaches, LATE],
    ] as const) {
      let first!: () => void;
      const taken = new Promise<void>((resolve) => (first = resolve));
      let finish!: () => void;
      const may_end = new Promise<void>((resolve) => (finish = resolve));
      const one = fresh.store.write(SYSTEM, async (tx) => {
        const rows = await take(tx, now, 4);
        first();
        await may_end;
        return rows;
      });
      await taken;
      const two = await fresh.store.write(SYSTEM, (tx) => take(tx, now, 4));
      finish();
      const ids = [...(await one), ...two].map((row) => row.message_id);
      expect(ids).toHaveLength(6);
      expect(new Set(ids).size).toBe(6);
    }
  } finally {
    await fresh.close();
  }
});
