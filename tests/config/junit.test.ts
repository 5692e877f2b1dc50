import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { checkRules, type CheckResult } from '../../config/check.ts';
import { junitReport } from '../../config/junit.ts';
import { scenarioText } from '../../config/scenario-text.ts';
import { validSet } from './support.ts';

interface Element {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: Element[];
  text: string;
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** Reads XML strictly: anything that an XML parser would refuse throws. Enough for a report without namespaces. */
function parseXml(xml: string): Element {
  if (/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/u.test(xml))
    throw new Error('no XML character');
  const unescape = (text: string): string => {
    if (/[<]|]]>/.test(text) || /&(?!(?:amp|lt|gt|quot|apos|#\d+);)/.test(text))
      throw new Error(`not escaped: ${text}`);
    return text.replace(/&(?:#(\d+)|(\w+));/g, (_, code?: string, name?: string) =>
      code === undefined ? ENTITIES[name!]! : String.fromCodePoint(Number(code)),
    );
  };
  const head = /^<\?xml version="1\.0" encoding="UTF-8"\?>\n/.exec(xml);
  if (head === null) throw new Error('no declaration');
  const root: Element = { name: '', attributes: new Map(), children: [], text: '' };
  const open = [root];
  let at = head[0].length;
  const tag = /<(\/?)([\w-]+)((?: [\w-]+="[^"<]*")*)(\/?)>/y;
  while (at < xml.length) {
    const next = xml.indexOf('<', at);
    const here = open.at(-1)!;
    here.text += unescape(xml.slice(at, next === -1 ? xml.length : next));
    if (next === -1) break;
    tag.lastIndex = next;
    const found = tag.exec(xml);
    if (found === null) throw new Error(`not a tag: ${xml.slice(next, next + 60)}`);
    const [whole, end, name, attributes, empty] = found;
    at = next + whole.length;
    if (end === '/') {
      if (open.pop()!.name !== name) throw new Error(`${name} closes another element`);
      continue;
    }
    const pairs = [...attributes!.matchAll(/ ([\w-]+)="([^"]*)"/g)].map(
      ([, key, value]) => [key!, unescape(value!)] as const,
    );
    const element: Element = { name: name!, attributes: new Map(pairs), children: [], text: '' };
    here.children.push(element);
    if (empty !== '/') open.push(element);
  }
  if (open.length !== 1 || root.children.length !== 1) throw new Error('not one root');
  return root.children[0]!;
}

const cases = (report: string): Element[] => parseXml(report).children.flatMap((suite) => suite.children);
const named = (report: string, name: string): Element => {
  const found = cases(report).find((each) => each.attributes.get('name') === name);
  if (found === undefined) throw new Error(`no case ${name}`);
  return found;
};

describe('the JUnit report', () => {
  test('has a case for each file, each set of examples and each scenario, all passed on a good set', () => {
    const result = checkRules(validSet());
    const report = junitReport(result, true);
    const root = parseXml(report);
    expect(root.children.map((suite) => [suite.attributes.get('name'), Number(suite.attributes.get('tests'))])).toEqual(
      [
        ['fichiers', result.files.length],
        ['exemples', 5],
        ['scenarios', 1],
      ],
    );
    expect(root.attributes.get('failures')).toBe('0');
    expect(cases(report).filter((each) => each.children.length > 0)).toEqual([]);
    expect(named(report, 'rule:carte.volee (2 exemples)').attributes.get('file')).toBe('routing.yaml');
  });

  test('gives each failure to its own case, with file, line and what was decided', () => {
    const scenario = junitReport(
      checkRules(validSet({ 'routing.test.yaml': (text) => text.replace('queue: n1 }', 'queue: rca }') })),
      false,
    );
    const failed = named(scenario, 'une carte reste au niveau 1');
    expect(failed.attributes.get('line')).toBe('3');
    expect(failed.children[0]!.name).toBe('failure');
    expect(failed.children[0]!.text).toBe(
      'queue : attendu rca, obtenu n1\ndécidé par le motif « carte-vitale » (motifs.yaml), aucune règle ne s’appliquant',
    );
    const example = junitReport(
      checkRules(validSet({ 'routing.yaml': (text) => text.replace('ma carte a été volée', 'ma carte est là') })),
      false,
    );
    expect(named(example, 'rule:carte.volee (2 exemples)').children[0]!.text).toContain('routing.yaml:26:15');
    // The file itself is not at fault, and the scenarios wait until it holds.
    expect(named(example, 'routing.yaml').children).toEqual([]);
    expect(named(example, 'une carte reste au niveau 1').children[0]!.name).toBe('skipped');
    expect(parseXml(example).attributes.get('failures')).toBe('1');
  });

  test('a warning fails its file only when warnings are problems', () => {
    const result = checkRules(validSet({ 'flags.yaml': (text) => text.replace('    queue: rca\n', '') }));
    expect(named(junitReport(result, false), 'flags.yaml').children.map(({ name }) => name)).toEqual(['system-out']);
    expect(named(junitReport(result, true), 'flags.yaml').children.map(({ name }) => name)).toEqual(['failure']);
  });

  test('a file outside the set is named too', () => {
    const report = junitReport(checkRules(validSet()), false, new Map([['connections.yaml', 'boîte inconnue']]));
    expect(named(report, 'connections.yaml').children[0]!.text).toBe('boîte inconnue');
  });

  test('stays one XML document whatever stands in the files', () => {
    const hostile = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom(']]>', '<failure/>', '"><x a="', '&amp;', '&#0;', '\u0000\u0001\ud800', '\u{1F600}', 'a\nb\tc\r'),
    );
    fc.assert(
      fc.property(fc.array(hostile, { minLength: 1, maxLength: 4 }), (names) => {
        const result: CheckResult = {
          ...{ digest: '', ok: false, files: names, example_sets: [] },
          problems: names.map((name) => ({ severity: 'error', file: name, line: 1, col: 1, what: name, value: name })),
          scenarios: names.map((name) => ({
            ...{ name, outcome: 'failed' as const },
            misses: [{ what: name, expected: name, found: name }],
          })),
        };
        const found = cases(junitReport(result, false));
        expect(found.length).toBe(new Set(names).size + names.length);
      }),
      { numRuns: 200 },
    );
  });
});

describe('a failed scenario, for a person', () => {
  const failed = (change: string, rules = (text: string) => text): string => {
    const result = checkRules(
      validSet({
        'routing.test.yaml': (text) => text.replace('expect: { queue: n1 }', change),
        'routing.yaml': rules,
      }),
    );
    return scenarioText(result.scenarios[0]!, result.rulebook!);
  };

  test('says what was expected, what came, who decided, and what came in all', () => {
    expect(failed('expect: { queue: rca, level: expert, flags: [ij-attente] }')).toBe(
      [
        'routing.test.yaml:3:11  scénario en échec : « une carte reste au niveau 1 »',
        '    niveau : attendu expert, obtenu n1',
        '    file : attendu rca (Relation attentionnée), obtenu n1 (Niveau 1)',
        '    signalement : attendu ij-attente, obtenu aucun',
        '    décidé par le motif « carte-vitale » (motifs.yaml), aucune règle ne s’appliquant',
        '    en tout : motif carte-vitale ; niveau n1 ; file n1 ; signalements aucun',
      ].join('\n'),
    );
  });

  test('names the rule that decided, and why it exists', () => {
    const rule = (text: string) =>
      text
        .replace('[ma carte a été volée]', '[ma carte a été volée]')
        .replace('carte.{0,20}vol[ée]', 'carte.{0,9}(perdue|vol[ée])')
        .replace('[ma carte est perdue]', '[mon sac est perdu]');
    expect(failed('expect: { rule: autre }', rule)).toContain('règle : attendu autre, obtenu motif.carte-vitale');
    expect(
      failed('expect: { queue: rca }', (text) =>
        rule(text).replace('then: { level: n1 }', 'then: { level: n1, queue: n1 }'),
      ),
    ).toContain('    décidé par la règle « carte.volee » : Une carte volée demande un dépôt de plainte.');
  });
});
