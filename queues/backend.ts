import { createPostgresBackend, type BackendFactory, type ConnectionOptions } from 'bullmq';
import { Redis } from 'ioredis';
import pg from 'pg';
import type { Store } from '../store/database.ts';

/**
 * What BullMQ needs to reach its jobs. Three cases (design §1): Redis in production; the PostgreSQL of DATABASE_URL when
 * QUEUE_URL is unset; PGlite in the embedded default. Everything above this file is the same for all.
 */
export interface QueueBackend {
  readonly kind: 'redis' | 'postgres' | 'pglite';
  /** Options to spread into a BullMQ Queue or Worker. */
  readonly options: { connection: ConnectionOptions };
  /** Last constructor argument of Queue and Worker; undefined is BullMQ's Redis default. */
  readonly factory: BackendFactory | undefined;
  /** The Redis connection, for the safety checks; undefined elsewhere. */
  readonly redis: Redis | undefined;
  close(): Promise<void>;
}

/** Jobs in Redis. The connection is shared by the producers; each worker makes its own blocking one from it. */
export function redisBackend(url: string, onError: (error: Error) => void): QueueBackend {
  // null: BullMQ's blocking calls must wait for the server instead of failing after 20 tries.
  const redis = new Redis(url, { maxRetriesPerRequest: null });
  redis.on('error', onError);
  return {
    kind: 'redis',
    options: { connection: redis },
    factory: undefined,
    redis,
    close: async () => {
      // quit() waits for an answer that a dead server never gives.
      if (redis.status === 'ready') await redis.quit();
      else redis.disconnect();
    },
  };
}

/** Jobs in the `bullmq` schema of a PostgreSQL; own pool because its search_path differs from the product's. */
export function postgresBackend(url: string, onError: (error: Error) => void): QueueBackend {
  const pool = new pg.Pool({ connectionString: url, max: 30, keepAlive: true, options: '-c search_path=bullmq' });
  pool.on('error', onError);
  return {
    kind: 'postgres',
    options: { connection: pool as unknown as ConnectionOptions },
    factory: createPostgresBackend as unknown as BackendFactory,
    redis: undefined,
    close: () => pool.end(),
  };
}

/** Jobs in the embedded database, through the same pool as the store (there is only one session). */
export function pgliteBackend(store: Store): QueueBackend {
  return {
    kind: 'pglite',
    options: { connection: store.pool as unknown as ConnectionOptions },
    factory: createPostgresBackend as unknown as BackendFactory,
    redis: undefined,
    close: () => Promise.resolve(),
  };
}
