import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { forecastBreaches, summariseBreaches, type WaitingGroup } from '../../domain/breach-forecast.ts';
import { countText, dayInWords, hoursText, momentText, shareText } from '../../domain/french-dates.ts';
import { HOUR_MS } from '../../domain/days.ts';

const NOW = 1_000 * HOUR_MS;
const options = { now_ms: NOW, until_ms: NOW + 96 * HOUR_MS, stock_share: 0 };
const group = (due_hour: number, count: number, over: Partial<WaitingGroup> = {}): WaitingGroup => ({
  place: 'flux',
  urgency: 3,
  due_hour: 1_000 + due_hour,
  policy: '48h',
  count,
  ...over,
});
/** Ten mails an hour, day and night. */
const ten = (at_ms: number): number => ((at_ms - NOW) / HOUR_MS) * 10;

describe('who will pass the deadline', () => {
  test('nobody while the work fits before each deadline', () => {
    expect(forecastBreaches([group(4, 50), group(9, 50)], ten, options)).toEqual([]);
  });

  test('those of an hour whose turn comes after its end, and a queue that stands still answers nobody', () => {
    const breaches = forecastBreaches([group(4, 62), group(9, 50)], ten, options);
    expect(breaches).toEqual([
      { at_ms: NOW + 5 * HOUR_MS, policy: '48h', count: 12 },
      { at_ms: NOW + 10 * HOUR_MS, policy: '48h', count: 12 },
    ]);
    expect(forecastBreaches([group(4, 62)], () => 0, options)[0]).toMatchObject({ count: 62 });
  });

  test('urgent work goes first, and what is late already takes its share of the work but is no breach to come', () => {
    const urgent = group(50, 20, { place: 'front', urgency: 1 });
    const stock = group(-30, 500, { place: 'stock' });
    const count = (list: WaitingGroup[], stock_share: number): number =>
      forecastBreaches(list, ten, { ...options, stock_share }).reduce((sum, breach) => sum + breach.count, 0);
    expect(count([group(4, 50), urgent], 0)).toBe(20);
    expect(count([group(4, 50), stock], 0)).toBe(0);
    expect(count([group(4, 50), stock], 0.4)).toBe(20);
  });

  test('nothing without a clock, nothing beyond the horizon', () => {
    const endless = group(200, 5_000);
    const unclocked = group(0, 5_000, { due_hour: null, policy: null });
    expect(forecastBreaches([endless, unclocked], ten, options)).toEqual([]);
  });

  test('is what handing the mails out one by one gives, for any queue in order of deadlines', () => {
    const groups = fc.array(
      fc.record({ due: fc.integer({ min: 0, max: 60 }), count: fc.integer({ min: 1, max: 40 }) }),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(groups, fc.integer({ min: 0, max: 12 }), (list, pace) => {
        const mails = list.flatMap(({ due, count }) => Array.from({ length: count }, () => due)).sort((a, b) => a - b);
        let late = 0;
        mails.forEach((due, i) => {
          if ((due + 1) * pace < i + 1) late += 1;
        });
        const found = forecastBreaches(
          list.map(({ due, count }) => group(due, count)),
          (at_ms) => ((at_ms - NOW) / HOUR_MS) * pace,
          options,
        );
        expect(found.reduce((sum, { count }) => sum + count, 0)).toBe(late);
      }),
    );
  });

  test('the sentence speaks of the worst hour of each promise', () => {
    const breach = (hour: number, policy: string, count: number) => ({ at_ms: hour * HOUR_MS, policy, count });
    expect(summariseBreaches([breach(1, 'a', 5), breach(2, 'b', 9), breach(3, 'a', 7), breach(4, 'a', 1)])).toEqual([
      { policy: 'a', total: 13, peak_at_ms: 3 * HOUR_MS, peak_count: 7, last_at_ms: 4 * HOUR_MS },
      { policy: 'b', total: 9, peak_at_ms: 2 * HOUR_MS, peak_count: 9, last_at_ms: 2 * HOUR_MS },
    ]);
  });
});

describe('French words for instants and numbers', () => {
  const now = '2026-11-22T23:30:00+01:00';
  test.each([
    ['2026-11-22T23:59:00+01:00', 'aujourd’hui à 23 h 59'],
    ['2026-11-23T14:00:00+01:00', 'demain à 14 h 00'],
    ['2026-11-23T23:30:00Z', 'mardi 24 novembre à 0 h 30'],
  ])('%s is %s', (at, said) => {
    expect(momentText(at, now)).toBe(said);
  });

  test('a day, a count, a share, a delay', () => {
    expect(dayInWords('2026-12-01T12:00:00Z')).toBe('1er décembre 2026');
    expect(countText(575_874)).toBe('575\u202f874');
    expect([shareText(0.719), shareText(null)]).toEqual(['71,9\u00a0%', '–']);
    expect([hoursText(26.54), hoursText(null)]).toEqual(['26,5\u00a0h', '–']);
  });
});
