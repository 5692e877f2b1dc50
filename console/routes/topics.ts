import { z } from 'zod';
import { readTopics, TOPIC_DAYS_MAX } from '../../store/topics.ts';
import type { App } from '../app.ts';
import type { ConsoleDeps } from '../deps.ts';

/** Words of a month of mail take longer than a page. */
const TOPICS_TIMEOUT_MS = 120_000;

const count = z.int().min(0);
const answer = z.object({
  from: z.iso.datetime(),
  to: z.iso.datetime(),
  days: z.int(),
  mails: count,
  mails_before: count,
  unsure: count,
  unsure_before: count,
  read_share: z.number(),
  topics: z.array(
    z.object({
      terms: z.array(z.string()),
      now: count,
      before: count,
      people: count,
      people_before: count,
      examples: z.array(z.string()),
      chance: z.number(),
    }),
  ),
  rising: z.array(z.object({ term: z.string(), people: count, people_before: z.number(), rise: z.number() })),
});

/** Emerging topics, for those who name provisional motifs: words many people wrote, never a text nor a name. */
export function topicRoutes(app: App, deps: ConsoleDeps): void {
  app.get(
    '/api/topics',
    {
      config: { roles: ['supervisor'] },
      handlerTimeout: TOPICS_TIMEOUT_MS,
      schema: {
        summary: 'Sujets émergents : ce dont on écrit davantage, sans motif sûr',
        tags: ['chiffres'],
        querystring: z.strictObject({ days: z.coerce.number().int().min(1).max(TOPIC_DAYS_MAX).default(14) }),
        response: { 200: answer },
      },
    },
    async (request) => {
      const { motif_min } = (await deps.rulebook()).thresholds;
      const report = await readTopics(deps.store, { days: request.query.days, motif_min }, deps.clock());
      return {
        ...report,
        topics: report.topics.map((topic) => ({ ...topic, terms: [...topic.terms], examples: [...topic.examples] })),
        rising: [...report.rising],
      };
    },
  );
}
