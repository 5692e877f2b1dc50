import { joinLines, Lines, type Work } from './lines.ts';
import { attributionAt, headerBlockAt, isRuler, separatorAt, type Marker } from './quote-markers.ts';
import { countWords } from './tokens.ts';

/** A mail's text in two: what its sender wrote now, and what was carried along. */
export interface SplitText {
  readonly body: string;
  /** As it stood, prefixes and attribution lines included. */
  readonly quoted: string;
  /** `interleaved`: new text stands after or between quoted lines. */
  readonly kind: 'none' | 'reply' | 'forward' | 'interleaved';
}

/** With fewer words of new text than this (« bonjour, merci »), the request is in the thread below it. */
export const MIN_NEW_WORDS = 4;

/** True when the caller should look at body and quoted text together. */
export function needsWholeThread(body: string): boolean {
  return countWords(body) < MIN_NEW_WORDS;
}

/**
 * Splits new text from quoted text. An attribution followed by `>` lines quotes those lines only (answers may stand
 * between or below them); any other marker quotes all that follows it. Linear: each line is visited once and each
 * marker looks at a bounded number of lines ahead. `work` is for tests.
 */
export function splitQuotes(text: string, work?: Work): SplitText {
  const lines = new Lines(text, work);
  const quoted = new Uint8Array(lines.length);
  let marker: Marker['kind'] | undefined;
  let i = 0;
  while (i < lines.length) {
    if (lines.isQuoted(i)) {
      quoted[i] = 1;
      i += 1;
      continue;
    }
    const found = attributionAt(lines, i) ?? separatorAt(lines, i) ?? headerBlockAt(lines, i);
    if (found === undefined) {
      i += 1;
      continue;
    }
    marker ??= found.kind;
    const end = endOfChain(lines, found.end);
    quoted.fill(1, i, end);
    const next = lines.nextWritten(end, 6);
    if (next < lines.length && lines.isQuoted(next)) i = end;
    else {
      quoted.fill(1, i);
      break;
    }
  }
  if (marker === undefined) unmarkBullets(lines, quoted);
  joinWrapped(lines, quoted);
  takeRulers(lines, quoted);
  return assemble(lines, quoted, marker);
}

/** A separator is followed by its own header block, an attribution or both: one marker in several pieces. */
function endOfChain(lines: Lines, start: number): number {
  let end = start;
  for (let k = 0; k < 3; k += 1) {
    const next = lines.nextWritten(end, 4);
    const more = headerBlockAt(lines, next) ?? attributionAt(lines, next) ?? separatorAt(lines, next);
    if (more === undefined) break;
    end = more.end;
  }
  return end;
}

/** Without any marker, « voici mes demandes : » and lines with `>` are a list, and « > 30 jours » is a comparison. */
function unmarkBullets(lines: Lines, quoted: Uint8Array): void {
  for (let i = 0; i < lines.length; i += 1) {
    if (quoted[i] === 0) continue;
    let end = i;
    while (end < lines.length && quoted[end] === 1) end += 1;
    let before = i - 1;
    while (before >= 0 && before > i - 3 && lines.isBlank(before)) before -= 1;
    const announced = before >= 0 && end - i <= 12 && lines.at(before).trimEnd().endsWith(':');
    const compared = end - i === 1 && /^\s*>=?\s?\d/.test(lines.at(i));
    if (announced || compared) quoted.fill(0, i, end);
    i = end;
  }
}

/** A quoted line that some program wrapped without a prefix: between two quoted lines, going on in lower case. */
function joinWrapped(lines: Lines, quoted: Uint8Array): void {
  for (let i = 1; i + 1 < lines.length; i += 1) {
    if (quoted[i] !== 0 || quoted[i - 1] !== 1 || quoted[i + 1] !== 1) continue;
    if (lines.isBlank(i)) quoted[i] = 1;
    else if (lines.at(i - 1).length >= 60 && lines.at(i).length <= 40 && /^\p{Ll}/u.test(lines.at(i))) quoted[i] = 1;
  }
}

/** Empty lines and rulers right above a quote go with it. */
function takeRulers(lines: Lines, quoted: Uint8Array): void {
  for (let i = lines.length - 1; i > 0; i -= 1) {
    if (quoted[i] === 1 && quoted[i - 1] === 0 && (lines.isBlank(i - 1) || isRuler(lines.at(i - 1)))) quoted[i - 1] = 1;
  }
}

function assemble(lines: Lines, quoted: Uint8Array, marker: Marker['kind'] | undefined): SplitText {
  if (!quoted.includes(1)) return { body: joinLines(lines.all), quoted: '', kind: 'none' };
  const mine: string[] = [];
  const theirs: string[] = [];
  let newAfterQuote = false;
  for (let i = 0; i < lines.length; i += 1) {
    const line = lines.all[i]!;
    if (quoted[i] === 1) {
      theirs.push(line);
      // What stood around a quote stays apart.
      if (mine.length > 0 && mine.at(-1) !== '') mine.push('');
    } else {
      if (theirs.length > 0 && line.trim() !== '') newAfterQuote = true;
      mine.push(line);
    }
  }
  const body = joinLines(mine);
  const rest = joinLines(theirs);
  if (rest === '') return { body, quoted: '', kind: 'none' };
  return { body, quoted: rest, kind: newAfterQuote && body !== '' ? 'interleaved' : (marker ?? 'reply') };
}
