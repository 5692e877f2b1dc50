import { z } from 'zod';
import { SYSTEM } from '../../store/database.ts';
import { AGE_DAYS, countAges, countPiles, PILES } from '../../store/piles.ts';
import type { App } from '../app.ts';
import type { ConsoleDeps } from '../deps.ts';
import { OVERSIGHT } from './roles.ts';

const count = z.int().min(0);
const stock = z.object({
  piles: z.record(z.enum(PILES), count),
  /** Upper ends of the classes of age in days; one class more has none. */
  age_days: z.array(z.number()),
  queues: z.array(z.object({ queue: z.string(), label: z.string(), ages: z.array(count) })),
});
export type StockAnswer = z.infer<typeof stock>;

/** What the stock is made of, by what to do about it and by age. Counts only; the lists have their own route. */
export function stockRoutes(app: App, deps: ConsoleDeps): void {
  app.get(
    '/api/stock',
    {
      config: { roles: OVERSIGHT },
      schema: {
        summary: 'Le stock par geste à faire (remerciements, copies, pièces seules, vagues…) et par ancienneté',
        tags: ['chiffres'],
        response: { 200: stock },
      },
    },
    async () => {
      const book = await deps.rulebook();
      const now = deps.clock();
      const { piles, ages } = await deps.store.read(SYSTEM, async (tx) => ({
        piles: await countPiles(tx, book, now),
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
