import { createHash } from 'node:crypto';
import { request as httpRequest, type ClientRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { PortalAnswers } from '../config/portals.ts';
import type { SendResult } from '../domain/delivery.ts';
import { portalResult } from '../domain/portal-answer.ts';
import { signedHeaders } from './portal-signature.ts';

/** An adviser's answer as the portal gets it. `delivery` names it for ever: a portal shows it once, however often it comes. */
export interface PortalAnswer {
  readonly delivery: string;
  /** The talk it answers, as POST /bot/conversations named it. */
  readonly conversation: string;
  readonly account: string;
  /** Short reference members may quote. */
  readonly reference: string;
  readonly kind: 'reply' | 'notice';
  readonly subject: string;
  readonly body: string;
  /** ISO instant. */
  readonly sent_at: string;
}

export function answerJson(answer: PortalAnswer): string {
  return JSON.stringify(answer);
}

export function sha256Hex(body: string): string {
  return createHash('sha256').update(body).digest('hex');
}

/** What is read of the portal's answer; only its status counts. */
const ANSWER_BYTES_MAX = 16 * 1024;

/**
 * Sends one answer, signed, once. The body is written only after `beforeBody` has recorded it: until then nothing can
 * have had an effect and trying again is safe; from then on only the portal's status tells (domain/portal-answer.ts).
 * Redirects are not followed: the body would go where nobody declared.
 */
export async function sendAnswer(
  portal: PortalAnswers,
  answer: PortalAnswer,
  beforeBody: () => Promise<boolean>,
  now: Date,
): Promise<SendResult> {
  const url = new URL(portal.url);
  const body = answerJson(answer);
  const call = url.protocol === 'https:' ? httpsRequest : httpRequest;
  const request = call(url, {
    method: 'POST',
    agent: false,
    headers: {
      ...signedHeaders({ method: 'POST', path: url.pathname + url.search, body }, portal.key, now),
      'content-type': 'application/json; charset=utf-8',
      'content-length': Buffer.byteLength(body),
      'idempotency-key': answer.delivery,
      'user-agent': 'aiguillage',
      connection: 'close',
    },
  });
  let written = false;
  const late = setTimeout(() => request.destroy(new Error('late')), portal.timeout_ms);
  try {
    await connected(request);
    if (!(await beforeBody())) return { kind: 'fenced' };
    if (request.destroyed) throw Object.assign(new Error('closed'), { code: 'ECONNRESET' });
    written = true;
    request.end(body);
    return portalResult(await statusOf(request));
  } catch (error) {
    const code = codeOf(error);
    if (written) return { kind: 'ambiguous', code, response: '' };
    return { kind: 'deferred', phase: '', code, response: '' };
  } finally {
    clearTimeout(late);
    request.on('error', () => {});
    request.destroy();
  }
}

/** Resolves once bytes can be written: connected, and over TLS the certificate is checked. */
function connected(request: ClientRequest): Promise<void> {
  return new Promise((resolve, reject) => {
    request.once('error', reject);
    request.once('socket', (socket) => {
      socket.once('encrypted' in socket ? 'secureConnect' : 'connect', resolve);
      socket.once('error', reject);
      socket.once('close', () => reject(Object.assign(new Error('closed'), { code: 'ECONNRESET' })));
    });
    // The socket is only opened once the request is on its way; headers wait for the body.
  });
}

function statusOf(request: ClientRequest): Promise<number> {
  return new Promise((resolve, reject) => {
    request.once('error', reject);
    request.once('close', () => reject(Object.assign(new Error('closed'), { code: 'ECONNRESET' })));
    request.once('response', (response: IncomingMessage) => {
      let read = 0;
      response.on('data', (chunk: Buffer) => {
        read += chunk.length;
        if (read > ANSWER_BYTES_MAX) response.destroy();
      });
      // The status line was the answer; a body that breaks off afterwards takes nothing back.
      response.once('error', () => {});
      response.once('close', () => resolve(response.statusCode ?? 0));
      response.resume();
    });
  });
}

/** A code for logs and the row: never what the portal said, nor its address. */
function codeOf(error: unknown): string {
  const { code, message } = error as { code?: unknown; message?: unknown };
  if (message === 'late') return 'PORTAL-TIMEOUT';
  return typeof code === 'string' ? `PORTAL-${code}`.slice(0, 60) : 'PORTAL-ERROR';
}
