import type { MotifInput } from '../domain/facts.ts';
import { readWords } from '../domain/match/words.ts';
import type { Encoder } from './encoder.ts';
import type { Uncalibrated } from './linear-model.ts';
import type { Scorer } from './scorer.ts';
import type { WordLetters } from './word-letters.ts';

/** Words looked at: what decides a longer letter stands nearly always before. */
const TOKENS_MAX = 300;

export interface Span {
  readonly start: number;
  readonly end: number;
}

interface Weighed extends Span {
  readonly weight: number;
}

/**
 * Shows the words of the body that spoke for one machine: weight × value, what their letters say among it, minus the mean
 * over its rivals, which are the motifs.
 */
export class Explainer {
  readonly #scale: Float32Array;
  readonly #scorer: Scorer;
  readonly #encoder: Encoder;
  readonly #letters: WordLetters;
  readonly #rivals: number;
  /** By feature, once it was asked for: the mean weight over the rivals, the same for every machine among them. */
  readonly #means: Float32Array;
  /** By feature: what it gives the machine in the mail at hand; all 0 between two mails. */
  readonly #credits: Float64Array;

  constructor({ mail, heads }: Uncalibrated, scorer: Scorer, encoder: Encoder, letters: WordLetters) {
    this.#scale = mail.scale;
    this.#scorer = scorer;
    this.#encoder = encoder;
    this.#letters = letters;
    this.#rivals = heads.motifs.length;
    this.#means = new Float32Array(mail.names.length).fill(NaN);
    this.#credits = new Float64Array(mail.names.length);
  }

  /** @param input the mail whose features stand in the scorer's row */
  explain(input: MotifInput, machine: number, max: number): Span[] {
    const credits = this.#credits;
    const { row, weights, stride } = this.#scorer;
    const scale = this.#scale[machine]!;
    for (let j = 0; j < row.length; j += 1) {
      const id = row.index[j]!;
      credits[id] = row.value[j]! * (weights[id * stride + machine]! * scale - this.#mean(id));
    }
    const spans = this.#spans(input, machine);
    for (let j = 0; j < row.length; j += 1) credits[row.index[j]!] = 0;
    return strongest(spans, max).map(({ start, end }) => ({ start, end }));
  }

  /** The words and pairs of words that speak for the machine, in reading order. */
  #spans(input: MotifInput, machine: number): Weighed[] {
    const credits = this.#credits;
    const encoder = this.#encoder;
    const spans: Weighed[] = [];
    const words = readWords(input.body);
    encoder.begin();
    for (let i = 0; i < words.length && i < TOKENS_MAX; i += 1) {
      const word = words[i]!;
      const known = encoder.wordOf(word);
      const weight = encoder.sumOf(known, credits) + this.#lettersOf(known, machine);
      if (weight > 0) spans.push({ start: word.start, end: word.end, weight });
      const before = words[i - 1];
      const pair = before === undefined ? -1 : encoder.pairOf(before, word);
      const credit = pair < 0 ? 0 : credits[pair]!;
      if (credit > 0 && credit + weight > 0)
        spans.push({ start: before!.start, end: word.end, weight: credit + weight });
    }
    return spans;
  }

  #mean(id: number): number {
    const known = this.#means[id]!;
    if (!Number.isNaN(known)) return known;
    const { weights, stride } = this.#scorer;
    this.#means[id] = this.#meanOf(weights, id * stride);
    return this.#means[id]!;
  }

  /** What the letters of a word give the machine. */
  #lettersOf(word: number, machine: number): number {
    const { kept, stride } = this.#scorer;
    const at = word * stride;
    return this.#letters.each * (kept[at + machine]! * this.#scale[machine]! - this.#meanOf(kept, at));
  }

  /** Over the rivals. */
  #meanOf(weights: Int8Array | Float32Array, from: number): number {
    let sum = 0;
    for (let k = 0; k < this.#rivals; k += 1) sum += weights[from + k]! * this.#scale[k]!;
    return sum / this.#rivals;
  }
}

/** The best spans that do not overlap, best first; of two as good the one that begins first. */
function strongest(spans: readonly Weighed[], max: number): Weighed[] {
  const kept: Weighed[] = [];
  const free = (span: Weighed): boolean => kept.every((other) => span.end <= other.start || span.start >= other.end);
  while (kept.length < max) {
    let best: Weighed | undefined;
    for (const span of spans) if (best === undefined ? free(span) : beats(span, best) && free(span)) best = span;
    if (best === undefined) break;
    kept.push(best);
  }
  return kept;
}

function beats(a: Weighed, b: Weighed): boolean {
  return a.weight > b.weight || (a.weight === b.weight && a.start < b.start);
}
