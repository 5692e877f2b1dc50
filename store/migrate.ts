import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { runMigrations as runQueueMigrations } from 'bullmq';
import { AiguillageError } from '../domain/errors.ts';
import type { Store } from './database.ts';

const FOLDER = new URL('./migrations/', import.meta.url);
/** Spells AIGU; advisory locks are for the migrator only (design §5). */
const LOCK_KEY = 0x41494755;

/** SQLSTATE 42501. */
const INSUFFICIENT_PRIVILEGE = '42501';
const GRANTS =
  'Give the login CREATEROLE, or let a superuser run once: create role aiguillage_app nologin; create role aiguillage_partner nologin; grant aiguillage_app, aiguillage_partner to <login>;';

interface Queryable {
  query(text: string, params?: readonly unknown[]): Promise<{ rows: unknown[] }>;
}

/**
 * Brings the database to the newest version: each numbered file once, in order, in its own transaction. An applied file
 * that has since been edited is refused (STORE_MIGRATION): released migrations are never changed.
 * @returns the names of the files applied by this call.
 */
export async function migrate(store: Store, options: { queueSchema?: boolean } = {}): Promise<string[]> {
  const client = (await store.pool.connect()) as unknown as Queryable & { release(): void };
  const applied: string[] = [];
  try {
    await client.query('create schema if not exists aiguillage');
    await client.query(
      `create table if not exists aiguillage.migration (
        name text primary key, digest text not null, applied_at timestamptz not null default now())`,
    );
    for (const name of (await readdir(FOLDER)).filter((file) => /^\d{4}_.*\.sql$/.test(file)).sort()) {
      const text = await readFile(new URL(name, FOLDER), 'utf8');
      if (await applyOne(client, name, text)) applied.push(name);
    }
    if (options.queueSchema === true) await runQueueMigrations(client as never, 'bullmq');
  } finally {
    client.release();
  }
  return applied;
}

async function applyOne(client: Queryable, name: string, text: string): Promise<boolean> {
  const digest = createHash('sha256').update(text).digest('hex');
  await client.query('begin');
  try {
    await client.query(`select pg_advisory_xact_lock(${LOCK_KEY})`);
    const { rows } = await client.query('select digest from aiguillage.migration where name = $1', [name]);
    const known = (rows[0] as { digest: string } | undefined)?.digest;
    if (known === undefined) {
      await client.query(text);
      await client.query('insert into aiguillage.migration (name, digest) values ($1, $2)', [name, digest]);
    } else if (known !== digest) {
      throw new AiguillageError('STORE_MIGRATION', `${name} was applied with other contents; add a new file instead.`);
    }
    await client.query('commit');
    return known === undefined;
  } catch (error) {
    await client.query('rollback');
    if (error instanceof AiguillageError) throw error;
    if ((error as { code?: unknown }).code === INSUFFICIENT_PRIVILEGE)
      throw new AiguillageError('STORE_NO_ROLE', GRANTS, { cause: error });
    throw new AiguillageError('STORE_MIGRATION', `${name}: ${(error as Error).message}`, { cause: error });
  }
}
