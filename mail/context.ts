import type { ImapFlow } from 'imapflow';
import type { Logger } from 'pino';
import { AiguillageError } from '../domain/errors.ts';
import type { Queues } from '../queues/queues.ts';
import type { Store } from '../store/database.ts';
import type { Attempts } from './attempts.ts';
import type { ConnectionTimings, ResolvedConnection } from './connection.ts';

/** Every wait and limit of an inbox. */
export interface InboxTimings extends ConnectionTimings {
  /** Life of the lease; it is renewed at a third of it. */
  readonly lease_ms: number;
  /** Longest time until all folders are compared with the server again, IDLE or not. */
  readonly resync_ms: number;
  /** Longest silence before the line is tried with a NOOP: an IDLE can die without a sign. At most 5 minutes. */
  readonly heartbeat_ms: number;
  /** How often every UID on the server is compared with the ledger, besides at each connection. */
  readonly deep_check_ms: number;
  readonly backoff_min_ms: number;
  readonly backoff_max_ms: number;
  /** Longest wait for the queue after a commit; then the sweep names the work. */
  readonly enqueue_timeout_ms: number;
  /** Mails looked at in one round of a back-fill; between two rounds new arrivals get their turn. */
  readonly round_mails: number;
}

const TIMINGS: InboxTimings = {
  lease_ms: 30_000,
  resync_ms: 60_000,
  heartbeat_ms: 120_000,
  deep_check_ms: 3_600_000,
  backoff_min_ms: 1_000,
  backoff_max_ms: 60_000,
  enqueue_timeout_ms: 5_000,
  round_mails: 2_000,
  connect_timeout_ms: 20_000,
  command_timeout_ms: 60_000,
};
const HEARTBEAT_MAX_MS = 300_000;
/** The embedded database has one process: a lease left by one that was killed is soon free. */
const EMBEDDED_LEASE_MS = 10_000;

export function timingsFor(store: Store, given: Partial<InboxTimings> = {}): InboxTimings {
  const base = store.engine === 'pglite' ? { ...TIMINGS, lease_ms: EMBEDDED_LEASE_MS } : TIMINGS;
  const timings = { ...base, ...given };
  return { ...timings, heartbeat_ms: Math.min(timings.heartbeat_ms, HEARTBEAT_MAX_MS) };
}

/** True when the text (decoded subject and start of the mail) calls for being worked first. Only the order depends on it. */
export type UrgentHint = (text: string) => boolean;

/** What one batch added. Counts only. */
export interface Ingested {
  readonly folder: string;
  readonly messages: number;
  readonly duplicates: number;
  readonly quarantined: number;
  readonly vanished: number;
}

/** All that the reading of one mailbox needs; lives as long as the inbox. */
export interface InboxContext {
  readonly store: Store;
  readonly queues: Pick<Queues, 'enqueue'>;
  readonly mailbox: string;
  readonly connection: ResolvedConnection;
  readonly timings: InboxTimings;
  readonly log: Logger;
  readonly clock: () => Date;
  readonly urgentHint: UrgentHint | undefined;
  readonly attempts: Attempts;
  readonly onIngested: (ingested: Ingested) => void;
}

/** One connection under one lease. */
export interface Session {
  readonly context: InboxContext;
  readonly client: ImapFlow;
  /** Checked inside every transaction that writes. */
  readonly fence: { readonly name: string; readonly token: number };
  /** Aborted when the inbox should come to an end: finish the batch at hand, begin no other. */
  readonly ending: AbortSignal;
  /** Flags and moves are allowed: a real database, and the mailbox is live. Looked up at each pass. */
  actions: boolean;
  /** The server refused IDLE: it is asked again and again instead. */
  polls: boolean;
}

/**
 * The same store, whose failures say that they are the database's: both sides know ECONNREFUSED, and a mailbox must not
 * blame the mail server for it.
 */
export function taggedStore(store: Store): Store {
  const tag = (error: unknown): never => {
    if (error instanceof AiguillageError) throw error;
    const code = (error as { code?: unknown }).code;
    const seen = typeof code === 'string' && /^\w{1,40}$/.test(code) ? code : 'unknown';
    throw new AiguillageError('STORE_QUERY', `(${seen}).`, { cause: error });
  };
  return {
    ...store,
    read: (actor, fn) => store.read(actor, fn).catch(tag),
    write: (actor, fn) => store.write(actor, fn).catch(tag),
  };
}
