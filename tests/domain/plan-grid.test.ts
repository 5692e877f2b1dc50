import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { addWorkingHours, openMsBetween, workingMsBetween } from '../../domain/calendar.ts';
import { makeGrid, openMinutes, SLOT_MIN, workingAt, workingDue, type Grid } from '../../domain/plan/grid.ts';
import { capacityOf, slotAfterWork } from '../../domain/plan/capacity.ts';
import type { SiteCalendar } from '../../domain/rulebook.ts';
import { MORNINGS, SITE, team } from '../support/plan.ts';

/** Easter Monday, two clock changes, and a Moselle Good Friday: what the grid must agree on with domain/calendar.ts. */
const WINDOWS: readonly (readonly [string, string, SiteCalendar])[] = [
  ['2026-03-20', '2026-04-12', SITE],
  ['2026-10-19', '2026-11-15', SITE],
  ['2026-03-20', '2026-04-12', { ...SITE, alsace_moselle: 'with-good-friday' }],
];
const MINUTE_MS = 60_000;
const at = (grid: Grid, minutes: number): number => grid.start_ms + minutes * MINUTE_MS;

describe.each(WINDOWS)('the grid of %s to %s', (from, to, owner) => {
  const grid = makeGrid(from, to, owner, 10);
  const minute = fc.integer({ min: 0, max: grid.slots * SLOT_MIN - 1 });

  test('its days cover the window without a gap, those of a clock change shorter or longer', () => {
    expect(grid.days.map(({ first_slot, slots }) => first_slot + slots).at(-1)).toBe(grid.slots);
    for (const [i, day] of grid.days.entries()) {
      if (i > 0) expect(day.first_slot).toBe(grid.days[i - 1]!.first_slot + grid.days[i - 1]!.slots);
    }
    expect(new Set(grid.days.map(({ slots }) => slots)).size).toBe(2);
  });

  test('its working clock is that of the deadlines', () => {
    fc.assert(
      fc.property(minute, minute, (a, b) => {
        const [start, end] = a <= b ? [a, b] : [b, a];
        const read = workingAt(grid, end) - workingAt(grid, start);
        expect(read * MINUTE_MS).toBeCloseTo(workingMsBetween(at(grid, start), at(grid, end), owner), -1);
      }),
    );
  });

  test('a mail is due when the calendar says, week-ends, holidays and midnights included', () => {
    fc.assert(
      fc.property(minute, fc.constantFrom(1, 8, 24, 48, 72), (start, hours) => {
        const due = addWorkingHours(at(grid, start), hours, owner).getTime();
        expect(Math.abs(at(grid, workingDue(grid, start, hours * 60)) - due)).toBeLessThan(MINUTE_MS / 10);
      }),
    );
  });

  test('a site is open as long as its calendar says', () => {
    const site: SiteCalendar = { ...SITE, local_closures: [grid.days[4]!.text] };
    for (const calendar of [site, MORNINGS]) {
      const open = openMinutes(grid, calendar);
      for (const { first_slot, slots } of grid.days) {
        const sum = open.subarray(first_slot, first_slot + slots).reduce((total, minutes) => total + minutes, 0);
        const end = at(grid, (first_slot + slots) * SLOT_MIN);
        expect(sum * MINUTE_MS).toBeCloseTo(openMsBetween(at(grid, first_slot * SLOT_MIN), end, calendar), 3);
      }
    }
  });
});

test('a clock that runs out with a Friday of 23 hours ends at that midnight, not after the week-end', () => {
  // Cairo changes its clocks on Fridays; 1,440 ÷ 92 has no end.
  const grid = makeGrid('2026-04-20', '2026-04-28', { ...SITE, zone: 'Africa/Cairo' }, 5);
  const friday = grid.days[4]!;
  expect([friday.text, friday.slots]).toEqual(['2026-04-24', 92]);
  for (const hours of [24, 48, 72, 96]) {
    const start = grid.days[5 - hours / 24]!.first_slot * SLOT_MIN;
    expect(workingDue(grid, start, hours * 60)).toBeCloseTo(grid.days[5]!.first_slot * SLOT_MIN, 3);
  }
});

test('hours that do not fall on a quarter count with the minutes they cover', () => {
  const odd = { ...SITE, hours: [{ day: 1, from: '08:20', to: '12:05' }] };
  const open = openMinutes(makeGrid('2026-05-18', '2026-05-18', SITE, 0), odd);
  expect([open[32], open[33], open[34], open[47], open[48], open[49]]).toEqual([0, 10, 15, 15, 5, 0]);
});

test('agents count from their first to their last day, less those absent, in periods as written', () => {
  const grid = makeGrid('2026-05-18', '2026-05-22', SITE, 0);
  const agents = team('n1', {
    agents: 10,
    absence: 0.1,
    time_on_mail: 0.5,
    since: '2026-05-19',
    until: '2026-05-21',
    periods: [
      { from: '2026-05-20', to: '2026-05-20', absence: 0.5 },
      { from: '2026-05-20', to: '2026-05-21', agents: 4 },
    ],
  });
  const { per_open_hour, total_min } = capacityOf(agents, grid, [SITE]);
  expect([...per_open_hour].map((minutes) => minutes / 30)).toEqual([0, 9, 2, 3.6, 0]);
  expect(total_min.at(-1)).toBeCloseTo(9 * 30 * (9 + 2 + 3.6));
});

test('work that begins on a Friday evening is done on Monday', () => {
  const grid = makeGrid('2026-05-29', '2026-05-29', SITE, 10);
  const capacity = capacityOf(team('n1'), grid, [SITE]);
  const friday_17h = 17 * 4;
  const monday = grid.reach_days[3]!;
  expect(slotAfterWork(capacity, friday_17h, 30)).toBe(friday_17h + 1);
  expect(slotAfterWork(capacity, friday_17h, 31)).toBe(monday.first_slot + 34);
  expect(slotAfterWork(capacity, friday_17h, 1e9)).toBe(grid.reach);
});
