import type { SendResult } from '../domain/delivery.ts';
import type { ComposedMail } from './compose.ts';
import { SMTP_TIMINGS, type SmtpAccount, type SmtpTimings } from './smtp-account.ts';
import { judge } from './smtp-error.ts';
import { SmtpSession, type Gate } from './smtp-session.ts';

export type { SmtpAccount, SmtpTimings } from './smtp-account.ts';
export type { Gate } from './smtp-session.ts';

/** Sends mails of one mailbox over a few kept connections: 9 mails a second without, 900 with (design §7). */
export interface Sender {
  /** One sending, at most one acceptance. Never throws: whatever happens is a result (domain/delivery.ts). */
  send(mail: ComposedMail, gate: Gate): Promise<SendResult>;
  /** Waits for the sendings at work, then closes the connections. */
  close(): Promise<void>;
}

export interface SenderOptions {
  readonly connections_max?: number;
  /** Many servers end a connection after some hundred mails, in the middle of one. */
  readonly mails_per_connection_max?: number;
  /** An unused connection is given back: servers limit how many one client may hold. */
  readonly idle_ms?: number;
  readonly timings?: Partial<SmtpTimings>;
}

/** Opens nothing yet: connections are made on demand. */
export function openSender(account: SmtpAccount, options: SenderOptions = {}): Sender {
  const pool = new SessionPool(account, {
    connections_max: options.connections_max ?? 5,
    mails_per_connection_max: options.mails_per_connection_max ?? 100,
    idle_ms: options.idle_ms ?? 10_000,
    timings: { ...SMTP_TIMINGS, ...options.timings },
  });
  return {
    async send(mail, gate) {
      await pool.enter();
      try {
        for (;;) {
          const kept = pool.kept();
          let session: SmtpSession;
          try {
            session = kept ?? (await pool.open());
          } catch (error) {
            return judge(error, '', mail.envelope_to);
          }
          const result = await session.send(mail, gate);
          pool.leave(session);
          // A kept connection the server had given up meanwhile says nothing about this mail. Nothing was accepted, so
          // the next one is tried at once; each turn uses up a kept connection, so this ends.
          if (kept !== undefined && result.kind === 'deferred' && STALE.has(result.code)) continue;
          return result;
        }
      } finally {
        pool.exit();
      }
    },
    close: () => pool.close(),
  };
}

/** The connection ended without a word, or with 421 (RFC 5321 §3.8), before the dot. */
const STALE = new Set(['ECONNECTION', 'ESOCKET', 'ECONNECTION-421', 'EENVELOPE-421']);

type PoolOptions = Required<Omit<SenderOptions, 'timings'>> & { readonly timings: SmtpTimings };

class SessionPool {
  readonly #account: SmtpAccount;
  readonly #options: PoolOptions;
  readonly #idle = new Map<SmtpSession, NodeJS.Timeout>();
  readonly #waiting: (() => void)[] = [];
  #busy = 0;
  #closing = false;
  #drained: (() => void) | undefined;

  constructor(account: SmtpAccount, options: PoolOptions) {
    this.#account = account;
    this.#options = options;
  }

  /** Takes one of the places; first come, first served. */
  async enter(): Promise<void> {
    if (this.#busy >= this.#options.connections_max) {
      // The place is handed over by exit(), so #busy does not move.
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
      return;
    }
    this.#busy += 1;
  }

  exit(): void {
    const next = this.#waiting.shift();
    if (next !== undefined) return next();
    this.#busy -= 1;
    if (this.#busy === 0) this.#drained?.();
  }

  /** A connection that is still there, the last used first. */
  kept(): SmtpSession | undefined {
    for (const [session, timer] of [...this.#idle].reverse()) {
      this.#idle.delete(session);
      clearTimeout(timer);
      if (session.usable) return session;
    }
    return undefined;
  }

  open(): Promise<SmtpSession> {
    return SmtpSession.open(this.#account, this.#options.timings);
  }

  leave(session: SmtpSession): void {
    if (!session.usable) return;
    if (this.#closing || session.sent >= this.#options.mails_per_connection_max) return session.quit();
    const timer = setTimeout(() => {
      this.#idle.delete(session);
      session.quit();
    }, this.#options.idle_ms);
    timer.unref();
    this.#idle.set(session, timer);
  }

  async close(): Promise<void> {
    this.#closing = true;
    if (this.#busy > 0) await new Promise<void>((resolve) => (this.#drained = resolve));
    for (const [session, timer] of this.#idle) {
      clearTimeout(timer);
      session.quit();
    }
    this.#idle.clear();
  }
}
