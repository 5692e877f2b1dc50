import type * as OpenidClient from 'openid-client';
import type { ClientAuth, Configuration } from 'openid-client';
import type { Logger } from 'pino';
import type { OidcEnv } from '../../config/env.ts';
import { AiguillageError } from '../../domain/errors.ts';
import type { Identity } from '../../store/identities.ts';
import { CALLBACK_PATH, type FlowSecrets } from './oidc-flow.ts';

/** What a provider said of somebody; names and values are its own. */
export type Claims = Readonly<Record<string, unknown>>;

/** The site's OpenID provider as the console uses it. No token leaves this file. */
export interface OidcProvider {
  /** Where to send the browser. @throws AiguillageError OIDC_UNAVAILABLE */
  begin(secrets: FlowSecrets): Promise<string>;
  /**
   * Exchanges the code of an answer, and checks everything the standard asks (issuer, audience, nonce, times, signature).
   * @param query of the address the browser came back to
   * @throws AiguillageError OIDC_REFUSED, OIDC_UNAVAILABLE
   */
  finish(query: string, secrets: FlowSecrets): Promise<{ identity: Identity; claims: Claims }>;
  /** Where a browser ends its session at the provider; undefined when the provider has no such page, or is away. */
  endSessionUrl(): Promise<string | undefined>;
}

const DISCOVERY_TIMEOUT_S = 5;
const DISCOVERY_TRIES = 2;
const REQUEST_TIMEOUT_S = 8;
/** What the provider says of itself is asked again after this; until it answers, the earlier word holds. */
const DISCOVERED_MS = 3_600_000;
const ASK_AGAIN_MS = 60_000;
/** Clocks of two machines differ; this much is forgiven in `exp`, `iat` and `nbf`. */
export const CLOCK_SKEW_S = 60;
const SUBJECT_CHARS_MAX = 255;

/**
 * Nothing is asked before the first sign-in: a provider that is away keeps no process from starting.
 * @param wanted claims the mapping looks at; asked from the userinfo endpoint when the id token does not hold them
 */
export function createOidcProvider(
  env: OidcEnv,
  { public_url, wanted, log, clock }: { public_url: string; wanted: readonly string[]; log: Logger; clock: () => Date },
): OidcProvider {
  const redirect_uri = new URL(CALLBACK_PATH, public_url).href;
  let known: { config: Configuration; at: number } | undefined;
  let asking: Promise<Configuration> | undefined;

  async function discover(): Promise<Configuration> {
    const client = await import('openid-client');
    const execute = [client.enableNonRepudiationChecks];
    if (env.issuer.startsWith('http:')) execute.push(client.allowInsecureRequests);
    const metadata = { [client.clockTolerance]: CLOCK_SKEW_S };
    const authentication = authenticate(client, env.client_secret);
    for (let tried = 1; ; tried += 1) {
      try {
        const config = await client.discovery(new URL(env.issuer), env.client_id, metadata, authentication, {
          execute,
          timeout: DISCOVERY_TIMEOUT_S,
        });
        config.timeout = REQUEST_TIMEOUT_S;
        return config;
      } catch (error) {
        if (tried >= DISCOVERY_TRIES) throw failure('discovery', error);
      }
    }
  }

  async function configuration(): Promise<Configuration> {
    if (known !== undefined && clock().getTime() - known.at < DISCOVERED_MS) return known.config;
    // However many people wait, the provider is asked once.
    asking ??= discover().finally(() => (asking = undefined));
    try {
      const config = await asking;
      known = { config, at: clock().getTime() };
      return config;
    } catch (error) {
      if (known === undefined) throw error;
      // Not at each sign-in: while the provider is silent, each of them would wait for the time limit.
      known = { config: known.config, at: clock().getTime() - DISCOVERED_MS + ASK_AGAIN_MS };
      return known.config;
    }
  }

  /** Of a failure at the provider only codes are told: its sentences may hold tokens, claims or somebody's words. */
  function failure(step: string, error: unknown): AiguillageError {
    const { name, code, error: said } = error as { name?: string; code?: unknown; error?: unknown };
    const away =
      step === 'discovery' ||
      name === 'TypeError' ||
      ['OAUTH_TIMEOUT', 'OAUTH_ABORT', 'OAUTH_RESPONSE_IS_NOT_CONFORM'].includes(String(code)) ||
      ['temporarily_unavailable', 'server_error'].includes(String(said));
    const oauth = typeof said === 'string' && /^[a-z_]{1,40}$/.test(said) ? said : undefined;
    log.warn(
      { step, name, code: typeof code === 'string' ? code : undefined, oauth },
      'sign-in by the provider failed',
    );
    return new AiguillageError(away ? 'OIDC_UNAVAILABLE' : 'OIDC_REFUSED');
  }

  return {
    async begin({ state, nonce, verifier }) {
      const config = await configuration();
      const client = await import('openid-client');
      return client.buildAuthorizationUrl(config, {
        redirect_uri,
        scope: env.scopes,
        response_type: 'code',
        state,
        nonce,
        code_challenge: await client.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
      }).href;
    },
    async finish(query, { state, nonce, verifier }) {
      const config = await configuration();
      const client = await import('openid-client');
      try {
        // Our own address, never the Host header of the request.
        const tokens = await client.authorizationCodeGrant(config, new URL(`${redirect_uri}?${query}`), {
          expectedState: state,
          expectedNonce: nonce,
          pkceCodeVerifier: verifier,
          idTokenExpected: true,
        });
        const token = tokens.claims();
        if (token === undefined || token.sub.length > SUBJECT_CHARS_MAX) throw new Error('no usable subject');
        const asks = wanted.some((name) => claimAt(token, name) === undefined);
        const more =
          asks && config.serverMetadata().userinfo_endpoint !== undefined
            ? await client.fetchUserInfo(config, tokens.access_token, token.sub)
            : {};
        return { identity: { issuer: token.iss, subject: token.sub }, claims: { ...more, ...token } };
      } catch (error) {
        throw failure('answer', error);
      }
    },
    async endSessionUrl() {
      try {
        const config = await configuration();
        if (config.serverMetadata().end_session_endpoint === undefined) return undefined;
        const client = await import('openid-client');
        // Without id_token_hint, which would have to be kept: the provider asks the person to confirm.
        return client.buildEndSessionUrl(config, { post_logout_redirect_uri: new URL('/', public_url).href }).href;
      } catch {
        return undefined;
      }
    },
  };
}

/** Basic is what every provider takes by default (OpenID Connect Core §9), unless this one says that it does not. */
function authenticate(client: typeof OpenidClient, secret: string | undefined): ClientAuth {
  if (secret === undefined) return client.None();
  const [basic, post] = [client.ClientSecretBasic(secret), client.ClientSecretPost(secret)];
  return (server, ...more) => {
    const methods = server.token_endpoint_auth_methods_supported;
    return (methods === undefined || methods.includes('client_secret_basic') ? basic : post)(server, ...more);
  };
}

/** A claim by its name, or by the way to it with dots between: `realm_access.roles`. */
export function claimAt(claims: Claims, name: string): unknown {
  if (Object.hasOwn(claims, name)) return claims[name];
  let here: unknown = claims;
  for (const step of name.split('.')) {
    if (typeof here !== 'object' || here === null || !Object.hasOwn(here, step)) return undefined;
    here = (here as Claims)[step];
  }
  return here;
}
