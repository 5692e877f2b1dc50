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
const APOSTROPHE = /['’‘‛ʼʹ′`´＇]/u;
const SPACE = /[\p{White_Space}\p{Cc}\p{Surrogate}]/u;
/** Accents once decomposed; zero-width, bidi and soft-hyphen controls; fillers that show nothing. */
const INVISIBLE = /[\p{M}\p{Cf}\u115F\u1160\u3164\uFFA0]/gu;

const memo = new Map<string, string>();

function foldCharacter(character: string): string {
  if (APOSTROPHE.test(character) || SPACE.test(character)) return ' ';
  let folded = '';
  for (const part of character.normalize('NFKD').toLowerCase()) folded += LETTERS[part] ?? part;
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

/** True for the characters that elide a French article or pronoun (« l’ », « d' »). */
export function isApostrophe(character: string | undefined): boolean {
  return character !== undefined && APOSTROPHE.test(character);
}

/** Folds `source`; linear in its length. White space at both ends is dropped. */
export function fold(source: string): Folded {
  let codes = new Uint16Array(source.length + 8);
  let starts = new Uint32Array(source.length + 9);
  let length = 0;
  let end = 0;
  const put = (code: number, at: number, next: number): void => {
    if (code === 32 && (length === 0 || codes[length - 1] === 32)) return;
    if (length === codes.length) {
      const more = new Uint16Array(length * 2);
      more.set(codes);
      codes = more;
      const further = new Uint32Array(length * 2 + 1);
      further.set(starts);
      starts = further;
    }
    codes[length] = code;
    starts[length] = at;
    length += 1;
    if (code !== 32) end = next;
  };
  for (let i = 0; i < source.length;) {
    const code = source.charCodeAt(i);
    if (code < 128) {
      // Space and controls, both ASCII apostrophes, DEL.
      const blank = code <= 32 || code === 39 || code === 96 || code === 127;
      put(blank ? 32 : code >= 65 && code <= 90 ? code + 32 : code, i, i + 1);
      i += 1;
      continue;
    }
    const character = String.fromCodePoint(source.codePointAt(i)!);
    const at = i;
    i += character.length;
    const folded = foldedForm(character);
    // An accent typed as a character of its own belongs to the letter before it.
    if (folded === '' && end === at) end = i;
    for (let k = 0; k < folded.length; k += 1) put(folded.charCodeAt(k), at, i);
  }
  if (length > 0 && codes[length - 1] === 32) length -= 1;
  starts[length] = end;
  let text = '';
  // In pieces: fromCharCode takes its input as arguments, and the stack is small.
  for (let i = 0; i < length; i += 8_192) {
    const piece = codes.subarray(i, Math.min(i + 8_192, length));
    text += String.fromCharCode.apply(null, piece as unknown as number[]);
  }
  return { text, starts: starts.slice(0, length + 1) };
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
  return fold(source).text;
}

/** The span of the original behind `[start, end)` of the folded text; never empty for a non-empty span. */
export function originalSpan(folded: Folded, start: number, end: number): { start: number; end: number } {
  const { starts } = folded;
  const last = starts.length - 1;
  const from = starts[Math.min(Math.max(start, 0), last)]!;
  if (end <= start) return { start: from, end: from };
  // « œ » folds to two characters with one start: a span that ends between them takes the whole letter.
  let stop = Math.min(end, last);
  const tail = starts[stop - 1]!;
  while (stop < last && starts[stop]! <= tail) stop += 1;
  return { start: from, end: Math.max(starts[stop]!, from) };
}
