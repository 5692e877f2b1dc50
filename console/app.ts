import { randomUUID } from 'node:crypto';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import cookie from '@fastify/cookie';
import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import Fastify, { type FastifyBaseLogger, type FastifyInstance } from 'fastify';
import {
  createJsonSchemaTransform,
  serializerCompiler,
  validatorCompiler,
  type ZodTypeProvider,
} from 'fastify-type-provider-zod';
import { SIGNATURE_HEADERS } from '../mail/portal-signature.ts';
import { guard } from './auth/guard.ts';
import type { ConsoleDeps } from './deps.ts';
import { handleErrors } from './errors.ts';
import { DOCS_CSP, secureHeaders } from './headers.ts';
import { observeRequests } from './observe.ts';
import { routes } from './routes/index.ts';

/** A reply of 100,000 characters, twice over for JSON's escapes. */
const BODY_BYTES_MAX = 256 * 1024;
const REQUEST_TIMEOUT_MS = 30_000;
const HANDLER_TIMEOUT_MS = 30_000;
const PARAM_CHARS_MAX = 200;

/** The application as the route files see it: schemas are zod, types follow from them. */
export type App = FastifyInstance<Server, IncomingMessage, ServerResponse, FastifyBaseLogger, ZodTypeProvider>;

/**
 * Wires the desk API; never listens. `await app.ready()`, then `app.listen()` (main.ts) or `app.inject()` (tests).
 * @throws Error at ready() when a route declares no roles
 */
export function buildApp(deps: ConsoleDeps): FastifyInstance {
  const proxies = deps.sign_in?.trusted_proxies ?? [];
  const app = Fastify({
    // Fastify's own lines hold the URL and the remote address; observe.ts writes ours.
    logger: false,
    // Whoever else writes X-Forwarded-For is not believed: failed sign-ins are counted by address.
    trustProxy: proxies.length === 0 ? false : [...proxies],
    bodyLimit: BODY_BYTES_MAX,
    requestTimeout: REQUEST_TIMEOUT_MS,
    handlerTimeout: HANDLER_TIMEOUT_MS,
    exposeHeadRoutes: false,
    routerOptions: { maxParamLength: PARAM_CHARS_MAX },
    genReqId: () => randomUUID(),
    requestIdHeader: false,
    onProtoPoisoning: 'error',
    onConstructorPoisoning: 'error',
  });
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  secureHeaders(app, deps.public_url);
  observeRequests(app, deps.log, deps.metrics);
  handleErrors(app, deps.log);
  // On the root, before any route: whatever is registered later, in whatever plugin, stands behind it.
  guard(app, deps);
  void app.register(cookie, { hook: 'onRequest' });
  void app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Aiguillage',
        version: deps.version,
        description: 'API du bureau : prendre, lire, répondre, transférer, clore ; files, échéances et chiffres.',
      },
      components: {
        securitySchemes: {
          session: { type: 'apiKey', in: 'cookie', name: 'aiguillage_session' },
          csrf: { type: 'apiKey', in: 'header', name: 'x-csrf-token' },
          botKey: { type: 'apiKey', in: 'header', name: SIGNATURE_HEADERS.key },
          botTimestamp: { type: 'apiKey', in: 'header', name: SIGNATURE_HEADERS.timestamp },
          botNonce: { type: 'apiKey', in: 'header', name: SIGNATURE_HEADERS.nonce },
          botSignature: {
            type: 'apiKey',
            in: 'header',
            name: SIGNATURE_HEADERS.signature,
            description: 'v1=HMAC-SHA256 hexadécimal ; ce qui est signé : docs/bot.md',
          },
        },
      },
      security: [{ session: [], csrf: [] }],
    },
    transform: createJsonSchemaTransform({ skipList: [] }),
  });
  void app.register(swaggerUi, { routePrefix: '/docs', staticCSP: DOCS_CSP });
  // In a plugin: the OpenAPI description only sees routes that come after swagger has loaded.
  void app.register(async (inner) => routes(inner.withTypeProvider<ZodTypeProvider>() as unknown as App, deps));
  return app;
}
