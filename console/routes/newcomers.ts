import { z } from 'zod';
import { replyReadingOf } from '../../domain/reply-reading.ts';
import { actorOf } from '../../store/agents.ts';
import { listNewcomers, setNewcomer } from '../../store/reply-desk.ts';
import { act } from '../actions/context.ts';
import type { App } from '../app.ts';
import { agentOf } from '../auth/guard.ts';
import type { ConsoleDeps } from '../deps.ts';
import { id, idParams } from './schemas.ts';

const person = z.object({ id, display_name: z.string(), newcomer: z.boolean() });
export type NewcomerView = z.infer<typeof person>;

/** Who is a newcomer: their replies are read before they are sent, until enough went as they were written. */
export function newcomerRoutes(app: App, deps: ConsoleDeps): void {
  app.get(
    '/api/newcomers',
    {
      config: { roles: ['referent', 'supervisor', 'administrator'] },
      schema: {
        summary: 'Voir de qui les réponses sont relues avant l’envoi',
        tags: ['relectures'],
        response: { 200: z.object({ replies: z.int(), people: z.array(person) }) },
      },
    },
    async (request) => {
      const people = await deps.store.read(actorOf(agentOf(request)), (tx) => listNewcomers(tx));
      return { replies: replyReadingOf(await deps.rulebook()).newcomer_replies, people };
    },
  );

  app.post(
    '/api/newcomers/:id',
    {
      config: { roles: ['supervisor', 'administrator'] },
      schema: {
        summary: 'Faire relire les réponses d’une personne avant l’envoi, ou y mettre fin',
        description: 'Prend fin tout seul, après autant de réponses parties telles quelles que le disent les règles.',
        tags: ['relectures'],
        params: idParams,
        body: z.strictObject({ newcomer: z.boolean() }),
        response: { 204: z.undefined() },
      },
    },
    async (request, reply) => {
      await act(deps, agentOf(request), ({ tx, agent, book, now }) => {
        const replies_to_read = request.body.newcomer ? replyReadingOf(book).newcomer_replies : 0;
        return setNewcomer(tx, agent, request.params.id, replies_to_read, now);
      });
      return reply.code(204).send();
    },
  );
}
