import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { readEnv, type Env } from '../../config/env.ts';
import { readSignIn } from '../../config/sign-in.ts';
import { SHIPPED_CONFIG } from '../../config/source.ts';
import { accountOf, changesOf } from '../../console/auth/oidc-account.ts';
import { signInWays } from '../../scripts/sign-in-ways.ts';
import { deskBook } from '../support/desk-book.ts';

const KNOWN = { queues: ['n1', 'pole-pe'], pools: ['pool.hainaut'], skills: ['carte-vitale'] };
const OIDC = {
  OIDC_ISSUER: 'https://login.example/realms/caisse',
  OIDC_CLIENT_ID: 'aiguillage',
  PUBLIC_URL: 'https://desk.example',
};
const book = deskBook();
const file = (lines: string): string => `version: 1\n${lines}...\n`;
const read = (lines: string) => readSignIn(file(lines), KNOWN);

function refusal(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('nothing was refused');
}

describe('sign-in.yaml', () => {
  test.each([
    [
      'an unknown role',
      'roles: [{ group: a, role: agnt }]\n',
      'sign-in.yaml:2:27  role : valeur refusée',
      'vouliez-vous dire « agent »',
    ],
    [
      'a misspelt key',
      'roles:\n  - { grupe: a, role: agent }\n',
      'sign-in.yaml:3:7  clé inconnue « grupe »',
      '« group »',
    ],
    [
      'a partner with queues',
      'roles:\n  - { group: a, role: partner, queues: [n1] }\n',
      'sign-in.yaml:3:5',
      'un partenaire a un « pool »',
    ],
    [
      'a pool for an agent',
      'roles:\n  - { group: a, role: agent, pool: pool.hainaut }\n',
      'sign-in.yaml:3:5',
      'un partenaire a un « pool »',
    ],
    ['a file that was cut', 'roles: []', 'le fichier est coupé', 'sign-in.yaml'],
  ])('%s is told with its place', (_, lines, ...said) => {
    const told = refusal(() => readSignIn(lines === 'roles: []' ? `version: 1\n${lines}\n` : file(lines), KNOWN));
    for (const words of said) expect(told).toContain(words);
  });

  test('a queue, a skill or a pool the rules do not know is told, and keeps nobody out', () => {
    const { unknown } = read(`roles:
  - { group: a, role: agent, queues: [n2], skills: [carte] }
  - { group: b, role: partner, pool: pool.hainat }
`);
    expect(unknown.map((line) => line.split(' ; ')[0])).toEqual([
      'sign-in.yaml:3:39  avertissement : file inconnue des règles en vigueur',
      'sign-in.yaml:3:53  avertissement : compétence inconnue des règles en vigueur',
      'sign-in.yaml:4:38  avertissement : équipe partenaire inconnue des règles en vigueur',
    ]);
  });

  test('the shipped file lets nobody in', async () => {
    const ways = await signInWays({ ...readEnv(OIDC), config_dir: SHIPPED_CONFIG }, book, { warn: () => undefined });
    expect(ways.oidc?.mapping.roles).toEqual([]);
  });
});

describe('from claims to an account', () => {
  const { mapping } = read(`claims: { roles: realm_access.roles, teams: groups, name: nom }
roles:
  - { group: [chefs, cadres], role: supervisor }
  - { group: conseillers, role: agent, queues: [n1] }
teams:
  - { group: /pfs/pe, queues: [pole-pe, n1, partie] }
`);
  const account = (claims: Record<string, unknown>) => accountOf({ sub: 's', ...claims }, mapping, book);
  const groups = (...roles: unknown[]) => ({ realm_access: { roles } });

  test('the first role line that fits decides, teams add up, and what the rules do not know is left out', () => {
    expect(account({ ...groups('conseillers', 'cadres'), groups: ['/pfs/pe'] })).toEqual({
      login: 's',
      display_name: 's',
      role: 'supervisor',
      queues: ['n1', 'pole-pe'],
      skills: undefined,
      pool: null,
    });
    expect(account({ ...groups('conseillers'), groups: '/pfs/pe' })?.queues).toEqual(['n1', 'pole-pe']);
  });

  test.each([
    ['nothing', {}],
    ['a role under the other claim', { groups: ['conseillers'] }],
    ['another letter case', groups('Conseillers')],
    ['a part of the word', groups('conseillers-stagiaires')],
    ['numbers and objects', groups(1, {}, null)],
    ['text where a block should be', { realm_access: 'conseillers' }],
    ['a name everything inherits', { realm_access: { constructor: ['conseillers'] } }],
  ])('%s gives no account', (_, claims) => expect(account(claims)).toBeUndefined());

  test('a claim whose own name has dots is found before a way through blocks', () => {
    expect(account({ 'realm_access.roles': ['chefs'], realm_access: { roles: ['conseillers'] } })?.role).toBe(
      'supervisor',
    );
  });

  test('names come out fit to be shown: no controls, no end', () => {
    const shown = account({ ...groups('chefs'), nom: ' Ana\u202e\u0000 Morel ', preferred_username: 'Ana Morel' });
    expect(shown).toMatchObject({ display_name: 'Ana Morel', login: 'ana.morel' });
    expect(account({ ...groups('chefs'), nom: 'x'.repeat(500) })?.display_name).toHaveLength(100);
  });

  test('a file that never speaks of queues leaves those an administrator gave', () => {
    const roles_only = read('roles:\n  - { group: a, role: agent }\n').mapping;
    const now = accountOf({ sub: 's', groups: ['a'] }, roles_only, book)!;
    const before = {
      id: 'i',
      login: 's',
      display_name: 's',
      role: 'agent',
      queues: ['n1'],
      pool: null,
      disabled: false,
      skills: ['x'],
    } as const;
    expect(changesOf(before, now)).toEqual({});
    expect(changesOf({ ...before, role: 'referent' }, now)).toEqual({ role: 'agent' });
    expect(changesOf({ ...before, role: 'partner', pool: 'pool.hainaut', queues: [] }, now)).toEqual({
      role: 'agent',
      pool: null,
    });
  });
});

describe('the environment', () => {
  test('defaults ask for little: openid and profile, local accounts on, no proxy believed', () => {
    expect(readEnv(OIDC)).toMatchObject({
      oidc: { client_secret: undefined, scopes: 'openid profile', label: 'mon compte professionnel' },
      local_accounts: true,
      trusted_proxies: [],
    });
    expect(readEnv({ ...OIDC, OIDC_SCOPES: 'groups', TRUSTED_PROXIES: '10.0.0.0/8, ::1' })).toMatchObject({
      oidc: { scopes: 'openid groups' },
      trusted_proxies: ['10.0.0.0/8', '::1'],
    });
    expect(readEnv({}).oidc).toBeUndefined();
  });

  test.each([
    ['an issuer without TLS', { ...OIDC, OIDC_ISSUER: 'http://login.example' }, 'OIDC_ISSUER'],
    ['half a client', { ...OIDC, OIDC_CLIENT_ID: '' }, 'OIDC_CLIENT_ID'],
    ['a secret alone', { OIDC_CLIENT_SECRET: 'x' }, 'OIDC_ISSUER'],
    ['no way back', { ...OIDC, PUBLIC_URL: '' }, 'PUBLIC_URL'],
    ['no way in', { LOCAL_ACCOUNTS: 'off' }, 'LOCAL_ACCOUNTS'],
    ['a word for on', { LOCAL_ACCOUNTS: 'non' }, 'LOCAL_ACCOUNTS'],
    ['a proxy that is no address', { TRUSTED_PROXIES: 'proxy.example' }, 'TRUSTED_PROXIES'],
  ])('%s is refused, and no value is repeated', (_, env, named) => {
    const told = refusal(() => readEnv(env));
    expect(told).toContain(named);
    expect(told).not.toContain('proxy.example');
  });

  describe('local accounts off', () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'aig-sign-in-'));
    afterAll(() => rmSync(folder, { recursive: true, force: true }));
    const env: Env = { ...readEnv({ ...OIDC, LOCAL_ACCOUNTS: 'off' }), config_dir: folder };
    const ways = (lines: string) => {
      writeFileSync(path.join(folder, 'sign-in.yaml'), file(lines));
      return signInWays(env, book, { warn: () => undefined });
    };
    test('needs somebody who can administer', async () => {
      await expect(ways('roles: [{ group: a, role: agent }]\n')).rejects.toThrow(
        /sign-in\.yaml:1:1 .*LOCAL_ACCOUNTS=off/,
      );
      expect(await ways('roles: [{ group: a, role: administrator }]\n')).toMatchObject({ local: false });
    });
  });
});
