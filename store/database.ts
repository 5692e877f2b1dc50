import { setTimeout as sleep } from 'node:timers/promises';
import { Kysely, PostgresDialect, sql, type PostgresPool, type Transaction } from 'kysely';
import pg from 'pg';
import type { PGlite } from '@electric-sql/pglite';
import type { PglitePool } from './pglite.ts';
import type { Role, Schema } from './schema.ts';

/** Who acts. Every access to the store names one; it decides the database role and the rows in sight (law 9). */
export type Actor =
  | { readonly kind: 'system' }
  | { readonly kind: 'agent'; readonly id: string; readonly role: Role; readonly pool?: string | undefined };

export const SYSTEM: Actor = { kind: 'system' };

/** How an actor is written in events and audit rows. */
export function actorName(actor: Actor): string {
  return actor.kind === 'system' ? 'system' : `agent:${actor.id}`;
}

/** A transaction in which the role of the actor is already set. The only handle the rest of the code ever sees. */
export type Tx = Transaction<Schema>;

export interface Store {
  /** Runs `fn` in a read-only transaction as `actor`. */
  read<T>(actor: Actor, fn: (tx: Tx) => Promise<T>): Promise<T>;
  /**
   * Runs `fn` in a transaction as `actor`; a throw rolls back. What PostgreSQL ended for the sake of another transaction
   * (a deadlock, a serialization failure) runs again from the beginning, at most {@link AGAIN_MAX} times: `fn` leaves no
   * trace outside its transaction before it has committed.
   */
  write<T>(actor: Actor, fn: (tx: Tx) => Promise<T>): Promise<T>;
  /** `pglite` is not durable against power loss and its role wall is advisory. */
  readonly engine: 'pglite' | 'postgres';
  /** For the migrator, BullMQ and health checks; never for queries of the product. */
  readonly pool: pg.Pool | PglitePool;
  close(): Promise<void>;
}

/** Both engines give the same JavaScript types: int8 as number, date as "YYYY-MM-DD". */
const TYPES: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') => {
    if (oid === 20) return (value: string) => Number(value);
    if (oid === 1082) return (value: string) => value;
    return pg.types.getTypeParser(oid, format as 'text');
  }) as pg.CustomTypesConfig['getTypeParser'],
};

export interface PostgresOptions {
  url: string;
  pool_max?: number;
  application_name?: string;
  onError?: (error: Error) => void;
  /** Before a transaction runs again; a few random milliseconds unless given. */
  pause?: () => Promise<void>;
}

/** Opens the production store. Connections are made on demand; nothing is migrated here. */
export function openPostgres(options: PostgresOptions): Store {
  const pool = new pg.Pool({
    connectionString: options.url,
    max: options.pool_max ?? 10,
    application_name: options.application_name ?? 'aiguillage',
    types: TYPES,
    // A server that went away must not hold a worker for the kernel's two hours.
    keepAlive: true,
    connectionTimeoutMillis: 10_000,
    idle_in_transaction_session_timeout: 60_000,
  });
  // An idle client that drops would otherwise be an uncaught error of the whole process.
  pool.on('error', (error) => options.onError?.(error));
  // kysely ends the pool itself, but not one it never asked anything of, as after a mere `migrate`.
  return storeOver(pool, 'postgres', async () => void (pool.ended || (await pool.end())), options.pause);
}

/** Opens the embedded store over a PGlite instance and its pool (see store/embedded.ts for the files behind it). */
export function openPglite(pool: PglitePool, pglite: PGlite): Store {
  return storeOver(pool, 'pglite', async () => pglite.close());
}

/** A transaction that lost is run again so often; then its error is the caller's. */
export const AGAIN_MAX = 3;
/** serialization_failure and deadlock_detected: nothing is left of the transaction, and it may win the next time. */
const LOST: ReadonlySet<unknown> = new Set(['40001', '40P01']);
const PAUSE_MAX_MS = 50;

/** Two that lost against each other must not meet again at once. */
const shortPause = (): Promise<void> => sleep(Math.random() * PAUSE_MAX_MS);

function storeOver(
  pool: pg.Pool | PglitePool,
  engine: Store['engine'],
  closePool: () => Promise<void>,
  pause = shortPause,
): Store {
  const kysely = new Kysely<Schema>({ dialect: new PostgresDialect({ pool: pool as unknown as PostgresPool }) });
  const db = kysely.withSchema('aiguillage');

  async function run<T>(actor: Actor, readOnly: boolean, fn: (tx: Tx) => Promise<T>): Promise<T> {
    return db.transaction().execute(async (tx) => {
      const partner = actor.kind === 'agent' && actor.role === 'partner';
      const role = partner ? 'aiguillage_partner' : 'aiguillage_app';
      const pool_name = partner ? (actor.pool ?? '') : '';
      // One round trip; `true` makes each setting local to this transaction, like SET LOCAL.
      await sql`select set_config('role', ${role}, true), set_config('aiguillage.pool', ${pool_name}, true),
        set_config('transaction_read_only', ${readOnly ? 'on' : 'off'}, true)`.execute(tx);
      return fn(tx);
    });
  }

  async function write<T>(actor: Actor, fn: (tx: Tx) => Promise<T>): Promise<T> {
    for (let again = 0; ; again += 1) {
      try {
        return await run(actor, false, fn);
      } catch (error) {
        if (again === AGAIN_MAX || !LOST.has((error as { code?: unknown } | null)?.code)) throw error;
        await pause();
      }
    }
  }

  let closed: Promise<void> | undefined;
  return {
    engine,
    pool,
    read: (actor, fn) => run(actor, true, fn),
    write,
    close: () => (closed ??= kysely.destroy().then(closePool)),
  };
}
