import { createHmac } from 'node:crypto';
import { isLoopbackHttp } from './origin.ts';

/** Where the provider sends browsers back to; to be registered there, behind PUBLIC_URL. */
export const CALLBACK_PATH = '/api/session/oidc/callback';

/** What ties one sign-in to one browser: state, nonce (OpenID Connect Core §3.1.2.1) and PKCE's verifier (RFC 7636). */
export interface FlowSecrets {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
}

/** All three follow from the cookie, whose hash alone is stored: a copy of the database finishes nobody's sign-in. */
export function flowSecrets(token: string): FlowSecrets {
  const derive = (what: string): string => createHmac('sha256', token).update(`aiguillage ${what}`).digest('base64url');
  return { state: derive('state'), nonce: derive('nonce'), verifier: derive('verifier') };
}

/**
 * The cookie of a sign-in on its way. Lax, not Strict: it must come along when the provider sends the browser back.
 * `__Host-`: no neighbour under the same domain can plant one; browsers refuse that name without TLS.
 */
export function flowCookie(public_url: string) {
  const secure = !isLoopbackHttp(public_url);
  return {
    name: secure ? '__Host-aiguillage_signin' : 'aiguillage_signin',
    options: { path: '/', httpOnly: true, sameSite: 'lax', secure },
  } as const;
}

/** The page's own address after #: it can only lead to a page of the console. */
export const PLACE_FORM = /^(?:#\/[\w.!~*'()%/-]{0,300})?$/;
