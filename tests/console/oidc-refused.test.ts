import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { addressKey } from '../../console/auth/address.ts';
import { BEGUN_MAX } from '../../console/routes/oidc.ts';
import { SYSTEM } from '../../store/database.ts';
import { FLOW_MAX_MS } from '../../store/identities.ts';
import { CLIENT, OTHER_CLIENT } from '../support/oidc.ts';
import { CALLBACK, openOidcSite, refused, sessionOf, type OidcSite } from '../support/oidc-site.ts';
import { MORNING, PUBLIC_URL } from '../support/world.ts';

let site: OidcSite;
beforeAll(async () => {
  site = await openOidcSite();
  site.provider.people.set('ana', { name: 'Ana Morel', preferred_username: 'amorel', groups: ['conseillers'] });
  site.provider.people.set('paul', { groups: ['conseillers'] });
});
afterAll(() => site.close());
beforeEach(() => site.reset());

describe('a sign-in that is refused', () => {
  test.each([
    ['no group fits', { groups: ['comptabilite'] }],
    ['there is no group at all', {}],
    ['a partner has no pool', { groups: ['appui'] }],
    ['a partner has two pools', { groups: ['appui', 'hainaut', 'flandres'] }],
  ])('when %s: a French sentence, and nothing is created', async (_, claims) => {
    site.provider.people.set('zoe', claims);
    const before = (await site.rows())['agent'];
    refused(await site.signIn('zoe'), 403, /aucun rôle ne lui est donné/);
    expect((await site.rows())['agent']).toEqual(before);
  });

  test('when somebody lost every role: open sessions end too', async () => {
    site.provider.people.set('lou', { groups: ['conseillers'] });
    const open = sessionOf(await site.signIn('lou'));
    site.provider.people.set('lou', { groups: [] });
    refused(await site.signIn('lou'), 403, /aucun rôle/);
    expect((await site.whoAmI(open)).statusCode).toBe(401);
  });

  test('when the account was closed here', async () => {
    site.provider.people.set('max', { groups: ['conseillers'] });
    const { id } = (await site.whoAmI(sessionOf(await site.signIn('max')))).json().agent;
    const admin = await site.world.person('administrator');
    expect((await admin.post(`/api/agents/${id}`, { disabled: true })).statusCode).toBe(200);
    refused(await site.signIn('max'), 403, /Votre compte est fermé/);
  });

  test('an administrator sees where an account comes from, and cannot change what the provider says of it', async () => {
    const { id } = (await site.whoAmI(sessionOf(await site.signIn('ana')))).json().agent;
    const admin = await site.world.person('administrator');
    const { agents } = (await admin.get('/api/agents')).json();
    expect(agents.find((row: { id: string }) => row.id === id)).toMatchObject({ linked: true, sessions: 1 });
    for (const change of [{ role: 'administrator' }, { password: 'un mot de passe de trop' }, { queues: ['cis'] }]) {
      const answer = await admin.post(`/api/agents/${id}`, change);
      expect([answer.statusCode, answer.json().error.message]).toEqual([400, expect.stringMatching(/fournisseur/)]);
    }
    // sign-in.yaml does not speak of skills: those are given here.
    expect((await admin.post(`/api/agents/${id}`, { skills: ['carte-vitale'], role: 'agent' })).statusCode).toBe(200);
    expect((await site.whoAmI(sessionOf(await site.signIn('ana')))).statusCode).toBe(200);
    const { agents: after } = (await admin.get('/api/agents')).json();
    expect(after.find((row: { id: string }) => row.id === id).skills).toEqual(['carte-vitale']);
  });

  test('when one address begins sign-ins without end', async () => {
    const key = addressKey(site.world.deps.secrets.message_id, 'oidc 127.0.0.1');
    const rows = Array.from({ length: BEGUN_MAX }, () => ({ login: key, at: MORNING, ok: false }));
    await site.world.store.write(SYSTEM, (tx) => tx.insertInto('login_attempt').values(rows).execute());
    const begin = () =>
      site.world.app.inject({ method: 'POST', url: '/api/session/oidc', headers: { origin: PUBLIC_URL }, payload: {} });
    const answer = await begin();
    expect([answer.statusCode, answer.json().error.code, answer.cookies]).toEqual([503, 'TOO_BUSY', []]);
    await site.world.store.write(SYSTEM, (tx) => tx.deleteFrom('login_attempt').execute());
    expect((await begin()).statusCode).toBe(200);
  });

  test('without the cookie of this browser, or with that of another sign-in', async () => {
    const mine = await site.begin();
    const other = await site.begin();
    const way = await site.provider.walk(mine.url, 'ana');
    const asked = site.provider.asked.length;
    refused(await site.back(way, ''), 400, /n’est plus valable/);
    refused(await site.back(way, other.cookie), 400, /n’est plus valable/);
    const wrong = new URL(way);
    wrong.searchParams.set('state', 'x'.repeat(43));
    refused(await site.back(wrong, mine.cookie), 400, /n’est plus valable/);
    // The provider was not asked, and the sign-in of its owner was not spent.
    expect(site.provider.asked).toHaveLength(asked);
    expect((await site.back(way, mine.cookie)).statusCode).toBe(303);
  });

  test('the second time with the same state', async () => {
    const flow = await site.begin();
    const way = await site.provider.walk(flow.url, 'ana');
    expect((await site.back(way, flow.cookie)).statusCode).toBe(303);
    const asked = site.provider.asked.length;
    refused(await site.back(way, flow.cookie), 400, /n’est plus valable/);
    expect(site.provider.asked).toHaveLength(asked);
  });

  test('after ten minutes', async () => {
    const flow = await site.begin();
    const way = await site.provider.walk(flow.url, 'ana');
    site.world.clock.now = new Date(MORNING.getTime() + FLOW_MAX_MS);
    refused(await site.back(way, flow.cookie), 400, /trop ancienne/);
  });

  test('with a code that another application was given', async () => {
    const flow = await site.begin();
    const theirs = new URL(flow.url);
    theirs.searchParams.set('client_id', OTHER_CLIENT.client_id);
    refused(await site.back(await site.provider.walk(theirs.href, 'ana'), flow.cookie), 401, /pas été confirmée/);
  });

  test('with a code that belongs to another sign-in of this application', async () => {
    const mine = await site.begin();
    const stolen = await site.provider.walk((await site.begin()).url, 'ana');
    const way = await site.provider.walk(mine.url, 'paul');
    way.searchParams.set('code', stolen.searchParams.get('code')!);
    refused(await site.back(way, mine.cookie), 401, /pas été confirmée/);
  });

  test('when the answer names another issuer, or none', async () => {
    for (const iss of ['https://autre.example', undefined]) {
      const flow = await site.begin();
      const way = await site.provider.walk(flow.url, 'ana');
      if (iss === undefined) way.searchParams.delete('iss');
      else way.searchParams.set('iss', iss);
      refused(await site.back(way, flow.cookie), 401, /pas été confirmée/);
    }
  });

  const now_s = (): number => Math.floor(Date.now() / 1000);
  test.each<[string, (claims: Record<string, unknown>) => Record<string, unknown>]>([
    ['another nonce', (claims) => ({ ...claims, nonce: 'autre' })],
    ['no nonce', ({ nonce: _nonce, ...claims }) => claims],
    ['another issuer', (claims) => ({ ...claims, iss: 'https://autre.example' })],
    ['another audience', (claims) => ({ ...claims, aud: OTHER_CLIENT.client_id })],
    ['a time that is over', (claims) => ({ ...claims, exp: now_s() - 120 })],
    ['no subject', ({ sub: _sub, ...claims }) => claims],
    ['a subject that is no text', (claims) => ({ ...claims, sub: 7 })],
    ['another subject than the userinfo endpoint', (claims) => ({ ...claims, sub: 'paul' })],
  ])('when the id token carries %s', async (_, tamper) => {
    site.provider.tamper = tamper;
    refused(await site.signIn('ana'), 401, /pas été confirmée/);
  });

  test('when the signature of the id token does not fit', async () => {
    site.provider.forge = true;
    refused(await site.signIn('ana'), 401, /pas été confirmée/);
  });

  test('clocks that differ by half a minute are forgiven', async () => {
    site.provider.tamper = (claims) => ({ ...claims, exp: now_s() - 30 });
    expect((await site.signIn('ana')).statusCode).toBe(303);
  });

  test('when the person gave up at the provider; its words are not repeated', async () => {
    const flow = await site.begin();
    const state = new URL(flow.url).searchParams.get('state')!;
    const error = { error: 'access_denied', error_description: '<script>1</script>', state, iss: site.provider.issuer };
    const way = new URL(`${CALLBACK}?${new URLSearchParams(error).toString()}`);
    const answer = await site.back(way, flow.cookie);
    refused(answer, 401, /pas été confirmée/);
    expect(answer.body).not.toContain('script');
    expect((await site.audit()).at(-1)).toMatchObject({
      action: 'session.refused',
      subject: '-',
      data: { why: 'answer' },
    });
    expect(answer.headers['content-security-policy']).toMatch(/default-src 'none'/);
  });

  test('the log tells steps and codes, never a token, a code, a secret, a group or a name', () => {
    const text = site.log.join('');
    expect(text).toContain('sign-in by the provider failed');
    expect(text).toContain('invalid_grant');
    for (const secret of ['eyJ', 'code=', 'state=', CLIENT.client_secret, 'conseillers', 'amorel', 'Morel', 'script'])
      expect(text).not.toContain(secret);
  });
});
