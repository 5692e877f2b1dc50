import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Rulebook } from '../domain/rulebook.ts';
import { digestOf, readConfigFolder, type ConfigFiles } from './source.ts';

/**
 * Reading YAML and playing every example of every rule takes half of what a short command takes. A set that passed stays
 * proven while neither its texts nor the program that judged them change, so its rulebook is kept beside the packages,
 * like compiled code, and `npm ci` throws it away. `rules check`, `apply` and the service never look there.
 */
const ROOT = fileURLToPath(new URL('../', import.meta.url));
const KEPT = path.join(ROOT, 'node_modules/.cache/aiguillage/rulebook.json');
/** Everything that says what a valid set is, and what its words mean. */
const JUDGES = ['config', 'domain'];

interface Kept {
  readonly key: string;
  readonly rulebook: Rulebook;
}

/**
 * The rulebook of a folder, read anew or as it was proven last.
 * @throws AiguillageError CONFIG_INVALID with every problem of a set that does not hold; such a set is never kept
 */
export async function provenRulebook(dir: string, kept_in = KEPT): Promise<Rulebook> {
  const files = await readConfigFolder(dir);
  const key = await keyOf(files);
  const kept = await keptUnder(kept_in, key);
  if (kept !== undefined) return kept;
  const { loadOrThrow } = await import('./load.ts');
  const rulebook = loadOrThrow(files);
  await keep(kept_in, { key, rulebook });
  return rulebook;
}

/** The files and the program, in one hash: a changed letter of either is another key. */
async function keyOf(files: ConfigFiles): Promise<string> {
  const hash = createHash('sha256').update(`${process.version} ${digestOf(files)}`);
  const sources = await Promise.all(JUDGES.map((folder) => readdir(path.join(ROOT, folder), { recursive: true })));
  const names = JUDGES.flatMap((folder, i) => sources[i]!.map((name) => path.join(folder, name)))
    .filter((name) => name.endsWith('.ts'))
    .sort();
  const texts = await Promise.all([...names, 'package.json'].map((name) => readFile(path.join(ROOT, name))));
  for (const text of texts) hash.update(`${text.length}:`).update(text);
  return hash.digest('hex');
}

/** Undefined when nothing is kept, or something else, or half a file. */
async function keptUnder(file: string, key: string): Promise<Rulebook | undefined> {
  try {
    const kept = JSON.parse(await readFile(file, 'utf8')) as Partial<Kept> | null;
    return kept?.key === key ? kept.rulebook : undefined;
  } catch {
    return undefined;
  }
}

/** Whole or not at all; a folder that may not be written only costs the time. */
async function keep(file: string, kept: Kept): Promise<void> {
  try {
    await mkdir(path.dirname(file), { recursive: true });
    const part = `${file}.${process.pid}`;
    await writeFile(part, JSON.stringify(kept));
    await rename(part, file);
  } catch {
    return;
  }
}
