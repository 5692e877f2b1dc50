import type { MotifInput } from '../domain/facts.ts';
import { WordNotes } from '../domain/match/lexicon.ts';
import { longer } from '../domain/text/room.ts';
import type { Word } from '../domain/match/words.ts';
import { BLOCKS, normalise, readFeatures, type Block, type MailFeatures } from './features.ts';
import { BEGINNING, Vocabulary, type Counted } from './vocabulary.ts';

/**
 * A mail as counted features: block by block, ids of the encoder's names with how often each occurs. What stands behind
 * the last block is of no meaning.
 */
export interface EncodedMail {
  readonly ids: Int32Array;
  readonly counts: Uint16Array;
  /** Where each block of {@link BLOCKS} ends in `ids`. */
  readonly ends: readonly number[];
}

/** A copy that stays, of its very length. */
export function kept({ ids, counts, ends }: EncodedMail): EncodedMail {
  return { ids: ids.slice(0, ends.at(-1)), counts: counts.slice(0, ends.at(-1)), ends: [...ends] };
}

/** Columns of what is known of a word, wherever it stands: its ordinal for pairs, its features or -1, its letters. */
const ORDINAL = 0;
const WORD = 1;
const ASK = 2;
const SUBJECT = 3;
const QUOTED = 4;
/** Where its n-grams begin and end. */
const GRAMS = 5;
const GRAMS_END = 6;
const COLUMNS = 8;

/** Room for words and their n-grams; hostile mail, full of new words, may not fill the memory. */
const ROWS_MAX = 32_768;
const GRAMS_MAX = 1 << 20;
/** Words a mail may bring beyond that: room is made between mails. */
const NEW_WORDS_MAX = 4_096;
/** As many words are known at a time. */
export const KNOWN_WORDS_MAX = ROWS_MAX + NEW_WORDS_MAX;

/** Takes over what the letters of words say (word-letters.ts), words by their numbers. */
export interface Letters {
  learn(word: number, grams: readonly number[]): void;
  mention(word: number): void;
}

/**
 * Counts the features of mails. Their names begin with their block's letter: `w` word or pair of words, `c` characters, `a`
 * word or pair in an asking sentence, `k` concept, `s` word or pair in the subject, `q` quoted word, `x` context. Words of
 * the subject are words like the others too. Holds scratch space: one mail at a time.
 */
export class Encoder {
  readonly #vocabulary: Vocabulary;
  readonly #concepts = new Map<string, number>();
  /** By word: one more than its row of columns. */
  readonly #notes = new WordNotes();
  #columns = new Int32Array(COLUMNS * 1_024);
  #rows = 0;
  #grams = new Int32Array(16_384);
  #gramsEnd = 0;
  readonly #counted: Counted = { ids: new Int32Array(1_024), counts: new Uint16Array(1_024), length: 0 };
  readonly #ends = BLOCKS.map(() => 0);

  readonly #letters: Letters | undefined;

  /**
   * @param names of a trained model, in order; without them the encoder grows
   * @param letters told of the words of the text, whose n-grams are then not counted
   */
  constructor(names?: readonly string[], letters?: Letters) {
    this.#vocabulary = new Vocabulary(names, { w: true, a: true, s: true });
    this.#letters = letters;
  }

  get names(): readonly string[] {
    return this.#vocabulary.names;
  }

  encode(input: MotifInput): EncodedMail {
    return this.encodeFeatures(readFeatures(input));
  }

  encodeFeatures(mail: MailFeatures): EncodedMail {
    return kept(this.count(mail));
  }

  /** The features of a mail, good until the next mail. */
  count(mail: MailFeatures): EncodedMail {
    this.begin();
    const counted = this.#counted;
    counted.length = 0;
    for (let b = 0; b < BLOCKS.length; b += 1) {
      this.#block(BLOCKS[b]!, mail);
      this.#vocabulary.take(counted);
      this.#ends[b] = counted.length;
    }
    return { ids: counted.ids, counts: counted.counts, ends: this.#ends };
  }

  /** To be called before the words of a text are asked for. */
  begin(): void {
    if (this.#rows > ROWS_MAX || this.#gramsEnd > GRAMS_MAX) this.#notes.clear();
    if (!this.#notes.begin()) return;
    this.#rows = 0;
    this.#gramsEnd = 0;
  }

  /** The number of a word, by which {@link Letters} know it too. */
  wordOf(word: Word): number {
    return this.#rowOf(word) / COLUMNS;
  }

  /** The credits of the features a word of the text has by itself, added up: the word, the word that asks. */
  sumOf(word: number, credits: Float64Array): number {
    const own = this.#columns[word * COLUMNS + WORD]!;
    const ask = this.#columns[word * COLUMNS + ASK]!;
    return (own < 0 ? 0 : credits[own]!) + (ask < 0 ? 0 : credits[ask]!);
  }

  /** The number of a pair of words of the text, or -1. */
  pairOf(before: Word, word: Word): number {
    // Rows before columns: a new word may move them.
    const [first, second] = [this.#rowOf(before), this.#rowOf(word)];
    const columns = this.#columns;
    return this.#vocabulary.pair('w', columns[first + ORDINAL]!, columns[second + ORDINAL]!, before.text, word.text);
  }

  #block(block: Block, mail: MailFeatures): void {
    const vocabulary = this.#vocabulary;
    switch (block) {
      case 'words':
        this.#sequence(mail.text, 'w', WORD);
        this.#each(mail.subject, WORD);
        return;
      case 'chars':
        for (const word of mail.text) this.#countLetters(this.#rowOf(word));
        return;
      case 'asks':
        this.#sequence(mail.asks, 'a', ASK);
        return;
      case 'subject':
        this.#sequence(mail.subject, 's', SUBJECT);
        return;
      case 'quoted':
        this.#each(mail.quoted, QUOTED);
        return;
      case 'concepts':
        for (const concept of mail.concepts) vocabulary.count(this.#conceptNumber(concept));
        return;
      case 'context':
        for (const name of mail.context) vocabulary.count(vocabulary.number('x', name));
        return;
      case 'stems':
      case 'pairs':
        // Of passages only.
        return;
    }
  }

  #sequence(words: readonly Word[], letter: string, as: number): void {
    const vocabulary = this.#vocabulary;
    let before = BEGINNING;
    let beforeText = '^';
    for (const word of words) {
      const row = this.#rowOf(word);
      const ordinal = this.#columns[row + ORDINAL]!;
      vocabulary.count(this.#columns[row + as]!);
      vocabulary.count(vocabulary.pair(letter, before, ordinal, beforeText, word.text));
      before = ordinal;
      beforeText = word.text;
    }
  }

  #each(words: readonly Word[], as: number): void {
    for (const word of words) {
      // First the row: a new word may move the columns.
      const row = this.#rowOf(word);
      this.#vocabulary.count(this.#columns[row + as]!);
    }
  }

  #countLetters(row: number): void {
    if (this.#letters !== undefined) return this.#letters.mention(row / COLUMNS);
    const grams = this.#grams;
    const end = this.#columns[row + GRAMS_END]!;
    for (let k = this.#columns[row + GRAMS]!; k < end; k += 1) this.#vocabulary.count(grams[k]!);
  }

  #conceptNumber(concept: string): number {
    let number = this.#concepts.get(concept);
    if (number === undefined) this.#concepts.set(concept, (number = this.#vocabulary.number('k', concept)));
    return number;
  }

  /** Where the columns of a word begin. */
  #rowOf({ text, number }: Word): number {
    const note = this.#notes.get(number);
    if (note !== 0) return (note - 1) * COLUMNS;
    const row = this.#learn(text);
    this.#notes.set(number, row + 1);
    return row * COLUMNS;
  }

  #learn(text: string): number {
    const vocabulary = this.#vocabulary;
    const word = normalise(text);
    const grams = vocabulary.grams('c', word);
    const row = this.#rows;
    this.#rows += 1;
    if (this.#rows * COLUMNS > this.#columns.length) this.#columns = longer(this.#columns, this.#rows * COLUMNS);
    const from = this.#gramsEnd;
    if (this.#letters === undefined) this.#keepGrams(grams);
    else this.#letters.learn(row, grams);
    const columns = this.#columns.subarray(row * COLUMNS);
    columns[ORDINAL] = vocabulary.ordinal(word);
    columns[WORD] = vocabulary.number('w', word);
    columns[ASK] = vocabulary.number('a', word);
    columns[SUBJECT] = vocabulary.number('s', word);
    columns[QUOTED] = vocabulary.number('q', word);
    columns[GRAMS] = from;
    columns[GRAMS_END] = this.#gramsEnd;
    return row;
  }

  #keepGrams(grams: readonly number[]): void {
    const from = this.#gramsEnd;
    this.#gramsEnd += grams.length;
    if (this.#gramsEnd > this.#grams.length) this.#grams = longer(this.#grams, this.#gramsEnd);
    this.#grams.set(grams, from);
  }
}
