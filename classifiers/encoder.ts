import type { MotifInput } from '../domain/facts.ts';
import type { Word } from '../domain/match/words.ts';
import { BLOCKS, BLOCK_WEIGHT, charGrams, normalise, readFeatures, type Block, type MailFeatures } from './features.ts';
import type { SparseRow } from './svm.ts';
import { BEGINNING, Vocabulary } from './vocabulary.ts';

/** A mail as counted features: block by block, ids of the encoder's names with how often each occurs. */
export interface EncodedMail {
  readonly ids: Int32Array;
  readonly counts: Uint16Array;
  /** Where each block of {@link BLOCKS} ends in `ids`. */
  readonly ends: readonly number[];
}

/** The features of one word, wherever it stands. */
export interface KnownWord {
  /** Ordinal for word pairs; -1 for a word no pair is known of. */
  readonly ordinal: number;
  readonly word: number;
  readonly ask: number;
  readonly subject: number;
  readonly quoted: number;
  /** Its letters; read when they are asked for. */
  grams: Int32Array | undefined;
}

/** Words whose ids are remembered; real mail repeats itself, hostile mail may not fill the memory. */
const CACHE_MAX = 20_000;

/**
 * Counts the features of mails. Their names begin with their block's letter: `w` word or pair of words, `c` characters, `a`
 * word or pair in an asking sentence, `k` concept, `s` word or pair in the subject, `q` quoted word, `x` context. Words of
 * the subject are words like the others too. Holds scratch space: one mail at a time.
 */
export class Encoder {
  readonly #vocabulary: Vocabulary;
  readonly #cache = new Map<string, KnownWord>();
  readonly #concepts = new Map<string, number>();

  /** @param names of a trained model, in order; without them the encoder grows */
  constructor(names?: readonly string[]) {
    this.#vocabulary = new Vocabulary(names, { w: true, a: true, s: true });
  }

  get names(): readonly string[] {
    return this.#vocabulary.names;
  }

  encode(input: MotifInput): EncodedMail {
    return this.encodeFeatures(readFeatures(input));
  }

  encodeFeatures(mail: MailFeatures): EncodedMail {
    const ids: number[] = [];
    const counts: number[] = [];
    const ends: number[] = [];
    for (const block of BLOCKS) {
      this.#block(block, mail);
      this.#vocabulary.take(ids, counts);
      ends.push(ids.length);
    }
    return { ids: new Int32Array(ids), counts: new Uint16Array(counts), ends };
  }

  known(text: string): KnownWord {
    let known = this.#cache.get(text);
    if (known === undefined) {
      const word = normalise(text);
      known = {
        ordinal: this.#vocabulary.ordinal(word),
        word: this.#vocabulary.number(`w${word}`),
        ask: this.#vocabulary.number(`a${word}`),
        subject: this.#vocabulary.number(`s${word}`),
        quoted: this.#vocabulary.number(`q${word}`),
        grams: undefined,
      };
      if (this.#cache.size >= CACHE_MAX) this.#cache.clear();
      this.#cache.set(text, known);
    }
    return known;
  }

  gramsOf(text: string): Int32Array {
    const known = this.known(text);
    return (known.grams ??= Int32Array.from(
      charGrams(normalise(text))
        .map((gram) => this.#vocabulary.number(`c${gram}`))
        .filter((id) => id >= 0),
    ));
  }

  /** The number of a pair of words of the text, or -1. */
  pairOf(before: string, word: string): number {
    return this.#vocabulary.pair('w', this.known(before).ordinal, this.known(word).ordinal, before, word);
  }

  #conceptNumber(concept: string): number {
    let number = this.#concepts.get(concept);
    if (number === undefined) this.#concepts.set(concept, (number = this.#vocabulary.number(`k${concept}`)));
    return number;
  }

  #block(block: Block, mail: MailFeatures): void {
    const vocabulary = this.#vocabulary;
    switch (block) {
      case 'words':
        this.#sequence(mail.text, 'w', 'word');
        for (const word of mail.subject) vocabulary.count(this.known(word.text).word);
        return;
      case 'chars':
        for (const word of mail.text) for (const id of this.gramsOf(word.text)) vocabulary.count(id);
        return;
      case 'asks':
        this.#sequence(mail.asks, 'a', 'ask');
        return;
      case 'subject':
        this.#sequence(mail.subject, 's', 'subject');
        return;
      case 'quoted':
        for (const word of mail.quoted) vocabulary.count(this.known(word.text).quoted);
        return;
      case 'concepts':
        for (const concept of mail.concepts) vocabulary.count(this.#conceptNumber(concept));
        return;
      case 'context':
        for (const name of mail.context) vocabulary.count(vocabulary.number(`x${name}`));
        return;
      case 'stems':
      case 'pairs':
        // Of passages only.
        return;
    }
  }

  #sequence(words: readonly Word[], letter: string, as: 'word' | 'ask' | 'subject'): void {
    let before = BEGINNING;
    let beforeText = '^';
    for (const { text } of words) {
      const known = this.known(text);
      this.#vocabulary.count(known[as]);
      this.#vocabulary.countPair(letter, before, known.ordinal, beforeText, text);
      before = known.ordinal;
      beforeText = text;
    }
  }
}

/** Most features stand once or twice in a mail. */
const TF = Float32Array.from({ length: 64 }, (_, count) => (count === 0 ? 0 : 1 + Math.log(count)));

/** Sublinear term frequency. */
export function tf(count: number): number {
  return count < TF.length ? TF[count]! : 1 + Math.log(count);
}

/** Sublinear TF-IDF, each block L2-normed and weighted. `ids` may rename the encoder's numbers; below 0 leaves out. */
export function weigh(mail: EncodedMail, idf: Float32Array, ids?: Int32Array): SparseRow {
  const index = new Int32Array(mail.ids.length);
  const value = new Float32Array(mail.ids.length);
  let length = 0;
  let at = 0;
  for (let b = 0; b < mail.ends.length; b += 1) {
    const end = mail.ends[b]!;
    const from = length;
    let norm = 0;
    for (; at < end; at += 1) {
      const id = ids === undefined ? mail.ids[at]! : ids[mail.ids[at]!]!;
      if (id < 0) continue;
      const x = tf(mail.counts[at]!) * idf[id]!;
      index[length] = id;
      value[length] = x;
      norm += x * x;
      length += 1;
    }
    const scale = norm === 0 ? 0 : BLOCK_WEIGHT[BLOCKS[b]!] / Math.sqrt(norm);
    for (let k = from; k < length; k += 1) value[k]! *= scale;
  }
  return { index: index.subarray(0, length), value: value.subarray(0, length) };
}
