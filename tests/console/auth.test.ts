import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { LightMyRequestResponse } from 'fastify';
import { Registry } from 'prom-client';
import { buildApp } from '../../console/app.ts';
import { addressKey, networkOf } from '../../console/auth/address.ts';
import { hashPassword } from '../../console/auth/password.ts';
import { csrfToken, hashToken, newSessionToken, SESSION_COOKIE } from '../../console/auth/tokens.ts';
import { createAgent } from '../../store/agents.ts';
import { SYSTEM } from '../../store/database.ts';
import { newId } from '../../store/ids.ts';
import {
  ADDRESS_ATTEMPTS_MAX,
  ATTEMPTS_MAX,
  ATTEMPTS_WINDOW_MS,
  openSession,
  SESSION_IDLE_MS,
  SESSION_MAX_MS,
} from '../../store/sessions.ts';
import { MORNING, openWorld, PUBLIC_URL, type World } from '../support/world.ts';

const PASSWORD = 'un mot de passe de service';

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

  test('too many failures from one address close it for every login, and leave other addresses alone', async () => {
    await account('addr@cpam.example');
    const clock = { now: MORNING };
    const app = buildApp({
      ...world.deps,
      metrics: new Registry(),
      clock: () => clock.now,
      sign_in: { local: true, trusted_proxies: ['127.0.0.1'] },
    });
    await app.ready();
    const from = (address: string, password = PASSWORD) =>
      app.inject({
        method: 'POST',
        url: '/api/session',
        headers: { origin: PUBLIC_URL, 'x-forwarded-for': address },
        payload: { login: 'addr@cpam.example', password },
      });
    // What is counted, without paying a hundred hashes: the rows the attempts would have left.
    const key = addressKey(world.deps.secrets.message_id, networkOf('2001:db8:1:2::7'));
    const failures = Array.from({ length: ADDRESS_ATTEMPTS_MAX - 1 }, () => ({ login: key, at: MORNING, ok: false }));
    await world.store.write(SYSTEM, (tx) => tx.insertInto('login_attempt').values(failures).execute());
    expect((await from('2001:db8:1:2::8', 'pas le bon mot de passe')).statusCode).toBe(401);
    expect((await from('2001:db8:1:2:ffff::9')).statusCode).toBe(401);
    expect((await from('2001:db8:1:3::7')).statusCode).toBe(200);
    clock.now = new Date(MORNING.getTime() + ATTEMPTS_WINDOW_MS + 1);
    expect((await from('2001:db8:1:2::7')).statusCode).toBe(200);
    // A success is no failure: the address has all its attempts again.
    const left = await world.store.read(SYSTEM, (tx) =>
      tx.selectFrom('login_attempt').select('at').where('login', '=', key).where('at', '>', MORNING).execute(),
    );
    expect(left).toEqual([]);
    await app.close();
  });

  test('one’s own password: the present one is asked, other sessions end, this one goes on under another name', async () => {
    await account('own@cpam.example');
    const other = cookieOf(await signIn('own@cpam.example', PASSWORD));
    const answer = await signIn('own@cpam.example', PASSWORD);
    const mine = cookieOf(answer);
    const change = (password: string) =>
      world.app.inject({
        method: 'POST',
        url: '/api/session/password',
        headers: { cookie: `${SESSION_COOKIE}=${mine}`, origin: PUBLIC_URL, 'x-csrf-token': answer.json().csrf_token },
        payload: { password, next: 'un autre mot de passe' },
      });
    expect((await change('pas le bon mot de passe')).json().error).toMatchObject({ code: 'BAD_INPUT' });
    expect((await whoAmI(other)).statusCode).toBe(200);
    const changed = await change(PASSWORD);
    expect(changed.statusCode).toBe(200);
    const fresh = cookieOf(changed);
    expect((await whoAmI(fresh)).json()).toEqual(changed.json());
    for (const old of [other, mine]) expect((await whoAmI(old)).statusCode).toBe(401);
    expect((await signIn('own@cpam.example', PASSWORD)).statusCode).toBe(401);
    expect((await signIn('own@cpam.example', 'un autre mot de passe')).statusCode).toBe(200);
  });

  test('an administrator sees how many sessions an account has open, and ends them', async () => {
    const admin = await world.person('administrator');
    const person = await world.person('agent');
    const seen = async () =>
      (await admin.get('/api/agents')).json().agents.find(({ id }: { id: string }) => id === person.agent.id);
    expect(await seen()).toMatchObject({ linked: false, sessions: 1, last_seen_at: MORNING.toISOString() });
    expect((await admin.delete(`/api/agents/${person.agent.id}/sessions`)).json()).toEqual({ ended: 1 });
    expect((await person.get('/api/session')).statusCode).toBe(401);
    expect(await seen()).toMatchObject({ sessions: 0, last_seen_at: null });
    expect((await admin.delete(`/api/agents/${newId()}/sessions`)).statusCode).toBe(404);
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
      const login = createHash('sha256').update('race@cpam.example').digest('hex');
      const rows = await world.store.read(SYSTEM, (tx) =>
        tx.selectFrom('login_attempt').selectAll().where('login', '=', login).execute(),
      );
      expect(rows).toHaveLength(ATTEMPTS_MAX);
    } finally {
      await world.close();
    }
  });
});
