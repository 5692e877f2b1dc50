import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { chooseQueue, type Load, type QueueLoad, type QueueMail } from '../../domain/overflow.ts';
import { isSampled, shareLeft, type OverflowContract } from '../../domain/overflow-contract.ts';
import { decide, type Decision } from '../../domain/route.ts';
import type { Rulebook } from '../../domain/rulebook.ts';
import { compileRulebook } from '../../domain/match.ts';
import { facts, fixedModel, queue, testBook } from '../support/book.ts';

/** A Wednesday at 11:00 in Paris: 48 hours on, 18 open hours at the source queue. */
const OPEN = new Date('2026-03-18T10:00:00Z');
const book = testBook();
const card = decide(facts(), book, fixedModel([{ motif: 'carte-vitale', score: 0.97 }]), OPEN);
const load = (changes: Partial<Record<'backlog' | 'arrivals' | 'handed' | 'pool', number>> = {}): Load => ({
  n1: { backlog: changes.backlog ?? 2_000, arrivals_today: changes.arrivals ?? 1_000, handed_today: 0 },
  'pool.hainaut': { backlog: changes.pool ?? 0, arrivals_today: 0, handed_today: changes.handed ?? 0 },
});
const choose = (decision: Decision, at: Load, now = OPEN) => chooseQueue(decision, at, book, now);

describe('a contract that begins at so many hours of work', () => {
  test('a level-1 mail that its own queue would reach too late goes to the pool, with the reason', () => {
    expect(choose(card, load())).toMatchObject({
      queue: 'pool.hainaut',
      rule: 'overflow.hainaut',
      overflow: true,
      reasons: [{ pool: 'pool.hainaut', taken: true, code: 'taken' }],
      switched: [{ pool: 'pool.hainaut', policy: 'house', active: true }],
    });
  });

  const refused: [string, Decision, Load, Date, string, string][] = [
    ['the own queue is short', card, load({ backlog: 100 }), OPEN, 'idle', '1,0 h d’attente, seuil 8,0 h'],
    ['the quota of the day is used', card, load({ handed: 3 }), OPEN, 'quota', '(3)'],
    ['the share of the day is used', card, load({ arrivals: 2, handed: 2 }), OPEN, 'share', '50 %'],
    ['the pool is filled as far as it may be', card, load({ pool: 800 }), OPEN, 'full', 'saturée'],
    ['the contract has not begun', card, load(), new Date('2021-10-20T10:00:00Z'), 'not-begun', '2021-11-01'],
    ['the motif is not in the contract', { ...card, motif: 'compte-ameli-acces' }, load(), OPEN, 'motif', 'hors'],
    ['a P1 flag is up', { ...card, urgency: 1 }, load(), OPEN, 'urgent', 'prioritaire'],
    ['the item is restricted', { ...card, restricted: true }, load(), OPEN, 'restricted', 'réservé'],
    ['the level is expert', { ...card, level: 'expert' }, load(), OPEN, 'level', 'expert'],
    ['the motif is unsure', { ...card, abstained: true }, load(), OPEN, 'unsure', 'incertain'],
    ['the pool would not be quicker', card, load({ backlog: 800, pool: 640 }), OPEN, 'no-gain', 'plus tôt'],
  ];
  test.each(refused)('nothing is handed over when %s', (_name, decision, at, now, code, why) => {
    const routed = choose(decision, at, now);
    expect(routed).toMatchObject({ queue: 'n1', overflow: false, reasons: [{ taken: false, code }] });
    expect(routed.reasons[0]!.why).toContain(why);
  });

  test('a pool that is closed for the night takes what it can answer in time', () => {
    const friday_evening = new Date('2026-03-27T17:00:00Z');
    expect(choose(card, load(), friday_evening)).toMatchObject({ queue: 'pool.hainaut', overflow: true });
  });

  test('a partner pool never hands over: at most one hop', () => {
    const there = { ...card, queue: 'pool.hainaut' };
    expect(choose(there, load())).toMatchObject({ queue: 'pool.hainaut', overflow: false });
  });
});

const FORECAST: OverflowContract = {
  from: 'n1',
  since: '2021-11-01',
  motifs: ['carte-vitale'],
  daily_quota: 500,
  max_share: 0.5,
  enabled: true,
  trigger: 'forecast',
  margin_hours: 2,
  stop_margin_hours: 4,
  recall_hours: 8,
};

/** n1 100 an hour; hainaut 50 an hour from the same hours; accueil 50 an hour, mornings only. */
function forecastBook(over: Partial<OverflowContract> = {}, changes: Partial<Rulebook> = {}) {
  const base = testBook();
  const pool = (id: string, calendar: string) =>
    queue(id, 'partner', { calendar, capacity_per_open_hour: 50, contract: { ...FORECAST, ...over } });
  return testBook({
    queues: [
      ...base.queues.filter(({ kind }) => kind !== 'partner'),
      pool('pool.accueil', 'mornings'),
      pool('pool.hainaut', 'site'),
    ],
    calendars: [
      base.calendars[0]!,
      {
        ...base.calendars[0]!,
        id: 'mornings',
        hours: [1, 2, 3, 4, 5].map((day) => ({ day, from: '08:30', to: '12:30' })),
      },
    ],
    slas: [...base.slas, { ...base.slas[0]!, id: '24h', hours: 24, headline: 'working' }],
    mailboxes: [base.mailboxes[0]!, { ...base.mailboxes[0]!, id: 'fs-macon', sla: '24h' }],
    ...changes,
  });
}

describe('a contract that looks at the forecast', () => {
  const mail = (over: Partial<QueueMail> = {}): QueueMail => ({
    mailbox: 'pfs-assures',
    started_at: OPEN.toISOString(),
    ...over,
  });
  const at = (
    n1: Partial<QueueLoad>,
    pools: Partial<Record<'accueil' | 'hainaut', Partial<QueueLoad>>> = {},
  ): Load => ({
    n1: { backlog: 0, arrivals_today: 1_000, handed_today: 0, ...n1 },
    'pool.accueil': { backlog: 0, arrivals_today: 0, handed_today: 0, ...pools.accueil },
    'pool.hainaut': { backlog: 0, arrivals_today: 0, handed_today: 0, ...pools.hainaut },
  });
  const codes = (given: Load, over: Partial<QueueMail> = {}, now = OPEN, rules = forecastBook()) =>
    Object.fromEntries(
      chooseQueue(card, given, rules, now, mail(over)).reasons.map(({ pool, code }) => [pool.slice(5), code]),
    );

  // 18 open hours until Friday 11:00; begins under 2 hours in hand, so above 1,600 mails.
  const cases: [string, Load, Partial<QueueMail>, Record<string, string>][] = [
    ['in time: it stays', at({ backlog: 1_600 }), {}, { accueil: 'idle', hainaut: 'idle' }],
    [
      'too late: the pool that answers earliest, the file’s order at a tie',
      at({ backlog: 1_601 }),
      {},
      { accueil: 'taken', hainaut: 'later' },
    ],
    [
      'the earlier one has the shorter line',
      at({ backlog: 1_601 }, { accueil: { backlog: 60 } }),
      {},
      { accueil: 'later', hainaut: 'taken' },
    ],
    [
      'only what stands before the mail counts',
      at({ backlog: 5_000, ahead: 1_600, ahead_of_new: { '48h': 1_600 } }),
      {},
      { accueil: 'idle', hainaut: 'idle' },
    ],
    [
      'what will overtake counts',
      at({ backlog: 1_500, passing_per_open_hour: 10 }),
      {},
      { accueil: 'taken', hainaut: 'later' },
    ],
    [
      'the people present today count',
      at({ backlog: 1_500, capacity_per_open_hour: 50 }),
      {},
      { accueil: 'taken', hainaut: 'later' },
    ],
    // Started on Tuesday 11:00: due on Thursday 11:00, nine open hours from here.
    [
      'its clock started earlier',
      at({ backlog: 800 }),
      { started_at: '2026-03-17T10:00:00Z' },
      { accueil: 'taken', hainaut: 'later' },
    ],
    [
      'its mailbox promised less time',
      at({ backlog: 800 }),
      { mailbox: 'fs-macon' },
      { accueil: 'taken', hainaut: 'later' },
    ],
    [
      'a deadline fixed under an older policy stands',
      at({ backlog: 800 }),
      { due_elapsed_at: '2026-03-19T10:00:00Z' },
      { accueil: 'taken', hainaut: 'later' },
    ],
    [
      'both deadlines have passed: nothing to save',
      at({ backlog: 5_000 }),
      { started_at: '2026-03-11T10:00:00Z' },
      { accueil: 'lost', hainaut: 'lost' },
    ],
    [
      'the pool would be late too',
      at({ backlog: 5_000 }, { accueil: { backlog: 155 }, hainaut: { backlog: 318 } }),
      { started_at: '2026-03-16T17:30:00Z' },
      { accueil: 'late', hainaut: 'late' },
    ],
    ['it was in a pool already', at({ backlog: 5_000 }), { pool_hops: 1 }, { accueil: 'hops', hainaut: 'hops' }],
    [
      'the person has another conversation open',
      at({ backlog: 5_000 }),
      { sibling_open: true },
      { accueil: 'sibling', hainaut: 'sibling' },
    ],
    [
      'another mail brought an urgent mark',
      at({ backlog: 5_000 }),
      { urgency: 1 },
      { accueil: 'urgent', hainaut: 'urgent' },
    ],
    [
      'another mail brought a reserved matter',
      at({ backlog: 5_000 }),
      { restricted: true },
      { accueil: 'restricted', hainaut: 'restricted' },
    ],
    [
      'one contract is stopped',
      at({ backlog: 5_000 }, { accueil: { stopped: 'quality' } }),
      {},
      { accueil: 'stopped', hainaut: 'taken' },
    ],
    [
      'nobody works at the source queue',
      at({ backlog: 1, capacity_per_open_hour: 0 }),
      {},
      { accueil: 'idle', hainaut: 'idle' },
    ],
  ];
  test.each(cases)('%s', (_, given, over, expected) => {
    expect(codes(given, over)).toEqual(expected);
  });

  test('on a Friday afternoon the promised clock cannot be kept by anybody: the other one decides', () => {
    const friday = new Date('2026-03-20T16:45:00Z');
    const started_at = friday.toISOString();
    // Sunday on the elapsed clock; Tuesday 17:45 on the working one, 18 open hours away.
    expect(codes(at({ backlog: 1_000 }), { started_at }, friday)).toEqual({ accueil: 'idle', hainaut: 'idle' });
    expect(codes(at({ backlog: 1_700 }), { started_at }, friday)).toEqual({ accueil: 'taken', hainaut: 'later' });
  });

  test('an empty queue is never late, whatever little time is left', () => {
    const friday = new Date('2026-03-20T16:25:00Z');
    expect(codes(at({}), { started_at: friday.toISOString() }, friday)).toEqual({ accueil: 'idle', hainaut: 'idle' });
  });

  test('a pool that saves the promised clock goes before one that saves the other', () => {
    // Friday 14:00: the mornings are over, so accueil answers on Monday, after the Sunday deadline of the elapsed clock.
    const friday = new Date('2026-03-20T13:00:00Z');
    const routed = chooseQueue(
      card,
      at({ backlog: 1_700 }),
      forecastBook(),
      friday,
      mail({ started_at: friday.toISOString() }),
    );
    expect(routed.queue).toBe('pool.hainaut');
    expect(routed.reasons.find(({ taken }) => taken)!.why).toBe(
      'répondrait le 20/03 à 14h00, 3,5 h d’avance au délai de date à date ; sans renfort, 13,5 h de retard',
    );
  });

  test('trigger_hours stays a floor: a short line is not handed over however near the deadline', () => {
    const floor = forecastBook({ trigger_hours: 9, stop_hours: 7 });
    const near = { started_at: '2026-03-17T10:00:00Z' };
    expect(codes(at({ backlog: 899 }), near, OPEN, floor)).toEqual({ accueil: 'idle', hainaut: 'idle' });
    expect(codes(at({ backlog: 900 }), near, OPEN, floor)).toEqual({ accueil: 'taken', hainaut: 'later' });
  });

  test('a closed day of the pool takes its capacity away', () => {
    const base = forecastBook();
    const closed = testBook({
      ...base,
      calendars: base.calendars.map((one) => ({
        ...one,
        ...(one.id === 'mornings' ? { local_closures: ['2026-03-18', '2026-03-19', '2026-03-20'] } : {}),
      })),
    });
    expect(codes(at({ backlog: 1_700 }), {}, OPEN, closed)).toEqual({ accueil: 'late', hainaut: 'taken' });
  });
});

describe('hysteresis', () => {
  const rules = forecastBook();
  const state = (backlog: number, active: boolean, policy = '48h'): boolean => {
    const given: Load = {
      n1: { backlog, arrivals_today: 1_000, handed_today: 0 },
      'pool.hainaut': { backlog: 0, arrivals_today: 0, handed_today: 0, ...(active ? { active: [policy] } : {}) },
    };
    const mail = { mailbox: 'pfs-assures', started_at: OPEN.toISOString() };
    const routed = chooseQueue(card, given, rules, OPEN, mail);
    return routed.switched?.find(({ pool }) => pool === 'pool.hainaut')?.active ?? active;
  };

  test.each([
    ['begins under the first threshold', 1_601, false, true],
    ['does not begin above it', 1_500, false, false],
    ['goes on between the two', 1_500, true, true],
    ['stops above the second', 1_400, true, false],
  ])('%s', (_, backlog, before, after) => {
    expect(state(backlog, before)).toBe(after);
  });

  test('one promise says nothing of another', () => {
    expect(state(1_500, true, '24h')).toBe(true);
    const other: Load = {
      n1: { backlog: 1_500, arrivals_today: 1_000, handed_today: 0 },
      'pool.hainaut': { backlog: 0, arrivals_today: 0, handed_today: 0, active: ['24h'] },
    };
    const mail = { mailbox: 'pfs-assures', started_at: OPEN.toISOString() };
    expect(chooseQueue(card, other, rules, OPEN, mail)).toMatchObject({ queue: 'n1' });
  });

  test('under a constant load a contract switches once at most, whatever its terms', () => {
    const contract = fc
      .record({ margin: fc.integer({ min: 1, max: 30 }), gap: fc.integer({ min: 1, max: 20 }), floor: fc.nat(12) })
      .map(({ margin, gap, floor }) => ({
        margin_hours: margin / 2,
        stop_margin_hours: (margin + gap) / 2,
        ...(floor === 0 ? {} : { trigger_hours: floor, stop_hours: floor * 0.8 }),
      }));
    fc.assert(
      fc.property(contract, fc.nat(4_000), fc.boolean(), fc.nat(10_000), (over, backlog, start, minutes) => {
        const book_of = forecastBook(over);
        const now = new Date(OPEN.getTime() + minutes * 60_000);
        const mail = { mailbox: 'pfs-assures', started_at: now.toISOString() };
        let active = start;
        let switches = 0;
        const queues = new Set<string>();
        for (let n = 0; n < 5; n++) {
          const given: Load = {
            n1: { backlog, arrivals_today: 1_000, handed_today: 0 },
            'pool.accueil': { backlog: 0, arrivals_today: 0, handed_today: 0, stopped: 'other' },
            'pool.hainaut': { backlog: 0, arrivals_today: 0, handed_today: 0, ...(active ? { active: ['48h'] } : {}) },
          };
          const routed = chooseQueue(card, given, book_of, now, mail);
          const change = routed.switched?.find(({ pool }) => pool === 'pool.hainaut');
          if (change !== undefined) switches += 1;
          active = change?.active ?? active;
          queues.add(routed.queue);
        }
        expect(switches).toBeLessThanOrEqual(1);
        expect(queues.size).toBe(1);
      }),
    );
  });

  test('a load that wavers by less than the gap does not switch it to and fro', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1_200, max: 1_700 }),
        fc.array(fc.nat(199), { minLength: 20, maxLength: 60 }),
        (base, waves) => {
          let active = false;
          let switches = 0;
          for (const wave of waves) {
            const next = state(base + wave, active);
            if (next !== active) switches += 1;
            active = next;
          }
          // The gap is 200 mails: 2 hours of 100.
          expect(switches).toBeLessThanOrEqual(1);
        },
      ),
    );
  });
});

describe('whatever is asked', () => {
  const count = fc.nat({ max: 5_000 });
  /** Mostly what a contract is about, else nothing would ever be handed over. */
  const mostly = <T>(usual: T, other: fc.Arbitrary<T>) =>
    fc.oneof({ arbitrary: fc.constant(usual), weight: 9 }, { arbitrary: other, weight: 1 });
  const decisions = fc
    .record({
      motif: mostly<string | null>('carte-vitale', fc.constantFrom('compte-ameli-acces', 'service-medical-ald', null)),
      level: mostly<'n1' | 'expert'>('n1', fc.constant('expert')),
      urgency: mostly(3, fc.nat({ max: 3 })),
      restricted: mostly(false, fc.boolean()),
      abstained: mostly(false, fc.boolean()),
      queue: mostly('n1', fc.constantFrom('pole-pe', 'pool.hainaut')),
    })
    .map((over): Decision => ({ ...card, ...over }));
  const queueLoad = (backlog: fc.Arbitrary<number>) =>
    fc.record(
      {
        backlog,
        arrivals_today: count,
        handed_today: fc.nat({ max: 520 }),
        ahead: count,
        passing_per_open_hour: fc.double({ min: 0, max: 120, noNaN: true }),
        capacity_per_open_hour: fc.nat(200),
        active: fc.constantFrom([], ['48h'], ['24h', '48h'], ['house']),
        stopped: fc.constantFrom('quality', 'silent'),
      },
      { requiredKeys: ['backlog', 'arrivals_today', 'handed_today'] },
    );
  const pool = queueLoad(fc.nat({ max: 400 }));
  const loads = fc.record({ n1: queueLoad(count), 'pool.accueil': pool, 'pool.hainaut': pool }) as fc.Arbitrary<Load>;
  const mails = fc.record(
    {
      mailbox: mostly('pfs-assures', fc.constantFrom('fs-macon', 'unknown')),
      started_at: fc.nat(60).map((hours) => new Date(OPEN.getTime() - hours * 3_600_000).toISOString()),
      urgency: mostly(3, fc.nat({ max: 3 })),
      restricted: mostly(false, fc.boolean()),
      pool_hops: mostly(0, fc.nat({ max: 2 })),
      sibling_open: mostly(false, fc.boolean()),
    },
    { requiredKeys: ['mailbox', 'started_at'] },
  ) as fc.Arbitrary<QueueMail>;
  const instants = fc.nat(20_000).map((minutes) => new Date(OPEN.getTime() + minutes * 60_000));
  const rules = forecastBook({ trigger_hours: 2 });

  test('quota, share, motif, level, marks and hops hold, each pool has its reason, and a replay is equal', () => {
    let handed = 0;
    fc.assert(
      fc.property(decisions, loads, fc.option(mails, { nil: undefined }), instants, (decision, given, mail, now) => {
        const routed = chooseQueue(decision, given, rules, now, mail);
        const again = chooseQueue(
          JSON.parse(JSON.stringify(decision)) as Decision,
          JSON.parse(JSON.stringify(given)) as Load,
          compileRulebook(JSON.parse(JSON.stringify({ ...rules, compiled: undefined })) as Rulebook),
          new Date(now.toISOString()),
          routed.mail,
        );
        expect(JSON.parse(JSON.stringify(again))).toEqual(JSON.parse(JSON.stringify(routed)));
        const looked_at = decision.queue === 'n1' ? ['pool.accueil', 'pool.hainaut'] : [];
        expect(routed.reasons.map(({ pool }) => pool).sort()).toEqual(looked_at);
        expect(routed.reasons.every(({ why }) => why !== '')).toBe(true);
        expect(routed.reasons.filter(({ taken }) => taken)).toHaveLength(routed.overflow ? 1 : 0);
        if (!routed.overflow) {
          expect(routed.queue).toBe(decision.queue);
          return;
        }
        handed += 1;
        const pool = given[routed.queue]!;
        expect(pool.stopped).toBeUndefined();
        expect(pool.handed_today).toBeLessThan(500);
        expect(pool.handed_today + 1).toBeLessThanOrEqual(Math.ceil(0.5 * (given['n1']!.arrivals_today + 1)));
        expect([decision.motif, decision.level, decision.abstained, decision.queue]).toEqual([
          'carte-vitale',
          'n1',
          false,
          'n1',
        ]);
        expect(Math.min(decision.urgency, mail?.urgency ?? 3)).toBeGreaterThan(1);
        expect([decision.restricted, mail?.restricted ?? false, mail?.sibling_open ?? false]).toEqual([
          false,
          false,
          false,
        ]);
        expect(mail?.pool_hops ?? 0).toBe(0);
      }),
      { numRuns: 2_000 },
    );
    // Else it would hold of nothing.
    expect(handed).toBeGreaterThan(10);
  });
});

describe('the numbers of a contract', () => {
  test('a share is rounded up to whole mails and nothing above', () => {
    expect(shareLeft({ max_share: 0.07 }, 0, 100)).toBe(7);
    expect(shareLeft({ max_share: 0.07 }, 7, 101)).toBe(1);
    expect(shareLeft({ max_share: 0.5 }, 9, 4)).toBe(0);
  });

  test('the sample is the same at each replay and never under its share', () => {
    fc.assert(
      fc.property(
        fc.array(fc.uuid(), { minLength: 1, maxLength: 300 }),
        fc.integer({ min: 2, max: 20 }),
        (ids, percent) => {
          const draw = (): boolean[] => {
            let sampled = 0;
            return ids.map((id, answers) => {
              const chosen = isSampled(id, percent / 100, { answers, sampled });
              if (chosen) sampled += 1;
              expect(sampled).toBeGreaterThanOrEqual((percent / 100) * (answers + 1) - 1e-9);
              return chosen;
            });
          };
          expect(draw()).toEqual(draw());
        },
      ),
    );
  });

  test('the sample is near its share, not most of the answers', () => {
    let sampled = 0;
    for (let answers = 0; answers < 5_000; answers++) {
      if (isSampled(`01927f3a-0000-7000-8000-${answers.toString(16).padStart(12, '0')}`, 0.02, { answers, sampled }))
        sampled += 1;
    }
    expect(sampled / 5_000).toBeGreaterThanOrEqual(0.02);
    expect(sampled / 5_000).toBeLessThan(0.03);
  });
});
