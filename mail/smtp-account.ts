import { rootCertificates } from 'node:tls';
import type SMTPConnection from 'nodemailer/lib/smtp-connection';
import type { TokenSource } from './oauth2.ts';

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

/** What nodemailer is told for one connection. */
export function connectionOptions(
  account: SmtpAccount,
  timings: SmtpTimings,
): ConstructorParameters<typeof SMTPConnection>[0] {
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

/** Logs in when the account has a login. @throws what the server answered */
export async function login(connection: SMTPConnection, account: SmtpAccount): Promise<void> {
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
    buildXOAuth2Token: (token: string) =>
      Buffer.from(`user=${user}\u0001auth=Bearer ${token}\u0001\u0001`).toString('base64'),
  };
}
