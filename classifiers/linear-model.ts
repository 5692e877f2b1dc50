import type { Evidence, MotifInput, MotifModel, RankedMotif } from '../domain/facts.ts';
import { tokenize } from '../domain/text/tokens.ts';
import { calibrated, type Calibration } from './calibrate.ts';
import { charGrams } from './features.ts';
import type { SparseRow } from './svm.ts';
import { Vectorizer, type Dictionary } from './vectorizer.ts';

/** All that a trained model is. Weights are bytes, feature by feature, each class with its own scale. */
export interface LinearWeights {
  readonly motifs: readonly string[];
  readonly dictionary: Dictionary;
  /** dictionary size × motifs, feature-major. */
  readonly weights: Int8Array;
  /** By motif: what one unit of a byte is worth. */
  readonly scale: Float32Array;
  readonly bias: Float32Array;
  readonly calibration: Calibration;
}

/** Candidates below this say nothing to anybody. */
const SCORE_MIN = 0.0005;
const EVIDENCE_TOKENS_MAX = 400;

/** The linear motif model: one pass over the mail's features, the same for ever for the same bytes. */
export class LinearModel implements MotifModel {
  readonly digest: string;
  readonly #model: LinearWeights;
  readonly #vectorizer: Vectorizer;
  readonly #ids: Map<string, number>;

  constructor(model: LinearWeights, digest: string) {
    this.digest = digest;
    this.#model = model;
    this.#vectorizer = new Vectorizer(model.dictionary);
    this.#ids = new Map(model.dictionary.names.map((name, id) => [name, id]));
  }

  rank(input: MotifInput): RankedMotif[] {
    const probabilities = calibrated(this.scores(input), this.#model.calibration);
    return this.#model.motifs
      .map((motif, k) => ({ motif, score: Number(probabilities[k]!.toFixed(4)) }))
      .filter((candidate) => candidate.score >= SCORE_MIN)
      .sort((a, b) => b.score - a.score || (a.motif < b.motif ? -1 : 1));
  }

  /** Raw scores by motif, before calibration. */
  scores(input: MotifInput): Float32Array {
    return this.#score(this.#vectorizer.vectorize(input));
  }

  #score(row: SparseRow): Float32Array {
    const { motifs, weights, scale, bias } = this.#model;
    const classes = motifs.length;
    const sums = new Float32Array(classes);
    for (let j = 0; j < row.index.length; j += 1) {
      const from = row.index[j]! * classes;
      const x = row.value[j]!;
      for (let k = 0; k < classes; k += 1) sums[k]! += weights[from + k]! * x;
    }
    for (let k = 0; k < classes; k += 1) sums[k] = sums[k]! * scale[k]! + bias[k]!;
    return sums;
  }

  /**
   * The words that spoke for `motif` rather than for the others: weight × value, character n-grams credited to their word,
   * minus the mean over the motifs.
   */
  evidence(input: MotifInput, motif: string, max: number): Evidence[] {
    const k = this.#model.motifs.indexOf(motif);
    if (k < 0) return [];
    const row = this.#vectorizer.vectorize(input);
    const value = new Map<number, number>();
    for (let j = 0; j < row.index.length; j += 1) value.set(row.index[j]!, row.value[j]!);
    const credit = (name: string): number => {
      const id = this.#ids.get(name);
      const x = id === undefined ? undefined : value.get(id);
      return id === undefined || x === undefined ? 0 : x * this.#lead(id, k);
    };
    const spans: { start: number; end: number; weight: number }[] = [];
    let before: { text: string; start: number } | undefined;
    for (const token of tokenize(input.body).slice(0, EVIDENCE_TOKENS_MAX)) {
      const word = token.text.replace(/\d+/g, '0');
      let weight = credit(`w${word}`);
      for (const gram of charGrams(word)) weight += credit(`c${gram}`);
      const pair = before === undefined ? 0 : credit(`w${before.text} ${word}`);
      spans.push({ start: token.start, end: token.end, weight });
      if (pair > 0 && before !== undefined) spans.push({ start: before.start, end: token.end, weight: pair + weight });
      before = { text: word, start: token.start };
    }
    return distinct(
      spans.filter((span) => span.weight > 0).sort((a, b) => b.weight - a.weight || a.start - b.start),
      max,
    ).map((span) => ({
      for: `motif:${motif}`,
      part: 'body',
      start: span.start,
      end: span.end,
    }));
  }

  #lead(id: number, k: number): number {
    const { motifs, weights, scale } = this.#model;
    const classes = motifs.length;
    let mean = 0;
    for (let c = 0; c < classes; c += 1) mean += weights[id * classes + c]! * scale[c]!;
    return weights[id * classes + k]! * scale[k]! - mean / classes;
  }
}

/** The best spans that do not overlap. */
function distinct<T extends { start: number; end: number }>(spans: readonly T[], max: number): T[] {
  const kept: T[] = [];
  for (const span of spans) {
    if (kept.length >= max) break;
    if (kept.every((other) => span.end <= other.start || span.start >= other.end)) kept.push(span);
  }
  return kept;
}
