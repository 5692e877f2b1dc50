import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import pg from 'pg';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** Changes with the migrations and with the versions of what else writes the schema. */
function schemaDigest(): string {
  const hash = createHash('sha256');
  const folder = `${ROOT}store/migrations/`;
  for (const name of readdirSync(folder).sort()) hash.update(name).update(readFileSync(folder + name));
  for (const name of ['@electric-sql/pglite', 'bullmq']) {
    hash.update(readFileSync(`${ROOT}node_modules/${name}/package.json`));
  }
  return hash.digest('hex').slice(0, 16);
}

/** File that holds a migrated, empty PGlite. */
export const templateFile = (): string => `${ROOT}.tmp/pglite-${schemaDigest()}.tar`;

/** The same on the private PostgreSQL: a database to copy. */
export const templateDatabase = (): string => `template_${schemaDigest()}`;

/** Jest's global set-up: a first migration costs 5 CPU-seconds in PGlite; it is paid once and every test copies it. */
export default async function buildTemplates(): Promise<void> {
  await Promise.all([buildFile(), buildDatabase()]);
}

async function buildFile(): Promise<void> {
  const file = templateFile();
  if (existsSync(file)) return;
  const { openEmbedded } = await import('../../store/embedded.ts');
  const store = await openEmbedded(undefined);
  const pglite = (store.pool as unknown as { pglite: { dumpDataDir(c: 'none'): Promise<Blob> } }).pglite;
  const dump = await pglite.dumpDataDir('none');
  mkdirSync(`${ROOT}.tmp`, { recursive: true });
  writeFileSync(`${file}.part`, Buffer.from(await dump.arrayBuffer()));
  renameSync(`${file}.part`, file);
  // Templates of older schemas are 40 MB each and nobody reads them again.
  for (const name of readdirSync(`${ROOT}.tmp`)) {
    if (/^pglite-.*\.tar$/.test(name) && !file.endsWith(name)) rmSync(`${ROOT}.tmp/${name}`, { force: true });
  }
  await store.close();
}

/** Without a server there is nothing to build: the tests that need it say so (stores.ts). */
async function buildDatabase(): Promise<void> {
  const url = process.env['TEST_PG_URL'];
  if (url === undefined || url === '') return;
  const name = templateDatabase();
  const admin = new pg.Client({ connectionString: url });
  await admin.connect();
  try {
    // Two runs on the same servers; the lock goes with the connection.
    await admin.query('select pg_advisory_lock(hashtext($1))', [name]);
    const { rowCount } = await admin.query('select from pg_database where datname = $1', [name]);
    if (rowCount !== 0) return;
    // Under its name only once it is whole.
    const part = `part_${randomBytes(6).toString('hex')}`;
    await admin.query(`create database ${part}`);
    await migrateAt(Object.assign(new URL(url), { pathname: `/${part}` }).href);
    await admin.query(`alter database ${part} rename to ${name}`);
  } finally {
    await admin.end();
  }
}

async function migrateAt(url: string): Promise<void> {
  const { openPostgres } = await import('../../store/database.ts');
  const { migrate } = await import('../../store/migrate.ts');
  const store = openPostgres({ url, pool_max: 1 });
  await migrate(store, { queueSchema: true });
  await store.close();
}
