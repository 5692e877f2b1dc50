import { describe, expect, test } from '@jest/globals';
import { explain, type ExplainAsk } from '../../domain/explain.ts';
import { differences } from '../../domain/explain/compare.ts';
import { sayPredicate } from '../../domain/explain/words.ts';
import { chooseQueue } from '../../domain/overflow.ts';
import { decide } from '../../domain/route.ts';
import type { Predicate } from '../../domain/rulebook.ts';
import { facts, fixedModel, motif, rule, testBook } from '../support/book.ts';

const AT = new Date('2026-03-18T10:00:00.000Z');
const sure = fixedModel([
  { motif: 'carte-vitale', score: 0.9 },
  { motif: 'compte-ameli-acces', score: 0.06 },
  { motif: 'ij-calcul-montant', score: 0.03 },
  { motif: 'mediation-saisine', score: 0.01 },
]);
const stolen = rule(
  'carte.volee',
  {
    all: [{ motif: 'carte-vitale' }],
    any: [{ any_phrase: ['volée'] }, { has_attachment: true }],
    none: [{ any_phrase: ['retrouvée'] }],
  },
  { queue: 'mediation' },
);
const first = rule('jamais', { all: [{ any_phrase: ['licorne'] }] }, { queue: 'pole-pe' });
const book = testBook({ rules: [first, stolen, rule('apres', { all: [{ motif: 'carte-vitale' }] }, { queue: 'n1' })] });

function told(changes: Partial<ExplainAsk> = {}, body = 'Relance : ma carte a été volée.') {
  const ask: ExplainAsk = { facts: facts({ body }), book, model: sure, now: AT, load: {}, ...changes };
  return explain(ask);
}

describe('an explanation', () => {
  test('is production’s own decision and routing, in words', () => {
    const load = { n1: { backlog: 2_000, arrivals_today: 1_000, handed_today: 0 } };
    const { explanation, decision } = told({ load }, 'ma carte verte est perdue');
    const given = facts({ body: 'ma carte verte est perdue' });
    expect(decision).toEqual(decide(given, book, sure, AT));
    const mail = { mailbox: given.mailbox, started_at: given.received_at };
    expect(explanation.overflow.routed).toEqual(chooseQueue(decision, load, book, AT, mail));
    expect(explanation.queue).toMatchObject({ id: explanation.overflow.routed.queue, decided: decision.queue });
  });

  test('lists the rules that were tried, in order, and for each predicate whether it held and on which words', () => {
    const { rules } = told().explanation;
    expect(rules.map(({ id, held }) => [id, held])).toEqual([
      ['jamais', false],
      ['carte.volee', true],
    ]);
    expect(rules[1]!.predicates).toEqual([
      { list: 'all', says: 'motif carte-vitale', is: true, evidence: [], denied: [] },
      {
        list: 'any',
        says: 'une de ces expressions : « volée »',
        is: true,
        evidence: [{ part: 'body', start: 25, end: 30, text: 'volée' }],
        denied: [],
      },
      { list: 'any', says: 'avec pièce jointe', is: false, evidence: [], denied: [] },
      { list: 'none', says: 'une de ces expressions : « retrouvée »', is: false, evidence: [], denied: [] },
    ]);
  });

  test('shows a phrase that stands there but is denied, with the negation before it', () => {
    const prime = rule('prime', { all: [{ any_phrase: ['prime de noël', 'cadeau'] }] }, { queue: 'n1' });
    const denied = (body: string) =>
      told({ book: testBook({ rules: [prime] }) }, body).explanation.rules[0]!.predicates[0]!.denied;
    expect(denied('Bonjour. Je n’ai pas eu la prime de Noël')).toEqual([
      { part: 'body', start: 9, end: 40, text: 'Je n’ai pas eu la prime de Noël' },
    ]);
    expect(denied('la carte')).toEqual([]);
  });

  test('names flags with their words and level, and those that are not up', () => {
    const { flags, flags_down } = told().explanation;
    expect(flags).toMatchObject([{ id: 'reiteration', level: 'P2', evidence: [{ text: 'Relance' }] }]);
    expect(flags_down).toEqual(['danger-vital', 'intervention-imminente']);
  });

  test('gives the three likeliest motifs, and under which confidence one is unsure', () => {
    const { motif: named, ranked } = told().explanation;
    expect(named).toMatchObject({
      id: 'carte-vitale',
      confidence: 0.9,
      confidence_min: 0.5,
      unsure: false,
      by: 'model',
    });
    expect(ranked.map(({ motif: id }) => id)).toEqual(['carte-vitale', 'compte-ameli-acces', 'ij-calcul-montant']);
  });

  test.each([
    ['level 1', 'ma carte', testBook(), false, 'le niveau 1 y répond'],
    ['an expert motif', 'mes indemnités', testBook(), true, 'analyse préalable avant pole-pe'],
    ['a direct pôle', 'mes indemnités', testBook({ direct_queues: ['pole-pe'] }), false, 'file directe du motif'],
    ['a flag', 'opération demain', testBook(), false, 'le signalement intervention-imminente l’envoie directement'],
  ])('says whether %s is reviewed, and why', (_name, body, with_book, asked, why) => {
    const ij = fixedModel([{ motif: body === 'mes indemnités' ? 'ij-calcul-montant' : 'carte-vitale', score: 0.97 }]);
    expect(told({ book: with_book, model: ij }, body).explanation.review).toEqual({ asked, why });
  });

  test('gives both clocks, and the legal one of the motif', () => {
    const legal = { amount: 15, unit: 'days', silence: 'acceptance', source: 'un texte' } as const;
    const with_clock = testBook({ motifs: [motif('carte-vitale', 14, { legal_clock: legal })] });
    // Wednesday 18 March 10:00 in Paris; on the night to the 29th the clocks change.
    expect(told({ book: with_clock }).explanation.due).toEqual({
      policy: '48h',
      hours: 48,
      headline: 'elapsed',
      elapsed_at: '2026-03-20T09:00:00.000Z',
      working_at: '2026-03-20T09:00:00.000Z',
      warn_at: '2026-03-20T01:00:00.000Z',
      legal: { at: '2026-04-02T21:59:59.999Z', source: 'un texte', silence: 'acceptance' },
    });
  });

  test('hides numbers and addresses, and takes control and direction characters out of what a terminal shows', () => {
    const body = 'volée \u001b[31m 2 69 05 49 588 157 80 \u202e chez a.dupont@membre.example';
    const spy = {
      ...sure,
      evidence: () => [{ for: 'motif:carte-vitale', part: 'body' as const, start: 0, end: body.length }],
    };
    const { explanation } = told({ model: spy }, body);
    const text = JSON.stringify(explanation);
    expect(text).not.toMatch(/588|dupont|\\u001b|\\u202e|\u202e/);
    expect(explanation.motif.evidence[0]!.text).toContain('volée');
  });

  test('a mailbox that is not read for motifs has no rules to tell', () => {
    const machine = testBook({ mailboxes: [{ ...book.mailboxes[0]!, classify: false, default_queue: 'pole-pe' }] });
    expect(told({ book: machine }).explanation).toMatchObject({
      motif: { id: null, by: 'nobody' },
      queue: { id: 'pole-pe', rule: 'mailbox.default' },
    });
  });
});

describe('two decisions side by side', () => {
  const made = (body: string, with_book = book) => {
    const decision = decide(facts({ body }), with_book, sure, AT);
    return { decision, routed: chooseQueue(decision, {}, with_book, AT) };
  };

  test('the same ones show no difference', () => {
    expect(differences(made('ma carte volée'), made('ma carte volée'))).toEqual([]);
  });

  test('each thing that changed is named with what it was and what it is', () => {
    expect(differences(made('relance, ma carte volée'), made('ma carte volée', testBook()))).toEqual([
      { what: 'signalements', then: 'P2 reiteration', now: 'aucun' },
      { what: 'file décidée', then: 'mediation', now: 'n1' },
      { what: 'pôle visé', then: 'mediation', now: 'n1' },
      { what: 'règle', then: 'carte.volee', now: 'motif.carte-vitale' },
      { what: 'file', then: 'mediation', now: 'n1' },
    ]);
  });

  test('a conversation that kept its place has no queue to compare', () => {
    const then = { ...made('ma carte'), routed: { queue: 'elsm', rule: 'conversation.kept' } };
    expect(differences(then, made('ma carte'))).toEqual([]);
  });
});

test.each<[Predicate, string]>([
  [{ motif: ['a', 'b'] }, 'motif a ou b'],
  [{ level: 'expert' }, 'niveau expert'],
  [
    { any_phrase: ['1', '2', '3', '4', '5', '6', '7'] },
    'une de ces expressions : « 1 », « 2 », « 3 », « 4 », « 5 », « 6 »… (7)',
  ],
  [{ has_attachment: false }, 'sans pièce jointe'],
  [{ waiting_days_min: 45 }, 'une attente d’au moins 45 jours'],
  [{ written_data: ['nir', 'iban'] }, 'un numéro de sécurité sociale ou un IBAN'],
  [{ prior_contacts_min: 2 }, 'au moins 2 messages avant celui-ci sur le même sujet'],
  [
    { any: [{ flag: 'x' }, { regex: 'a+' }], none: [{ public: 'ps' }] },
    '(signalement x ou expression régulière a+, sauf public ps)',
  ],
])('%j is said in French', (predicate, says) => {
  expect(sayPredicate(predicate)).toBe(says);
});
