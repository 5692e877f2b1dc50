/**
 * Personal numbers and addresses written out in a text: finding them and hiding them (law 3, domain §2.5). Masks keep
 * the length of the text, so that the offsets of evidence stay true on a masked text.
 *
 * Every finder is a scan with a bounded look-ahead: the work grows with the length of the text and nothing else.
 */

export interface Span {
  /** UTF-16 offsets, end excluded. */
  readonly start: number;
  readonly end: number;
}

export type PersonalKind = 'nir' | 'iban' | 'phone' | 'email';

/** What stands in place of a hidden letter or digit. One UTF-16 unit, so offsets do not move. */
export const MASK = '•';

const DIGIT = /[0-9]/;
const ALNUM = /[0-9A-Za-z]/;
/** What people type inside a number: spaces of any width, dots, hyphens, dashes, slashes. */
const SEPARATOR = /[ \u00A0\u2007\u2009\u202F.\-\u2010\u2011\u2012\u2013\u2014/]/;
/** « 1 - 84 - 12 »: as many separators in a row as still belong to one number. */
const SEPARATORS_MAX = 3;

interface Gathered {
  readonly chars: string;
  /** Offset after each gathered character. */
  readonly ends: readonly number[];
}

/** Up to `max` characters of `wanted` from `start`, separators skipped. */
function gather(text: string, start: number, max: number, wanted: RegExp): Gathered {
  let chars = '';
  const ends: number[] = [];
  let skipped = 0;
  for (let at = start; at < text.length && chars.length < max; at += 1) {
    const c = text[at]!;
    if (wanted.test(c)) {
      chars += c;
      ends.push(at + 1);
      skipped = 0;
    } else if (SEPARATOR.test(c) && skipped < SEPARATORS_MAX) {
      skipped += 1;
    } else {
      break;
    }
  }
  return { chars, ends };
}

/**
 * True when no digit stands just before `at`: numbers are found whole, never inside a longer one. A letter may touch
 * them, since people write « NIR286… » and « 0612345678merci ».
 */
function opens(text: string, at: number): boolean {
  return at === 0 || !DIGIT.test(text[at - 1]!);
}

function closes(text: string, end: number): boolean {
  return end >= text.length || !DIGIT.test(text[end]!);
}

/**
 * The NIR's key: 97 − (n mod 97), 2A read as 19 and 2B as 18 (décret 91-1404; domain §2.5).
 * @param body the 13 characters before the key
 */
export function nirKey(body: string): number {
  const digits = body.toUpperCase().replace('2A', '19').replace('2B', '18');
  return 97 - Number(BigInt(digits) % 97n);
}

/** Sex or provisional series, year, month (real, or the registers' 20–42 and 50–99), département, commune, order. */
const NIR_BODY = /^[1-478]\d{2}(?:0[1-9]|1[0-2]|[23]\d|4[0-2]|[5-9]\d)(?:\d{2}|2[AaBb])\d{6}$/;
/** The same with a month of the calendar only: without a key to check, less is believed. */
const NIR_BODY_STRICT = /^[1-478]\d{2}(?:0[1-9]|1[0-2])(?:\d{2}|2[AaBb])\d{6}$/;

/** True for 15 characters that are a NIR with its right key, separators aside. */
export function isNir(text: string): boolean {
  const compact = text.replace(/[\s.\-/]/g, '');
  return compact.length === 15 && NIR_BODY.test(compact.slice(0, 13)) && keyFits(compact);
}

function keyFits(compact: string): boolean {
  return (
    DIGIT.test(compact[13]!) && DIGIT.test(compact[14]!) && nirKey(compact.slice(0, 13)) === Number(compact.slice(13))
  );
}

/** NIRs written with their key. */
export function findNirs(text: string): Span[] {
  return scan(text, (at) => nirAt(text, at, false));
}

function nirAt(text: string, at: number, without_key: boolean): number | undefined {
  if (!/[1-478]/.test(text[at]!) || !opens(text, at)) return undefined;
  const { chars, ends } = gather(text, at, 15, /[0-9AaBb]/);
  const body = chars.slice(0, 13);
  if (chars.length === 15 && closes(text, ends[14]!) && NIR_BODY.test(body) && keyFits(chars)) return ends[14]!;
  // Thirteen characters alone: as in the file names employers send, « AS_2860313999999_220515.pdf » (domain §2.5).
  if (without_key && chars.length >= 13 && closes(text, ends[12]!) && NIR_BODY_STRICT.test(body)) return ends[12]!;
  return undefined;
}

/** Lengths of the IBANs of the SEPA zone by country (ISO 13616 registry). */
const IBAN_CHARS: Readonly<Record<string, number>> = {
  AD: 24, AT: 20, BE: 16, BG: 22, CH: 21, CY: 28, CZ: 24, DE: 22, DK: 18, EE: 20, ES: 24, FI: 18, FR: 27, GB: 22,
  GI: 23, GR: 27, HR: 21, HU: 28, IE: 22, IS: 26, IT: 27, LI: 21, LT: 20, LU: 20, LV: 21, MC: 27, MT: 31, NL: 18,
  NO: 15, PL: 28, PT: 25, RO: 24, SE: 24, SI: 19, SK: 24, SM: 27, VA: 22,
}; // prettier-ignore

/** IBANs whose check digits are right (mod 97 = 1, ISO 7064). */
export function findIbans(text: string): Span[] {
  return scan(text, (at) => ibanAt(text, at));
}

function ibanAt(text: string, at: number): number | undefined {
  // Two letters and no third: a word ends here at most, which tells nearly all places apart at once.
  if (!isLetter(text.charCodeAt(at)) || !isLetter(text.charCodeAt(at + 1)) || isLetter(text.charCodeAt(at + 2)))
    return undefined;
  const length = IBAN_CHARS[text.slice(at, at + 2).toUpperCase()];
  if (length === undefined || !opens(text, at)) return undefined;
  const { chars, ends } = gather(text, at, length, ALNUM);
  if (chars.length < length || !/^..\d\d/.test(chars) || !closes(text, ends[length - 1]!)) return undefined;
  let rest = 0;
  for (const c of chars.slice(4) + chars.slice(0, 4)) {
    const value = Number.parseInt(c, 36);
    rest = (rest * (value > 9 ? 100 : 10) + value) % 97;
  }
  return rest === 1 ? ends[length - 1]! : undefined;
}

/** A–Z and a–z. */
function isLetter(code: number): boolean {
  return (code >= 65 && code <= 90) || (code >= 97 && code <= 122);
}

/** French telephone numbers: ten digits from 0, or nine after +33 or 0033, « (0) » allowed. */
export function findPhones(text: string): Span[] {
  return scan(text, (at) => phoneAt(text, at));
}

function phoneAt(text: string, at: number): number | undefined {
  const c = text[at]!;
  if ((c !== '+' && c !== '0') || !opens(text, at)) return undefined;
  let from = at;
  const prefix = /^(?:\+|00)33[ \u00A0\u202F.-]?(?:\(0\))?[ \u00A0\u202F.-]?0?/.exec(text.slice(at, at + 14));
  if (prefix !== null) from = at + prefix[0].length;
  else if (c === '0') from = at + 1;
  else return undefined;
  const { chars, ends } = gather(text, from, 9, DIGIT);
  if (chars.length < 9 || !/^[1-9]/.test(chars) || !closes(text, ends[8]!)) return undefined;
  return ends[8]!;
}

/** RFC 5321 §4.5.3.1: most octets of a local part and of a domain; a longer run is no address. */
const LOCAL_CHARS_MAX = 64;
const DOMAIN_CHARS_MAX = 255;
const LOCAL = /[\p{L}\p{N}._%+'-]/u;
const DOMAIN = /[\p{L}\p{N}.-]/u;

/** E-mail addresses. */
export function findEmails(text: string): Span[] {
  const found: Span[] = [];
  let floor = 0;
  for (let at = text.indexOf('@'); at !== -1; at = text.indexOf('@', at + 1)) {
    let start = at;
    while (start > floor && at - start < LOCAL_CHARS_MAX && LOCAL.test(text[start - 1]!)) start -= 1;
    let end = at + 1;
    while (end < text.length && end - at <= DOMAIN_CHARS_MAX && DOMAIN.test(text[end]!)) end += 1;
    while (end > at && /[.-]/.test(text[end - 1]!)) end -= 1;
    if (start === at || !text.slice(at + 1, end).includes('.')) continue;
    found.push({ start, end });
    floor = end;
  }
  return found;
}

/** Runs `endAt` at each offset; a find is skipped over, so finds never overlap. */
function scan(text: string, endAt: (at: number) => number | undefined): Span[] {
  const found: Span[] = [];
  for (let at = 0; at < text.length; at += 1) {
    const end = endAt(at);
    if (end === undefined) continue;
    found.push({ start: at, end });
    at = end - 1;
  }
  return found;
}

/** Hides letters and digits of each span and leaves the separators: the reader still sees what kind of thing it was. */
function hide(text: string, spans: readonly Span[]): string {
  return replaceSpans(text, spans, (part) => part.replace(/[\p{L}\p{N}]/gu, (c) => MASK.repeat(c.length)));
}

/** The text with each span changed; spans may overlap and stand in any order. */
export function replaceSpans(text: string, spans: readonly Span[], change: (part: string) => string): string {
  let out = '';
  let at = 0;
  for (const span of [...spans].sort((a, b) => a.start - b.start)) {
    if (span.end <= at) continue;
    const from = Math.max(at, span.start);
    out += text.slice(at, from) + change(text.slice(from, span.end));
    at = span.end;
  }
  return out + text.slice(at);
}

/** The text with every NIR hidden, with or without its key: what a partner reads (law 9). Same length. */
export function maskNir(text: string): string {
  return hide(
    text,
    scan(text, (at) => nirAt(text, at, true)),
  );
}

/** The text with NIRs, IBANs, French phones and e-mail addresses hidden (law 3). Same length. */
export function maskPersonal(text: string): string {
  const spans = [...scan(text, (at) => nirAt(text, at, true)), ...findIbans(text), ...findEmails(text)];
  // Phones last, on what is left: part of an IBAN or NIR can look like one.
  const first = hide(text, spans);
  return hide(first, findPhones(first));
}

/** True when {@link maskPersonal} would hide something. */
export function hasPersonal(text: string): boolean {
  return maskPersonal(text) !== text;
}
