import { TrainingRoom } from './training-room.ts';

/**
 * One-vs-rest linear support vector machines with squared hinge loss, trained by dual coordinate descent (Hsieh et al.,
 * ICML 2008), all classes in one pass over the mails: the weights of a feature lie side by side, so that one visit of a
 * mail serves every class. Deterministic: the order of visits comes from a fixed generator, never from Math.random.
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

export interface SvmWeights {
  /** width × classes, feature-major. */
  readonly weights: Float32Array;
  readonly bias: Float32Array;
}

/** A class is trained on an answer that is yes, no, or not known for this mail. */
export const YES = 1;
export const NO = 0;
export const UNKNOWN = 2;

/** Gradients smaller than this no longer move a weight that matters. */
const TOLERANCE = 1e-3;
/** Every class is looked at in the first epochs and then in each fourth; between them only those a mail still supports. */
const FULL_EPOCHS = 2;
const FULL_EVERY = 4;
/** As many machines as one by one cost what all of them cost at once. */
const FEW_MAX = 8;

/**
 * Trains `classes` separate yes/no machines.
 * @param answers rows × classes of {@link YES}, {@link NO} or {@link UNKNOWN}
 */
export function trainOneVsRest(
  rows: readonly SparseRow[],
  answers: Uint8Array,
  classes: number,
  width: number,
  options: SvmOptions,
): SvmWeights {
  const n = rows.length;
  const longest = rows.reduce((most, { index }) => Math.max(most, index.length), 0);
  const room = new TrainingRoom(width, classes, longest);
  const { weights, stride } = room;
  const bias = new Float32Array(classes);
  const alpha = new Float32Array(n * classes);
  const diagonal = 1 / (2 * options.C);
  const norms = Float64Array.from(rows, ({ value }) => value.reduce((sum, x) => sum + x * x, 1) + diagonal);
  const order = Int32Array.from({ length: n }, (_, i) => i);
  const random = generator(options.seed);
  const few = new Float64Array(classes);
  const looked = new Int32Array(classes);
  const moved = new Int32Array(classes);
  const steps = new Float32Array(classes);
  for (let epoch = 0; epoch < options.epochs; epoch += 1) {
    const full = epoch < FULL_EPOCHS || epoch % FULL_EVERY === 0;
    shuffle(order, random);
    let largest = 0;
    for (let position = 0; position < n; position += 1) {
      const i = order[position]!;
      const own = i * classes;
      let looks = 0;
      for (let k = 0; k < classes; k += 1)
        if (answers[own + k] !== UNKNOWN && (full || alpha[own + k]! > 0)) looked[looks++] = k;
      if (looks === 0) continue;
      // Summing all machines at once costs as much as a few one by one.
      const all = looks > FEW_MAX ? room.score(rows[i]!, bias) : undefined;
      if (all === undefined) scoreFew(few, rows[i]!, room, bias, looked, looks);
      let count = 0;
      for (let m = 0; m < looks; m += 1) {
        const k = looked[m]!;
        const y = answers[own + k] === YES ? 1 : -1;
        const old = alpha[own + k]!;
        const score = all === undefined ? few[m]! : all[k]!;
        const gradient = y * score - 1 + old * diagonal;
        if (old === 0 && gradient >= 0) continue;
        const next = Math.max(0, old - gradient / norms[i]!);
        const step = (next - old) * y;
        if (step === 0) continue;
        largest = Math.max(largest, Math.abs(gradient));
        alpha[own + k] = next;
        bias[k]! += step;
        moved[count] = k;
        steps[count] = step;
        count += 1;
      }
      if (count === 0) continue;
      const { index, value } = rows[i]!;
      for (let j = 0; j < index.length; j += 1) {
        const from = index[j]! * stride;
        const x = value[j]!;
        for (let m = 0; m < count; m += 1) weights[from + moved[m]!]! += steps[m]! * x;
      }
    }
    if (full && largest < TOLERANCE) break;
  }
  return { weights: room.packed(classes), bias };
}

/** The scores of `looks` machines, in the order they are looked at. */
function scoreFew(
  scores: Float64Array,
  { index, value }: SparseRow,
  { weights, stride }: TrainingRoom,
  bias: Float32Array,
  looked: Int32Array,
  looks: number,
): void {
  for (let m = 0; m < looks; m += 1) scores[m] = bias[looked[m]!]!;
  for (let j = 0; j < index.length; j += 1) {
    const from = index[j]! * stride;
    const x = value[j]!;
    for (let m = 0; m < looks; m += 1) scores[m]! += weights[from + looked[m]!]! * x;
  }
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
