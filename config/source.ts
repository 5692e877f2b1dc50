import { createHash } from 'node:crypto';
import { open, readdir, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { AiguillageError } from '../domain/errors.ts';
import { LIMITS } from './limits.ts';
import { formatProblems, problemAt, type Problem } from './problems.ts';
import { SIGN_IN_FILE } from './sign-in.ts';

/** Files every set has. The optional files may be absent; `replies/` holds at least the acknowledgment. */
export const REQUIRED_FILES = [
  'motifs.yaml',
  'flags.yaml',
  'routing.yaml',
  'pools.yaml',
  'calendars.yaml',
  'sla.yaml',
  'mailboxes.yaml',
] as const;
export const OPTIONAL_FILES = [
  'motifs-provisoires.yaml',
  'routing.test.yaml',
  'bot.yaml',
  'order.yaml',
  'presence.yaml',
  'reviews.yaml',
  'rota.yaml',
  'waves.yaml',
  'figure.yaml',
] as const;
/** Hosts, logins and names of secrets: never part of the rulebook nor of its digest (law 11). */
export const CONNECTIONS_FILE = 'connections.yaml';
/** Files of the folder that are no rules: where mailboxes live, and who gets in through the site's provider. */
const OUTSIDE_RULES: readonly string[] = [CONNECTIONS_FILE, SIGN_IN_FILE];
export const REPLIES = 'replies/';
/** The bot's answers, one a motif; its settings are in bot.yaml. */
export const BOT_ANSWERS = 'bot/';
/** Folders of texts beside the YAML files. */
export const TEXT_FOLDERS = [REPLIES, BOT_ANSWERS] as const;

/** The set that ships with the product; it seeds an empty database. */
export const SHIPPED_CONFIG = fileURLToPath(new URL('./', import.meta.url));

export type ConfigFiles = ReadonlyMap<string, string>;

/**
 * Reads a configuration folder: every `*.yaml`/`*.yml` in it, every `*.md` in `replies/` and `bot/`, in a fixed order. What cannot
 * be read is a problem of its own, so that all of them are told at once. `connections.yaml` and `sign-in.yaml` are left
 * out; config/connections.ts and config/sign-in.ts read them.
 */
export async function readFolder(dir: string): Promise<{ files: Map<string, string>; problems: Problem[] }> {
  const files = new Map<string, string>();
  const problems: Problem[] = [];
  const fault = (file: string, what: string, expected?: string): void => {
    problems.push(problemAt({ file, line: 1, col: 1 }, expected === undefined ? { what } : { what, expected }));
  };
  const attempt = async <T>(file: string, work: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error;
      fault(file, error.message);
      return undefined;
    }
  };
  const top = await attempt('.', () => list(dir, 'ce dossier n’existe pas'));
  if (top === undefined) return { files, problems };
  const names = top.filter((name) => /\.ya?ml$/.test(name) && !OUTSIDE_RULES.includes(name));
  if (names.length === 0) {
    fault('.', 'ce dossier ne contient aucun fichier de règles', [...REQUIRED_FILES].join(', '));
    return { files, problems };
  }
  for (const required of REQUIRED_FILES) if (!names.includes(required)) fault(required, 'le fichier manque');
  for (const folder of TEXT_FOLDERS) {
    const name = folder.slice(0, -1);
    if (!top.includes(name)) continue;
    const texts = await attempt(name, () => list(path.join(dir, name)));
    names.push(...(texts ?? []).filter((text) => text.endsWith('.md')).map((text) => folder + text));
  }
  if (names.length > LIMITS.files_max) fault('.', 'trop de fichiers', `au plus ${LIMITS.files_max}`);
  let chars = 0;
  for (const name of names.sort().slice(0, LIMITS.files_max)) {
    const content = await attempt(name, () => readText(path.join(dir, name)));
    if (content === undefined) continue;
    files.set(name, content);
    chars += content.length;
    if (chars > LIMITS.set_bytes_max) {
      fault(name, 'l’ensemble est trop grand', `au plus ${LIMITS.set_bytes_max} octets`);
      break;
    }
  }
  return { files, problems };
}

/**
 * The files of a configuration folder.
 * @throws CONFIG_INVALID when the folder or a required file is missing, a link goes nowhere or round in circles, a file
 *   is not UTF-8 text, or a limit is passed; every fault is named
 */
export async function readConfigFolder(dir: string): Promise<Map<string, string>> {
  const { files, problems } = await readFolder(dir);
  if (problems.length > 0) throw new AiguillageError('CONFIG_INVALID', `\n${formatProblems(problems)}`);
  return files;
}

/** Why a file cannot be read, in French. */
class Unreadable extends Error {}

async function list(dir: string, missing?: string): Promise<string[]> {
  try {
    return await readdir(dir);
  } catch (error) {
    if (missing !== undefined && (error as NodeJS.ErrnoException).code === 'ENOENT') throw new Unreadable(missing);
    throw unreadable(error);
  }
}

/** Reads one file of at most 1 MB; refuses what is not a plain file or not UTF-8. */
async function readText(file: string): Promise<string> {
  let bytes: Buffer;
  try {
    const real = await realpath(file);
    const before = await stat(real);
    if (!before.isFile()) throw new Unreadable('ce n’est pas un fichier ordinaire');
    if (before.size > LIMITS.file_bytes_max) throw new Unreadable(`le fichier dépasse ${LIMITS.file_bytes_max} octets`);
    const handle = await open(real, 'r');
    try {
      // One byte more than it had: a file that grows while we read it is caught too.
      const buffer = Buffer.alloc(before.size + 1);
      let filled = 0;
      for (;;) {
        const { bytesRead } = await handle.read(buffer, filled, buffer.length - filled, filled);
        filled += bytesRead;
        if (filled === buffer.length) throw new Unreadable('le fichier change pendant la lecture');
        if (bytesRead === 0) break;
      }
      bytes = buffer.subarray(0, filled);
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw unreadable(error);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new Unreadable('le fichier n’est pas en UTF-8');
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'le fichier manque',
  ELOOP: 'les liens symboliques tournent en rond',
  EACCES: 'la lecture est interdite',
  ENOTDIR: 'un dossier était attendu',
};

function unreadable(error: unknown): Unreadable {
  if (error instanceof Unreadable) return error;
  const code = (error as NodeJS.ErrnoException).code ?? '';
  if (code === '') throw error;
  return new Unreadable(REASONS[code] ?? `illisible (${code})`);
}

/**
 * One text for files that mean the same: no byte-order mark, "\n" line ends, no blanks at line ends, composed letters.
 * The loader parses this text, so equal digests are equal rulebooks.
 */
export function canonicalText(content: string): string {
  const lines = content
    .replace(/^\uFEFF/, '')
    .replace(/\r\n?/g, '\n')
    .normalize('NFC');
  return `${lines.replace(/[ \t]+$/gm, '').trimEnd()}\n`;
}

export function canonicalFiles(files: ConfigFiles): Map<string, string> {
  const names = [...files.keys()].filter((name) => !OUTSIDE_RULES.includes(name)).sort();
  return new Map(names.map((name) => [name, canonicalText(files.get(name)!)]));
}

/** sha-256, hex, over names and canonical texts with their lengths; connections are not part of it. */
export function digestOf(files: ConfigFiles): string {
  const hash = createHash('sha256');
  for (const [name, content] of canonicalFiles(files))
    hash.update(`${name.length}:${name}${content.length}:${content}`);
  return hash.digest('hex');
}
