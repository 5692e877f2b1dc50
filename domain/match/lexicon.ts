/**
 * The words met lately, one number for all mentions of each. Whoever reads mails keeps what it knows of a word under that
 * number ({@link WordNotes}) and hashes no letters. The memory is bounded: when it is full it begins anew with new numbers.
 */

/** Numbers of one generation; the next begins at a multiple of it. */
export const WORDS_MAX = 32_768;
/** A longer word (base64, a URL) has no number: nobody keeps anything of it. */
export const WORD_CHARS_MAX = 40;
export const UNNUMBERED = -1;

const numbers = new Map<string, number>();
/** The first number of this generation. */
let generation = 0;

/** The number of a word; {@link UNNUMBERED} for what is too long to be one. */
export function numberOf(word: string): number {
  if (word.length > WORD_CHARS_MAX) return UNNUMBERED;
  let number = numbers.get(word);
  if (number === undefined) {
    if (numbers.size >= WORDS_MAX) {
      numbers.clear();
      generation += WORDS_MAX;
    }
    number = generation + numbers.size;
    numbers.set(word, number);
  }
  return number;
}

/** What one reader notes about words: a number above 0 for each, found by the word's own. */
export class WordNotes {
  #generation = -1;
  #notes = new Int32Array(1_024);

  /** To be called before a text is read: true when all notes were lost, because the words have new numbers. */
  begin(): boolean {
    if (this.#generation === generation) return false;
    this.#generation = generation;
    this.#notes.fill(0);
    return true;
  }

  /** Forgets all notes; the next {@link begin} says so. */
  clear(): void {
    this.#generation = -1;
  }

  /** 0 where nothing was noted. */
  get(number: number): number {
    const at = number - this.#generation;
    return at >= 0 && at < this.#notes.length ? this.#notes[at]! : 0;
  }

  /** Left out for a word of another generation: its next reader looks again. */
  set(number: number, note: number): void {
    const at = number - this.#generation;
    if (at < 0 || at >= WORDS_MAX) return;
    if (at >= this.#notes.length) {
      const more = new Int32Array(Math.min(WORDS_MAX, Math.max(at + 1, 2 * this.#notes.length)));
      more.set(this.#notes);
      this.#notes = more;
    }
    this.#notes[at] = note;
  }
}
