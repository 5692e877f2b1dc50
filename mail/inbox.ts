import type { Logger } from 'pino';
import { AiguillageError, hasCode } from '../domain/errors.ts';
import type { Queues } from '../queues/queues.ts';
import { SYSTEM, type Store } from '../store/database.ts';
import { acquire, release } from '../store/leases.ts';
import { ensureMailbox, noteProblem } from '../store/mailboxes.ts';
import { Attempts } from './attempts.ts';
import { backoff, Bell, pause } from './bell.ts';
import { connector, type ResolvedConnection } from './connection.ts';
import {
  taggedStore,
  timingsFor,
  type InboxContext,
  type InboxTimings,
  type Ingested,
  type UrgentHint,
} from './context.ts';
import { keepLease } from './lease-keeper.ts';
import { problemLine, problemOf } from './problems.ts';
import { runSession } from './session.ts';

export type { ResolvedConnection } from './connection.ts';
export type { InboxTimings, Ingested, UrgentHint } from './context.ts';

/** `standby`: another process reads this mailbox. */
export type InboxState = 'standby' | 'connecting' | 'syncing' | 'idle' | 'backoff' | 'stopped';

export interface InboxStatus {
  readonly mailbox: string;
  readonly state: InboxState;
  /** When this process last saw everything in step; null when it never did, or another process reads. */
  readonly last_synced_at: Date | null;
  /** As in `mailbox.last_error`. */
  readonly problem: string | null;
}

export interface InboxOptions {
  readonly store: Store;
  readonly queues: Pick<Queues, 'enqueue'>;
  /** Id of the mailbox profile; also the mailbox of every row. */
  readonly profile_id: string;
  readonly connection: ResolvedConnection;
  readonly log: Logger;
  /** Names this process; only for people who look at the lease. */
  readonly holder: string;
  readonly urgentHint?: UrgentHint;
  readonly clock?: () => Date;
  readonly timings?: Partial<InboxTimings>;
  /** Called at each change of state. */
  readonly onState?: (state: InboxState) => void;
  /** Called after the commit of each batch. */
  readonly onIngested?: (ingested: Ingested) => void;
}

export interface Inbox {
  readonly profile_id: string;
  /** Finishes the batch at hand, at most `within_ms`; then cuts the connection. Nothing is lost either way. */
  stop(within_ms?: number): Promise<void>;
  status(): InboxStatus;
  /**
   * Compares all folders with the server now. Resolves at the end of the first pass that began after the call and in
   * which everything that could be read was; rejects when the inbox is stopped first. Waits through outages and standby.
   */
  synced(): Promise<void>;
}

/** The lease of a mailbox: whoever holds it is its only reader. */
export function leaseName(profile_id: string): string {
  return `inbox ${profile_id}`;
}

const STOP_MS = 10_000;

/**
 * Reads one mailbox for as long as it is not stopped: takes the lease, connects, compares, idles; after any failure
 * starts again from the lease with a new connection, after a growing pause. Returns at once.
 */
export function startInbox(options: InboxOptions): Inbox {
  const store = taggedStore(options.store);
  const clock = options.clock ?? ((): Date => new Date());
  const timings = timingsFor(options.store, options.timings);
  const log = options.log.child({ mailbox: options.profile_id });
  const connections = connector(options.connection, timings, clock);
  const context: InboxContext = {
    store,
    queues: options.queues,
    mailbox: options.profile_id,
    connection: options.connection,
    timings,
    log,
    clock,
    urgentHint: options.urgentHint,
    attempts: new Attempts(),
    onIngested: options.onIngested ?? ((): void => {}),
  };
  const bell = new Bell();
  const ending = new AbortController();
  const deadline = new AbortController();
  let waiting: PromiseWithResolvers<void>[] = [];
  let answered: PromiseWithResolvers<void>[] = [];
  let failures = 0;
  let status: InboxStatus = { mailbox: options.profile_id, state: 'connecting', last_synced_at: null, problem: null };

  function enter(state: InboxState): void {
    if (state === status.state) return;
    status = { ...status, state };
    options.onState?.(state);
  }

  async function underLease(token: number): Promise<void> {
    const name = leaseName(options.profile_id);
    const keeper = keepLease(store, name, token, timings.lease_ms, clock, log);
    const cut = AbortSignal.any([keeper.lost, deadline.signal]);
    cut.addEventListener('abort', () => bell.ring());
    try {
      await runSession(
        context,
        connections,
        { name, token },
        { bell, ending: ending.signal, cut, asked: () => waiting.length > 0 },
        {
          state: enter,
          passBegan: () => (answered = answered.concat(waiting.splice(0))),
          passEnded: (problem, read) => {
            if (problem !== null && problem !== status.problem) log.warn({ problem }, 'mailbox not read in full');
            failures = 0;
            status = { ...status, problem, ...(read ? { last_synced_at: clock() } : {}) };
            for (const waiter of answered.splice(0)) waiter.resolve();
          },
        },
      );
    } catch (error) {
      // The connection was cut because of it: that is no problem of the mail server.
      if (!keeper.lost.aborted) throw error;
    } finally {
      keeper.stop();
      // Who asked is answered by the next pass that comes to its end, in this connection or another.
      waiting = answered.splice(0).concat(waiting);
      // At once, not at its expiry: another process may reach the server where this one could not.
      await release(store, name, token, clock()).catch(() => {});
    }
    if (keeper.lost.aborted) throw new AiguillageError('LEASE_LOST');
  }

  async function attempt(): Promise<'done' | 'standby' | 'failed'> {
    try {
      await store.write(SYSTEM, (tx) => ensureMailbox(tx, options.profile_id));
      const lease = await acquire(store, leaseName(options.profile_id), options.holder, timings.lease_ms, clock());
      if (lease === null) return 'standby';
      enter('connecting');
      await underLease(lease.token);
      return 'done';
    } catch (error) {
      if (ending.signal.aborted) return 'done';
      if (hasCode(error, 'LEASE_LOST')) {
        log.warn('another process took over this mailbox');
        return 'standby';
      }
      const problem = problemLine(error);
      log.warn({ problem, failures: failures + 1 }, problemOf(error).message);
      status = { ...status, problem };
      await store.write(SYSTEM, (tx) => noteProblem(tx, options.profile_id, clock(), problem)).catch(() => {});
      return 'failed';
    }
  }

  async function run(): Promise<void> {
    while (!ending.signal.aborted) {
      const outcome = await attempt();
      if (ending.signal.aborted) break;
      enter(outcome === 'failed' ? 'backoff' : 'standby');
      failures = outcome === 'failed' ? failures + 1 : failures;
      const wait_ms = outcome === 'failed' ? backoff(failures, timings) : timings.lease_ms / 3;
      // Jitter: the fifteen inboxes of a server that comes back do not all knock at once.
      await pause(wait_ms * (0.5 + Math.random() / 2), ending.signal);
    }
    enter('stopped');
    for (const waiter of [...answered, ...waiting]) waiter.reject(new Error('The inbox was stopped.'));
  }

  const running = run();
  return {
    profile_id: options.profile_id,
    status: () => status,
    synced() {
      if (status.state === 'stopped') return Promise.reject(new Error('The inbox was stopped.'));
      const waiter = Promise.withResolvers<void>();
      waiting.push(waiter);
      bell.ring();
      return waiter.promise;
    },
    async stop(within_ms = STOP_MS) {
      ending.abort();
      bell.ring();
      const timer = setTimeout(() => deadline.abort(), within_ms);
      await running;
      clearTimeout(timer);
    },
  };
}
