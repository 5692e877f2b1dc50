import { beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parse } from 'yaml';
import { phraseLists } from '../../config/phrase-lists.ts';
import { loadRulebook } from '../../config/load.ts';
import { editRules } from '../../config/rule-edits.ts';
import type { RuleEdit } from '../../config/schema-edits.ts';
import { readConfigFolder, SHIPPED_CONFIG } from '../../config/source.ts';
import { addItem, setScalar } from '../../config/yaml-edit.ts';

let shipped: Map<string, string>;
beforeAll(async () => void (shipped = await readConfigFolder(SHIPPED_CONFIG)));

/** What was added where; undefined when anything else differs. */
function inserted(before: string, after: string): string | undefined {
  let head = 0;
  while (head < before.length && before[head] === after[head]) head += 1;
  const tail = before.length - head;
  return after.slice(after.length - tail) === before.slice(head) ? after.slice(head, after.length - tail) : undefined;
}

describe('one place changes, every other byte stays', () => {
  test.each([
    [
      'a list of lines, at its end, before what follows',
      'a:\n  - x # un\n\n# fin\nb: 1\n',
      ['a'],
      'y',
      undefined,
      'a:\n  - x # un\n  - y\n\n# fin\nb: 1\n',
    ],
    [
      'in front of an item and of its comment',
      'a:\n  # --- titre\n  # de x\n  - x\n',
      ['a'],
      'y',
      0,
      'a:\n  # --- titre\n  - y\n  # de x\n  - x\n',
    ],
    ['a list in brackets', 'a: [x, "y z" ] # c\n', ['a'], 'u, v', undefined, 'a: [x, "y z", "u, v" ] # c\n'],
    ['a list in brackets, in front', 'a: [x]\n', ['a'], 'y', 0, 'a: [y, x]\n'],
    [
      'an empty list becomes lines',
      'a: [] # rien\nb: 1\n',
      ['a'],
      { id: 'x', n: [1] },
      undefined,
      'a:\n  - id: x\n    n:\n      - 1 # rien\nb: 1\n',
    ],
    ['a nested list without further indent', 'a:\n- x\n- y\n', ['a'], 'z', undefined, 'a:\n- x\n- y\n- z\n'],
    ['Windows line ends', 'a:\r\n  - x\r\nb: 1\r\n', ['a'], 'y', undefined, 'a:\r\n  - x\r\n  - y\r\nb: 1\r\n'],
    ['no last line end', 'a:\n  - x', ['a'], 'y', undefined, 'a:\n  - x\n  - y'],
  ] as const)('%s', (_, text, path, item, before, after) => {
    expect(addItem(text, path, item as never, before)).toBe(after);
  });

  test.each([
    ['a number, its comment kept', 'a:\n  n: 106 # 12 agents\n', ['a', 'n'], 90, 'a:\n  n: 90 # 12 agents\n'],
    ['inside braces', 'a: { n: 5, m: x }\n', ['a', 'n'], 6.5, 'a: { n: 6.5, m: x }\n'],
    ['a key that is new, in lines', 'a:\n  n: 1 # un\nb: 2\n', ['a', 'm'], 'oui', 'a:\n  n: 1 # un\n  m: oui\nb: 2\n'],
    ['a key that is new, in braces', 'a: { n: 1 }\n', ['a', 'm'], 2, 'a: { n: 1, m: 2 }\n'],
    ['quotes where YAML needs them', 'a: x\n', ['a'], '08:30 # h', 'a: "08:30 # h"\n'],
  ] as const)('%s', (_, text, path, value, after) => {
    expect(setScalar(text, path, value)).toBe(after);
  });

  test.each([
    ['a place that is not there', () => addItem('a: 1\n', ['b'], 'x')],
    ['an index beyond the list', () => addItem('a: [x]\n', ['a'], 'y', 3)],
    ['a value that is a list', () => setScalar('a: [x]\n', ['a'], 'y')],
    ['a text that is no YAML', () => addItem('a: [x\n', ['a'], 'y')],
    ['a value others point to', () => setScalar('a: &n 1\nb: *n\n', ['b', 'c'], 2)],
  ])('%s is refused', (_, work) => {
    expect(work).toThrow(expect.objectContaining({ code: 'BAD_INPUT' }));
  });

  test('any words, in any list of phrases of the shipped rules: one insertion, read as it was meant', () => {
    const lists = phraseLists(shipped);
    expect(lists.length).toBeGreaterThan(50);
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: lists.length - 1 }),
        fc.string({ minLength: 1, maxLength: 60, unit: 'grapheme' }).map((text) => `p${text.trim()}`),
        (at, phrase) => {
          const { file, path, count } = lists[at]!;
          const before = shipped.get(file)!;
          const after = addItem(before, path, phrase);
          expect(inserted(before, after)).toBeDefined();
          const list = path.reduce<unknown>((value, step) => (value as never)[step], parse(after));
          expect((list as string[])[count]).toBe(phrase);
        },
      ),
      { numRuns: 8 },
    );
  });
});

const RULE: RuleEdit = {
  kind: 'rule',
  id: 'carte.hopital',
  why: 'Essai : la carte retrouvée à l’hôpital.',
  motif: 'carte-vitale',
  phrases: ['carte … (hôpital|clinique)'],
  then: { queue: 'pole-gdb' },
  before: 'autre-caisse',
  match: ['Ma carte est restée à l’hôpital, que faire ?'],
  no_match: ['Ma carte est perdue : comment faire ?'],
};
const TEMPORARY: RuleEdit = {
  ...{ kind: 'temporary', id: 'panne-borne', label: 'Panne des bornes', parent: 'carte-vitale', why: 'Panne du 23.' },
  ...{ from: '2026-11-23', until: '2026-12-05', phrases: ['(borne|bornes) de mise à jour'] },
  ...{ match: ['La borne de mise à jour est en panne.'], no_match: ['Ma carte est perdue.'] },
} as RuleEdit;

describe('the forms', () => {
  const load = (edit: RuleEdit) => {
    const { files, file, line } = editRules(shipped, edit);
    const { problems } = loadRulebook(files);
    return { file, line, text: files.get(file)!, errors: problems.filter(({ severity }) => severity === 'error') };
  };

  test.each<[string, RuleEdit, string, RegExp]>([
    [
      'a rule from a mail',
      RULE,
      'routing.yaml',
      /# --- Hors de la caisse.*\n {2}- id: carte\.hopital\n[^]*? {2}- id: autre-caisse/,
    ],
    ['a temporary subject', TEMPORARY, 'motifs-provisoires.yaml', /provisional_motifs:\n {2}- id: panne-borne\n/],
    [
      'a sender',
      { kind: 'sender', sender: 'ccas-lille.example', public: 'partenaire' },
      'mailboxes.yaml',
      /- domain: ccas-lille\.example\n {4}public: partenaire\n\nmailboxes:/,
    ],
    [
      'a quota, its neighbours’ comments kept',
      { kind: 'pool', id: 'pool.hainaut', daily_quota: 800, enabled: false },
      'pools.yaml',
      /106 # 12 agents[^]*daily_quota: 800\n[^]*enabled: non\n/,
    ],
    [
      'a capacity in one line',
      { kind: 'pool', id: 'n1', capacity_per_open_hour: 500 },
      'pools.yaml',
      /id: n1, .*capacity_per_open_hour: 500 \}/,
    ],
    [
      'hours',
      { kind: 'hours', calendar: 'accueil', line: 0, from: '09:00', to: '12:00' },
      'calendars.yaml',
      /from: "09:00", to: "12:00" \}/,
    ],
  ])('%s: the set loads, and the file says so', (_, edit, file, said) => {
    const made = load(edit);
    expect(made.errors.filter((problem) => problem.file === file)).toEqual([]);
    expect(made.file).toBe(file);
    expect(made.text).toMatch(said);
    const comments = (text: string): string[] => text.match(/#.*$/gm) ?? [];
    expect(comments(made.text)).toEqual(comments(shipped.get(file)!));
    expect(made.text.split('\n')[made.line - 1]).not.toBe(shipped.get(file)!.split('\n')[made.line - 1]);
  });

  test('a phrase goes into the list it was chosen for', () => {
    const list = phraseLists(shipped).find(({ id, excludes }) => id === 'autre-caisse' && !excludes)!;
    const { text, errors } = load({
      kind: 'phrase',
      file: list.file,
      path: [...list.path],
      phrase: 'ma caisse de rattachement est ailleurs',
    });
    expect(errors).toEqual([]);
    expect(text).toContain(
      '- ma caisse est (celle de|à|la cpam)\n            - ma caisse de rattachement est ailleurs\n      none:',
    );
  });

  test('a name that is not there is said so', () => {
    for (const edit of [
      { ...RULE, before: 'x' },
      { kind: 'pool', id: 'x' },
      { kind: 'hours', calendar: 'x', line: 0, from: '09:00', to: '10:00' },
    ])
      expect(() => editRules(shipped, edit as RuleEdit)).toThrow(expect.objectContaining({ code: 'NOT_FOUND' }));
  });
});
