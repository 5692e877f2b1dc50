import { describe, expect, test } from '@jest/globals';
import { checkRules } from '../../config/check.ts';
import { loadRulebook } from '../../config/load.ts';
import { formatProblem } from '../../config/problems.ts';
import { compileRulebook } from '../../domain/match.ts';
import { decide } from '../../domain/route.ts';
import { facts } from '../support/book.ts';
import { stubModel } from './model.ts';
import { SHIPPED, textsIn, validSet } from './support.ts';

const FILE = 'motifs-provisoires.yaml';
const entry = (more: string, parent = 'at-mp-dossier'): string => `version: 1
provisional_motifs:
  - id: usine-fermee
    label: Accident à l'usine du canal
    parent: ${parent}
    why: Deux cents personnes écrivent le même jour.
    from: 2026-11-23
${more}    examples:
      match: ["J'étais à l'usine du canal"]
      no_match: ["J'étais au bureau"]
...
`;
const PHRASES = '    phrases: [usine du canal]\n';

function loaded(file: string, changes: Parameters<typeof validSet>[0] = {}) {
  const { rulebook, problems } = loadRulebook(validSet({ [FILE]: file, ...changes }));
  expect(problems.map(formatProblem)).toEqual([]);
  return rulebook!.motifs.at(-1)!;
}

describe('a provisional motif in the rules', () => {
  test('has from its parent what it does not state', () => {
    expect(loaded(entry(PHRASES))).toMatchObject({
      id: 'usine-fermee',
      number: 5,
      label: "Accident à l'usine du canal",
      level: 'expert',
      pole: 'pole-at-mp',
      legal_clock: { amount: 30 },
      provisional: {
        parent: 'at-mp-dossier',
        from: '2026-11-23',
        when: { any: [{ any_phrase: ['usine du canal'] }] },
      },
    });
  });

  test('may state its own level and pôle; what is reserved stays reserved', () => {
    expect(loaded(entry(`    level: n1\n    pole: n1\n${PHRASES}`))).toMatchObject({ level: 'n1', pole: 'n1' });
    expect(loaded(entry(`    level: n1\n    pole: n1\n${PHRASES}`, 'deuil-perinatal')).restricted).toBe(true);
  });

  test('takes a whole condition instead of phrases', () => {
    const when =
      '    when:\n      all: [{ any_phrase: [usine du canal] }, { mailbox: assures }]\n      none: [{ any_phrase: [visite] }]\n';
    expect(loaded(entry(when)).provisional!.when.none).toHaveLength(1);
  });

  test('no new subject is an empty list, the key alone, or no file', () => {
    for (const list of ['provisional_motifs: []', 'provisional_motifs:'])
      expect(loaded(`version: 1\n${list}\n...\n`).provisional).toBeUndefined();
    expect(loadRulebook(validSet()).rulebook!.motifs.every((motif) => motif.provisional === undefined)).toBe(true);
  });

  test('rules and contracts may name it', () => {
    loaded(entry(`    level: n1\n    pole: n1\n${PHRASES}`), {
      'routing.yaml': (text) => text.replace('- motif: at-mp-dossier', '- motif: [at-mp-dossier, usine-fermee]'),
      'pools.yaml': (text) => text.replace('motifs: [carte-vitale]', 'motifs: [carte-vitale, usine-fermee]'),
    });
  });

  test('a reserved parent keeps it out of contracts', () => {
    const { problems } = loadRulebook(
      validSet({
        [FILE]: entry(PHRASES, 'deuil-perinatal'),
        'pools.yaml': (text) => text.replace('motifs: [carte-vitale]', 'motifs: [carte-vitale, usine-fermee]'),
      }),
    );
    expect(problems.map(({ what }) => what)).toEqual(['un motif réservé ne sort pas de la caisse']);
  });

  test('`rules check` runs scenarios through it, by the date of the scenario', () => {
    const scenario = (at: string, motif: string) =>
      checkRules(
        validSet({
          [FILE]: entry(PHRASES),
          'routing.test.yaml': `version: 1\ntests:\n  - name: usine\n    at: ${at}\n    input: { mailbox: assures, body: "J'étais à l'usine du canal." }\n    expect: { motif: ${motif} }\n...\n`,
        }),
        stubModel('carte-vitale'),
      );
    expect(scenario('2026-11-23T10:00:00+01:00', 'usine-fermee').ok).toBe(true);
    expect(scenario('2026-11-22T10:00:00+01:00', 'carte-vitale').ok).toBe(true);
  });

  test('one without a template of its own is not warned of: its parent’s serve', () => {
    const { problems } = checkRules(validSet({ [FILE]: entry(PHRASES, 'carte-vitale') }));
    expect(problems.map(formatProblem)).toEqual([]);
  });
});

describe('the configuration that comes with the program', () => {
  const shipped = textsIn(SHIPPED);

  test('shows an example that loads as it stands', () => {
    const text = shipped.get(FILE)!;
    const example = text
      .slice(text.indexOf('#   - id:'), text.indexOf('version: 1'))
      .split('\n')
      .map((line) => line.replace(/^# ?/, ''))
      .join('\n');
    const filled = text.replace('provisional_motifs: []', `provisional_motifs:\n${example}`);
    const { rulebook, problems } = loadRulebook(new Map([...shipped, [FILE, filled]]));
    expect(problems.map(formatProblem)).toEqual([]);
    expect(rulebook!.motifs.filter(({ provisional }) => provisional !== undefined)).toHaveLength(1);
  });

  test.each([
    [0, undefined],
    [1, 'P2'],
    [2, 'P1'],
  ])('after %i contacts on the same motif the réitération is %s (domain §3.5)', (prior_contacts, level) => {
    const book = compileRulebook(loadRulebook(shipped).rulebook!);
    const mail = facts({ body: 'Bonjour, où en est ma carte ?', prior_contacts });
    const { flags } = decide(mail, book, stubModel('carte-vitale'), new Date(mail.received_at));
    expect(flags.find(({ id }) => id === 'reiteration')?.level).toBe(level);
  });
});
