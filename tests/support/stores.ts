/**
 * Fresh databases for tests.
 *   const { store, close } = await freshPglite();     // embedded, in memory, migrated
 *   const { store, url, close } = await freshPostgres();  // its own database on the private PostgreSQL
 *   describe.each(ENGINES)('… on %s', (engine) => { … await freshStore(engine) … })
 * PostgreSQL and Redis come from scripts/servers (TEST_PG_URL, TEST_REDIS_URL); without them these tests fail, they are
 * never skipped.
 */
import { randomBytes } from 'node:crypto';
import { openAsBlob } from 'node:fs';
import { readFile } from 'node:fs/promises';
import pg from 'pg';
import { Redis } from 'ioredis';
import { openPostgres, type Store } from '../../store/database.ts';
import { openEmbedded } from '../../store/embedded.ts';
import { pgliteBackend, postgresBackend, redisBackend, type QueueBackend } from '../../queues/backend.ts';
import type { KeepCompiled } from './environment.ts';
import { templateDatabase, templateFile } from './template.ts';

export type Engine = 'pglite' | 'postgres';
export const ENGINES: Engine[] = ['pglite', 'postgres'];

export interface FreshStore {
  store: Store;
  /** Connection string, PostgreSQL only. */
  url: string;
  close(): Promise<void>;
}

/** PGlite's code, compiled once in a worker however many files open it. */
let code: Promise<WebAssembly.Module> | undefined;
async function pgliteCode(): Promise<WebAssembly.Module> {
  const octets = await readFile(new URL('pglite.wasm', import.meta.resolve('@electric-sql/pglite')));
  await (globalThis as unknown as { keepCompiled: KeepCompiled }).keepCompiled(octets);
  return WebAssembly.compile(octets);
}

export async function freshPglite(): Promise<FreshStore> {
  const store = await openEmbedded(undefined, {
    template: await openAsBlob(templateFile()),
    code: await (code ??= pgliteCode()),
  });
  return { store, url: '', close: () => store.close() };
}

/** A variable that scripts/test sets; a clear failure without it. */
export function testServer(
  name: 'TEST_PG_URL' | 'TEST_REDIS_URL' | 'TEST_IMAP_PORT' | 'TEST_IMAP_HOST' | 'TEST_MAIL_ROOT',
): string {
  const value = process.env[name];
  if (value === undefined || value === '')
    throw new Error(`${name} is not set: run ./scripts/test, or ". .tmp/servers/env" after "scripts/servers start"`);
  return value;
}

export async function freshPostgres(): Promise<FreshStore> {
  const admin = testServer('TEST_PG_URL');
  const name = `t_${randomBytes(6).toString('hex')}`;
  await adminQuery(admin, `create database ${name} template ${templateDatabase()}`);
  const url = new URL(admin);
  url.pathname = `/${name}`;
  const store = openPostgres({ url: url.href, pool_max: 10 });
  return {
    store,
    url: url.href,
    close: async () => {
      await store.close();
      await adminQuery(admin, `drop database if exists ${name} with (force)`);
    },
  };
}

export function freshStore(engine: Engine): Promise<FreshStore> {
  return engine === 'pglite' ? freshPglite() : freshPostgres();
}

async function adminQuery(url: string, text: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(text);
  } finally {
    await client.end();
  }
}

/** The three places jobs can live, each with a store beside it. */
export type Backing = 'pglite' | 'postgres' | 'redis';
export const BACKINGS: Backing[] = ['pglite', 'postgres', 'redis'];

export interface FreshBacking extends FreshStore {
  backend: QueueBackend;
  /** The Redis database number taken for this test, as a URL; Redis only. */
  redis_url: string;
}

export async function freshBacking(backing: Backing): Promise<FreshBacking> {
  if (backing === 'pglite') {
    const fresh = await freshPglite();
    return { ...fresh, backend: pgliteBackend(fresh.store), redis_url: '' };
  }
  const fresh = await freshPostgres();
  const fail = (): void => {};
  if (backing === 'postgres') return { ...fresh, backend: postgresBackend(fresh.url, fail), redis_url: '' };
  const redis_url = await freshRedisUrl();
  return { ...fresh, backend: redisBackend(redis_url, fail), redis_url };
}

/** An empty Redis database of its own: jest's workers use different numbers. */
export async function freshRedisUrl(): Promise<string> {
  const url = new URL(testServer('TEST_REDIS_URL'));
  url.pathname = `/${process.env['JEST_WORKER_ID'] ?? '0'}`;
  const redis = new Redis(url.href);
  await redis.flushdb();
  await redis.quit();
  return url.href;
}
