import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { LightMyRequestResponse } from 'fastify';
import { createGate } from '../../console/auth/gate.ts';
import { hashPassword, verifyPassword } from '../../console/auth/password.ts';
import { csrfToken, hashToken, newSessionToken, SESSION_COOKIE } from '../../console/auth/tokens.ts';
import { fromOwnOrigin, ownOrigins } from '../../console/auth/origin.ts';
import { hasCode } from '../../domain/errors.ts';
import { createAgent } from '../../store/agents.ts';
import { SYSTEM } from '../../store/database.ts';
import {
  ATTEMPTS_MAX,
  ATTEMPTS_WINDOW_MS,
  openSession,
  SESSION_IDLE_MS,
  SESSION_MAX_MS,
} from '../../store/sessions.ts';
import { MORNING, openWorld, PUBLIC_URL, type World } from '../support/world.ts';

const PASSWORD = 'un mot de passe de service';

describe('passwords', () => {
  test('only the right one fits, however it was typed', async () => {
    const stored = await hashPassword('clé-très-longue');
    expect(stored).toMatch(/^scrypt\$15\$8\$1\$/);
    expect(await verifyPassword('clé-très-longue', stored)).toBe(true);
    // The same letters as another system types them: base letter and accent apart.
    expect(await verifyPassword('clé-très-longue'.normalize('NFD'), stored)).toBe(true);
    expect(await verifyPassword('cle-tres-longue', stored)).toBe(false);
    expect(await verifyPassword('', undefined)).toBe(false);
  });

  test('two hashes of one password differ, and a short one is refused', async () => {
    expect(await hashPassword(PASSWORD)).not.toBe(await hashPassword(PASSWORD));
    const error = await hashPassword('court').catch((thrown: unknown) => thrown);
    expect(hasCode(error, 'BAD_INPUT')).toBe(true);
  });
});

describe('the gate in front of the hashes', () => {
  test('runs two at once, lets three wait in order, and turns the others away', async () => {
    const gate = createGate(2, 3);
    const started: number[] = [];
    const ends: (() => void)[] = [];
    const all = Array.from({ length: 7 }, (_, i) =>
      gate(() => {
        started.push(i);
        return new Promise<number>((resolve) => ends.push(() => resolve(i)));
      }).catch((error: unknown) => hasCode(error, 'TOO_BUSY')),
    );
    expect(await Promise.all(all.slice(5))).toEqual([true, true]);
    expect(started).toEqual([0, 1]);
    for (let i = 0; i < 5; i += 1) {
      ends[i]!();
      expect(await all[i]).toBe(i);
    }
    expect(started).toEqual([0, 1, 2, 3, 4]);
    // Also an error gives its place back.
    await expect(gate(() => Promise.reject(new Error('wanted')))).rejects.toThrow('wanted');
    expect(await gate(() => Promise.resolve('free'))).toBe('free');
  });
});

describe('where a write may come from', () => {
  const own = ownOrigins('https://desk.cpam.example');
  test.each([
    [{ origin: 'https://desk.cpam.example' }, true],
    [{ origin: 'https://desk.cpam.example', 'sec-fetch-site': 'same-origin' }, true],
    [{}, true],
    [{ origin: 'https://evil.example' }, false],
    [{ origin: 'http://desk.cpam.example' }, false],
    [{ origin: 'https://desk.cpam.example:8443' }, false],
    [{ origin: 'null' }, false],
    [{ 'sec-fetch-site': 'cross-site' }, false],
    [{ 'sec-fetch-site': 'same-site' }, false],
    [{ origin: 'https://desk.cpam.example', 'sec-fetch-site': 'cross-site' }, false],
  ])('%j: %s', (headers, allowed) => expect(fromOwnOrigin(headers, own)).toBe(allowed));
});

describe('sessions', () => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld('pglite');
  });
  afterAll(() => world.close());

  async function account(login: string): Promise<string> {
    const password_hash = await hashPassword(PASSWORD);
    const who = { login, display_name: login, role: 'agent' as const, queues: ['n1'], pool: null, password_hash };
    return world.store.write(SYSTEM, (tx) => createAgent(tx, SYSTEM, who, MORNING));
  }
  const signIn = (
    login: string,
    password: string,
    headers: Record<string, string> = {},
  ): Promise<LightMyRequestResponse> =>
    world.app.inject({
      method: 'POST',
      url: '/api/session',
      headers: { origin: PUBLIC_URL, ...headers },
      payload: { login, password },
    });
  const cookieOf = (answer: LightMyRequestResponse): string =>
    answer.cookies.find((cookie) => cookie.name === SESSION_COOKIE)!.value;
  const whoAmI = (cookie: string) =>
    world.app.inject({ method: 'GET', url: '/api/session', headers: { cookie: `${SESSION_COOKIE}=${cookie}` } });

  test('signing in gives a cookie no script reads and no other site sends, and the token for writes', async () => {
    await account('lea@cpam.example');
    const answer = await signIn(' LEA@cpam.example ', PASSWORD);
    expect(answer.statusCode).toBe(200);
    const [cookie] = answer.cookies;
    expect(cookie).toMatchObject({
      name: SESSION_COOKIE,
      httpOnly: true,
      secure: true,
      sameSite: 'Strict',
      path: '/',
      maxAge: SESSION_MAX_MS / 1000,
    });
    const body = answer.json();
    expect(body.agent).toMatchObject({ login: 'lea@cpam.example', role: 'agent', queues: ['n1'] });
    expect(answer.body).not.toContain('scrypt');
    expect((await whoAmI(cookie!.value)).json()).toEqual(body);
    // The database alone opens nothing: neither the id nor the token stands in it.
    const rows = await world.store.read(SYSTEM, (tx) => tx.selectFrom('session').selectAll().execute());
    expect(
      JSON.stringify(
        rows.map((row) => [
          Buffer.from(row.id_hash).toString('base64url'),
          Buffer.from(row.csrf_hash).toString('base64url'),
        ]),
      ),
    ).not.toContain(cookie!.value);
  });

  test('each sign-in makes a new session and ends the one the browser carried', async () => {
    await account('rot@cpam.example');
    const first = cookieOf(await signIn('rot@cpam.example', PASSWORD));
    const second = cookieOf(await signIn('rot@cpam.example', PASSWORD, { cookie: `${SESSION_COOKIE}=${first}` }));
    expect(second).not.toBe(first);
    expect((await whoAmI(first)).statusCode).toBe(401);
    expect((await whoAmI(second)).statusCode).toBe(200);
  });

  test('a session id planted before the sign-in never becomes a session', async () => {
    await account('fix@cpam.example');
    const planted = newSessionToken();
    const answer = await signIn('fix@cpam.example', PASSWORD, { cookie: `${SESSION_COOKIE}=${planted}` });
    expect(cookieOf(answer)).not.toBe(planted);
    expect((await whoAmI(planted)).statusCode).toBe(401);
  });

  test('an hour without a request ends it, and so do twelve hours of work', async () => {
    const id = await account('idle@cpam.example');
    const open = async (): Promise<string> => {
      const token = newSessionToken();
      const row = { id_hash: hashToken(token), csrf_hash: hashToken(csrfToken(token)), agent_id: id };
      await world.store.write(SYSTEM, (tx) => openSession(tx, row, MORNING));
      return token;
    };
    const at = (ms: number): void => void (world.clock.now = new Date(MORNING.getTime() + ms));
    const idle = await open();
    at(SESSION_IDLE_MS);
    expect((await whoAmI(idle)).statusCode).toBe(401);
    at(0);
    const busy = await open();
    for (let ms = 0; ms < SESSION_MAX_MS; ms += SESSION_IDLE_MS - 60_000) {
      at(ms);
      expect((await whoAmI(busy)).statusCode).toBe(200);
    }
    at(SESSION_MAX_MS);
    expect((await whoAmI(busy)).statusCode).toBe(401);
    at(0);
  });

  test('signing out ends the session for whoever copied its cookie', async () => {
    await account('out@cpam.example');
    const answer = await signIn('out@cpam.example', PASSWORD);
    const cookie = cookieOf(answer);
    const headers = {
      cookie: `${SESSION_COOKIE}=${cookie}`,
      origin: PUBLIC_URL,
      'x-csrf-token': answer.json().csrf_token,
    };
    expect((await world.app.inject({ method: 'DELETE', url: '/api/session', headers })).statusCode).toBe(204);
    expect((await whoAmI(cookie)).statusCode).toBe(401);
  });

  test('wrong password, unknown login and disabled account give one answer, and none a cookie', async () => {
    const id = await account('gone@cpam.example');
    await world.store.write(SYSTEM, (tx) =>
      tx.updateTable('agent').set({ disabled: true }).where('id', '=', id).execute(),
    );
    const answers = [
      await signIn('lea@cpam.example', 'pas le bon mot de passe'),
      await signIn('personne@cpam.example', PASSWORD),
      await signIn('gone@cpam.example', PASSWORD),
    ];
    expect(new Set(answers.map((answer) => `${answer.statusCode} ${answer.body}`)).size).toBe(1);
    expect(answers[0]!.json().error.code).toBe('AUTH_FAILED');
    expect(answers.flatMap((answer) => answer.cookies)).toEqual([]);
  });

  test('an account that is disabled loses its open sessions at once', async () => {
    const admin = await world.person('administrator');
    const person = await world.person('agent', { queues: ['n1'] });
    expect((await person.get('/api/queues')).statusCode).toBe(200);
    expect((await admin.post(`/api/agents/${person.agent.id}`, { disabled: true })).statusCode).toBe(200);
    expect((await person.get('/api/queues')).statusCode).toBe(401);
  });

  test('five wrong passwords close the login for a quarter of an hour, the right one included, with the same answer', async () => {
    await account('five@cpam.example');
    let last: LightMyRequestResponse | undefined;
    for (let i = 0; i < ATTEMPTS_MAX; i += 1) last = await signIn('five@cpam.example', `essai numéro ${i}`);
    const right = await signIn('FIVE@cpam.example', PASSWORD);
    expect([right.statusCode, right.body]).toEqual([last!.statusCode, last!.body]);
    // Waiting in front of the closed door does not keep it closed.
    world.clock.now = new Date(MORNING.getTime() + ATTEMPTS_WINDOW_MS + 1);
    expect((await signIn('five@cpam.example', PASSWORD)).statusCode).toBe(200);
    world.clock.now = MORNING;
  });

  test('a success forgets the failures before it', async () => {
    await account('four@cpam.example');
    for (let round = 0; round < 2; round += 1) {
      for (let i = 0; i < ATTEMPTS_MAX - 1; i += 1) await signIn('four@cpam.example', `essai numéro ${i}`);
      expect((await signIn('four@cpam.example', PASSWORD)).statusCode).toBe(200);
    }
  });

  test('what was typed as a login is not kept: people type passwords there', async () => {
    await signIn('mon mot de passe en clair', PASSWORD);
    const rows = await world.store.read(SYSTEM, (tx) => tx.selectFrom('login_attempt').select('login').execute());
    expect(rows.length).toBeGreaterThan(0);
    expect(rows.every((row) => /^[0-9a-f]{64}$/.test(row.login))).toBe(true);
  });

  test('somebody else’s page cannot sign a browser in', async () => {
    const answer = await signIn('lea@cpam.example', PASSWORD, { origin: 'https://evil.example' });
    expect([answer.statusCode, answer.json().error.code]).toEqual([403, 'AUTH_CSRF']);
  });
});

describe('attempts at the same time, on PostgreSQL', () => {
  test('are counted one by one: ten at once get five tries, no more', async () => {
    const world = await openWorld('postgres');
    try {
      const password_hash = await hashPassword(PASSWORD);
      const who = {
        login: 'race@cpam.example',
        display_name: 'Race',
        role: 'agent' as const,
        queues: [],
        pool: null,
        password_hash,
      };
      await world.store.write(SYSTEM, (tx) => createAgent(tx, SYSTEM, who, MORNING));
      const payload = { login: 'race@cpam.example', password: 'pas le bon mot de passe' };
      await Promise.all(
        Array.from({ length: 10 }, () =>
          world.app.inject({ method: 'POST', url: '/api/session', headers: { origin: PUBLIC_URL }, payload }),
        ),
      );
      const rows = await world.store.read(SYSTEM, (tx) => tx.selectFrom('login_attempt').selectAll().execute());
      expect(rows).toHaveLength(ATTEMPTS_MAX);
    } finally {
      await world.close();
    }
  });
});
