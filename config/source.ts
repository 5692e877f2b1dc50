import { createHash } from 'node:crypto';
import { open, readdir, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { AiguillageError } from '../domain/errors.ts';
import { LIMITS } from './limits.ts';

/** Files every set has. `routing.test.yaml` and `bot.yaml` may be absent; `replies/` holds at least the acknowledgment. */
export const REQUIRED_FILES = [
  'motifs.yaml',
  'flags.yaml',
  'routing.yaml',
  'pools.yaml',
  'calendars.yaml',
  'sla.yaml',
  'mailboxes.yaml',
] as const;
export const OPTIONAL_FILES = ['routing.test.yaml', 'bot.yaml'] as const;
/** Hosts, logins and names of secrets: never part of the rulebook nor of its digest (law 11). */
export const CONNECTIONS_FILE = 'connections.yaml';
export const REPLIES = 'replies/';

export type ConfigFiles = ReadonlyMap<string, string>;

/**
 * Reads a configuration folder: every `*.yaml`/`*.yml` in it and every `*.md` in `replies/`, in a fixed order.
 * `connections.yaml` is left out; config/connections.ts reads it.
 * @throws CONFIG_INVALID when the folder or a required file is missing, a link goes nowhere or round in circles, a file
 *   is not UTF-8 text, or a limit is passed.
 */
export async function readConfigFolder(dir: string): Promise<Map<string, string>> {
  const top = await list(dir, '');
  const names = top.filter((name) => /\.ya?ml$/.test(name) && name !== CONNECTIONS_FILE);
  for (const required of REQUIRED_FILES) {
    if (!names.includes(required)) throw new AiguillageError('CONFIG_INVALID', `${required}:1:1  le fichier manque`);
  }
  if (top.includes('replies')) {
    const replies = await list(path.join(dir, 'replies'), REPLIES);
    names.push(...replies.filter((name) => name.endsWith('.md')).map((name) => REPLIES + name));
  }
  if (names.length > LIMITS.files_max) {
    throw new AiguillageError('CONFIG_INVALID', `${names.length} fichiers ; attendu : au plus ${LIMITS.files_max}`);
  }
  const files = new Map<string, string>();
  let bytes = 0;
  for (const name of names.sort()) {
    const content = await readText(path.join(dir, name), name);
    bytes += content.length;
    if (bytes > LIMITS.set_bytes_max) {
      throw new AiguillageError('CONFIG_INVALID', `${name}:1:1  l’ensemble dépasse ${LIMITS.set_bytes_max} octets`);
    }
    files.set(name, content);
  }
  return files;
}

async function list(dir: string, prefix: string): Promise<string[]> {
  try {
    return await readdir(dir);
  } catch (error) {
    throw unreadable(prefix === '' ? '.' : prefix, error);
  }
}

/** Reads one file of at most 1 MB; refuses what is not a plain file or not UTF-8. */
export async function readText(file: string, name: string): Promise<string> {
  let bytes: Buffer;
  try {
    const real = await realpath(file);
    const before = await stat(real);
    if (!before.isFile()) throw new AiguillageError('CONFIG_INVALID', `${name}:1:1  ce n’est pas un fichier ordinaire`);
    if (before.size > LIMITS.file_bytes_max) throw tooLarge(name);
    const handle = await open(real, 'r');
    try {
      // One byte more than allowed: a file that grows while we read it is caught too.
      const buffer = Buffer.alloc(Math.min(before.size, LIMITS.file_bytes_max) + 1);
      let filled = 0;
      for (;;) {
        const { bytesRead } = await handle.read(buffer, filled, buffer.length - filled, filled);
        if (bytesRead === 0) break;
        filled += bytesRead;
        if (filled === buffer.length) throw new AiguillageError('CONFIG_INVALID', `${name}:1:1  le fichier change pendant la lecture`);
      }
      bytes = buffer.subarray(0, filled);
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw unreadable(name, error);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new AiguillageError('CONFIG_INVALID', `${name}:1:1  le fichier n’est pas en UTF-8`);
  }
}

function tooLarge(name: string): AiguillageError {
  return new AiguillageError('CONFIG_INVALID', `${name}:1:1  le fichier dépasse ${LIMITS.file_bytes_max} octets`);
}

function unreadable(name: string, error: unknown): AiguillageError {
  if (error instanceof AiguillageError) return error;
  const code = (error as NodeJS.ErrnoException).code ?? '';
  const reason: Record<string, string> = {
    ENOENT: 'le fichier manque',
    ELOOP: 'les liens symboliques tournent en rond',
    EACCES: 'la lecture est interdite',
    ENOTDIR: 'un dossier était attendu',
  };
  return new AiguillageError('CONFIG_INVALID', `${name}:1:1  ${reason[code] ?? `illisible (${code})`}`);
}

/**
 * One text for files that mean the same: no byte-order mark, "\n" line ends, no blanks at line ends, composed letters.
 * The loader parses this text, so equal digests are equal rulebooks.
 */
export function canonicalText(content: string): string {
  const lines = content.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n').normalize('NFC');
  return `${lines.replace(/[ \t]+$/gm, '').trimEnd()}\n`;
}

export function canonicalFiles(files: ConfigFiles): Map<string, string> {
  const names = [...files.keys()].filter((name) => name !== CONNECTIONS_FILE).sort();
  return new Map(names.map((name) => [name, canonicalText(files.get(name)!)]));
}

/** sha-256, hex, over names and canonical texts with their lengths; connections are not part of it. */
export function digestOf(files: ConfigFiles): string {
  const hash = createHash('sha256');
  for (const [name, content] of canonicalFiles(files)) hash.update(`${name.length}:${name}${content.length}:${content}`);
  return hash.digest('hex');
}
