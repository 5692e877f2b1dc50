import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { PGlite, types } from '@electric-sql/pglite';
import { openPglite, type Store } from './database.ts';
import { migrate } from './migrate.ts';
import { PglitePool } from './pglite.ts';

/**
 * Opens (and migrates) the embedded database. PGlite takes no lock on its files, and two openers destroy each other's
 * rows: the caller must own the data folder first (scripts/control.ts does).
 * @param folder where the files live, or undefined for a database in memory.
 * @param options for tests, which open many: a folder to begin with, and PGlite's code already compiled.
 */
export async function openEmbedded(
  folder: string | undefined,
  options: { template?: Blob; code?: WebAssembly.Module } = {},
): Promise<Store> {
  let dataDir: string | undefined;
  if (folder !== undefined) {
    dataDir = path.join(folder, 'pglite');
    await mkdir(folder, { recursive: true, mode: 0o700 });
  }
  const pglite = await PGlite.create({
    ...(dataDir === undefined ? {} : { dataDir }),
    ...(options.template === undefined ? {} : { loadDataDir: options.template }),
    ...(options.code === undefined ? {} : { pgliteWasmModule: options.code }),
    parsers: {
      [types.INT8]: (value: string) => Number(value),
      [types.DATE]: (value: string) => value,
      [types.BYTEA]: (value: string) => Buffer.from(value.slice(2), 'hex'),
    },
    serializers: {
      // PGlite's own goes octet by octet: 5 MB of mail took 1.7 s.
      [types.BYTEA]: (value: Uint8Array) =>
        `\\x${Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('hex')}`,
    },
  });
  const pool = new PglitePool(pglite);
  const store = openPglite(pool, pglite);
  await migrate(store, { queueSchema: true });
  // BullMQ's statements are unqualified; ours always name their schema.
  await pool.query('set search_path to bullmq, public');
  return store;
}
