import { z } from 'zod';
import { JOIN_REASONS } from '../../domain/joining.ts';
import { act } from '../actions/context.ts';
import { joinOther, splitOff, unjoin } from '../actions/joining.ts';
import type { App } from '../app.ts';
import { agentOf } from '../auth/guard.ts';
import type { ConsoleDeps } from '../deps.ts';
import { OWN_STAFF } from './roles.ts';
import { id, idParams } from './schemas.ts';

/** Joining repeat contacts of one person, taking that back, and taking a message out as a matter of its own. */
export function joiningRoutes(app: App, deps: ConsoleDeps): void {
  app.post(
    '/api/conversations/:id/join',
    {
      config: { roles: OWN_STAFF },
      schema: {
        summary: 'Joindre une autre conversation de la même personne à celle-ci',
        description:
          'Chaque demande garde son délai, et une réponse vaut pour toutes. Avec deux adresses, un référent ou un superviseur dit pourquoi c’est la même personne.',
        tags: ['conversations'],
        params: idParams,
        body: z.strictObject({
          /** Its id, or its reference. */
          other: z.string().trim().min(4).max(60),
          reason: z.enum(JOIN_REASONS).optional(),
        }),
        response: { 200: z.object({ ref: z.string() }) },
      },
    },
    async (request) => act(deps, agentOf(request), (context) => joinOther(context, request.params.id, request.body)),
  );

  app.post(
    '/api/conversations/:id/separate',
    {
      config: { roles: OWN_STAFF },
      schema: {
        summary: 'Séparer une conversation qui avait été jointe à celle-ci',
        tags: ['conversations'],
        params: idParams,
        body: z.strictObject({ other: id }),
        response: { 204: z.undefined() },
      },
    },
    async (request, reply) => {
      await act(deps, agentOf(request), (context) => unjoin(context, request.params.id, request.body.other));
      return reply.code(204).send();
    },
  );

  app.post(
    '/api/conversations/:id/split',
    {
      config: { roles: OWN_STAFF },
      schema: {
        summary: 'Détacher un message en une conversation à part, triée de nouveau',
        description: 'Sa demande le suit, avec son délai.',
        tags: ['conversations'],
        params: idParams,
        body: z.strictObject({ message: id }),
        response: { 200: z.object({ id, ref: z.string(), queue: z.string() }) },
      },
    },
    async (request) =>
      act(deps, agentOf(request), (context) => splitOff(context, request.params.id, request.body.message)),
  );
}
