import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { sql } from 'kysely';
import { classOf, cutsAt, pickNext, type WorkItem, type WorkOrder } from '../../domain/order.ts';
import { actorOf, type Agent } from '../../store/agents.ts';
import { SYSTEM, type Store } from '../../store/database.ts';
import { claimNext } from '../../store/desk.ts';
import { plainReach } from '../../store/scope.ts';
import { headsStatement } from '../../store/work-order.ts';
import { ENGINES, freshPostgres, freshStore, type FreshStore } from '../support/stores.ts';
import { addAgent, addWaiting, type WaitingRow } from '../support/work-rows.ts';

const NOW = new Date('2026-11-24T09:00:00.000Z');
const at = (hours: number): Date => new Date(NOW.getTime() + hours * 3_600_000);
const order: WorkOrder = { legal_days: 3, stock_share: 0.4, age_max_hours: 240, queues: { 'pole-pe': 0.8 } };

const anyRow = fc.record({
  queue: fc.constantFrom('n1', 'n1', 'pole-pe'),
  urgency: fc.constantFrom(0, 1, 2, 3, 3, 3, 3, 3),
  due_at: fc.option(fc.integer({ min: -200, max: 200 }).map(at), { freq: 6 }),
  since: fc.integer({ min: -300, max: -1 }).map(at),
  legal_due_at: fc.option(fc.integer({ min: -100, max: 200 }).map(at), { freq: 3 }),
});

function itemsOf(ids: readonly string[], rows: readonly WaitingRow[]): WorkItem[] {
  return rows.map((row, i) => ({
    ...{ id: ids[i]!, queue: row.queue ?? 'n1', urgency: row.urgency ?? 3, due_at: row.due_at ?? null },
    ...{ since: row.since, legal_due_at: row.legal_due_at ?? null },
  }));
}

describe.each(ENGINES)('what is handed out next, on %s', (engine) => {
  let fresh: FreshStore;
  let store: Store;
  let ana: Agent;
  beforeAll(async () => {
    fresh = await freshStore(engine);
    store = fresh.store;
    ana = await addAgent(store, { queues: ['n1', 'pole-pe'] }, NOW);
  });
  afterAll(() => fresh.close());
  beforeEach(clear);
  async function clear(): Promise<void> {
    await store.write(SYSTEM, async (tx) => {
      await tx.updateTable('conversation').set({ status: 'closed' }).execute();
      await tx.deleteFrom('order_day').execute();
    });
  }
  const next = (agent = ana) =>
    store.write(actorOf(agent), (tx) => claimNext(tx, agent, NOW, { order, reach: plainReach(agent) }));

  test('is what the declared order says, item by item until nothing is left', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyRow, { minLength: 1, maxLength: 25 }), async (rows) => {
        await clear();
        const ids = await addWaiting(store, rows, NOW);
        let left = itemsOf(ids, rows);
        const counts = [
          { share: 0.4, stock: 0, flux: 0 },
          { share: 0.8, stock: 0, flux: 0 },
        ];
        const cuts = cutsAt(order, NOW);
        while (left.length > 0) {
          const expected = pickNext(left, counts, cuts)!;
          expect((await next())?.id).toBe(expected.item.id);
          if (expected.contested)
            counts[expected.item.queue === 'n1' ? 0 : 1]![classOf(expected.item, cuts) as 'stock']++;
          left = left.filter((item) => item !== expected.item);
        }
        expect(await next()).toBeUndefined();
      }),
      { numRuns: engine === 'pglite' ? 8 : 15 },
    );
  });

  test.each<[string, Partial<Record<'urgency' | 'due' | 'since' | 'legal', number>>]>([
    ['p0', { urgency: 0 }],
    ['p1 past the ceiling', { urgency: 1, since: -400 }],
    ['p1', { urgency: 1, since: -100 }],
    ['legal', { legal: 0 }],
    ['aged', { since: -400 }],
    ['late', { due: -200, since: -100 }],
    ['late P2', { due: -200, since: -100, urgency: 2 }],
    ['savable', { since: -100 }],
    ['savable P2', { since: -100, urgency: 2 }],
    ['unclocked', { due: Number.NaN, since: -100 }],
  ])('the first of many %s is found without reading them all', async (_, lane) => {
    // Deadlines and ages run against each other and against the ids: whatever else a lane went by, it would cut the first.
    const spread = (from: number, i: number): Date => at(from + ((i * 37) % 71));
    const rows = [...Array(70)].map((_row, i): WaitingRow => ({
      urgency: lane.urgency ?? 3,
      since: spread((lane.since ?? -100) - 71, i * 3 + 5),
      due_at: Number.isNaN(lane.due) ? null : spread(lane.due ?? 80, i * 5 + 1),
      legal_due_at: lane.legal === undefined ? null : spread(1, i * 7 + 2),
    }));
    const ids = await addWaiting(store, rows, NOW);
    const items = itemsOf(ids, rows);
    expect((await next())?.id).toBe(pickNext(items, [], cutsAt(order, NOW))!.item.id);
  });

  test('counts picks of a contested queue only, by local day, and a new day begins anew', async () => {
    const rows: WaitingRow[] = [...Array(6)].flatMap((_, i) => [
      { since: at(-60 - i), due_at: at(-12 - i) },
      { since: at(-1 - i), due_at: at(20 + i) },
    ]);
    await addWaiting(store, rows, NOW);
    for (let i = 0; i < 5; i += 1) await next();
    const counted = () =>
      store.read(SYSTEM, (tx) => tx.selectFrom('order_day').selectAll().orderBy('day').orderBy('queue').execute());
    expect(await counted()).toEqual([{ queue: 'n1', day: '2026-11-24', stock: 2, flux: 3 }]);
    const tomorrow = new Date('2026-11-24T23:30:00.000Z');
    await store.write(actorOf(ana), (tx) => claimNext(tx, ana, tomorrow, { order }));
    expect((await counted()).map(({ day, stock, flux }) => [day, stock, flux])).toEqual([
      ['2026-11-24', 2, 3],
      ['2026-11-25', 0, 1],
    ]);
  });

  test('a conversation brings those of its sender along, the most pressing first', async () => {
    const [late, urgent, other] = await addWaiting(
      store,
      [
        { since: at(-60), due_at: at(-12), sender: 'x@membre.example' },
        { since: at(-1), due_at: at(47), urgency: 1, sender: 'x@membre.example' },
        { since: at(-2), due_at: at(46) },
      ],
      NOW,
    );
    expect(await next()).toMatchObject({ id: urgent, siblings: [late] });
    expect(await next()).toMatchObject({ id: other, siblings: [] });
  });

  test('a pool works in the same order, counts its own picks, and never gets what is reserved', async () => {
    const paul = await addAgent(store, { role: 'partner', queues: [], pool: 'pool.hainaut' }, NOW);
    const queue = 'pool.hainaut';
    const [late, fresh_one] = await addWaiting(
      store,
      [
        { queue, since: at(-60), due_at: at(-12) },
        { queue, since: at(-1), due_at: at(47) },
        { queue, since: at(-99), due_at: at(-50), restricted: true },
      ],
      NOW,
    );
    expect((await next(paul))?.id).toBe(fresh_one);
    expect((await next(paul))?.id).toBe(late);
    expect(await next(paul)).toBeUndefined();
    const rows = await store.read(SYSTEM, (tx) => tx.selectFrom('order_day').selectAll().execute());
    expect(rows).toEqual([{ queue, day: '2026-11-24', stock: 0, flux: 1 }]);
  });
});

describe('many at once, on PostgreSQL', () => {
  test('thirty agents take ninety conversations once each, and the split holds to their number', async () => {
    const { store, close } = await freshPostgres();
    try {
      const rows: WaitingRow[] = [...Array(100)].flatMap((_, i) => [
        { since: at(-60 - i / 100), due_at: at(-12) },
        { since: at(-1), due_at: at(20 + i / 100) },
      ]);
      await addWaiting(store, rows, NOW);
      const agents = await Promise.all([...Array(30)].map(() => addAgent(store, {}, NOW)));
      const taken: string[] = [];
      for (let round = 0; round < 3; round += 1) {
        const claims = await Promise.all(
          agents.map((agent) => store.write(actorOf(agent), (tx) => claimNext(tx, agent, NOW, { order }))),
        );
        taken.push(...claims.map((claim) => claim!.id));
      }
      expect(new Set(taken).size).toBe(90);
      const [counted] = await store.read(SYSTEM, (tx) => tx.selectFrom('order_day').selectAll().execute());
      expect(counted!.stock + counted!.flux).toBe(90);
      expect(Math.abs(counted!.stock - 36)).toBeLessThanOrEqual(30);
    } finally {
      await close();
    }
  });

  test('a queue of 20,000 is never read whole: every lane is an index', async () => {
    const { store, close } = await freshPostgres();
    try {
      await store.pool.query(`insert into aiguillage.sender (key, first_seen_at) values ('s@membre.example', now())`);
      await store.pool.query(
        `insert into aiguillage.conversation (id, ref, mailbox, sender_key, status, queue, level, urgency, due_at,
           open_since, first_received_at, last_received_at, created_at, updated_at)
         select gen_random_uuid(), 'R' || g, 'pfs-assures', 's@membre.example', 'queued', 'n1', 'n1', 3,
           $1::timestamptz + (g % 5000 - 2500) * interval '1 minute', $1::timestamptz - (g % 5000) * interval '1 minute',
           $1, $1, $1, $1 from generate_series(1, 20000) g`,
        [NOW],
      );
      await store.pool.query('analyze aiguillage.conversation');
      const statement = headsStatement(plainReach(await addAgent(store, {}, NOW)), cutsAt(order, NOW), []);
      const { rows } = await store.read(SYSTEM, (tx) =>
        sql<{ 'QUERY PLAN': string }>`explain (analyze, timing off) ${statement!}`.execute(tx),
      );
      const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
      expect(plan).not.toContain('Seq Scan on conversation');
      expect(plan).toContain('conversation_age');
      expect(plan).toContain('conversation_promise');
      const read = [...plan.matchAll(/on conversation c[^\n]*rows=\d+ loops=\d+\)/g)].map((line) =>
        Number(/actual rows=(\d+)/.exec(line[0])?.[1] ?? 0),
      );
      // Each lane reads its heads, not its queue.
      expect(Math.max(...read)).toBeLessThan(2_000);
    } finally {
      await close();
    }
  });
});
