import type { TrainingRoom } from './training-room.ts';

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
 * Trains separate yes/no machines on the rows of the room, one for each of its classes, beginning anew.
 * @param answers rows × classes of {@link YES}, {@link NO} or {@link UNKNOWN}
 */
export function trainOneVsRest(room: TrainingRoom, answers: Uint8Array, options: SvmOptions): SvmWeights {
  const { classes, rows: n } = room;
  room.weights.fill(0);
  const bias = new Float32Array(classes);
  const alpha = new Float32Array(n * classes);
  const diagonal = 1 / (2 * options.C);
  const norms = normsOf(room, diagonal);
  const order = Int32Array.from({ length: n }, (_, i) => i);
  const random = generator(options.seed);
  const few = new Float64Array(FEW_MAX);
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
      const all = looks > FEW_MAX ? room.score(i, bias) : undefined;
      if (all === undefined) scoreFew(few, room, i, bias, looked, looks);
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
      move(room, i, moved, steps, count);
    }
    if (full && largest < TOLERANCE) break;
  }
  return { weights: room.packed(), bias };
}

/** The squared length of each row, its constant feature and the diagonal included. */
function normsOf({ value, starts, rows }: TrainingRoom, diagonal: number): Float64Array {
  const norms = new Float64Array(rows);
  for (let i = 0; i < rows; i += 1) {
    let sum = 1;
    for (let j = starts[i]!; j < starts[i + 1]!; j += 1) sum += value[j]! * value[j]!;
    norms[i] = sum + diagonal;
  }
  return norms;
}

/** Adds the row, times each step, to the machine it moves; four machines at a time keep their steps at hand. */
function move(
  { weights, stride, index, value, starts }: TrainingRoom,
  i: number,
  moved: Int32Array,
  steps: Float32Array,
  count: number,
): void {
  const start = starts[i]!;
  const end = starts[i + 1]!;
  let m = 0;
  for (; m + 4 <= count; m += 4) {
    const [a, b, c, d] = [moved[m]!, moved[m + 1]!, moved[m + 2]!, moved[m + 3]!];
    const [sa, sb, sc, sd] = [steps[m]!, steps[m + 1]!, steps[m + 2]!, steps[m + 3]!];
    for (let j = start; j < end; j += 1) {
      const from = index[j]! * stride;
      const x = value[j]!;
      weights[from + a]! += sa * x;
      weights[from + b]! += sb * x;
      weights[from + c]! += sc * x;
      weights[from + d]! += sd * x;
    }
  }
  for (; m < count; m += 1) {
    const k = moved[m]!;
    const step = steps[m]!;
    for (let j = start; j < end; j += 1) weights[index[j]! * stride + k]! += step * value[j]!;
  }
}

/** The scores of `looks` machines, in the order they are looked at. */
function scoreFew(
  scores: Float64Array,
  { weights, stride, index, value, starts }: TrainingRoom,
  i: number,
  bias: Float32Array,
  looked: Int32Array,
  looks: number,
): void {
  const from = starts[i]!;
  const end = starts[i + 1]!;
  for (let m = 0; m < looks; m += 1) {
    const k = looked[m]!;
    let sum = bias[k]!;
    for (let j = from; j < end; j += 1) sum += weights[index[j]! * stride + k]! * value[j]!;
    scores[m] = sum;
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
