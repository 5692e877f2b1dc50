import type { Span } from './privacy.ts';

/**
 * Numbers that firms and health professionals sign with. Each has a check, so that an order number is not taken for one.
 */

/** SIRET: 14 digits, Luhn (INSEE) or named as one; the establishment number of an employer. */
export function findSiret(text: string): Span[] {
  return [
    ...find(text, /(?<![\d-])\d{3}[ .]?\d{3}[ .]?\d{3}[ .]?\d{5}(?![\d-])/g, luhn),
    ...find(
      text,
      /(?<=sire[tn]\W{0,3}(?:n°|no|:)?\W{0,3})\d{3}[ .]?\d{3}[ .]?\d{3}(?:[ .]?\d{5})?(?!\d)/gi,
      () => true,
    ),
  ];
}

/** RPPS: 11 digits, the first 1 or 8, Luhn (ANS, répertoire partagé des professionnels de santé) or named as one. */
export function findRpps(text: string): Span[] {
  return [
    ...find(text, /(?<![\d-])[18]\d{10}(?![\d-])/g, luhn),
    ...find(text, /(?<=rpps\W{0,3}(?:n°|no|:)?\W{0,3})\d{9,11}(?!\d)/gi, () => true),
  ];
}

/**
 * FINESS: 9 characters, the department first, so 2A and 2B occur. Nine digits may be a telephone number short of one: the
 * word FINESS must stand before it.
 */
export function findFiness(text: string): Span[] {
  return find(text, /(?<=finess\W{0,3}(?:n°|no|:)?\W{0,3})\d[\dAB] ?\d{3} ?\d{4}(?!\d)/gi, () => true);
}

/** How many digits 0–9 a text has: a quick no to all that is looked for here. */
export function countDigits(text: string): number {
  let count = 0;
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    if (code >= 48 && code <= 57) count += 1;
  }
  return count;
}

/** All numbers above have as many digits at least: FINESS has one letter in Corsica. */
export const IDENTIFIER_DIGITS_MIN = 8;

function find(text: string, pattern: RegExp, valid: (digits: string) => boolean): Span[] {
  const found: Span[] = [];
  for (const match of text.matchAll(pattern)) {
    if (valid(match[0].replace(/\D/g, ''))) found.push({ start: match.index, end: match.index + match[0].length });
  }
  return found;
}

/** The check of ISO/IEC 7812-1. */
export function luhn(digits: string): boolean {
  let sum = 0;
  for (let i = 0; i < digits.length; i += 1) {
    const digit = Number(digits[digits.length - 1 - i]);
    sum += i % 2 === 0 ? digit : digit * 2 - (digit > 4 ? 9 : 0);
  }
  return sum % 10 === 0;
}
