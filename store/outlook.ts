import type { Rulebook } from '../domain/rulebook.ts';
import { forecastQueues, promiseText, type QueueForecast } from './breach-forecast.ts';
import { SYSTEM, type Store } from './database.ts';
import { readDuties, watchLegal, watchPolicies, type Duties, type LegalWatch, type PolicyWatch } from './duties.ts';

/** What is about to happen: `report forecast`, `GET /api/report/forecast`, metrics and the weekly report. */
export interface Outlook {
  readonly at: Date;
  readonly queues: readonly QueueForecast[];
  /** Every sentence of the queues, most breaches first; what a supervisor reads. */
  readonly sentences: readonly string[];
  readonly policies: readonly (PolicyWatch & { readonly promise: string })[];
  readonly legal: readonly LegalWatch[];
  readonly duties: Duties;
}

/** Breach forecast by queue, warnings by promise, legal delays by motif, and duties. Counts only, nobody's name. */
export async function readOutlook(store: Store, book: Rulebook, now: Date): Promise<Outlook> {
  return store.read(SYSTEM, async (tx) => {
    const queues = await forecastQueues(tx, book, now);
    const policies = await watchPolicies(tx, now);
    return {
      at: now,
      queues,
      sentences: queues.flatMap(({ sentences }) => sentences),
      policies: policies.map((each) => ({ ...each, promise: promiseText(book, each.policy) })),
      legal: await watchLegal(tx, book, now),
      duties: await readDuties(tx, book, now),
    };
  });
}
