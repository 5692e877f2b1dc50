/**
 * Folding for matching: what a member types in many ways becomes one way (accents, case, apostrophes, ligatures,
 * full-width and mathematical letters, hidden characters). Offsets of the folded text lead back to the original, so
 * that evidence always points into the text as it was written.
 */
export interface Folded {
  /** Lower case, no accents, one space for any white space or apostrophe (« l'arrêt » → `l arret`). */
  readonly text: string;
  /** `starts[i]` is the UTF-16 offset in the original of the character behind `text[i]`; one entry more than `text`. */
  readonly starts: Uint32Array;
}

/** Folds to this many characters at most; « ﷺ » alone would otherwise become 18. */
const MAX_EXPANSION = 4;
/** The memo of folded characters stops growing here: the text is hostile, our memory is not endless. */
const MAX_MEMO = 8_192;

/** Letters that Unicode does not decompose but that people drop or replace on a foreign keyboard. */
const LETTERS: Readonly<Record<string, string>> = {
  œ: 'oe',
  æ: 'ae',
  ß: 'ss',
  ø: 'o',
  đ: 'd',
  ð: 'd',
  ł: 'l',
  þ: 'th',
  ı: 'i',
  '‐': '-',
  '‑': '-',
  '‒': '-',
  '–': '-',
  '—': '-',
  '―': '-',
  '−': '-',
  '«': '"',
  '»': '"',
  '“': '"',
  '”': '"',
  '„': '"',
};
const APOSTROPHES = "'’‘‛ʼʹ′`´＇";
const SPACE = /[\p{White_Space}\p{Cc}\p{Surrogate}]/u;
/** Accents once decomposed; zero-width, bidi and soft-hyphen controls; fillers that show nothing. */
const INVISIBLE = /[\p{M}\p{Cf}\u115F\u1160\u3164\uFFA0]/gu;

const memo = new Map<string, string>();
/** By UTF-16 code below U+2100, where French is written: 0 not met yet, 1 for more or fewer than one letter, else the code. */
const CODES = 0x2100;
const single = new Uint16Array(CODES);
const NOT_SINGLE = 1;

function foldCharacter(character: string): string {
  if (APOSTROPHES.includes(character) || SPACE.test(character)) return ' ';
  let folded = '';
  for (const part of character.normalize('NFKD').toLowerCase())
    // « ŉ » holds an apostrophe that shows only once it is taken apart.
    folded += LETTERS[part] ?? (APOSTROPHES.includes(part) ? ' ' : part);
  folded = folded.replace(INVISIBLE, '');
  return folded.length > MAX_EXPANSION ? ' ' : folded;
}

function foldedForm(character: string): string {
  let folded = memo.get(character);
  if (folded === undefined) {
    folded = foldCharacter(character);
    if (memo.size < MAX_MEMO) memo.set(character, folded);
  }
  return folded;
}

/** The one code a code folds to, or {@link NOT_SINGLE}. */
function singleCode(code: number): number {
  let to = single[code]!;
  if (to === 0) {
    // Space and controls, both ASCII apostrophes, DEL: what foldCharacter says of them as well.
    const folded = foldedForm(String.fromCharCode(code));
    to = folded.length === 1 ? folded.charCodeAt(0) : NOT_SINGLE;
    single[code] = to;
  }
  return to;
}

/** True for the characters that elide a French article or pronoun (« l’ », « d' »). */
export function isApostrophe(code: number): boolean {
  if (code < 128) return code === 39 || code === 96;
  return APOSTROPHES.includes(String.fromCharCode(code));
}

/** A text being folded: codes and places that are good until the next one. */
export interface Folding {
  readonly codes: Uint16Array;
  /** One more than codes: see {@link Folded}. */
  readonly starts: Uint32Array;
  readonly length: number;
}

interface Room {
  readonly codes: Uint16Array;
  readonly starts: Uint32Array;
}

const ROOM_KEPT_MAX = 262_144;
/** Kept from text to text, unless one was extraordinary. */
let room = roomOf(16_384);

function roomOf(length: number, before?: Room): Room {
  const made = { codes: new Uint16Array(length), starts: new Uint32Array(length + 1) };
  if (before === undefined) return made;
  made.codes.set(before.codes);
  made.starts.set(before.starts);
  if (length <= ROOM_KEPT_MAX) room = made;
  return made;
}

const { charCodeAt } = String.prototype;

/** `text.charCodeAt(at)`, where it is asked letter by letter: strings are of so many kinds inside that finding it costs more. */
export function codeAt(text: string, at: number): number {
  return charCodeAt.call(text, at);
}

/** Folds `source`; linear in its length. White space at both ends is dropped. The result is good until the next call. */
export function foldCodes(source: string): Folding {
  const chars = source.length;
  // Most characters fold to one at most; those that fold to more make room when they come.
  let { codes, starts } = room.codes.length < chars ? roomOf(chars, room) : room;
  let capacity = codes.length;
  let length = 0;
  let end = 0;
  for (let i = 0; i < chars;) {
    const unit = codeAt(source, i);
    const one = unit < CODES ? singleCode(unit) : NOT_SINGLE;
    if (one !== NOT_SINGLE) {
      if (one !== 32) end = i + 1;
      if (one !== 32 || (length > 0 && codes[length - 1] !== 32)) {
        if (length === capacity) ({ codes, starts } = roomOf((capacity = length * 2), { codes, starts }));
        codes[length] = one;
        starts[length] = i;
        length += 1;
      }
      i += 1;
      continue;
    }
    const character = String.fromCodePoint(source.codePointAt(i)!);
    const at = i;
    i += character.length;
    const folded = foldedForm(character);
    // An accent typed as a character of its own belongs to the letter before it.
    if (folded === '' && end === at) end = i;
    for (let k = 0; k < folded.length; k += 1) {
      const code = folded.charCodeAt(k);
      if (code !== 32) end = i;
      else if (length === 0 || codes[length - 1] === 32) continue;
      if (length === capacity) ({ codes, starts } = roomOf((capacity = length * 2), { codes, starts }));
      codes[length] = code;
      starts[length] = at;
      length += 1;
    }
  }
  if (length > 0 && codes[length - 1] === 32) length -= 1;
  starts[length] = end;
  return { codes, starts, length };
}

/** The codes `[from, to)` as text. */
export function textOf(codes: Uint16Array, from: number, to: number): string {
  let text = '';
  // In pieces: fromCharCode takes its input as arguments, and the stack is small.
  for (let i = from; i < to; i += 8_192) {
    const piece = codes.subarray(i, Math.min(i + 8_192, to));
    text += String.fromCharCode.apply(null, piece as unknown as number[]);
  }
  return text;
}

/** {@link foldCodes}, to keep. */
export function fold(source: string): Folded {
  const { codes, starts, length } = foldCodes(source);
  return { text: textOf(codes, 0, length), starts: starts.slice(0, length + 1) };
}

const PLAIN_ASCII = /^[ -~]*$/;

/** The folded text alone. */
export function foldText(source: string): string {
  // Most lines are ASCII and need neither table nor map; the result is the same.
  if (source.length < 1_000 && PLAIN_ASCII.test(source))
    return source
      .toLowerCase()
      .replace(/[ '`]+/g, ' ')
      .trim();
  const { codes, length } = foldCodes(source);
  return textOf(codes, 0, length);
}

/** The span of the original behind `[start, end)` of the folded text; never empty for a non-empty span. */
export function originalSpan(folded: Folded, start: number, end: number): { start: number; end: number } {
  return spanAt(folded.starts, folded.starts.length - 1, start, end);
}

/** {@link originalSpan} of the first `last` folded characters of `starts`. */
export function spanAt(starts: Uint32Array, last: number, start: number, end: number): { start: number; end: number } {
  const from = starts[Math.min(Math.max(start, 0), last)]!;
  if (end <= start) return { start: from, end: from };
  // « œ » folds to two characters with one start: a span that ends between them takes the whole letter.
  let stop = Math.min(end, last);
  const tail = starts[stop - 1]!;
  while (stop < last && starts[stop]! <= tail) stop += 1;
  return { start: from, end: Math.max(starts[stop]!, from) };
}
