import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { dutyLine, LAST_CALL, type Call, type Rota } from '../../domain/rota.ts';
import { testBook } from '../support/book.ts';

const site = testBook().calendars[0]!;
const ana: Call = { login: 'ana@cpam.example' };
const ref: Call = { role: 'referent' };
const boss: Call = { role: 'supervisor' };
const rota: Pick<Rota, 'slots' | 'otherwise'> = {
  slots: [
    { days: [5], from: '14:00', to: '17:30', call: [ref] },
    { days: [1, 2, 3, 4, 5], from: '08:30', to: '17:30', call: [ana, ref] },
  ],
  otherwise: [{ role: 'supervisor', email: 'astreinte@cpam.example' }],
};
const line = (iso: string): readonly Call[] => dutyLine(rota, site, iso).flat();

describe('who is called', () => {
  test.each<[string, string, Call[]]>([
    [
      'on a Tuesday morning: the first named, then the role, then all supervisors',
      '2026-11-24T09:00:00+01:00',
      [ana, ref, boss],
    ],
    ['at the first minute', '2026-11-24T08:30:00+01:00', [ana, ref, boss]],
    ['a second before', '2026-11-24T08:29:59+01:00', [rota.otherwise[0]!, boss]],
    ['at the last minute the night’s line', '2026-11-24T17:30:00+01:00', [rota.otherwise[0]!, boss]],
    ['on Friday afternoon the first slot that fits', '2026-11-27T15:00:00+01:00', [ref, boss]],
    ['on a Sunday', '2026-11-22T10:00:00+01:00', [rota.otherwise[0]!, boss]],
    ['on a public holiday that is a Friday', '2026-12-25T10:00:00+01:00', [rota.otherwise[0]!, boss]],
  ])('%s', (_, at, expected) => {
    expect(line(at)).toEqual(expected);
  });

  test('one at a time, and all supervisors in the end, at any hour of the year', () => {
    const call = fc.oneof(fc.constant(ana), fc.constant(ref), fc.constant(boss));
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 525_600 }),
        fc.array(call, { minLength: 1, maxLength: 5 }),
        (minute, calls) => {
          const at = new Date(Date.parse('2026-01-01T00:00:00Z') + minute * 60_000);
          const steps = dutyLine({ slots: [{ ...rota.slots[1]!, call: calls }], otherwise: calls }, site, at);
          expect(steps.at(-1)).toEqual(LAST_CALL);
          expect(steps.every((step) => step.length === 1)).toBe(true);
          expect(steps.flat().slice(0, calls.length)).toEqual(calls);
        },
      ),
    );
  });

  test('a line that ends with the supervisors does not call them twice', () => {
    expect(dutyLine({ slots: [], otherwise: [boss] }, site, '2026-11-24T09:00:00Z')).toEqual([[boss]]);
  });
});
