import type { SparseRow } from './svm.ts';

/** The score of every machine; `scale` for weights kept as bytes. */
export function scoreRow(
  { index, value }: SparseRow,
  weights: Int8Array | Float32Array,
  bias: Float32Array,
  scale?: Float32Array,
  length = index.length,
): Float32Array {
  const classes = bias.length;
  // Doubles while summing: rounding each step to a float costs more than the product.
  const sums = new Float64Array(classes);
  let j = 0;
  // Four features at a time: a sum is fetched and put back once for all of them, and added up in the same order.
  for (; j + 4 <= length; j += 4) {
    const a = index[j]! * classes;
    const b = index[j + 1]! * classes;
    const c = index[j + 2]! * classes;
    const d = index[j + 3]! * classes;
    const xa = value[j]!;
    const xb = value[j + 1]!;
    const xc = value[j + 2]!;
    const xd = value[j + 3]!;
    for (let k = 0; k < classes; k += 1)
      sums[k] = sums[k]! + weights[a + k]! * xa + weights[b + k]! * xb + weights[c + k]! * xc + weights[d + k]! * xd;
  }
  for (; j < length; j += 1) {
    const from = index[j]! * classes;
    const x = value[j]!;
    for (let k = 0; k < classes; k += 1) sums[k]! += weights[from + k]! * x;
  }
  const scores = new Float32Array(classes);
  for (let k = 0; k < classes; k += 1) scores[k] = sums[k]! * (scale?.[k] ?? 1) + bias[k]!;
  return scores;
}

/** Adds the first `length` rows of weights × values to the sums; what the kernel does (score-kernel.ts), without one. */
export function addRows(
  sums: Float64Array,
  { index, value }: SparseRow,
  length: number,
  weights: Int8Array | Float32Array,
  stride: number,
): void {
  for (let j = 0; j < length; j += 1) {
    const from = index[j]! * stride;
    const x = value[j]!;
    for (let k = 0; k < sums.length; k += 1) sums[k]! += weights[from + k]! * x;
  }
}
