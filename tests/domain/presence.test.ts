import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  awaySince,
  capacityAt,
  capacityOfHalf,
  channelOf,
  openCapacityBetween,
  restOfDayCapacity,
  skillsOf,
  staffingOf,
  type Channel,
  type Closure,
  type PresenceCell,
  type PresencePolicy,
  type StaffMember,
} from '../../domain/presence.ts';
import { queue, testBook } from '../support/book.ts';

/** A Tuesday; the site opens 8:30–17:30 and noon is 13:00. */
const DAY = '2026-11-24';
const at = (time: string, day = DAY): Date => new Date(`${day}T${time}:00+01:00`);
const book = testBook({
  queues: [
    queue('n1', 'n1', { capacity_per_open_hour: 100 }),
    queue('pole-pe', 'pole', { capacity_per_open_hour: 10, pace_per_agent_hour: 3 }),
    queue('perdue', 'pole', { calendar: 'nulle-part' }),
  ],
});
const policy: PresencePolicy = {
  noon: '13:00',
  productive_share: 0.5,
  away_open_hours: 4,
  teams: [
    {
      id: 'pfs',
      label: 'PFS',
      queues: ['n1'],
      usual: [
        { days: [1, 2, 3, 4, 5], halves: ['am'], channel: 'courriel' },
        { days: [1, 2, 3, 4, 5], halves: ['pm'], channel: 'telephone' },
      ],
    },
  ],
};
const member = (id: string, queues: string[] = ['n1'], over: Partial<StaffMember> = {}): StaffMember => ({
  id,
  queues,
  skills: [],
  disabled: false,
  ...over,
});
const cell = (agent_id: string, half: 'am' | 'pm', channel: Channel, day = DAY): PresenceCell => ({
  ...{ agent_id, day, half, channel },
  skills: null,
});
const staffing = (people: StaffMember[], cells: PresenceCell[] = [], closures: Closure[] = []) =>
  staffingOf(book, policy, { people, cells, closures });
const ana = member('ana');
const ben = member('ben');
const cam = member('cam', ['n1', 'pole-pe']);

describe('capacity at an instant', () => {
  test('nothing known: what is declared, in opening hours only', () => {
    const here = staffing([ana, ben]);
    expect(capacityAt(here, 'n1', at('10:00'))).toEqual({ per_open_hour: 100, source: 'declared', agents: null });
    for (const closed of [at('08:29'), at('17:30'), at('10:00', '2026-11-22'), at('10:00', '2026-12-25')])
      expect(capacityAt(here, 'n1', closed)).toMatchObject({ per_open_hour: 0, source: 'closed' });
  });

  test('one cell makes the half-day known: the others count by what is usual', () => {
    const here = staffing([ana, ben], [cell('ana', 'am', 'absent')]);
    // Ben on mail × 13 an hour × half of the time.
    expect(capacityAt(here, 'n1', at('10:00'))).toEqual({ per_open_hour: 6.5, source: 'present', agents: 1 });
    // Nobody set anything for the afternoon.
    expect(capacityAt(here, 'n1', at('14:00')).source).toBe('declared');
  });

  test('the telephone and the counter answer no mail', () => {
    const here = staffing([ana, ben], [cell('ana', 'pm', 'courriel'), cell('ben', 'pm', 'accueil')]);
    expect(capacityAt(here, 'n1', at('14:00')).agents).toBe(1);
  });

  test('somebody of two queues counts half in each, at the pace of each', () => {
    const here = staffing([ana, cam], [cell('cam', 'am', 'courriel'), cell('ana', 'am', 'courriel')]);
    expect(capacityAt(here, 'n1', at('10:00')).agents).toBe(1.5);
    expect(capacityAt(here, 'pole-pe', at('10:00'))).toEqual({ per_open_hour: 0.75, source: 'present', agents: 0.5 });
  });

  test('a disabled account is nobody', () => {
    const here = staffing([ana, member('left', ['n1'], { disabled: true })], [cell('ana', 'am', 'courriel')]);
    expect(capacityAt(here, 'n1', at('10:00')).agents).toBe(1);
  });

  test('half-days meet at noon, local time', () => {
    const here = staffing([ana], [cell('ana', 'am', 'courriel'), cell('ana', 'pm', 'absent')]);
    expect(capacityAt(here, 'n1', at('12:59')).agents).toBe(1);
    expect(capacityAt(here, 'n1', at('13:00')).agents).toBe(0);
  });

  test('a queue nobody configured, or whose site is unknown, can do nothing', () => {
    for (const id of ['perdue', 'inconnue']) expect(capacityAt(staffing([ana]), id, at('10:00')).per_open_hour).toBe(0);
    expect(openCapacityBetween(staffing([ana]), 'inconnue', at('08:00'), at('18:00'))).toBe(0);
    expect(restOfDayCapacity(staffing([ana]), 'inconnue', at('08:00'))).toBeUndefined();
  });
});

describe('capacity over time', () => {
  test('a declared day is its opening hours, whatever is around it', () => {
    const here = staffing([ana]);
    expect(openCapacityBetween(here, 'n1', at('00:00'), at('23:59'))).toBe(900);
    expect(openCapacityBetween(here, 'n1', at('17:00'), at('09:00', '2026-11-25'))).toBe(100);
    expect(openCapacityBetween(here, 'n1', at('10:00'), at('10:00'))).toBe(0);
    expect(openCapacityBetween(here, 'n1', at('11:00'), at('10:00'))).toBe(0);
  });

  test('a closure of half a day takes that half and nothing else', () => {
    const here = staffing([ana], [], [{ calendar: 'site', day: DAY, half: 'pm' }]);
    expect(openCapacityBetween(here, 'n1', at('00:00'), at('23:59'))).toBe(450);
    expect(capacityAt(here, 'n1', at('14:00')).source).toBe('closed');
    expect(capacityOfHalf(here, 'n1', DAY, 'pm')).toMatchObject({ per_open_hour: 0, source: 'closed' });
  });

  test('for the rest of the day: the mean over the hours of the calendar, or nothing where nothing is known', () => {
    expect(restOfDayCapacity(staffing([ana]), 'n1', at('08:30'))).toBeUndefined();
    const shut = staffing([ana], [], [{ calendar: 'site', day: DAY, half: 'pm' }]);
    expect(restOfDayCapacity(shut, 'n1', at('08:30'))).toBe(50);
    expect(restOfDayCapacity(shut, 'n1', at('13:00'))).toBe(0);
    // The evening: nothing is left to count.
    expect(restOfDayCapacity(shut, 'n1', at('18:00'))).toBeUndefined();
  });

  test('a half-day in which the site does not open has no capacity to show', () => {
    expect(capacityOfHalf(staffing([ana]), 'n1', '2026-11-22', 'am')).toBeUndefined();
    expect(capacityOfHalf(staffing([ana]), 'n1', DAY, 'am')).toMatchObject({ source: 'declared' });
  });

  const channel = fc.constantFrom<Channel>('courriel', 'telephone', 'accueil', 'absent');
  const cells = fc.array(
    fc.record({
      agent_id: fc.constantFrom('ana', 'ben', 'cam'),
      day: fc.constantFrom(DAY, '2026-11-25', '2026-11-26'),
      half: fc.constantFrom('am' as const, 'pm' as const),
      channel,
      skills: fc.constant(null),
    }),
    { maxLength: 18 },
  );
  const minute = fc.integer({ min: 0, max: 3 * 1440 });
  const instant = (minutes: number): Date => new Date(at('00:00').getTime() + minutes * 60_000);

  test('adds up: what can be done by noon and after it is what can be done in all', () => {
    fc.assert(
      fc.property(cells, minute, minute, minute, (grid, ...minutes) => {
        const [a, b, c] = minutes.sort((x, y) => x - y).map(instant) as [Date, Date, Date];
        const here = staffing([ana, ben, cam], grid);
        const parts = openCapacityBetween(here, 'n1', a, b) + openCapacityBetween(here, 'n1', b, c);
        expect(openCapacityBetween(here, 'n1', a, c)).toBeCloseTo(parts, 6);
      }),
    );
  });

  test('one absence more never gives capacity, and never less than nothing', () => {
    fc.assert(
      fc.property(cells, minute, minute, (grid, from, to) => {
        const before = staffing([ana, ben, cam], [...grid, cell('ana', 'am', 'courriel')]);
        const after = staffing([ana, ben, cam], [...grid, cell('ana', 'am', 'absent')]);
        const [a, b] = [instant(Math.min(from, to)), instant(Math.max(from, to))];
        const left = openCapacityBetween(after, 'n1', a, b);
        expect(left).toBeLessThanOrEqual(openCapacityBetween(before, 'n1', a, b) + 1e-9);
        expect(left).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});

describe('who is away', () => {
  const site = book.calendars[0]!;
  test.each<[string, PresenceCell[], Date, Date | undefined]>([
    ['nobody said so', [], at('16:00'), undefined],
    ['this morning, seen in the morning', [cell('ana', 'am', 'absent')], at('11:00'), at('08:30')],
    ['this morning, but back in the afternoon', [cell('ana', 'am', 'absent')], at('14:00'), undefined],
    ['the whole day', [cell('ana', 'am', 'absent'), cell('ana', 'pm', 'absent')], at('16:00'), at('08:30')],
    [
      'since Monday afternoon, over the night',
      [cell('ana', 'pm', 'absent', '2026-11-23'), cell('ana', 'am', 'absent')],
      at('09:00'),
      at('13:00', '2026-11-23'),
    ],
    [
      'on Friday afternoon: still away on Sunday',
      [cell('ana', 'pm', 'absent', '2026-11-27')],
      at('12:00', '2026-11-29'),
      at('13:00', '2026-11-27'),
    ],
    [
      'on Friday afternoon: back on Monday at eight',
      [cell('ana', 'pm', 'absent', '2026-11-27')],
      at('08:00', '2026-11-30'),
      undefined,
    ],
  ])('%s', (_, cells, now, since) => {
    expect(awaySince(staffing([ana], cells), ana, site, now)).toEqual(since);
  });

  test('on the telephone is not away', () => {
    expect(awaySince(staffing([ana], [cell('ana', 'am', 'telephone')]), ana, site, at('11:00'))).toBeUndefined();
  });
});

describe('channel and skills of a half-day', () => {
  test('the cell, else the usual channel of the team, else nothing is said', () => {
    const here = staffing([ana], [cell('ana', 'am', 'accueil')]);
    expect(channelOf(here, ana, DAY, 'am')).toBe('accueil');
    expect(channelOf(here, ana, DAY, 'pm')).toBe('telephone');
    expect(channelOf(here, ana, '2026-11-22', 'am')).toBeUndefined();
    expect(channelOf(here, member('x', ['pole-pe']), DAY, 'am')).toBeUndefined();
  });

  test('the skills of the account, unless the half-day has its own', () => {
    const skilled = member('ana', ['n1'], { skills: ['c2s-demande'] });
    const none = { ...cell('ana', 'pm', 'courriel'), skills: [] };
    const here = staffing([skilled], [cell('ana', 'am', 'courriel'), none]);
    expect(skillsOf(here, skilled, DAY, 'am')).toEqual(['c2s-demande']);
    expect(skillsOf(here, skilled, DAY, 'pm')).toEqual([]);
  });
});
