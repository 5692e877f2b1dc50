import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { checkChain, NO_HEAD, sealRows, type AuditRow, type Sealed } from '../../domain/audit-chain.ts';

const row = fc.record({
  at: fc.constantFrom('2026-11-24T09:00:00.000000', '2026-11-24T09:00:00.000001'),
  actor: fc.string(),
  action: fc.string(),
  subject: fc.string(),
  data: fc.json({ maxDepth: 1 }),
});
/** Rows in the order they were committed, which is not that of their numbers, sealed in some batches. */
const chain = fc
  .tuple(fc.array(row, { minLength: 1, maxLength: 12 }), fc.array(fc.nat({ max: 4 })), fc.nat())
  .map(([rows, cuts, turn]) => {
    const numbered = rows.map((each, index) => ({ ...each, event: ((index + turn) % rows.length) + 1 }));
    const sealed: Sealed[] = [];
    let head = NO_HEAD;
    for (let at = 0, batch = 0; at < numbered.length; batch++) {
      const part = numbered.slice(at, at + 1 + (cuts[batch] ?? 3));
      const seals = sealRows(head, part);
      sealed.push(...seals.map((seal, index) => ({ seal, row: part[index] })));
      head = seals.at(-1)!;
      at += part.length;
    }
    return sealed;
  });
const spot = fc.nat();
const problems = (sealed: readonly Sealed[]) => checkChain(NO_HEAD, sealed).problems;
const named = (sealed: readonly Sealed[]) => new Set(problems(sealed).map(({ event }) => event));

describe('the chain over the audit trail', () => {
  test('as it was sealed, nothing is wrong with it, in one walk or in two', () => {
    fc.assert(
      fc.property(chain, spot, (sealed, at) => {
        expect(problems(sealed)).toEqual([]);
        const cut = at % sealed.length;
        const first = checkChain(NO_HEAD, sealed.slice(0, cut));
        const second = checkChain(first.head, sealed.slice(cut));
        expect(second.problems).toEqual([]);
        expect(second.head).toEqual({ seq: sealed.length, hash: sealed.at(-1)!.seal.hash });
      }),
    );
  });

  test('a row altered in any field is named, and no other', () => {
    const fields = ['at', 'actor', 'action', 'subject', 'data'] as const;
    fc.assert(
      fc.property(chain, spot, fc.constantFrom(...fields), (sealed, at, field) => {
        const changed = sealed.map((each, index) =>
          index === at % sealed.length ? { ...each, row: { ...each.row!, [field]: `${each.row![field]}.` } } : each,
        );
        const { seal } = sealed[at % sealed.length]!;
        expect(problems(changed)).toEqual([{ kind: 'altered', seq: seal.seq, event: seal.event }]);
      }),
    );
  });

  test('a row that moves text from one field to the next is altered', () => {
    const [seal] = sealRows(NO_HEAD, [{ event: 1, at: '', actor: 'ab', action: 'c', subject: '', data: '{}' }]);
    const other: AuditRow = { event: 1, at: '', actor: 'a', action: 'bc', subject: '', data: '{}' };
    expect(problems([{ seal: seal!, row: other }])).toHaveLength(1);
  });

  test('a row that is gone is named', () => {
    fc.assert(
      fc.property(chain, spot, (sealed, at) => {
        const { seal } = sealed[at % sealed.length]!;
        const changed = sealed.map((each) => (each.seal === seal ? { seal, row: undefined } : each));
        expect(problems(changed)).toEqual([{ kind: 'missing', seq: seal.seq, event: seal.event }]);
      }),
    );
  });

  test('two rows that changed places are both named, unless they say the same', () => {
    fc.assert(
      fc.property(chain, spot, spot, (sealed, one, two) => {
        const [a, b] = [sealed[one % sealed.length]!, sealed[two % sealed.length]!];
        const swapped = (from: Sealed, to: Sealed) => ({ ...from, row: { ...to.row!, event: from.seal.event } });
        const changed = sealed.map((each) => (each === a ? swapped(a, b) : each === b ? swapped(b, a) : each));
        const said = ({ row: { event: _, ...rest } = {} as AuditRow }: Sealed): string => JSON.stringify(rest);
        expect(named(changed)).toEqual(said(a) === said(b) ? new Set() : new Set([a.seal.event, b.seal.event]));
      }),
    );
  });

  test('a seal taken out, put in, or changed is seen at the next one at the latest', () => {
    fc.assert(
      fc.property(chain, spot, fc.constantFrom('digest', 'prev', 'hash', 'event'), (sealed, at, field) => {
        const index = at % sealed.length;
        if (index < sealed.length - 1)
          expect(problems(sealed.filter((_, each) => each !== index))).toEqual([
            expect.objectContaining({ kind: 'gap', seq: index + 2 }),
            expect.objectContaining({ kind: 'seal', seq: index + 2 }),
          ]);
        const { seal, row: own } = sealed[index]!;
        const other = field === 'event' ? seal.event + 100 : Buffer.alloc(32, 7);
        const changed = sealed.with(index, { seal: { ...seal, [field]: other }, row: own });
        expect(problems(changed).some(({ seq }) => seq === seal.seq)).toBe(true);
        // A whole end made anew from an altered row still breaks where it meets the honest rest.
        if (index > 0 && index < sealed.length - 1) {
          const forged = sealRows(sealed[index - 1]!.seal, [{ ...own!, actor: `${own!.actor}x` }])[0]!;
          expect(problems(sealed.with(index, { seal: forged, row: { ...own!, actor: `${own!.actor}x` } }))).toEqual([
            expect.objectContaining({ kind: 'seal', seq: seal.seq + 1 }),
          ]);
        }
      }),
    );
  });
});
