import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { openMsBetween } from '../../domain/calendar.ts';
import { OpenTime } from '../../domain/simulate/clock.ts';
import { SimulatedLoad } from '../../domain/simulate/load.ts';
import { queue, testBook } from '../support/book.ts';

const HOUR_MS = 3_600_000;
const book = testBook();
const site = book.calendars[0]!;
/** A Sunday, in summer time; the clocks change on the last Sunday of October. */
const SUNDAY = Date.UTC(2026, 9, 18);
const instant = fc.nat(60 * 24 * 60).map((minutes) => SUNDAY + minutes * 60_000);

describe('opening time as one running count', () => {
  test('reads what the calendar reads, for any instant', () => {
    const open = new OpenTime(site, SUNDAY);
    fc.assert(fc.property(instant, (at) => void expect(open.at(at)).toBe(openMsBetween(SUNDAY, at, site))));
  });

  test('finds the first instant at which so much has passed', () => {
    const open = new OpenTime(site, SUNDAY);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 300 * HOUR_MS }), (open_ms) => {
        const at = open.when(open_ms);
        expect(open.at(at)).toBe(open_ms);
        expect(open.at(at - 1)).toBeLessThan(open_ms);
      }),
    );
  });

  test('work that ends with the day ends at closing', () => {
    const open = new OpenTime(site, SUNDAY);
    // 08:30 to 17:30 in Paris, summer time.
    expect(new Date(open.when(9 * HOUR_MS)).toISOString()).toBe('2026-10-19T15:30:00.000Z');
  });

  test('a site that never opens never ends anything, and does not turn for ever', () => {
    const shut = new OpenTime({ ...site, hours: [] }, SUNDAY);
    expect(shut.when(1)).toBe(Number.POSITIVE_INFINITY);
    expect(shut.at(SUNDAY + 1e12)).toBe(0);
  });
});

describe('the simulated load', () => {
  const lines = testBook({
    queues: [queue('n1', 'n1', { capacity_per_open_hour: 3 }), queue('sans', 'pole', { capacity_per_open_hour: 0 })],
  });

  test('the backlog is the mails that are not answered yet, no more and no less', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(6_000), { minLength: 1, maxLength: 80 }), (minutes) => {
        const times = minutes.sort((a, b) => a - b).map((each) => SUNDAY + each * 60_000);
        const load = new SimulatedLoad(lines, times[0]!);
        const answered: number[] = [];
        for (const at of times) {
          // Answered one by one, first come first served: three an open hour.
          expect(load.before('n1', at)['n1']!.backlog).toBe(answered.filter((end) => end > at).length);
          const end = load.arrive('n1', 'n1', at);
          expect(end).toBeGreaterThanOrEqual(Math.max(at, answered.at(-1) ?? 0));
          answered.push(end);
        }
      }),
    );
  });

  test('what waits at the beginning is answered first', () => {
    const load = new SimulatedLoad(lines, SUNDAY, new Map([['n1', 27]]));
    expect(load.before('n1', SUNDAY)['n1']).toMatchObject({ backlog: 27, arrivals_today: 0 });
    // 27 mails at three an hour are Monday; this one is the first of Tuesday.
    expect(new Date(load.arrive('n1', 'n1', SUNDAY)).toISOString()).toBe('2026-10-20T06:50:00.000Z');
  });

  test('a queue without capacity answers nothing and its backlog only grows', () => {
    const load = new SimulatedLoad(lines, SUNDAY);
    expect(load.arrive('sans', 'sans', SUNDAY)).toBe(Number.POSITIVE_INFINITY);
    expect(load.arrive('sans', 'sans', SUNDAY + 30 * 24 * HOUR_MS)).toBe(Number.POSITIVE_INFINITY);
    expect(load.before('sans', SUNDAY + 60 * 24 * HOUR_MS)['sans']!.backlog).toBe(2);
  });

  test('arrivals count where the mail was decided, hand-overs at the pool, both until midnight in Paris', () => {
    const load = new SimulatedLoad(book, SUNDAY);
    const evening = Date.UTC(2026, 9, 19, 21);
    load.arrive('n1', 'pool.hainaut', evening);
    expect(load.before('n1', evening)).toMatchObject({
      n1: { backlog: 0, arrivals_today: 1, handed_today: 0 },
      'pool.hainaut': { backlog: 1, arrivals_today: 0, handed_today: 1 },
    });
    // 22:00 UTC is midnight.
    expect(load.before('n1', evening + HOUR_MS)['pool.hainaut']).toMatchObject({ backlog: 1, handed_today: 0 });
  });

  test('the memory of a contract is given back with the load', () => {
    const load = new SimulatedLoad(book, SUNDAY);
    load.remember([{ pool: 'pool.hainaut', policy: '48h', active: true }]);
    expect(load.before('n1', SUNDAY)['pool.hainaut']!.active).toEqual(['48h']);
    load.remember([{ pool: 'pool.hainaut', policy: '48h', active: false }]);
    expect(load.before('n1', SUNDAY)['pool.hainaut']!.active ?? []).toEqual([]);
  });
});
