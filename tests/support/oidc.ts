/**
 * A real OpenID provider (oidc-provider) on a port of its own, on `localhost`: another site than a console on 127.0.0.1,
 * as in production. Whoever types a login that `people` knows is that person; there is no password.
 *   const provider = await startProvider(['https://desk.example/api/session/oidc/callback']);
 *   provider.people.set('ana', { groups: ['conseillers'] });
 *   const back = await provider.walk(url, 'ana');       // the address a browser would be sent back to
 */
import { createPrivateKey, generateKeyPairSync, sign } from 'node:crypto';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Provider, type Context } from 'oidc-provider';

export const CLIENT = { client_id: 'aiguillage', client_secret: 'un secret de client assez long pour un essai' };
export const OTHER_CLIENT = { client_id: 'autre-application', client_secret: 'un autre secret, pour une autre' };

/** Without a secret: PKCE alone protects it. */
export const PUBLIC_CLIENT = { client_id: 'sans-secret', client_secret: undefined };

type Claims = Record<string, unknown>;

export interface TestProvider {
  readonly issuer: string;
  /** What is said of each login, beside `sub`. */
  readonly people: Map<string, Claims>;
  /** Set: the id tokens are rewritten with it, and signed again with the provider's own key. */
  tamper: ((claims: Claims) => Claims) | undefined;
  /** Set: the signature of the id tokens is spoilt. */
  forge: boolean;
  /** Paths that were asked for, in order. */
  readonly asked: string[];
  /** True: every request is answered with 503. */
  down: boolean;
  /** Says where browsers may be sent back to; once, and needed before the first sign-in. */
  register(redirect_uris: readonly string[]): void;
  /** Signs in as this person, as a new browser would. @returns the address of the console it is sent to */
  walk(url: string, login: string): Promise<URL>;
  close(): Promise<void>;
}

const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const KEY = { ...privateKey.export({ format: 'jwk' }), kid: 'essai', use: 'sig', alg: 'ES256' };

/** @param in_id_token true: groups stand in the id token, as Keycloak does; false: only the userinfo endpoint tells them */
export async function startProvider(redirect_uris: string[] = [], in_id_token = false): Promise<TestProvider> {
  let handle: RequestListener = (_request, response) => response.writeHead(503).end();
  const server = createServer((request, response) => {
    state.asked.push(new URL(request.url ?? '/', 'http://localhost').pathname);
    if (state.down) response.writeHead(503).end();
    else handle(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const issuer = `http://localhost:${(server.address() as AddressInfo).port}`;
  const people = new Map<string, Claims>();
  const state: TestProvider = {
    issuer,
    people,
    tamper: undefined,
    forge: false,
    asked: [],
    down: false,
    register,
    walk,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  function register(redirect_uris: readonly string[]): void {
    const home = new URL('/', redirect_uris[0]).href;
    const client = { redirect_uris, post_logout_redirect_uris: [home], id_token_signed_response_alg: 'ES256' };
    // It warns of what is meant for tests only: rows in memory, lifetimes by default.
    const { warn, info } = console;
    console.warn = console.info = () => undefined;
    const provider = new Provider(issuer, {
      clients: [
        { ...client, ...CLIENT },
        { ...client, ...OTHER_CLIENT },
        { ...client, client_id: PUBLIC_CLIENT.client_id, token_endpoint_auth_method: 'none' },
      ],
      jwks: { keys: [KEY] },
      ttl: { Interaction: 600, Grant: 600, Session: 600, AccessToken: 600, IdToken: 600 },
      cookies: { keys: ['un secret de cookies'] },
      conformIdTokenClaims: !in_id_token,
      claims: { openid: ['sub'], profile: ['name', 'preferred_username', 'groups', 'realm_access'] },
      features: {
        devInteractions: { enabled: false },
        rpInitiatedLogout: {
          logoutSource: (ctx: Context, form: string) => {
            ctx.body = `<title>Déconnexion</title>${form}<button form="op.logoutForm" name="logout" value="yes">Quitter</button>`;
          },
        },
      },
      // Whoever waits for the next page in vain should see why it did not come.
      renderError: (ctx: Context, out: object, error: Error) => {
        console.error('the provider refuses:', out, error);
        ctx.body = `<title>Erreur</title>${JSON.stringify(out)}`;
      },
      interactions: { url: (_ctx: unknown, { uid }: { uid: string }) => `/login/${uid}` },
      findAccount: (_ctx: unknown, sub: string) => ({
        accountId: sub,
        claims: () => ({ sub, ...people.get(sub) }),
      }),
      // Consent is the site's, not each person's.
      loadExistingGrant: async (ctx: { oidc: { client: { clientId: string }; session: { accountId: string } } }) => {
        const of = { accountId: ctx.oidc.session.accountId, clientId: ctx.oidc.client.clientId };
        const grant = new provider.Grant(of);
        grant.addOIDCScope('openid profile');
        await grant.save();
        return grant;
      },
    });
    Object.assign(console, { warn, info });
    provider.use(async (ctx, next) => {
      const enter = ctx.path.startsWith('/login/');
      if (!enter) {
        await next();
        if (ctx.path === '/token') rewrite(ctx, state);
        return;
      }
      const { login } = ctx.query;
      if (login !== undefined) return provider.interactionFinished(ctx.req, ctx.res, { login: { accountId: login } });
      ctx.type = 'html';
      ctx.body =
        '<title>Connexion</title><form><label>Identifiant <input name="login"></label><button>Entrer</button></form>';
    });
    handle = provider.callback();
  }
  if (redirect_uris.length > 0) register(redirect_uris);

  async function walk(url: string, login: string): Promise<URL> {
    const jar = new Map<string, string>();
    let here = new URL(url);
    for (let step = 0; step < 12; step += 1) {
      if (here.origin !== issuer) return here;
      if (here.pathname.startsWith('/login/')) here.searchParams.set('login', login);
      const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
      const answer = await fetch(here, { redirect: 'manual', headers: { cookie } });
      for (const line of answer.headers.getSetCookie()) {
        const [name, value] = line.split(';')[0]!.split('=') as [string, string];
        jar.set(name, value);
      }
      const next = answer.headers.get('location');
      if (next === null) throw new Error(`the provider stays at ${here.pathname} with ${answer.status}`);
      here = new URL(next, here);
    }
    throw new Error('the provider goes round in circles');
  }
  return state;
}

function rewrite(ctx: Context, { tamper, forge }: TestProvider): void {
  const body = ctx.body as { id_token?: string } | null;
  if (typeof body?.id_token !== 'string' || (tamper === undefined && !forge)) return;
  const [head, payload] = body.id_token.split('.') as [string, string];
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as Claims;
  const said = Buffer.from(JSON.stringify(tamper?.(claims) ?? claims)).toString('base64url');
  const key = createPrivateKey({ key: KEY, format: 'jwk' });
  const signature = sign('sha256', Buffer.from(`${head}.${forge ? 'autre' : said}`), {
    key,
    dsaEncoding: 'ieee-p1363',
  });
  body.id_token = `${head}.${said}.${signature.toString('base64url')}`;
}
