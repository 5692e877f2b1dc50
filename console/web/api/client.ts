import { cell } from '../shell/cell.ts';
import type { Finding } from './types.ts';

/** How the page talks to the server: cookie, token, time limit, and what a failure means. */

const TIMEOUT_MS = 20_000;
const PROBE_MS = 3_000;

/** False while the server cannot be reached. Whatever was typed stays on the page. */
export const online = cell(true);
/** True when the session is over: the page keeps everything and asks to sign in again above it. */
export const expired = cell(false);

let csrf = '';
export function setToken(token: string): void {
  csrf = token;
}

/** A refusal of the server, with its French sentence. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly findings: readonly Finding[];

  constructor(status: number, code: string, sentence: string, findings: readonly Finding[] = []) {
    super(sentence);
    this.status = status;
    this.code = code;
    this.findings = findings;
  }
}

/** The server cannot be reached; nothing is known of what was asked. */
export class Unreachable extends Error {
  constructor() {
    super('Le serveur est injoignable. Votre saisie est conservée ; la page réessaie d’elle-même.');
  }
}

type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';
export interface CallOptions {
  readonly headers?: Readonly<Record<string, string>>;
  readonly timeout_ms?: number;
}

/** @throws ApiError, Unreachable */
export async function call<T>(method: Method, url: string, body?: unknown, options: CallOptions = {}): Promise<T> {
  const answer = await reach(method, url, body, options);
  const type = answer.headers.get('content-type') ?? '';
  if (answer.status === 204) return undefined as T;
  if (answer.ok) return (type.includes('json') ? await answer.json() : await answer.text()) as T;
  throw await refusal(answer, url);
}

/** A file as bytes, for a viewer or to be saved. */
export async function fetchBytes(url: string): Promise<ArrayBuffer> {
  const answer = await reach('GET', url, undefined, { timeout_ms: 120_000 });
  if (answer.ok) return answer.arrayBuffer();
  throw await refusal(answer, url);
}

async function reach(method: Method, url: string, body: unknown, options: CallOptions): Promise<Response> {
  try {
    const answer = await fetch(url, {
      method,
      credentials: 'same-origin',
      cache: 'no-store',
      signal: AbortSignal.timeout(options.timeout_ms ?? TIMEOUT_MS),
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(method === 'GET' ? {} : { 'x-csrf-token': csrf }),
        ...options.headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    online.set(true);
    return answer;
  } catch {
    lost();
    throw new Unreachable();
  }
}

async function refusal(answer: Response, url: string): Promise<ApiError> {
  const told = (await answer.json().catch(() => ({}))) as {
    error?: { code?: string; message?: string; findings?: Finding[] };
  };
  const { code = 'INTERNAL', message = 'Une erreur est survenue.', findings } = told.error ?? {};
  if (answer.status === 401 && url !== '/api/session') expired.set(true);
  return new ApiError(answer.status, code, message, findings);
}

let probing = false;
/** Asks again every few seconds until the server answers; one asker at a time. */
function lost(): void {
  online.set(false);
  if (probing) return;
  probing = true;
  const again = (): void => {
    setTimeout(() => {
      void fetch('/healthz', { cache: 'no-store', signal: AbortSignal.timeout(PROBE_MS) })
        .then((answer) => answer.ok)
        .catch(() => false)
        .then((well) => {
          if (!well) return again();
          probing = false;
          online.set(true);
        });
    }, PROBE_MS);
  };
  again();
}

/** What to tell a person about any failure. */
export function sentenceOf(error: unknown): string {
  return error instanceof ApiError || error instanceof Unreachable
    ? error.message
    : 'Une erreur est survenue sur cette page. Rechargez-la si elle ne répond plus.';
}
