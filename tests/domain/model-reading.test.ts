import { describe, expect, test } from '@jest/globals';
import type { ModelReading, MotifModel, RankedMotif } from '../../domain/facts.ts';
import { compileForExamples } from '../../domain/match.ts';
import { levelOf } from '../../domain/route-queue.ts';
import { decide } from '../../domain/route.ts';
import { heardFlag } from '../../domain/heard-flag.ts';
import type { Condition, Flag, Motif } from '../../domain/rulebook.ts';
import { facts, testBook } from '../support/book.ts';

const NOW = new Date('2026-03-18T10:00:00Z');

/** A model that says just this. */
function model(ranked: readonly RankedMotif[], reading: Partial<ModelReading> = {}, from = 0.5): MotifModel {
  return {
    digest: 'said',
    rank: () => ranked,
    read: () => ({ secondary: [], flags: new Map(), publics: [], expert: 0.5, ...reading }),
    thresholdFor: (target) => (target === 0.95 ? from : 1),
    evidence: (_input, output) => [{ for: output, part: 'body', start: 0, end: 7 }],
  };
}
const CARD = [{ motif: 'carte-vitale', score: 0.97 }];
const danger: Flag = {
  id: 'danger-vital',
  label: 'Danger vital',
  level: 'P0',
  queue: 'urgence-vitale',
  why: 'essai',
  when: {
    any: [
      { any_phrase: ['me suicider'] },
      { all: [{ any_phrase: ['dans la voiture'] }, { model_min: 0.1 }] },
      { model_min: 0.4 },
    ],
  },
  examples: { match: ['Je vais me suicider'], no_match: ['Ma carte est dans la voiture'] },
};

describe('a flag that asks the model', () => {
  const flagged = (body: string, score: number | undefined): boolean =>
    decide(
      facts({ body }),
      testBook({ flags: [danger] }),
      model(CARD, score === undefined ? {} : { flags: new Map([['danger-vital', score]]) }),
      NOW,
    ).flags.some(({ id }) => id === 'danger-vital');

  test.each([
    ['a plain phrase needs no model', 'Je vais me suicider.', 0, true],
    ['a wide phrase needs its consent', 'Je dors dans la voiture.', 0.2, true],
    ['a wide phrase alone is not enough', 'Je dors dans la voiture.', 0.05, false],
    ['a sure model needs no phrase', 'Occupez-vous de mon chat.', 0.6, true],
    ['an unsure model without a phrase raises nothing', 'Occupez-vous de mon chat.', 0.3, false],
    ['a model that reads no flags consents to nothing', 'Je dors dans la voiture.', undefined, false],
  ])('%s', (_what, body, score, expected) => {
    expect(flagged(body, score)).toBe(expected);
  });

  test('without a phrase, the evidence is the passage that convinced the model', () => {
    const decision = decide(
      facts({ body: 'Adieu à vous.' }),
      testBook({ flags: [danger] }),
      model(CARD, { flags: new Map([['danger-vital', 0.9]]) }),
      NOW,
    );
    expect(decision.evidence).toContainEqual({ for: 'flag:danger-vital', part: 'body', start: 0, end: 7 });
  });

  test('examples try the words: what must be found is found by words, what must not be is not found without the model', () => {
    const recognises = compileForExamples(danger.when);
    expect(recognises('Je dors dans la voiture', true)).toBe(true);
    expect(recognises('Je dors dans la voiture', false)).toBe(false);
    expect(recognises('Occupez-vous de mon chat', true)).toBe(false);
  });
});

describe('a flag that listens to what the model hears of another', () => {
  const possible: Flag = {
    id: 'danger-possible',
    label: 'Danger possible',
    level: 'P2',
    why: 'essai',
    when: { all: [{ model_hears: { flag: 'danger-vital', min: 0.1 } }], none: [{ flag: 'danger-vital' }] },
    examples: { match: ['Occupez-vous de mon chat'], no_match: ['Ma carte est perdue'] },
  };
  const raised = (body: string, score: number): ReturnType<typeof decide> =>
    decide(
      facts({ body }),
      testBook({ flags: [danger, possible] }),
      model(CARD, { flags: new Map([['danger-vital', score]]) }),
      NOW,
    );

  test.each([
    ['a doubt', 'Occupez-vous de mon chat.', 0.2, ['danger-possible']],
    ['no doubt', 'Occupez-vous de mon chat.', 0.05, []],
    ['a danger that is seen is no doubt', 'Occupez-vous de mon chat.', 0.6, ['danger-vital']],
    ['nor is one that is said', 'Je vais me suicider.', 0.2, ['danger-vital']],
  ])('%s', (_what, body, score, expected) => {
    expect(raised(body, score).flags.map(({ id }) => id)).toEqual(expected);
  });

  test.each<[string, Condition, string | undefined]>([
    ['is such a doubt where nothing else could raise it', possible.when, 'danger-vital'],
    ['also one group further in', { all: [{ any: [{ model_hears: { flag: 'a', min: 0.1 } }] }] }, 'a'],
    ['not where its own words are enough', { any: [{ any_phrase: ['x'] }, { model_hears: { flag: 'a', min: 0.1 } }] }, undefined],
    ['nor where it asks for its own machine', { any: [{ model_min: 0.1 }] }, undefined],
  ])('%s', (_what, when, heard) => {
    expect(heardFlag(when)).toBe(heard);
  }); // prettier-ignore

  test('shows the passage of the other under its own name, and leaves the mail in its queue, before the rest', () => {
    const doubted = raised('Occupez-vous de mon chat.', 0.2);
    const plain = raised('Occupez-vous de mon chat.', 0.05);
    expect(doubted.evidence).toContainEqual({ for: 'flag:danger-possible', part: 'body', start: 0, end: 7 });
    expect([doubted.queue, doubted.urgency]).toEqual([plain.queue, 2]);
    expect(plain.urgency).toBe(3);
  });
});

describe('the threshold follows the target', () => {
  test.each([
    [0.6, false],
    [0.99, true],
  ])('sure from %s on: abstained %s', (from, abstained) => {
    const book = testBook({ thresholds: { target_accuracy: 0.95, queue_min: 0.7 } });
    expect(decide(facts(), book, model(CARD, {}, from), NOW).abstained).toBe(abstained);
  });

  test('an empty mail is never sure, whatever the mailbox suggests', () => {
    const book = testBook({ thresholds: { target_accuracy: 0.95, queue_min: 0.7 } });
    expect(decide(facts({ body: '?!', subject: ' ', attachments: [] }), book, model(CARD), NOW).abstained).toBe(true);
  });

  test('without a target the threshold set by hand stands', () => {
    const book = testBook({ thresholds: { motif_min: 0.98, queue_min: 0.7 } });
    expect(decide(facts(), book, model(CARD), NOW).abstained).toBe(true);
  });
});

describe('second needs and the sender', () => {
  test('a second need the rulebook does not know, or that is the first, is left out', () => {
    const said = model(CARD, { secondary: ['carte-vitale', 'ij-calcul-montant', 'inconnu'] });
    expect(decide(facts(), testBook(), said, NOW).secondary).toEqual(['ij-calcul-montant']);
  });

  test('the recognised sender is the decision’s public', () => {
    const said = model(CARD, { publics: [{ public: 'employeur', score: 0.8 }] });
    expect(decide(facts(), testBook(), said, NOW).public).toBe('employeur');
  });
});

describe('the level', () => {
  const motif = (id: string, level: 'n1' | 'expert', level_by_text?: boolean): Motif => ({
    id,
    number: 1,
    label: id,
    publics: ['assure'],
    level,
    pole: level === 'n1' ? 'n1' : 'pole-pe',
    pieces: [],
    is_request: true,
    restricted: false,
    ...(level_by_text === undefined ? {} : { level_by_text }),
  });
  const card = motif('carte', 'n1');
  const pay = motif('calcul', 'expert');
  const leave = motif('conge', 'expert', true);
  const motifs = new Map([card, pay, leave].map((each) => [each.id, each]));
  const reading = (expert: number): ModelReading => ({ secondary: [], flags: new Map(), publics: [], expert });

  test.each([
    ['a sure motif gives its own', card, [{ motif: 'carte', score: 0.95 }], 0.99, 'n1'],
    [
      'an unsure motif is outweighed by rivals and text',
      card,
      [
        { motif: 'carte', score: 0.5 },
        { motif: 'calcul', score: 0.4 },
      ],
      0.9,
      'expert',
    ],
    ['a motif of both levels goes by the text', leave, [{ motif: 'conge', score: 0.99 }], 0.1, 'n1'],
    ['and stays expert where the text says so', leave, [{ motif: 'conge', score: 0.99 }], 0.8, 'expert'],
  ] as const)('%s', (_what, first, ranked, expert, level) => {
    expect(levelOf(first, ranked, motifs, reading(expert))).toBe(level);
  });

  test('without a reading the motif gives it, without a motif level 1', () => {
    expect(levelOf(pay, [], motifs, undefined)).toBe('expert');
    expect(levelOf(undefined, [], motifs, reading(0.9))).toBe('n1');
  });
});
