import { WordNotes } from '../domain/match/lexicon.ts';
import type { Word } from '../domain/match/words.ts';
import { longer } from '../domain/text/room.ts';
import { PASSAGE_ONLY, type NamedHit } from './concepts.ts';
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
  /** Its feature as one of {@link SCOPES}, or -1. */
  readonly scope: number;
  /** Looked at together with those close behind it. */
  readonly paired: boolean;
}

/** Said a sentence further on, they still turn what a passage says: long past, settled, in jest, somebody's business. */
const SCOPES = new Set([
  ...['d-past', 'd-settled', 'd-joke', 'd-figure', 'd-trip', 'd-cheer', 'd-machine'],
  ...['carer-pro', 'helper', 'pro-billing', 'payroll', 'firm', 'thanks'],
]);

/** What all passages of a mail share. */
interface Known {
  readonly words: readonly Word[];
  readonly concepts: readonly Concept[];
  readonly mentions: readonly Mention[];
  /** In the order they begin. */
  readonly near: readonly Place[];
  /** Features of the scopes said in the mail. */
  readonly scopes: readonly number[];
  /** By rank: does the concept stand in the passage at hand? */
  readonly stand: Uint8Array;
  /** By two ranks: the feature of the two concepts together, as far as it was asked for. */
  readonly pairs: Int32Array;
}

/** Where something that is a feature stands in the mail at hand. */
interface Place extends Pick<NamedHit, 'first' | 'last'> {
  readonly id: number;
}

/** A concept of the mail at hand; `rank` is its place among the mail's, by name. */
interface Mention extends Place {
  readonly rank: number;
}

/** Two concepts so near speak of one thing, in the order they stand: « il (…) frappe » is not « frappe (…) il ». */
const NEAR_WORDS_MAX = 4;
/** A mail that is a list of such words says no more than its beginning. */
const NEAR_PAIRS_MAX = 600;

/**
 * Counts the features of every passage of a mail: `w` word or pair of words, `t` stem, `k` concept, `p` two concepts of
 * the passage together (an operation and a near day, a wait and the allowances) or close behind each other, `x` what is
 * said anywhere in the mail of how all of it is meant ({@link SCOPES}). Each word is looked up once, however many passages
 * hold it. Holds scratch space: one mail at a time.
 */
export class PassageEncoder {
  readonly #vocabulary: Vocabulary;
  readonly #concepts = new Map<string, Concept>();
  readonly #conceptPairs = new PairTable();
  readonly #nearPairs = new PairTable();
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
    const known: Known = {
      words: mail.words,
      concepts,
      mentions,
      near: this.#near(mentions, concepts),
      scopes: concepts.flatMap(({ scope }) => (scope < 0 ? [] : [scope])),
      stand: new Uint8Array(concepts.length),
      pairs: new Int32Array(concepts.length ** 2).fill(NOT_ASKED),
    };
    for (const passage of passages) take(this.#passage(passage, known), passage);
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

  /** The pairs of concepts close behind each other that are features. */
  #near(mentions: readonly Mention[], concepts: readonly Concept[]): Place[] {
    const places: Place[] = [];
    const listed = mentions
      .filter(({ rank }) => concepts[rank]!.paired)
      .sort((a, b) => a.first - b.first || a.last - b.last);
    let pairs = 0;
    for (const [i, before] of listed.entries()) {
      for (let j = i + 1; j < listed.length && pairs < NEAR_PAIRS_MAX; j += 1) {
        const behind = listed[j]!;
        if (behind.first - before.last > NEAR_WORDS_MAX) break;
        if (behind.first <= before.last || behind.rank === before.rank) continue;
        pairs += 1;
        const id = this.#pairNumber(this.#nearPairs, concepts[before.rank]!, concepts[behind.rank]!, '>');
        if (id >= 0) places.push({ first: before.first, last: behind.last, id });
      }
    }
    return places;
  }

  #passage({ first, end }: Passage, known: Known): EncodedMail {
    const { words, mentions, near, scopes, stand } = known;
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
      } else if (block === 'pairs') {
        this.#pairs(known);
        for (let k = firstFrom(near, first); k < near.length && near[k]!.first < end; k += 1)
          if (near[k]!.last < end) vocabulary.count(near[k]!.id);
      } else if (block === 'context') for (const scope of scopes) vocabulary.count(scope);
      vocabulary.take(counted);
      ends.push(counted.length);
    }
    const { ids, counts, length } = counted;
    return { ids: ids.subarray(0, length), counts: counts.subarray(0, length), ends };
  }

  /** Counts concepts that stand together, each pair in the order of their names. */
  #pairs({ concepts, stand, pairs }: Known): void {
    const ranks: number[] = [];
    for (let rank = 0; rank < stand.length && ranks.length < PAIRED_MAX; rank += 1)
      if (stand[rank] === 1) ranks.push(rank);
    for (let i = 0; i < ranks.length; i += 1) {
      const row = ranks[i]! * concepts.length;
      for (let j = i + 1; j < ranks.length; j += 1) {
        // Passages of a mail say much the same: each pair is asked for once.
        let id = pairs[row + ranks[j]!]!;
        if (id === NOT_ASKED)
          pairs[row + ranks[j]!] = id = this.#pairNumber(
            this.#conceptPairs,
            concepts[ranks[i]!]!,
            concepts[ranks[j]!]!,
            '+',
          );
        this.#vocabulary.count(id);
      }
    }
  }

  #pairNumber(table: PairTable, a: Concept, b: Concept, between: '+' | '>'): number {
    let id = table.get(a.ordinal, b.ordinal) - 1;
    if (id === NOT_ASKED) {
      id = this.#vocabulary.number('p', `${a.name}${between}${b.name}`);
      // One more, so that a pair that is no feature is remembered too.
      table.set(a.ordinal, b.ordinal, id + 1);
    }
    return id;
  }

  #concept(name: string): Concept {
    let concept = this.#concepts.get(name);
    if (concept === undefined) {
      concept = {
        name,
        ordinal: this.#concepts.size,
        id: this.#vocabulary.number('k', name),
        scope: SCOPES.has(name) ? this.#vocabulary.number('x', name) : -1,
        paired: name.startsWith(PASSAGE_ONLY),
      };
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

/** Index of the first place that begins at `word` or behind it. */
function firstFrom(places: readonly Place[], word: number): number {
  let low = 0;
  let high = places.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (places[middle]!.first < word) low = middle + 1;
    else high = middle;
  }
  return low;
}
