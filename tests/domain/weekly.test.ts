import { expect, test } from '@jest/globals';
import { noCounts, numbersOf, type FigureNumbers } from '../../domain/tally.ts';
import type { WeeklyReport } from '../../domain/weekly/data.ts';
import { weeklySentences } from '../../domain/weekly/sentences.ts';

const numbers = (received: number, share: number | null): FigureNumbers => ({
  ...numbersOf(noCounts(), { median: null, p90: null, oldest_open: null }),
  received,
  share,
});
const NO_REVIEWS = {
  proposed: 0,
  approved: 0,
  returned: 0,
  remotived: 0,
  timed_out: 0,
  avoided: 0,
  replaced_by_task: 0,
  refused: 0,
};

/** The first two sentences of a week of 40 requests, 97.5 % of them in time. */
function told(before: FigureNumbers): string[] {
  const week = numbers(40, 0.975);
  const report = {
    ...{ from: '2026-11-16', to: '2026-11-22', as_of: '2026-11-23T08:00:00Z', elapsed: week, working: week },
    ...{ before: { elapsed: before, working: before }, repeats: before, reviews: NO_REVIEWS },
    ...{ days: [], references: [], regimes: [], motifs: [], queues: [], pools: [], ages: [], forecast: [] },
    bot: { talks: 0, handed_over: 0 },
  };
  return weeklySentences(report as unknown as WeeklyReport).slice(0, 2);
}

test.each([
  ['a week of as many', numbers(20, 0.9), /, 100\u00a0% de plus que/, /, 7,5 points de plus que/],
  ['a week of one request says no shares', numbers(1, 0), /, contre 1 la semaine d’avant\.$/, /heures réelles, et/],
  ['a week of none', numbers(0, null), /40 demandes sont arrivées\.$/, /heures réelles, et/],
])('%s is compared with as it deserves', (_, before, arrived, in_time) => {
  const [first, second] = told(before);
  expect(first).toMatch(arrived);
  expect(second).toMatch(in_time);
});
