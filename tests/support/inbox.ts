/** Starts an inbox on a test account and waits for its signals. */
import { randomBytes } from 'node:crypto';
import type { ResolvedConnection } from '../../mail/connection.ts';
import { startInbox, type Inbox, type InboxOptions, type InboxState, type Ingested } from '../../mail/inbox.ts';
import type { EnqueueOptions } from '../../queues/queues.ts';
import type { RowJob } from '../../queues/contracts.ts';
import { SYSTEM, type Store } from '../../store/database.ts';
import { quiet } from './quiet.ts';

export interface Named {
  queue: string;
  job: RowJob;
  priority: EnqueueOptions['priority'];
}

export interface InboxProbe extends Inbox {
  /** Jobs named so far, in order. */
  readonly named: Named[];
  readonly batches: Ingested[];
  readonly states: InboxState[];
  /** Resolves when the inbox is, or next becomes, in this state. */
  until(state: InboxState): Promise<void>;
  /** Resolves at the next commit of a batch. */
  nextBatch(): Promise<Ingested>;
}

export type ProbeOptions = Partial<Omit<InboxOptions, 'store' | 'connection'>>;

/** Short waits; nothing here is ever waited for in full. */
export const QUICK: NonNullable<InboxOptions['timings']> = {
  lease_ms: 3_000,
  backoff_min_ms: 20,
  backoff_max_ms: 100,
  command_timeout_ms: 5_000,
  connect_timeout_ms: 5_000,
};

export function freshProfile(): string {
  return `m-${randomBytes(5).toString('hex')}`;
}

export function probe(store: Store, connection: ResolvedConnection, options: ProbeOptions = {}): InboxProbe {
  const named: Named[] = [];
  const batches: Ingested[] = [];
  const states: InboxState[] = [];
  let stateWaiters: { state: InboxState; resolve: () => void }[] = [];
  let batchWaiters: ((batch: Ingested) => void)[] = [];
  const inbox = startInbox({
    store,
    queues: {
      enqueue: (queue, jobs, given) => {
        named.push(...jobs.map((job) => ({ queue, job, priority: given?.priority })));
        return Promise.resolve();
      },
    },
    profile_id: freshProfile(),
    connection,
    log: quiet,
    holder: 'test',
    ...options,
    timings: { ...QUICK, ...options.timings },
    onState: (state) => {
      states.push(state);
      options.onState?.(state);
      const ready = stateWaiters.filter((waiter) => waiter.state === state);
      stateWaiters = stateWaiters.filter((waiter) => waiter.state !== state);
      for (const waiter of ready) waiter.resolve();
    },
    onIngested: (batch) => {
      batches.push(batch);
      options.onIngested?.(batch);
      for (const resolve of batchWaiters.splice(0)) resolve(batch);
      batchWaiters = [];
    },
  });
  return {
    ...inbox,
    named,
    batches,
    states,
    until: (state) =>
      inbox.status().state === state
        ? Promise.resolve()
        : new Promise((resolve) => stateWaiters.push({ state, resolve })),
    nextBatch: () => new Promise((resolve) => batchWaiters.push(resolve)),
  };
}

/** The ledger of a mailbox, in order. */
export function ledgerOf(store: Store, mailbox: string) {
  return store.read(SYSTEM, (tx) =>
    tx
      .selectFrom('ledger')
      .selectAll()
      .where('mailbox', '=', mailbox)
      .orderBy('folder')
      .orderBy('uidvalidity')
      .orderBy('uid')
      .execute(),
  );
}

export function messagesOf(store: Store, mailbox: string) {
  return store.read(SYSTEM, (tx) =>
    tx.selectFrom('message').selectAll().where('mailbox', '=', mailbox).orderBy('id').execute(),
  );
}

export function mailboxRow(store: Store, mailbox: string) {
  return store.read(SYSTEM, (tx) =>
    tx.selectFrom('mailbox').selectAll().where('id', '=', mailbox).executeTakeFirstOrThrow(),
  );
}

export async function setLive(store: Store, mailbox: string): Promise<void> {
  await store.write(SYSTEM, (tx) =>
    tx
      .insertInto('mailbox')
      .values({ id: mailbox, mode: 'live' })
      .onConflict((conflict) => conflict.column('id').doUpdateSet({ mode: 'live' }))
      .execute(),
  );
}
