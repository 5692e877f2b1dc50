import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { decide } from '../../domain/route.ts';
import { facts, fixedModel, rule, testBook } from '../support/book.ts';

const NOW = new Date('2026-03-18T10:00:00Z');
const sure = (motif: string) => fixedModel([{ motif, score: 0.97 }]);

describe('decide', () => {
  test.each([
    ['a level-1 motif goes to level 1', 'carte-vitale', 'n1', 'n1', 'n1'],
    [
      'an expert motif is proposed to its pôle through the review',
      'ij-calcul-montant',
      'expert',
      'analyse-prealable',
      'pole-pe',
    ],
    ['a pôle on the direct list is not reviewed', 'service-medical-ald', 'expert', 'elsm', 'elsm'],
  ])('%s', (_name, motif, level, queue, target) => {
    expect(decide(facts(), testBook(), sure(motif), NOW)).toMatchObject({
      motif,
      level,
      queue,
      target_queue: target,
      abstained: false,
    });
  });

  test('a flag overrides the queue, never the motif nor the level', () => {
    const calm = decide(facts(), testBook(), sure('ij-calcul-montant'), NOW);
    const urgent = decide(facts({ body: 'Je vais me suicider.' }), testBook(), sure('ij-calcul-montant'), NOW);
    expect(urgent).toMatchObject({
      motif: calm.motif,
      level: calm.level,
      queue: 'urgence-vitale',
      urgency: 0,
      rule: 'flag.danger-vital',
    });
  });

  test('the strongest flag names the queue', () => {
    const both = facts({ body: 'Mon opération demain est annulée, je vais me suicider.' });
    expect(decide(both, testBook(), sure('carte-vitale'), NOW)).toMatchObject({
      queue: 'urgence-vitale',
      flags: [{ id: 'danger-vital' }, { id: 'intervention-imminente' }],
    });
  });

  test('a flag without a queue of its own marks and leaves the queue', () => {
    expect(decide(facts({ body: 'Une relance.' }), testBook(), sure('carte-vitale'), NOW)).toMatchObject({
      queue: 'n1',
      urgency: 2,
    });
  });

  test('an unsure motif whose queue is sure goes straight to that queue', () => {
    const model = fixedModel([
      { motif: 'carte-vitale', score: 0.45 },
      { motif: 'compte-ameli-acces', score: 0.44 },
    ]);
    expect(decide(facts(), testBook(), model, NOW)).toMatchObject({
      abstained: true,
      queue: 'n1',
      queue_confidence: expect.closeTo(0.89),
    });
  });

  test('doubt about a restricted circuit is settled by a person', () => {
    const model = fixedModel([
      { motif: 'service-medical-ald', score: 0.4 },
      { motif: 'carte-vitale', score: 0.35 },
    ]);
    expect(decide(facts(), testBook(), model, NOW)).toMatchObject({
      abstained: true,
      queue: 'tri-humain',
      target_queue: 'elsm',
    });
  });

  test('doubt about an ordinary pôle stays with level 1', () => {
    const model = fixedModel([
      { motif: 'ij-calcul-montant', score: 0.4 },
      { motif: 'carte-vitale', score: 0.35 },
    ]);
    expect(decide(facts(), testBook(), model, NOW)).toMatchObject({
      abstained: true,
      queue: 'n1',
      target_queue: 'pole-pe',
    });
  });

  test('abstaining never delays a flag', () => {
    const model = fixedModel([{ motif: 'carte-vitale', score: 0.1 }]);
    expect(decide(facts({ body: 'Je vais me suicider' }), testBook(), model, NOW)).toMatchObject({
      abstained: true,
      queue: 'urgence-vitale',
    });
  });

  test('the first rule that matches decides, and says why', () => {
    const book = testBook({
      rules: [
        rule(
          'carte.une',
          { all: [{ motif: 'carte-vitale' }, { any_phrase: ['carte verte'] }] },
          { queue: 'middle-office' },
        ),
        rule('carte.deux', { all: [{ motif: 'carte-vitale' }] }, { queue: 'pole-pe' }),
      ],
    });
    const decision = decide(facts(), book, sure('carte-vitale'), NOW);
    expect(decision).toMatchObject({ queue: 'middle-office', rule: 'carte.une' });
    const tried = decision.trace.filter((step) => step.step === 'rule');
    expect(tried.map((step) => step.id)).toEqual(['carte.une']);
    expect(tried[0]!.detail).toBe('parce que carte.une');
  });

  test('evidence points at the words that decided', () => {
    const body = 'Demain ?  Je vais me suicider, dit-elle.';
    const decision = decide(facts({ body }), testBook(), sure('carte-vitale'), NOW);
    const span = decision.evidence.find((item) => item.for === 'flag:danger-vital')!;
    expect(body.slice(span.start, span.end)).toBe('me suicider');
  });

  test('a mailbox that carries no sentences names the queue itself', () => {
    const base = testBook();
    const book = testBook({ mailboxes: [{ ...base.mailboxes[0]!, classify: false, default_queue: 'pole-pe' }] });
    expect(decide(facts(), book, sure('carte-vitale'), NOW)).toMatchObject({
      motif: null,
      queue: 'pole-pe',
      rule: 'mailbox.default',
    });
    const cry = facts({ body: 'Voici la pièce. Je vais me suicider.' });
    expect(decide(cry, book, sure('carte-vitale'), NOW)).toMatchObject({ motif: null, queue: 'urgence-vitale' });
  });

  test('the same inputs give the same decision, and every decision names one known queue', () => {
    const book = testBook();
    const known = new Set(book.queues.map((queue) => queue.id));
    fc.assert(
      fc.property(
        fc.string({ maxLength: 400 }),
        fc.string({ maxLength: 80 }),
        fc.array(
          fc.record({
            motif: fc.constantFrom(...book.motifs.map((m) => m.id)),
            score: fc.double({ min: 0, max: 1, noNaN: true }),
          }),
          { maxLength: 5 },
        ),
        (body, subject, ranked) => {
          const one = decide(facts({ body, subject }), book, fixedModel(ranked), NOW);
          expect(decide(facts({ body, subject }), book, fixedModel(ranked), NOW)).toEqual(one);
          expect(known.has(one.queue)).toBe(true);
          expect(one.queue_confidence).toBeGreaterThanOrEqual(0);
          expect(one.queue_confidence).toBeLessThanOrEqual(1);
        },
      ),
    );
  });
});
