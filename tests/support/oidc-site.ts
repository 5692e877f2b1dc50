/**
 * A console whose site has a provider, and a browser's way through both:
 *   const site = await openOidcSite();
 *   site.provider.people.set('ana', { groups: ['conseillers'] });
 *   const answer = await site.signIn('ana');
 */
import { expect } from '@jest/globals';
import type { LightMyRequestResponse } from 'fastify';
import pino from 'pino';
import { readSignIn } from '../../config/sign-in.ts';
import { SESSION_COOKIE } from '../../console/auth/tokens.ts';
import type { Selectable } from 'kysely';
import { SYSTEM } from '../../store/database.ts';
import type { Schema } from '../../store/schema.ts';
import { CLIENT, startProvider, type TestProvider } from './oidc.ts';
import { MORNING, openWorld, PUBLIC_URL, type World } from './world.ts';

export const CALLBACK = `${PUBLIC_URL}/api/session/oidc/callback`;
export const FLOW_COOKIE = '__Host-aiguillage_signin';
export const { mapping: MAPPING } = readSignIn(
  `version: 1
roles:
  - { group: administrateurs, role: administrator }
  - { group: superviseurs, role: supervisor }
  - { group: conseillers, role: agent, queues: [n1] }
  - { group: appui, role: partner }
teams:
  - { group: pole-pe, queues: [pole-pe, file-disparue] }
  - { group: hainaut, pool: pool.hainaut }
  - { group: flandres, pool: pool.flandres }
...
`,
  { queues: [], pools: [], skills: [] },
);

interface Flow {
  readonly cookie: string;
  readonly url: string;
}

export interface OidcSite {
  readonly provider: TestProvider;
  readonly world: World;
  /** Every line the console logged. */
  readonly log: string[];
  begin(place?: string, cookie?: string): Promise<Flow>;
  /** Back at the console, as the browser comes from another site: with the Lax cookie only. */
  back(way: URL, cookie: string): Promise<LightMyRequestResponse>;
  signIn(login: string, place?: string, cookie?: string): Promise<LightMyRequestResponse>;
  whoAmI(cookie: string): Promise<LightMyRequestResponse>;
  identities(): Promise<Selectable<Schema['agent_identity']>[]>;
  audit(): Promise<Selectable<Schema['audit']>[]>;
  /** Every row of every table that has to do with signing in, by table. */
  rows(): Promise<Record<string, unknown[]>>;
  /** Everything as it was before a test. */
  reset(): void;
  close(): Promise<void>;
}

export const cookieOf = (answer: LightMyRequestResponse, name: string): string =>
  answer.cookies.find((cookie) => cookie.name === name)?.value ?? '';
export const sessionOf = (answer: LightMyRequestResponse): string =>
  `${SESSION_COOKIE}=${cookieOf(answer, SESSION_COOKIE)}`;

/** A page in French, and no session. */
export function refused(answer: LightMyRequestResponse, status: number, sentence: RegExp): void {
  expect(answer.statusCode).toBe(status);
  expect(answer.headers['content-type']).toMatch(/^text\/html/);
  expect(answer.body).toMatch(sentence);
  expect(answer.cookies.map(({ name }) => name)).not.toContain(SESSION_COOKIE);
}

export async function openOidcSite(): Promise<OidcSite> {
  const provider = await startProvider([CALLBACK]);
  const env = { issuer: provider.issuer, ...CLIENT, scopes: 'openid profile', label: 'le compte de la caisse' };
  const log: string[] = [];
  const world = await openWorld('pglite', {
    log: pino({ level: 'trace' }, { write: (line: string) => void log.push(line) }),
    sign_in: { local: true, oidc: { env, mapping: MAPPING } },
  });
  const site: OidcSite = {
    provider,
    world,
    log,
    async begin(place = '', cookie = '') {
      const headers = { origin: PUBLIC_URL, ...(cookie === '' ? {} : { cookie }) };
      const answer = await world.app.inject({ method: 'POST', url: '/api/session/oidc', headers, payload: { place } });
      expect(answer.statusCode).toBe(200);
      return { cookie: `${FLOW_COOKIE}=${cookieOf(answer, FLOW_COOKIE)}`, url: answer.json().url };
    },
    back: ({ search }, cookie) =>
      world.app.inject({ method: 'GET', url: `/api/session/oidc/callback${search}`, headers: { cookie } }),
    async signIn(login, place = '', cookie = '') {
      const flow = await site.begin(place, cookie);
      return site.back(await provider.walk(flow.url, login), flow.cookie);
    },
    whoAmI: (cookie) => world.app.inject({ method: 'GET', url: '/api/session', headers: { cookie } }),
    identities: () => world.store.read(SYSTEM, (tx) => tx.selectFrom('agent_identity').selectAll().execute()),
    audit: () => world.store.read(SYSTEM, (tx) => tx.selectFrom('audit').selectAll().orderBy('seq').execute()),
    rows: () =>
      world.store.read(SYSTEM, async (tx) => ({
        agent: await tx.selectFrom('agent').selectAll().orderBy('id').execute(),
        session: await tx.selectFrom('session').selectAll().execute(),
        identity: await tx.selectFrom('agent_identity').selectAll().execute(),
        flow: await tx.selectFrom('sign_in_flow').selectAll().execute(),
        audit: await tx.selectFrom('audit').selectAll().execute(),
      })),
    reset() {
      Object.assign(provider, { tamper: undefined, forge: false, down: false });
      world.clock.now = MORNING;
    },
    async close() {
      await world.close();
      await provider.close();
    },
  };
  return site;
}
