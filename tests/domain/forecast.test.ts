import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { openMsBetween } from '../../domain/calendar.ts';
import { HOUR_MS } from '../../domain/days.ts';
import { Horizon, slackHours, waitHours, type Rate } from '../../domain/forecast.ts';
import type { SiteCalendar } from '../../domain/rulebook.ts';
import { NORD } from '../support/history.ts';

const even = (rate: number): Rate => ({ today: rate, later: rate });
/** A Wednesday. */
const at = (time: string, day = '2026-03-18'): Date => new Date(`${day}T${time}:00+01:00`);

describe('open time before a deadline', () => {
  test.each([
    ['the same day', at('10:00'), at('12:00'), 2, 0],
    ['over a night', at('16:30'), at('10:30', '2026-03-19'), 1, 2],
    ['over a week-end', at('17:00', '2026-03-20'), at('09:30', '2026-03-23'), 0.5, 1],
    ['from an evening', at('20:00'), at('08:30', '2026-03-19'), 0, 0],
    ['of a deadline that has passed', at('10:00'), at('09:00'), 0, 0],
  ])('%s', (_, now, until, today_hours, later_hours) => {
    expect(new Horizon(now, NORD).openTime(until)).toEqual({ today_hours, later_hours });
  });

  test('a local closure takes capacity, so a day of it leaves less time', () => {
    const closed: SiteCalendar = { ...NORD, local_closures: ['2026-03-19'] };
    expect(new Horizon(at('16:30'), closed).openTime(at('10:30', '2026-03-20'))).toEqual({
      today_hours: 1,
      later_hours: 2,
    });
  });
});

describe('slack', () => {
  test.each([
    ['work that fits', 800, 0, even(100), 10],
    ['work that does not', 2_000, 0, even(100), -2],
    ['urgent mail to come takes its part', 800, 10, even(100), 8.2],
    ['half the people are there today', 800, 0, { today: 50, later: 100 }, 6],
    ['nobody works', 1, 0, even(0), Number.NEGATIVE_INFINITY],
  ])('%s', (_, ahead, passing, rate, slack) => {
    expect(slackHours({ today_hours: 8, later_hours: 10 }, rate, ahead, passing)).toBeCloseTo(slack, 9);
  });

  test('waiting time counts with those present', () => {
    expect(waitHours({ today: 50, later: 100 }, 200)).toBe(4);
    expect(waitHours({ today: 0, later: 100 }, 200)).toBe(2);
    expect(waitHours(even(0), 0)).toBe(0);
    expect(waitHours(even(0), 1)).toBe(Number.POSITIVE_INFINITY);
  });
});

describe('when a mail is reached', () => {
  test.each([
    ['at once where nothing stands before it', at('10:00'), 0, even(100), 0, at('10:00')],
    ['at the next opening, at night', at('20:00'), 0, even(100), 0, at('08:30', '2026-03-19')],
    ['the same day', at('10:00'), 250, even(100), 0, at('12:30')],
    ['over the night', at('16:30'), 300, even(100), 0, at('10:30', '2026-03-19')],
    ['over the week-end', at('16:30', '2026-03-20'), 300, even(100), 0, at('10:30', '2026-03-23')],
    ['later when fewer are there today', at('16:30'), 300, { today: 0, later: 100 }, 0, at('11:30', '2026-03-19')],
    ['later when urgent mail goes first', at('10:00'), 100, even(100), 50, at('12:00')],
  ])('%s', (_, now, ahead, rate, passing, reached) => {
    expect(new Horizon(now, NORD).reachedAt(rate, ahead, passing)).toEqual(reached);
  });

  test('never, where nobody works or only urgent mail is answered', () => {
    expect(new Horizon(at('10:00'), NORD).reachedAt(even(0), 1)).toBeUndefined();
    expect(new Horizon(at('10:00'), NORD).reachedAt(even(50), 1, 50)).toBeUndefined();
  });

  test('is the instant at which the open time worked off is the work before it', () => {
    fc.assert(
      fc.property(fc.nat(4_000), fc.integer({ min: 10, max: 600 }), fc.nat(10_000), (ahead, rate, minutes) => {
        const now = new Date(at('08:00').getTime() + minutes * 60_000);
        const reached = new Horizon(now, NORD).reachedAt(even(rate), ahead)!;
        // Rounded up to a millisecond.
        expect(Math.abs(openMsBetween(now, reached, NORD) - (ahead / rate) * HOUR_MS)).toBeLessThan(2);
      }),
    );
  });

  test('slack says the same: what is reached by the deadline has time in hand, what is not has none', () => {
    fc.assert(
      fc.property(
        fc.nat(3_000),
        fc.integer({ min: 10, max: 300 }),
        fc.nat(3_000),
        fc.nat(60),
        (ahead, rate, minutes, due) => {
          const now = new Date(at('08:00').getTime() + minutes * 60_000);
          const until = new Date(now.getTime() + due * HOUR_MS);
          const slack = slackHours(new Horizon(now, NORD).openTime(until), even(rate), ahead);
          const reached = new Horizon(now, NORD).reachedAt(even(rate), ahead)!;
          if (slack > 1e-6) expect(reached.getTime()).toBeLessThanOrEqual(until.getTime());
          if (slack < -1e-6) expect(reached.getTime()).toBeGreaterThan(until.getTime());
        },
      ),
    );
  });
});
