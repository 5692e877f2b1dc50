import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { compileRulebook, type CompiledRulebook } from '../../domain/match.ts';
import { chooseQueue, type Load, type Routed } from '../../domain/overflow.ts';
import type { OverflowContract } from '../../domain/overflow-contract.ts';
import { recall, type PoolState, type Unclaimed } from '../../domain/overflow-recall.ts';
import { rebalance, type Waiting } from '../../domain/overflow-rebalance.ts';
import { loadDecision } from '../../store/decisions.ts';
import { SYSTEM } from '../../store/database.ts';
import { joinConversation, lockConversation } from '../../store/intake.ts';
import { countHandover, lockDay } from '../../store/load.ts';
import { loadMessage } from '../../store/messages.ts';
import { createDispatchWork } from '../../workers/dispatch.ts';
import { overflowTick } from '../../workers/overflow.ts';
import { deskBook } from '../support/desk-book.ts';
import { quiet } from '../support/quiet.ts';
import { ENGINES } from '../support/stores.ts';
import { HOUR_MS, MORNING, openWorld, type NewConversation, type World } from '../support/world.ts';

/** n1 answers 2 an hour, 9 hours a day, as does each pool, and begins to be helped under two hours in hand; see tests/support/desk-book.ts. */
function bookWith(over: Partial<OverflowContract> = {}, more: Partial<OverflowContract>[] = []): CompiledRulebook {
  const base = deskBook();
  const terms: OverflowContract = {
    from: 'n1',
    since: '2021-11-01',
    motifs: ['carte-vitale'],
    daily_quota: 50,
    max_share: 1,
    enabled: true,
    trigger: 'forecast',
    margin_hours: 2,
    stop_margin_hours: 4,
    silent_hours: 4,
    ...over,
  };
  return compileRulebook({
    ...base,
    queues: base.queues.flatMap((given) => {
      const queue = { ...given, capacity_per_open_hour: 2 };
      if (queue.id === 'pool.hainaut') return [{ ...queue, contract: terms }];
      if (queue.id === 'pool.flandres') return more.map((next) => ({ ...queue, contract: { ...terms, ...next } }));
      return [queue];
    }),
  });
}

const HAINAUT = 'pool.hainaut';
const job = { log: quiet, signal: new AbortController().signal };

/** Conversations as triage leaves them: decided, and waiting for dispatch. */
async function decided(world: World, count: number, over: NewConversation = {}) {
  const made = [];
  for (let n = 0; n < count; n++) made.push(await world.conversation({ received_at: world.clock.now, ...over }));
  const messages = made.map(({ message }) => message);
  await world.store.write(SYSTEM, (tx) =>
    tx.updateTable('message').set({ status: 'decided' }).where('id', 'in', messages).execute(),
  );
  return made;
}

function dispatcher(world: World, book: CompiledRulebook, at?: (point: string) => void) {
  return createDispatchWork({
    store: world.store,
    queues: { enqueue: async () => {} },
    rulebook: async () => book,
    secret: 'a secret of more than thirty-two characters',
    clock: () => world.clock.now,
    ...(at === undefined ? {} : { at }),
  });
}

const tick = (world: World, book: CompiledRulebook) =>
  overflowTick(
    { store: world.store, rulebook: async () => book, now: () => world.clock.now },
    new AbortController().signal,
  );
const handedToday = async (world: World, pool = HAINAUT): Promise<number> =>
  (
    await world.store.read(SYSTEM, (tx) =>
      tx.selectFrom('queue_day').select('handed').where('queue', '=', pool).executeTakeFirst(),
    )
  )?.handed ?? 0;
const inPool = async (world: World, pool = HAINAUT): Promise<string[]> =>
  (
    await world.store.read(SYSTEM, (tx) =>
      tx.selectFrom('conversation').select('id').where('queue', '=', pool).orderBy('id').execute(),
    )
  ).map(({ id }) => id);
const passes = (world: World) => world.store.read(SYSTEM, (tx) => tx.selectFrom('overflow_pass').selectAll().execute());

describe.each(ENGINES)('overflow contracts at work, on %s', (engine) => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld(engine);
  });
  afterAll(() => world.close());
  beforeEach(() => {
    world.clock.now = MORNING;
  });
  // What a test left behind must not press the next one.
  afterEach(() =>
    world.store.write(SYSTEM, async (tx) => {
      await tx.updateTable('conversation').set({ status: 'closed', queue: 'n1', handed_at: null }).execute();
      for (const table of ['queue_day', 'overflow_state', 'overflow_stop'] as const)
        await tx.deleteFrom(table).execute();
    }),
  );

  async function dispatchAll(book: CompiledRulebook, made: readonly { message: string }[]): Promise<void> {
    const work = dispatcher(world, book);
    for (const { message } of made) await work({ id: message, rev: 0 }, job);
  }

  test('a mail its queue would answer too late is handed over, and the stored choice is the same when made again', async () => {
    const book = bookWith();
    const made = await decided(world, 40);
    await dispatchAll(book, made);
    const first = made[0];
    const count = (await inPool(world)).length;
    // 18 open hours of 2: it begins above 32 mails, and what it hands over leaves the line.
    expect(count).toBeGreaterThan(3);
    expect(count).toBeLessThan(15);
    expect(await handedToday(world)).toBe(count);
    expect(await world.row(first!.id)).toMatchObject({ queue: HAINAUT, pool_hops: 1, handed_at: MORNING, rev: 0 });
    const handed = (await world.events(first!.id)).find(({ type }) => type === 'overflow.handed');
    expect(handed!.data).toMatchObject({ pool: HAINAUT, from: 'n1', by: 'arrival' });
    expect(handed!.data['why']).toMatch(/^répondrait le 24\/11/);
    // Begun with the first, ended once there was time in hand again; the state is kept between two choices.
    const states = await world.store.read(SYSTEM, (tx) => tx.selectFrom('overflow_state').selectAll().execute());
    expect(states).toMatchObject([{ pool: HAINAUT, policy: '48h', active: false }]);
    const rows = await world.store.read(SYSTEM, (tx) =>
      tx.selectFrom('decision').select(['message_id', 'load', 'routed']).execute(),
    );
    let replayed = 0;
    const switches: boolean[] = [];
    for (const { message_id, load, routed } of rows) {
      const stored = routed as Routed & { at?: string; rulebook?: string };
      if (stored?.mail === undefined || stored.at === undefined) continue;
      const { at, rulebook: _, ...chosen } = stored;
      const { decision } = (await world.store.read(SYSTEM, (tx) => loadDecision(tx, message_id)))!;
      expect(chooseQueue(decision, load as Load, book, new Date(at), stored.mail)).toEqual(chosen);
      replayed += 1;
      switches.push(...(stored.switched ?? []).map(({ active }) => active));
    }
    expect(replayed).toBe(40);
    expect(switches.sort()).toEqual([false, true]);
  });

  test('what other mails of the conversation brought counts, and what was placed meanwhile keeps its place', async () => {
    const book = bookWith();
    await decided(world, 40, { sender: 'un-seul@membre.example' });
    const [urgent, reserved, twin, moved] = await decided(world, 4);
    await decided(world, 1, { sender: twin!.sender });
    await world.store.write(SYSTEM, async (tx) => {
      const set = (id: string, over: object) => tx.updateTable('conversation').set(over).where('id', '=', id).execute();
      await set(urgent!.id, { urgency: 1 });
      await set(reserved!.id, { restricted: true });
      await set(moved!.id, { queue: 'urgence-vitale', urgency: 0 });
    });
    const work = dispatcher(world, book);
    for (const { message } of [urgent!, reserved!, twin!, moved!]) await work({ id: message, rev: 0 }, job);
    const codes = async (message: string) => {
      const row = await world.store.read(SYSTEM, (tx) =>
        tx.selectFrom('decision').select('routed').where('message_id', '=', message).executeTakeFirstOrThrow(),
      );
      return (row.routed as Routed).reasons.map(({ code }) => code);
    };
    expect(await inPool(world)).toEqual([]);
    expect(await Promise.all([urgent!, reserved!, twin!].map(({ message }) => codes(message)))).toEqual([
      ['urgent'],
      ['restricted'],
      ['sibling'],
    ]);
    expect(await world.row(moved!.id)).toMatchObject({ queue: 'urgence-vitale', pool_hops: 0 });
  });

  test('urgent arrivals of the last days are counted as those that overtake', async () => {
    const book = bookWith();
    const made = await decided(world, 9, { urgency: 1 });
    await dispatchAll(book, made);
    const [next] = await decided(world, 1);
    world.clock.now = new Date(MORNING.getTime() + HOUR_MS);
    await dispatchAll(book, [next!]);
    const { load } = await world.store.read(SYSTEM, (tx) =>
      tx.selectFrom('decision').select('load').where('message_id', '=', next!.message).executeTakeFirstOrThrow(),
    );
    // Seven days up to Tuesday 11:00: Wednesday to Friday and Monday, nine hours each, and two and a half today.
    expect((load as Load)['n1']!.passing_per_open_hour).toBeCloseTo(9 / (4 * 9 + 2.5), 6);
  });

  test('rebalancing hands over mail that waits and will be late, once, and a replay of the pass is equal', async () => {
    const book = bookWith();
    const late = await Promise.all(
      Array.from({ length: 8 }, () => world.conversation({ received_at: new Date(MORNING.getTime() - 46 * HOUR_MS) })),
    );
    const taken = await world.conversation({ received_at: new Date(MORNING.getTime() - 47 * HOUR_MS) });
    const expert = await world.conversation({
      received_at: new Date(MORNING.getTime() - 45 * HOUR_MS),
      motif: 'ij-calcul-montant',
    });
    const lost = await world.conversation({ received_at: new Date(MORNING.getTime() - 20 * 24 * HOUR_MS) });
    const agent = await world.person('agent', { queues: ['n1'] });
    await agent.post(`/api/conversations/${taken.id}/claim`);
    // The share is of what came today.
    await world.store.write(SYSTEM, (tx) =>
      tx.insertInto('queue_day').values({ queue: 'n1', day: '2026-11-24', arrivals: 100 }).execute(),
    );
    const before = await world.row(late[0]!.id);
    const { handed } = await tick(world, book);
    // Two hours are left, that is four of the eight; the pool, as fast, answers as many.
    expect(handed).toBeGreaterThan(1);
    expect(handed).toBeLessThan(6);
    const pool = await inPool(world);
    expect(pool).toHaveLength(handed);
    expect(pool).not.toContain(taken.id);
    expect(pool).not.toContain(expert.id);
    expect(pool).not.toContain(lost.id);
    expect(await handedToday(world)).toBe(handed);
    const one = late.find(({ id }) => pool.includes(id))!;
    expect(await world.row(one.id)).toMatchObject({
      queue: HAINAUT,
      status: 'queued',
      pool_hops: 1,
      handed_at: MORNING,
      due_elapsed_at: before['due_elapsed_at'],
      due_working_at: before['due_working_at'],
    });
    expect((await world.events(one.id)).slice(-2)).toMatchObject([
      { type: 'conversation.transferred', actor: 'system', data: { from: 'n1', to: HAINAUT, reason: 'rebalance' } },
      { type: 'overflow.handed', data: { pool: HAINAUT, by: 'rebalance', why: expect.stringMatching(/répondrait/) } },
    ]);
    const [pass] = (await passes(world)).filter(({ kind }) => kind === 'rebalance');
    const given = pass!.given as { items: Waiting[]; load: Load; moves_max: number };
    expect(rebalance('n1', given.items, given.load, book, pass!.at, given.moves_max)).toEqual(pass!.moved);
    // Nothing has changed: a second pass finds nothing more to save.
    expect((await tick(world, book)).handed).toBe(0);
  });

  test('a silent pool gives back what nobody took, its places too, and is left alone until tomorrow', async () => {
    const book = bookWith();
    const made = await decided(world, 40);
    await dispatchAll(book, made);
    const pool = await inPool(world);
    const row = await world.row(pool[0]!);
    world.clock.now = new Date(MORNING.getTime() + 3.9 * HOUR_MS);
    expect((await tick(world, book)).recalled).toBe(0);
    world.clock.now = new Date(MORNING.getTime() + 4.1 * HOUR_MS);
    const count = (await inPool(world)).length;
    expect((await tick(world, book)).recalled).toBe(count);
    expect(await inPool(world)).toEqual([]);
    expect(await handedToday(world)).toBe(0);
    expect(await world.row(pool[0]!)).toMatchObject({
      queue: 'n1',
      status: 'queued',
      pool_hops: 1,
      handed_at: null,
      due_elapsed_at: row['due_elapsed_at'],
      due_working_at: row['due_working_at'],
    });
    expect((await world.events(pool[0]!)).at(-1)).toMatchObject({
      type: 'overflow.recalled',
      actor: 'system',
      data: { pool: HAINAUT, to: 'n1', reason: 'silent' },
    });
    const [pass] = (await passes(world)).filter(
      ({ kind, at }) => kind === 'recall' && at.getTime() === world.clock.now.getTime(),
    );
    const { items, state } = pass!.given as { items: Unclaimed[]; state: PoolState };
    const { done, ...moved } = pass!.moved as { done: string[] };
    expect(JSON.parse(JSON.stringify(recall(HAINAUT, items, state, book, pass!.at)))).toEqual(moved);
    expect(done).toHaveLength(count);
    // Stopped for the day: neither what came back nor anything new goes there.
    expect((await tick(world, book)).handed).toBe(0);
    await dispatchAll(book, await decided(world, 3));
    expect(await inPool(world)).toEqual([]);
    // Tomorrow it is tried again, with what was never there.
    world.clock.now = new Date('2026-11-25T09:00:00Z');
    await dispatchAll(book, await decided(world, 3));
    expect((await inPool(world)).length).toBeGreaterThan(0);
  });

  test('work that no longer fits a pool goes where its last mail was decided to go', async () => {
    const book = bookWith();
    const { id } = await world.conversation({ queue: HAINAUT });
    const fits = await world.conversation({ queue: HAINAUT });
    world.clock.now = new Date(MORNING.getTime() + 1_000);
    await world.message(id, { queue: 'elsm', motif: 'service-medical-ald', restricted: true });
    await world.store.write(SYSTEM, async (tx) => {
      const set = (over: object) => tx.updateTable('conversation').set(over).where('queue', '=', HAINAUT);
      await set({ handed_at: MORNING, pool_hops: 1 }).execute();
      await set({ restricted: true }).where('id', '=', id).execute();
    });
    expect((await tick(world, book)).recalled).toBe(1);
    expect(await world.row(id)).toMatchObject({ queue: 'elsm', restricted: true, pool_hops: 1 });
    expect((await world.events(id)).at(-1)).toMatchObject({
      data: { pool: HAINAUT, to: 'elsm', reason: 'ineligible' },
    });
    expect(await inPool(world)).toEqual([fits.id]);
  });

  test('a contract that left the rules gives its work back to where it came from', async () => {
    const { id } = await world.conversation();
    const supervisor = await world.person('supervisor');
    const handed = await supervisor.post(`/api/conversations/${id}/transfer`, {
      queue: HAINAUT,
      reason: 'out_of_skill',
    });
    expect(handed.statusCode).toBe(200);
    const base = bookWith();
    const without = compileRulebook({ ...base, queues: base.queues.filter((queue) => queue.id !== HAINAUT) });
    expect((await tick(world, base)).recalled).toBe(0);
    expect((await tick(world, without)).recalled).toBe(1);
    expect(await world.row(id)).toMatchObject({ queue: 'n1', handed_at: null });
    expect((await world.events(id)).at(-1)).toMatchObject({ data: { pool: HAINAUT, to: 'n1', reason: 'ended' } });
    expect(await handedToday(world)).toBe(0);
  });

  test('an urgent mail that joins takes its conversation out of the pool, and the figures by pool are told', async () => {
    const { id } = await world.conversation({ queue: HAINAUT });
    await world.store.write(SYSTEM, async (tx) => {
      await tx.updateTable('conversation').set({ handed_at: MORNING, pool_hops: 1 }).where('id', '=', id).execute();
      await lockDay(tx, [HAINAUT], '2026-11-24');
      await countHandover(tx, HAINAUT, '2026-11-24', 2);
    });
    const before = await handedToday(world);
    const message = await world.message(id, { queue: 'urgence-vitale', flags: ['danger-vital'], urgency: 0 });
    await world.store.write(SYSTEM, async (tx) => {
      const conversation = (await lockConversation(tx, id))!;
      const { decision } = (await loadDecision(tx, message))!;
      await joinConversation(tx, conversation, (await loadMessage(tx, message))!, decision, MORNING, world.book);
    });
    expect(await world.row(id)).toMatchObject({ queue: 'urgence-vitale', urgency: 0, handed_at: null, pool_hops: 1 });
    expect(await handedToday(world)).toBe(before - 1);
    expect((await world.events(id)).at(-1)).toMatchObject({
      type: 'overflow.recalled',
      data: { pool: HAINAUT, to: 'urgence-vitale', reason: 'urgent' },
    });
  });

  test('answers of a pool are noted once they stand, the share of each day is read again, nothing twice', async () => {
    const book = bookWith({ sample_share: 0.2 });
    await world.live('pfs-assures');
    const partner = await world.person('partner', { pool: HAINAUT });
    const answers: string[] = [];
    for (let n = 0; n < 6; n++) {
      const { id } = await world.conversation({ queue: HAINAUT });
      await partner.post(`/api/conversations/${id}/claim`);
      const sent = await partner.post(`/api/conversations/${id}/reply`, {
        type: 'definitive',
        body: 'Bonjour, voici.',
      });
      expect(sent.statusCode).toBe(201);
      answers.push(sent.json().message);
      if (n === 5) expect((await partner.post(`/api/deliveries/${sent.json().delivery}/cancel`)).statusCode).toBe(200);
    }
    expect((await tick(world, book)).noted).toBe(0);
    world.clock.now = new Date(MORNING.getTime() + 11 * 60_000);
    expect((await tick(world, book)).noted).toBe(5);
    expect((await tick(world, book)).noted).toBe(0);
    const rows = await world.store.read(SYSTEM, (tx) =>
      tx.selectFrom('pool_answer').select(['message_id', 'pool', 'sampled']).execute(),
    );
    expect(rows.map(({ message_id }) => message_id).sort()).toEqual(answers.slice(0, 5).sort());
    expect(rows.every(({ pool }) => pool === HAINAUT)).toBe(true);
    expect(rows.filter(({ sampled }) => sampled).length).toBeGreaterThanOrEqual(1);
    expect(rows.filter(({ sampled }) => sampled).length).toBeLessThan(5);
  });
});

describe('at the same moment, on PostgreSQL', () => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld('postgres');
  });
  afterAll(() => world.close());
  beforeEach(async () => {
    world.clock.now = MORNING;
    await world.store.write(SYSTEM, async (tx) => {
      await tx.updateTable('conversation').set({ status: 'closed', queue: 'n1', handed_at: null }).execute();
      for (const table of ['queue_day', 'overflow_state', 'overflow_stop'] as const)
        await tx.deleteFrom(table).execute();
    });
  });

  test('eight dispatchers never give away more than a quota, nor more than a share', async () => {
    const book = bookWith({ daily_quota: 7 }, [{ daily_quota: 1_000, max_share: 0.1 }]);
    const made = await decided(world, 80);
    const works = Array.from({ length: 8 }, () => dispatcher(world, book));
    await Promise.all(
      works.map(async (work, n) => {
        for (const { message } of made.filter((_, i) => i % 8 === n)) await work({ id: message, rev: 0 }, job);
      }),
    );
    expect(await inPool(world)).toHaveLength(7);
    expect(await handedToday(world)).toBe(7);
    const flandres = (await inPool(world, 'pool.flandres')).length;
    expect(flandres).toBeGreaterThan(3);
    expect(flandres).toBeLessThanOrEqual(8);
    expect(await handedToday(world, 'pool.flandres')).toBe(flandres);
    const arrivals = await world.store.read(SYSTEM, (tx) =>
      tx.selectFrom('queue_day').select('arrivals').where('queue', '=', 'n1').executeTakeFirstOrThrow(),
    );
    expect(arrivals).toEqual({ arrivals: 80 });
  });

  test('passes and dispatchers at once keep the quota, and each mail is handed over once', async () => {
    const book = bookWith({ daily_quota: 9 });
    await Promise.all(
      Array.from({ length: 20 }, () => world.conversation({ received_at: new Date(MORNING.getTime() - 40 * HOUR_MS) })),
    );
    const made = await decided(world, 40);
    const work = dispatcher(world, book);
    await Promise.all([
      ...made.map(({ message }) => work({ id: message, rev: 0 }, job)),
      ...Array.from({ length: 4 }, () => tick(world, book)),
    ]);
    expect(await inPool(world)).toHaveLength(9);
    expect(await handedToday(world)).toBe(9);
    const hops = await world.store.read(SYSTEM, (tx) =>
      tx.selectFrom('conversation').select('pool_hops').where('queue', '=', HAINAUT).execute(),
    );
    expect(hops.every(({ pool_hops }) => pool_hops === 1)).toBe(true);
  });

  test('once a stop is answered, nothing is handed over any more, whoever was choosing', async () => {
    const book = bookWith();
    const made = await decided(world, 60);
    const supervisor = await world.person('supervisor');
    const work = dispatcher(world, book);
    for (const { message } of made.slice(0, 5)) await work({ id: message, rev: 0 }, job);
    expect(await inPool(world)).toHaveLength(5);
    const run = Promise.all(made.slice(5).map(({ message }) => work({ id: message, rev: 0 }, job)));
    const answer = await supervisor.post(`/api/overflow/${HAINAUT}/stop`, { reason: 'incident' });
    expect(answer.statusCode).toBe(200);
    // Those who were choosing ended before the stop was answered; those who come later see it.
    const there = (await inPool(world)).length;
    await run;
    expect(await inPool(world)).toHaveLength(there);
    expect(await handedToday(world)).toBe(there);
  });

  test('a recall and a claim of the same conversation: one of them has it', async () => {
    const partner = await world.person('partner', { pool: HAINAUT });
    const made = await Promise.all(Array.from({ length: 12 }, () => world.conversation({ queue: HAINAUT })));
    await world.store.write(SYSTEM, (tx) =>
      tx.updateTable('conversation').set({ handed_at: MORNING, pool_hops: 1 }).where('queue', '=', HAINAUT).execute(),
    );
    const ended = bookWith({ enabled: false });
    const [claims] = await Promise.all([
      Promise.all(made.map(({ id }) => partner.post(`/api/conversations/${id}/claim`))),
      tick(world, ended),
    ]);
    for (const [i, { id }] of made.entries()) {
      const row = await world.row(id);
      if (claims[i]!.statusCode === 200) expect(row).toMatchObject({ queue: HAINAUT, status: 'assigned' });
      else expect(row).toMatchObject({ queue: 'n1', status: 'queued', holder: null });
    }
  });
});
