import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Portal, PortalKey } from '../../config/portals.ts';
import { AiguillageError } from '../../domain/errors.ts';
import { CLOCK_SKEW_MS, isSignedWith, SIGNATURE_HEADERS } from '../../mail/portal-signature.ts';
import { admit } from '../../store/bot-keys.ts';
import { SYSTEM } from '../../store/database.ts';
import type { ConsoleDeps } from '../deps.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Set on every route of the bot API: the portal whose key signed the request. */
    portal: Portal | null;
  }
}

/** One turn of 4,000 characters, an answer of an external bot, and JSON's escapes. */
export const BOT_BODY_BYTES_MAX = 64 * 1024;

const FORMS = {
  key: /^[a-z0-9]+(?:[.-][a-z0-9]+)*$/,
  timestamp: /^\d{9,11}$/,
  nonce: /^[\w.~+/=-]{16,128}$/,
  signature: /^v1=[0-9a-f]{64}$/,
} as const;
type Part = keyof typeof SIGNATURE_HEADERS;

/** A key nobody has: an unknown key takes as long to refuse as a known one with a wrong signature. */
const NOBODY: PortalKey = { id: '', secret: 'x'.repeat(32), requests_per_minute: 1 };

/**
 * The wall in front of the bot API, for the routes of `scope` only. In this order, so that a stranger learns and changes
 * nothing: form of the headers, signature, clock, then rate and nonce in one transaction that a refusal rolls back.
 * The body is read as bytes and parsed only after its signature was checked.
 */
export function requireBotKey(scope: FastifyInstance, deps: Pick<ConsoleDeps, 'store' | 'clock' | 'bot'>): void {
  const keys = new Map<string, { portal: Portal; key: PortalKey }>();
  for (const portal of deps.bot?.portals.values() ?? [])
    for (const key of portal.keys) keys.set(key.id, { portal, key });
  const parse = scope.getDefaultJsonParser('error', 'error');

  scope.decorateRequest('portal', null);
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser(
    'application/json',
    { parseAs: 'buffer', bodyLimit: BOT_BODY_BYTES_MAX },
    (_request, body, done) => done(null, body),
  );
  scope.addHook('preValidation', async (request) => {
    const raw = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    const { portal, key, nonce, timestamp_ms } = checkSignature(request, raw, keys);
    const now = deps.clock();
    if (Math.abs(now.getTime() - timestamp_ms) > CLOCK_SKEW_MS) throw new AiguillageError('BOT_CLOCK');
    const { requests_per_minute } = key;
    const expires_at = new Date(now.getTime() + 2 * CLOCK_SKEW_MS);
    await deps.store.write(SYSTEM, (tx) =>
      admit(tx, { key: key.id, portal: portal.id, requests_per_minute, nonce, expires_at }, now),
    );
    request.portal = portal;
    if (raw.length > 0) request.body = await parsed(parse, request, raw);
    else if (request.method === 'POST') request.body = {};
  });
}

function checkSignature(
  request: FastifyRequest,
  body: Buffer,
  keys: ReadonlyMap<string, { portal: Portal; key: PortalKey }>,
): { portal: Portal; key: PortalKey; nonce: string; timestamp_ms: number } {
  const read = (part: Part): string => {
    const value = request.headers[SIGNATURE_HEADERS[part]];
    if (typeof value !== 'string' || !FORMS[part].test(value))
      throw new AiguillageError('BOT_UNSIGNED', `Header ${SIGNATURE_HEADERS[part]}.`);
    return value;
  };
  const [key, timestamp, nonce, signature] = [read('key'), read('timestamp'), read('nonce'), read('signature')];
  const known = keys.get(key);
  const signed = { method: request.method, path: request.raw.url ?? '', timestamp, nonce, body };
  const fits = isSignedWith(signature, signed, (known?.key ?? NOBODY).secret);
  if (known === undefined || !fits) throw new AiguillageError('BOT_SIGNATURE');
  return { ...known, nonce, timestamp_ms: Number(timestamp) * 1_000 };
}

async function parsed(
  parse: ReturnType<FastifyInstance['getDefaultJsonParser']>,
  request: FastifyRequest,
  raw: Buffer,
): Promise<unknown> {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(raw);
  } catch {
    throw new AiguillageError('BAD_INPUT', 'The body is not UTF-8.');
  }
  return new Promise((resolve, reject) => {
    void parse(request, text, (error: Error | null, value?: unknown) => {
      if (error === null) resolve(value);
      else reject(error);
    });
  });
}

/** The portal behind a request of the bot API. */
export function portalOfRequest(request: FastifyRequest): Portal {
  if (request.portal === null) throw new AiguillageError('BOT_UNSIGNED');
  return request.portal;
}
