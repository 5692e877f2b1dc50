import { isDenied } from './negation.ts';
import { GAP_WORDS_MAX, type Phrase, type Step } from './phrase.ts';
import type { Word } from './words.ts';

/** Word positions of one match, both included. */
export interface Hit {
  readonly first: number;
  readonly last: number;
}

interface Pattern {
  readonly phrase: number;
  readonly negative: boolean;
  readonly steps: readonly Step[];
}

/** Enough evidence for a person; a mail that repeats itself a thousand times must not fill the memory. */
const HITS_PER_PHRASE_MAX = 3;

/**
 * All phrases of a rulebook, looked for in one pass. Patterns are filed under their first word, so that a word of the
 * mail meets only the patterns that begin with it: the cost follows the mail, hardly the number of phrases.
 */
export class Scanner {
  readonly #phrases = new Map<string, number>();
  readonly #byWord = new Map<string, Pattern[]>();
  /** Prefix patterns by their first three letters. */
  readonly #byPrefix = new Map<string, Pattern[]>();

  /** Files a phrase and returns its number; the same source gives the same number. */
  add(phrase: Phrase): number {
    const known = this.#phrases.get(phrase.source);
    if (known !== undefined) return known;
    const number = this.#phrases.size;
    this.#phrases.set(phrase.source, number);
    for (const steps of phrase.variants) {
      const first = steps[0]!;
      const pattern = { phrase: number, negative: phrase.negative, steps };
      if (first.kind === 'word') push(this.#byWord, first.text, pattern);
      else if (first.kind === 'prefix') push(this.#byPrefix, first.text.slice(0, 3), pattern);
    }
    return number;
  }

  /** What stands in `words`: phrase number → places, in order. */
  scan(words: readonly Word[]): ReadonlyMap<number, readonly Hit[]> {
    const hits = new Map<number, Hit[]>();
    for (let i = 0; i < words.length; i++) {
      const { text } = words[i]!;
      const exact = this.#byWord.get(text);
      if (exact !== undefined) tryAll(exact, words, i, hits);
      if (text.length < 3) continue;
      const prefixed = this.#byPrefix.get(text.slice(0, 3));
      if (prefixed !== undefined) tryAll(prefixed, words, i, hits);
    }
    return hits;
  }
}

function push<V>(map: Map<string, V[]>, key: string, value: V): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}

function tryAll(patterns: readonly Pattern[], words: readonly Word[], at: number, hits: Map<number, Hit[]>): void {
  for (const pattern of patterns) {
    const found = hits.get(pattern.phrase);
    if (found !== undefined && found.length >= HITS_PER_PHRASE_MAX) continue;
    const last = follow(pattern.steps, 0, words, at);
    if (last < 0) continue;
    if (!pattern.negative && isDenied(words, at, last)) continue;
    const hit = { first: at, last };
    // Two variants of one phrase may match at one place (« opéré(e) »).
    if (found === undefined) hits.set(pattern.phrase, [hit]);
    else if (found.at(-1)!.first !== at) found.push(hit);
  }
}

/** The last word of a match of `steps` from `step` on, beginning at word `at`; -1 when there is none. */
function follow(steps: readonly Step[], step: number, words: readonly Word[], at: number): number {
  for (let s = step, i = at; ; s++, i++) {
    const wanted = steps[s]!;
    if (wanted.kind === 'gap') return leap(steps, s + 1, words, i);
    const word = words[i];
    if (word === undefined || (i > at && word.gap === 'stop')) return -1;
    if (wanted.kind === 'word' ? word.text !== wanted.text : !word.text.startsWith(wanted.text)) return -1;
    if (s === steps.length - 1) return i;
  }
}

/** Tries the rest after 0 to 4 words of the same sentence. Phrases have few gaps and words, so this stays small. */
function leap(steps: readonly Step[], step: number, words: readonly Word[], at: number): number {
  for (let i = at; i <= at + GAP_WORDS_MAX && i < words.length; i++) {
    if (words[i]!.gap === 'stop') return -1;
    const last = follow(steps, step, words, i);
    if (last >= 0) return last;
  }
  return -1;
}
