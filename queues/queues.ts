import { Queue } from 'bullmq';
import { AiguillageError } from '../domain/errors.ts';
import type { QueueBackend } from './backend.ts';
import {
  CONTRACTS,
  jobId,
  PRIORITY,
  QUEUE_NAMES,
  QUEUE_PREFIX,
  type Payloads,
  type Priority,
  type QueueName,
  type RowJob,
} from './contracts.ts';

export interface EnqueueOptions {
  priority?: Priority;
  delay_ms?: number;
}

export interface QueueCounts {
  waiting: number;
  active: number;
  delayed: number;
}

/** Typed producers for every queue. Row first, job after the commit: call these only once the rows are committed. */
export interface Queues {
  readonly backend: QueueBackend;
  /** Adds work for rows. Adding the same row and revision again while its job exists changes nothing. */
  enqueue(queue: 'triage' | 'dispatch' | 'reply', jobs: readonly RowJob[], options?: EnqueueOptions): Promise<void>;
  /** Starts (or keeps) the repeating tick of a scheduler queue. */
  schedule(queue: 'sla' | 'bot' | 'sweep', every_ms?: number): Promise<void>;
  counts(queue: QueueName): Promise<QueueCounts>;
  close(): Promise<void>;
}

/** Most jobs in one round trip; a burst of 9,000 mails is added in slices. */
const BULK_MAX = 500;

/** Opens one producer per queue over `backend`; does not wait for the connection. */
export function openQueues(backend: QueueBackend, onError: (error: Error) => void): Queues {
  const queues = new Map<QueueName, Queue>();
  for (const name of QUEUE_NAMES) {
    const contract = CONTRACTS[name];
    const queue = new Queue(
      name,
      {
        ...backend.options,
        prefix: QUEUE_PREFIX,
        defaultJobOptions: {
          attempts: contract.attempts,
          backoff: { type: 'exponential', delay: contract.backoff_ms },
          // Dead letters are a view of the database; a job kept here would silently swallow a later add (design §7).
          removeOnComplete: true,
          removeOnFail: true,
        },
      },
      backend.factory as never,
    );
    queue.on('error', onError);
    queues.set(name, queue);
  }
  const get = (name: QueueName): Queue => queues.get(name)!;

  return {
    backend,
    async enqueue(name, jobs, options = {}) {
      for (let from = 0; from < jobs.length; from += BULK_MAX) {
        await get(name).addBulk(
          jobs.slice(from, from + BULK_MAX).map((job) => ({
            name,
            data: checkPayload(name, job),
            opts: {
              jobId: jobId(name, job),
              priority: PRIORITY[options.priority ?? 'normal'],
              ...(options.delay_ms === undefined || options.delay_ms <= 0 ? {} : { delay: options.delay_ms }),
            },
          })),
        );
      }
    },
    async schedule(name, every_ms) {
      const every = every_ms ?? CONTRACTS[name].every_ms ?? 30_000;
      await get(name).upsertJobScheduler(`${name}-tick`, { every }, { name, data: checkPayload(name, { tick: true }) });
    },
    async counts(name) {
      const counts = await get(name).getJobCounts('waiting', 'prioritized', 'active', 'delayed');
      return {
        waiting: (counts['waiting'] ?? 0) + (counts['prioritized'] ?? 0),
        active: counts['active'] ?? 0,
        delayed: counts['delayed'] ?? 0,
      };
    },
    async close() {
      await Promise.all([...queues.values()].map((queue) => queue.close()));
      await backend.close();
    },
  };
}

/** Validates a payload against its contract. @throws AiguillageError QUEUE_PAYLOAD */
export function checkPayload<Name extends QueueName>(name: Name, data: unknown): Payloads[Name] {
  const parsed = CONTRACTS[name].payload.safeParse(data);
  if (parsed.success) return parsed.data as Payloads[Name];
  const issue = parsed.error.issues[0];
  throw new AiguillageError(
    'QUEUE_PAYLOAD',
    `Queue ${name}, field ${issue?.path.join('.') || '(root)'}: ${issue?.message}.`,
  );
}
