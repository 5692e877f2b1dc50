import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** File that holds a migrated, empty PGlite; its name changes with the migrations and with PGlite's version. */
export function templateFile(): string {
  const hash = createHash('sha256');
  const folder = `${ROOT}store/migrations/`;
  for (const name of readdirSync(folder).sort()) hash.update(name).update(readFileSync(folder + name));
  for (const name of ['@electric-sql/pglite', 'bullmq']) {
    hash.update(readFileSync(`${ROOT}node_modules/${name}/package.json`));
  }
  return `${ROOT}.tmp/pglite-${hash.digest('hex').slice(0, 16)}.tar`;
}

/** Jest's global set-up: a first start of PGlite costs 5 CPU-seconds, so it is paid once and every test copies it. */
export default async function buildTemplate(): Promise<void> {
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
