import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/**
 * How a portal and this program sign what they send each other (docs/bot.md): HMAC-SHA256, hexadecimal, over six lines
 * joined by "\n", without a last line end:
 *   v1 · method · path with its query · timestamp (Unix seconds) · nonce · sha-256 of the body in hexadecimal
 */
export const SIGNATURE_HEADERS = {
  key: 'x-aiguillage-key',
  timestamp: 'x-aiguillage-timestamp',
  nonce: 'x-aiguillage-nonce',
  signature: 'x-aiguillage-signature',
} as const;

/** A signed request is good for so long before and after its timestamp; its nonce is remembered for twice as long. */
export const CLOCK_SKEW_MS = 300_000;
const NONCE_BYTES = 18;

export interface SignedRequest {
  readonly method: string;
  /** As it stands in the request line, query included. */
  readonly path: string;
  /** Unix seconds, as written in the header. */
  readonly timestamp: string;
  readonly nonce: string;
  readonly body: Uint8Array | string;
}

/** `v1=` and the hexadecimal HMAC. */
export function signatureOf(request: SignedRequest, secret: string): string {
  const { method, path, timestamp, nonce, body } = request;
  const digest = createHash('sha256').update(body).digest('hex');
  const text = ['v1', method.toUpperCase(), path, timestamp, nonce, digest].join('\n');
  return `v1=${createHmac('sha256', secret).update(text).digest('hex')}`;
}

/** True when the signature is the one this secret makes; takes as long whatever differs. */
export function isSignedWith(given: string, request: SignedRequest, secret: string): boolean {
  const hash = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(hash(given), hash(signatureOf(request, secret)));
}

/** The headers of a request of ours. */
export function signedHeaders(
  request: Pick<SignedRequest, 'method' | 'path' | 'body'>,
  key: { readonly id: string; readonly secret: string },
  now: Date,
): Record<string, string> {
  const timestamp = String(Math.floor(now.getTime() / 1000));
  const nonce = randomBytes(NONCE_BYTES).toString('base64url');
  return {
    [SIGNATURE_HEADERS.key]: key.id,
    [SIGNATURE_HEADERS.timestamp]: timestamp,
    [SIGNATURE_HEADERS.nonce]: nonce,
    [SIGNATURE_HEADERS.signature]: signatureOf({ ...request, timestamp, nonce }, key.secret),
  };
}
