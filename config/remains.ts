import type { z } from 'zod';
import type { Findings, Loaded } from './context.ts';
import { parseYaml, type Path, type YamlFile } from './yaml.ts';

/**
 * What can still be checked of a file that has faults: the entries that hold, with the way back to their lines. So one
 * misspelt key does not hide a queue that is unknown three files further on. A set with a fault never loads.
 */

/** The list of entries of each file that others refer to, and what the rest of the file is taken to be. */
const LISTS: Readonly<Record<string, { readonly list: string; readonly rest: object }>> = {
  'motifs.yaml': { list: 'motifs', rest: {} },
  'flags.yaml': { list: 'flags', rest: {} },
  'routing.yaml': { list: 'rules', rest: { thresholds: { queue_min: 1 } } },
  'pools.yaml': { list: 'queues', rest: { direct_queues: [] } },
  'calendars.yaml': { list: 'calendars', rest: {} },
  'sla.yaml': { list: 'slas', rest: {} },
  'mailboxes.yaml': { list: 'mailboxes', rest: { senders: [] } },
  'routing.test.yaml': { list: 'tests', rest: {} },
  'motifs-provisoires.yaml': { list: 'provisional_motifs', rest: {} },
};

/** Notes in `found` what was lost, so that nothing is called unknown that may only be unreadable. */
export function remainsOf<T extends z.ZodType>(
  schema: T,
  file: string,
  text: string | undefined,
  found: Findings,
): Loaded<z.output<T>> | undefined {
  const known = LISTS[file];
  if (known === undefined) return undefined;
  const yaml = parseYaml(file, text ?? '');
  const nothing = { version: 1, ...known.rest, [known.list]: [] };
  const whole = asObject(yaml.problems.length > 0 ? undefined : yaml.value);
  const entries = whole[known.list];
  if (!Array.isArray(entries)) {
    found.lose(file, 'all');
    return { data: nothing as z.output<T>, yaml };
  }
  const bad = new Set<number>();
  const wrong_keys = new Set<string>();
  let nameless = false;
  for (const { path } of schema.safeParse(whole).error?.issues ?? []) {
    if (path[0] === known.list && typeof path[1] === 'number') {
      bad.add(path[1]);
      nameless ||= path[2] === 'id';
    } else wrong_keys.add(String(path[0] ?? ''));
  }
  const kept = entries.flatMap((_, i) => (bad.has(i) ? [] : [i]));
  const others = Object.entries(whole).filter(([key]) => key in known.rest && !wrong_keys.has(key));
  const rest = { version: 1, ...known.rest, ...Object.fromEntries(others) };
  const read = schema.safeParse({ ...rest, [known.list]: kept.map((i) => entries[i] as unknown) });
  if (!read.success) {
    found.lose(file, 'all');
    return { data: nothing as z.output<T>, yaml };
  }
  const names = [...bad].map((i) => asObject(entries[i])['id']).filter((id) => typeof id === 'string');
  found.lose(file, nameless || names.length < bad.size ? 'all' : names);
  return { data: read.data, yaml: renumbered(yaml, known.list, kept) };
}

function asObject(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

/** The places of a file some of whose entries were left out. */
function renumbered(yaml: YamlFile, list: string, kept: readonly number[]): YamlFile {
  const back = (path: Path): Path =>
    path[0] === list && typeof path[1] === 'number' ? [list, kept[path[1]] ?? path[1], ...path.slice(2)] : path;
  return {
    ...yaml,
    at: (path) => yaml.at(back(path)),
    atKey: (path) => yaml.atKey(back(path)),
    written: (path) => yaml.written(back(path)),
  };
}
