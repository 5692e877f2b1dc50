/**
 * The short reference members and agents read to each other on the phone: « AG-7K3M-2QX5-C ». Eight random characters
 * and a check character, so that a slip of one character, or two neighbours swapped, is noticed. It names a conversation
 * but proves nothing: it only ever suggests a link (law 10).
 */

/** Without 0 O 1 I L, which look alike on paper. 31 is a prime number, which the check character below needs. */
export const REFERENCE_ALPHABET = '23456789ABCDEFGHJKMNPQRSTUVWXYZ';
const BODY_CHARS = 8;
const BASE = REFERENCE_ALPHABET.length;
/** Bytes from here on are thrown away, so that no character is likelier than another. */
const FAIR_BYTES = 256 - (256 % BASE);
/** Random bytes {@link makeReference} should be given. */
export const REFERENCE_RANDOM_BYTES = 32;

/**
 * Makes a reference from random bytes: about 8.5 × 10¹¹ of them; the unique column catches a repetition.
 * @throws RangeError when too many of the bytes are unfair; with {@link REFERENCE_RANDOM_BYTES} that never happens
 */
export function makeReference(random: Uint8Array): string {
  let body = '';
  for (const byte of random) {
    if (byte >= FAIR_BYTES) continue;
    body += REFERENCE_ALPHABET[byte % BASE]!;
    if (body.length === BODY_CHARS) return format(body, checkCharacter(body));
  }
  throw new RangeError('Not enough random bytes for a reference.');
}

/** Weights 1 to 8 modulo a prime: one changed character, or two exchanged ones, always change the sum. */
function checkCharacter(body: string): string {
  let sum = 0;
  for (let i = 0; i < body.length; i += 1) sum += (i + 1) * REFERENCE_ALPHABET.indexOf(body[i]!);
  return REFERENCE_ALPHABET[sum % BASE]!;
}

function format(body: string, check: string): string {
  return `AG-${body.slice(0, 4)}-${body.slice(4)}-${check}`;
}

const GAP = '[ \\u00A0\\p{Pd}]{0,2}';
const GROUP = `[${REFERENCE_ALPHABET}]`;
/** People retype references in any case, with spaces, another dash, or nothing between the groups. */
const FOUND = new RegExp(
  `(?<![\\p{L}\\p{N}])AG${GAP}(${GROUP}{4})${GAP}(${GROUP}{4})${GAP}(${GROUP})(?![\\p{L}\\p{N}])`,
  'giu',
);
/** Only so much of a hostile text is looked at. */
const TEXT_CHARS_MAX = 20_000;

/** The first reference in `text` whose check character is right, in its canonical form, or undefined. */
export function parseReference(text: string): string | undefined {
  for (const [, first, second, check] of text.slice(0, TEXT_CHARS_MAX).matchAll(FOUND)) {
    const body = `${first}${second}`.toUpperCase();
    // "ſ" and "K" (Kelvin) fold to our letters under /iu without being them.
    if (![...body].every((character) => REFERENCE_ALPHABET.includes(character))) continue;
    if (checkCharacter(body) === check!.toUpperCase()) return format(body, check!.toUpperCase());
  }
  return undefined;
}
