import { parisDay } from '../domain/match/dates.ts';
import { daysAhead, waits } from '../domain/match/delays.ts';
import type { Word } from '../domain/match/words.ts';
import type { NamedHit } from './concepts.ts';

/** Names that {@link findTimes} gives. */
export const TIMES_MAX = 8;

/**
 * Days and delays a mail names, in the steps that the flags' definitions use (domain §3.5: an operation within ten days,
 * allowances unpaid for 30 or 45 days): numbers alone say nothing to a model of words.
 * @param from added to all positions
 * @param hits what is found is put behind what stands there
 */
export function findTimes(words: readonly Word[], received_at: string, from = 0, hits: NamedHit[] = []): NamedHit[] {
  const today = parisDay(received_at);
  for (const { days, first, last } of daysAhead(words, today)) {
    const name = days <= 2 ? 'in-2-days' : days <= 10 ? 'in-10-days' : days <= 31 ? 'in-a-month' : 'in-months';
    hits.push({ name, first: first + from, last: last + from });
  }
  for (const { days, first, last } of waits(words, today)) {
    const name = days < 14 ? 'since-days' : days < 30 ? 'since-weeks' : days < 45 ? 'since-30-days' : 'since-45-days';
    hits.push({ name, first: first + from, last: last + from });
  }
  return hits;
}
