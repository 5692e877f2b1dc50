import { AiguillageError } from '../domain/errors.ts';
import type { RuleEdit } from './schema-edits.ts';
import type { ConfigFiles } from './source.ts';
import { editTemplate, templateFile } from './template-edit.ts';
import { addItem, setScalar, type YamlValue } from './yaml-edit.ts';
import { parseYaml, type Path } from './yaml.ts';

/** A set with one thing changed, in one file, and the line it is found at. */
export interface Edited {
  readonly files: ConfigFiles;
  readonly file: string;
  /** First line that differs, counted from 1. */
  readonly line: number;
}

/**
 * Writes one edit of a form into the texts of a set; every byte elsewhere stays as it is. The result is checked like any
 * other set afterwards: nothing here says that it loads.
 * @throws AiguillageError NOT_FOUND for a name that is not there, BAD_INPUT where nothing can be written
 */
export function editRules(files: ConfigFiles, edit: RuleEdit): Edited {
  switch (edit.kind) {
    case 'rule': {
      const at = edit.before === undefined ? undefined : indexOf(files, 'routing.yaml', 'rules', edit.before);
      return write(files, 'routing.yaml', (text) => addItem(text, ['rules'], ruleOf(edit), at));
    }
    case 'phrase':
      return write(files, edit.file, (text) => addItem(text, edit.path, edit.phrase));
    case 'pool': {
      const at = indexOf(files, 'pools.yaml', 'queues', edit.id);
      const { capacity_per_open_hour, daily_quota, max_share, enabled } = edit;
      const said: readonly (readonly [Path, number | string | undefined])[] = [
        [['capacity_per_open_hour'], capacity_per_open_hour],
        [['contract', 'daily_quota'], daily_quota],
        [['contract', 'max_share'], max_share],
        [['contract', 'enabled'], enabled === undefined ? undefined : enabled ? 'oui' : 'non'],
      ];
      return write(files, 'pools.yaml', (text) =>
        said.reduce(
          (now, [path, value]) => (value === undefined ? now : setScalar(now, ['queues', at, ...path], value)),
          text,
        ),
      );
    }
    case 'hours': {
      const at = indexOf(files, 'calendars.yaml', 'calendars', edit.calendar);
      const line: Path = ['calendars', at, 'hours', edit.line];
      return write(files, 'calendars.yaml', (text) =>
        setScalar(setScalar(text, [...line, 'from'], edit.from), [...line, 'to'], edit.to),
      );
    }
    case 'temporary': {
      const { kind: _, match, no_match, ...entry } = edit;
      const item = { ...entry, phrases: [...entry.phrases], examples: { match, no_match } };
      return write(files, 'motifs-provisoires.yaml', (text) =>
        addItem(text, ['provisional_motifs'], inOrder(item, ['phrases', 'examples'])),
      );
    }
    case 'sender': {
      // Whole addresses stand under `domain` too.
      return write(files, 'mailboxes.yaml', (text) =>
        addItem(text, ['senders'], { domain: edit.sender, public: edit.public }),
      );
    }
    case 'template': {
      const { kind: _, ...change } = edit;
      return write(files, templateFile(files, edit.id), (text) => editTemplate(text, change));
    }
  }
}

function ruleOf({
  id,
  why,
  motif,
  mailbox,
  phrases,
  none,
  then,
  match,
  no_match,
}: RuleEdit & { kind: 'rule' }): YamlValue {
  return {
    id,
    why,
    when: {
      all: [
        ...(mailbox === undefined ? [] : [{ mailbox }]),
        ...(motif === undefined ? [] : [{ motif }]),
        { any_phrase: phrases },
      ],
      ...(none === undefined ? {} : { none: [{ any_phrase: none }] }),
    },
    then: inOrder(then, []),
    examples: { match, no_match },
  };
}

/** Without what is undefined, and with some keys last, as the neighbours are written. */
function inOrder(value: Readonly<Record<string, unknown>>, last: readonly string[]): Record<string, YamlValue> {
  const rank = ([key]: readonly [string, unknown]): number => last.indexOf(key);
  const said = Object.entries(value).filter(([, one]) => one !== undefined);
  return Object.fromEntries(said.sort((a, b) => rank(a) - rank(b))) as Record<string, YamlValue>;
}

function write(files: ConfigFiles, file: string, change: (text: string) => string): Edited {
  const before = files.get(file);
  if (before === undefined) throw new AiguillageError('NOT_FOUND', `${file} is not part of the set.`);
  const after = change(before);
  let same = 0;
  while (same < before.length && before[same] === after[same]) same += 1;
  const line = after.slice(0, same).split('\n').length;
  return { files: new Map([...files, [file, after]]), file, line };
}

/** The place of the entry with an id in a list of a file. @throws AiguillageError NOT_FOUND */
function indexOf(files: ConfigFiles, file: string, list: string, id: string): number {
  const entries = entriesOf(files, file, list);
  const at = entries.findIndex((entry) => entry['id'] === id);
  if (at === -1) throw new AiguillageError('NOT_FOUND', `${file}: no ${id}.`);
  return at;
}

/** The entries of a list of a file as they are written; none when it does not read. */
export function entriesOf(
  files: ConfigFiles,
  file: string,
  list: string,
): readonly Readonly<Record<string, unknown>>[] {
  const value = parseYaml(file, files.get(file) ?? '').value as Record<string, unknown> | null | undefined;
  const entries = value?.[list];
  return Array.isArray(entries) ? (entries as Record<string, unknown>[]) : [];
}
