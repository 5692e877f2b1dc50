import type { z } from 'zod';
import { keysAt } from './issues.ts';
import { problemAt, shorten, suggest, type Place, type Problem } from './problems.ts';
import type { Path, YamlFile } from './yaml.ts';

/** Settings by their name, with the value they take: `pools.hainaut.since`. */
export type Changes = Readonly<Record<string, unknown>>;

/** « +10 », « -5 », « x1.5 »: from the value that stands in the file. */
const RELATIVE = /^([+\-x×])\s*(\d+(?:[.,]\d+)?)$/;

/**
 * A copy of the file's value with some settings changed. A name is the path of keys; where the file has a list, the `id`
 * (for mails the `motif`) stands for the place in it.
 */
export function changeSettings(
  yaml: YamlFile,
  schema: z.ZodType,
  changes: Changes,
  at: (name: string) => Place,
): { value?: unknown; problems: Problem[] } {
  const value = structuredClone(yaml.value);
  const problems: Problem[] = [];
  for (const [name, wanted] of Object.entries(changes)) {
    const found = resolve(value, schema, name);
    if ('problem' in found) {
      problems.push(problemAt(at(name), found.problem));
      continue;
    }
    const { parent, key } = found;
    const relative = typeof wanted === 'string' ? RELATIVE.exec(wanted) : null;
    if (relative === null) {
      parent[key] = wanted;
      continue;
    }
    const before = parent[key];
    if (typeof before !== 'number') {
      problems.push(problemAt(at(name), { what: `${name} : pas de nombre de départ`, value: String(wanted) }));
      continue;
    }
    parent[key] = apply(before, relative[1]!, Number(relative[2]!.replace(',', '.')));
  }
  return problems.length > 0 ? { problems } : { value, problems };
}

/** Half a mail has no sense where the file has whole numbers. */
function apply(before: number, sign: string, amount: number): number {
  const after = sign === '+' ? before + amount : sign === '-' ? before - amount : before * amount;
  return Number.isInteger(before) && Number.isInteger(amount) ? after : Math.round(after * 1e6) / 1e6;
}

type Parent = Record<string | number, unknown>;
type Resolved =
  | { parent: Parent; key: string | number }
  | { problem: { what: string; value: string; expected?: string; did_you_mean?: string } };

function resolve(root: unknown, schema: z.ZodType, name: string): Resolved {
  const path: (string | number)[] = [];
  let here = root as Parent;
  const steps = name.split('.');
  for (const [i, step] of steps.entries()) {
    const list = Array.isArray(here) ? (here as Record<string, unknown>[]) : undefined;
    const known = list === undefined ? keysAt(schema, path) : list.map(nameOf);
    const place = known.indexOf(step);
    if (place === -1) return { problem: unknown(name, step, known) };
    const key = list === undefined ? step : place;
    path.push(key);
    if (i === steps.length - 1) return { parent: here, key };
    const next = here[key];
    // A block the file leaves to its default: what the change sets is then all it holds, and the schema says what lacks.
    if (next === undefined) here[key] = {};
    else if (typeof next !== 'object' || next === null) return { problem: unknown(name, steps[i + 1]!, []) };
    here = here[key] as Parent;
  }
  return { problem: unknown(name, '', []) };
}

function nameOf(entry: Record<string, unknown>): string {
  return String(entry['id'] ?? entry['motif'] ?? '');
}

function unknown(name: string, step: string, known: readonly string[]) {
  const near = suggest(step, known);
  return {
    what: 'réglage inconnu',
    value: shorten(name),
    ...(known.length === 0 ? {} : { expected: `pour « ${shorten(step)} », un de ces noms : ${known.join(', ')}` }),
    ...(near === undefined ? {} : { did_you_mean: near }),
  };
}

/** The same file with another value: whatever is wrong in it is told at the place of the change. */
export function relocated(yaml: YamlFile, value: unknown, place: Place): YamlFile {
  return {
    file: yaml.file,
    value,
    problems: [],
    at: () => place,
    atKey: () => place,
    written: (_path: Path) => undefined,
  };
}
