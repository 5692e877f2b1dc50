import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { isLoopbackHttp } from './origin.ts';

/** The secrets of one session. The database holds their hashes only: a copy of it opens no session. */
export const SESSION_COOKIE = 'aiguillage_session';
const SESSION_BYTES = 32;
const SESSION_FORM = /^[A-Za-z0-9_-]{43}$/;

/**
 * Strict: no other site can make a browser send it. A sign-in by the provider comes back from another site, sets it all
 * the same, and the page it leads to sends it with its own requests.
 */
export function sessionCookie(public_url: string) {
  return { path: '/', httpOnly: true, sameSite: 'strict', secure: !isLoopbackHttp(public_url) } as const;
}

/** A new session id, 256 random bits. */
export function newSessionToken(): string {
  return randomBytes(SESSION_BYTES).toString('base64url');
}

/** True for something that can be one of our session ids; anything else is not worth a query. */
export function isSessionToken(value: string | undefined): value is string {
  return value !== undefined && SESSION_FORM.test(value);
}

export function hashToken(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

/**
 * The token a page sends back in `x-csrf-token`. It follows from the session id, which no script can read (HttpOnly) and
 * no other site can see, so it can be told again at each GET /api/session without being stored in clear.
 */
export function csrfToken(session_token: string): string {
  return createHmac('sha256', session_token).update('aiguillage csrf').digest('base64url');
}

/** Compares in a time that does not depend on where the two differ. */
export function sameToken(given: string, expected: string): boolean {
  return timingSafeEqual(hashToken(given), hashToken(expected));
}

/** True when the token hashes to what the session row holds. */
export function fitsHash(given: string, hash: Uint8Array): boolean {
  const digest = hashToken(given);
  return digest.length === hash.length && timingSafeEqual(digest, hash);
}
