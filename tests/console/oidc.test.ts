import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { Registry } from 'prom-client';
import { buildApp } from '../../console/app.ts';
import { flowSecrets } from '../../console/auth/oidc-flow.ts';
import { createOidcProvider } from '../../console/auth/oidc-provider.ts';
import { enter } from '../../console/auth/oidc-sign-in.ts';
import { newSessionToken, SESSION_COOKIE } from '../../console/auth/tokens.ts';
import { SYSTEM } from '../../store/database.ts';
import { FLOW_MAX_MS } from '../../store/identities.ts';
import { CLIENT, PUBLIC_CLIENT, startProvider } from '../support/oidc.ts';
import {
  CALLBACK,
  FLOW_COOKIE,
  MAPPING,
  openOidcSite,
  refused,
  sessionOf,
  type OidcSite,
} from '../support/oidc-site.ts';
import { quiet } from '../support/quiet.ts';
import { openWorld, PUBLIC_URL } from '../support/world.ts';

let site: OidcSite;
beforeAll(async () => {
  site = await openOidcSite();
});
afterAll(() => site.close());
beforeEach(() => site.reset());

describe('a sign-in that goes well', () => {
  test('the first makes an account with the mapped role and queues, and leads to the page that was asked for', async () => {
    site.provider.people.set('ana', {
      name: 'Ana Morel',
      preferred_username: 'AMOREL',
      groups: ['conseillers', 'pole-pe'],
    });
    const flow = await site.begin('#/conversation/0199-42');
    const asked = new URL(flow.url).searchParams;
    expect(Object.fromEntries(asked)).toMatchObject({
      response_type: 'code',
      code_challenge_method: 'S256',
      redirect_uri: CALLBACK,
      scope: 'openid profile',
    });
    expect(asked.get('code_challenge')).toMatch(/^[\w-]{43}$/);
    const answer = await site.back(await site.provider.walk(flow.url, 'ana'), flow.cookie);
    expect([answer.statusCode, answer.headers.location]).toEqual([303, '/#/conversation/0199-42']);
    expect(answer.cookies.find(({ name }) => name === SESSION_COOKIE)).toMatchObject({
      httpOnly: true,
      secure: true,
      sameSite: 'Strict',
      path: '/',
    });
    const me = (await site.whoAmI(sessionOf(answer))).json().agent;
    expect(me).toMatchObject({ login: 'amorel', display_name: 'Ana Morel', role: 'agent', queues: ['n1', 'pole-pe'] });
    // The groups were not in the id token: the userinfo endpoint was asked.
    expect(site.provider.asked).toContain('/me');
    const [identity] = await site.identities();
    expect(identity).toMatchObject({ issuer: site.provider.issuer, subject: 'ana', agent_id: me.id });
    expect((await site.audit()).slice(-2).map(({ action, subject }) => [action, subject])).toEqual([
      ['agent.created', me.id],
      ['session.opened', me.id],
    ]);
  });

  test('the cookie on the way is short-lived, read by no script, and bound to this host', async () => {
    const headers = { origin: PUBLIC_URL };
    const answer = await site.world.app.inject({ method: 'POST', url: '/api/session/oidc', headers, payload: {} });
    expect(answer.cookies).toMatchObject([
      { name: FLOW_COOKIE, httpOnly: true, secure: true, sameSite: 'Lax', path: '/', maxAge: FLOW_MAX_MS / 1000 },
    ]);
    expect(answer.body).not.toContain(answer.cookies[0]!.value);
  });

  test('the next one finds the account again, whatever the login has become', async () => {
    site.provider.people.set('ana', {
      name: 'Ana Morel',
      preferred_username: 'amorel-petit',
      groups: ['conseillers', 'pole-pe'],
    });
    const before = (await site.rows())['agent']!.length;
    const answer = await site.signIn('ana');
    expect((await site.whoAmI(sessionOf(answer))).json().agent.login).toBe('amorel');
    expect((await site.rows())['agent']).toHaveLength(before);
  });

  test('rights that changed at the provider change here, and end the sessions opened under the old ones', async () => {
    const first = sessionOf(await site.signIn('ana'));
    site.provider.people.set('ana', { name: 'Ana Morel', groups: ['superviseurs'] });
    const second = sessionOf(await site.signIn('ana'));
    expect((await site.whoAmI(first)).statusCode).toBe(401);
    expect((await site.whoAmI(second)).json().agent).toMatchObject({ role: 'supervisor', queues: [] });
    // Nothing changed since: the other browser stays signed in.
    await site.signIn('ana');
    expect((await site.whoAmI(second)).statusCode).toBe(200);
  });

  test('it ends the session the browser carried, and never takes up one that was planted', async () => {
    const carried = sessionOf(await site.signIn('ana'));
    const after = sessionOf(await site.signIn('ana', '', carried));
    expect((await site.whoAmI(carried)).statusCode).toBe(401);
    const planted = `${SESSION_COOKIE}=${newSessionToken()}`;
    const fresh = sessionOf(await site.signIn('ana', '', planted));
    expect(fresh).not.toBe(planted);
    expect((await site.whoAmI(planted)).statusCode).toBe(401);
    expect((await site.whoAmI(after)).statusCode).toBe(200);
  });

  test('a partner gets its pool and no queue', async () => {
    site.provider.people.set('paul', { groups: ['appui', 'hainaut', 'pole-pe'] });
    const answer = await site.signIn('paul');
    expect((await site.whoAmI(sessionOf(answer))).json().agent).toMatchObject({
      role: 'partner',
      pool: 'pool.hainaut',
      queues: [],
    });
  });

  test('a login or an address another account has opens nothing of that account', async () => {
    const local = await site.world.person('administrator', { login: 'chef@cpam.example', display_name: 'Chef' });
    site.provider.people.set('intrus', {
      preferred_username: 'Chef@cpam.example',
      email: 'chef@cpam.example',
      groups: ['conseillers'],
    });
    const me = (await site.whoAmI(sessionOf(await site.signIn('intrus')))).json().agent;
    expect(me.id).not.toBe(local.agent.id);
    expect(me.role).toBe('agent');
    expect(me.login).toMatch(/^chef@cpam\.example~[0-9a-f]{8}$/);
    // Nor does the same subject of another site.provider.
    await site.world.store.write(SYSTEM, (tx) =>
      tx.updateTable('agent_identity').set({ issuer: 'https://autre.example' }).where('agent_id', '=', me.id).execute(),
    );
    expect((await site.whoAmI(sessionOf(await site.signIn('intrus')))).json().agent.id).not.toBe(me.id);
  });

  test('two first sign-ins at once make one account', async () => {
    site.provider.people.set('deux', { groups: ['conseillers'] });
    const flows = await Promise.all([site.begin(), site.begin()]);
    const ways = await Promise.all(flows.map(({ url }) => site.provider.walk(url, 'deux')));
    const answers = await Promise.all(ways.map((way, n) => site.back(way, flows[n]!.cookie)));
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([303, 303]);
    expect((await site.identities()).filter(({ subject }) => subject === 'deux')).toHaveLength(1);
  });

  test('signing out ends the session here and says where to end it at the provider', async () => {
    const cookie = sessionOf(await site.signIn('ana'));
    const csrf = (await site.whoAmI(cookie)).json().csrf_token;
    const headers = { cookie, origin: PUBLIC_URL, 'x-csrf-token': csrf };
    const answer = await site.world.app.inject({ method: 'DELETE', url: '/api/session', headers });
    const url = new URL(answer.json().end_session_url);
    expect(url.origin).toBe(site.provider.issuer);
    expect(Object.fromEntries(url.searchParams)).toEqual({
      client_id: CLIENT.client_id,
      post_logout_redirect_uri: `${PUBLIC_URL}/`,
    });
    expect((await fetch(url)).status).toBe(200);
    expect((await site.whoAmI(cookie)).statusCode).toBe(401);
  });

  test('no token and no code is stored anywhere', async () => {
    const flow = await site.begin();
    const way = await site.provider.walk(flow.url, 'ana');
    const answer = await site.back(way, flow.cookie);
    const rows = await site.rows();
    const text = JSON.stringify(rows);
    for (const secret of [
      way.searchParams.get('code')!,
      flow.cookie.split('=')[1]!,
      sessionOf(answer).split('=')[1]!,
      'eyJ',
    ])
      expect(text).not.toContain(secret);
  });
});

describe('around it', () => {
  test.each(['//evil.example', 'https://evil.example', '/#/x', '#/a b', '#/\\evil', 'javascript:1', '#/é', '#', '?x'])(
    'a place that is no page of the console is not taken: %s',
    async (place) => {
      const headers = { origin: PUBLIC_URL };
      const answer = await site.world.app.inject({
        method: 'POST',
        url: '/api/session/oidc',
        headers,
        payload: { place },
      });
      expect([answer.statusCode, answer.json().error.code]).toEqual([400, 'BAD_INPUT']);
    },
  );

  test('the page is told how people sign in', async () => {
    const answer = await site.world.app.inject({ method: 'GET', url: '/api/session/ways' });
    expect(answer.json()).toEqual({ local: true, oidc: { label: 'le compte de la caisse' } });
  });

  test('a provider that is away is said in French; health and local accounts do not feel it', async () => {
    const flow = await site.begin();
    const way = await site.provider.walk(flow.url, 'ana');
    site.provider.down = true;
    refused(await site.back(way, flow.cookie), 503, /ne répond pas/);
    expect((await site.world.app.inject({ method: 'GET', url: '/readyz' })).statusCode).toBe(200);
    const local = await site.world.person('agent');
    expect((await local.get('/api/session')).statusCode).toBe(200);
    // One that was never there: asked twice, then given up; and there again, it is found.
    const env = { issuer: site.provider.issuer, ...CLIENT, scopes: 'openid', label: '' };
    const now = new Date();
    const deps = { public_url: PUBLIC_URL, wanted: [], log: quiet, clock: () => now };
    const fresh = createOidcProvider(env, deps);
    const secrets = { state: 's', nonce: 'n', verifier: 'v'.repeat(43) };
    const asked = site.provider.asked.length;
    await expect(fresh.begin(secrets)).rejects.toMatchObject({ code: 'OIDC_UNAVAILABLE' });
    expect(site.provider.asked.slice(asked)).toEqual(Array(2).fill('/.well-known/openid-configuration'));
    expect(await fresh.endSessionUrl()).toBeUndefined();
    site.provider.down = false;
    const before = site.provider.asked.length;
    const [one, two] = await Promise.all([fresh.begin(secrets), fresh.begin(secrets)]);
    expect([one, new URL(one).origin]).toEqual([two, site.provider.issuer]);
    expect(site.provider.asked.slice(before)).toEqual(['/.well-known/openid-configuration']);
    // Known once, its word holds while it is silent; it is asked again, but not by everybody.
    site.provider.down = true;
    now.setHours(now.getHours() + 2);
    const silent = site.provider.asked.length;
    for (let n = 0; n < 3; n += 1) expect(await fresh.begin(secrets)).toBe(one);
    expect(site.provider.asked).toHaveLength(silent + 2);
  });

  test('groups that stand in the id token are not asked for again; a client without a secret gets in by PKCE', async () => {
    const provider = await startProvider([CALLBACK], true);
    provider.people.set('ana', { groups: ['conseillers'] });
    const env = { issuer: provider.issuer, ...PUBLIC_CLIENT, scopes: 'openid profile', label: '' };
    const deps = { public_url: PUBLIC_URL, wanted: ['groups'], log: quiet, clock: () => new Date() };
    const client = createOidcProvider(env, deps);
    const secrets = flowSecrets('un jeton');
    const { search } = await provider.walk(await client.begin(secrets), 'ana');
    const { identity, claims } = await client.finish(search.slice(1), secrets);
    expect(identity).toEqual({ issuer: provider.issuer, subject: 'ana' });
    expect(claims).toMatchObject({ groups: ['conseillers'] });
    expect(provider.asked).not.toContain('/me');
    const again = await provider.walk(await client.begin(secrets), 'ana');
    const other = { ...secrets, verifier: 'v'.repeat(43) };
    await expect(client.finish(again.search.slice(1), other)).rejects.toMatchObject({ code: 'OIDC_REFUSED' });
    await provider.close();
  });

  test('with local accounts off no password opens anything, and sessions opened by one are over', async () => {
    const local = await site.world.person('administrator');
    const by_provider = sessionOf(await site.signIn('ana'));
    const app = buildApp({
      ...site.world.deps,
      metrics: new Registry(),
      sign_in: { ...site.world.deps.sign_in!, local: false },
    });
    await app.ready();
    const get = (cookie: string) => app.inject({ method: 'GET', url: '/api/session', headers: { cookie } });
    expect((await get(local.cookie)).statusCode).toBe(401);
    expect((await get(by_provider)).statusCode).toBe(200);
    const payload = { login: local.agent.login, password: 'un mot de passe quelconque' };
    const answer = await app.inject({ method: 'POST', url: '/api/session', headers: { origin: PUBLIC_URL }, payload });
    expect([answer.statusCode, answer.json().error.code]).toEqual([403, 'AUTH_LOCAL_OFF']);
    expect((await app.inject({ method: 'GET', url: '/api/session/ways' })).json().local).toBe(false);
    await app.close();
  });

  test('without a provider its sessions are over, and nothing leads there', async () => {
    const by_provider = sessionOf(await site.signIn('ana'));
    const app = buildApp({ ...site.world.deps, metrics: new Registry(), sign_in: { local: true } });
    await app.ready();
    const get = (url: string) => app.inject({ method: 'GET', url, headers: { cookie: by_provider } });
    expect((await get('/api/session')).statusCode).toBe(401);
    refused(await get('/api/session/oidc/callback?code=x'), 404, /Aucun fournisseur/);
    await app.close();
  });
});

test('two first sign-ins of one person at once, on PostgreSQL, make one account', async () => {
  const world = await openWorld('postgres');
  try {
    const person = { identity: { issuer: 'https://login.example', subject: 'x' }, claims: { groups: ['conseillers'] } };
    const flow = { place: '', old_session: null };
    const tokens = await Promise.all(Array.from({ length: 4 }, () => enter(world.deps, MAPPING, person, flow)));
    expect(new Set(tokens).size).toBe(4);
    const agents = await world.store.read(SYSTEM, (tx) => tx.selectFrom('agent').select('id').execute());
    expect(agents).toHaveLength(1);
  } finally {
    await world.close();
  }
});
