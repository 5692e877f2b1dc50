import type { MotifInput } from '../domain/facts.ts';
import { countDigits, findFiness, findRpps, findSiret, IDENTIFIER_DIGITS_MIN } from '../domain/identifiers.ts';
import { foldText } from '../domain/text/fold.ts';

/** Longest run of text searched for identifiers; signatures stand near the end of ordinary mails. */
const TEXT_CHARS_MAX = 20_000;
const ADDRESS_CHARS_MAX = 120;

/** What an address and the identifiers in a text say about the sender, as features; values never, only kinds. */
export function senderMarks(input: MotifInput): string[] {
  const marks: string[] = [];
  const text = input.body.length > TEXT_CHARS_MAX ? input.body.slice(0, TEXT_CHARS_MAX) : input.body;
  if (countDigits(text) >= IDENTIFIER_DIGITS_MIN) {
    if (findSiret(text).length > 0) marks.push('id:siret');
    if (findFiness(text).length > 0) marks.push('id:finess');
    if (findRpps(text).length > 0) marks.push('id:rpps');
  }
  for (const word of addressWords(input.from ?? '')) marks.push(`from:${word}`);
  return marks;
}

/** « secretariat@pharmacie-du-port.example » → secretariat, pharmacie, du, port; a person's own name is only noise. */
function addressWords(from: string): string[] {
  const address = foldText(from.slice(0, ADDRESS_CHARS_MAX));
  return address
    .split(/[^a-z]+/)
    .filter((word) => word.length >= 3 && word !== 'example')
    .slice(0, 8);
}
