import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { Histogram, type Registry } from 'prom-client';

const LIVE = '/api/live';
const NAME = 'aiguillage_http_request_seconds';

/**
 * One log line and one measure per request: route pattern, status, milliseconds, agent id. Never the URL itself, which
 * holds ids of conversations, nor a query (law 3).
 */
export function observeRequests(app: FastifyInstance, log: Logger, registry: Registry): void {
  const histogram =
    (registry.getSingleMetric(NAME) as Histogram<'method' | 'route' | 'status'> | undefined) ??
    new Histogram({
      name: NAME,
      help: 'Duration of HTTP requests by route pattern.',
      labelNames: ['method', 'route', 'status'],
      buckets: [0.005, 0.02, 0.1, 0.5, 2, 10],
      registers: [registry],
    });
  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'unknown';
    const ms = Math.round(reply.elapsedTime);
    // Methods nobody declared come from strangers, in any number: they must not make new series.
    const method = route === 'unknown' ? 'ANY' : request.method;
    // How long somebody listened is no measure of the server.
    if (route !== LIVE)
      histogram.observe({ method, route, status: String(reply.statusCode) }, reply.elapsedTime / 1000);
    log.info({ route, method, status: reply.statusCode, ms, agent: request.agent?.id }, 'request');
  });
}
