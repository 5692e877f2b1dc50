import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { chooseQueue, type Load } from '../../domain/overflow.ts';
import { decide, type Decision } from '../../domain/route.ts';
import { facts, fixedModel, testBook } from '../support/book.ts';

/** A Wednesday at 11:00 in Paris. */
const OPEN = new Date('2026-03-18T10:00:00Z');
const book = testBook();
const card = decide(facts(), book, fixedModel([{ motif: 'carte-vitale', score: 0.97 }]), OPEN);
const load = (changes: Partial<Record<'backlog' | 'arrivals' | 'handed' | 'pool', number>> = {}): Load => ({
  n1: { backlog: changes.backlog ?? 2_000, arrivals_today: changes.arrivals ?? 1_000, handed_today: 0 },
  'pool.hainaut': { backlog: changes.pool ?? 0, arrivals_today: 0, handed_today: changes.handed ?? 0 },
});
const choose = (decision: Decision, at: Load, now = OPEN) => chooseQueue(decision, at, book, now);

describe('chooseQueue', () => {
  test('a level-1 mail that its own queue would reach too late goes to the pool, with the reason', () => {
    expect(choose(card, load())).toMatchObject({
      queue: 'pool.hainaut',
      rule: 'overflow.hainaut',
      overflow: true,
      reasons: [{ pool: 'pool.hainaut', taken: true }],
    });
  });

  const refused: [string, Decision, Load, Date, string][] = [
    ['the own queue is short', card, load({ backlog: 100 }), OPEN, 'attente'],
    ['the quota of the day is used', card, load({ handed: 3 }), OPEN, 'quota'],
    ['the share of the day is used', card, load({ arrivals: 2, handed: 2 }), OPEN, 'part du jour'],
    ['the pool has too much work itself', card, load({ pool: 1_000 }), OPEN, 'saturée'],
    ['the pool cannot answer within two working days', card, load({ pool: 950 }), OPEN, 'trop chargée'],
    ['the contract has not begun', card, load(), new Date('2021-10-20T10:00:00Z'), 'à partir'],
    ['the motif is not in the contract', { ...card, motif: 'compte-ameli-acces' }, load(), OPEN, 'hors contrat'],
    ['a P1 flag is up', { ...card, urgency: 1 }, load(), OPEN, 'prioritaire'],
    ['the item is restricted', { ...card, restricted: true }, load(), OPEN, 'réservé'],
    ['the level is expert', { ...card, level: 'expert' }, load(), OPEN, 'expert'],
    ['the motif is unsure', { ...card, abstained: true }, load(), OPEN, 'incertain'],
  ];
  test.each(refused)('nothing is handed over when %s', (_name, decision, at, now, why) => {
    const routed = choose(decision, at, now);
    expect(routed).toMatchObject({ queue: 'n1', overflow: false });
    expect(routed.reasons[0]!.why).toContain(why);
  });

  test('a pool that is closed for the night takes what it can answer in time', () => {
    const friday_evening = new Date('2026-03-27T17:00:00Z');
    expect(choose(card, load(), friday_evening)).toMatchObject({ queue: 'pool.hainaut', overflow: true });
  });

  test('a partner pool never hands over: at most one hop', () => {
    const there = { ...card, queue: 'pool.hainaut' };
    expect(choose(there, load())).toMatchObject({ queue: 'pool.hainaut', overflow: false });
  });

  test('whatever the load, quota, share, level and flags hold', () => {
    const count = fc.nat({ max: 5_000 });
    fc.assert(
      fc.property(
        count,
        count,
        fc.nat({ max: 6 }),
        count,
        fc.nat({ max: 3 }),
        fc.boolean(),
        (backlog, arrivals, handed, pool, urgency, expert) => {
          const decision: Decision = { ...card, urgency, level: expert ? 'expert' : 'n1' };
          const routed = choose(decision, load({ backlog, arrivals, handed, pool }));
          if (!routed.overflow) return;
          expect(handed).toBeLessThan(3);
          expect(handed + 1).toBeLessThanOrEqual(Math.ceil(0.5 * (arrivals + 1)));
          expect(expert).toBe(false);
          expect(urgency).toBeGreaterThan(1);
        },
      ),
    );
  });
});
