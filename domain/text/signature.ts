import { joinLines, Lines, type Work } from './lines.ts';
import { MIN_NEW_WORDS } from './quotes.ts';
import {
  announces,
  DELIMITER,
  isClosingFormula,
  isContact,
  isDeviceFooter,
  isName,
  isNeed,
  opensLongFormula,
  speaksLegal,
  startsLegalFooter,
} from './signature-patterns.ts';
import { countWords } from './tokens.ts';

export interface SplitSignature {
  readonly body: string;
  /** Closing formula, name, contact block, device and legal footers, in the order they stood. */
  readonly signature: string;
}

/**
 * Takes the signature off a body that {@link splitQuotes} has already freed of quoted text. In doubt a line stays in
 * the body: an agent can bear a phone number too many, not a request that vanished. What follows a closing formula
 * returns to the body as soon as it asks or tells something (a P.-S., « j'ai oublié de préciser… »).
 */
export function splitSignature(text: string, work?: Work): SplitSignature {
  const lines = new Lines(text, work);
  const signed = new Uint8Array(lines.length);
  let i = 0;
  let inSignature = false;
  while (i < lines.length) {
    const line = lines.folded(i);
    if (isDeviceFooter(line)) {
      signed[i] = 1;
      i += 1;
      continue;
    }
    if (startsLegalFooter(lines.opening(i)) && endsLikeFooter(lines, i)) {
      i = takeParagraph(lines, signed, i);
      inSignature = true;
      continue;
    }
    if (DELIMITER.test(lines.at(i).trimStart()) && hasText(lines, i)) {
      signed[i] = 1;
      inSignature = true;
    } else if (opensLongFormula(line, lines.folded(i + 1)) && hasText(lines, i)) {
      signed[i] = 1;
      signed[i + 1] = 1;
      i += 1;
      inSignature = true;
    } else if (isClosingFormula(line, lines.at(i)) && hasText(lines, i)) {
      signed[i] = 1;
      inSignature = true;
    } else if (inSignature && !lines.isBlank(i)) {
      if (isNeed(line) || lines.at(i).length > 160) inSignature = false;
      else signed[i] = 1;
    }
    i += 1;
  }
  takeContactBlock(lines, signed);
  const body: string[] = [];
  const signature: string[] = [];
  for (let n = 0; n < lines.length; n += 1) (signed[n] === 1 ? signature : body).push(lines.all[n]!);
  return { body: joinLines(body), signature: joinLines(signature) };
}

/** A formula on the first line of a mail closes nothing (« Cordialement vôtre, ma demande est… » stays a body). */
function hasText(lines: Lines, index: number): boolean {
  for (let i = 0; i < Math.min(index, 60); i += 1) if (!lines.isBlank(i)) return true;
  return index > 60;
}

/**
 * A footer stands at the end. « Les informations de ce mail… » as the first sentence of a complaint, with the request
 * after it, is not one: something must stand before it, its paragraph speaks of addressees and asks nothing.
 */
function endsLikeFooter(lines: Lines, index: number): boolean {
  if (!hasText(lines, index)) return false;
  let paragraph = '';
  for (let i = index; i < Math.min(index + 12, lines.length) && !lines.isBlank(i); i += 1) {
    paragraph += ` ${lines.opening(i)}`;
  }
  return speaksLegal(paragraph) && !paragraph.includes('?');
}

function takeParagraph(lines: Lines, signed: Uint8Array, start: number): number {
  let i = start;
  while (i < lines.length && !lines.isBlank(i)) {
    signed[i] = 1;
    i += 1;
  }
  return i;
}

const MAX_BLOCK_LINES = 10;

/** Without a formula: the last lines of the text when they are one name and ways to reach somebody. */
function takeContactBlock(lines: Lines, signed: Uint8Array): void {
  let i = lines.length - 1;
  while (i >= 0 && (lines.isBlank(i) || signed[i] === 1)) i -= 1;
  const last = i;
  let contacts = 0;
  let named = false;
  let top = last + 1;
  for (; i >= 0 && last - i < MAX_BLOCK_LINES; i -= 1) {
    if (lines.isBlank(i)) {
      // The name stands on top; above it, and above two empty lines, the message goes on.
      if (named || lines.isBlank(i - 1)) break;
      continue;
    }
    if (isContact(lines.folded(i))) contacts += 1;
    else if (!named && isName(lines.at(i))) named = true;
    else break;
    top = i;
  }
  if (contacts === 0) return;
  let above = top - 1;
  while (above >= 0 && lines.isBlank(above)) above -= 1;
  // The whole text is such a block, or the line above announces it: then it is what the mail is about.
  if (above < 0 || signed[above] === 1 || announces(lines.folded(above))) return;
  // « Bonjour, 06 12 34 56 78 » answers a question: without the number nothing would be left.
  if (!hasWords(lines, signed, top)) return;
  signed.fill(1, top, last + 1);
}

function hasWords(lines: Lines, signed: Uint8Array, end: number): boolean {
  let words = 0;
  for (let i = 0; i < end && words < MIN_NEW_WORDS; i += 1) if (signed[i] === 0) words += countWords(lines.at(i));
  return words >= MIN_NEW_WORDS;
}
