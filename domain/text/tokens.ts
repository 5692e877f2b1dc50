import { fold, isApostrophe, originalSpan } from './fold.ts';

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
const WORD = /[\p{L}\p{N}]+/gu;

/** The words of a text in order; linear. Hyphens split (« rendez-vous » is two), « aujourd'hui » stays one. */
export function tokenize(source: string): Token[] {
  const folded = fold(source);
  const tokens: Token[] = [];
  let joined = '';
  let joinedFrom = 0;
  for (const match of folded.text.matchAll(WORD)) {
    const span = originalSpan(folded, match.index, match.index + match[0].length);
    const elided = isApostrophe(source[span.end]);
    if (elided && match[0] === 'aujourd') {
      joined = match[0];
      joinedFrom = span.start;
      continue;
    }
    if (joined !== '') {
      tokens.push({ text: joined + match[0], start: joinedFrom, end: span.end });
      joined = '';
      continue;
    }
    // Own keys only: a member may well write « constructor ».
    const whole = elided && Object.hasOwn(ELIDED, match[0]) ? ELIDED[match[0]]! : match[0];
    tokens.push({ text: whole, start: span.start, end: span.end });
  }
  if (joined !== '') tokens.push({ text: joined, start: joinedFrom, end: joinedFrom + joined.length });
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
