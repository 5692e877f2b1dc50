import type { IncomingHttpHeaders } from 'node:http';

/** Where a browser may write from: the console's own pages. */

const LOOPBACK = ['localhost', '127.0.0.1', '[::1]'];

/** True when the public URL is this machine without TLS; only then may the cookie travel unencrypted. */
export function isLoopbackHttp(public_url: string): boolean {
  const url = new URL(public_url);
  return url.protocol === 'http:' && LOOPBACK.includes(url.hostname);
}

/** The origins of the public URL: one, or the several names of this machine when it is one of them. */
export function ownOrigins(public_url: string): ReadonlySet<string> {
  const url = new URL(public_url);
  if (!isLoopbackHttp(public_url)) return new Set([url.origin]);
  return new Set(LOOPBACK.map((host) => `http://${host}${url.port === '' ? '' : `:${url.port}`}`));
}

/**
 * True when a write does not come from another site. Browsers send Origin with every write, and Sec-Fetch-Site; a
 * program that is no browser sends neither, and cannot be tricked into carrying somebody's cookie.
 */
export function fromOwnOrigin(headers: IncomingHttpHeaders, own: ReadonlySet<string>): boolean {
  const { origin } = headers;
  if (origin !== undefined && !own.has(origin)) return false;
  const site = headers['sec-fetch-site'];
  return site === undefined || site === 'same-origin';
}
