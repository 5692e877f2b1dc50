import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import type { UserConfig } from 'vite';

/**
 * Builds the console's pages into console/dist, unless what is there was made from the same files. Everything it says
 * goes to stderr: stdout belongs to --json of the commands that call it.
 */
const ROOT = fileURLToPath(new URL('../', import.meta.url));
const WEB = path.join(ROOT, 'console/web');
const DIST = path.join(ROOT, 'console/dist');
const STAMP = path.join(DIST, '.inputs');
/** What the pages are made from: their own files, the pure code they share with the server, and the packages. */
const INPUTS = ['console/web', 'domain', 'package-lock.json'];
/** All scripts and styles together, as they travel. */
export const BUNDLE_GZIP_BYTES_MAX = 150 * 1024;

export interface Built {
  /** False when the pages were up to date. */
  readonly made: boolean;
  readonly gzip_bytes: number;
}

/** @throws Error when the bundle is over its limit, or vite is not installed (production packages only) */
export async function buildConsole(): Promise<Built> {
  const inputs = await digestOf(INPUTS);
  const fresh = `${DIST}-${process.pid}`;
  const made = !existsSync(STAMP) || (await readFile(STAMP, 'utf8')) !== inputs;
  if (made) {
    // Whatever the caller is: a page made for tests would be another page.
    process.env['NODE_ENV'] = 'production';
    const { build } = await import('vite');
    const { default: config } = (await import('../console/web/vite.config.ts')) as { default: UserConfig };
    await build({ ...config, configFile: false, mode: 'production', build: { ...config.build, outDir: fresh } });
    await writeFile(path.join(fresh, '.inputs'), inputs);
  }
  const gzip_bytes = await travelSize(path.join(made ? fresh : DIST, 'assets'));
  if (gzip_bytes > BUNDLE_GZIP_BYTES_MAX)
    throw new Error(`console: ${gzip_bytes} bytes of gzip, at most ${BUNDLE_GZIP_BYTES_MAX} are allowed`);
  if (made) {
    // Made beside and put in place at once: a console that starts at this moment finds the old pages or the new ones.
    await rm(DIST, { recursive: true, force: true });
    await rename(fresh, DIST);
  }
  return { made, gzip_bytes };
}

async function travelSize(dir: string): Promise<number> {
  const sizes = (await readdir(dir)).map(async (name) => gzipSync(await readFile(path.join(dir, name))).length);
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}

async function digestOf(names: readonly string[]): Promise<string> {
  const hash = createHash('sha256');
  for (const name of names) {
    const full = path.join(ROOT, name);
    const files = name.includes('.') ? [''] : (await readdir(full, { recursive: true })).sort();
    for (const file of files) {
      if (file !== '' && !/\.\w+$/.test(file)) continue;
      hash.update(`${name}/${file}\0`).update(await readFile(path.join(full, file)));
    }
  }
  return hash.digest('hex');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const began = performance.now();
  const { made, gzip_bytes } = await buildConsole();
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  if (made)
    process.stderr.write(`console: built in ${seconds} s from ${path.relative(ROOT, WEB)}, ${gzip_bytes} bytes gzip\n`);
}
