import { WordNotes } from '../domain/match/lexicon.ts';
import type { Word } from '../domain/match/words.ts';
import { longer } from '../domain/text/room.ts';
import type { NamedHit } from './concepts.ts';
import type { EncodedMail } from './encoder.ts';
import { BLOCKS, normalise, PAIRED_MAX, STEM_CHARS, type MailReading } from './features.ts';
import { PairTable } from './pair-table.ts';
import { passagesOf, type Passage } from './passages.ts';
import { BEGINNING, Vocabulary, type Counted } from './vocabulary.ts';

export interface EncodedPassage extends EncodedMail {
  readonly passage: Passage;
}

/** Columns of what is known of a word: its ordinal for pairs, its features or -1. */
const ORDINAL = 0;
const WORD = 1;
const STEM = 2;
const COLUMNS = 4;
/** Room for words; hostile mail, full of new ones, may not fill the memory. */
const ROWS_MAX = 65_536;

/** What a {@link PairTable} says of a pair of concepts never met, less one: it keeps one more than the feature. */
const NOT_ASKED = -2;

interface Concept {
  readonly name: string;
  readonly ordinal: number;
  readonly id: number;
}

/** A concept of the mail at hand; `rank` is its place among the mail's, by name. */
interface Mention extends Pick<NamedHit, 'first' | 'last'> {
  readonly id: number;
  readonly rank: number;
}

/**
 * Counts the features of every passage of a mail: `w` word or pair of words, `t` stem, `k` concept, `p` two concepts of
 * the passage together (an operation and a near day, a wait and the allowances). Each word is looked up once, however
 * many passages hold it. Holds scratch space: one mail at a time.
 */
export class PassageEncoder {
  readonly #vocabulary: Vocabulary;
  readonly #concepts = new Map<string, Concept>();
  readonly #conceptPairs = new PairTable();
  /** By word: one more than its row of columns. */
  readonly #notes = new WordNotes();
  #columns = new Int32Array(COLUMNS * 1_024);
  #rows = 0;
  /** By word of the mail: its columns, and its pair with the word before it. */
  #rowAt = new Int32Array(256);
  #pairAt = new Int32Array(256);
  readonly #counted: Counted = { ids: new Int32Array(256), counts: new Uint16Array(256), length: 0 };

  /** @param names of a trained model, in order; without them the encoder grows */
  constructor(names?: readonly string[]) {
    this.#vocabulary = new Vocabulary(names, { w: true });
  }

  get names(): readonly string[] {
    return this.#vocabulary.names;
  }

  encode(mail: MailReading): EncodedPassage[] {
    const encoded: EncodedPassage[] = [];
    this.each(mail, ({ ids, counts, ends }, passage) =>
      encoded.push({ passage, ids: ids.slice(), counts: counts.slice(), ends }),
    );
    return encoded;
  }

  /** Hands each passage over with its features, which are good until the next passage. */
  each(mail: MailReading, take: (encoded: EncodedMail, passage: Passage) => void): void {
    const passages = passagesOf(mail.words);
    this.#lookUp(mail.words, passages.at(-1)?.end ?? 0);
    const concepts = [...new Set(mail.hits.map((hit) => hit.name))].sort().map((name) => this.#concept(name));
    const rank = new Map(concepts.map((concept, i) => [concept.name, i]));
    const mentions = mail.hits.map(({ name, first, last }): Mention => {
      const at = rank.get(name)!;
      return { first, last, rank: at, id: concepts[at]!.id };
    });
    const stand = new Uint8Array(concepts.length);
    for (const passage of passages) take(this.#passage(passage, mail.words, concepts, mentions, stand), passage);
  }

  /** The columns and pairs of the words before `end`. */
  #lookUp(words: readonly Word[], end: number): void {
    if (this.#rows > ROWS_MAX) this.#notes.clear();
    if (this.#notes.begin()) this.#rows = 0;
    if (end > this.#rowAt.length) {
      this.#rowAt = longer(this.#rowAt, end);
      this.#pairAt = longer(this.#pairAt, end);
    }
    for (let i = 0; i < end; i += 1) {
      this.#rowAt[i] = this.#rowOf(words[i]!);
      if (i > 0) this.#pairAt[i] = this.#pairOf(this.#ordinalAt(i - 1), i, words[i - 1]!.text, words[i]!.text);
    }
  }

  #passage(
    { first, end }: Passage,
    words: readonly Word[],
    concepts: readonly Concept[],
    mentions: readonly Mention[],
    stand: Uint8Array,
  ): EncodedMail {
    const vocabulary = this.#vocabulary;
    const counted = this.#counted;
    counted.length = 0;
    const ends: number[] = [];
    for (const block of BLOCKS) {
      if (block === 'words') {
        for (let i = first; i < end; i += 1) {
          vocabulary.count(this.#columns[this.#rowAt[i]! + WORD]!);
          vocabulary.count(i > first ? this.#pairAt[i]! : this.#pairOf(BEGINNING, i, '^', words[i]!.text));
        }
      } else if (block === 'stems') {
        for (let i = first; i < end; i += 1) vocabulary.count(this.#columns[this.#rowAt[i]! + STEM]!);
      } else if (block === 'concepts') {
        stand.fill(0);
        for (const mention of mentions) {
          if (mention.first < first || mention.last >= end) continue;
          vocabulary.count(mention.id);
          stand[mention.rank] = 1;
        }
      } else if (block === 'pairs') this.#pairs(concepts.filter((_, rank) => stand[rank] === 1).slice(0, PAIRED_MAX));
      vocabulary.take(counted);
      ends.push(counted.length);
    }
    const { ids, counts, length } = counted;
    return { ids: ids.subarray(0, length), counts: counts.subarray(0, length), ends };
  }

  /** Counts concepts that stand together, each pair in the order of their names. */
  #pairs(concepts: readonly Concept[]): void {
    for (let i = 0; i < concepts.length; i += 1) {
      for (let j = i + 1; j < concepts.length; j += 1) {
        const [a, b] = [concepts[i]!, concepts[j]!];
        let id = this.#conceptPairs.get(a.ordinal, b.ordinal) - 1;
        if (id === NOT_ASKED) {
          id = this.#vocabulary.number('p', `${a.name}+${b.name}`);
          // One more, so that a pair that is no feature is remembered too.
          this.#conceptPairs.set(a.ordinal, b.ordinal, id + 1);
        }
        this.#vocabulary.count(id);
      }
    }
  }

  #concept(name: string): Concept {
    let concept = this.#concepts.get(name);
    if (concept === undefined) {
      concept = { name, ordinal: this.#concepts.size, id: this.#vocabulary.number('k', name) };
      this.#concepts.set(name, concept);
    }
    return concept;
  }

  #ordinalAt(i: number): number {
    return this.#columns[this.#rowAt[i]! + ORDINAL]!;
  }

  #pairOf(before: number, i: number, beforeText: string, text: string): number {
    return this.#vocabulary.pair('w', before, this.#ordinalAt(i), beforeText, text);
  }

  /** Where the columns of a word begin. */
  #rowOf({ text, number }: Word): number {
    const note = this.#notes.get(number);
    if (note !== 0) return (note - 1) * COLUMNS;
    const row = this.#rows;
    this.#rows += 1;
    if (this.#rows * COLUMNS > this.#columns.length) this.#columns = longer(this.#columns, this.#rows * COLUMNS);
    const word = normalise(text);
    this.#columns[row * COLUMNS + ORDINAL] = this.#vocabulary.ordinal(word);
    this.#columns[row * COLUMNS + WORD] = this.#vocabulary.number('w', word);
    this.#columns[row * COLUMNS + STEM] = this.#vocabulary.number('t', text.slice(0, STEM_CHARS));
    this.#notes.set(number, row + 1);
    return row * COLUMNS;
  }
}
