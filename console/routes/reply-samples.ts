import { z } from 'zod';
import { actorOf } from '../../store/agents.ts';
import { judgeReply, listReplySamples } from '../../store/reply-samples.ts';
import { act } from '../actions/context.ts';
import { requireReader } from '../actions/reply-reading.ts';
import type { App } from '../app.ts';
import { agentOf } from '../auth/guard.ts';
import type { ConsoleDeps } from '../deps.ts';
import { verdict } from './overflow-schema.ts';
import { REVIEWERS } from './roles.ts';
import { id, idParams, instant, iso } from './schemas.ts';

const LIST_MAX = 200;
const sample = z.object({
  message: id,
  conversation: id,
  ref: z.string(),
  queue: z.string(),
  motif: z.string().nullable(),
  answered_at: instant,
});
export type ReplySampleView = z.infer<typeof sample>;
const TAGS = ['relectures'];

/** Replies drawn by lot and read after they left: no name, no ranking. What was found is on the page Qualité, by team. */
export function replySampleRoutes(app: App, deps: ConsoleDeps): void {
  app.get(
    '/api/reply-samples',
    {
      config: { roles: REVIEWERS },
      schema: {
        summary: 'Lister les réponses tirées au sort, à relire après leur envoi',
        description: 'Sans nom ; jamais les siennes.',
        tags: TAGS,
        response: { 200: z.object({ samples: z.array(sample) }) },
      },
    },
    async (request) => {
      const agent = agentOf(request);
      const rows = await deps.store.read(actorOf(agent), (tx) => listReplySamples(tx, agent, LIST_MAX));
      return { samples: rows.map(({ answered_at, ...row }) => ({ ...row, answered_at: iso(answered_at) })) };
    },
  );

  app.post(
    '/api/reply-samples/:id',
    {
      config: { roles: REVIEWERS },
      schema: {
        summary: 'Noter ce que la relecture d’une réponse a trouvé',
        tags: TAGS,
        params: idParams,
        body: z.strictObject({ verdict }),
        response: { 204: z.undefined() },
      },
    },
    async (request, reply) => {
      await act(deps, agentOf(request), async (context) => {
        requireReader(context);
        await judgeReply(context.tx, context.agent, request.params.id, request.body.verdict, context.now);
      });
      return reply.code(204).send();
    },
  );
}
