import { DelayedError, Worker } from 'bullmq';
import type { Logger } from 'pino';
import type { QueueBackend } from '../queues/backend.ts';
import { CONTRACTS, QUEUE_PREFIX, type Payloads, type QueueName } from '../queues/contracts.ts';
import { checkPayload } from '../queues/queues.ts';

/**
 * The one shape of a worker, and the only file that knows BullMQ's Worker. A worker loads its row by id, returns if the
 * status moved on, decides by a pure call, writes in one transaction, names what comes next. It ends in one of three
 * ways; a throw is an error and is tried again with backoff.
 */
export type Outcome =
  | { readonly kind: 'done' }
  /** Later, without counting an attempt. `why` is for the log: a code, never text from a mail. */
  | { readonly kind: 'snooze'; readonly ms: number; readonly why: string }
  /** Never again, and not an error: the row is gone or somebody else did it. */
  | { readonly kind: 'cancel'; readonly why: string };

export const done: Outcome = { kind: 'done' };
export const snooze = (ms: number, why: string): Outcome => ({ kind: 'snooze', ms, why });
export const cancel = (why: string): Outcome => ({ kind: 'cancel', why });

export interface WorkContext {
  readonly log: Logger;
  /** Aborted when the process drains: long work should stop at its next safe point. */
  readonly signal: AbortSignal;
}

export type Work<Name extends QueueName> = (payload: Payloads[Name], context: WorkContext) => Promise<Outcome>;

export interface RunningWorker {
  readonly name: QueueName;
  /** Takes no new job and waits for those at work, at most `within_ms`; then they are left to the next process. */
  close(within_ms?: number): Promise<void>;
  readonly isRunning: () => boolean;
}

export interface WorkerMetrics {
  finished(queue: QueueName, outcome: Outcome['kind'] | 'error', duration_ms: number): void;
}

export interface StartOptions<Name extends QueueName> {
  backend: QueueBackend;
  queue: Name;
  work: Work<Name>;
  log: Logger;
  metrics?: WorkerMetrics;
  concurrency?: number;
  /** Called once the job has left the queue, whatever became of it: tests wait on it instead of polling. */
  on_ended?: (job_id: string) => void;
  /** Only for tests that kill workers and cannot wait a minute for the stalled check. */
  lock_ms?: number;
  stalled_interval_ms?: number;
}

/** Starts working a queue. Resolves once the worker has reached its backend. */
export async function startWorker<Name extends QueueName>(options: StartOptions<Name>): Promise<RunningWorker> {
  const { queue, work, metrics } = options;
  const contract = CONTRACTS[queue];
  const log = options.log.child({ queue });
  const stop = new AbortController();
  const worker = new Worker(
    queue,
    async (job, token) => {
      const started = performance.now();
      try {
        const outcome = await work(checkPayload(queue, job.data), { log, signal: stop.signal });
        metrics?.finished(queue, outcome.kind, performance.now() - started);
        if (outcome.kind === 'snooze') {
          log.info({ job: job.id, why: outcome.why, ms: outcome.ms }, 'snoozed');
          await job.moveToDelayed(Date.now() + outcome.ms, token);
          throw new DelayedError();
        }
        if (outcome.kind === 'cancel') log.info({ job: job.id, why: outcome.why }, 'cancelled');
      } catch (error) {
        if (error instanceof DelayedError) throw error;
        metrics?.finished(queue, 'error', performance.now() - started);
        // The message of an unexpected error may quote the mail: name and code only.
        log.error({ job: job.id, attempt: job.attemptsMade + 1, error: describe(error) }, 'failed');
        throw error;
      }
    },
    {
      ...options.backend.options,
      prefix: QUEUE_PREFIX,
      concurrency: options.concurrency ?? contract.concurrency,
      lockDuration: options.lock_ms ?? contract.lock_ms,
      stalledInterval: options.stalled_interval_ms ?? contract.lock_ms,
      // Deaths are counted in the row (law 2); the queue's own limit must never drop a job before the row says so.
      maxStalledCount: 1_000,
      removeOnComplete: { count: 0 },
      removeOnFail: { count: 0 },
    },
    options.backend.factory as never,
  );
  worker.on('completed', (job) => options.on_ended?.(job.id ?? ''));
  worker.on('failed', (job) => options.on_ended?.(job?.id ?? ''));
  worker.on('error', (error) => log.warn({ error: describe(error) }, 'queue connection'));
  await worker.waitUntilReady();
  return {
    name: queue,
    isRunning: () => worker.isRunning(),
    async close(within_ms = 20_000) {
      stop.abort();
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<'late'>((resolve) => (timer = setTimeout(() => resolve('late'), within_ms)));
      const ended = await Promise.race([worker.close().then(() => 'closed' as const), late]);
      clearTimeout(timer);
      if (ended === 'late') {
        log.warn({ within_ms }, 'drain limit reached, jobs left to the next process');
        await worker.close(true);
      }
    },
  };
}

/** What may be said of an unknown error in a log: its class and code, and our own message when it is one of ours. */
export function describe(error: unknown): { name: string; code?: string; message?: string } {
  if (!(error instanceof Error)) return { name: typeof error };
  const code = (error as { code?: unknown }).code;
  return {
    name: error.name,
    ...(typeof code === 'string' ? { code } : {}),
    ...(error.name === 'AiguillageError' ? { message: error.message } : {}),
  };
}
