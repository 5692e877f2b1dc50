import { WordNotes } from '../domain/match/lexicon.ts';
import type { Word } from '../domain/match/words.ts';
import { longer } from '../domain/text/room.ts';
import { CONCEPTS, PASSAGE_ONLY, type NamedHit } from './concepts.ts';
import { kept, type EncodedMail } from './encoder.ts';
import { BLOCKS, normalise, PAIRED_MAX, STEM_CHARS, type MailReading } from './features.ts';
import { passagesOf, type Passage } from './passages.ts';
import { TIMES_MAX } from './times.ts';
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

/** Names a passage may hold: concepts, days and delays. */
const NAMES_MAX = CONCEPTS.length + TIMES_MAX;
const NOT_ASKED = -2;

interface Concept {
  readonly name: string;
  /** Its place among the concepts of the mail at hand, by name; -1 outside of it. */
  rank: number;
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
  ...['d-fiction', 'd-trade', 'd-hypothetic'],
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
}

/** Where something that is a feature stands in the mail at hand. */
interface Place extends Pick<NamedHit, 'first' | 'last'> {
  readonly id: number;
}

interface Mention extends Pick<NamedHit, 'first' | 'last'> {
  readonly concept: Concept;
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
  /** By two ordinals of concepts: the feature, -1, or that it was not asked for yet. */
  readonly #conceptPairs = new Int32Array(NAMES_MAX ** 2).fill(NOT_ASKED);
  readonly #nearPairs = new Int32Array(NAMES_MAX ** 2).fill(NOT_ASKED);
  /** By word: one more than its row of columns. */
  readonly #notes = new WordNotes();
  #columns = new Int32Array(COLUMNS * 1_024);
  #rows = 0;
  /** By word of the mail: its columns, and its pair with the word before it. */
  #rowAt = new Int32Array(256);
  #pairAt = new Int32Array(256);
  readonly #counted: Counted = { ids: new Int32Array(256), counts: new Uint16Array(256), length: 0 };
  readonly #ends = BLOCKS.map(() => 0);
  /** By rank: does the concept stand in the passage at hand? */
  #stand = new Uint8Array(64);
  readonly #standing: Concept[] = [];

  /** @param names of a trained model, in order; without them the encoder grows */
  constructor(names?: readonly string[]) {
    this.#vocabulary = new Vocabulary(names, { w: true });
  }

  get names(): readonly string[] {
    return this.#vocabulary.names;
  }

  encode(mail: MailReading): EncodedPassage[] {
    const encoded: EncodedPassage[] = [];
    this.each(mail, (counted, passage) => encoded.push({ passage, ...kept(counted) }));
    return encoded;
  }

  /** Hands each passage over with its features, which are good until the next passage. */
  each(mail: MailReading, take: (encoded: EncodedMail, passage: Passage) => void): void {
    const passages = passagesOf(mail.words);
    this.#lookUp(mail.words, passages.at(-1)?.end ?? 0);
    // Loops, not map, sort and filter: what they give is of another kind inside each time, and the code here is compiled
    // anew for each kind.
    const mentions: Mention[] = [];
    for (const { name, first, last } of mail.hits) mentions.push({ first, last, concept: this.#concept(name) });
    const concepts = inOrder(mentions);
    if (concepts.length > this.#stand.length) this.#stand = new Uint8Array(2 * concepts.length);
    const scopes: number[] = [];
    for (const { scope } of concepts) if (scope >= 0) scopes.push(scope);
    const known: Known = { words: mail.words, concepts, mentions, near: this.#near(mentions), scopes };
    for (const passage of passages) take(this.#passage(passage, known), passage);
    for (const concept of concepts) concept.rank = -1;
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
  #near(mentions: readonly Mention[]): Place[] {
    const places: Place[] = [];
    const listed: Mention[] = [];
    for (const mention of mentions) if (mention.concept.paired) listed.push(mention);
    listed.sort(byPlace);
    let pairs = 0;
    for (let i = 0; i < listed.length; i += 1) {
      const before = listed[i]!;
      for (let j = i + 1; j < listed.length && pairs < NEAR_PAIRS_MAX; j += 1) {
        const behind = listed[j]!;
        if (behind.first - before.last > NEAR_WORDS_MAX) break;
        if (behind.first <= before.last || behind.concept === before.concept) continue;
        pairs += 1;
        const id = this.#pairNumber(this.#nearPairs, before.concept, behind.concept, '>');
        if (id >= 0) places.push({ first: before.first, last: behind.last, id });
      }
    }
    return places;
  }

  #passage({ first, end }: Passage, known: Known): EncodedMail {
    const { words, mentions, near, scopes, concepts } = known;
    const stand = this.#stand;
    const vocabulary = this.#vocabulary;
    const counted = this.#counted;
    counted.length = 0;
    for (let b = 0; b < BLOCKS.length; b += 1) {
      const block = BLOCKS[b]!;
      if (block === 'words') {
        for (let i = first; i < end; i += 1) {
          vocabulary.count(this.#columns[this.#rowAt[i]! + WORD]!);
          vocabulary.count(i > first ? this.#pairAt[i]! : this.#pairOf(BEGINNING, i, '^', words[i]!.text));
        }
      } else if (block === 'stems') {
        for (let i = first; i < end; i += 1) vocabulary.count(this.#columns[this.#rowAt[i]! + STEM]!);
      } else if (block === 'concepts') {
        stand.fill(0, 0, concepts.length);
        for (let i = 0; i < mentions.length; i += 1) {
          const mention = mentions[i]!;
          if (mention.first < first || mention.last >= end) continue;
          vocabulary.count(mention.concept.id);
          stand[mention.concept.rank] = 1;
        }
      } else if (block === 'pairs') {
        this.#pairs(concepts);
        for (let k = firstFrom(near, first); k < near.length && near[k]!.first < end; k += 1)
          if (near[k]!.last < end) vocabulary.count(near[k]!.id);
      } else if (block === 'context') for (const scope of scopes) vocabulary.count(scope);
      vocabulary.take(counted);
      this.#ends[b] = counted.length;
    }
    return { ids: counted.ids, counts: counted.counts, ends: this.#ends };
  }

  /** Counts concepts that stand together, each pair in the order of their names. */
  #pairs(concepts: readonly Concept[]): void {
    const standing = this.#standing;
    let count = 0;
    for (let rank = 0; rank < concepts.length && count < PAIRED_MAX; rank += 1)
      if (this.#stand[rank] === 1) standing[count++] = concepts[rank]!;
    for (let i = 0; i < count; i += 1)
      for (let j = i + 1; j < count; j += 1)
        this.#vocabulary.count(this.#pairNumber(this.#conceptPairs, standing[i]!, standing[j]!, '+'));
  }

  #pairNumber(table: Int32Array, a: Concept, b: Concept, between: '+' | '>'): number {
    const at = a.ordinal * NAMES_MAX + b.ordinal;
    let id = table[at]!;
    if (id === NOT_ASKED) table[at] = id = this.#vocabulary.number('p', `${a.name}${between}${b.name}`);
    return id;
  }

  #concept(name: string): Concept {
    let concept = this.#concepts.get(name);
    if (concept === undefined) {
      concept = {
        name,
        rank: -1,
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

/** The concepts mentioned, each once, by name; their ranks are set. */
function inOrder(mentions: readonly Mention[]): readonly Concept[] {
  const concepts: Concept[] = [];
  for (const { concept } of mentions) {
    if (concept.rank >= 0) continue;
    concept.rank = concepts.push(concept);
  }
  concepts.sort(byName);
  for (let i = 0; i < concepts.length; i += 1) concepts[i]!.rank = i;
  return concepts;
}

function byPlace(a: Mention, b: Mention): number {
  return a.first - b.first || a.last - b.last;
}

/** Of two different concepts. */
function byName(a: Concept, b: Concept): number {
  return a.name < b.name ? -1 : 1;
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
