import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  classOf,
  compareWork,
  cutsAt,
  DEFAULT_ORDER,
  nextSide,
  pickNext,
  stockShare,
  WORK_CLASSES,
  workAhead,
  type SideCount,
  type WorkItem,
  type WorkOrder,
} from '../../domain/order.ts';

const NOW = new Date('2026-11-24T09:00:00.000Z');
const HOUR = 3_600_000;
const at = (hours: number): Date => new Date(NOW.getTime() + hours * HOUR);
const policy: WorkOrder = { legal_days: 3, stock_share: 0.4, age_max_hours: 240, queues: {} };
const cuts = cutsAt(policy, NOW);

let ids = 0;
function item(over: Partial<WorkItem> = {}): WorkItem {
  ids += 1;
  const id = `c${String(ids).padStart(6, '0')}`;
  return { id, queue: 'n1', urgency: 3, due_at: at(24), since: at(-24), legal_due_at: null, ...over };
}

describe('the class of a mail', () => {
  test.each<[string, Partial<WorkItem>, string]>([
    ['a P0, however fresh', { urgency: 0 }, 'p0'],
    ['a P0 with a legal delay and an age stays a P0', { urgency: 0, legal_due_at: at(1), since: at(-999) }, 'p0'],
    ['a P1', { urgency: 1 }, 'p1'],
    ['a legal delay that ends tomorrow', { legal_due_at: at(24) }, 'legal'],
    [
      'a legal delay that ends in the last instant of the window',
      { legal_due_at: new Date(at(72).getTime() - 1) },
      'legal',
    ],
    ['a legal delay at the end of the window', { legal_due_at: at(72) }, 'flux'],
    ['a legal delay that has ended: silence has spoken', { legal_due_at: at(-1) }, 'flux'],
    ['a legal delay that ends this very instant', { legal_due_at: NOW }, 'legal'],
    ['ten days to the instant', { since: at(-240) }, 'aged'],
    ['a little less than ten days, and late', { since: at(-239), due_at: at(-191) }, 'stock'],
    ['late by a millisecond', { due_at: new Date(NOW.getTime() - 1) }, 'stock'],
    ['due this very instant: still in time', { due_at: NOW }, 'flux'],
    ['nothing runs', { due_at: null }, 'unclocked'],
    ['nothing runs, past the ceiling', { due_at: null, since: at(-300) }, 'aged'],
    ['offered for a skill', { offered: true }, 'offered'],
    ['offered for a skill, a P1', { offered: true, urgency: 1 }, 'p1'],
    ['a P2 is ordinary work', { urgency: 2 }, 'flux'],
  ])('%s', (_, over, expected) => {
    expect(classOf(item(over), cuts)).toBe(expected);
  });

  test.each<[string, Partial<WorkItem>, Partial<WorkItem>]>([
    [
      'of two P0 the older one',
      { urgency: 0, since: at(-2), due_at: at(46) },
      { urgency: 0, since: at(-1), due_at: at(3) },
    ],
    [
      'of two P1 the one due first',
      { urgency: 1, due_at: at(3), since: at(-1) },
      { urgency: 1, due_at: at(9), since: at(-9) },
    ],
    [
      'a P1 past the ceiling before one due first',
      { urgency: 1, due_at: at(99), since: at(-241) },
      { urgency: 1, due_at: at(1) },
    ],
    [
      'of two legal delays the one that ends first',
      { legal_due_at: at(5), since: at(-1) },
      { legal_due_at: at(6), since: at(-99) },
    ],
    ['of two past the ceiling the older one', { since: at(-300), due_at: at(9) }, { since: at(-250), due_at: at(-99) }],
    ['of two late ones the older one', { since: at(-90), due_at: at(-1) }, { since: at(-60), due_at: at(-12) }],
    ['of two late ones a P2', { since: at(-60), due_at: at(-1), urgency: 2 }, { since: at(-90), due_at: at(-12) }],
    ['of two savable ones the one due first', { due_at: at(2), since: at(-1) }, { due_at: at(3), since: at(-99) }],
    ['what has a deadline before what has none', { due_at: at(99) }, { due_at: null }],
    [
      'of two without a deadline the one opened first',
      { due_at: null, since: at(-1) },
      { due_at: null, since: at(-2) },
    ],
  ])('first %s', (_, first, second) => {
    const [a, b] = [item(first), item(second)];
    expect(compareWork(a, b, cuts)).toBeLessThan(0);
    expect(compareWork(b, a, cuts)).toBeGreaterThan(0);
  });
});

const anyItem = fc
  .record({
    urgency: fc.constantFrom(0, 1, 2, 3, 3, 3, 3),
    due: fc.option(fc.integer({ min: -300, max: 300 })),
    age: fc.integer({ min: 0, max: 400 }),
    legal: fc.option(fc.integer({ min: -100, max: 200 }), { freq: 3 }),
    offered: fc.boolean(),
  })
  .map(({ urgency, due, age, legal, offered }) =>
    item({
      urgency,
      due_at: due === null ? null : at(due),
      since: at(-age),
      legal_due_at: legal === null ? null : at(legal),
      offered,
    }),
  );
const anyItems = fc.array(anyItem, { minLength: 1, maxLength: 60 });

/** Hands everything out, as a team does that gets no new mail. */
function drain(given: readonly WorkItem[], share: number): { item: WorkItem; class: string; contested: boolean }[] {
  const left = [...given];
  const count = { share, stock: 0, flux: 0 };
  const out = [];
  for (;;) {
    const pick = pickNext(left, [count], cuts);
    if (pick === undefined) return out;
    out.push(pick);
    left.splice(left.indexOf(pick.item), 1);
    if (pick.contested) count[pick.class as 'stock' | 'flux'] += 1;
  }
}

describe('the order of work', () => {
  test('hands out everything once, and never a class while a higher one waits; stock and flux take turns', () => {
    fc.assert(
      fc.property(anyItems, fc.double({ min: 0, max: 1, noNaN: true }), (items, share) => {
        const out = drain(items, share);
        expect(new Set(out.map(({ item: { id } }) => id)).size).toBe(items.length);
        const ranks = out.map((pick) => {
          const rank = WORK_CLASSES.indexOf(pick.class as never);
          return pick.class === 'flux' ? WORK_CLASSES.indexOf('stock') : rank;
        });
        expect(ranks).toEqual([...ranks].sort((a, b) => a - b));
      }),
    );
  });

  test('inside a class nobody overtakes, whatever the share', () => {
    fc.assert(
      fc.property(anyItems, fc.double({ min: 0, max: 1, noNaN: true }), (items, share) => {
        for (const kind of WORK_CLASSES) {
          const mine = drain(items, share).filter((pick) => pick.class === kind);
          const sorted = mine.map((pick) => pick.item).sort((a, b) => compareWork(a, b, cuts));
          expect(mine.map((pick) => pick.item.id)).toEqual(sorted.map(({ id }) => id));
        }
      }),
    );
  });

  test('of n contested picks the late side has had exactly n × share, rounded down, at any moment', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 100 }), fc.integer({ min: 1, max: 300 }), (percent, n) => {
        const count = { share: percent / 100, stock: 0, flux: 0 };
        for (let i = 1; i <= n; i += 1) {
          count[nextSide([count])] += 1;
          expect(count.stock).toBe(Math.floor((i * percent) / 100));
        }
      }),
    );
  });

  test('with the share of 40 % two of five are late ones, in a pattern one can count', () => {
    const items = [...Array(10)].flatMap(() => [item({ due_at: at(-1), since: at(-49) }), item()]);
    const sides = drain(items, 0.4).map((pick) => pick.class[0]);
    expect(sides.slice(0, 10).join('')).toBe('ffsfsffsfs');
  });

  test('where one side is empty the other gets everything, and nothing is counted', () => {
    const late = [item({ due_at: at(-1) }), item({ due_at: at(-2) })];
    expect(drain(late, 0).map(({ class: kind, contested }) => [kind, contested])).toEqual([
      ['stock', false],
      ['stock', false],
    ]);
  });

  test('somebody with several queues keeps the sum of their shares', () => {
    const counts: SideCount[] = [
      { share: 0.5, stock: 0, flux: 10 },
      { share: 0.5, stock: 10, flux: 0 },
    ];
    expect(nextSide(counts)).toBe('flux');
    expect(nextSide([{ ...counts[0]!, flux: 11 }, counts[1]!])).toBe('stock');
    expect(nextSide([])).toBe('flux');
  });

  test('nobody buys the share by setting old mail aside: even with a share of 0 the ceiling brings it', () => {
    // One late mail, and for ever just as much new mail as the team answers.
    const old = item({ due_at: at(-1), since: at(-49) });
    let waiting: WorkItem[] = [old];
    for (let hour = 0; hour < 400; hour += 1) {
      const now = at(hour);
      const cut = cutsAt({ ...policy, stock_share: 0 }, now);
      waiting.push(...[...Array(5)].map(() => item({ since: now, due_at: at(hour + 48) })));
      for (let n = 0; n < 5; n += 1) {
        const pick = pickNext(waiting, [{ share: 0, stock: 0, flux: 0 }], cut)!;
        waiting = waiting.filter((each) => each !== pick.item);
        if (pick.item !== old) continue;
        expect(hour + 49).toBe(240);
        return;
      }
    }
    throw new Error('never handed out');
  });

  test('what stands before a mail is what is handed out before it, to one round of the split', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 30 }),
        fc.integer({ min: 0, max: 40 }),
        fc.integer({ min: 0, max: 40 }),
        fc.constantFrom(0.2, 0.25, 0.4, 0.5, 0.6, 0.8),
        fc.boolean(),
        (urgent, late, savable, share, of_stock) => {
          const front = [...Array(urgent)].map(() => item({ urgency: 1 }));
          const stock = [...Array(late)].map((_, i) => item({ due_at: at(-1), since: at(-200 + i) }));
          const flux = [...Array(savable)].map((_, i) => item({ due_at: at(1 + i) }));
          const mine = of_stock ? item({ due_at: at(-1), since: at(-2) }) : item({ due_at: at(99) });
          const place = drain([...front, ...stock, ...flux, mine], share).findIndex((pick) => pick.item === mine);
          const side = of_stock ? 'stock' : 'flux';
          const before = {
            front: urgent,
            own_side: of_stock ? late : savable,
            other_side: of_stock ? savable : late,
          };
          // Its own turn comes somewhere in a round: so many of the other side, and itself.
          const mine_share = of_stock ? share : 1 - share;
          const round = Math.ceil((1 - mine_share) / mine_share) + 1;
          expect(Math.abs(workAhead(side, before, share) - place)).toBeLessThanOrEqual(round);
        },
      ),
    );
  });

  test('a side without a share waits for the other one', () => {
    expect(workAhead('stock', { front: 1, own_side: 2, other_side: 70 }, 0)).toBe(73);
    expect(workAhead('flux', { front: 1, own_side: 2, other_side: 70 }, 1)).toBe(73);
    expect(workAhead('flux', { front: 1, own_side: 2, other_side: 70 }, 0)).toBe(3);
  });

  test('a queue may have a share of its own', () => {
    const order = { ...DEFAULT_ORDER, queues: { n1: 0.1 } };
    expect([stockShare(order, 'n1'), stockShare(order, 'pole-pe')]).toEqual([0.1, 0.4]);
  });
});
