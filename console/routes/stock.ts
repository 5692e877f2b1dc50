import { z } from 'zod';
import { SYSTEM } from '../../store/database.ts';
import { AGE_DAYS, countAges, countPiles, PILES } from '../../store/piles.ts';
import type { App } from '../app.ts';
import type { ConsoleDeps } from '../deps.ts';
import { OVERSIGHT } from './roles.ts';

const count = z.int().min(0);
const stock = z.object({
  /** Null unless asked for: they cost more than the ages. */
  piles: z.record(z.enum(PILES), count).nullable(),
  /** Upper ends of the classes of age in days; one class more has none. */
  age_days: z.array(z.number()),
  queues: z.array(z.object({ queue: z.string(), label: z.string(), ages: z.array(count) })),
});
export type StockAnswer = z.infer<typeof stock>;
export type PileCounts = NonNullable<StockAnswer['piles']>;

/** What the stock is made of, by what to do about it and by age. Counts only; the lists have their own route. */
export function stockRoutes(app: App, deps: ConsoleDeps): void {
  app.get(
    '/api/stock',
    {
      config: { roles: OVERSIGHT },
      schema: {
        summary: 'Le stock par geste à faire (remerciements, copies, pièces seules, vagues…) et par ancienneté',
        tags: ['chiffres'],
        querystring: z.strictObject({ piles: z.stringbool().default(true) }),
        response: { 200: stock },
      },
    },
    async (request) => {
      const book = await deps.rulebook();
      const now = deps.clock();
      const { piles, ages } = await deps.store.read(SYSTEM, async (tx) => ({
        piles: request.query.piles ? await countPiles(tx, book, now) : null,
        ages: await countAges(tx, now),
      }));
      const labels = new Map(book.queues.map(({ id, label }) => [id, label]));
      return {
        piles,
        age_days: [...AGE_DAYS],
        queues: ages.map((row) => ({ ...row, ages: [...row.ages], label: labels.get(row.queue) ?? row.queue })),
      };
    },
  );
}
