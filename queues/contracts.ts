import { z } from 'zod';

/**
 * Every queue of the pipeline: its payload, attempts, backoff and limits. Payloads carry ids only (law 3); they are
 * checked when a job is added and again when it is worked, so that a deploy with mixed versions fails loudly.
 */

/** Redis Cluster keeps all keys with the same braces in one slot; changing it later strands every job. */
export const QUEUE_PREFIX = '{aiguillage}';

export type QueueName = 'triage' | 'dispatch' | 'reply' | 'sla' | 'bot' | 'sweep';

/** Points at one database row. `rev` makes a requeued row a new job. */
export interface RowJob {
  readonly id: string;
  readonly rev: number;
}
/** A scheduler's tick: the worker reads the database for what is due. */
export interface TickJob {
  readonly tick: true;
}
export interface Payloads {
  triage: RowJob;
  dispatch: RowJob;
  reply: RowJob;
  sla: TickJob;
  bot: TickJob;
  sweep: TickJob;
}

const rowJob = z.strictObject({ id: z.uuid(), rev: z.int().min(0).max(1_000_000) }) satisfies z.ZodType<RowJob>;
const tickJob = z.strictObject({ tick: z.literal(true) }) satisfies z.ZodType<TickJob>;

export interface QueueContract<Name extends QueueName> {
  readonly payload: z.ZodType<Payloads[Name]>;
  /** Status the row has while this job is due; part of the job id. */
  readonly status: string;
  /** Attempts by BullMQ after an error; process deaths are counted in the row itself (law 2). */
  readonly attempts: number;
  readonly backoff_ms: number;
  readonly concurrency: number;
  /** A job that has not ended by then is stalled; its lock is renewed at half of it. */
  readonly lock_ms: number;
  /** Repeat interval of a scheduler, for tick queues. */
  readonly every_ms?: number;
}

export const CONTRACTS: { readonly [Name in QueueName]: QueueContract<Name> } = {
  triage: { payload: rowJob, status: 'received', attempts: 5, backoff_ms: 1_000, concurrency: 8, lock_ms: 30_000 },
  dispatch: { payload: rowJob, status: 'decided', attempts: 5, backoff_ms: 1_000, concurrency: 8, lock_ms: 30_000 },
  // One attempt: whether a sending may be tried again is decided from the delivery row, never by the queue (law 7).
  reply: { payload: rowJob, status: 'pending', attempts: 1, backoff_ms: 5_000, concurrency: 5, lock_ms: 60_000 },
  sla: {
    payload: tickJob,
    status: 'tick',
    attempts: 1,
    backoff_ms: 1_000,
    concurrency: 1,
    lock_ms: 60_000,
    every_ms: 30_000,
  },
  bot: {
    payload: tickJob,
    status: 'tick',
    attempts: 1,
    backoff_ms: 1_000,
    concurrency: 1,
    lock_ms: 60_000,
    every_ms: 5_000,
  },
  sweep: {
    payload: tickJob,
    status: 'tick',
    attempts: 1,
    backoff_ms: 1_000,
    concurrency: 1,
    lock_ms: 60_000,
    every_ms: 15_000,
  },
};

export const QUEUE_NAMES = Object.keys(CONTRACTS) as QueueName[];

/** Deterministic, so that adding the same work twice is a no-op while the first is still there. No ":" (BullMQ refuses). */
export function jobId(queue: QueueName, job: RowJob): string {
  return `${job.id}_${CONTRACTS[queue].status}_${job.rev}`;
}

/** Lower runs first in BullMQ; 0 would skip the ordered set and jump ahead of everything. */
export const PRIORITY = { urgent: 1, normal: 10, backfill: 20 } as const;
export type Priority = keyof typeof PRIORITY;
