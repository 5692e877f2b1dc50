import { z } from 'zod';
import { BREAKDOWNS } from '../../domain/figure.ts';
import { DEFAULT_FIGURE } from '../../domain/figure-terms.ts';
import { reportCsv } from '../../domain/report-csv.ts';
import { weeklyHtml } from '../../domain/weekly/html.ts';
import { noteExport } from '../../store/audit-asked.ts';
import { SYSTEM } from '../../store/database.ts';
import { declareOrganisation } from '../../store/figure-organisation.ts';
import { tellFigure } from '../../store/figure-told.ts';
import { teamsToShow } from '../../store/team-people.ts';
import { readOutlook } from '../../store/outlook.ts';
import { buildReport, refuseFuture } from '../../store/report.ts';
import { listToReread } from '../../store/second-reading.ts';
import { buildWeekly } from '../../store/weekly.ts';
import type { App } from '../app.ts';
import { agentOf } from '../auth/guard.ts';
import type { ConsoleDeps } from '../deps.ts';
import { outlook, reread } from './report-schema.ts';
import { OVERSIGHT, REVIEWERS } from './roles.ts';
import { day, iso, isoOrNull } from './schemas.ts';

/** Telling a long history for the first time takes longer than a page. */
const REPORT_TIMEOUT_MS = 120_000;

const numbers = z.record(z.string(), z.unknown());

/** The published figure (law 6), what is about to happen, the weekly report, and the replies to read again. */
export function reportRoutes(app: App, deps: ConsoleDeps): void {
  /** Whoever shows a figure shows the reference lines and regime markers of figure.yaml beside it. */
  const marksOf = async () => {
    const { references, regimes, target } = (await deps.rulebook()).figure ?? DEFAULT_FIGURE;
    return { references, regimes, ...(target === undefined ? {} : { target }) };
  };
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
          by: z.enum(BREAKDOWNS).optional(),
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
      if (options.by === 'team' || options.by === 'caisse')
        await declareOrganisation(deps.store, await deps.rulebook(), deps.clock());
      const book = await deps.rulebook();
      const teams = options.by === 'team' ? await deps.store.read(SYSTEM, (tx) => teamsToShow(tx, book)) : undefined;
      const report = await buildReport(deps.store, { ...options, teams }, deps.clock());
      if (format === 'json') return { ...report, ...(await marksOf()) };
      await noteExport(deps.store, agentOf(request), 'report', { ...options }, deps.clock());
      return reply
        .type('text/csv; charset=utf-8')
        .header('content-disposition', 'attachment; filename="chiffres.csv"')
        .serializer((csv: string) => csv)
        .send(reportCsv(report));
    },
  );

  app.get(
    '/api/report/forecast',
    {
      config: { roles: OVERSIGHT },
      schema: {
        summary: 'Dépassements à venir par file, alertes par délai, délais fixés par la loi, obligations',
        tags: ['chiffres'],
        response: { 200: outlook },
      },
    },
    async () => {
      const { at, queues, sentences, policies, legal, duties } = await readOutlook(
        deps.store,
        await deps.rulebook(),
        deps.clock(),
      );
      return {
        at: iso(at),
        sentences: [...sentences],
        queues: queues.map(({ breaches, sentences: own, ...queue }) => ({
          ...queue,
          sentences: [...own],
          breaches: breaches.map(({ at_ms, ...breach }) => ({ at: iso(new Date(at_ms)), ...breach })),
        })),
        policies: policies.map((each) => ({ ...each, next_due_at: isoOrNull(each.next_due_at) })),
        legal: legal.map((each) => ({ ...each, next_at: isoOrNull(each.next_at) })),
        duties,
      };
    },
  );

  app.get(
    '/api/report/weekly',
    {
      config: { roles: OVERSIGHT },
      handlerTimeout: REPORT_TIMEOUT_MS,
      schema: {
        summary: 'Rapport des sept jours qui finissent un jour donné, en page à imprimer ou en JSON',
        tags: ['chiffres'],
        querystring: z.strictObject({ to: day, format: z.enum(['html', 'json']).default('html') }),
        response: { 200: z.union([numbers, z.string()]) },
      },
    },
    async (request, reply) => {
      const { to, format } = request.query;
      const week = await buildWeekly(deps.store, await deps.rulebook(), to, deps.clock());
      if (format === 'json') return { ...week };
      await noteExport(deps.store, agentOf(request), 'report.weekly', { to }, deps.clock());
      return reply
        .type('text/html; charset=utf-8')
        .header('content-disposition', `attachment; filename="semaine-${to}.html"`)
        .serializer((html: string) => html)
        .send(weeklyHtml(week));
    },
  );

  app.get(
    '/api/report/second-reading',
    {
      config: { roles: REVIEWERS },
      schema: {
        summary: 'Réponses courtes ou rapides, et retours de l’assuré, à relire ; sans nom',
        tags: ['chiffres'],
        querystring: z.strictObject({ from: day, to: day }),
        response: { 200: z.object({ replies: z.array(reread) }) },
      },
    },
    async (request) => {
      const { from, to } = request.query;
      const { second_reading } = (await deps.rulebook()).figure ?? DEFAULT_FIGURE;
      await tellFigure(deps.store);
      const rows = await deps.store.read(SYSTEM, (tx) => listToReread(tx, second_reading, from, to));
      return { replies: rows.map((row) => ({ ...row, at: iso(row.at) })) };
    },
  );
}
