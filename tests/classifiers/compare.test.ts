import { describe, expect, test } from '@jest/globals';
import { frozenFigures, refusals, type FrozenFigures } from '../../classifiers/compare.ts';
import { flag, fixedModel, testBook } from '../support/book.ts';
import { example } from '../support/learning.ts';

const p0 = (hit: number, truth = 20) => ({
  level: 'P0' as const,
  truth,
  hit,
  recall: truth === 0 ? null : hit / truth,
});
const figures = (accuracy: number, urgent: number | null, flags: FrozenFigures['flags'] = {}): FrozenFigures => ({
  frozen: 'f',
  mails: 1_000,
  right: accuracy * 1_000,
  accuracy,
  accepted: accuracy,
  urgent: { truth: 100, hit: 0, recall: urgent },
  flags,
});

describe('a new model is refused when', () => {
  const before = figures(0.9, 0.95, { 'danger-vital': p0(18) });
  test.each([
    ['it is as good', figures(0.9, 0.95, { 'danger-vital': p0(18) }), []],
    ['it loses what chance loses', figures(0.895, 0.94, { 'danger-vital': p0(18) }), []],
    ['it is better', figures(0.95, 1, { 'danger-vital': p0(20) }), []],
    ['motifs: more than half a point', figures(0.894, 0.95, { 'danger-vital': p0(18) }), ['motif accuracy']],
    ['P0 and P1 together: more than a point', figures(0.9, 0.939, { 'danger-vital': p0(18) }), ['P0 and P1']],
    ['one P0 mail more is missed, whatever else is better', figures(0.99, 1, { 'danger-vital': p0(17) }), ['danger-vital']],
    ['everything at once', figures(0.1, 0.1, { 'danger-vital': p0(0) }), ['motif accuracy', 'danger-vital', 'P0 and P1']],
  ] as const)('%s', (_, after, reasons) => {
    const found = refusals(before, after);
    expect(found).toHaveLength(reasons.length);
    for (const [i, reason] of reasons.entries()) expect(found[i]).toContain(reason);
  }); // prettier-ignore

  test('a loss on a P1 mark alone is a matter of the sum', () => {
    const p1 = (hit: number) => ({ ...p0(hit), level: 'P1' as const });
    expect(refusals(figures(0.9, 0.95, { deuil: p1(20) }), figures(0.9, 0.945, { deuil: p1(19) }))).toEqual([]);
  });

  test('a set without urgent mail says nothing about urgent mail', () => {
    const none = figures(0.9, null, { 'danger-vital': p0(0, 0) });
    expect(refusals(none, none)).toEqual([]);
  });
});

test('the figures of a model are those of a count by hand, decided with the rules as production decides', () => {
  const book = testBook({
    flags: [
      flag('danger-vital', 'P0', 'urgence-vitale', ['me suicider']),
      {
        ...flag('intervention-imminente', 'P2', 'middle-office', ['opération']),
        raise: { level: 'P1', when: { any: [{ any_phrase: ['demain'] }] } },
      },
      flag('reiteration', 'P2', undefined, ['relance']),
    ],
  });
  const mail = (id: string, body: string, motif: string, more = {}) => example(id, body, motif, 'v', more);
  const mails = [
    mail('1', 'Ma carte est perdue.', 'carte-vitale'),
    mail('2', 'Mon compte est bloqué.', 'compte-ameli-acces', { accept: ['carte-vitale'] }),
    mail('3', 'Je veux me suicider.', 'mediation-saisine', { flags: ['danger-vital'] }),
    mail('4', 'Je n’en peux plus de vivre.', 'mediation-saisine', { flags: ['danger-vital'] }),
    mail('5', 'Relance : mon opération est demain.', 'carte-vitale', { flags: ['intervention-imminente', 'reiteration'] }),
  ];
  const model = fixedModel([{ motif: 'carte-vitale', score: 0.97 }]);
  expect(frozenFigures(mails, 'digest', model, book)).toEqual({
    frozen: 'digest',
    mails: 5,
    right: 2,
    accuracy: 0.4,
    accepted: 0.6,
    urgent: { truth: 3, hit: 2, recall: 0.666667 },
    flags: {
      'danger-vital': { level: 'P0', truth: 2, hit: 1, recall: 0.5 },
      'intervention-imminente': { level: 'P1', truth: 1, hit: 1, recall: 1 },
    },
  });
}); // prettier-ignore
