import { describe, expect, test } from '@jest/globals';
import { compileRulebook } from '../../domain/match.ts';
import { chooseQueue } from '../../domain/overflow.ts';
import { findProvisional, inForce } from '../../domain/provisional.ts';
import { decide } from '../../domain/route.ts';
import type { Motif, ProvisionalTerms } from '../../domain/rulebook.ts';
import { planTransfer } from '../../domain/transfer.ts';
import { facts, fixedModel, motif, queue, rule, testBook } from '../support/book.ts';

const NOW = new Date('2026-11-24T10:00:00Z');
const IN = '2026-11-24T09:00:00Z';
const WORDS = 'Mes données ont été volées chez votre prestataire.';
/** The model is sure of something else: only the words can name the motif. */
const model = fixedModel([{ motif: 'ij-calcul-montant', score: 0.97 }]);

function leak(over: Partial<ProvisionalTerms> = {}, motif_over: Partial<Motif> = {}): Motif {
  return motif('fuite-operateur', 16, {
    level: 'n1',
    pole: 'n1',
    provisional: {
      parent: 'compte-ameli-acces',
      why: 'courrier du 20',
      from: '2026-11-23',
      until: '2026-12-04',
      when: { any: [{ any_phrase: ['données … volées'] }] },
      examples: { match: [], no_match: [] },
      ...over,
    },
    ...motif_over,
  });
}
const book = (extra: Motif[] = [leak()], changes: Parameters<typeof testBook>[0] = {}) =>
  testBook({ ...changes, motifs: [...testBook().motifs, ...extra] });
const mail = (over = {}) => facts({ body: WORDS, received_at: IN, ...over });

describe('a provisional motif', () => {
  test('names the motif from its words alone, surely, and says why', () => {
    const decision = decide(mail(), book(), model, NOW);
    expect(decision).toMatchObject({
      motif: 'fuite-operateur',
      level: 'n1',
      queue: 'n1',
      confidence: 1,
      queue_confidence: 1,
      abstained: false,
      // What the model thought stays beside it.
      ranked: [{ motif: 'ij-calcul-montant' }],
    });
    const span = decision.evidence.find((item) => item.for === 'motif:fuite-operateur')!;
    expect(WORDS.slice(span.start, span.end)).toBe('données ont été volées');
    expect(decision.trace.find(({ step }) => step === 'provisional')).toMatchObject({
      id: 'fuite-operateur',
      matched: true,
      detail: 'motif provisoire, compté sous compte-ameli-acces : courrier du 20',
    });
  });

  test.each([
    ['the evening before its first day, in Paris', '2026-11-22T22:59:59Z', false],
    ['the first minute of its first day, in Paris', '2026-11-22T23:00:00Z', true],
    ['the last minute of its last day, in Paris', '2026-12-04T22:59:59Z', true],
    ['the day after its last', '2026-12-04T23:00:00Z', false],
  ])('a mail that arrives %s', (_, received_at, named) => {
    // Whenever it is decided.
    for (const now of [NOW, new Date('2027-06-01T00:00:00Z')]) {
      const decision = decide(mail({ received_at }), book(), model, now);
      expect(decision.motif).toBe(named ? 'fuite-operateur' : 'ij-calcul-montant');
    }
  });

  test('outside its dates a decision is the one without it, to the last field', () => {
    const old = mail({ received_at: '2026-11-01T09:00:00Z' });
    expect(decide(old, book(), model, NOW)).toEqual(decide(old, book([]), model, NOW));
  });

  test('without a last day it stays until somebody sets one', () => {
    const { until: _, ...open } = leak().provisional!;
    expect(inForce({ provisional: open }, '2031-01-01T00:00:00Z')).toBe(true);
  });

  test('flags are the same with and without it, and override its queue', () => {
    const urgent = mail({ body: `${WORDS} Je vais me suicider.` });
    const decision = decide(urgent, book(), model, NOW);
    expect(decision).toMatchObject({ motif: 'fuite-operateur', queue: 'urgence-vitale', urgency: 0 });
    expect(decision.flags).toEqual(decide(urgent, book([]), model, NOW).flags);
  });

  test('a level and a pôle of its own go before its parent’s', () => {
    const expert = leak({}, { level: 'expert', pole: 'pole-pe' });
    expect(decide(mail(), book([expert]), model, NOW)).toMatchObject({
      level: 'expert',
      pole: 'pole-pe',
      queue: 'analyse-prealable',
      target_queue: 'pole-pe',
    });
  });

  test('a rule keeps the last word on level and queue, never on the motif', () => {
    const rules = [
      rule(
        'requisition',
        { all: [{ any_phrase: ['réquisition'] }] },
        { motif: 'carte-vitale', queue: 'middle-office', level: 'expert' },
      ),
    ];
    expect(decide(mail({ body: `Réquisition : ${WORDS}` }), book([leak()], { rules }), model, NOW)).toMatchObject({
      motif: 'fuite-operateur',
      level: 'expert',
      queue: 'middle-office',
      rule: 'requisition',
    });
  });

  test('a rule may ask for it by name; a rule on its parent does not', () => {
    const on = (id: string) => [rule('r', { all: [{ motif: id }] }, { queue: 'middle-office' })];
    expect(decide(mail(), book([leak()], { rules: on('fuite-operateur') }), model, NOW).queue).toBe('middle-office');
    expect(decide(mail(), book([leak()], { rules: on('compte-ameli-acces') }), model, NOW).queue).toBe('n1');
  });

  test('of two that recognise a mail the first of the file wins', () => {
    const second = { ...leak(), id: 'autre' };
    expect(decide(mail(), book([leak(), second]), model, NOW).motif).toBe('fuite-operateur');
    expect(decide(mail(), book([second, leak()]), model, NOW).motif).toBe('autre');
  });

  test('a mailbox that carries no sentences is left alone', () => {
    const profile = { ...testBook().mailboxes[0]!, classify: false, default_queue: 'pole-pe' };
    expect(findProvisional(mail(), book(), profile, [])).toBeUndefined();
    expect(decide(mail(), book([leak()], { mailboxes: [profile] }), model, NOW).motif).toBeNull();
  });
});

describe('a partner’s contract reads a provisional motif as its parent', () => {
  const pool = (motifs: string[]) =>
    book([leak()], {
      queues: [
        queue('n1', 'n1', { capacity_per_open_hour: 10 }),
        queue('pool', 'partner', {
          capacity_per_open_hour: 1_000,
          contract: {
            from: 'n1',
            since: '2021-01-01',
            motifs,
            daily_quota: 9,
            max_share: 1,
            trigger_hours: 1,
            enabled: true,
          },
        }),
      ],
    });
  test.each([
    ['its parent', ['compte-ameli-acces'], true],
    ['itself', ['fuite-operateur'], true],
    ['neither', ['carte-vitale'], false],
  ])('named: %s', (_, motifs, taken) => {
    const rules = compileRulebook(pool(motifs));
    const decision = decide(mail(), rules, model, NOW);
    const load = { n1: { backlog: 200, arrivals_today: 100, handed_today: 0 } };
    expect(chooseQueue(decision, load, rules, NOW).queue).toBe(taken ? 'pool' : 'n1');
    const ask = { from: 'n1', to: 'pool', actor: 'supervisor', restricted: false, urgency: 3, pool_hops: 0 } as const;
    expect(planTransfer(rules, { ...ask, motif: 'fuite-operateur' }).ok).toBe(taken);
  });
});
