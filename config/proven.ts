import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { deserialize, serialize } from 'node:v8';
import type { Program } from '../domain/match/program.ts';
import type { Scanner } from '../domain/match/scan.ts';
import type { Rulebook } from '../domain/rulebook.ts';
import { digestOf, readConfigFolder } from './source.ts';

/**
 * Reading YAML and playing every example of every rule takes half of what a short command takes. A set that passed stays
 * proven while neither its texts nor the program that judged them change, so its rulebook is kept beside the packages,
 * like compiled code, and `npm ci` throws it away. `rules check`, `apply` and the service never look there. So it is with
 * the phrases of a scanner: reading and compiling them takes a quarter of what is left.
 */
const ROOT = fileURLToPath(new URL('../', import.meta.url));
const KEPT = path.join(ROOT, 'node_modules/.cache/aiguillage/rulebook.json');
const KEPT_PROGRAM = path.join(ROOT, 'node_modules/.cache/aiguillage/phrases.bin');
/** Everything that says what a valid set is, and what its words mean. */
const JUDGES = ['config', 'domain'];

interface Kept {
  readonly key: string;
  readonly rulebook: Rulebook;
}
interface KeptProgram {
  readonly key: string;
  readonly program: Program;
}

/**
 * The rulebook of a folder, read anew or as it was proven last.
 * @throws AiguillageError CONFIG_INVALID with every problem of a set that does not hold; such a set is never kept
 */
export async function provenRulebook(dir: string, kept_in = KEPT): Promise<Rulebook> {
  const files = await readConfigFolder(dir);
  const key = await keyOf(digestOf(files));
  const kept = await keptUnder<Kept>(kept_in, key, (bytes) => JSON.parse(bytes.toString()));
  if (kept !== undefined) return kept.rulebook;
  const { loadOrThrow } = await import('./load.ts');
  const rulebook = loadOrThrow(files);
  await keep(kept_in, JSON.stringify({ key, rulebook } satisfies Kept));
  return rulebook;
}

/**
 * Gives a scanner of proven phrases what they were compiled to last; to be called when no more will be added.
 * @throws PhraseError when they were not proven
 */
export async function useProvenProgram(scanner: Scanner, kept_in = KEPT_PROGRAM): Promise<void> {
  const key = await keyOf(JSON.stringify(scanner.sources()));
  const kept = await keptUnder<KeptProgram>(kept_in, key, deserialize);
  if (kept !== undefined) scanner.use(kept.program);
  else await keep(kept_in, serialize({ key, program: scanner.program() } satisfies KeptProgram));
}

/** What is judged and the program, in one hash: a changed letter of either is another key. */
async function keyOf(judged: string): Promise<string> {
  judges ??= judgesDigest();
  return createHash('sha256')
    .update(`${await judges} ${judged}`)
    .digest('hex');
}

/** The program that runs does not change. */
let judges: Promise<string> | undefined;

async function judgesDigest(): Promise<string> {
  const hash = createHash('sha256').update(process.version);
  const sources = await Promise.all(JUDGES.map((folder) => readdir(path.join(ROOT, folder), { recursive: true })));
  const names = JUDGES.flatMap((folder, i) => sources[i]!.map((name) => path.join(folder, name)))
    .filter((name) => name.endsWith('.ts'))
    .sort();
  const texts = await Promise.all([...names, 'package.json'].map((name) => readFile(path.join(ROOT, name))));
  for (const text of texts) hash.update(`${text.length}:`).update(text);
  return hash.digest('hex');
}

/** Undefined when nothing is kept, or something else, or half a file. */
async function keptUnder<T extends { readonly key: string }>(
  file: string,
  key: string,
  decode: (bytes: Buffer) => unknown,
): Promise<T | undefined> {
  try {
    const kept = decode(await readFile(file)) as T | null;
    return kept?.key === key ? kept : undefined;
  } catch {
    return undefined;
  }
}

/** Whole or not at all; a folder that may not be written only costs the time. */
async function keep(file: string, kept: string | Buffer): Promise<void> {
  try {
    await mkdir(path.dirname(file), { recursive: true });
    const part = `${file}.${process.pid}`;
    await writeFile(part, kept);
    await rename(part, file);
  } catch {
    return;
  }
}
