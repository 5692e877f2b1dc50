import { z } from 'zod';
import { actorOf } from '../../store/agents.ts';
import { readBotReport } from '../../store/bot-report.ts';
import { appendAudit } from '../../store/events.ts';
import type { App } from '../app.ts';
import { agentOf } from '../auth/guard.ts';
import type { ConsoleDeps } from '../deps.ts';
import { OVERSIGHT, REVIEWERS } from './roles.ts';
import { day, name } from './schemas.ts';

const REPORT_TIMEOUT_MS = 120_000;
const QUOTES_MAX = 200;
const count = z.int().min(0);
const share = z.number().nullable();
const motif = z.string().nullable();

const answer = z.object({
  from: day,
  to: day,
  talks: count,
  contained: count,
  contained_share: share,
  still_open: count,
  offered: count,
  declined: count,
  offered_accepted: count,
  offered_accepted_share: share,
  accepted: z.object({ member: count, asked: count, flag: count, motif: count }),
  handed_over: count,
  answered: count,
  median_hours_to_human: z.number().nullable(),
  p90_hours_to_human: z.number().nullable(),
  failed_requests: count,
  failed_by_motif: z.array(z.object({ motif, failed: count, causes: z.record(z.string(), count) })),
  said_when_failed: z.array(
    z.object({ at: z.iso.datetime(), motif, cause: z.string(), asked: z.string(), then: z.string().nullable() }),
  ),
});

/** What the bot does for people and where it fails them. */
export function botReportRoutes(app: App, deps: ConsoleDeps): void {
  app.get(
    '/api/bot/report',
    {
      config: { roles: OVERSIGHT },
      handlerTimeout: REPORT_TIMEOUT_MS,
      schema: {
        summary: 'L’assistant : échanges sans conseiller, demandes sans réponse par motif, offres et acceptations',
        description:
          'Échanges commencés du premier au dernier jour inclus. Ce que les assurés ont écrit quand l’assistant n’a pas su répondre, numéros masqués, n’est montré qu’aux référents et superviseurs.',
        tags: ['chiffres'],
        querystring: z.strictObject({ from: day, to: day, portal: name.optional() }),
        response: { 200: answer },
      },
    },
    async (request) => {
      const agent = agentOf(request);
      const quotes_max = REVIEWERS.includes(agent.role) ? QUOTES_MAX : 0;
      const { from, to, portal } = request.query;
      if (quotes_max > 0) {
        await deps.store.write(actorOf(agent), (tx) =>
          appendAudit(tx, actorOf(agent), deps.clock(), 'bot.words_read', portal ?? '-', { from, to }),
        );
      }
      const report = await readBotReport(deps.store, { ...request.query, quotes_max });
      return {
        ...report,
        failed_by_motif: report.failed_by_motif.map((row) => ({ ...row, causes: { ...row.causes } })),
        said_when_failed: [...report.said_when_failed],
      };
    },
  );
}
