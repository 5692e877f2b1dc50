import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { RowCollector, rowAt } from '../../classifiers/encoded-rows.ts';
import { BLOCKS } from '../../classifiers/features.ts';
import { selectFeatures, sizeOf } from '../../classifiers/select.ts';

const WIDTH = 12;
/** A mail: its rows, each a list of features, block by block. */
const mails = fc.array(
  fc.array(fc.array(fc.array(fc.nat(WIDTH - 1), { maxLength: 4 }), { minLength: BLOCKS.length, maxLength: BLOCKS.length }), {
    maxLength: 4,
  }),
  { maxLength: 8 },
); // prettier-ignore

function collect(all: readonly (readonly (readonly number[])[])[][]) {
  const collector = new RowCollector();
  for (const mail of all) {
    for (const blocks of mail) {
      const ids = Int32Array.from(blocks.flat());
      let end = 0;
      // What stands behind the last block is of no meaning, as in the encoder's scratch space.
      const room = Int32Array.from([...ids, 7, 7]);
      collector.push({ ids: room, counts: Uint16Array.from(room, (id) => id + 1), ends: blocks.map((block) => (end += block.length)) }); // prettier-ignore
    }
    collector.endMail();
  }
  return collector.rows(WIDTH);
}

test('rows come back as they were given, mail by mail, from memory that threads share', () => {
  fc.assert(
    fc.property(mails, (all) => {
      const rows = collect(all);
      for (const [m, mail] of all.entries()) {
        expect(rows.first[m + 1]! - rows.first[m]!).toBe(mail.length);
        for (const [r, blocks] of mail.entries()) {
          const { ids, counts, ends } = rowAt(rows, rows.first[m]! + r);
          expect([...ids]).toEqual(blocks.flat());
          expect([...counts]).toEqual(blocks.flat().map((id) => id + 1));
          expect(blocks.map((_, b) => [...ids.subarray(b === 0 ? 0 : ends[b - 1], ends[b])])).toEqual(blocks);
        }
      }
      for (const { buffer } of [rows.ids, rows.counts, rows.ends, rows.first])
        expect(Object.prototype.toString.call(buffer)).toBe('[object SharedArrayBuffer]');
    }),
  );
});

test('a feature is selected by the number of chosen mails that hold it, however often each does', () => {
  fc.assert(
    fc.property(mails, fc.integer({ min: 1, max: 3 }), (all, min_df) => {
      const rows = collect(all);
      const chosen = all.map((_, m) => m).filter((m) => m % 3 !== 1);
      const { ids, kept, idf } = selectFeatures(rows, chosen, min_df);
      const df = (id: number) => chosen.filter((m) => all[m]!.flat(2).includes(id)).length;
      const wanted = Array.from({ length: WIDTH }, (_, id) => id).filter((id) => df(id) >= min_df);
      expect([...kept]).toEqual(wanted);
      expect([...ids]).toEqual(Array.from({ length: WIDTH }, (_, id) => wanted.indexOf(id)));
      for (const [to, id] of wanted.entries())
        expect(idf[to]).toBe(Math.fround(Math.log((1 + chosen.length) / (1 + df(id))) + 1));
      expect(sizeOf(rows, chosen)).toEqual({
        rows: chosen.flatMap((m) => all[m]!).length,
        features: chosen.flatMap((m) => all[m]!.flat(2)).length,
      });
    }),
  );
});
