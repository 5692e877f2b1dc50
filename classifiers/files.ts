import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import type { Example } from './examples.ts';

/** What models learn from. */
export const CORPUS = new URL('./corpus/', import.meta.url);
/** What a new model is judged by beside the active one; nothing of it is ever trained on (docs/learning.md). */
export const FROZEN = new URL('./frozen/', import.meta.url);

export interface Corpus {
  readonly examples: readonly Example[];
  /** sha-256 over file names and contents: the same corpus gives the same model. */
  readonly digest: string;
}

/** Reads every .jsonl file of a folder in name order. The only place where classifiers touch the disk, with the model file. */
export async function readCorpus(folder: URL = CORPUS): Promise<Corpus> {
  const hash = createHash('sha256');
  const examples: Example[] = [];
  for (const name of (await readdir(folder)).filter((file) => file.endsWith('.jsonl')).sort()) {
    const text = await readFile(new URL(name, folder), 'utf8');
    hash.update(name).update('\0').update(text).update('\0');
    for (const [index, line] of text.split('\n').entries()) {
      if (line.trim() === '') continue;
      try {
        examples.push(JSON.parse(line) as Example);
      } catch {
        const place =
          folder.pathname
            .split('/')
            .filter((part) => part !== '')
            .at(-1) ?? '';
        throw new SyntaxError(`${place}/${name}:${index + 1}: not a JSON object`);
      }
    }
  }
  return { examples, digest: hash.digest('hex') };
}
