import type { SparseRow } from './svm.ts';

/** The score of every machine; `scale` for weights kept as bytes. */
export function scoreRow(
  row: SparseRow,
  weights: Int8Array | Float32Array,
  bias: Float32Array,
  scale?: Float32Array,
): Float32Array {
  const classes = bias.length;
  const { index, value } = row;
  // Doubles while summing: rounding each step to a float costs more than the product.
  const sums = new Float64Array(classes);
  for (let j = 0; j < index.length; j += 1) {
    const from = index[j]! * classes;
    const x = value[j]!;
    for (let k = 0; k < classes; k += 1) sums[k]! += weights[from + k]! * x;
  }
  const scores = new Float32Array(classes);
  for (let k = 0; k < classes; k += 1) scores[k] = sums[k]! * (scale?.[k] ?? 1) + bias[k]!;
  return scores;
}
