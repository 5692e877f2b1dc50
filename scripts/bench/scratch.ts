import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { openPostgres, type Store } from '../../store/database.ts';
import { migrate } from '../../store/migrate.ts';

/** The server a benchmark may make a database on: what `. .tmp/servers/env` sets. @throws Error when there is none */
function benchServer(): string {
  const server = process.env['DATABASE_URL'] ?? process.env['TEST_PG_URL'];
  if (server === undefined)
    throw new Error('Set DATABASE_URL or TEST_PG_URL: scripts/servers start; . .tmp/servers/env');
  return server;
}

/** Runs work on a database of its own, migrated, and drops it whatever happens. `owner` sees every table. */
export async function onScratchStore<T>(work: (store: Store, owner: pg.Client) => Promise<T>): Promise<T> {
  const server = benchServer();
  const admin = new pg.Client({ connectionString: server });
  await admin.connect();
  const name = `bench_${randomBytes(6).toString('hex')}`;
  await admin.query(`create database ${name}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  const store = openPostgres({ url: url.href, pool_max: 4 });
  const owner = new pg.Client({ connectionString: url.href });
  try {
    await migrate(store);
    await owner.connect();
    return await work(store, owner);
  } finally {
    await owner.end();
    await store.close();
    await admin.query(`drop database if exists ${name} with (force)`);
    await admin.end();
  }
}
