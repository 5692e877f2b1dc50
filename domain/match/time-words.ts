import { LENGTH_WORDS, opensDate, opensLength } from './dates.ts';
import { AHEADS, DUES, STARTS, TODAY_BEFORE } from './delay-words.ts';
import { WordNotes } from './lexicon.ts';
import type { Word } from './words.ts';

/**
 * Which words of a text a length of time, a date or a wait can hang on: a handful in most mails. The others need not be
 * looked at again.
 */

/** A length may begin here. */
export const LENGTH = 1;
/** A date may begin here. */
export const DATE = 2;
/** A date nearby begins a wait. */
export const START = 4;
/** « depuis ». */
export const SINCE = 8;
/** The writer may say what day it is. */
export const TODAY = 16;
/** A day to come may be named. */
export const AHEAD = 32;

/** One more than the kinds of a word. */
const notes = new WordNotes();

/** The list that was read last, and its kinds: it is asked about twice. */
let read: readonly Word[] | undefined;
let kinds = new Uint8Array(256);

/** The kinds of each word, one byte a word and one 0 behind the last; good until another list is asked about. */
export function kindsOf(words: readonly Word[]): Uint8Array {
  if (words === read) return kinds;
  read = words;
  notes.begin();
  if (kinds.length <= words.length) kinds = new Uint8Array(2 * words.length);
  for (let i = 0; i < words.length; i += 1) {
    const { text, number } = words[i]!;
    let note = notes.get(number);
    if (note === 0) {
      note = kindOf(text) + 1;
      notes.set(number, note);
    }
    kinds[i] = note - 1;
  }
  kinds[words.length] = 0;
  return kinds;
}

const WORDS = [...LENGTH_WORDS, ...STARTS, ...DUES, ...TODAY_BEFORE, ...AHEADS, 'depuis'];
const KINDS: ReadonlyMap<string, number> = new Map(WORDS.map((word) => [word, judged(word)]));
const [ZERO, NINE] = [48, 57];

/** What is none of the words above is a number or nothing. */
function kindOf(text: string): number {
  const first = text.charCodeAt(0);
  return first >= ZERO && first <= NINE ? judged(text) : (KINDS.get(text) ?? 0);
}

function judged(text: string): number {
  return (
    (opensLength(text) ? LENGTH : 0) |
    (opensDate(text) ? DATE : 0) |
    (STARTS.has(text) || DUES.has(text) ? START : 0) |
    (text === 'depuis' ? SINCE : 0) |
    (TODAY_BEFORE.has(text) ? TODAY : 0) |
    (AHEADS.has(text) ? AHEAD : 0)
  );
}
