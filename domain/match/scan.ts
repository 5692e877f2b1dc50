import { longer } from '../text/room.ts';
import { WordNotes } from './lexicon.ts';
import { isDenied } from './negation.ts';
import { GAP_WORDS_MAX, parsePhrase, type Phrase } from './phrase.ts';
import { compileProgram, END, FORM_SIZE, FORMS_HEAD, GAP, OPTIONAL, useOf, type Program, type Use } from './program.ts';
import type { Word } from './words.ts';

/** Word positions of one match, both included. */
export interface Hit {
  readonly first: number;
  readonly last: number;
}

/** What stands in a text: phrase number → places, in order; the phrases in the order they were first met. */
export type Hits = ReadonlyMap<number, readonly Hit[]>;

/** Enough evidence for a person; a mail that repeats itself a thousand times must not fill the memory. */
const HITS_PER_PHRASE_MAX = 3;
/** Subject, body and thread of a mail, read by the model and by two sets of rules. */
const SCANNED_MAX = 4;
/** Hostile mail brings words without end; real mail repeats itself. */
const USES_MAX = 1 << 20;
/** Room for candidates that is kept from text to text. */
const CANDIDATES_KEPT_MAX = 1 << 18;
/** Where the uses begin with that of the words no phrase asks for: no term, no prefixes, no anchors, no beginnings. */
const UNUSED = 0;
const UNUSED_USE = [-1, 0, 0, 0];

/**
 * All phrases of a rulebook, looked for in one pass. Phrases are filed under the words they may begin with, so that a word
 * of the mail meets only those, and are tried only where their rarest word follows within their reach (many begin with
 * « je » or « pas »): the cost follows the mail, hardly the number of phrases.
 */
export class Scanner {
  readonly #numbers = new Map<string, number>();
  readonly #phrases: (Phrase | string)[] = [];
  readonly #proven: boolean;
  /** By phrase: the sets it is in. */
  readonly #setsOf: number[][] = [];
  readonly #sets = new Map<string, number>();
  #program: Program | undefined;
  /** By word: one more than where its use stands in #uses. */
  readonly #notes = new WordNotes();
  /** Uses: term, then prefixes, anchors and beginnings, each with their count before them. */
  #uses = Int32Array.from(UNUSED_USE);
  #usesEnd = UNUSED_USE.length;
  /** Two sets that are compared read the same words. */
  readonly #scanned: { readonly words: readonly Word[]; readonly hits: Hits }[] = [];

  /** Scratch, good for one text. By word of the text: where its use stands. */
  #useAt = new Int32Array(256);
  /** By phrase: one more than where its rarest word stands next; all 0 between two texts. */
  #next = new Int32Array(0);
  /** Phrases that may stand, and where, from the end of the text to its beginning. */
  #candidates = new Int32Array(1_024);

  /** @param proven all sources are known to hold: none is read before a text is, nor then if {@link use} knows better */
  constructor(proven = false) {
    this.#proven = proven;
  }

  /**
   * Files a phrase and returns its number; the same source gives the same number.
   * @throws PhraseError for a source that does not hold
   */
  add(phrase: Phrase | string): number {
    const source = typeof phrase === 'string' ? phrase : phrase.source;
    const known = this.#numbers.get(source);
    if (known !== undefined) return known;
    const number = this.#phrases.push(phrase === source && !this.#proven ? parsePhrase(source) : phrase) - 1;
    this.#setsOf.push([]);
    this.#numbers.set(source, number);
    this.#program = undefined;
    return number;
  }

  /** Files phrases of which any will do, and returns the number of the set. */
  addSet(phrases: readonly (Phrase | string)[]): number {
    const numbers = new Set(phrases.map((phrase) => this.add(phrase)));
    const name = [...numbers].join(' ');
    let set = this.#sets.get(name);
    if (set === undefined) {
      this.#sets.set(name, (set = this.#sets.size));
      for (const number of numbers) this.#setsOf[number]!.push(set);
    }
    return set;
  }

  /** How many sets there are: their numbers begin at 0. */
  get setCount(): number {
    return this.#sets.size;
  }

  /** The sets a phrase is in. */
  setsOf(phrase: number): readonly number[] {
    return this.#setsOf[phrase]!;
  }

  /** All phrases, by number. */
  sources(): string[] {
    return [...this.#numbers.keys()];
  }

  /** The phrases compiled. */
  program(): Program {
    return this.#program ?? this.use(compileProgram(this.#phrases.map(read)));
  }

  /** Takes what the same phrases were compiled to before. */
  use(program: Program): Program {
    this.#program = program;
    this.#notes.clear();
    this.#usesEnd = UNUSED_USE.length;
    this.#scanned.length = 0;
    this.#next = new Int32Array(this.#phrases.length);
    return program;
  }

  scan(words: readonly Word[]): Hits {
    const program = this.program();
    for (const known of this.#scanned) if (known.words === words) return known.hits;
    const hits = this.#scan(program, words);
    if (this.#scanned.length === SCANNED_MAX) this.#scanned.shift();
    this.#scanned.push({ words, hits });
    return hits;
  }

  #scan(program: Program, words: readonly Word[]): Hits {
    this.#lookUp(program, words);
    const end = this.#findCandidates(program, words.length);
    const candidates = this.#candidates;
    const attempt = new Attempt(program, words, this.#uses, this.#useAt);
    for (let k = end - 2; k >= 0; k -= 2) attempt.tryOne(candidates[k]!, candidates[k + 1]!);
    if (candidates.length > CANDIDATES_KEPT_MAX) this.#candidates = new Int32Array(1_024);
    return attempt.hits;
  }

  /** What each word of the text is to the phrases. */
  #lookUp(program: Program, words: readonly Word[]): void {
    const notes = this.#notes;
    if (this.#usesEnd > USES_MAX) notes.clear();
    if (notes.begin()) this.#usesEnd = UNUSED_USE.length;
    if (this.#useAt.length < words.length) this.#useAt = new Int32Array(2 * words.length);
    const useAt = this.#useAt;
    for (let i = 0; i < words.length; i += 1) {
      const { text, number } = words[i]!;
      let note = notes.get(number);
      if (note === 0) {
        note = this.#keep(useOf(program, text)) + 1;
        notes.set(number, note);
      }
      useAt[i] = note - 1;
    }
  }

  /** Writes a use down and says where. */
  #keep(use: Use | undefined): number {
    if (use === undefined) return UNUSED;
    const { term, prefixes, anchors, beginnings } = use;
    const at = this.#usesEnd;
    this.#usesEnd += UNUSED_USE.length + prefixes.length + anchors.length + beginnings.length;
    if (this.#usesEnd > this.#uses.length) this.#uses = longer(this.#uses, this.#usesEnd);
    const uses = this.#uses;
    uses[at] = term;
    let to = at + 1;
    for (const part of [prefixes, anchors, beginnings]) {
      uses[to] = part.length;
      uses.set(part, to + 1);
      to += 1 + part.length;
    }
    return at;
  }

  /** From the end of the text to its beginning: the phrases that may stand at a word, and the word's position. */
  #findCandidates({ reaches }: Program, length: number): number {
    const uses = this.#uses;
    const useAt = this.#useAt;
    const next = this.#next;
    let end = 0;
    for (let i = length - 1; i >= 0; i -= 1) {
      if (useAt[i] === UNUSED) continue;
      const anchors = anchorsOf(uses, useAt[i]!);
      const beginnings = anchors + uses[anchors]! + 1;
      for (let k = anchors + 1; k < beginnings; k += 1) next[uses[k]!] = i + 1;
      for (let k = beginnings + uses[beginnings]!; k > beginnings; k -= 1) {
        const phrase = uses[k]!;
        const at = next[phrase]!;
        if (at === 0 || at - 1 - i > reaches[phrase]!) continue;
        if (end + 2 > this.#candidates.length) this.#candidates = longer(this.#candidates, end + 2);
        this.#candidates[end] = phrase;
        this.#candidates[end + 1] = i;
        end += 2;
      }
    }
    for (let i = 0; i < length; i += 1) {
      if (useAt[i] === UNUSED) continue;
      const anchors = anchorsOf(uses, useAt[i]!);
      for (let k = anchors + uses[anchors]!; k > anchors; k -= 1) next[uses[k]!] = 0;
    }
    return end;
  }
}

function read(phrase: Phrase | string): Phrase {
  return typeof phrase === 'string' ? parsePhrase(phrase) : phrase;
}

function anchorsOf(uses: Int32Array, use: number): number {
  return use + 2 + uses[use + 1]!;
}

/** The phrases tried on one text. */
class Attempt {
  readonly hits = new Map<number, Hit[]>();
  readonly #program: Program;
  readonly #code: Int32Array;
  readonly #words: readonly Word[];
  readonly #uses: Int32Array;
  readonly #useAt: Int32Array;

  constructor(program: Program, words: readonly Word[], uses: Int32Array, useAt: Int32Array) {
    this.#program = program;
    this.#code = program.code;
    this.#words = words;
    this.#uses = uses;
    this.#useAt = useAt;
  }

  tryOne(phrase: number, at: number): void {
    const { entries, negative, final } = this.#program;
    const end = this.#follow(entries[phrase]!, at, at);
    if (end <= at) return;
    const words = this.#words;
    if (final[phrase] === 1 && end < words.length && words[end]!.gap === 'none') return;
    const found = this.hits.get(phrase);
    // Found here already by way of another beginning, or often enough.
    if (found !== undefined && (found.length >= HITS_PER_PHRASE_MAX || found.at(-1)!.last >= at)) return;
    if (negative[phrase] === 0 && isDenied(words, at, end - 1)) return;
    const hit = { first: at, last: end - 1 };
    if (found === undefined) this.hits.set(phrase, [hit]);
    else found.push(hit);
  }

  /** Position behind a match of the nodes from `node` on at word `at`; -1 when there is none. `start`: where it began. */
  #follow(node: number, at: number, start: number): number {
    const code = this.#code;
    const kind = code[node];
    if (kind === END) return at;
    const words = this.#words;
    if (kind === GAP) {
      for (let i = at; i <= at + GAP_WORDS_MAX && i < words.length && words[i]!.gap !== 'stop'; i += 1) {
        const end = this.#follow(node + 1, i, start);
        if (end >= 0) return end;
      }
      return -1;
    }
    const next = code[node + 2]!;
    // A phrase never runs on into the next sentence.
    if (at < words.length && (at === start || words[at]!.gap !== 'stop')) {
      for (let form = node + FORMS_HEAD; form < next; form += FORM_SIZE) {
        if (!this.#stands(code[form]!, at)) continue;
        const behind = this.#fits(code[form + 1]!, at);
        const end = behind < 0 ? -1 : this.#follow(next, behind, start);
        if (end >= 0) return end;
      }
    }
    return kind === OPTIONAL ? this.#follow(next, at, start) : -1;
  }

  /** Is word `at` what a step asks for? */
  #stands(step: number, at: number): boolean {
    const uses = this.#uses;
    const use = this.#useAt[at]!;
    if (step >= 0) return uses[use] === step;
    for (let k = use + 1 + uses[use + 1]!; k > use + 1; k -= 1) if (uses[k] === step) return true;
    return false;
  }

  /** Position behind a form whose first step stands at `at` and whose further steps are at `further`; -1 if they fail. */
  #fits(further: number, at: number): number {
    if (further === 0) return at + 1;
    const words = this.#words;
    const count = this.#code[further]!;
    for (let i = 1; i <= count; i += 1)
      if (at + i >= words.length || words[at + i]!.gap === 'stop' || !this.#stands(this.#code[further + i]!, at + i))
        return -1;
    return at + 1 + count;
  }
}
