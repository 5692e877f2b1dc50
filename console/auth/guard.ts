import type { FastifyInstance, FastifyRequest } from 'fastify';
import { AiguillageError } from '../../domain/errors.ts';
import type { Agent } from '../../store/agents.ts';
import { SYSTEM } from '../../store/database.ts';
import type { Role, SignInWay } from '../../store/schema.ts';
import { findSession, touchSession } from '../../store/sessions.ts';
import type { ConsoleDeps } from '../deps.ts';
import { fromOwnOrigin, ownOrigins } from './origin.ts';
import { fitsHash, hashToken, isSessionToken, SESSION_COOKIE } from './tokens.ts';

/**
 * Who may call a route. `public` needs no session: health, documentation, signing in. `key` needs the signature of a
 * portal (console/auth/bot-key.ts) and never looks at a cookie.
 */
export type RouteRoles = readonly Role[] | 'public' | 'key';

/** One line of the role matrix. */
export interface GuardedRoute {
  readonly method: string;
  readonly url: string;
  readonly roles: RouteRoles;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    roles?: RouteRoles;
  }
  interface FastifyRequest {
    /** Set by the guard on every route that is not public. */
    agent: Agent | null;
    /** How the session was opened; set with `agent`. */
    via: SignInWay | null;
  }
  interface FastifyInstance {
    /** Every route with its roles, as the router knows them (law 9). */
    guardedRoutes: GuardedRoute[];
  }
}

const SAFE = ['GET', 'HEAD', 'OPTIONS'];
/** Registered by @fastify/swagger-ui, whose routes cannot carry a config of ours. */
const DOCUMENTATION = '/docs';

/**
 * The wall in front of every route: a route without roles stops the start; a request without a live session, with a role
 * the route does not name, from another origin, or without its session's token, never reaches a handler.
 */
export function guard(
  app: FastifyInstance,
  deps: Pick<ConsoleDeps, 'store' | 'clock' | 'public_url' | 'sign_in'>,
): void {
  const origins = ownOrigins(deps.public_url);
  app.decorate('guardedRoutes', []);
  app.decorateRequest('agent', null);
  app.decorateRequest('via', null);

  app.addHook('onRoute', (route) => {
    const documentation = route.url === DOCUMENTATION || route.url.startsWith(`${DOCUMENTATION}/`);
    const roles = route.config?.roles ?? (documentation ? 'public' : undefined);
    if (roles === undefined || roles.length === 0) {
      throw new Error(`route ${String(route.method)} ${route.url} declares no roles`);
    }
    route.config = { ...route.config, roles };
    for (const method of [route.method].flat()) app.guardedRoutes.push({ method, url: route.url, roles });
  });

  // Not onRequest: the cookie plugin parses there, and a hook of ours added before it loads would run before it. The body
  // is not read yet either way.
  app.addHook('preParsing', async (request) => {
    const { roles } = request.routeOptions.config;
    // Without a route there is no config: the not-found handler answers.
    if (roles === undefined) return;
    const writes = !SAFE.includes(request.method);
    if (writes && !fromOwnOrigin(request.headers, origins)) throw new AiguillageError('AUTH_CSRF');
    if (roles === 'public' || roles === 'key') return;
    await recognise(request, deps, roles, writes);
  });
}

async function recognise(
  request: FastifyRequest,
  deps: Pick<ConsoleDeps, 'store' | 'clock' | 'sign_in'>,
  roles: readonly Role[],
  writes: boolean,
): Promise<void> {
  const token = request.cookies[SESSION_COOKIE];
  if (!isSessionToken(token)) throw new AiguillageError('AUTH_REQUIRED');
  const now = deps.clock();
  const id_hash = hashToken(token);
  const session = await deps.store.read(SYSTEM, (tx) => findSession(tx, id_hash, now));
  // A way in that was switched off is off for whoever came in by it.
  const open = session?.via === 'oidc' ? deps.sign_in?.oidc !== undefined : deps.sign_in?.local !== false;
  if (session === undefined || !open) throw new AiguillageError('AUTH_REQUIRED');
  request.agent = session.agent;
  request.via = session.via;
  if (writes) {
    const given = request.headers['x-csrf-token'];
    if (typeof given !== 'string' || !fitsHash(given, session.csrf_hash)) throw new AiguillageError('AUTH_CSRF');
  }
  if (!roles.includes(session.agent.role)) throw new AiguillageError('AUTH_FORBIDDEN');
  if (session.touch) await deps.store.write(SYSTEM, (tx) => touchSession(tx, id_hash, now));
}

/** The person behind a request to a route that is not public. */
export function agentOf(request: FastifyRequest): Agent {
  if (request.agent === null) throw new AiguillageError('AUTH_REQUIRED');
  return request.agent;
}
