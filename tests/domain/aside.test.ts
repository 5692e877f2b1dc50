import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { DEFAULT_DESK, latestSnooze, refuseSnooze, SNOOZE_MIN_MS, type SnoozeFacts } from '../../domain/aside.ts';
import { classOf, cutsAt, DEFAULT_ORDER, WORK_CLASSES, type WorkItem } from '../../domain/order.ts';

const HOUR_MS = 3_600_000;
const NOW = new Date('2026-11-24T09:00:00.000Z');
const at = (hours: number): Date => new Date(NOW.getTime() + hours * HOUR_MS);
const policy = DEFAULT_DESK.snooze;
const facts: SnoozeFacts = {
  urgency: 3,
  due_at: at(40),
  legal_due_at: null,
  since: at(-8),
  times: 0,
  mine: 0,
  in_pool: false,
};
const AGED = DEFAULT_ORDER.age_max_hours;

describe('setting a conversation aside', () => {
  test.each<[string, Partial<SnoozeFacts>, unknown]>([
    ['an ordinary mail, for the longest time', {}, { latest: at(24) }],
    ['never past its deadline less the margin', { due_at: at(10) }, { latest: at(6) }],
    ['never past a delay fixed by law less the margin', { legal_due_at: at(9) }, { latest: at(5) }],
    ['a legal delay that has ended binds no more', { legal_due_at: at(-9) }, { latest: at(24) }],
    ['one without a clock, for the longest time', { due_at: null }, { latest: at(24) }],
    ['never past the ceiling of the order of work', { since: at(-AGED + 3) }, { latest: at(3) }],
    ['not a P0', { urgency: 0 }, { refused: 'urgent' }],
    ['not a P1', { urgency: 1 }, { refused: 'urgent' }],
    ['not a late mail', { due_at: at(-1) }, { refused: 'late' }],
    ['not one due at this instant', { due_at: NOW }, { refused: 'late' }],
    ['not one that is due within the margin', { due_at: at(3) }, { refused: 'too-close' }],
    ['not one past the ceiling', { since: at(-AGED) }, { refused: 'aged' }],
    ['not again and again', { times: policy.per_conversation }, { refused: 'too-often' }],
    ['not a pile of them', { mine: policy.at_once }, { refused: 'too-many' }],
    ['not a partner’s', { in_pool: true }, { refused: 'in-pool' }],
  ])('%s', (_, change, expected) => {
    expect(latestSnooze({ ...facts, ...change }, policy, AGED, NOW)).toEqual(expected);
  });

  test('whatever is asked: what is accepted is back before it is late, aged, or the longest time is over', () => {
    const near = fc.integer({ min: -300, max: 300 }).map(at);
    fc.assert(
      fc.property(
        fc.record({
          urgency: fc.integer({ min: 0, max: 3 }),
          due_at: fc.option(near, { nil: null }),
          legal_due_at: fc.option(near, { nil: null }),
          since: fc.integer({ min: -400, max: 0 }).map(at),
          times: fc.nat(4),
          mine: fc.nat(12),
          in_pool: fc.boolean(),
        }),
        fc.integer({ min: -48 * 60, max: 48 * 60 }).map((minutes) => at(minutes / 60)),
        (some, until) => {
          const refusal = refuseSnooze(some, until, policy, AGED, NOW);
          const bound = latestSnooze(some, policy, AGED, NOW);
          if ('latest' in bound) expect(refuseSnooze(some, bound.latest, policy, AGED, NOW)).toBeUndefined();
          if (refusal !== undefined) return;
          expect(some.urgency).toBeGreaterThan(1);
          expect(until.getTime()).toBeGreaterThanOrEqual(NOW.getTime() + SNOOZE_MIN_MS);
          expect(until <= at(policy.longest_hours)).toBe(true);
          const margin_ms = policy.margin_hours * HOUR_MS;
          if (some.due_at !== null) expect(until.getTime() + margin_ms).toBeLessThanOrEqual(some.due_at.getTime());
          const item: WorkItem = { id: 'a', queue: 'n1', ...some };
          expect(['aged', 'p0', 'p1', 'stock']).not.toContain(classOf(item, cutsAt(DEFAULT_ORDER, until)));
        },
      ),
    );
  });

  test('back again it goes before the ordinary work of its person, after P0, P1 and short legal delays', () => {
    const item: WorkItem = { id: 'a', queue: 'n1', ...facts, back: true };
    expect(classOf(item, cutsAt(DEFAULT_ORDER, NOW))).toBe('back');
    expect(classOf({ ...item, urgency: 1 }, cutsAt(DEFAULT_ORDER, NOW))).toBe('p1');
    expect(WORK_CLASSES.indexOf('back')).toBeLessThan(WORK_CLASSES.indexOf('aged'));
    expect(WORK_CLASSES.indexOf('back')).toBeGreaterThan(WORK_CLASSES.indexOf('legal'));
  });
});
