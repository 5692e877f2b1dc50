import { longer } from '../domain/text/room.ts';
import type { EncodedMail } from './encoder.ts';
import { BLOCKS, BLOCK_WEIGHT, PASSAGE_BLOCK_WEIGHT } from './features.ts';
import type { SparseRow } from './svm.ts';

/** A row that is used again for the next mail. */
export interface Row {
  index: Int32Array;
  value: Float32Array;
  length: number;
}

/** Most features stand once or twice in a mail. */
const TF = Float32Array.from({ length: 64 }, (_, count) => (count === 0 ? 0 : 1 + Math.log(count)));

/** Sublinear term frequency. */
export function tf(count: number): number {
  return count < TF.length ? TF[count]! : 1 + Math.log(count);
}

/** Of letters every mention counts, and the length of a mail is that of its words: what the letters of a word say is added
 * up once a word (word-letters.ts), not once a mail. */
const LETTERS = BLOCKS.indexOf('chars');

const WEIGHTS = BLOCKS.map((block) => BLOCK_WEIGHT[block]);
/** Weights of the blocks of a passage. */
export const PASSAGE_WEIGHTS = BLOCKS.map((block) => PASSAGE_BLOCK_WEIGHT[block]);

/** Sublinear TF-IDF, each block L2-normed and weighted. `ids` may rename the encoder's numbers; below 0 leaves out. */
export function weigh(
  mail: EncodedMail,
  idf: Float32Array,
  ids?: Int32Array,
  weights: readonly number[] = WEIGHTS,
): SparseRow {
  const length = mail.ends.at(-1) ?? 0;
  const row = { index: new Int32Array(length), value: new Float32Array(length), length: 0 };
  weighInto(row, mail, idf, ids, weights);
  return { index: row.index.subarray(0, row.length), value: row.value.subarray(0, row.length) };
}

/** {@link weigh} in place of what stood in `row`. */
export function weighInto(
  row: Row,
  mail: EncodedMail,
  idf: Float32Array,
  ids?: Int32Array,
  weights: readonly number[] = WEIGHTS,
): void {
  const { counts, ends } = mail;
  const most = ends.at(-1) ?? 0;
  if (most > row.index.length) {
    row.index = longer(row.index, most);
    row.value = longer(row.value, most);
  }
  const { index, value } = row;
  let length = 0;
  let at = 0;
  for (let b = 0; b < ends.length; b += 1) {
    const end = ends[b]!;
    const from = length;
    let norm = 0;
    for (; at < end; at += 1) {
      const id = ids === undefined ? mail.ids[at]! : ids[mail.ids[at]!]!;
      if (id < 0) continue;
      const count = counts[at]!;
      const once = idf[id]!;
      const x = b === LETTERS ? count * once : tf(count) * once;
      index[length] = id;
      value[length] = x;
      norm += b === LETTERS ? x * once : x * x;
      length += 1;
    }
    const scale = norm === 0 ? 0 : weights[b]! / Math.sqrt(norm);
    for (let k = from; k < length; k += 1) value[k]! *= scale;
  }
  row.length = length;
}
