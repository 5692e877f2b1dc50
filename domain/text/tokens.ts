import { codeAt, foldCodes, isApostrophe, spanAt, textOf } from './fold.ts';

/** One word of a text, folded, with its place in the original (UTF-16 offsets). */
export interface Token {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/**
 * Words that turn a sentence round. They are tokens like any other and no step may drop them: « je n'ai pas reçu ma
 * carte » and « j'ai reçu ma carte » are two different requests.
 */
export const NEGATIONS: ReadonlySet<string> = new Set([
  'ne',
  'pas',
  'plus',
  'jamais',
  'sans',
  'ni',
  'aucun',
  'aucune',
  'rien',
  'non',
  'guere',
  'nullement',
]);

/** Elided forms become the word they stand for, so that « n'ai » and « ne ai » are the same tokens. */
const ELIDED: Readonly<Record<string, string>> = {
  n: 'ne',
  j: 'je',
  d: 'de',
  l: 'le',
  c: 'ce',
  s: 'se',
  m: 'me',
  t: 'te',
  qu: 'que',
  jusqu: 'jusque',
  lorsqu: 'lorsque',
  puisqu: 'puisque',
  quoiqu: 'quoique',
  quelqu: 'quelque',
};
const LETTER_OR_DIGIT = /[\p{L}\p{N}]/u;
/** By UTF-16 code: 0 not met yet, 1 no, 2 part of a word. Half a character is looked up with its other half. */
const wordCodes = new Uint8Array(65_536);
const PART_OF_WORD = 2;

/** How many codes of a word stand at `at`: 0 where there is none, 2 for a letter that takes two. */
function wordCodesAt(codes: Uint16Array, at: number, length: number): number {
  const code = codes[at]!;
  const known = wordCodes[code]!;
  if (known !== 0) return known - 1;
  if (code >= 0xd800 && code < 0xdc00 && at + 1 < length)
    return LETTER_OR_DIGIT.test(String.fromCharCode(code, codes[at + 1]!)) ? 2 : 0;
  const is = LETTER_OR_DIGIT.test(String.fromCharCode(code));
  wordCodes[code] = is ? PART_OF_WORD : 1;
  return is ? 1 : 0;
}

/** What a reader of words wants of each: its text, or what is known of it. */
export interface Speller<T> {
  /** The word of the folded codes `[from, to)`; `elided` where an apostrophe follows. */
  readonly word: (codes: Uint16Array, from: number, to: number, elided: boolean) => T;
  readonly take: (word: T, start: number, end: number) => void;
  /** « aujourd'hui », and whatever else somebody glues to « aujourd' ». */
  readonly joined: (text: string) => T;
}

const TODAY = 'aujourd';

/** Hands each word of a text over, in order; linear. Hyphens split (« rendez-vous » is two), « aujourd'hui » stays one. */
export function readTokens<T>(source: string, { word, take, joined }: Speller<T>): void {
  const { codes, starts, length } = foldCodes(source);
  /** Where « aujourd' » began, while its other half is awaited. */
  let today = -1;
  for (let from = 0, to = 0; ; from = to) {
    while (from < length && wordCodesAt(codes, from, length) === 0) from += 1;
    if (from === length) break;
    to = from;
    for (let step = 1; step > 0 && to < length; to += step) step = wordCodesAt(codes, to, length);
    const { start, end } = spanAt(starts, length, from, to);
    const elided = isApostrophe(codeAt(source, end));
    if (elided && to - from === TODAY.length && textOf(codes, from, to) === TODAY) today = start;
    else if (today >= 0) {
      take(joined(TODAY + textOf(codes, from, to)), today, end);
      today = -1;
    } else take(word(codes, from, to, elided), start, end);
  }
  if (today >= 0) take(joined(TODAY), today, today + TODAY.length);
}

/** The word of folded codes as a string, elision undone. */
export function tokenText(codes: Uint16Array, from: number, to: number, elided: boolean): string {
  const text = textOf(codes, from, to);
  // Own keys only: a member may well write « constructor ».
  return elided && Object.hasOwn(ELIDED, text) ? ELIDED[text]! : text;
}

/** The words of a text, in order. */
export function tokenize(source: string): Token[] {
  const tokens: Token[] = [];
  readTokens<string>(source, {
    word: tokenText,
    joined: (text) => text,
    take: (text, start, end) => tokens.push({ text, start, end }),
  });
  return tokens;
}

/** The folded words alone. */
export function words(source: string): string[] {
  return tokenize(source).map((token) => token.text);
}

/** How many words a text has. */
export function countWords(source: string): number {
  let count = 0;
  for (const _ of source.matchAll(/[\p{L}\p{N}]+/gu)) count += 1;
  return count;
}
