import { z } from 'zod';
import { dayOf, dayText, HOUR_MS, PARIS } from '../../domain/days.ts';
import { cutsAt, DEFAULT_ORDER, stockShare } from '../../domain/order.ts';
import { SYSTEM } from '../../store/database.ts';
import { buildReport } from '../../store/report.ts';
import { countWork, readP1Outlook } from '../../store/work-figures.ts';
import type { App } from '../app.ts';
import type { ConsoleDeps } from '../deps.ts';
import { OVERSIGHT } from './roles.ts';

const REPORT_TIMEOUT_MS = 120_000;
const DAYS_MAX = 92;

const count = z.int().min(0);
const queue = z.object({
  queue: z.string(),
  label: z.string(),
  waiting: z.object({ p0: count, p1: count, legal: count, aged: count, stock: count, flux: count, unclocked: count }),
  stock_share: z.number(),
  /** Today, while both sides waited. */
  taken: z.object({ stock: count, flux: count }),
  // The three that are only ever shown together. Share and p90 of the last days, the age of what waits now.
  share: z.number().nullable(),
  p90_hours: z.number().nullable(),
  oldest_hours: z.number().nullable(),
});

/** The order of work as it is declared, what waits in it, and what came of it: share, p90 and oldest age together. */
export function orderRoutes(app: App, deps: ConsoleDeps): void {
  app.get(
    '/api/order',
    {
      config: { roles: OVERSIGHT },
      handlerTimeout: REPORT_TIMEOUT_MS,
      schema: {
        summary: 'Ordre du travail : politique, attente par catégorie, et part, p90 et âge du plus ancien, ensemble',
        tags: ['chiffres'],
        querystring: z.strictObject({
          days: z.coerce.number().int().min(1).max(DAYS_MAX).default(7),
          clock: z.enum(['elapsed', 'working']).default('elapsed'),
        }),
        response: {
          200: z.object({
            legal_days: z.number(),
            stock_share: z.number(),
            age_max_hours: z.number(),
            from: z.string(),
            to: z.string(),
            clock: z.enum(['elapsed', 'working']),
            queues: z.array(queue),
            /** P1 expected against the Middle Office's day; null where there is none. */
            p1: z
              .object({
                backlog: count,
                capacity_left: z.number(),
                expected: z.number(),
                short_by: z.number(),
                full: z.boolean(),
              })
              .nullable(),
          }),
        },
      },
    },
    async (request) => {
      const { days, clock } = request.query;
      const now = deps.clock();
      const book = await deps.rulebook();
      const order = book.order ?? DEFAULT_ORDER;
      const today = dayOf(now.getTime(), PARIS);
      const window = { from: dayText(today - days + 1), to: dayText(today) };
      const report = await buildReport(deps.store, { ...window, by: 'queue', clock }, now);
      const { work, p1 } = await deps.store.read(SYSTEM, async (tx) => ({
        work: await countWork(tx, cutsAt(order, now)),
        p1: await readP1Outlook(tx, book, now),
      }));
      const names = new Set([
        ...work.map((row) => row.queue),
        ...(report.groups ?? []).flatMap(({ key }) => (key === null ? [] : [key])),
      ]);
      return {
        legal_days: order.legal_days,
        stock_share: order.stock_share,
        age_max_hours: order.age_max_hours,
        ...window,
        clock,
        queues: [...names].sort().map((name) => {
          const row = work.find((one) => one.queue === name);
          const figure = report.groups?.find(({ key }) => key === name);
          const { p0 = 0, p1: urgent = 0, legal = 0, aged = 0, stock = 0, flux = 0, unclocked = 0 } = row ?? {};
          const since = row?.oldest_since ?? null;
          return {
            queue: name,
            label: book.queues.find(({ id }) => id === name)?.label ?? name,
            waiting: { p0, p1: urgent, legal, aged, stock, flux, unclocked },
            stock_share: stockShare(order, name),
            taken: { stock: row?.stock_taken ?? 0, flux: row?.flux_taken ?? 0 },
            share: figure?.share ?? null,
            p90_hours: figure?.p90_hours ?? null,
            oldest_hours: since === null ? null : Math.round(((now.getTime() - since.getTime()) / HOUR_MS) * 10) / 10,
          };
        }),
        p1: p1 ?? null,
      };
    },
  );
}
