import { z } from 'zod';
import { AiguillageError } from '../../domain/errors.ts';
import type { App } from '../app.ts';
import { sameToken } from '../auth/tokens.ts';
import type { ConsoleDeps } from '../deps.ts';

const check = z.object({ name: z.string(), ok: z.boolean(), detail: z.string().optional() });

/** For orchestrators and monitoring; no session, and nothing in it about anybody's mail. */
export function healthRoutes(app: App, deps: ConsoleDeps): void {
  app.get(
    '/healthz',
    {
      config: { roles: 'public' },
      schema: {
        summary: 'Le processus répond',
        tags: ['exploitation'],
        security: [],
        response: { 200: z.object({ status: z.literal('ok'), version: z.string() }) },
      },
    },
    async () => ({ status: 'ok' as const, version: deps.version }),
  );

  const ready = z.object({ status: z.enum(['ready', 'not-ready']), checks: z.array(check) });
  app.get(
    '/readyz',
    {
      config: { roles: 'public' },
      schema: {
        summary: 'Le service est utile : base, retard des boîtes, plus ancien message non trié',
        tags: ['exploitation'],
        security: [],
        response: { 200: ready, 503: ready },
      },
    },
    async (_request, reply) => {
      const checks = (await deps.health()).map(({ name, ok, detail }) => ({
        name,
        ok,
        ...(detail === undefined ? {} : { detail }),
      }));
      const fine = checks.every(({ ok }) => ok);
      return reply.code(fine ? 200 : 503).send({ status: fine ? 'ready' : 'not-ready', checks });
    },
  );

  app.get(
    '/metrics',
    {
      config: { roles: 'public' },
      schema: { summary: 'Mesures au format Prometheus', tags: ['exploitation'], security: [] },
    },
    async (request, reply) => {
      const { metrics } = deps.secrets;
      const given = request.headers.authorization ?? '';
      if (metrics !== undefined && !sameToken(given, `Bearer ${metrics}`)) throw new AiguillageError('AUTH_REQUIRED');
      await deps.beforeScrape?.();
      return reply.type(deps.metrics.contentType).send(await deps.metrics.metrics());
    },
  );
}
