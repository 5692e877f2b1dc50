import { Readable } from 'node:stream';
import { rootCertificates } from 'node:tls';
import SMTPConnection from 'nodemailer/lib/smtp-connection';
import type { DeliveryPhase, SendResult } from '../domain/delivery.ts';
import type { ComposedMail } from './compose.ts';
import type { TokenSource } from './oauth2.ts';
import { judge, maskResponse } from './smtp-error.ts';

/** How a mailbox's submission server is reached: `connections.yaml` with its secrets filled in. Never logged. */
export interface SmtpAccount {
  readonly host: string;
  readonly port: number;
  /** `insecure` is for tests and the try-out: the password crosses the network in clear. */
  readonly security: 'tls' | 'starttls' | 'insecure';
  /** Absent: the server takes our mail by network address. */
  readonly login?: string | undefined;
  readonly auth?: { readonly password: string } | { readonly tokens: TokenSource } | undefined;
  /** PEM of a private certificate authority, trusted beside the public ones. */
  readonly tls_ca?: string | undefined;
  /** Our name in EHLO; SPF looks at it for acknowledgments (RFC 7208 §2.4). */
  readonly ehlo_name?: string | undefined;
  /** For servers that refuse the null reverse-path. */
  readonly ack_sender?: 'null' | 'mailbox' | undefined;
}

export interface SmtpTimings {
  /** DNS, TCP, TLS, greeting and login together. */
  readonly connect_timeout_ms: number;
  /** From MAIL FROM until the final dot may be written. */
  readonly before_data_timeout_ms: number;
  /** From the dot to its answer; RFC 5321 §4.5.3.2.6 wants ten minutes, since giving up here leaves us in the dark. */
  readonly after_data_timeout_ms: number;
}

export const SMTP_TIMINGS: SmtpTimings = {
  connect_timeout_ms: 30_000,
  before_data_timeout_ms: 120_000,
  after_data_timeout_ms: 600_000,
};

/** Asked once per transaction, when all but the final dot is written; false means that it must not be written. */
export type Gate = () => Promise<boolean>;

/** One connection, logged in. After any failure it is closed: a fresh one costs less than a wrong assumption. */
export class SmtpSession {
  readonly #connection: SMTPConnection;
  readonly #timings: SmtpTimings;
  #usable = true;
  sent = 0;

  private constructor(connection: SMTPConnection, timings: SmtpTimings) {
    this.#connection = connection;
    this.#timings = timings;
  }

  /** @throws what the connection or the login failed with, to be given to {@link judge} with phase '' */
  static async open(account: SmtpAccount, timings: SmtpTimings): Promise<SmtpSession> {
    const connection = new SMTPConnection(options(account, timings));
    const session = new SmtpSession(connection, timings);
    // Without a listener a late socket error would end the whole process.
    connection.on('error', () => (session.#usable = false));
    connection.on('end', () => (session.#usable = false));
    try {
      await within(timings.connect_timeout_ms, async () => {
        await new Promise<void>((resolve, reject) => {
          connection.once('error', reject);
          connection.once('end', () => reject(new Error('ended')));
          connection.connect((error) => (error ? reject(error) : resolve()));
        });
        await login(connection, account);
      });
      return session;
    } catch (error) {
      session.close();
      throw error;
    }
  }

  get usable(): boolean {
    return this.#usable;
  }

  close(): void {
    this.#usable = false;
    this.#connection.close();
  }

  /** Says QUIT, then closes. */
  quit(): void {
    if (!this.#usable) return this.close();
    this.#usable = false;
    this.#connection.quit();
  }

  /**
   * One transaction. The body is a stream that nodemailer begins to read after the 354 answer to DATA and that ends only
   * when `gate` has said yes; nodemailer writes the dot when the stream ends. So the gate's commit comes after all that
   * can be tried again and before the one byte that cannot.
   */
  async send(mail: ComposedMail, gate: Gate): Promise<SendResult> {
    let phase: DeliveryPhase = 'rcpt';
    let over = false;
    let timer: NodeJS.Timeout | undefined;
    const result = await new Promise<SendResult>((resolve) => {
      const end = (outcome: SendResult): void => {
        over = true;
        clearTimeout(timer);
        resolve(outcome);
      };
      const late = (): void => end(judge({ code: 'ETIMEDOUT' }, phase, mail.envelope_to));
      timer = setTimeout(late, this.#timings.before_data_timeout_ms);
      const body = gatedBody(mail.raw, async () => {
        const open = await gate().catch((error: unknown) => {
          end({ kind: 'deferred', phase, code: 'GATE', response: '' });
          throw error;
        });
        // The time limit may have passed while the gate was being asked: then we have already said « not sent ».
        if (over) return false;
        if (!open) {
          end({ kind: 'fenced' });
          return false;
        }
        phase = 'data';
        clearTimeout(timer);
        timer = setTimeout(late, this.#timings.after_data_timeout_ms);
        return true;
      });
      const { envelope_from: from, envelope_to } = mail;
      const envelope = { from: from === "" ? false as const : from, to: [envelope_to], size: mail.raw.length };
      this.#connection.send(envelope, body, (error, info) => {
        if (error) end(judge(error, phase, envelope_to));
        else end({ kind: 'accepted', response: maskResponse(info.response, envelope_to) });
      });
    });
    this.sent += 1;
    // Also cuts a transaction whose dot was never written, before the server can take silence for anything else.
    if (result.kind !== 'accepted') this.close();
    return result;
  }
}

/** All of `raw`, then, when `gate` says yes, the end; when it says no or fails, an error and never the end. */
function gatedBody(raw: Buffer, gate: Gate): Readable {
  let given = false;
  return new Readable({
    read() {
      if (!given) {
        given = true;
        this.push(raw);
        return;
      }
      gate().then(
        (open) => (open ? this.push(null) : this.destroy(new Error('The gate stayed closed.'))),
        (error: unknown) => this.destroy(error instanceof Error ? error : new Error('The gate failed.')),
      );
    },
  });
}

function options(account: SmtpAccount, timings: SmtpTimings): ConstructorParameters<typeof SMTPConnection>[0] {
  return {
    host: account.host,
    port: account.port,
    secure: account.security === 'tls',
    ...(account.security === 'insecure' ? { ignoreTLS: true } : { requireTLS: true }),
    tls: {
      minVersion: 'TLSv1.2',
      ...(account.tls_ca === undefined ? {} : { ca: [...rootCertificates, account.tls_ca] }),
    },
    ...(account.ehlo_name === undefined ? {} : { name: account.ehlo_name }),
    // Its log lines quote addresses.
    logger: false,
    connectionTimeout: timings.connect_timeout_ms,
    greetingTimeout: timings.connect_timeout_ms,
    dnsTimeout: timings.connect_timeout_ms,
    // Only a floor under our own limits: it must never cut the wait for the answer to the dot.
    socketTimeout: timings.after_data_timeout_ms + timings.before_data_timeout_ms,
    // Closing destroys the socket: bytes that wait in it must not follow.
    socketCloseTimeout: 0,
    maxResponseSize: 64 * 1024,
    // Local names resolve to IPv6 first on some machines; harmless elsewhere.
    allowInternalNetworkInterfaces: true,
  };
}

async function login(connection: SMTPConnection, account: SmtpAccount): Promise<void> {
  const { login: user, auth } = account;
  if (user === undefined || auth === undefined) return;
  const credentials =
    'password' in auth ? { user, pass: auth.password } : { user, method: 'XOAUTH2', oauth2: bearer(user, auth.tokens) };
  await new Promise<void>((resolve, reject) => {
    connection.once('error', reject);
    connection.once('end', () => reject(new Error('ended')));
    connection.login(credentials as never, (error) => (error ? reject(error) : resolve()));
  });
}

/** The two methods nodemailer calls for XOAUTH2; a second call means that the server refused the first token. */
function bearer(user: string, tokens: TokenSource): object {
  return {
    getToken(renew: boolean, callback: (error: Error | null, token?: string) => void) {
      if (renew) tokens.forget();
      tokens.token().then(
        (token) => callback(null, token),
        (error: unknown) => callback(error instanceof Error ? error : new Error('token')),
      );
    },
    buildXOAuth2Token: (token: string) => Buffer.from(`user=${user}\u0001auth=Bearer ${token}\u0001\u0001`).toString('base64'),
  };
}

async function within(limit_ms: number, fn: () => Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(Object.assign(new Error('timeout'), { code: 'ETIMEDOUT' })), limit_ms);
  });
  try {
    await Promise.race([fn(), late]);
  } finally {
    clearTimeout(timer);
  }
}
