import { foldText } from '../text/fold.ts';
import { BESIDE, DIALECT, SPOKEN } from './tongue-words.ts';

/** Reads the few words of other tongues that decide something (domain/bot/tongue-words.ts). */
interface Phrase {
  readonly words: readonly string[];
  readonly open: boolean;
  readonly french: string;
}

/** By the first letters of the first word. */
type Lexicon = ReadonlyMap<string, readonly Phrase[]>;
const KEY_LETTERS = 3;

function lexiconOf(table: readonly (readonly [string, string])[]): Lexicon {
  const found = new Map<string, Phrase[]>();
  for (const [french, spoken] of table) {
    for (const phrase of foldText(spoken).split(/\s+/)) {
      const open = phrase.endsWith('*');
      const words = phrase.replace('*', '').split('_');
      const key = words[0]!.slice(0, KEY_LETTERS);
      found.set(key, [...(found.get(key) ?? []), { words, open, french }]);
    }
  }
  // The longest first: « нет денег » is more than « нет ».
  for (const phrases of found.values()) phrases.sort((a, b) => b.words.length - a.words.length);
  return found;
}

const SURE = lexiconOf(SPOKEN);
const UNSURE = lexiconOf(BESIDE);
const PICARD = lexiconOf(DIALECT);
/** « et », « avec », « à » and the article are written onto an Arabic word. */
const ARABIC_FRONT = /^(?:و|ف)?(?:ب|ل|ك)?(?:ال)?(?=[\u0621-\u064a]{3})/;

/** A word as it was typed, or the French for one that was not. */
export interface Heard {
  readonly word: string;
  readonly french: boolean;
}

/** Said in another tongue, these may wish for a person. */
const REACHING: ReadonlySet<string> = new Set(['je veux', 'parler', 'humain', 'quelqu un', 'conseiller']);

/** Puts what is known of other tongues into French. @param words folded words and marks of a turn, in order */
export function intoFrench(words: readonly string[]): { readonly heard: readonly Heard[]; readonly reaches: boolean } {
  const picard = words.some((word) => word === 'ch' || word === 'cha' || word === 'ech' || word === 'ej');
  const foreign = words.some((_, i) => match(SURE, words, i) !== undefined);
  if (!foreign && !picard) return { heard: words.map((word) => ({ word, french: false })), reaches: false };
  let reaches = false;
  const heard: Heard[] = [];
  for (let i = 0; i < words.length; i += 1) {
    const phrase =
      match(SURE, words, i) ??
      (picard ? match(PICARD, words, i) : undefined) ??
      (foreign ? match(UNSURE, words, i) : undefined);
    if (phrase === undefined) {
      heard.push({ word: words[i]!, french: false });
      continue;
    }
    reaches ||= REACHING.has(phrase.french);
    for (const word of phrase.french.split(' ')) heard.push({ word, french: true });
    i += phrase.words.length - 1;
  }
  return { heard, reaches };
}

function match(lexicon: Lexicon, words: readonly string[], at: number): Phrase | undefined {
  return matchAs(words[at]!, lexicon, words, at) ?? matchAs(words[at]!.replace(ARABIC_FRONT, ''), lexicon, words, at);
}

function matchAs(first: string, lexicon: Lexicon, words: readonly string[], at: number): Phrase | undefined {
  return lexicon.get(first.slice(0, KEY_LETTERS))?.find((phrase) =>
    phrase.words.every((word, k) => {
      const typed = k === 0 ? first : words[at + k];
      const last = phrase.open && k === phrase.words.length - 1;
      return typed === word || (last && typed?.startsWith(word) === true);
    }),
  );
}
