/**
 * From scores to probabilities one may act on. A temperature makes the softmax honest on average; an isotonic step, fitted
 * on the winner's probability, mends what is left. Both are fitted on out-of-fold scores of voices the fold never saw.
 */
export interface Calibration {
  readonly temperature: number;
  /** Points (softmax probability of the winner → observed accuracy), both rising; empty = identity. */
  readonly knots: readonly (readonly [number, number])[];
}

export interface ScoredExample {
  readonly scores: Float32Array;
  /** Class index that is right. */
  readonly truth: number;
}

/** softmax(scores / temperature). */
export function softmax(scores: ArrayLike<number>, temperature: number): Float32Array {
  const out = new Float32Array(scores.length);
  let top = Number.NEGATIVE_INFINITY;
  for (let k = 0; k < scores.length; k += 1) top = Math.max(top, scores[k]!);
  let sum = 0;
  for (let k = 0; k < scores.length; k += 1) sum += out[k] = Math.exp((scores[k]! - top) / temperature);
  for (let k = 0; k < scores.length; k += 1) out[k]! /= sum;
  return out;
}

/** Golden-section search of the temperature with the least log loss. */
export function fitTemperature(examples: readonly ScoredExample[]): number {
  const loss = (t: number): number => {
    let sum = 0;
    for (const { scores, truth } of examples) sum -= Math.log(Math.max(shareOf(truth, scores, t), 1e-9));
    return sum;
  };
  const ratio = (Math.sqrt(5) - 1) / 2;
  let low = 0.02;
  let high = 3;
  // What is between the two is told to four decimals: no need to look closer than that.
  for (let step = 0; step < 40 && low.toFixed(4) !== high.toFixed(4); step += 1) {
    const a = high - ratio * (high - low);
    const b = low + ratio * (high - low);
    if (loss(a) < loss(b)) high = b;
    else low = a;
  }
  return Number(((low + high) / 2).toFixed(4));
}

/** One of the numbers {@link softmax} gives, without the others. */
function shareOf(truth: number, scores: Float32Array, temperature: number): number {
  let top = Number.NEGATIVE_INFINITY;
  for (let k = 0; k < scores.length; k += 1) top = Math.max(top, scores[k]!);
  let sum = 0;
  for (let k = 0; k < scores.length; k += 1) sum += Math.exp((scores[k]! - top) / temperature);
  return Math.fround(Math.fround(Math.exp((scores[truth]! - top) / temperature)) / sum);
}

/** Pool-adjacent-violators on (confidence, right?), thinned to at most `max` knots. */
export function fitIsotonic(points: readonly { confidence: number; right: boolean }[], max = 24): [number, number][] {
  const sorted = [...points].sort((a, b) => a.confidence - b.confidence);
  const blocks: { x: number; y: number; n: number }[] = [];
  // Groups of equal size first: single mails would make steps out of chance.
  const size = Math.max(1, Math.ceil(sorted.length / max));
  for (let i = 0; i < sorted.length; i += size) {
    const group = sorted.slice(i, i + size);
    blocks.push({
      x: group.reduce((sum, p) => sum + p.confidence, 0) / group.length,
      y: group.filter((p) => p.right).length / group.length,
      n: group.length,
    });
    while (blocks.length > 1 && blocks.at(-2)!.y > blocks.at(-1)!.y) {
      const b = blocks.pop()!;
      const a = blocks.pop()!;
      const n = a.n + b.n;
      blocks.push({ x: (a.x * a.n + b.x * b.n) / n, y: (a.y * a.n + b.y * b.n) / n, n });
    }
  }
  return blocks.map(({ x, y }) => [Number(x.toFixed(5)), Number(y.toFixed(5))]);
}

/** Straight lines between the knots, towards 0 and 1 outside them. */
export function interpolate(knots: Calibration['knots'], x: number): number {
  if (knots.length === 0) return x;
  let x0 = 0;
  let y0 = 0;
  for (const [x1, y1] of knots) {
    if (x <= x1) return x1 === x0 ? y1 : y0 + ((x - x0) / (x1 - x0)) * (y1 - y0);
    x0 = x1;
    y0 = y1;
  }
  return x0 >= 1 ? y0 : y0 + ((x - x0) / (1 - x0)) * (1 - y0) * 0.5;
}

/** Probabilities of all classes: the winner gets the calibrated value, the others share the rest as before. */
export function calibrated(scores: ArrayLike<number>, calibration: Calibration): Float32Array {
  const p = softmax(scores, calibration.temperature);
  let best = 0;
  for (let k = 1; k < p.length; k += 1) if (p[k]! > p[best]!) best = k;
  const top = p[best]!;
  const wanted = Math.min(0.9999, Math.max(1 / p.length, interpolate(calibration.knots, top)));
  const rest = 1 - top;
  const scale = rest <= 0 ? 0 : (1 - wanted) / rest;
  for (let k = 0; k < p.length; k += 1) p[k] = k === best ? wanted : Math.min(p[k]! * scale, wanted);
  return p;
}

/** Expected calibration error over ten equal-width bins of the winner's probability. */
export function calibrationError(points: readonly { confidence: number; right: boolean }[]): number {
  let error = 0;
  for (let bin = 0; bin < 10; bin += 1) {
    const inside = points.filter((p) => p.confidence > bin / 10 && p.confidence <= (bin + 1) / 10);
    if (inside.length === 0) continue;
    const confidence = inside.reduce((sum, p) => sum + p.confidence, 0) / inside.length;
    const accuracy = inside.filter((p) => p.right).length / inside.length;
    error += (inside.length / points.length) * Math.abs(confidence - accuracy);
  }
  return error;
}

/** A yes/no head's probability: 1 / (1 + exp(-(slopes · scores + offset))) (Platt 1999, several scores allowed). */
export interface Logistic {
  readonly slopes: readonly number[];
  readonly offset: number;
}

export function logistic(scores: readonly number[], fit: Logistic | undefined): number {
  let sum = fit?.offset ?? 0;
  for (let j = 0; j < scores.length; j += 1) sum += (fit?.slopes[j] ?? 1) * scores[j]!;
  return 1 / (1 + Math.exp(-sum));
}

const LOGISTIC_STEPS = 180;
/** Where a whole round moves less than this, the rest hardly shows in the four decimals that are told. */
const LOGISTIC_MOVE = 2e-6;

/**
 * Least log loss with Platt's softened targets, by Newton steps one coordinate at a time: slower than the whole step, but
 * it cannot run away where few mails say yes. Deterministic.
 */
export function fitLogistic(points: readonly { scores: readonly number[]; yes: boolean }[]): Logistic {
  const yes = points.filter((point) => point.yes).length;
  const high = (yes + 1) / (yes + 2);
  const low = 1 / (points.length - yes + 2);
  const width = points[0]?.scores.length ?? 0;
  const scored = Float64Array.from(points.flatMap((point) => point.scores));
  const targets = Float64Array.from(points, (point) => (point.yes ? high : low));
  const theta = new Float64Array(width + 1).fill(1);
  theta[width] = 0;
  let largest = 0;
  for (let step = 0; step < LOGISTIC_STEPS; step += 1) {
    const j = step % (width + 1);
    let gradient = 0;
    let curvature = 1e-6;
    for (let i = 0, from = 0; i < targets.length; i += 1, from += width) {
      let sum = theta[width]!;
      for (let d = 0; d < width; d += 1) sum += theta[d]! * scored[from + d]!;
      const p = 1 / (1 + Math.exp(-sum));
      const x = j === width ? 1 : scored[from + j]!;
      gradient += (p - targets[i]!) * x;
      curvature += Math.max(p * (1 - p), 1e-6) * x * x;
    }
    const move = Math.max(-1, Math.min(1, gradient / curvature));
    theta[j]! -= move;
    largest = Math.max(largest, Math.abs(move));
    if (j < width) continue;
    if (largest < LOGISTIC_MOVE) break;
    largest = 0;
  }
  return {
    slopes: [...theta.subarray(0, width)].map((slope) => Number(slope.toFixed(4))),
    offset: Number(theta[width]!.toFixed(4)),
  };
}
