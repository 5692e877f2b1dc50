import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  addWorkingHours,
  frenchHolidays,
  isOpenDay,
  isWorkingDay,
  localDay,
  openMinutesLeft,
  openMsBetween,
  workingMsBetween,
} from '../../domain/calendar.ts';
import { dayOf, dayStart, dayText, parseDay } from '../../domain/days.ts';
import { hasCode } from '../../domain/errors.ts';
import type { SiteCalendar } from '../../domain/rulebook.ts';

const HOUR = 3_600_000;

const NORD: SiteCalendar = {
  id: 'nord',
  zone: 'Europe/Paris',
  hours: [1, 2, 3, 4, 5].flatMap((day) => [
    { day, from: '08:30', to: '12:00' },
    { day, from: '13:00', to: '17:30' },
  ]),
  alsace_moselle: 'none',
  local_closures: ['2026-05-15'],
};
const METZ: SiteCalendar = { ...NORD, id: 'metz', alsace_moselle: 'with-good-friday', local_closures: [] };
const SAVERNE: SiteCalendar = { ...METZ, id: 'saverne', alsace_moselle: 'without-good-friday' };
/** Clocks change at midnight between a Thursday and a Friday: the one place where a working day has 23 or 25 hours. */
const CAIRO: SiteCalendar = { ...NORD, id: 'cairo', zone: 'Africa/Cairo', local_closures: [] };

/** The instant of a wall time in winter (+01:00) or summer (+02:00), written out. */
const at = (text: string): Date => new Date(text);
const iso = (date: Date): string => date.toISOString();

describe('French holidays', () => {
  test('a year has the eleven national days, moved feasts included', () => {
    expect(frenchHolidays(2026)).toEqual([
      '2026-01-01',
      '2026-04-06',
      '2026-05-01',
      '2026-05-08',
      '2026-05-14',
      '2026-05-25',
      '2026-07-14',
      '2026-08-15',
      '2026-11-01',
      '2026-11-11',
      '2026-12-25',
    ]);
  });

  test.each([
    [2024, '2024-04-01', '2024-05-09', '2024-05-20'],
    [2025, '2025-04-21', '2025-05-29', '2025-06-09'],
    [2027, '2027-03-29', '2027-05-06', '2027-05-17'],
    [2038, '2038-04-26', '2038-06-03', '2038-06-14'],
    [1818, '1818-03-23', '1818-04-30', '1818-05-11'],
  ])('the feasts of %i follow Easter', (year, monday, ascension, whit) => {
    expect(frenchHolidays(year)).toEqual(expect.arrayContaining([monday, ascension, whit]));
  });

  test('Ascension on 1 May is one holiday, not two', () => {
    expect(frenchHolidays(2008)).toHaveLength(10);
    expect(frenchHolidays(2008)).toContain('2008-05-01');
  });

  test.each([
    ['2026-04-03', false, false, true],
    ['2027-03-26', false, false, true],
    ['2025-12-26', false, true, true],
  ])('%s is a holiday in Alsace-Moselle only, Good Friday by the site', (day, nord, saverne, metz) => {
    expect(isWorkingDay(day, NORD)).toBe(!nord);
    expect(isWorkingDay(day, SAVERNE)).toBe(!saverne);
    expect(isWorkingDay(day, METZ)).toBe(!metz);
  });
});

describe('the working clock', () => {
  test.each([
    ['Friday evening, over the week-end', '2026-03-20T18:00:00+01:00', 48, '2026-03-24T18:00:00+01:00'],
    ['Friday evening, over the change to summer time', '2026-03-27T18:00:00+01:00', 48, '2026-03-31T18:00:00+02:00'],
    ['Friday evening, over the change to winter time', '2026-10-23T18:00:00+02:00', 48, '2026-10-27T18:00:00+01:00'],
    ['a Saturday start counts from Monday 00:00', '2026-10-24T10:00:00+02:00', 48, '2026-10-28T00:00:00+01:00'],
    ['a start inside the repeated hour of Sunday', '2026-10-25T02:30:00+01:00', 24, '2026-10-27T00:00:00+01:00'],
    ['over Easter Monday', '2026-04-03T09:00:00+02:00', 24, '2026-04-07T09:00:00+02:00'],
    ['the eve of 11 November', '2026-11-10T16:00:00+01:00', 24, '2026-11-12T16:00:00+01:00'],
    ['a start on 11 November', '2026-11-11T12:00:00+01:00', 24, '2026-11-13T00:00:00+01:00'],
    ['a local closure moves no clock', '2026-05-14T10:00:00+02:00', 24, '2026-05-16T00:00:00+02:00'],
    ['ends with its Friday, not on Monday', '2026-03-20T00:00:00+01:00', 24, '2026-03-21T00:00:00+01:00'],
    ['the last second of Friday', '2026-03-20T23:59:59+01:00', 1, '2026-03-23T00:59:59+01:00'],
    ['from one year to the next', '2025-12-31T12:00:00+01:00', 24, '2026-01-02T12:00:00+01:00'],
    ['no hours at all', '2026-03-21T10:00:00+01:00', 0, '2026-03-21T10:00:00+01:00'],
  ])('%s', (_name, start, hours, due) => {
    expect(iso(addWorkingHours(at(start), hours, NORD))).toBe(iso(at(due)));
    expect(workingMsBetween(at(start), at(due), NORD)).toBe(hours * HOUR);
  });

  test('the owner’s holidays count, not those of the pool that answers', () => {
    const start = at('2026-04-02T18:00:00+02:00');
    expect(iso(addWorkingHours(start, 24, NORD))).toBe(iso(at('2026-04-03T18:00:00+02:00')));
    expect(iso(addWorkingHours(start, 24, METZ))).toBe(iso(at('2026-04-07T18:00:00+02:00')));
  });

  test('a working day of 23 hours is still worth 24, in proportion', () => {
    // 26 April 2024, a Friday: 00:00 does not exist in Cairo, the day runs from 01:00 (+03:00) for 23 hours.
    const start = at('2024-04-26T01:00:00+03:00');
    const end = at('2024-04-27T00:00:00+03:00');
    expect(end.getTime() - start.getTime()).toBe(23 * HOUR);
    expect(workingMsBetween(start, end, CAIRO)).toBe(24 * HOUR);
    expect(iso(addWorkingHours(start, 24, CAIRO))).toBe(iso(end));
    expect(iso(addWorkingHours(start, 12, CAIRO))).toBe(iso(new Date(start.getTime() + 11.5 * HOUR)));
  });

  test('a working day of 25 hours is worth 24, in proportion', () => {
    // 31 October 2024, a Thursday: 23:00–24:00 comes twice.
    const start = at('2024-10-31T00:00:00+03:00');
    const end = at('2024-11-01T00:00:00+02:00');
    expect(end.getTime() - start.getTime()).toBe(25 * HOUR);
    // All Saints' Day follows, so the clock stands still after it.
    expect(workingMsBetween(start, at('2024-11-03T12:00:00+02:00'), CAIRO)).toBe(24 * HOUR);
    expect(iso(addWorkingHours(start, 24, CAIRO))).toBe(iso(end));
    expect(iso(addWorkingHours(start, 12, CAIRO))).toBe(iso(new Date(start.getTime() + 12.5 * HOUR)));
  });

  test('time that does not pass reads zero', () => {
    const noon = at('2026-03-20T12:00:00+01:00');
    expect(workingMsBetween(noon, noon, NORD)).toBe(0);
    expect(workingMsBetween(noon, at('2026-03-19T12:00:00+01:00'), NORD)).toBe(0);
  });
});

/** Any half hour from 2024 to 2029; about one in five stands near a clock change, a week-end or a holiday. */
const halfHour = fc
  .oneof(
    { weight: 4, arbitrary: fc.integer({ min: 0, max: 6 * 365 * 48 }) },
    {
      weight: 1,
      arbitrary: fc
        .integer({ min: 0, max: 240 })
        .map((n) => (Date.UTC(2026, 9, 22) - Date.UTC(2024, 0, 1)) / 1_800_000 + n),
    },
  )
  .map((n) => Date.UTC(2024, 0, 1) + n * 1_800_000);
const workingHours = fc.integer({ min: 0, max: 400 }).map((n) => n / 2);

/** The same clock counted by hand: one half hour after the other, the local day asked of Intl. */
function countHalfHours(from_ms: number, to_ms: number): number {
  const dateOf = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Paris', dateStyle: 'short' });
  let sum = 0;
  for (let t = from_ms; t < to_ms; t += 1_800_000) {
    const date = dateOf.format(t);
    const sunday0 = new Date(`${date}T12:00:00Z`).getUTCDay();
    if (sunday0 !== 0 && sunday0 !== 6 && !HOLIDAYS.has(date)) sum += 1_800_000;
  }
  return sum;
}
const HOLIDAYS = new Set([
  ...[2024, 2025, 2026, 2027, 2028, 2029, 2030].flatMap((year) =>
    ['01-01', '05-01', '05-08', '07-14', '08-15', '11-01', '11-11', '12-25'].map((day) => `${year}-${day}`),
  ),
  ...['2024-04-01', '2024-05-09', '2024-05-20', '2025-04-21', '2025-05-29', '2025-06-09'],
  ...['2026-04-06', '2026-05-14', '2026-05-25', '2027-03-29', '2027-05-06', '2027-05-17'],
  ...['2028-04-17', '2028-05-25', '2028-06-05', '2029-04-02', '2029-05-10', '2029-05-21'],
  ...['2030-04-22', '2030-05-30', '2030-06-10'],
]);

describe('the working clock, for any instant', () => {
  test('reads what counting half hours by hand reads', () => {
    fc.assert(
      fc.property(halfHour, fc.integer({ min: 0, max: 700 }), (start, halves) => {
        const end = start + halves * 1_800_000;
        expect(workingMsBetween(start, end, NORD)).toBe(countHalfHours(start, end));
      }),
      { numRuns: 150 },
    );
  });

  test('reaches the deadline as soon as it reads the hours, and not before', () => {
    fc.assert(
      fc.property(halfHour, workingHours, (start, hours) => {
        const due = addWorkingHours(start, hours, NORD).getTime();
        expect(workingMsBetween(start, due, NORD)).toBe(hours * HOUR);
        if (hours > 0) expect(workingMsBetween(start, due - 1, NORD)).toBe(hours * HOUR - 1);
      }),
    );
  });

  test('adds up: two waits one after the other read the sum', () => {
    fc.assert(
      fc.property(halfHour, workingHours, workingHours, (start, a, b) => {
        const middle = addWorkingHours(start, a, NORD);
        expect(iso(addWorkingHours(middle, b, NORD))).toBe(iso(addWorkingHours(start, a + b, NORD)));
      }),
    );
  });

  test('comes back within a millisecond where working days have 23 and 25 hours', () => {
    const near = fc.integer({ min: 0, max: 30 * 24 * HOUR }).map((ms) => Date.UTC(2024, 3, 15) + ms);
    fc.assert(
      fc.property(near, fc.integer({ min: 0, max: 100 * HOUR }), (start, ms) => {
        const read = workingMsBetween(start, addWorkingHours(start, ms / HOUR, CAIRO), CAIRO);
        expect(Math.abs(read - ms)).toBeLessThanOrEqual(1);
      }),
    );
  });
});

describe('open time', () => {
  test.each([
    ['a whole day', '2026-03-20T00:00:00+01:00', '2026-03-21T00:00:00+01:00', 8],
    ['from the middle of the morning to the lunch break', '2026-03-20T10:00:00+01:00', '2026-03-20T12:30:00+01:00', 2],
    ['a week over the clock change', '2026-03-27T12:00:00+01:00', '2026-03-30T09:30:00+02:00', 5.5],
    ['a holiday and a local closure', '2026-05-14T00:00:00+02:00', '2026-05-16T00:00:00+02:00', 0],
    ['backwards', '2026-03-20T12:00:00+01:00', '2026-03-20T09:00:00+01:00', 0],
  ])('%s', (_name, from, to, hours) => {
    expect(openMsBetween(at(from), at(to), NORD)).toBe(hours * HOUR);
  });

  test('a site open on Sunday keeps its hours through the night of the clock change', () => {
    const always = { ...NORD, hours: [{ day: 7, from: '00:00', to: '24:00' }] };
    expect(openMsBetween(at('2026-10-25T00:00:00+02:00'), at('2026-10-26T00:00:00+01:00'), always)).toBe(25 * HOUR);
    expect(openMsBetween(at('2026-03-29T00:00:00+01:00'), at('2026-03-30T00:00:00+02:00'), always)).toBe(23 * HOUR);
  });

  test.each([
    ['2026-03-20T07:00:00+01:00', 480],
    ['2026-03-20T12:30:00+01:00', 270],
    ['2026-03-20T17:30:00+01:00', 0],
    ['2026-03-21T10:00:00+01:00', 0],
  ])('at %s the team still has %i minutes today', (now, minutes) => {
    expect(openMinutesLeft(at(now), NORD)).toBe(minutes);
  });

  test('a day is open when hours are kept on it', () => {
    expect(isOpenDay('2026-05-13', NORD)).toBe(true);
    expect(isOpenDay('2026-05-15', NORD)).toBe(false);
    expect(isWorkingDay('2026-05-15', NORD)).toBe(true);
  });
});

describe('days and instants', () => {
  test.each(['2026-03-20T18:00:00', '2026-03-20', 'demain', Number.NaN])('%p is refused: it has no offset', (text) => {
    let error: unknown;
    try {
      localDay(text, 'Europe/Paris');
    } catch (thrown) {
      error = thrown;
    }
    expect(hasCode(error, 'BAD_INPUT')).toBe(true);
  });

  test.each(['2026-02-30', '2026-13-01', '26-01-01', '2026-1-1'])('%s is not a day', (text) => {
    expect(() => parseDay(text)).toThrow(expect.objectContaining({ code: 'BAD_INPUT' }));
  });

  test('a day begins at its first instant in zones where midnight is skipped or comes twice', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(
          'Europe/Paris',
          'Africa/Cairo',
          'America/Havana',
          'Atlantic/Azores',
          'Pacific/Auckland',
          'America/Asuncion',
        ),
        fc.integer({ min: parseDay('2020-01-01'), max: parseDay('2030-12-31') }),
        (zone, day) => {
          const start = dayStart(day, zone);
          expect(dayText(dayOf(start, zone))).toBe(dayText(day));
          expect(dayOf(start - 1, zone)).toBe(day - 1);
        },
      ),
      { numRuns: 2_000 },
    );
  });
});
