import { z } from 'zod';
import { dayStart, PARIS, parseDay } from '../../domain/days.ts';
import { qualityCsv } from '../../domain/quality-csv.ts';
import { qualityOf } from '../../domain/quality.ts';
import { noteExport } from '../../store/audit-asked.ts';
import { SYSTEM } from '../../store/database.ts';
import { tellFigure } from '../../store/figure-told.ts';
import { countQuality } from '../../store/quality.ts';
import { reviewFigures } from '../../store/review-desk.ts';
import type { App } from '../app.ts';
import { agentOf } from '../auth/guard.ts';
import type { ConsoleDeps } from '../deps.ts';
import { Refusal } from '../errors.ts';
import { quality } from './quality-schema.ts';
import { REVIEWERS } from './roles.ts';
import { day } from './schemas.ts';

/** Telling a long history for the first time takes longer than a page. */
const QUALITY_TIMEOUT_MS = 120_000;
const DAYS_MAX = 400;
/** Reviews are followed event by event: of more days the export leaves them out. */
const REVIEW_DAYS_MAX = 92;

/** How good the machine's word and our answers are: motifs, levels, marks, repeat contacts, second readings. No name. */
export function qualityRoutes(app: App, deps: ConsoleDeps): void {
  app.get(
    '/api/quality',
    {
      config: { roles: [...REVIEWERS, 'auditor'] },
      handlerTimeout: QUALITY_TIMEOUT_MS,
      schema: {
        summary: 'Motifs corrigés, hésitations, niveaux, signalements, réitérations et relectures d’une période',
        tags: ['chiffres'],
        querystring: z.strictObject({ from: day, to: day, format: z.enum(['json', 'csv']).default('json') }),
        response: { 200: z.union([quality, z.string()]) },
      },
    },
    async (request, reply) => {
      const { from, to, format } = request.query;
      const [first, last] = [parseDay(from), parseDay(to)];
      if (last < first || last - first >= DAYS_MAX)
        throw new Refusal('BAD_INPUT', `Choisissez une période de 1 à ${DAYS_MAX} jours, le premier jour d’abord.`);
      const window = [new Date(dayStart(first, PARIS)), new Date(dayStart(last + 1, PARIS))] as const;
      const book = await deps.rulebook();
      await tellFigure(deps.store);
      const counts = await deps.store.read(SYSTEM, (tx) => countQuality(tx, ...window, deps.clock()));
      const answer = qualityOf(counts, book);
      if (format === 'json') return answer;
      await noteExport(deps.store, agentOf(request), 'quality', { from, to }, deps.clock());
      const transfers = last - first < REVIEW_DAYS_MAX ? await reviewFigures(deps.store, book, ...window) : undefined;
      return reply
        .type('text/csv; charset=utf-8')
        .header('content-disposition', 'attachment; filename="qualite.csv"')
        .serializer((csv: string) => csv)
        .send(qualityCsv({ from, to }, answer, transfers));
    },
  );
}
