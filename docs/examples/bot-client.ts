/**
 * A client of the bot API to copy: Node 20 or newer, nothing else. docs/bot.md says what it signs and why; a test of
 * Aiguillage runs this very file.
 *
 *   const bot = new BotClient({ url: 'https://desk.example', key: 'compte-2026', secret: process.env.BOT_KEY });
 *   const talk = await bot.start({ member: { account: 'a-1842' } });
 *   const answer = await bot.turn(talk.id, 'j’ai perdu ma carte Vitale');
 *   if (answer.offer) await bot.accept(talk.id);
 */
import { createHash, createHmac, randomBytes, randomUUID } from 'node:crypto';

export interface BotClientOptions {
  readonly url: string;
  readonly key: string;
  readonly secret: string;
  readonly attempts_max?: number;
}

export interface Answer {
  readonly id: string;
  readonly turn: number;
  readonly kind: string | null;
  readonly status: 'open' | 'offered' | 'accepted' | 'handed' | 'silenced' | 'closed';
  readonly failed_requests: number;
  /** Ask the member: « souhaitez-vous écrire à un conseiller ? » */
  readonly offer: boolean;
  /** An adviser has it: show the reply, and let the member go on writing. */
  readonly handed_over: boolean;
  readonly outcome: 'answered' | 'offer-human' | 'immediate-human';
  /** What to show; beside a bot of your own, `id: 'external'` are its own words, null is nothing of ours. */
  readonly reply: {
    readonly kind: string;
    readonly id: string;
    readonly text: string;
    readonly choices: readonly { readonly motif: string; readonly label: string }[];
  } | null;
}

/** A refusal: `code` is one of docs/errors.md. */
export class BotError extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string) {
    super(`${status} ${code}`);
    this.status = status;
    this.code = code;
  }
}

export class BotClient {
  readonly #options: BotClientOptions;

  constructor(options: BotClientOptions) {
    this.#options = options;
  }

  start(talk: { mode?: 'embedded' | 'external'; member: { account: string; name?: string; nir?: string } }) {
    return this.#post('/bot/conversations', talk);
  }

  /** What the member typed. An external bot joins its verdict: `{ result: 'fallback' }`, `{ result: 'answered', text }`. */
  turn(id: string, text: string, more: { button?: string; bot?: { result: string; text?: string } } = {}) {
    return this.#post(`/bot/conversations/${id}/turns`, { text, ...more });
  }

  /** An external bot: what became of the answer it owed to this turn. */
  answered(id: string, turn: number, result: string, text?: string) {
    return this.#post(`/bot/conversations/${id}/answers`, { turn, result, ...(text === undefined ? {} : { text }) });
  }

  accept(id: string) {
    return this.#post(`/bot/conversations/${id}/accept`, {});
  }

  decline(id: string) {
    return this.#post(`/bot/conversations/${id}/decline`, {});
  }

  close(id: string) {
    return this.#post(`/bot/conversations/${id}/close`, {});
  }

  /** State and transcript, the adviser's answers included. */
  async show(id: string): Promise<Answer & { said: { by: string; text: string; at: string }[] }> {
    return JSON.parse(await this.#send('GET', `/bot/conversations/${id}`, ''));
  }

  /** One idempotency key for all attempts: however often it arrives, it is taken in once and answered the same. */
  async #post(path: string, body: unknown): Promise<Answer> {
    return JSON.parse(await this.#send('POST', path, JSON.stringify(body), randomUUID()));
  }

  async #send(method: string, path: string, body: string, idempotency_key?: string): Promise<string> {
    const { url, attempts_max = 4 } = this.#options;
    for (let attempt = 1; ; attempt += 1) {
      // Each attempt is signed anew: a nonce is good once.
      const headers = { ...this.#signature(method, path, body), ...(idempotency_key && { 'idempotency-key': idempotency_key }) };
      const init = method === 'GET' ? { method, headers } : { method, headers: { ...headers, 'content-type': 'application/json' }, body };
      let wait_ms = 250 * 2 ** attempt;
      try {
        const response = await fetch(url + path, init);
        const text = await response.text();
        if (response.ok) return text;
        const code = (JSON.parse(text) as { error?: { code?: string } }).error?.code ?? '';
        if (response.status !== 429 && response.status < 500) throw new BotError(response.status, code);
        if (attempt >= attempts_max) throw new BotError(response.status, code);
        wait_ms = Number(response.headers.get('retry-after') ?? 0) * 1_000 || wait_ms;
      } catch (error) {
        // The connection broke: nobody knows whether it arrived, and asking again with the same key is safe.
        if (error instanceof BotError || attempt >= attempts_max) throw error;
      }
      await new Promise((resolve) => setTimeout(resolve, wait_ms));
    }
  }

  #signature(method: string, path: string, body: string): Record<string, string> {
    const { key, secret } = this.#options;
    const timestamp = String(Math.floor(Date.now() / 1000));
    const nonce = randomBytes(18).toString('base64url');
    const digest = createHash('sha256').update(body).digest('hex');
    const text = ['v1', method, path, timestamp, nonce, digest].join('\n');
    return {
      'x-aiguillage-key': key,
      'x-aiguillage-timestamp': timestamp,
      'x-aiguillage-nonce': nonce,
      'x-aiguillage-signature': `v1=${createHmac('sha256', secret).update(text).digest('hex')}`,
    };
  }
}

/**
 * For the portal's own endpoint, to which advisers' answers come: true when the request is one of ours. Answer 200 once the
 * answer is kept, also when its Idempotency-Key was kept before; 503 to be asked again later.
 */
export function isAnswerOfOurs(
  request: { method: string; path: string; headers: Record<string, string | undefined>; body: string },
  secret: string,
  now_ms = Date.now(),
): boolean {
  const { method, path, headers, body } = request;
  const [timestamp, nonce] = [headers['x-aiguillage-timestamp'] ?? '', headers['x-aiguillage-nonce'] ?? ''];
  const digest = createHash('sha256').update(body).digest('hex');
  const text = ['v1', method, path, timestamp, nonce, digest].join('\n');
  const expected = `v1=${createHmac('sha256', secret).update(text).digest('hex')}`;
  const same = createHash('sha256').update(expected).digest('hex');
  const given = createHash('sha256').update(headers['x-aiguillage-signature'] ?? '').digest('hex');
  return same === given && Math.abs(now_ms - Number(timestamp) * 1_000) <= 300_000;
}
