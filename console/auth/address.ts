import { createHmac } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import type { ConsoleDeps } from '../deps.ts';

/**
 * Where a browser is, for counting failed sign-ins. Undefined when a proxy nobody declared (TRUSTED_PROXIES) stands
 * before us: everybody would share its address, and one person's mistakes would lock all the others out.
 */
export function addressOf(request: FastifyRequest, deps: Pick<ConsoleDeps, 'sign_in'>): string | undefined {
  const declared = (deps.sign_in?.trusted_proxies ?? []).length > 0;
  const forwarded = request.headers['x-forwarded-for'] ?? request.headers['forwarded'];
  return declared || forwarded === undefined ? networkOf(request.ip) : undefined;
}

/** Keyed: without the secret, the four billion addresses of IPv4 would be tried in a minute. */
export function addressKey(secret: string, address: string): string {
  return createHmac('sha256', secret).update(`sign-in address ${address}`).digest('hex');
}

/** An IPv4 address; of IPv6 the first 64 bits, which is what one household or one attacker has to itself (RFC 6177). */
export function networkOf(ip: string): string {
  const mapped = /^::ffff:(\d+(?:\.\d+){3})$/i.exec(ip)?.[1];
  if (mapped !== undefined) return mapped;
  if (!ip.includes(':')) return ip;
  const [left = [], right = []] = ip.split('::').map((half) => half.split(':').filter((group) => group !== ''));
  const zeros = Array.from({ length: Math.max(0, 8 - left.length - right.length) }, () => '0');
  const groups = ip.includes('::') ? [...left, ...zeros, ...right] : left;
  return groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':');
}
