import { z } from 'zod';
import { buildReport, refuseFuture, reportCsv } from '../../store/report.ts';
import type { App } from '../app.ts';
import type { ConsoleDeps } from '../deps.ts';
import { OVERSIGHT } from './roles.ts';
import { day } from './schemas.ts';

/** A year of events takes longer than a page. */
const REPORT_TIMEOUT_MS = 120_000;

const numbers = z.record(z.string(), z.unknown());

/** The published figure (law 6). */
export function reportRoutes(app: App, deps: ConsoleDeps): void {
  app.get(
    '/api/report',
    {
      config: { roles: OVERSIGHT },
      handlerTimeout: REPORT_TIMEOUT_MS,
      schema: {
        summary: 'Chiffres traités et répondus, du premier au dernier jour inclus',
        tags: ['chiffres'],
        querystring: z.strictObject({
          from: day,
          to: day,
          by: z.enum(['motif', 'queue', 'pool', 'mailbox']).optional(),
          clock: z.enum(['elapsed', 'working']).default('elapsed'),
          as_of: z.iso.datetime({ offset: true }).optional(),
          known: z.enum(['then', 'now']).default('now'),
          format: z.enum(['json', 'csv']).default('json'),
        }),
        response: { 200: z.union([numbers, z.string()]) },
      },
    },
    async (request, reply) => {
      const { format, ...options } = request.query;
      refuseFuture(options.as_of, deps.clock());
      const report = await buildReport(deps.store, options, deps.clock());
      if (format === 'json') return { ...report };
      return reply
        .type('text/csv; charset=utf-8')
        .header('content-disposition', 'attachment; filename="chiffres.csv"')
        .serializer((csv: string) => csv)
        .send(reportCsv(report));
    },
  );
}
