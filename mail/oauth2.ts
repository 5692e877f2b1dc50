import { MailProblem } from './problems.ts';

/** How an access token is obtained (RFC 6749 §4.4 client credentials, §6 refresh token). */
export interface OAuth2Settings {
  readonly token_url: string;
  readonly client_id: string;
  readonly client_secret?: string;
  /** With one, the refresh token grant is used; without, client credentials. */
  readonly refresh_token?: string;
  readonly scope?: string;
}

/** Gives access tokens, a new one only when the last is about to expire. */
export interface TokenSource {
  token(signal?: AbortSignal): Promise<string>;
  /** The server refused the token: the next call asks for a new one. */
  forget(): void;
}

const TIMEOUT_MS = 15_000;
const ANSWER_MAX_BYTES = 64 * 1024;
/** A token this close to its end would expire between here and the login. */
const MARGIN_MS = 60_000;
/** RFC 6749 §5.1 only recommends expires_in. */
const DEFAULT_LIFE_MS = 300_000;

/**
 * Tokens from the token URL. Answers are never logged or quoted: they hold secrets.
 * @throws AiguillageError MAIL_LOGIN when the token endpoint refuses, MAIL_CONNECTION when it does not answer.
 */
export function tokenSource(settings: OAuth2Settings, clock: () => Date = () => new Date()): TokenSource {
  let held: { token: string; until_ms: number } | undefined;
  let refresh_token = settings.refresh_token;
  return {
    async token(signal) {
      if (held !== undefined && held.until_ms - MARGIN_MS > clock().getTime()) return held.token;
      const answer = await ask({ ...settings, ...(refresh_token === undefined ? {} : { refresh_token }) }, signal);
      // Some servers give a new refresh token with each use and void the old one.
      if (answer.refresh_token !== undefined && refresh_token !== undefined) refresh_token = answer.refresh_token;
      held = { token: answer.access_token, until_ms: clock().getTime() + answer.life_ms };
      return held.token;
    },
    forget() {
      held = undefined;
    },
  };
}

interface TokenAnswer {
  access_token: string;
  refresh_token: string | undefined;
  life_ms: number;
}

async function ask(settings: OAuth2Settings, signal?: AbortSignal): Promise<TokenAnswer> {
  const form = new URLSearchParams({ client_id: settings.client_id });
  if (settings.client_secret !== undefined) form.set('client_secret', settings.client_secret);
  if (settings.scope !== undefined) form.set('scope', settings.scope);
  form.set('grant_type', settings.refresh_token === undefined ? 'client_credentials' : 'refresh_token');
  if (settings.refresh_token !== undefined) form.set('refresh_token', settings.refresh_token);
  let response: Response;
  let text: string;
  try {
    response = await fetch(settings.token_url, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
      body: form.toString(),
      redirect: 'error',
      signal: AbortSignal.any([AbortSignal.timeout(TIMEOUT_MS), ...(signal === undefined ? [] : [signal])]),
    });
    text = await limited(response);
  } catch {
    throw new MailProblem('MAIL_CONNECTION', 'token endpoint did not answer');
  }
  const answer = parse(text);
  const token = answer['access_token'];
  if (!response.ok || typeof token !== 'string' || token === '') {
    const reason =
      typeof answer['error'] === 'string' && /^[a-z_]{1,40}$/.test(answer['error']) ? ` ${answer['error']}` : '';
    throw new MailProblem('MAIL_LOGIN', `token endpoint ${response.status}${reason}`);
  }
  const seconds = Number(answer['expires_in']);
  const renewed = answer['refresh_token'];
  return {
    access_token: token,
    refresh_token: typeof renewed === 'string' && renewed !== '' ? renewed : undefined,
    life_ms: Number.isFinite(seconds) && seconds > 0 ? seconds * 1_000 : DEFAULT_LIFE_MS,
  };
}

async function limited(response: Response): Promise<string> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of response.body ?? []) {
    bytes += (part as Uint8Array).length;
    if (bytes > ANSWER_MAX_BYTES) throw new Error('answer too long');
    parts.push(part as Uint8Array);
  }
  return Buffer.concat(parts).toString('utf8');
}

function parse(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
