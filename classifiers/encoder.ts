import type { MotifInput } from '../domain/facts.ts';
import { WordNotes } from '../domain/match/lexicon.ts';
import { longer } from '../domain/text/room.ts';
import type { Word } from '../domain/match/words.ts';
import { BLOCKS, normalise, readFeatures, type Block, type MailFeatures } from './features.ts';
import { BEGINNING, Vocabulary, type Counted } from './vocabulary.ts';

/** A mail as counted features: block by block, ids of the encoder's names with how often each occurs. */
export interface EncodedMail {
  readonly ids: Int32Array;
  readonly counts: Uint16Array;
  /** Where each block of {@link BLOCKS} ends in `ids`. */
  readonly ends: readonly number[];
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
const ROWS_MAX = 65_536;
const GRAMS_MAX = 1 << 20;

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
    const { ids, counts, ends } = this.count(mail);
    return { ids: ids.slice(), counts: counts.slice(), ends };
  }

  /** The features of a mail, good until the next mail. */
  count(mail: MailFeatures): EncodedMail {
    this.begin();
    const counted = this.#counted;
    counted.length = 0;
    const ends: number[] = [];
    for (const block of BLOCKS) {
      this.#block(block, mail);
      this.#vocabulary.take(counted);
      ends.push(counted.length);
    }
    const { ids, counts, length } = counted;
    return { ids: ids.subarray(0, length), counts: counts.subarray(0, length), ends };
  }

  /** To be called before the words of a text are asked for. */
  begin(): void {
    if (this.#rows > ROWS_MAX || this.#gramsEnd > GRAMS_MAX) this.#notes.clear();
    if (!this.#notes.begin()) return;
    this.#rows = 0;
    this.#gramsEnd = 0;
  }

  /** The credits of the features a word of the text has by itself, added up: the word, the word that asks, its n-grams. */
  sumOf(word: Word, credits: Float64Array): number {
    const row = this.#rowOf(word);
    const columns = this.#columns;
    const grams = this.#grams;
    const own = columns[row + WORD]!;
    const ask = columns[row + ASK]!;
    let sum = (own < 0 ? 0 : credits[own]!) + (ask < 0 ? 0 : credits[ask]!);
    for (let k = columns[row + GRAMS]!; k < columns[row + GRAMS_END]!; k += 1) sum += credits[grams[k]!]!;
    return sum;
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
        for (const word of mail.text) this.#countGrams(this.#rowOf(word));
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

  #countGrams(row: number): void {
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
    if (this.#gramsEnd + grams.length > this.#grams.length)
      this.#grams = longer(this.#grams, this.#gramsEnd + grams.length);
    this.#grams.set(grams, this.#gramsEnd);
    const columns = this.#columns.subarray(row * COLUMNS);
    columns[ORDINAL] = vocabulary.ordinal(word);
    columns[WORD] = vocabulary.number('w', word);
    columns[ASK] = vocabulary.number('a', word);
    columns[SUBJECT] = vocabulary.number('s', word);
    columns[QUOTED] = vocabulary.number('q', word);
    columns[GRAMS] = this.#gramsEnd;
    this.#gramsEnd += grams.length;
    columns[GRAMS_END] = this.#gramsEnd;
    return row;
  }
}
