import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { instantMs } from '../../domain/days.ts';
import type { Load, QueueLoad } from '../../domain/overflow.ts';
import type { OverflowContract } from '../../domain/overflow-contract.ts';
import { recall, type PoolState, type Unclaimed } from '../../domain/overflow-recall.ts';
import { rebalance, type Waiting } from '../../domain/overflow-rebalance.ts';
import { queue, testBook } from '../support/book.ts';

/** A Wednesday at 11:00 in Paris. */
const NOW = new Date('2026-03-18T10:00:00Z');
const HOUR_MS = 3_600_000;
const later = (hours: number, from = NOW): string => new Date(from.getTime() + hours * HOUR_MS).toISOString();

const TERMS: OverflowContract = {
  from: 'n1',
  since: '2021-11-01',
  motifs: ['carte-vitale'],
  daily_quota: 400,
  max_share: 0.5,
  enabled: true,
  trigger: 'forecast',
  margin_hours: 1,
  stop_margin_hours: 2,
  recall_hours: 10,
  silent_hours: 4,
};

function bookOf(over: Partial<OverflowContract> = {}) {
  const base = testBook();
  return testBook({
    queues: [
      ...base.queues.filter(({ kind }) => kind !== 'partner'),
      queue('pool.hainaut', 'partner', { capacity_per_open_hour: 50, contract: { ...TERMS, ...over } }),
      queue('pool.flandres', 'partner', { capacity_per_open_hour: 20, contract: { ...TERMS, ...over } }),
    ],
  });
}
const book = bookOf();

function item(id: string, over: Partial<Waiting> = {}): Waiting {
  return {
    id,
    mailbox: 'pfs-assures',
    started_at: later(-24),
    due_elapsed_at: later(24),
    due_working_at: later(24),
    motif: 'carte-vitale',
    level: 'n1',
    urgency: 3,
    restricted: false,
    unsure: false,
    pool_hops: 0,
    sibling_open: false,
    ahead: 2_000,
    ...over,
  };
}
const load = (over: Partial<Record<'n1' | 'hainaut' | 'flandres', Partial<QueueLoad>>> = {}): Load => ({
  n1: { backlog: 2_000, arrivals_today: 1_000, handed_today: 0, ...over.n1 },
  'pool.hainaut': { backlog: 0, arrivals_today: 0, handed_today: 0, ...over.hainaut },
  'pool.flandres': { backlog: 0, arrivals_today: 0, handed_today: 0, ...over.flandres },
});
const moved = (items: readonly Waiting[], at = load(), max = 200, rules = book) =>
  rebalance('n1', items, at, rules, NOW, max).moves.map(({ id, to }) => [id, to.slice(5)]);

describe('rebalancing', () => {
  test('the earliest deadline that can still be saved goes first, what is lost or in time stays', () => {
    const items = [
      item('d-soon', { due_elapsed_at: later(30), due_working_at: later(30) }),
      item('c-lost', { due_elapsed_at: later(-1), due_working_at: later(-1) }),
      item('b-sooner', { due_elapsed_at: later(4), due_working_at: later(4) }),
      item('a-in-time', { ahead: 100 }),
      // Nobody reaches it any more: fifteen minutes, and the pool has an hour of work.
      item('e-too-near', { due_elapsed_at: later(0.25), due_working_at: later(0.25) }),
    ];
    expect(moved(items, load({ hainaut: { backlog: 50 }, flandres: { stopped: 'quality' } }))).toEqual([
      ['b-sooner', 'hainaut'],
      ['d-soon', 'hainaut'],
    ]);
  });

  test('each pool is filled by what it answers earliest, and no further than it may be', () => {
    const items = Array.from({ length: 600 }, (_, n) => item(`i${String(n).padStart(4, '0')}`));
    const to = moved(items, load({ n1: { arrivals_today: 5_000 } }), 600).map(([, pool]) => pool);
    // 400 is hainaut's limit: four fifths of ten hours of 50; flandres: of 20.
    expect(to.filter((pool) => pool === 'hainaut')).toHaveLength(400);
    expect(to.filter((pool) => pool === 'flandres')).toHaveLength(160);
    // Two and a half times as fast, so it gets about two and a half times as many from the start.
    expect(to.slice(0, 70).filter((pool) => pool === 'hainaut')).toHaveLength(50);
  });

  test.each([
    ['the quota left', load({ hainaut: { handed_today: 398 }, flandres: { handed_today: 399 } }), 3],
    [
      'the share left of what came today',
      load({ n1: { arrivals_today: 20 }, hainaut: { handed_today: 8 }, flandres: { handed_today: 9 } }),
      3,
    ],
    ['the moves of one pass', load(), 7],
    ['no pool is left', load({ hainaut: { stopped: 'quality' }, flandres: { stopped: 'silent' } }), 0],
  ])('no more than %s', (_, at, count) => {
    const items = Array.from({ length: 20 }, (__, n) => item(`i${n}`));
    expect(moved(items, at, 7)).toHaveLength(count);
  });

  test('what is moved shortens the line: what stood behind it may then be in time', () => {
    const rules = bookOf({ margin_hours: 0.875, stop_margin_hours: 1.75 });
    const at = load({ n1: { backlog: 300, ahead_of_new: { '48h': 0 } } });
    const before = item('before', { ahead: 100, due_elapsed_at: later(1.25), due_working_at: later(1.25) });
    // 100 an hour: 2.63 hours of work before it, less than 0.875 hours in hand; with one less it has them.
    const behind = item('behind', { ahead: 263, due_elapsed_at: later(3.5), due_working_at: later(3.5) });
    expect(moved([behind], at, 10, rules)).toEqual([['behind', 'hainaut']]);
    expect(moved([behind, before], at, 10, rules)).toEqual([['before', 'hainaut']]);
  });

  test('a contract whose promise is no longer pressed stops although no mail of it waits', () => {
    const calm = load({ n1: { backlog: 100 }, hainaut: { active: ['48h', 'gone'] } });
    expect(rebalance('n1', [], calm, book, NOW, 10)).toEqual({
      moves: [],
      switched: [
        { pool: 'pool.hainaut', policy: '48h', active: false },
        { pool: 'pool.hainaut', policy: 'gone', active: false },
      ],
    });
  });

  test('whatever waits: quota, share, motif, level, marks and hops hold, a reason on each, and a replay is equal', () => {
    const rarely = <T>(usual: T, ...other: T[]) =>
      fc.oneof({ arbitrary: fc.constant(usual), weight: 12 }, { arbitrary: fc.constantFrom(...other), weight: 1 });
    const items = fc.array(
      fc
        .record({
          motif: rarely<string | null>('carte-vitale', 'compte-ameli-acces', null),
          level: rarely<'n1' | 'expert'>('n1', 'expert'),
          urgency: rarely(3, 2, 1, 0),
          restricted: rarely(false, true),
          unsure: rarely(false, true),
          pool_hops: rarely(0, 1),
          sibling_open: rarely(false, true),
          ahead: fc.nat(4_000),
          due: fc.integer({ min: -20, max: 60 }),
        })
        .map(({ due, ...over }) => ({ ...over, due_elapsed_at: later(due), due_working_at: later(due + 10) })),
      { maxLength: 60 },
    );
    const pools = fc.record({ backlog: fc.nat(450), handed_today: fc.integer({ min: 380, max: 405 }) });
    let count = 0;
    fc.assert(
      fc.property(
        items,
        pools,
        pools,
        fc.integer({ min: 740, max: 900 }),
        fc.nat(40),
        (given, hainaut, flandres, arrivals_today, max) => {
          const all = given.map((over, n) => item(`i${n}`, over));
          const at = load({ n1: { arrivals_today }, hainaut, flandres });
          const result = rebalance('n1', all, at, book, NOW, max);
          const again = rebalance(
            'n1',
            (JSON.parse(JSON.stringify(all)) as Waiting[]).reverse(),
            JSON.parse(JSON.stringify(at)) as Load,
            book,
            NOW,
            max,
          );
          expect(again).toEqual(result);
          expect(result.moves.length).toBeLessThanOrEqual(max);
          expect(new Set(result.moves.map(({ id }) => id)).size).toBe(result.moves.length);
          for (const [pool, before] of [
            ['pool.hainaut', hainaut],
            ['pool.flandres', flandres],
          ] as const) {
            const here = result.moves.filter(({ to }) => to === pool);
            const after = before.handed_today + here.length;
            if (here.length > 0) {
              expect(after).toBeLessThanOrEqual(400);
              expect(after).toBeLessThanOrEqual(Math.ceil(0.5 * arrivals_today));
            }
          }
          for (const { id, why } of result.moves) {
            count += 1;
            expect(why).toMatch(/répondrait le/);
            expect(all.find((one) => one.id === id)).toMatchObject({
              motif: 'carte-vitale',
              level: 'n1',
              restricted: false,
              unsure: false,
              pool_hops: 0,
              sibling_open: false,
            });
            expect(all.find((one) => one.id === id)!.urgency).toBeGreaterThan(1);
          }
        },
      ),
      { numRuns: 300 },
    );
    expect(count).toBeGreaterThan(50);
  });
});

describe('recall', () => {
  const unclaimed = (id: string, over: Partial<Unclaimed> = {}): Unclaimed => ({
    id,
    level: 'n1',
    urgency: 3,
    restricted: false,
    handed_at: later(-1),
    due_elapsed_at: later(24),
    due_working_at: later(24),
    ...over,
  });
  const at = (over: Partial<PoolState> = {}): PoolState => ({
    backlog: 2,
    held: 0,
    last_claim_at: later(-0.5),
    call_back: false,
    ...over,
  });
  const back = (items: readonly Unclaimed[], state = at(), rules = book, now = NOW) =>
    recall('pool.hainaut', items, state, rules, now).recalled.map(({ id, reason }) => [id, reason]);

  test.each<[string, Unclaimed[], PoolState, ReturnType<typeof bookOf>, Date, [string, string][]]>([
    ['work that goes on stays', [unclaimed('a')], at(), book, NOW, []],
    ['stopped with its work asked back', [unclaimed('a')], at({ call_back: true }), book, NOW, [['a', 'stopped']]],
    ['a contract suspended in the rules', [unclaimed('a')], at(), bookOf({ enabled: false }), NOW, [['a', 'ended']]],
    [
      'a pool that left the rules',
      [unclaimed('a')],
      at(),
      testBook({ queues: [queue('n1', 'n1')] }),
      NOW,
      [['a', 'ended']],
    ],
    [
      'an urgent mark that came later',
      [unclaimed('a', { urgency: 1 }), unclaimed('b')],
      at(),
      book,
      NOW,
      [['a', 'ineligible']],
    ],
    [
      'a reserved matter that came later',
      [unclaimed('a', { restricted: true })],
      at(),
      book,
      NOW,
      [['a', 'ineligible']],
    ],
    [
      'an expert question that came later',
      [unclaimed('a', { level: 'expert' })],
      at(),
      book,
      NOW,
      [['a', 'ineligible']],
    ],
    // Wednesday 11:00: four hours of the pool since yesterday's 16:00 are over at 11:00.
    [
      'nobody took anything for four open hours',
      [unclaimed('a', { handed_at: '2026-03-17T15:00:00Z' })],
      at({ last_claim_at: null }),
      book,
      NOW,
      [['a', 'silent']],
    ],
    [
      'the last claim was before that',
      [unclaimed('a', { handed_at: '2026-03-16T15:00:00Z' })],
      at({ last_claim_at: '2026-03-17T15:00:00Z' }),
      book,
      NOW,
      [['a', 'silent']],
    ],
    [
      'somebody holds work: the pool is at it',
      [unclaimed('a', { handed_at: '2026-03-16T15:00:00Z' })],
      at({ last_claim_at: null, held: 1 }),
      book,
      NOW,
      [],
    ],
    [
      'a night is no silence',
      [unclaimed('a', { handed_at: '2026-03-17T16:25:00Z' })],
      at({ last_claim_at: null }),
      book,
      new Date('2026-03-18T10:54:00Z'),
      [],
    ],
  ])('%s', (_, items, state, rules, now, expected) => {
    expect(back(items, state, rules, now)).toEqual(expected);
  });

  test('a silent pool is left alone until its next day', () => {
    const silent = recall(
      'pool.hainaut',
      [unclaimed('a', { handed_at: later(-30) })],
      at({ last_claim_at: null }),
      book,
      NOW,
    );
    expect(silent.rest_until).toBe('2026-03-18T23:00:00.000Z');
  });

  test('closed until after both deadlines: it comes back; over an ordinary week-end it does not', () => {
    const base = bookOf();
    const bridge = testBook({
      ...base,
      calendars: base.calendars.map((one) => ({ ...one, local_closures: ['2026-03-18', '2026-03-19', '2026-03-20'] })),
    });
    expect(back([unclaimed('a', { due_elapsed_at: later(24), due_working_at: later(48) })], at(), bridge)).toEqual([
      ['a', 'closed'],
    ]);
    const friday = new Date('2026-03-20T17:00:00Z');
    const weekend = unclaimed('a', {
      handed_at: later(-1, friday),
      due_elapsed_at: later(48, friday),
      due_working_at: later(96, friday),
    });
    expect(back([weekend], at({ last_claim_at: later(-1, friday) }), book, friday)).toEqual([]);
    // Late already: going to and fro would save nothing.
    expect(back([unclaimed('a', { due_elapsed_at: later(-2), due_working_at: later(-1) })], at(), bridge)).toEqual([]);
  });

  test('over its limit a pool gives back the last of its line, down to where it may be filled again', () => {
    const items = Array.from({ length: 510 }, (_, n) => unclaimed(`i${n}`));
    expect(back(items, at({ backlog: 500, held: 5 }))).toEqual([]);
    const recalled = back(items, at({ backlog: 515, held: 5 }));
    expect(recalled).toHaveLength(115);
    expect(recalled[0]).toEqual(['i395', 'full']);
    // With half its people it may hold half as much.
    expect(back(items, at({ backlog: 515, held: 5, capacity_per_open_hour: 25 }))).toHaveLength(315);
  });

  test('the place of each is given back once, none is asked for twice, and a replay is equal', () => {
    const items = fc.array(
      fc.record({
        urgency: fc.constantFrom(3, 3, 3, 2, 1),
        restricted: fc.constantFrom(false, false, false, true),
        due: fc.integer({ min: -10, max: 60 }),
        handed: fc.nat(60),
      }),
      { maxLength: 700 },
    );
    const states = fc.record({
      held: fc.nat(20),
      last_claim_at: fc.option(fc.nat(60).map((hours) => later(-hours))),
      call_back: fc.boolean(),
    });
    fc.assert(
      fc.property(items, states, (given, over) => {
        const all = given.map(({ due, handed, ...rest }, n) =>
          unclaimed(`i${n}`, {
            ...rest,
            due_elapsed_at: later(due),
            due_working_at: later(due),
            handed_at: later(-handed),
          }),
        );
        const state = at({ ...over, backlog: all.length + over.held });
        const found = recall('pool.hainaut', all, state, book, NOW);
        expect(recall('pool.hainaut', JSON.parse(JSON.stringify(all)) as Unclaimed[], state, book, NOW)).toEqual(found);
        const ids = found.recalled.map(({ id }) => id);
        expect(new Set(ids).size).toBe(ids.length);
        expect(found.recalled.every(({ why }) => why !== '')).toBe(true);
        const gone = new Set(ids);
        const staying = all.filter(({ id }) => !gone.has(id));
        // What may never be in a pool is never left in one.
        expect(staying.filter(({ urgency, restricted }) => urgency <= 1 || restricted)).toEqual([]);
        expect(staying.length + over.held).toBeLessThanOrEqual(Math.max(500, over.held));
        if (found.rest_until !== undefined) expect(instantMs(found.rest_until)).toBeGreaterThan(NOW.getTime());
        // What stays now still stays when asked again at once: nothing goes to and fro.
        const after = { ...state, backlog: staying.length + over.held };
        expect(recall('pool.hainaut', staying, after, book, NOW).recalled).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });
});
