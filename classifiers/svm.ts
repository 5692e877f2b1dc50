/**
 * One-vs-rest linear support vector machine with squared hinge loss, trained by dual coordinate descent (Hsieh et al.,
 * ICML 2008). Deterministic: the order of visits comes from a fixed generator, never from Math.random.
 */
export interface SparseRow {
  readonly index: Int32Array;
  readonly value: Float32Array;
}

export interface SvmOptions {
  /** Inverse of the regularisation; 1–3 fits short French requests. */
  readonly C: number;
  readonly epochs: number;
  readonly seed: number;
}

/** Trains one class against the rest. @returns weights of `width` features and the bias at the end. */
export function trainBinary(
  rows: readonly SparseRow[],
  positive: Uint8Array,
  width: number,
  options: SvmOptions,
): Float32Array {
  const n = rows.length;
  const weights = new Float32Array(width + 1);
  const alpha = new Float64Array(n);
  const diagonal = 1 / (2 * options.C);
  const norms = new Float64Array(n);
  for (let i = 0; i < n; i += 1) {
    let sum = 1;
    const { value } = rows[i]!;
    for (let k = 0; k < value.length; k += 1) sum += value[k]! * value[k]!;
    norms[i] = sum + diagonal;
  }
  const order = Int32Array.from({ length: n }, (_, i) => i);
  const random = generator(options.seed);
  for (let epoch = 0; epoch < options.epochs; epoch += 1) {
    shuffle(order, random);
    let largest = 0;
    for (let position = 0; position < n; position += 1) {
      const i = order[position]!;
      const { index, value } = rows[i]!;
      const y = positive[i] === 1 ? 1 : -1;
      let score = weights[width]!;
      for (let k = 0; k < index.length; k += 1) score += weights[index[k]!]! * value[k]!;
      const gradient = y * score - 1 + alpha[i]! * diagonal;
      const old = alpha[i]!;
      if (old === 0 && gradient >= 0) continue;
      const next = Math.max(0, old - gradient / norms[i]!);
      const step = (next - old) * y;
      if (step === 0) continue;
      largest = Math.max(largest, Math.abs(gradient));
      alpha[i] = next;
      for (let k = 0; k < index.length; k += 1) weights[index[k]!]! += step * value[k]!;
      weights[width]! += step;
    }
    if (largest < 1e-3) break;
  }
  return weights;
}

/** mulberry32: small, fast, the same everywhere. */
export function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

function shuffle(order: Int32Array, random: () => number): void {
  for (let i = order.length - 1; i > 0; i -= 1) {
    const j = Math.floor(random() * (i + 1));
    const kept = order[i]!;
    order[i] = order[j]!;
    order[j] = kept;
  }
}
