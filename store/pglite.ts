import { EventEmitter } from 'node:events';
import type { PGlite } from '@electric-sql/pglite';
import { AiguillageError } from '../domain/errors.ts';

/**
 * PGlite dressed as a `pg.Pool`, so that kysely and BullMQ's PostgreSQL backend use the embedded database unchanged.
 *
 * The one hazard: there is a single session. A statement that slips between another caller's BEGIN and COMMIT joins its
 * transaction and is rolled back with it. So a client holds the session from BEGIN to COMMIT, and everybody else waits
 * in line; single statements hold it only while they run. Asking the pool for a statement from inside one's own
 * transaction can never be served: it fails after `lock_timeout_ms` with STORE_LOCK_TIMEOUT instead of hanging for good.
 */
export interface PgliteResult {
  rows: unknown[];
  rowCount: number;
  command: string;
}

/** BullMQ's statements begin with a comment. */
const LEADING_COMMENTS = /^(\s|--[^\n]*\n)+/;
const BEGIN = /^\s*(begin|start\s+transaction)\b/i;
const END = /^\s*(commit|rollback|end)\s*;?\s*$/i;
const LISTEN = /^\s*(un)?listen\s+("?)([^";\s]+)\2\s*;?\s*$/i;
const ROLLBACK_TO = /^\s*rollback\s+to\b/i;

/** A first-come, first-served lock. `acquire` resolves with the release function. */
class Line {
  #tail: Promise<void> = Promise.resolve();

  async acquire(timeout_ms: number): Promise<() => void> {
    const before = this.#tail;
    let release!: () => void;
    this.#tail = new Promise<void>((resolve) => (release = resolve));
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<'late'>((resolve) => {
      timer = setTimeout(() => resolve('late'), timeout_ms);
    });
    const first = await Promise.race([before, late]);
    clearTimeout(timer);
    if (first === 'late') {
      // Keep our place in line empty instead of blocking those behind us.
      void before.then(release);
      throw new AiguillageError('STORE_LOCK_TIMEOUT', `Waited ${timeout_ms} ms.`);
    }
    return release;
  }
}

export interface PglitePoolOptions {
  lock_timeout_ms?: number;
}

/** One checked-out client. Emits `notification` for the channels it listens to. */
export class PgliteClient extends EventEmitter {
  readonly #pool: PglitePool;
  #release: (() => void) | undefined;
  readonly #unlisten = new Map<string, () => Promise<void>>();

  constructor(pool: PglitePool) {
    super();
    this.#pool = pool;
  }

  async query(text: string | { text: string; values?: unknown[] }, params?: readonly unknown[]): Promise<PgliteResult> {
    const sql = typeof text === 'string' ? text : text.text;
    const values = typeof text === 'string' ? params : text.values;
    const bare = sql.replace(LEADING_COMMENTS, '');
    const listen = LISTEN.exec(bare);
    if (listen !== null) return this.#listen(listen[1] !== undefined, listen[3]!);
    if (this.#release !== undefined) {
      const ends = END.test(bare) && !ROLLBACK_TO.test(bare);
      try {
        return await this.#pool.run(sql, values);
      } finally {
        if (ends) this.#unlock();
      }
    }
    const unlock = await this.#pool.line.acquire(this.#pool.lock_timeout_ms);
    if (!BEGIN.test(bare)) {
      try {
        return await this.#pool.run(sql, values);
      } finally {
        unlock();
      }
    }
    this.#release = unlock;
    try {
      return await this.#pool.run(sql, values);
    } catch (error) {
      this.#unlock();
      throw error;
    }
  }

  release(): void {
    if (this.#release !== undefined) {
      // A client given back inside a transaction: what pg would discard with the connection, we roll back.
      const unlock = this.#release;
      this.#release = undefined;
      void this.#pool.run('ROLLBACK').then(unlock, unlock);
    }
    for (const stop of this.#unlisten.values()) void stop();
    this.#unlisten.clear();
  }

  #unlock(): void {
    this.#release?.();
    this.#release = undefined;
  }

  async #listen(stop: boolean, channel: string): Promise<PgliteResult> {
    if (stop) {
      const channels = channel === '*' ? [...this.#unlisten.keys()] : [channel];
      for (const name of channels) {
        await this.#unlisten.get(name)?.();
        this.#unlisten.delete(name);
      }
    } else if (!this.#unlisten.has(channel)) {
      // Inside somebody's transaction a LISTEN would vanish with a rollback: wait for the session to be free.
      const unlock = await this.#pool.line.acquire(this.#pool.lock_timeout_ms);
      try {
        const off = await this.#pool.pglite.listen(channel, (payload) =>
          this.emit('notification', { channel, payload, processId: 0 }),
        );
        this.#unlisten.set(channel, () => off());
      } finally {
        unlock();
      }
    }
    return { rows: [], rowCount: 0, command: stop ? 'UNLISTEN' : 'LISTEN' };
  }
}

/** The pool itself. It never closes the PGlite instance: its owner does. */
export class PglitePool extends EventEmitter {
  readonly pglite: PGlite;
  readonly line = new Line();
  readonly lock_timeout_ms: number;
  /** Read by BullMQ: there is no socket that could die silently. */
  readonly options = { keepAlive: true };

  constructor(pglite: PGlite, options: PglitePoolOptions = {}) {
    super();
    // Each queue and each worker listens for errors.
    this.setMaxListeners(50);
    this.pglite = pglite;
    this.lock_timeout_ms = options.lock_timeout_ms ?? 60_000;
  }

  /** Never blocks: a client takes the session only when it begins a transaction or runs a statement. */
  connect(): Promise<PgliteClient> {
    const client = new PgliteClient(this);
    this.emit('connect', client);
    return Promise.resolve(client);
  }

  async query(text: string | { text: string; values?: unknown[] }, params?: readonly unknown[]): Promise<PgliteResult> {
    return (await this.connect()).query(text, params);
  }

  end(): Promise<void> {
    return Promise.resolve();
  }

  /** Runs on the session without taking the line: only for the client that holds it. */
  async run(sql: string, values?: readonly unknown[]): Promise<PgliteResult> {
    // Without parameters a text may hold several statements (migrations): the simple protocol takes them.
    if (values === undefined || values.length === 0) {
      const results = await this.pglite.exec(sql);
      const last = results.at(-1);
      return { rows: last?.rows ?? [], rowCount: last?.affectedRows ?? last?.rows.length ?? 0, command: command(sql) };
    }
    const result = await this.pglite.query(sql, [...values]);
    return { rows: result.rows, rowCount: result.affectedRows ?? result.rows.length, command: command(sql) };
  }
}

/** kysely reads the command to report affected rows. */
function command(sql: string): string {
  return /^\s*(\w+)/.exec(sql)?.[1]?.toUpperCase() ?? '';
}
