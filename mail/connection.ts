import { rootCertificates, type ConnectionOptions } from 'node:tls';
import { ImapFlow, type ImapFlowOptions } from 'imapflow';
import { tokenSource, type OAuth2Settings, type TokenSource } from './oauth2.ts';
import { MailProblem, problemOf } from './problems.ts';

/** How one mailbox is reached: `connections.yaml` with its secrets filled in. Never logged. */
export interface ResolvedConnection {
  readonly host: string;
  readonly port: number;
  /** `insecure` is for tests and the try-out: the password crosses the network in clear. */
  readonly security: 'tls' | 'starttls' | 'insecure';
  readonly login: string;
  readonly auth: { readonly password: string } | { readonly oauth2: OAuth2Settings };
  /** Folders read, by name; `\Junk` stands for the folder the server marks as such. Empty: INBOX and `\Junk`. */
  readonly folders: readonly string[];
  /** What is done on the server once a mail is stored here, while the mailbox is live. */
  readonly on_ingested: 'none' | { readonly flag: string } | { readonly move_to: string };
  /** Above, a mail is set aside in quarantine. */
  readonly max_mail_bytes: number;
  /** PEM of a private certificate authority, trusted beside the public ones. */
  readonly tls_ca?: string | undefined;
}

export interface ConnectionTimings {
  readonly connect_timeout_ms: number;
  /** A command that gets no byte for so long is dead. */
  readonly command_timeout_ms: number;
}

/** Where a literal of the server may be larger than the size it announced; Exchange estimates sizes. */
const SIZE_SLACK_BYTES = 16 * 1024 * 1024;

/** Makes connections to one mailbox; keeps the OAuth2 token between them. */
export interface Connector {
  /** Aborting `signal` gives up the attempt at once. */
  open(signal: AbortSignal): Promise<ImapFlow>;
}

export function connector(connection: ResolvedConnection, timings: ConnectionTimings, clock?: () => Date): Connector {
  const tokens = 'oauth2' in connection.auth ? tokenSource(connection.auth.oauth2, clock) : undefined;
  return { open: (signal) => open(connection, timings, tokens, signal) };
}

/**
 * A connected and authenticated client. An instance cannot connect twice: after `close`, make another.
 * @throws AiguillageError MAIL_CONNECTION, MAIL_LOGIN
 */
async function open(
  connection: ResolvedConnection,
  timings: ConnectionTimings,
  tokens: TokenSource | undefined,
  signal: AbortSignal,
): Promise<ImapFlow> {
  const auth =
    'password' in connection.auth ? { pass: connection.auth.password } : { accessToken: await tokens!.token(signal) };
  const client = new ImapFlow({ ...options(connection, timings), auth: { user: connection.login, ...auth } });
  // Without a listener a late socket error would end the whole process; `close` follows and is what we act on.
  client.on('error', (error) => failures.set(client, error));
  const give_up = (): void => client.close();
  signal.addEventListener('abort', give_up);
  try {
    if (signal.aborted) throw new MailProblem('MAIL_CONNECTION', 'given up');
    await client.connect();
    return client;
  } catch (error) {
    client.close();
    const problem = problemOf(error);
    if (problem.code === 'MAIL_LOGIN') tokens?.forget();
    throw problem;
  }
}

function options(connection: ResolvedConnection, timings: ConnectionTimings): ImapFlowOptions {
  const literal_max = connection.max_mail_bytes + SIZE_SLACK_BYTES;
  return {
    host: connection.host,
    port: connection.port,
    secure: connection.security === 'tls',
    ...(connection.security === 'tls' ? {} : { doSTARTTLS: connection.security === 'starttls' }),
    tls: tlsOptions(connection),
    // Its log lines quote addresses and subjects.
    logger: false,
    // We call idle() ourselves: the automatic one waits 15 s after the last command.
    disableAutoIdle: true,
    // Untested territory without need: the dialects that change what SEARCH answers, and compression on a local network.
    disableIMAP4rev2: true,
    disableCompression: true,
    connectionTimeout: timings.connect_timeout_ms,
    greetingTimeout: timings.connect_timeout_ms,
    socketTimeout: timings.command_timeout_ms,
    maxLiteralSize: literal_max,
    maxResponseSize: literal_max + 1024 * 1024,
    maxLineLength: 16 * 1024 * 1024,
  };
}

function tlsOptions(connection: ResolvedConnection): ConnectionOptions {
  return {
    minVersion: 'TLSv1.2',
    ...(connection.tls_ca === undefined ? {} : { ca: [...rootCertificates, connection.tls_ca] }),
  };
}

const failures = new WeakMap<ImapFlow, Error>();

/** The error that ended a connection; its commands only say that the connection is gone. */
export function lastFailure(client: ImapFlow): Error | undefined {
  return failures.get(client);
}

/** False once nothing the client answers can be trusted: after the end of a connection some calls resolve empty. */
export function alive(client: ImapFlow): boolean {
  return client.usable && !client.isClosed && client.state !== client.states.LOGOUT;
}

/** An empty answer counts only when the connection that gave it still stands. @throws AiguillageError MAIL_CONNECTION */
export function assertAlive(client: ImapFlow): void {
  if (!alive(client)) throw new MailProblem('MAIL_CONNECTION', 'lost');
}

/** Says goodbye when the connection stands, at most `within_ms`; then cuts it. */
export async function closeClient(client: ImapFlow, within_ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, within_ms)));
  try {
    if (alive(client)) await Promise.race([client.logout().catch(() => {}), late]);
  } finally {
    clearTimeout(timer);
    client.close();
  }
}
