import { beforeAll, describe, expect, test } from '@jest/globals';
import { loadModel } from '../../classifiers/train.ts';
import { checkFolder, type CheckResult } from '../../config/check.ts';
import { formatProblems } from '../../config/problems.ts';
import { readConfigFolder } from '../../config/source.ts';
import { parseYaml } from '../../config/yaml.ts';
import { SHIPPED } from './support.ts';

interface Tried {
  readonly name: string;
  readonly input: { readonly mailbox: string };
  readonly expect: {
    readonly queue?: string;
    readonly flags?: readonly (string | Record<string, string>)[];
    readonly pools?: Readonly<Record<string, string>>;
  };
}

let shipped: CheckResult;
let texts: ReadonlyMap<string, string>;
beforeAll(async () => {
  texts = await readConfigFolder(SHIPPED);
  shipped = await checkFolder(SHIPPED, await loadModel());
});

describe('the configuration that comes with the program', () => {
  test('loads without an error or a warning', () => {
    expect(formatProblems(shipped.problems)).toBe('');
    expect(shipped.rulebook).toBeDefined();
  });

  test('passes each of its own scenarios', () => {
    expect(shipped.scenarios.length).toBeGreaterThanOrEqual(100);
    expect(shipped.scenarios.filter(({ outcome }) => outcome !== 'passed')).toEqual([]);
  });

  test('tries every mailbox, every pool taken and refused, every urgent flag and every ruling in its scenarios', () => {
    const book = shipped.rulebook!;
    const { tests } = parseYaml('routing.test.yaml', texts.get('routing.test.yaml')!).value as { tests: Tried[] };
    const boxes = new Set(tests.map(({ input }) => input.mailbox));
    expect(book.mailboxes.map(({ id }) => id).filter((id) => !boxes.has(id))).toEqual([]);
    const codes = new Set(
      tests.flatMap(({ expect: { pools } }) =>
        Object.entries(pools ?? {}).map(([pool, code]) => `${pool} ${code === 'taken' ? 'taken' : 'refused'}`),
      ),
    );
    for (const { queue } of tests.map(({ expect: wanted }) => wanted)) codes.add(`${queue} taken`);
    for (const { id } of book.queues.filter(({ contract }) => contract !== undefined))
      expect([id, codes.has(`${id} taken`), codes.has(`${id} refused`)]).toEqual([id, true, true]);
    const raised = new Set(
      tests.flatMap(({ expect: { flags } }) =>
        (flags ?? []).flatMap((flag) => (typeof flag === 'string' ? [flag] : Object.keys(flag))),
      ),
    );
    const urgent = book.flags.filter(({ level }) => level === 'P0' || level === 'P1').map(({ id }) => id);
    expect(urgent.filter((id) => !raised.has(id))).toEqual([]);
    // Rulings 12 and 20 are tried under names that say what they protect (insults, the four pools).
    const rulings = tests.flatMap(({ name }) =>
      [...name.matchAll(/décisions? ([\d et,]+)\)/g)].flatMap(([, list]) => list!.match(/\d+/g)!.map(Number)),
    );
    const untried = Array.from({ length: 21 }, (_, i) => i + 1).filter((n) => !rulings.includes(n));
    expect(untried).toEqual([12, 20]);
  });

  test('holds at least sixty rules and overrides, each with its reason and examples on both sides', () => {
    const { rules, flags } = shipped.rulebook!;
    expect(rules.length).toBeGreaterThanOrEqual(60);
    for (const { id, why, examples } of [...rules, ...flags])
      expect([id, why.length > 20, examples.match.length > 0, examples.no_match.length > 0]).toEqual([
        id,
        true,
        true,
        true,
      ]);
  });

  test('holds the 37 motifs of the nomenclature', () => {
    const numbers = shipped.rulebook!.motifs.map(({ number }) => number).sort((a, b) => a - b);
    expect(numbers).toEqual(Array.from({ length: 37 }, (_, i) => i + 1));
  });

  test('holds the 20 flags, the vital ones first and to people who are not partners', () => {
    const book = shipped.rulebook!;
    expect(book.flags).toHaveLength(20);
    expect(book.flags[0]).toMatchObject({ id: 'danger-vital', level: 'P0', queue: 'urgence-vitale' });
    const kinds = new Map(book.queues.map(({ id, kind }) => [id, kind]));
    for (const { queue } of book.flags) expect(kinds.get(queue ?? 'n1')).not.toBe('partner');
  });

  test('gives partners level-1 motifs only, and never one that its text forbids (domain §3.4)', () => {
    const book = shipped.rulebook!;
    const restricted = new Set(book.motifs.filter((motif) => motif.restricted).map(({ id }) => id));
    const pools = book.queues.filter(({ contract }) => contract !== undefined);
    expect(pools.map(({ id }) => id)).toEqual([
      'pool.hainaut',
      'pool.accueil-interne',
      'pool.lille-douai',
      'pool.flandres',
    ]);
    for (const { contract } of pools) {
      expect(contract!.from).toBe('n1');
      expect(contract!.motifs.filter((id) => restricted.has(id))).toEqual([]);
      expect(contract!.sample_share).toBeGreaterThanOrEqual(0.02);
    }
  });

  test('shows no legal date before a jurist approved the template', () => {
    expect(shipped.rulebook!.templates.filter(({ legal_approved }) => legal_approved)).toEqual([]);
  });

  test('offers an agent a reply for each level-1 request', () => {
    const book = shipped.rulebook!;
    const served = new Set(book.templates.flatMap(({ kind, motifs }) => (kind === 'ack' ? [] : motifs)));
    const without = book.motifs.filter(({ id, level, is_request }) => level === 'n1' && is_request && !served.has(id));
    expect(without.map(({ id }) => id)).toEqual([]);
  });

  test('gives the emergency numbers to whoever writes of danger', () => {
    const template = shipped.rulebook!.templates.find(({ flags }) => flags?.includes('danger-vital'));
    for (const number of ['3114', '15', '112', '3919', '119'])
      expect(template!.body).toMatch(new RegExp(`\\b${number}\\b`));
  });

  test('explains itself: every file begins with a comment for somebody who never saw YAML', async () => {
    for (const [name, text] of await readConfigFolder(SHIPPED)) {
      if (name.endsWith('.yaml')) expect(text.startsWith('# ')).toBe(true);
    }
  });
});
