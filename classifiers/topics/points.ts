import type { Point } from './cluster.ts';
import type { Terms } from './terms.ts';

/** Words of one mail that count, heaviest first. */
const POINT_TERMS_MAX = 40;

/** What a word weighs; undefined for one that does not count. */
export type WordWeight = (stem: string) => number | undefined;

/** Mails as points, tf-idf, where a word counts once a mail: these mails are short. */
export class PointSpace {
  /** By term number. */
  readonly stems: string[] = [];
  readonly #numbers = new Map<string, number>();
  readonly #weights: number[] = [];
  readonly #weight: WordWeight;

  constructor(weight: WordWeight) {
    this.#weight = weight;
  }

  pointOf({ words }: Pick<Terms, 'words'>): Point {
    const found = [...words.keys()].map((stem) => this.#numberOf(stem)).filter((number) => number >= 0);
    const heaviest = found.sort((a, b) => this.#weights[b]! - this.#weights[a]! || a - b).slice(0, POINT_TERMS_MAX);
    const length = Math.sqrt(heaviest.reduce((sum, number) => sum + this.#weights[number]! ** 2, 0)) || 1;
    return { terms: heaviest, weights: heaviest.map((number) => this.#weights[number]! / length) };
  }

  #numberOf(stem: string): number {
    let number = this.#numbers.get(stem);
    if (number === undefined) {
      const weight = this.#weight(stem);
      number = weight === undefined ? -1 : this.stems.push(stem) - 1;
      if (weight !== undefined) this.#weights.push(weight);
      this.#numbers.set(stem, number);
    }
    return number;
  }
}

/** How much a mail resembles a centre, 0–1 (cosine). `centre` by term number, of length 1. */
export function likeness({ terms, weights }: Point, centre: ReadonlyMap<number, number>): number {
  return terms.reduce((sum, term, i) => sum + (centre.get(term) ?? 0) * weights[i]!, 0);
}
