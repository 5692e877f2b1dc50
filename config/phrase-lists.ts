import { entriesOf } from './rule-edits.ts';
import type { ConfigFiles } from './source.ts';

/** A list of phrases a form may add to. */
export interface PhraseList {
  readonly file: 'flags.yaml' | 'routing.yaml' | 'motifs-provisoires.yaml';
  /** The flag, rule or provisional motif it belongs to. */
  readonly id: string;
  readonly label: string;
  readonly path: readonly (string | number)[];
  /** How many there are, and the first of them, to know the list by. */
  readonly count: number;
  readonly first: readonly string[];
  /** One phrase of it keeps the entry from holding. */
  readonly excludes: boolean;
}

const FIRST = 3;
const SOURCES = [
  ['flags.yaml', 'flags'],
  ['routing.yaml', 'rules'],
  ['motifs-provisoires.yaml', 'provisional_motifs'],
] as const;

/** Every list of phrases of a set, in the order it is written. */
export function phraseLists(files: ConfigFiles): PhraseList[] {
  return SOURCES.flatMap(([file, list]) =>
    entriesOf(files, file, list).flatMap((entry, i) => {
      const about = { file, id: String(entry['id']), label: String(entry['label'] ?? entry['id']) };
      const found: PhraseList[] = [];
      const walk = (value: unknown, path: readonly (string | number)[], excludes: boolean): void => {
        if (Array.isArray(value)) return value.forEach((one, at) => walk(one, [...path, at], excludes));
        if (typeof value !== 'object' || value === null) return;
        for (const [key, inside] of Object.entries(value)) {
          const at = [...path, key];
          if (isPhrases(key, inside))
            found.push({ ...about, path: at, count: inside.length, first: inside.slice(0, FIRST), excludes });
          else if (key !== 'examples') walk(inside, at, key === 'none' ? !excludes : excludes);
        }
      };
      walk(entry, [list, i], false);
      return found;
    }),
  );
}

function isPhrases(key: string, value: unknown): value is string[] {
  return (key === 'any_phrase' || key === 'phrases') && Array.isArray(value);
}
