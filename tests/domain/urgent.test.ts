import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Decision } from '../../domain/route.ts';
import { P1_KEPT_RULE, p1Outlook, p1Queue, p1Room } from '../../domain/urgent.ts';
import { flag, queue, testBook } from '../support/book.ts';

const book = testBook({
  queues: [
    queue('n1', 'n1', { capacity_per_open_hour: 100 }),
    queue('analyse-prealable', 'review'),
    queue('pole-pe', 'pole'),
    queue('middle-office', 'middle-office', { capacity_per_open_hour: 6 }),
    queue('rca', 'sensitive', { restricted: true }),
    queue('urgence-vitale', 'supervisor', { restricted: true }),
  ],
  flags: [
    flag('danger-vital', 'P0', 'urgence-vitale', ['me suicider']),
    flag('intervention-imminente', 'P1', 'middle-office', ['opération demain']),
    flag('deuil-perinatal', 'P1', 'rca', ['fausse couche']),
  ],
});
const site = book.calendars[0]!;
const at = (time: string, day = '2026-11-24'): Date => new Date(`${day}T${time}:00+01:00`);
type Given = Parameters<typeof p1Queue>[0];
const p1: Given = {
  queue: 'middle-office',
  urgency: 1,
  level: 'n1',
  pole: 'pole-pe',
  rule: 'flag.intervention-imminente',
  flags: [{ id: 'intervention-imminente', level: 'P1' }],
};
const load = (backlog: number, rate?: number) => ({
  'middle-office': {
    ...{ backlog, arrivals_today: 0, handed_today: 0 },
    ...(rate === undefined ? {} : { capacity_per_open_hour: rate }),
  },
});

describe('room in the Middle Office', () => {
  test.each<[string, Date, { backlog: number; rate?: number }, number, boolean]>([
    ['in the morning: the rest of the day', at('08:30'), { backlog: 0 }, 54, false],
    ['one place left', at('08:30'), { backlog: 53 }, 54, false],
    ['no place left', at('08:30'), { backlog: 54 }, 54, true],
    ['those present today count, not those declared', at('08:30'), { backlog: 10, rate: 1 }, 9, true],
    ['half an hour before the end the next day counts', at('17:00'), { backlog: 10 }, 54, false],
    ['at night too', at('23:00'), { backlog: 10, rate: 0 }, 54, false],
    ['on Friday evening it is Monday', at('17:00', '2026-11-27'), { backlog: 60 }, 54, true],
  ])('%s', (_, now, known, capacity_left, full) => {
    const room = p1Room({ capacity_per_open_hour: 6 }, site, known, now);
    expect(room.capacity_left).toBeCloseTo(capacity_left, 6);
    expect(room.full).toBe(full);
  });

  test('a site that never opens has no room', () => {
    expect(p1Room({ capacity_per_open_hour: 6 }, { ...site, hours: [] }, { backlog: 0 }, at('10:00')).full).toBe(true);
  });

  test('what is expected and does not fit is told before it happens', () => {
    const room = p1Room({ capacity_per_open_hour: 6 }, site, { backlog: 40 }, at('08:30'));
    expect(p1Outlook(room, 20)).toMatchObject({ expected: 20, short_by: 6, full: false });
    expect(p1Outlook(room, 5).short_by).toBe(0);
  });
});

describe('where a P1 goes', () => {
  const morning = at('08:30');
  test.each<[string, Partial<Given>, ReturnType<typeof load> | object, string]>([
    ['to the Middle Office while it has room', {}, load(10), 'middle-office'],
    ['a load that says nothing means room', {}, {}, 'middle-office'],
    ['to level 1 when it is full', {}, load(54), 'n1'],
    ['an expert one to its pôle, past the review', { level: 'expert' }, load(54), 'pole-pe'],
    [
      'an expert one whose pôle is the Middle Office to level 1',
      { level: 'expert', pole: 'middle-office' },
      load(54),
      'n1',
    ],
    ['an expert one whose pôle is not configured stays', { level: 'expert', pole: 'parti' }, load(54), 'middle-office'],
    ['a bereavement is no business of this', { queue: 'rca', rule: 'flag.deuil-perinatal' }, load(54), 'rca'],
    [
      'a P0 never moves',
      { urgency: 0, queue: 'urgence-vitale', rule: 'flag.danger-vital' },
      load(54),
      'urgence-vitale',
    ],
    [
      'a complaint is its own work',
      { urgency: 3, rule: 'motif.reclamation-service', flags: [] },
      load(54),
      'middle-office',
    ],
    [
      'a complaint that is a P1 by another flag as well',
      { rule: 'motif.reclamation-service' },
      load(54),
      'middle-office',
    ],
  ])('%s', (_, over, given, expected) => {
    const chosen = p1Queue({ ...p1, ...over }, given as ReturnType<typeof load>, book, morning);
    expect(chosen.queue).toBe(expected);
    expect(chosen.rule === P1_KEPT_RULE).toBe(expected !== { ...p1, ...over }.queue);
  });

  test('never to a pool, a review or a reserved circuit it was not decided for, whatever the load', () => {
    const decision = fc.record({
      queue: fc.constantFrom(...book.queues.map(({ id }) => id)),
      urgency: fc.integer({ min: 0, max: 3 }),
      level: fc.constantFrom('n1' as const, 'expert' as const),
      pole: fc.constantFrom('n1', 'pole-pe', 'middle-office'),
      rule: fc.constantFrom('flag.intervention-imminente', 'flag.danger-vital', 'motif.x'),
      flags: fc.constantFrom<Decision['flags']>([], [{ id: 'intervention-imminente', level: 'P1' }]),
    });
    fc.assert(
      fc.property(
        decision,
        fc.integer({ min: 0, max: 99 }),
        fc.integer({ min: 0, max: 10_000 }),
        (given, backlog, minute) => {
          const now = new Date(morning.getTime() + minute * 60_000);
          const { queue: chosen } = p1Queue(given, load(backlog), book, now);
          if (chosen === given.queue) return;
          expect(given).toMatchObject({ queue: 'middle-office', urgency: 1 });
          expect(['n1', 'pole-pe']).toContain(chosen);
        },
      ),
    );
  });
});
