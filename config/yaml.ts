import {
  LineCounter,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  parseAllDocuments,
  type Document,
  type Node,
  type YAMLError,
} from 'yaml';
import { LIMITS } from './limits.ts';
import { FALSE_SPACE, FALSE_SPACE_SAID, tellFault } from './yaml-faults.ts';
import { problemAt, shorten, type Place, type Problem } from './problems.ts';

export type Path = readonly (string | number)[];

/** A parsed file: its plain value and the way back from a path in it to a line and a column. */
export interface YamlFile {
  readonly file: string;
  readonly value: unknown;
  readonly problems: readonly Problem[];
  /** Place of the value at `path`; of the nearest thing around it when there is none. */
  at(path: Path): Place;
  /** Place of the key `path` ends with. */
  atKey(path: Path): Place;
  /** A scalar as it was written (`01`, `no`), before YAML made a number or a boolean of it. */
  written(path: Path): string | undefined;
}

class Refused extends Error {
  readonly at: number;
  constructor(what: string, node?: Node, further = 0) {
    super(what);
    this.at = (node?.range?.[0] ?? 0) + further;
  }
}

/**
 * Reads one YAML document. Repeated keys, unknown tags, alias bombs and deep nesting are problems, and so is a missing
 * last line `...`: a file cut at a line end is otherwise valid YAML, and half the rules would be gone without a word.
 * `...` is YAML's own end-of-document mark, so it costs one line and nothing to keep up to date.
 * @param first_line line of `text`'s first line in the file (front matter starts at 2).
 */
export function parseYaml(
  file: string,
  text: string,
  options: { first_line?: number; marker?: boolean } = {},
): YamlFile {
  const lines = new LineCounter();
  const shift = (options.first_line ?? 1) - 1;
  const problems: Problem[] = [];
  const place = (offset: number): Place => {
    const { line, col } = lines.linePos(Math.min(offset, text.length));
    return { file, line: Math.max(1, line) + shift, col: Math.max(1, col) };
  };
  let root: Document | undefined;
  let value: unknown;
  const fail = (what: string, at: Place, expected?: string): void => {
    problems.push(problemAt(at, expected === undefined ? { what } : { what, expected }));
  };
  try {
    const documents = parseAllDocuments(text, { lineCounter: lines, maxAliasCount: LIMITS.aliases_max } as object);
    const list = Array.isArray(documents) ? documents : [];
    root = list[0];
    if (root === undefined) {
      fail('le fichier est vide', place(0), 'version: 1, le contenu, puis « ... » sur la dernière ligne');
    } else {
      for (const fault of telling([...root.errors, ...root.warnings])) problems.push(faultOf(fault, place, text));
      if (list.length > 1)
        fail(
          'le fichier contient plusieurs documents',
          place(list[1]!.range[0]),
          'un seul document, « ... » seulement à la fin',
        );
      if (options.marker !== false && root.directives?.docEnd !== true && problems.length === 0) {
        fail(
          'le fichier est coupé : la dernière ligne manque',
          place(text.trimEnd().length),
          'une dernière ligne « ... »',
        );
      }
      if (problems.length === 0) value = toPlain(root);
    }
  } catch (error) {
    if (error instanceof Refused) fail(error.message, place(error.at));
    else if (error instanceof RangeError)
      fail('trop de niveaux imbriqués', place(0), `au plus ${LIMITS.depth_max} niveaux`);
    else throw error;
  }
  const nodeAt = (path: Path): Node | undefined => nearest(root, path);
  return {
    file,
    value,
    problems,
    at: (path) => place(nodeAt(path)?.range?.[0] ?? 0),
    atKey: (path) => place(keyOffset(root, path) ?? nodeAt(path)?.range?.[0] ?? 0),
    written: (path) => {
      const node = root?.getIn(path as (string | number)[], true);
      return isScalar(node) ? (node.source ?? String(node.value)) : undefined;
    },
  };
}

/** Faults that stand alone. Of the others only the first is told: a lost bracket makes every later line look wrong. */
const ALONE = new Set(['DUPLICATE_KEY', 'TAG_RESOLVE_FAILED']);

function telling(faults: readonly YAMLError[]): YAMLError[] {
  const alone = faults.filter(({ code }) => ALONE.has(code));
  const first = faults.filter(({ code }) => !ALONE.has(code)).sort((a, b) => a.pos[0] - b.pos[0])[0];
  return first === undefined ? alone : [first, ...alone];
}

function faultOf(fault: YAMLError, place: (offset: number) => Place, text: string): Problem {
  const { at, what } = tellFault(fault, text);
  const line = text.slice(at).split('\n', 1)[0] ?? '';
  return problemAt(place(at), {
    what,
    ...(line.trim() === '' ? {} : { value: shorten(line) }),
  });
}

/** Own walk instead of toJS: it counts nodes through aliases, so that ten lines cannot become a billion values. */
function toPlain(root: Document): unknown {
  let nodes = 0;
  let aliases = 0;
  const walk = (node: unknown, depth: number): unknown => {
    if (depth > LIMITS.depth_max) throw new Refused('trop de niveaux imbriqués', node as Node);
    if (++nodes > LIMITS.nodes_max) throw new Refused('le fichier contient trop de valeurs', node as Node);
    if (isAlias(node)) {
      if (++aliases > LIMITS.aliases_max) throw new Refused('trop de renvois (*nom)', node);
      const target = node.resolve(root);
      if (target === undefined) throw new Refused('ce renvoi (*nom) ne désigne rien', node);
      return walk(target, depth + 1);
    }
    if (isSeq(node)) return node.items.map((item) => walk(item, depth + 1));
    if (isMap(node)) {
      // No prototype: a key named __proto__ is then an unknown key like any other.
      const plain = Object.create(null) as Record<string, unknown>;
      for (const pair of node.items) {
        if (!isScalar(pair.key)) throw new Refused('une clé doit être un mot', pair.key as Node);
        const key = String(pair.key.value);
        // Behind « : » or « - » it makes one long word of key and value.
        const blank = key.search(FALSE_SPACE);
        if (blank >= 0) throw new Refused(FALSE_SPACE_SAID, pair.key, blank);
        plain[key] = walk(pair.value, depth + 1);
      }
      return plain;
    }
    return isScalar(node) ? node.value : (node ?? null);
  };
  return walk(root.contents, 0);
}

function nearest(root: Document | undefined, path: Path): Node | undefined {
  for (let length = path.length; length >= 0; length--) {
    const node = length === 0 ? root?.contents : root?.getIn(path.slice(0, length), true);
    if (node != null && typeof node === 'object' && 'range' in node && node.range) return node as Node;
  }
  return undefined;
}

function keyOffset(root: Document | undefined, path: Path): number | undefined {
  const parent = path.length === 1 ? root?.contents : root?.getIn(path.slice(0, -1), true);
  if (!isMap(parent)) return undefined;
  const last = path.at(-1);
  const pair = parent.items.find((item) => isScalar(item.key) && String(item.key.value) === String(last));
  return (pair?.key as Node | undefined)?.range?.[0];
}
