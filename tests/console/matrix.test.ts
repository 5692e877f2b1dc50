import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Registry } from 'prom-client';
import type { RouteRoles } from '../../console/auth/guard.ts';
import { guard } from '../../console/auth/guard.ts';
import cookie from '@fastify/cookie';
import Fastify from 'fastify';
import { ROLES } from '../../store/agents.ts';
import { newId } from '../../store/ids.ts';
import type { Role } from '../../store/schema.ts';
import { openWorld, PUBLIC_URL, type Person, type World } from '../support/world.ts';

/**
 * Who may call what. Written by hand, and compared with the router: a route that is new, or whose roles change, fails
 * here until somebody has thought about it (law 9).
 */
const A: Role = 'agent';
const R: Role = 'referent';
const S: Role = 'supervisor';
const P: Role = 'partner';
const ADM: Role = 'administrator';
const AUD: Role = 'auditor';
const ALL: Role[] = [A, R, S, P, ADM, AUD];

const MATRIX: Record<string, RouteRoles> = {
  'GET /': 'public',
  'GET /assets/:file': 'public',
  'GET /healthz': 'public',
  'GET /readyz': 'public',
  'GET /metrics': 'public',
  'POST /api/session': 'public',
  'GET /api/session': ALL,
  'GET /api/session/ways': 'public',
  'POST /api/session/password': ALL,
  'POST /api/session/oidc': 'public',
  'GET /api/session/oidc/callback': 'public',
  'DELETE /api/session': ALL,
  'POST /api/desk/next': [A, R, S, P],
  'POST /api/conversations/:id/claim': [A, R, S, P],
  'POST /api/conversations/:id/renew': [A, R, S, P],
  'POST /api/conversations/:id/release': [A, R, S, P],
  'GET /api/conversations/:id/snooze': [A, R, S],
  'POST /api/conversations/:id/snooze': [A, R, S],
  'POST /api/conversations/:id/wake': [A, R, S],
  'POST /api/conversations/:id/join': [A, R, S],
  'POST /api/conversations/:id/separate': [A, R, S],
  'POST /api/conversations/:id/split': [A, R, S],
  'GET /api/desk/series': [A, R, S],
  'POST /api/desk/series': [A, R, S],
  'POST /api/desk/series/next': [A, R, S],
  'POST /api/desk/series/leave': [A, R, S],
  'GET /api/desk/figures': [A, R, S],
  'GET /api/desk/aside': [A, R, S],
  'GET /api/desk/watch': [R, S],
  'GET /api/conversations': [A, R, S, P],
  'POST /api/conversations/search': [A, R, S, P],
  'GET /api/conversations/:id': [A, R, S, P],
  'POST /api/conversations/:id/reveal': [P],
  'GET /api/conversations/:id/attachments/:message/:part': [A, R, S, P],
  'GET /api/conversations/:id/original/:message': [A, R, S, P],
  'POST /api/conversations/:id/reply': [A, R, S, P],
  'POST /api/conversations/:id/check-reply': [A, R, S, P],
  'GET /api/conversations/:id/draft': [A, R, S, P],
  'PUT /api/conversations/:id/draft': [A, R, S, P],
  'DELETE /api/conversations/:id/draft': [A, R, S, P],
  'GET /api/conversations/:id/state': [A, R, S, P],
  'POST /api/conversations/:id/contact': [A, R, S, P],
  'GET /api/reply-readings': [R, S],
  'GET /api/reply-readings/mine': [A, R, S],
  'POST /api/conversations/:id/reading': [R, S],
  'GET /api/reply-samples': [R, S],
  'POST /api/reply-samples/:id': [R, S],
  'GET /api/templates': [A, R, S, ADM, AUD],
  'GET /api/newcomers': [R, S, ADM],
  'POST /api/newcomers/:id': [S, ADM],
  'POST /api/deliveries/:id/cancel': [A, R, S, P],
  'GET /api/deliveries/unsettled': [S],
  'POST /api/deliveries/:id/resolve': [S],
  'GET /api/motifs': [A, R, S, P],
  'GET /api/names': ALL,
  'POST /api/conversations/:id/motif': [A, R, S, P],
  'POST /api/conversations/:id/flags': [A, R, S, P],
  'POST /api/conversations/:id/transfer': [A, R, S, P],
  'POST /api/conversations/:id/close': [A, R, S, P],
  'POST /api/conversations/:id/tasks': [A, R, S],
  'GET /api/tasks': [A, R, S],
  'POST /api/tasks/:id/done': [A, R, S],
  'GET /api/queues': ALL,
  'GET /api/live': ALL,
  'GET /api/flow': [R, S, ADM, AUD],
  'GET /api/stock': [R, S, ADM, AUD],
  'GET /api/order': [R, S, ADM, AUD],
  'GET /api/presence': [R, S],
  'PUT /api/presence': [S],
  'POST /api/presence/import': [S],
  'GET /api/presence/export': [R, S],
  'PUT /api/presence/closures': [S],
  'GET /api/reviews': [R, S],
  'GET /api/reviews/metrics': [R, S, ADM, AUD],
  'GET /api/reviews/samples': [R, S],
  'POST /api/reviews/samples/:id': [R, S],
  'POST /api/conversations/:id/review': [R, S],
  'POST /api/conversations/:id/review/answer': [A, R, S],
  'GET /api/alerts': [A, R, S],
  'POST /api/alerts/:id/ack': [A, R, S],
  'GET /api/overflow': [R, S, ADM, AUD],
  'GET /api/overflow/mine': [P],
  'POST /api/overflow/:pool/stop': [S],
  'POST /api/overflow/:pool/resume': [S],
  'GET /api/second-readings': [R, S],
  'POST /api/second-readings/:id': [R, S],
  'GET /api/report': [R, S, ADM, AUD],
  'GET /api/report/forecast': [R, S, ADM, AUD],
  'GET /api/report/weekly': [R, S, ADM, AUD],
  'GET /api/report/second-reading': [R, S],
  'GET /api/quality': [R, S, AUD],
  'GET /api/topics': [S],
  'GET /api/waves': [A, R, S],
  'GET /api/waves/:id': [A, R, S],
  'POST /api/waves/:id/name': [S],
  'POST /api/waves/:id/dismiss': [S],
  'POST /api/waves/:id/end': [S],
  'GET /api/waves/:id/group-reply': [A, R, S],
  'POST /api/waves/:id/group-reply': [A, R, S],
  'POST /api/group-replies/:id/stop': [A, R, S],
  'GET /api/rules': [S, ADM],
  'GET /api/rules/:digest': [S, ADM],
  'GET /api/rules/draft': [S, ADM],
  'POST /api/rules/edit': [S, ADM],
  'POST /api/rules/from': [S],
  'POST /api/rules/check': [S, ADM],
  'POST /api/rules/explain': [S],
  'POST /api/rules/simulate': [S, ADM],
  'POST /api/rules/apply': [S, ADM],
  'POST /api/rules/rollback': [S, ADM],
  'POST /api/plan': [S],
  'GET /api/mailboxes': [R, S, ADM, AUD],
  'POST /api/mailboxes/:id/mode': [S, ADM],
  'GET /api/quarantine': [R, S, ADM, AUD],
  'GET /api/audit': [ADM, AUD],
  'GET /api/audit/people': [ADM, AUD],
  'GET /api/audit/chain': [ADM, AUD],
  'GET /api/agents': [ADM],
  'POST /api/agents': [ADM],
  'POST /api/agents/:id': [ADM],
  'DELETE /api/agents/:id/sessions': [ADM],
  'GET /api/bot/report': [R, S, ADM, AUD],
  'POST /bot/conversations': 'key',
  'POST /bot/conversations/:id/turns': 'key',
  'POST /bot/conversations/:id/answers': 'key',
  'POST /bot/conversations/:id/accept': 'key',
  'POST /bot/conversations/:id/decline': 'key',
  'POST /bot/conversations/:id/close': 'key',
  'GET /bot/conversations/:id': 'key',
  'GET /bot/demo': 'public',
  'GET /bot/demo/chat.css': 'public',
  'GET /bot/demo/chat.js': 'public',
  'POST /bot/demo/conversations': 'public',
  'POST /bot/demo/conversations/:id/turns': 'public',
  'GET /bot/demo/conversations/:id': 'public',
};
const ROUTES = Object.entries(MATRIX).map(([line, roles]) => {
  const [method, url] = line.split(' ') as ['GET' | 'POST' | 'PUT' | 'DELETE', string];
  return { method, url, roles };
});
const GUARDED = ROUTES.filter((route): route is typeof route & { roles: readonly Role[] } =>
  Array.isArray(route.roles),
);
const SIGNED = ROUTES.filter((route) => route.roles === 'key');
const WRITES = ROUTES.filter((route) => route.method !== 'GET');

/** The route with ids that exist nowhere: past the guard it ends in 400 or 404, never in a change. */
const at = (url: string): string =>
  // The live stream has no end of its own.
  (url === '/api/live' ? '/api/live?once=true' : url)
    .replaceAll(':id', newId())
    .replace(':message', newId())
    .replace(':part', '0')
    .replace(':pool', 'pool.unknown');

let world: World;
const people = {} as Record<Role, Person>;
beforeAll(async () => {
  world = await openWorld('pglite', { metrics: new Registry() });
  for (const role of ROLES) people[role] = await world.person(role);
});
afterAll(() => world.close());

test('the router’s own list is the one above: no route without a line, no line without a route', () => {
  const routed = world.app.guardedRoutes
    .filter((route) => !route.url.startsWith('/docs'))
    .map((route) => [
      `${route.method} ${route.url}`,
      typeof route.roles === 'string' ? route.roles : [...route.roles].sort(),
    ]);
  const written = Object.entries(MATRIX).map(([line, roles]) => [
    line,
    typeof roles === 'string' ? roles : [...roles].sort(),
  ]);
  expect(Object.fromEntries(routed)).toEqual(Object.fromEntries(written));
  expect(routed).toHaveLength(written.length);
});

test('the documentation’s routes are public and only read', () => {
  const docs = world.app.guardedRoutes.filter((route) => route.url.startsWith('/docs'));
  expect(docs.length).toBeGreaterThan(0);
  expect(docs.every((route) => ['GET', 'HEAD'].includes(route.method) && route.roles === 'public')).toBe(true);
});

describe.each(GUARDED)('$method $url', ({ method, url, roles }) => {
  test('nobody without a session', async () => {
    const answer = await world.app.inject({
      method,
      url: at(url),
      headers: { origin: PUBLIC_URL, 'x-csrf-token': 'x' },
    });
    expect([answer.statusCode, answer.json().error.code]).toEqual([401, 'AUTH_REQUIRED']);
  });

  test.each(ROLES)('%s', async (role) => {
    // Signing out would end the session the other cells use.
    const person = method === 'DELETE' ? await world.person(role) : people[role];
    const answer =
      method === 'GET'
        ? await person.get(at(url))
        : method === 'POST'
          ? await person.post(at(url), {})
          : method === 'PUT'
            ? await person.put(at(url), {})
            : await person.delete(at(url));
    if (roles.includes(role)) expect([401, 403]).not.toContain(answer.statusCode);
    else expect([answer.statusCode, answer.json().error.code]).toEqual([403, 'AUTH_FORBIDDEN']);
  });
});

describe.each(SIGNED)('$method $url', ({ method, url }) => {
  test('a session of the console opens nothing, whoever’s', async () => {
    for (const role of ROLES) {
      const answer = method === 'GET' ? await people[role].get(at(url)) : await people[role].post(at(url), {});
      expect([answer.statusCode, answer.json().error.code]).toEqual([401, 'BOT_UNSIGNED']);
    }
  });
});

describe.each(WRITES)('a write: $method $url', ({ method, url, roles }) => {
  const role = roles === 'public' || roles === 'key' ? 'agent' : roles[0]!;
  const send = (headers: Record<string, string>) =>
    world.app.inject({
      method,
      url: at(url),
      headers: { cookie: people[role].cookie, 'x-csrf-token': people[role].csrf, ...headers },
      payload: {},
    });

  test.each([
    ['another origin', { origin: 'https://evil.example' }],
    ['an opaque origin', { origin: 'null' }],
    ['another site, as the browser says', { 'sec-fetch-site': 'cross-site' }],
    ['a neighbour of the same site', { 'sec-fetch-site': 'same-site' }],
  ])('is refused from %s', async (_, headers) => {
    const answer = await send(headers as Record<string, string>);
    expect([answer.statusCode, answer.json().error.code]).toEqual([403, 'AUTH_CSRF']);
  });

  if (roles !== 'public' && roles !== 'key') {
    test.each([
      ['no token', ''],
      ['the token of another session', 'other'],
    ])('is refused with %s', async (_, token) => {
      const given = token === 'other' ? people.auditor.csrf : '';
      const answer = await send({ origin: PUBLIC_URL, 'x-csrf-token': role === 'auditor' ? 'x' : given });
      expect([answer.statusCode, answer.json().error.code]).toEqual([403, 'AUTH_CSRF']);
    });
  }
});

test('a route without roles stops the start', async () => {
  const app = Fastify();
  await app.register(cookie);
  guard(app, { store: world.store, clock: () => new Date(), public_url: PUBLIC_URL });
  expect(() => app.get('/api/forgotten', async () => 'x')).toThrow(/declares no roles/);
  await app.close();
});
