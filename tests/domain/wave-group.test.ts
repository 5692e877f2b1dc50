import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  approvalText,
  EXCLUSIONS,
  exclusionOf,
  groupList,
  type Exclusion,
  type GroupItem,
} from '../../domain/wave/group.ts';

const GOOD: GroupItem = {
  ...{ conversation: 'c', message: 'm', sender: 's', similarity: 0.8, urgency: 3, flags: [], secondary: [] },
  ...{ attachments: 0, status: 'queued', held_by_other: false, restricted: false, with_partner: false, in_reach: true },
  ...{ incoming: 1, outgoing: 0, sibling_open: false, sendable: true, text_ok: true },
};
const MIN = 0.5;

const CASES: [string, Partial<GroupItem>, Exclusion | undefined][] = [
  ['plain', {}, undefined],
  ['P2 is ordinary work', { urgency: 2, flags: ['reiteration'] }, undefined],
  ['in one’s own hands', { status: 'assigned' }, undefined],
  ['likeness just enough', { similarity: MIN }, undefined],
  ['P0', { urgency: 0 }, 'urgent'],
  ['P1', { urgency: 1 }, 'urgent'],
  ['reserved', { restricted: true }, 'restricted'],
  ['a second motif', { secondary: ['carte-vitale'] }, 'second-motif'],
  ['an attachment', { attachments: 1 }, 'attachment'],
  ['weak likeness', { similarity: 0.4999 }, 'weak'],
  ['a likeness that is no number', { similarity: Number.NaN }, 'weak'],
  ['answered', { status: 'answered' }, 'not-open'],
  ['closed', { status: 'closed' }, 'not-open'],
  ['waiting for pieces', { status: 'waiting' }, 'not-open'],
  ['somebody else’s', { status: 'assigned', held_by_other: true }, 'taken'],
  ['at a pool', { with_partner: true }, 'partner'],
  ['a queue of others', { in_reach: false }, 'other-team'],
  ['the member wrote again', { incoming: 2 }, 'dialogue'],
  ['we wrote already', { outgoing: 1 }, 'dialogue'],
  ['not sorted yet', { message: null }, 'undecided'],
  ['another conversation open', { sibling_open: true }, 'sibling'],
  ['no way to send', { sendable: false }, 'not-sendable'],
  ['words that would be refused', { text_ok: false }, 'text'],
];

test.each(CASES)('%s', (_, over, why) => expect(exclusionOf({ ...GOOD, ...over }, MIN)).toBe(why));

test('every reason has a case above', () => {
  expect(new Set(CASES.flatMap(([, , why]) => why ?? []))).toEqual(new Set(Object.keys(EXCLUSIONS)));
});

const item: fc.Arbitrary<GroupItem> = fc.record({
  conversation: fc.uuid(),
  message: fc.option(fc.uuid()),
  sender: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
  similarity: fc.double({ min: 0, max: 1 }),
  urgency: fc.integer({ min: 0, max: 3 }),
  flags: fc.constant([]),
  secondary: fc.array(fc.constantFrom('x', 'y'), { maxLength: 2 }),
  attachments: fc.integer({ min: 0, max: 1 }),
  status: fc.constantFrom('queued', 'assigned', 'waiting', 'answered', 'closed'),
  held_by_other: fc.boolean(),
  restricted: fc.boolean(),
  with_partner: fc.boolean(),
  in_reach: fc.boolean(),
  incoming: fc.integer({ min: 1, max: 2 }),
  outgoing: fc.integer({ min: 0, max: 1 }),
  sibling_open: fc.boolean(),
  sendable: fc.boolean(),
  text_ok: fc.boolean(),
});
/** Mostly good ones, so that lists are not empty. */
const items = fc.array(
  fc.oneof(
    { weight: 2, arbitrary: item },
    { weight: 3, arbitrary: fc.uuid().map((id) => ({ ...GOOD, conversation: id, sender: id })) },
  ),
  { maxLength: 40 },
);

describe('a list, whatever is in the wave', () => {
  test('never holds a P0, a P1, a second motif, an attachment, weak likeness, a dialogue, or one person twice', () => {
    fc.assert(
      fc.property(items, fc.integer({ min: 1, max: 20 }), (given, group_max) => {
        const list = groupList(given, { similarity_min: MIN, group_max });
        for (const one of list.items) {
          expect(one.urgency).toBeGreaterThan(1);
          expect(one.secondary).toEqual([]);
          expect(one.attachments).toBe(0);
          expect(one.similarity).toBeGreaterThanOrEqual(MIN);
          expect(one.incoming + one.outgoing).toBe(1);
          expect(['queued', 'assigned']).toContain(one.status);
          expect(one.held_by_other || one.restricted || one.with_partner).toBe(false);
        }
        expect(new Set(list.items.map(({ sender }) => sender)).size).toBe(list.items.length);
        expect(list.items.length).toBeLessThanOrEqual(group_max);
      }),
    );
  });

  test('loses nobody: each item is in the list, later, or left out with a reason', () => {
    fc.assert(
      fc.property(items, fc.integer({ min: 1, max: 20 }), (given, group_max) => {
        const list = groupList(given, { similarity_min: MIN, group_max });
        expect(list.items.length + list.later + list.excluded.length).toBe(given.length);
        expect(list.later === 0 || list.items.length === group_max).toBe(true);
      }),
    );
  });
});

describe('what is approved', () => {
  const TEXT = { template: 't', subject: 's', body: 'Bonjour,', motif: null };
  const of = (list: readonly GroupItem[]) => approvalText('wave', TEXT, list);

  test('is another with another mail, another order, one item less, other words or another wave', () => {
    const some = fc.uniqueArray(fc.uuid(), { minLength: 2, maxLength: 8 });
    fc.assert(
      fc.property(some, fc.uuid(), (ids, other) => {
        const list = ids.map((id) => ({ ...GOOD, conversation: id, message: `m-${id}` }));
        const same = of(list);
        expect(of(list.map((one) => ({ ...one })))).toBe(same);
        expect(of([...list].reverse())).not.toBe(same);
        expect(of(list.slice(1))).not.toBe(same);
        expect(of(list.map((one, i) => (i === 0 ? { ...one, message: other } : one)))).not.toBe(same);
        expect(approvalText('wave', { ...TEXT, body: 'Bonjour !' }, list)).not.toBe(same);
        expect(approvalText('wave', { ...TEXT, motif: 'carte-vitale' }, list)).not.toBe(same);
        expect(approvalText('other', TEXT, list)).not.toBe(same);
      }),
    );
  });

  test('does not change with what a person did not decide on: a likeness, a mark that is no reason', () => {
    expect(of([{ ...GOOD, similarity: 0.9, flags: ['reiteration'] }])).toBe(of([GOOD]));
  });
});
