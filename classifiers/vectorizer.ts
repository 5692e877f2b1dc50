import type { MotifInput } from '../domain/facts.ts';
import { BLOCK_WEIGHT, charGrams, readFeatures, type Block, type MailFeatures } from './features.ts';
import type { SparseRow } from './svm.ts';

/** Feature names with their numbers and inverse document frequencies. A name starts with its block's letter. */
export interface Dictionary {
  readonly names: readonly string[];
  readonly idf: Float32Array;
}

const LETTER: Readonly<Record<Block, string>> = {
  words: 'w',
  chars: 'c',
  subject: 's',
  quoted: 'q',
  context: 'x',
};

/** Every feature of a mail by name, once an occurrence; the dictionary is built from this. */
function eachName(mail: MailFeatures, add: (name: string) => void): void {
  for (const block of ['words', 'subject'] as const) {
    let before = '^';
    for (const word of block === 'words' ? mail.text : mail.subject) {
      add(`${LETTER[block]}${word}`);
      add(`${LETTER[block]}${before} ${word}`);
      before = word;
    }
  }
  for (const word of mail.text) for (const gram of charGrams(word)) add(`c${gram}`);
  for (const word of mail.quoted) add(`q${word}`);
  for (const name of mail.context) add(`x${name}`);
}

/** Builds the dictionary of features seen in at least `min_df` mails, in name order. */
export function buildDictionary(inputs: readonly MotifInput[], min_df: number): Dictionary {
  const df = new Map<string, number>();
  for (const input of inputs) {
    const seen = new Set<string>();
    eachName(readFeatures(input), (name) => seen.add(name));
    for (const name of seen) df.set(name, (df.get(name) ?? 0) + 1);
  }
  const kept = [...df].filter(([, n]) => n >= min_df).sort(([a], [b]) => (a < b ? -1 : 1));
  const idf = new Float32Array(kept.length);
  for (const [id, [, n]] of kept.entries()) idf[id] = Math.log((1 + inputs.length) / (1 + n)) + 1;
  return { names: kept.map(([name]) => name), idf };
}

interface WordIds {
  /** -1 when the dictionary does not know the word. */
  readonly word: number;
  readonly grams: Int32Array;
}

/** Words whose ids are remembered; real mail repeats itself, hostile mail may not fill the memory. */
const CACHE_MAX = 60_000;

/** Turns mails into sublinear TF-IDF vectors, each block L2-normed and weighted. Holds scratch space: one at a time. */
export class Vectorizer {
  readonly width: number;
  readonly #idf: Float32Array;
  readonly #ids = new Map<string, number>();
  readonly #cache = new Map<string, WordIds>();
  readonly #counts: Float32Array;
  readonly #touched: number[] = [];

  constructor(dictionary: Dictionary) {
    this.width = dictionary.names.length;
    this.#idf = dictionary.idf;
    for (const [id, name] of dictionary.names.entries()) this.#ids.set(name, id);
    this.#counts = new Float32Array(this.width);
  }

  vectorize(input: MotifInput): SparseRow {
    const mail = readFeatures(input);
    const index: number[] = [];
    const value: number[] = [];
    this.#words('w', mail.text);
    this.#flush('words', index, value);
    for (const word of mail.text) for (const id of this.#known(word).grams) this.#count(id);
    this.#flush('chars', index, value);
    this.#words('s', mail.subject);
    this.#flush('subject', index, value);
    for (const word of mail.quoted) this.#count(this.#ids.get(`q${word}`) ?? -1);
    this.#flush('quoted', index, value);
    for (const name of mail.context) this.#count(this.#ids.get(`x${name}`) ?? -1);
    this.#flush('context', index, value);
    return { index: Int32Array.from(index), value: Float32Array.from(value) };
  }

  #words(letter: string, list: readonly string[]): void {
    let before = '^';
    for (const word of list) {
      this.#count(letter === 'w' ? this.#known(word).word : (this.#ids.get(letter + word) ?? -1));
      this.#count(this.#ids.get(`${letter}${before} ${word}`) ?? -1);
      before = word;
    }
  }

  #known(word: string): WordIds {
    let known = this.#cache.get(word);
    if (known === undefined) {
      const grams = charGrams(word)
        .map((gram) => this.#ids.get(`c${gram}`) ?? -1)
        .filter((id) => id >= 0);
      known = { word: this.#ids.get(`w${word}`) ?? -1, grams: Int32Array.from(grams) };
      if (this.#cache.size >= CACHE_MAX) this.#cache.clear();
      this.#cache.set(word, known);
    }
    return known;
  }

  #count(id: number): void {
    if (id < 0) return;
    if (this.#counts[id] === 0) this.#touched.push(id);
    this.#counts[id]! += 1;
  }

  #flush(block: Block, index: number[], value: number[]): void {
    let norm = 0;
    const from = value.length;
    for (const id of this.#touched) {
      const x = (1 + Math.log(this.#counts[id]!)) * this.#idf[id]!;
      index.push(id);
      value.push(x);
      norm += x * x;
      this.#counts[id] = 0;
    }
    this.#touched.length = 0;
    const scale = norm === 0 ? 0 : BLOCK_WEIGHT[block] / Math.sqrt(norm);
    for (let k = from; k < value.length; k += 1) value[k]! *= scale;
  }
}
