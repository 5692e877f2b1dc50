import { describe, expect, test } from '@jest/globals';
import { checkRules } from '../../config/check.ts';
import { formatProblem } from '../../config/problems.ts';
import { stubModel } from './model.ts';
import { validSet } from './support.ts';

function warningsOf(changes: Parameters<typeof validSet>[0]): string[] {
  const result = checkRules(validSet(changes));
  expect(result.problems.filter(({ severity }) => severity === 'error').map(formatProblem)).toEqual([]);
  return result.problems.map(formatProblem);
}

/** A rule that takes every theft mail, put in front. */
const WIDE = `rules:
  - id: carte.tout
    why: Tout sur les cartes.
    when:
      all:
        - motif: [carte-vitale, at-mp-dossier]
    then: { level: n1 }
    examples:
      match: [{ motif: carte-vitale, body: une carte }]
      no_match: [{ motif: deuil-perinatal, body: une carte }]
`;

describe('what loads but is probably not meant is warned of', () => {
  test('a rule that an earlier, wider one always takes the mail from', () => {
    const warnings = warningsOf({ 'routing.yaml': (text) => text.replace('rules:\n', WIDE) });
    expect(warnings).toEqual([
      'routing.yaml:15:9  avertissement : règle jamais atteinte : « carte.tout » prend tout avant elle ; trouvé : « at.question-simple »',
      'routing.yaml:27:9  avertissement : règle jamais atteinte : « carte.tout » prend tout avant elle ; trouvé : « carte.volee »',
    ]);
  });

  test('but not a rule that an earlier, narrower one only sometimes takes it from', () => {
    const narrow = WIDE.replace(
      '        - motif: [carte-vitale, at-mp-dossier]\n',
      '        - motif: [carte-vitale, at-mp-dossier]\n        - any_phrase: [quel jour]\n',
    ).replace('body: une carte }]\n      no_match', 'body: quel jour }]\n      no_match');
    expect(warningsOf({ 'routing.yaml': (text) => text.replace('rules:\n', narrow) })).toEqual([]);
  });

  test('a queue that nothing leads to and a delay that no mailbox names', () => {
    const warnings = warningsOf({
      'pools.yaml': (text) =>
        text.replace(
          '  - { id: rca,',
          '  - { id: pole-vide, label: Vide, kind: pole, calendar: lille, capacity_per_open_hour: 0 }\n  - { id: rca,',
        ),
      'sla.yaml': (text) =>
        text.replace(
          '...',
          '  - { id: jamais, hours: 24, headline: working, calendar: lille, warn_before_hours: 1, from: 2024-01-01 }\n...',
        ),
    });
    expect(warnings).toEqual([
      'pools.yaml:7:11  avertissement : file où rien n’arrive ; trouvé : « pole-vide » ; attendu : un motif, une règle, un signalement ou une boîte qui la nomme',
      'pools.yaml:7:88  avertissement : capacité nulle : la prévision la croit à l’arrêt ; trouvé : « pole-vide »',
      'sla.yaml:9:11  avertissement : délai qu’aucune boîte ne nomme ; trouvé : « jamais »',
    ]);
  });

  test('an urgent flag that changes no queue', () => {
    const warnings = warningsOf({ 'flags.yaml': (text) => text.replace('    queue: rca\n', '') });
    expect(warnings).toEqual([
      'flags.yaml:14:9  avertissement : signalement urgent sans file : il ne change pas la destination ; trouvé : « deuil-perinatal » ; attendu : la clé queue',
    ]);
  });
});

describe('scenarios', () => {
  test('a failed expectation fails the check and says what came instead', () => {
    const result = checkRules(
      validSet({
        'routing.test.yaml': (text) =>
          text.replace('expect: { queue: n1 }', 'expect: { queue: rca, level: n1, flags: [ij-attente] }'),
      }),
    );
    expect(result.ok).toBe(false);
    expect(result.scenarios).toEqual([
      {
        name: 'une carte reste au niveau 1',
        outcome: 'failed',
        misses: [
          { what: 'queue', expected: 'rca', found: 'n1' },
          { what: 'flags', expected: 'ij-attente', found: 'aucun' },
        ],
        decided: {
          motif: 'carte-vitale',
          level: 'n1',
          queue: 'n1',
          rule: 'motif.carte-vitale',
          fired: null,
          flags: [],
        },
        place: { file: 'routing.test.yaml', line: 3, col: 11 },
      },
    ]);
  });

  test('without a supposed motif the model is asked, and without a model the scenario is skipped, not passed', () => {
    const files = validSet({ 'routing.test.yaml': (text) => text.replace('    given_motif: carte-vitale\n', '') });
    expect(checkRules(files).scenarios[0]!.outcome).toBe('skipped');
    expect(checkRules(files, stubModel('carte-vitale')).scenarios[0]!.outcome).toBe('passed');
    expect(checkRules(files, stubModel('deuil-perinatal')).scenarios[0]).toMatchObject({
      outcome: 'failed',
      misses: [{ found: 'rca' }],
    });
  });

  test('the load of a scenario sends level-1 work to a partner, whose own backlog keeps it here', () => {
    const scenario = (load: string) =>
      validSet({
        'routing.test.yaml': (text) =>
          text.replace(
            '    expect: { queue: n1 }',
            `    load: ${load}\n    expect: { queue: pool.voisin, rule: overflow.voisin }`,
          ),
      });
    expect(checkRules(scenario('{ n1: { backlog: 950, arrivals_today: 600 } }')).ok).toBe(true);
    expect(checkRules(scenario('{ n1: { backlog: 850, arrivals_today: 600 } }')).ok).toBe(false);
    expect(checkRules(scenario('{ n1: { backlog: 850, arrivals_today: 600, capacity_per_open_hour: 50 } }')).ok).toBe(
      true,
    );
  });
});
