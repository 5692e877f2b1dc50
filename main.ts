import { hostname } from 'node:os';
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import type { Env, Role } from './config/env.ts';
import { buildApp } from './console/app.ts';
import type { MotifModel } from './domain/facts.ts';
import { createParsePool, type ParsePool } from './mail/parse-pool.ts';
import type { ResolvedConnection } from './mail/connection.ts';
import type { Queues } from './queues/queues.ts';
import { requireSafeRedis } from './queues/redis-safety.ts';
import { SYSTEM, type Store } from './store/database.ts';
import { recoverDeliveries } from './store/delivery-desk.ts';
import type { Rulebooks } from './store/rulebooks.ts';
import { dispatchWork } from './workers/dispatch.ts';
import { checkHealth } from './workers/health.ts';
import { startIngest, type Ingest } from './workers/ingest.ts';
import { createMetrics, type Metrics } from './workers/metrics.ts';
import { createReplyWork } from './workers/reply.ts';
import { fillGauges } from './workers/scrape.ts';
import { createSlaWork } from './workers/sla.ts';
import { sweepWork } from './workers/sweep.ts';
import { triageWork } from './workers/triage.ts';
import { startWorker, type RunningWorker } from './workers/worker.ts';

/** Everything a process runs on, already open. `scripts/wiring.ts` makes it from the environment; tests make their own. */
export interface AppDeps {
  readonly env: Env;
  readonly log: Logger;
  readonly store: Store;
  readonly queues: Queues;
  readonly rulebooks: Rulebooks;
  readonly model: MotifModel;
  readonly connections: ReadonlyMap<string, ResolvedConnection>;
  readonly smtp: SmtpSettings;
  readonly clock?: () => Date;
  readonly version: string;
}

export interface App {
  /** Starts the roles of this process, workers before the ingestion, and listens. Returns where. */
  start(): Promise<{ url: string }>;
  /** Takes no new work, lets the work at hand end (bounded), closes. Never loses anything either way. */
  drain(within_ms?: number): Promise<void>;
  readonly http: FastifyInstance;
  readonly metrics: Metrics;
  readonly ingest: () => Ingest | undefined;
}
