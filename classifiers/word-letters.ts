import { BLOCK_WEIGHT } from './features.ts';
import type { Scorer } from './scorer.ts';

/**
 * What the letters of words say. Mails share their words: the n-grams of a word are added up when it is first met, and a
 * mail adds up its words, a tenth as many. The same numbers as weigh() (weigh.ts) gives the n-grams of the whole mail.
 */
export class WordLetters {
  readonly #scorer: Scorer;
  readonly #idf: Float32Array;
  /** By word: the squares of its n-grams' frequencies, added up. */
  readonly #squares: Float64Array;
  #sum = 0;
  #each = 0;

  /** @param words the most words that are known at a time */
  constructor(scorer: Scorer, idf: Float32Array, words: number) {
    this.#scorer = scorer;
    this.#idf = idf;
    this.#squares = new Float64Array(words);
  }

  /** How much a mention of a word counts in the mail at hand. */
  get each(): number {
    return this.#each;
  }

  /** Takes a new word in, in place of the one that had its number. */
  learn(word: number, grams: readonly number[]): void {
    const row = this.#scorer.partRow;
    const { index, value } = row;
    let squares = 0;
    for (let j = 0; j < grams.length; j += 1) {
      const gram = grams[j]!;
      const idf = this.#idf[gram]!;
      index[j] = gram;
      value[j] = idf;
      squares += idf * idf;
    }
    row.length = grams.length;
    this.#scorer.keep(word);
    this.#squares[word] = squares;
  }

  /** A mail begins. */
  begin(): void {
    this.#scorer.keptRow.length = 0;
    this.#sum = 0;
  }

  /** The mail holds a word. */
  mention(word: number): void {
    const { keptRow } = this.#scorer;
    keptRow.index[keptRow.length] = word;
    keptRow.length += 1;
    this.#sum += this.#squares[word]!;
  }

  /** The mail has no more words. */
  end(): void {
    const { keptRow } = this.#scorer;
    this.#each = this.#sum === 0 ? 0 : Math.fround(BLOCK_WEIGHT.chars / Math.sqrt(this.#sum));
    keptRow.value.fill(this.#each, 0, keptRow.length);
  }
}
