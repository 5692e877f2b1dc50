import { z } from 'zod';
import { ROLES } from '../../store/agents.ts';
import type { App } from '../app.ts';
import { agentOf } from '../auth/guard.ts';
import { hashToken, SESSION_COOKIE } from '../auth/tokens.ts';
import type { ConsoleDeps } from '../deps.ts';
import { createLiveHub } from '../live/hub.ts';

/** A page learns within this what another process did; what this process did it learns at once. */
const POLL_MS = 700;

/** What changed, as it changes: ids and counts, each within the sight of who listens. */
export function liveRoutes(app: App, deps: ConsoleDeps): void {
  const hub = createLiveHub({ store: deps.store, clock: deps.clock, log: deps.log, poll_ms: POLL_MS });
  // Before the server waits for its connections to end: these would never end by themselves.
  app.addHook('preClose', async () => hub.close());
  app.addHook('onResponse', async (request) => {
    if (request.method !== 'GET') hub.kick();
  });

  app.get(
    '/api/live',
    {
      config: { roles: ROLES },
      schema: {
        summary: 'Suivre ce qui change (text/event-stream) : identifiants et comptes, dans la limite de sa vue',
        description:
          'Événements : hello (comptes par file), change ({conversations, queues, kinds}), resync (tout relire). ' +
          'Une connexion rompue se reprend avec Last-Event-ID. Quatre flux par session au plus.',
        tags: ['files'],
        querystring: z.strictObject({
          /** Say the counts and end, for a page behind a proxy that holds streams back. */
          once: z.stringbool().default(false),
        }),
      },
    },
    async (request, reply) => {
      const session = { hash: hashToken(request.cookies[SESSION_COOKIE]!), agent: agentOf(request) };
      const given = Number(request.headers['last-event-id'] ?? NaN);
      const readable = await hub.open(session, {
        last_id: Number.isSafeInteger(given) ? given : undefined,
        once: request.query.once,
      });
      // Closed with the stream: a connection kept for later would hold up the end of the service.
      reply.headers({ 'x-accel-buffering': 'no', connection: 'close' });
      return reply.type('text/event-stream; charset=utf-8').send(readable);
    },
  );
}
