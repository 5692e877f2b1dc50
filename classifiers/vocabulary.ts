import { normalise } from './features.ts';

/** More than the words there are in any corpus: pairs become one number. */
const PAIR_BASE = 4_194_304;
/** The ordinal of « the text begins here ». */
export const BEGINNING = 0;
const COUNT_MAX = 65_535;
const COUNTS_FIRST = 1 << 16;

/**
 * Names features with numbers and counts them. While it grows, new names get new numbers (training); a vocabulary made
 * from the names of a trained model leaves unknown ones out. Pairs of words are found by the words' ordinals, without
 * building their name.
 */
export class Vocabulary {
  readonly names: string[] = [];
  readonly #growing: boolean;
  readonly #ids = new Map<string, number>();
  readonly #ordinals = new Map<string, number>();
  readonly #pairs: Readonly<Record<string, Map<number, number>>>;
  #counts: Uint16Array;
  readonly #touched: number[] = [];

  /** @param paired the letters of blocks that hold pairs of words */
  constructor(names: readonly string[] | undefined, paired: Readonly<Record<string, true>>) {
    this.#growing = names === undefined;
    this.#pairs = Object.fromEntries(Object.keys(paired).map((letter) => [letter, new Map<number, number>()]));
    for (const name of names ?? []) this.#register(name);
    this.#counts = new Uint16Array(names?.length ?? COUNTS_FIRST);
  }

  /** The number of a feature; -1 when it is not known. */
  number(name: string): number {
    return this.#ids.get(name) ?? (this.#growing ? this.#register(name) : -1);
  }

  /** A number for a word, for pairs; -1 when no pair is known of it. */
  ordinal(word: string): number {
    let ordinal = this.#ordinals.get(word);
    if (ordinal === undefined) {
      if (!this.#growing) return -1;
      ordinal = this.#ordinals.size + 1;
      this.#ordinals.set(word, ordinal);
    }
    return ordinal;
  }

  count(id: number): void {
    if (id < 0) return;
    if (id >= this.#counts.length) {
      const more = new Uint16Array(Math.max(this.names.length, this.#counts.length * 2));
      more.set(this.#counts);
      this.#counts = more;
    }
    if (this.#counts[id] === 0) this.#touched.push(id);
    if (this.#counts[id]! < COUNT_MAX) this.#counts[id]! += 1;
  }

  /** Counts two words that follow each other; `before` and `word` name them where the pair is new. */
  countPair(letter: string, beforeOrdinal: number, ordinal: number, before: string, word: string): void {
    const id = this.pair(letter, beforeOrdinal, ordinal, before, word);
    if (id >= 0) this.count(id);
  }

  pair(letter: string, beforeOrdinal: number, ordinal: number, before: string, word: string): number {
    if (beforeOrdinal < 0 || ordinal < 0) return -1;
    const pairs = this.#pairs[letter]!;
    const key = beforeOrdinal * PAIR_BASE + ordinal;
    let id = pairs.get(key);
    if (id === undefined) {
      if (!this.#growing) return -1;
      id = this.number(`${letter}${before === '^' ? before : normalise(before)} ${normalise(word)}`);
      pairs.set(key, id);
    }
    return id;
  }

  /** Hands the counts over and begins anew. */
  take(ids: number[], counts: number[]): void {
    for (const id of this.#touched) {
      ids.push(id);
      counts.push(this.#counts[id]!);
      this.#counts[id] = 0;
    }
    this.#touched.length = 0;
  }

  #register(name: string): number {
    const id = this.names.length;
    this.names.push(name);
    this.#ids.set(name, id);
    if (!this.#growing) this.#registerPair(name, id);
    return id;
  }

  #registerPair(name: string, id: number): void {
    const space = name.indexOf(' ');
    const pairs = space < 0 ? undefined : this.#pairs[name[0]!];
    if (pairs === undefined) return;
    const ordinal = (word: string): number => {
      if (word === '^') return BEGINNING;
      let known = this.#ordinals.get(word);
      if (known === undefined) this.#ordinals.set(word, (known = this.#ordinals.size + 1));
      return known;
    };
    pairs.set(ordinal(name.slice(1, space)) * PAIR_BASE + ordinal(name.slice(space + 1)), id);
  }
}
