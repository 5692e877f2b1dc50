import { request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import pino from 'pino';
import { Registry } from 'prom-client';
import { buildApp } from '../../console/app.ts';
import { answerTo } from '../../console/errors.ts';
import { loadPages } from '../../console/pages.ts';
import { AiguillageError, ERROR_CODES, type ErrorCode } from '../../domain/errors.ts';
import { openQueues } from '../../queues/queues.ts';
import { SYSTEM } from '../../store/database.ts';
import { freshBacking } from '../support/stores.ts';
import { openWorld, PUBLIC_URL, type Person, type World } from '../support/world.ts';

describe('the application', () => {
  let world: World;
  let ana: Person;
  const lines: string[] = [];
  const log = pino({ level: 'debug' }, { write: (line: string) => void lines.push(line) });
  beforeAll(async () => {
    world = await openWorld('pglite', {
      metrics: new Registry(),
      log,
      secrets: { message_id: 'x'.repeat(40), metrics: 'jeton de mesure' },
    });
    await world.live('pfs-assures');
    ana = await world.person('agent', { queues: ['n1'] });
  });
  afterAll(() => world.close());

  const get = (url: string, headers: Record<string, string> = {}) => world.app.inject({ method: 'GET', url, headers });

  test.each(['/', '/healthz', '/api/queues', '/nulle-part', '/docs/json'])(
    '%s carries the strict headers, whatever its answer',
    async (url) => {
      const { headers } = await get(url);
      expect(headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
        'referrer-policy': 'no-referrer',
        'cross-origin-resource-policy': 'same-origin',
        'cache-control': 'no-store',
        'strict-transport-security': expect.stringContaining('max-age'),
        'content-security-policy': expect.stringContaining("default-src 'none'"),
      });
      expect(headers['x-powered-by']).toBeUndefined();
    },
  );

  test('the documentation lists every route under /api with a summary, and runs no foreign script', async () => {
    const docs = (await get('/docs/json')).json();
    const documented = Object.entries(docs.paths as Record<string, Record<string, { summary?: string }>>).flatMap(
      ([path, verbs]) =>
        Object.entries(verbs).map(([verb, operation]) => [
          `${verb.toUpperCase()} ${path.replace(/\{(\w+)\}/g, ':$1')}`,
          operation.summary,
        ]),
    );
    const routed = world.app.guardedRoutes
      .filter((route) => route.url.startsWith('/api'))
      .map((route) => `${route.method} ${route.url}`);
    expect(
      documented
        .map(([line]) => line)
        .filter((line) => line!.includes('/api'))
        .sort(),
    ).toEqual(routed.sort());
    expect(documented.every(([, summary]) => typeof summary === 'string')).toBe(true);
    const page = await get('/docs/');
    expect(page.statusCode).toBe(200);
    expect(page.headers['content-security-policy']).toContain("script-src 'self';");
    expect(page.body).not.toMatch(/https?:\/\//);
  });

  test('the console’s page and its files come with their own policy; only files named by their content are kept', async () => {
    const file = (text: string, type: string) => ({ type, content: Buffer.from(text), gzip: gzipSync(text) });
    const script = file('export {}', 'text/javascript; charset=utf-8');
    const pages = { index: file('<!doctype html>', 'text/html; charset=utf-8'), assets: new Map([['a.js', script]]) };
    const app = buildApp({ ...world.deps, metrics: new Registry(), pages });
    const page = await app.inject({ url: '/' });
    expect(page.headers['cache-control']).toBe('no-store');
    const policy = String(page.headers['content-security-policy']);
    expect(policy).toContain("script-src 'self';");
    expect(policy).toContain("require-trusted-types-for 'script'");
    expect(policy).not.toMatch(/unsafe|\*|https?:|data:/);
    const asset = await app.inject({ url: '/assets/a.js', headers: { 'accept-encoding': 'gzip' } });
    expect(asset.headers).toMatchObject({
      'cache-control': expect.stringContaining('immutable'),
      'content-encoding': 'gzip',
    });
    expect(gunzipSync(asset.rawPayload).toString()).toBe('export {}');
    for (const url of ['/assets/b.js', '/assets/..%2f..%2fpackage.json', '/assets/__proto__'])
      expect([url, (await app.inject({ url })).statusCode]).toEqual([url, 404]);
    await app.close();
  });

  test('without built pages the console role has one sentence to say', () => {
    expect(() => loadPages('/nonexistent')).toThrow(expect.objectContaining({ code: 'CONSOLE_NOT_BUILT' }));
  });

  test('a process without the console’s pages says what it is and where to go', async () => {
    const { body, headers } = await get('/');
    expect(headers['content-type']).toContain('text/html');
    expect(body).toContain('lang="fr"');
    for (const link of ['/docs', '/readyz', '/healthz']) expect(body).toContain(`href="${link}"`);
    expect(body).not.toMatch(/<script|<style|<form/);
  });

  test('health is alive; ready says what is not', async () => {
    expect((await get('/healthz')).json()).toEqual({ status: 'ok', version: '0.0.0-test' });
    world.health = [{ name: 'database', ok: true }];
    expect((await get('/readyz')).statusCode).toBe(200);
    world.health = [
      { name: 'database', ok: true },
      { name: 'mailbox pfs-assures', ok: false, detail: '900 s ago' },
    ];
    const answer = await get('/readyz');
    expect([answer.statusCode, answer.json()]).toEqual([503, { status: 'not-ready', checks: world.health }]);
  });

  test('measures need their token, and count by route pattern, never by address', async () => {
    expect((await get('/metrics')).statusCode).toBe(401);
    expect((await get('/metrics', { authorization: 'Bearer faux' })).statusCode).toBe(401);
    const { id } = await world.conversation();
    await ana.get(`/api/conversations/${id}`);
    const { body } = await get('/metrics', { authorization: 'Bearer jeton de mesure' });
    expect(body).toContain('route="/api/conversations/:id"');
    expect(body).not.toContain(id);
  });

  test('the log has the pattern, status, time and agent of a request, and nothing that was in it', async () => {
    lines.length = 0;
    const { id } = await world.conversation({ subject: 'CANARI-OBJET', body: 'CANARI-TEXTE' });
    await ana.get(`/api/conversations/${id}`);
    await ana.get('/api/conversations?q=CANARI-RECHERCHE');
    await ana.post('/api/conversations/search', { q: 'canari@membre.example' });
    await get('/api/CANARI-CHEMIN?x=CANARI');
    await ana.post(`/api/conversations/${id}/reply`, { type: 'CANARI' });
    expect(lines.map((line) => JSON.parse(line)).find((line) => line.route === '/api/conversations/:id')).toMatchObject(
      {
        method: 'GET',
        status: 200,
        agent: ana.agent.id,
        ms: expect.any(Number),
      },
    );
    expect(lines.join('')).not.toMatch(/canari/i);
    expect(lines.join('')).not.toContain(id);
  });

  test('an error of ours shows a code and no text, to the client and in the log', async () => {
    lines.length = 0;
    const broken = await openWorld('pglite', {
      log,
      rulebook: () => Promise.reject(new Error('CANARI de camille@membre.example')),
    });
    try {
      const person = await broken.person('agent', { queues: ['n1'] });
      const answer = await person.get('/api/queues');
      expect(answer.statusCode).toBe(500);
      expect(answer.json()).toEqual({ error: { code: 'INTERNAL', message: expect.any(String) } });
      expect(lines.join('')).toContain('request failed');
      expect(lines.join('')).not.toContain('CANARI');
    } finally {
      await broken.close();
    }
  });

  test('what does not fit its schema is refused with its path, in French, without an echo', async () => {
    const { id } = await world.conversation();
    const answer = await ana.post(`/api/conversations/${id}/reply`, { type: 'CANARI', body: '', surprise: 'CANARI' });
    expect(answer.statusCode).toBe(400);
    const { error } = answer.json();
    expect(error.code).toBe('BAD_INPUT');
    expect(error.issues).toEqual(
      expect.arrayContaining([
        { path: 'body.type', message: expect.stringContaining('definitive') },
        { path: 'body.body', message: 'au moins 1' },
        { path: 'body', message: 'champ inconnu' },
      ]),
    );
    expect(answer.body).not.toContain('CANARI');
    expect((await ana.get('/api/conversations/pas-un-id')).json().error.issues).toEqual([
      { path: 'params.id', message: expect.any(String) },
    ]);
  });

  test.each([
    ['broken JSON', '{"login":', 'application/json', 400],
    ['another content type', 'login=x', 'application/x-www-form-urlencoded', 415],
    ['a body over the limit', JSON.stringify({ login: 'x'.repeat(300_000) }), 'application/json', 413],
    ['a key that would poison prototypes', '{"__proto__":{"x":1}}', 'application/json', 400],
  ])('%s is refused', async (_, payload, type, status) => {
    const answer = await world.app.inject({
      method: 'POST',
      url: '/api/session',
      headers: { 'content-type': type, origin: PUBLIC_URL },
      payload,
    });
    expect([answer.statusCode, answer.json().error.code]).toEqual([status, 'BAD_INPUT']);
    expect(answer.body).not.toContain('at ');
  });

  test('an unknown route is not found, with or without a session, and says nothing more', async () => {
    for (const answer of [await get('/api/inconnu'), await ana.get('/api/inconnu')]) {
      expect([answer.statusCode, answer.json().error.code]).toEqual([404, 'NOT_FOUND']);
    }
  });

  test('listening is somebody else’s work, and then it answers over HTTP', async () => {
    expect(world.app.server.listening).toBe(false);
    await world.app.listen({ port: 0, host: '127.0.0.1' });
    const { port } = world.app.server.address() as AddressInfo;
    const status = await new Promise((resolve, reject) => {
      httpRequest({ port, host: '127.0.0.1', path: '/healthz' }, (answer) => {
        answer.resume();
        answer.on('end', () => resolve(answer.statusCode));
      })
        .on('error', reject)
        .end();
    });
    expect(status).toBe(200);
  });
});

describe('errors', () => {
  test('those a client can cause are no errors of ours; all others say nothing', () => {
    const ours = (Object.keys(ERROR_CODES) as ErrorCode[]).filter(
      (code) => answerTo(new AiguillageError(code, 'CANARI')).ours,
    );
    expect(ours).not.toEqual(expect.arrayContaining(['NOT_FOUND', 'REPLY_REFUSED', 'BAD_INPUT']));
    for (const code of Object.keys(ERROR_CODES) as ErrorCode[]) {
      expect(JSON.stringify(answerTo(new AiguillageError(code, 'CANARI')).body)).not.toContain('CANARI');
    }
  });
});

test('a reply’s job really waits in the queue until it can no longer be taken back', async () => {
  const backing = await freshBacking('redis');
  const queues = openQueues(backing.backend, () => {});
  const world = await openWorld('postgres', { queues });
  try {
    await world.live('pfs-assures');
    const ana = await world.person('agent', { queues: ['n1'] });
    const { id } = await world.conversation();
    await ana.post(`/api/conversations/${id}/claim`);
    expect(
      (await ana.post(`/api/conversations/${id}/reply`, { type: 'definitive', body: 'Bonjour.' })).statusCode,
    ).toBe(201);
    expect(await queues.counts('reply')).toMatchObject({ delayed: 1, waiting: 0 });
  } finally {
    await world.close();
    await queues.close();
    await backing.close();
  }
});

test('a queue that is away does not lose a reply: the row is there for the sweep', async () => {
  const world = await openWorld('pglite', { queues: { enqueue: () => Promise.reject(new Error('redis is away')) } });
  try {
    await world.live('pfs-assures');
    const ana = await world.person('agent', { queues: ['n1'] });
    const { id } = await world.conversation();
    await ana.post(`/api/conversations/${id}/claim`);
    expect(
      (await ana.post(`/api/conversations/${id}/reply`, { type: 'definitive', body: 'Bonjour.' })).statusCode,
    ).toBe(201);
    const rows = await world.store.read(SYSTEM, (tx) => tx.selectFrom('delivery').select('status').execute());
    expect(rows).toEqual([{ status: 'pending' }]);
  } finally {
    await world.close();
  }
});
