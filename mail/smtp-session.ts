import { Readable } from 'node:stream';
import SMTPConnection from 'nodemailer/lib/smtp-connection';
import type { DeliveryPhase, SendResult } from '../domain/delivery.ts';
import type { ComposedMail } from './compose.ts';
import { connectionOptions, login, type SmtpAccount, type SmtpTimings } from './smtp-account.ts';
import { judge, maskResponse } from './smtp-error.ts';

/** Asked once per transaction, when all but the final dot is written; false means that it must not be written. */
export type Gate = () => Promise<boolean>;

const QUIT_TIMEOUT_MS = 2_000;

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
    const connection = new SMTPConnection(connectionOptions(account, timings));
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

  /** Says QUIT and closes, with or without an answer. */
  quit(): void {
    if (!this.#usable) return this.close();
    this.#usable = false;
    this.#connection.quit();
    setTimeout(() => this.#connection.close(), QUIT_TIMEOUT_MS).unref();
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
      const envelope = { from: from === '' ? (false as const) : from, to: [envelope_to], size: mail.raw.length };
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
