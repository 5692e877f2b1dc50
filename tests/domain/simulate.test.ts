import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { MotifInput, MotifModel } from '../../domain/facts.ts';
import type { Rulebook } from '../../domain/rulebook.ts';
import { BackTest, type PastMail } from '../../domain/simulate.ts';
import type { Simulation } from '../../domain/simulate/tally.ts';
import { saidOf } from '../../domain/simulate/said.ts';
import { facts, flag, motif, rule, testBook } from '../support/book.ts';

/** Reads the motif out of the text, so that a mail's words decide and nothing else. */
let reads = 0;
const model: MotifModel = {
  digest: 'by-word',
  rank: ({ body }: MotifInput) => {
    reads += 1;
    const score = /carte/.test(body) ? 0.97 : 0.05;
    return [
      { motif: 'carte-vitale', score },
      { motif: 'ij-calcul-montant', score: Number((1 - score).toFixed(2)) },
    ].sort((a, b) => b.score - a.score);
  },
  evidence: () => {
    throw new Error('nobody reads the evidence of a back-test');
  },
};

const base = testBook();
const MONDAY = Date.UTC(2026, 2, 16, 8);
const MINUTE_MS = 60_000;

function mail(body: string, minutes = 0, more: Partial<PastMail> = {}): PastMail {
  const received_at = new Date(MONDAY + minutes * MINUTE_MS).toISOString();
  return { id: `m${minutes}`, facts: facts({ body, received_at }), ...more };
}

function run(candidate: Partial<Rulebook>, mails: readonly PastMail[], baseline: Rulebook = base): Simulation {
  const test_ = new BackTest(baseline, { ...baseline, digest: 'candidate', ...candidate }, model);
  for (const each of mails) test_.add(each);
  return test_.result();
}

const card = rule(
  'carte.volee',
  { all: [{ motif: 'carte-vitale' }, { any_phrase: ['volée'] }] },
  { queue: 'mediation' },
);

describe('what a candidate moves', () => {
  test('the same set moves nothing, whatever arrives', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.constantFrom('carte', 'mes indemnités', 'relance carte', ''), fc.nat(20_000)), {
          maxLength: 40,
        }),
        (given) => {
          const mails = given.sort((a, b) => a[1] - b[1]).map(([body, minutes]) => mail(body, minutes));
          const result = run({}, mails);
          expect(result).toMatchObject({ mails: mails.length, moved: 0, edited: [], by_cause: [], load: [], list: [] });
          expect(result.in_time.elapsed.before).toEqual(result.in_time.elapsed.after);
        },
      ),
    );
  });

  test('a new rule moves its mails, and is named as the cause', () => {
    const result = run({ rules: [card] }, [mail('carte volée', 0), mail('carte perdue', 5), mail('mes indemnités', 9)]);
    expect(result).toMatchObject({
      baseline: 'test',
      candidate: 'candidate',
      mails: 3,
      moved: 1,
      edited: ['rule:carte.volee'],
      by_queue: [{ from: 'n1', to: 'mediation', mails: 1 }],
      by_motif: [],
      by_level: [],
      by_cause: [{ part: 'rule:carte.volee', where: 'candidate', mails: 1 }],
      load: [
        { queue: 'mediation', before: 0, after: 1, days: [{ day: '2026-03-16', before: 0, after: 1 }] },
        { queue: 'n1', before: 2, after: 1 },
      ],
      list: [{ id: 'm0', queue: ['n1', 'mediation'], cause: { part: 'rule:carte.volee' } }],
    });
    expect(result.moved_share).toBeCloseTo(1 / 3);
  });

  const stolen = mail('carte volée');
  const withRule = { ...base, rules: [card] };
  const causes: [string, Partial<Rulebook>, PastMail, Rulebook, string, 'candidate' | 'baseline'][] = [
    ['a rule taken away', { rules: [] }, stolen, withRule, 'rule:carte.volee', 'baseline'],
    [
      'a rule narrowed, so that one below it takes over',
      {
        rules: [
          { ...card, when: { all: [{ motif: 'carte-vitale' }, { any_phrase: ['volée hier'] }] } },
          rule('reste', { all: [{ motif: 'carte-vitale' }] }, { queue: 'pole-pe' }),
        ],
      },
      stolen,
      { ...base, rules: [card, rule('reste', { all: [{ motif: 'carte-vitale' }] }, { queue: 'pole-pe' })] },
      'rule:carte.volee',
      'baseline',
    ],
    [
      'a rule that leads elsewhere',
      { rules: [{ ...card, then: { queue: 'pole-pe' } }] },
      stolen,
      withRule,
      'rule:carte.volee',
      'candidate',
    ],
    [
      'a new flag with a queue',
      { flags: [...base.flags, flag('vol', 'P1', 'middle-office', ['volée'])] },
      stolen,
      base,
      'flag:vol',
      'candidate',
    ],
    [
      'a flag taken away',
      { flags: [] },
      mail('relance, opération demain, carte'),
      base,
      'flag:intervention-imminente',
      'baseline',
    ],
    [
      'a motif that has become expert',
      { motifs: [motif('carte-vitale', 14, { level: 'expert', pole: 'pole-pe' }), ...base.motifs.slice(1)] },
      stolen,
      base,
      'motif:carte-vitale',
      'candidate',
    ],
    [
      'a threshold',
      { thresholds: { motif_min: 0.99, queue_min: 0.999 } },
      mail('mes indemnités'),
      base,
      'thresholds',
      'candidate',
    ],
    [
      'rules that changed places',
      { rules: [card, rule('tout', { all: [{ motif: 'carte-vitale' }] }, { queue: 'pole-pe' })] },
      stolen,
      { ...base, rules: [rule('tout', { all: [{ motif: 'carte-vitale' }] }, { queue: 'pole-pe' }), card] },
      'rule:carte.volee',
      'candidate',
    ],
    [
      'a mailbox that is no longer read',
      { mailboxes: [{ ...base.mailboxes[0]!, classify: false, default_queue: 'pole-pe' }] },
      stolen,
      base,
      'mailbox:pfs-assures',
      'candidate',
    ],
  ];
  test.each(causes)('%s is named as the cause', (_name, candidate, given, baseline, part, where) => {
    const { by_cause, moved } = run(candidate, [given], baseline);
    expect(moved).toBe(1);
    expect(by_cause).toEqual([{ part, where, mails: 1, toward: 0, away: 0 }]);
  });

  test('a pôle behind the review queue counts as a place of its own', () => {
    const motifs = base.motifs.map((each) =>
      each.id === 'ij-calcul-montant' ? { ...each, pole: 'mediation2' } : each,
    );
    const queues = [...base.queues, { ...base.queues[3]!, id: 'mediation2' }];
    const { by_queue } = run({ motifs, queues }, [mail('mes indemnités')]);
    expect(by_queue).toEqual([{ from: 'analyse-prealable → pole-pe', to: 'analyse-prealable → mediation2', mails: 1 }]);
  });

  test('a mark that moves nothing is counted apart', () => {
    const flags = base.flags.filter(({ id }) => id !== 'reiteration');
    const result = run({ flags: [...flags, flag('vol', 'info', undefined, ['volée'])] }, [
      mail('relance : carte'),
      mail('carte volée', 1),
    ]);
    expect(result.moved).toBe(0);
    expect(result.flags).toEqual([
      { flag: 'reiteration', gained: 0, lost: 1 },
      { flag: 'vol', gained: 1, lost: 0 },
    ]);
  });

  test('counts agree with each other, whatever arrives and whatever the rules move', () => {
    const bodies = ['carte', 'carte volée', 'mes indemnités', 'relance carte volée', 'opération demain', ''];
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.constantFrom(...bodies), fc.nat(30_000)), { minLength: 1, maxLength: 60 }),
        fc.subarray([card, rule('ij', { all: [{ motif: 'ij-calcul-montant' }] }, { level: 'n1', queue: 'n1' })]),
        (given, rules) => {
          const mails = given.sort((a, b) => a[1] - b[1]).map(([body, minutes]) => mail(body, minutes));
          const result = run({ rules }, mails);
          const sum = (list: readonly { mails: number }[]) => list.reduce((total, each) => total + each.mails, 0);
          expect(sum(result.by_cause)).toBe(result.moved);
          expect(sum(result.by_queue)).toBeLessThanOrEqual(result.moved);
          expect(result.list.length).toBe(Math.min(50, result.moved));
          const drift = result.load.reduce((total, { before, after }) => total + after - before, 0);
          expect(drift).toBe(0);
          for (const clock of ['elapsed', 'working'] as const) {
            for (const share of Object.values(result.in_time[clock])) {
              expect(share).toBeGreaterThanOrEqual(0);
              expect(share).toBeLessThanOrEqual(1);
            }
          }
          expect(run({ rules }, mails)).toEqual(result);
        },
      ),
      { numRuns: 40 },
    );
  });

  test('a mail is read by the model once for both sets', () => {
    reads = 0;
    run({ rules: [card] }, [mail('carte'), mail('carte volée', 1)]);
    expect(reads).toBe(2);
  });

  test('mails out of order are refused: the load would run backwards', () => {
    expect(() => run({}, [mail('carte', 5), mail('carte', 4)])).toThrow(RangeError);
  });

  test('without mails there is nothing to say', () => {
    expect(run({ rules: [card] }, [])).toMatchObject({ mails: 0, moved: 0, moved_share: null, from: null, to: null });
  });
});

describe('overflow in a back-test', () => {
  const rush = (count: number): PastMail[] => Array.from({ length: count }, (_, i) => mail('carte', i / 100));
  // 900 mails an hour stand before n1: two working days of its 100 an hour.
  const busy = new Map([['n1', 2_000]]);
  const handed = (candidate: Partial<Rulebook>, mails: readonly PastMail[]) => {
    const back_test = new BackTest(base, { ...base, digest: 'candidate', ...candidate }, model, { backlog: busy });
    for (const each of mails) back_test.add(each);
    return back_test.result();
  };
  const withQuota = (daily_quota: number): Partial<Rulebook> => ({
    queues: base.queues.map((queue) =>
      queue.contract === undefined ? queue : { ...queue, contract: { ...queue.contract, daily_quota, max_share: 1 } },
    ),
  });

  test('a larger quota hands more over, never more than the quota, and is named as the cause', () => {
    const result = handed(withQuota(5), rush(40));
    const pool = result.load.find(({ queue }) => queue === 'pool.hainaut');
    expect(pool).toMatchObject({ before: 3, after: 5 });
    expect(result.by_cause).toEqual([{ part: 'queue:pool.hainaut', where: 'candidate', mails: 2, toward: 0, away: 0 }]);
  });

  test('a quota begins anew each day', () => {
    const days = [0, 24].flatMap((hours) =>
      rush(10).map((each, i) => mail('carte', hours * 60 + i / 100, { id: `${hours}-${each.id}` })),
    );
    const result = handed(withQuota(5), days);
    expect(result.load.find(({ queue }) => queue === 'pool.hainaut')?.days).toEqual(
      ['2026-03-16', '2026-03-17'].map((day) => ({ day, before: 3, after: 5 })),
    );
  });

  test('more capacity answers more in time; none at all answers nothing', () => {
    const capacity = (n1: number): Partial<Rulebook> => ({
      queues: base.queues.map((queue) =>
        queue.id === 'n1' ? { ...queue, capacity_per_open_hour: n1 } : { ...queue, contract: undefined as never },
      ),
    });
    const mails = rush(400);
    const { in_time } = handed(capacity(1_000), mails);
    expect(in_time.elapsed.after).toBe(1);
    expect(in_time.elapsed.before).toBeLessThan(0.5);
    expect(handed(capacity(0), mails).in_time.working.after).toBe(0);
  });
});

describe('what people said', () => {
  test.each([
    [
      'nearer',
      { motifs: ['compte-ameli-acces'] },
      { motif: { judged: 1, right_before: 0, right_after: 1, toward: 1, away: 0 } },
      'toward',
    ],
    [
      'away',
      { motifs: ['carte-vitale'] },
      { motif: { judged: 1, right_before: 1, right_after: 0, toward: 0, away: 1 } },
      'away',
    ],
    [
      'to the queue an agent chose',
      { queue: 'mediation' },
      { queue: { judged: 1, right_before: 0, right_after: 1, toward: 1, away: 0 } },
      'toward',
    ],
    [
      'from the queue an agent chose',
      { queue: 'n1' },
      { queue: { judged: 1, right_before: 1, right_after: 0, toward: 0, away: 1 } },
      'away',
    ],
  ] as const)('a move %s is counted so', (_name, said, verdict, side) => {
    const to = rule('vol', { all: [{ any_phrase: ['volée'] }] }, { queue: 'mediation', motif: 'compte-ameli-acces' });
    const result = run({ rules: [to] }, [mail('carte volée', 0, { said })]);
    expect(result.said).toMatchObject(verdict);
    expect(result.by_cause[0]).toMatchObject({ [side]: 1 });
    expect(result.list[0]).toMatchObject({ said: side });
  });

  test('marks are judged as far as people spoke of them', () => {
    const flags = [...base.flags, flag('vol', 'info', undefined, ['volée'])];
    const judged = (said: PastMail['said']) => run({ flags }, [mail('carte volée', 0, { said })]).said.flags;
    expect(judged({ flags: ['vol'] })).toMatchObject({ judged: 1, right_before: 0, right_after: 1, toward: 1 });
    expect(judged({ no_flags: ['vol'] })).toMatchObject({ right_before: 1, right_after: 0, away: 1 });
    expect(judged({ flags: [], no_flags: 'others' })).toMatchObject({ right_before: 1, right_after: 0, away: 1 });
    expect(judged({ motifs: ['carte-vitale'] })).toMatchObject({ judged: 0 });
  });

  const event = (type: string, data: Record<string, string>) => ({ type: `conversation.${type}`, data });
  test.each([
    ['nobody said anything', [], undefined],
    [
      'the last motif counts',
      [event('motif_confirmed', { to: 'a' }), event('motif_confirmed', { to: 'b' })],
      { motifs: ['b'] },
    ],
    [
      'a transfer that asks for review wants the pôle behind it',
      [event('transferred', { to: 'analyse', wanted: 'pole-pe', reason: 'expert_needed' })],
      { queue: 'pole-pe' },
    ],
    ['a hand-back says nothing of the sorting', [event('transferred', { to: 'n1', reason: 'hand_back' })], undefined],
    [
      'a mark put and taken away is not carried',
      [event('flag_added', { flag: 'x' }), event('flag_removed', { flag: 'x' })],
      { no_flags: ['x'] },
    ],
    ['a mark put is carried', [event('flag_added', { flag: 'x' })], { flags: ['x'] }],
    [
      'what follows a new mail is about that one',
      [event('motif_confirmed', { to: 'a' }), event('reopened', {}), event('motif_confirmed', { to: 'b' })],
      { motifs: ['a'] },
    ],
  ])('from the events: %s', (_name, events, said) => {
    expect(saidOf(events)).toEqual(said);
  });
});
