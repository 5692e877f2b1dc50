import { parisDay } from '../domain/match/dates.ts';
import { daysAhead, waits } from '../domain/match/delays.ts';
import type { Word } from '../domain/match/words.ts';
import type { NamedHit } from './concepts.ts';

/**
 * Days and delays a mail names, in the steps that the flags' definitions use (domain §3.5: an operation within ten days,
 * allowances unpaid for 30 or 45 days): numbers alone say nothing to a model of words.
 */
export function findTimes(words: readonly Word[], received_at: string): NamedHit[] {
  const today = parisDay(received_at);
  return [
    ...daysAhead(words, today).map(({ days, first, last }) => ({
      name: days <= 2 ? 'in-2-days' : days <= 10 ? 'in-10-days' : days <= 31 ? 'in-a-month' : 'in-months',
      first,
      last,
    })),
    ...waits(words, today).map(({ days, first, last }) => ({
      name: days < 14 ? 'since-days' : days < 30 ? 'since-weeks' : days < 45 ? 'since-30-days' : 'since-45-days',
      first,
      last,
    })),
  ];
}
