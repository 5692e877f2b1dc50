import type { MotifInput } from '../domain/facts.ts';
import { readWords } from '../domain/match/words.ts';
import type { Encoder } from './encoder.ts';
import type { Machines } from './linear-model.ts';
import type { SparseRow } from './svm.ts';

/** Words looked at: what decides a longer letter stands nearly always before. */
const TOKENS_MAX = 300;

export interface Span {
  readonly start: number;
  readonly end: number;
}

/**
 * Shows the words of the body that spoke for one machine: weight × value, character n-grams credited to their word, minus
 * the mean over its rivals.
 */
export class Explainer {
  readonly #model: Machines;
  readonly #encoder: Encoder;
  readonly #machines: number;
  /** By feature: the mean weight over the rivals, which is the same for every machine among them. */
  readonly #mean: Float32Array;
  /** By feature: its value in the mail at hand; all 0 between two mails. */
  readonly #values: Float32Array;

  /** @param rivals the first so many machines explain themselves against each other */
  constructor(model: Machines, encoder: Encoder, rivals: number) {
    this.#model = model;
    this.#encoder = encoder;
    this.#machines = model.scale.length;
    this.#values = new Float32Array(model.names.length);
    this.#mean = new Float32Array(model.names.length);
    for (let id = 0; id < model.names.length; id += 1) {
      let sum = 0;
      for (let k = 0; k < rivals; k += 1) sum += model.weights[id * this.#machines + k]! * model.scale[k]!;
      this.#mean[id] = sum / rivals;
    }
  }

  explain(row: SparseRow, input: MotifInput, machine: number, max: number): Span[] {
    for (let j = 0; j < row.index.length; j += 1) this.#values[row.index[j]!] = row.value[j]!;
    const spans = this.#spans(input, machine);
    for (let j = 0; j < row.index.length; j += 1) this.#values[row.index[j]!] = 0;
    spans.sort((a, b) => b.weight - a.weight || a.start - b.start);
    return distinct(spans, max).map(({ start, end }) => ({ start, end }));
  }

  #spans(input: MotifInput, machine: number): (Span & { weight: number })[] {
    const spans: (Span & { weight: number })[] = [];
    const byWord = new Map<string, number>();
    let before: { text: string; start: number } | undefined;
    const words = readWords(input.body);
    for (let i = 0; i < words.length && i < TOKENS_MAX; i += 1) {
      const { text, start, end } = words[i]!;
      let weight = byWord.get(text);
      if (weight === undefined) {
        const known = this.#encoder.known(text);
        weight = this.#credit(known.word, machine) + this.#credit(known.ask, machine);
        for (const id of this.#encoder.gramsOf(text)) weight += this.#credit(id, machine);
        byWord.set(text, weight);
      }
      if (weight > 0) spans.push({ start, end, weight });
      if (before !== undefined) {
        const pair = this.#credit(this.#encoder.pairOf(before.text, text), machine);
        if (pair > 0 && pair + weight > 0) spans.push({ start: before.start, end, weight: pair + weight });
      }
      before = { text, start };
    }
    return spans;
  }

  #credit(id: number, machine: number): number {
    if (id < 0) return 0;
    const x = this.#values[id]!;
    if (x === 0) return 0;
    return x * (this.#model.weights[id * this.#machines + machine]! * this.#model.scale[machine]! - this.#mean[id]!);
  }
}

/** The best spans that do not overlap. */
function distinct<T extends Span>(spans: readonly T[], max: number): T[] {
  const kept: T[] = [];
  for (const span of spans) {
    if (kept.length >= max) break;
    if (kept.every((other) => span.end <= other.start || span.start >= other.end)) kept.push(span);
  }
  return kept;
}
