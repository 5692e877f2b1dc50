import { Numbering } from '../domain/text/numbering.ts';
import { longer } from '../domain/text/room.ts';
import { GRAM_LENGTHS, normalise } from './features.ts';
import { PairTable } from './pair-table.ts';

/** The ordinal of « the text begins here ». */
export const BEGINNING = 0;
const COUNT_MAX = 65_535;
const COUNTS_FIRST = 1 << 16;
const CIRCUMFLEX = 94;

/** Counted features, good until the next text is counted. */
export interface Counted {
  ids: Int32Array;
  counts: Uint16Array;
  length: number;
}

/**
 * Names features with numbers and counts them. A name is a letter, its block, and what it stands for. While it grows, new
 * names get new numbers (training); a vocabulary made from the names of a trained model leaves unknown ones out. Pairs of
 * words are found by the words' ordinals, without building their name.
 */
export class Vocabulary {
  readonly names: string[];
  readonly #growing: boolean;
  readonly #ids: Numbering;
  readonly #ordinals = new Numbering();
  readonly #pairs: Readonly<Record<string, PairTable>>;
  /** Of the names, in letters: a stranger's may be endless. */
  #longest = 0;
  /** The letters of the name at hand. */
  #codes = new Uint16Array(256);
  #counts: Uint16Array;
  /** The features counted since the last {@link take}. */
  #touched = new Int32Array(256);
  #touchedEnd = 0;

  /** @param paired the letters of blocks that hold pairs of words */
  constructor(names: readonly string[] | undefined, paired: Readonly<Record<string, true>>) {
    this.#growing = names === undefined;
    this.names = [...(names ?? [])];
    this.#ids = new Numbering(names?.filter((name) => !name.includes(' ')).length);
    this.#pairs = Object.fromEntries(Object.keys(paired).map((letter) => [letter, new PairTable()]));
    for (const [id, name] of this.names.entries()) this.#register(name, id);
    this.#counts = new Uint16Array(names?.length ?? COUNTS_FIRST);
  }

  /** The number of a feature by its letter and what stands behind it; -1 when it is not known. */
  number(letter: string, text: string): number {
    if (text.length > this.#longest && !this.#growing) return -1;
    return this.#number(letter, this.#write(text), 0, text.length);
  }

  /** The numbers of the known runs of {@link GRAM_LENGTHS} letters in a word with its edges: they forgive misspellings. */
  grams(letter: string, word: string): number[] {
    const padded = `_${word}_`;
    const codes = this.#write(padded);
    const ids: number[] = [];
    for (const n of GRAM_LENGTHS) {
      for (let i = 0; i + n <= padded.length; i += 1) {
        const id = this.#number(letter, codes, i, i + n);
        if (id >= 0) ids.push(id);
      }
    }
    return ids;
  }

  /** A number for a word, for pairs; -1 when no pair is known of it. */
  ordinal(word: string): number {
    const codes = this.#write(word);
    const at = this.#growing
      ? this.#ordinals.add(0, codes, 0, word.length)
      : this.#ordinals.find(0, codes, 0, word.length);
    return at < 0 ? -1 : at + 1;
  }

  count(id: number): void {
    if (id < 0) return;
    if (id >= this.#counts.length) {
      const more = new Uint16Array(Math.max(this.names.length, this.#counts.length * 2));
      more.set(this.#counts);
      this.#counts = more;
    }
    const count = this.#counts[id]!;
    if (count === 0) this.#touch(id);
    if (count < COUNT_MAX) this.#counts[id] = count + 1;
  }

  /** The number of two words that follow each other, or -1; `before` and `word` name them where the pair is new. */
  pair(letter: string, beforeOrdinal: number, ordinal: number, before: string, word: string): number {
    if (beforeOrdinal < 0 || ordinal < 0) return -1;
    const pairs = this.#pairs[letter]!;
    let id = pairs.get(beforeOrdinal, ordinal);
    if (id < 0 && this.#growing) {
      id = this.number(letter, `${before === '^' ? before : normalise(before)} ${normalise(word)}`);
      pairs.set(beforeOrdinal, ordinal, id);
    }
    return id;
  }

  /** Adds the counts to what is counted so far, and begins anew. */
  take(into: Counted): void {
    const touched = this.#touched;
    const from = into.length;
    into.length = from + this.#touchedEnd;
    if (into.length > into.ids.length) {
      into.ids = longer(into.ids, into.length);
      into.counts = longer(into.counts, into.ids.length);
    }
    for (let j = 0, to = from; to < into.length; j += 1, to += 1) {
      const id = touched[j]!;
      into.ids[to] = id;
      into.counts[to] = this.#counts[id]!;
      this.#counts[id] = 0;
    }
    this.#touchedEnd = 0;
  }

  #touch(id: number): void {
    if (this.#touchedEnd === this.#touched.length) this.#touched = longer(this.#touched, this.#touchedEnd + 1);
    this.#touched[this.#touchedEnd] = id;
    this.#touchedEnd += 1;
  }

  #number(letter: string, codes: Uint16Array, from: number, to: number): number {
    const first = letter.charCodeAt(0);
    const id = this.#ids.find(first, codes, from, to);
    if (id >= 0 || !this.#growing) return id;
    this.names.push(letter + String.fromCharCode(...codes.subarray(from, to)));
    return this.#ids.add(first, codes, from, to);
  }

  #register(name: string, id: number): void {
    const codes = this.#write(name);
    const pairs = this.#pairs[name[0]!];
    const space = name.indexOf(' ');
    const known =
      pairs === undefined || space < 0
        ? this.#ids.add(codes[0]!, codes, 1, name.length)
        : this.#registerPair(pairs, name, space, id);
    if (known !== id) throw new Error(`vocabulary: the name of feature ${id} stands twice`);
    this.#longest = Math.max(this.#longest, name.length);
  }

  /** Two words with a space between them: they are found by the words alone, most of the names of a model. */
  #registerPair(pairs: PairTable, name: string, space: number, id: number): number {
    const first = this.#registerWord(1, space);
    const second = this.#registerWord(space + 1, name.length);
    const known = pairs.get(first, second);
    if (known >= 0) return known;
    this.#ids.skip();
    pairs.set(first, second, id);
    return id;
  }

  /** The ordinal of a word of the name at hand. */
  #registerWord(from: number, to: number): number {
    const codes = this.#codes;
    if (to - from === 1 && codes[from] === CIRCUMFLEX) return BEGINNING;
    return 1 + this.#ordinals.add(0, codes, from, to);
  }

  #write(text: string): Uint16Array {
    if (text.length > this.#codes.length) this.#codes = new Uint16Array(2 * text.length);
    for (let i = 0; i < text.length; i += 1) this.#codes[i] = text.charCodeAt(i);
    return this.#codes;
  }
}
