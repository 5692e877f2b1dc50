import { ApiError, call, expired, setToken } from '../api/client.ts';
import type { Me } from '../api/types.ts';
import { cell } from './cell.ts';
import { unfinished } from './router.ts';

interface SessionAnswer {
  readonly agent: Me;
  readonly via: 'local' | 'oidc';
  readonly csrf_token: string;
}

/** How people sign in here: with a password of ours, through the site's provider, or both. */
export interface Ways {
  readonly local: boolean;
  readonly oidc: { readonly label: string } | null;
}

/** How the session of this page was opened. */
export const via = cell<'local' | 'oidc'>('local');

/** Who is signed in; null for nobody, undefined while the page asks. */
export const me = cell<Me | null | undefined>(undefined);

function opened(answer: SessionAnswer): void {
  const { agent, csrf_token } = answer;
  setToken(csrf_token);
  via.set(answer.via);
  expired.set(false);
  me.set(agent);
}

/** Asks the server who this browser is. @throws Unreachable */
export async function recall(): Promise<void> {
  try {
    opened(await call<SessionAnswer>('GET', '/api/session'));
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    me.set(null);
  }
}

/**
 * Signs in. Somebody else than before gets a new page: nothing of the one before stays on the screen.
 * @throws ApiError AUTH_FAILED, Unreachable
 */
export async function signIn(login: string, password: string): Promise<void> {
  take(await call<SessionAnswer>('POST', '/api/session', { login, password }));
}

function take(answer: SessionAnswer): void {
  const before = me.get();
  if (before != null && before.id !== answer.agent.id) {
    location.reload();
    return;
  }
  opened(answer);
}

/** Looks whether somebody signed in again in another tab: this page then goes on with that session. */
export async function takeOver(): Promise<void> {
  const answer = await call<SessionAnswer>('GET', '/api/session').catch(() => undefined);
  if (answer !== undefined) take(answer);
}

/**
 * Leaves for the site's provider, which sends the browser back to where it is now.
 * @throws ApiError OIDC_UNAVAILABLE, Unreachable
 */
export async function leaveForProvider(): Promise<void> {
  const place = location.hash.length > 1 ? location.hash : '';
  const ask = (body: object): Promise<{ url: string }> => call('POST', '/api/session/oidc', body);
  // An address somebody mistyped is no reason to stay outside.
  const { url } = await ask({ place }).catch((error: unknown) => {
    if (error instanceof ApiError && error.code === 'BAD_INPUT') return ask({});
    throw error;
  });
  location.assign(url);
}

/** Gives the account another password; the sessions it has elsewhere end. @throws ApiError BAD_INPUT, Unreachable */
export async function changePassword(password: string, next: string): Promise<void> {
  opened(await call<SessionAnswer>('POST', '/api/session/password', { password, next }));
}

/** Signs out, at the provider too when the session came from there, and forgets everything on the page. */
export async function signOut(): Promise<void> {
  const left = await call<{ end_session_url: string } | undefined>('DELETE', '/api/session').catch(() => undefined);
  unfinished.set(false);
  location.hash = '';
  if (left === undefined) location.reload();
  else location.assign(left.end_session_url);
}
