/** What people type or choose, as the rules write it. Pure. */

const WORDS_MAX = 12;
const LETTERS_MIN = 3;

/**
 * A phrase of the rules from words somebody chose in a mail, or why there is none. Signs that mean something in a phrase
 * (docs of flags.yaml) are taken out: chosen words stand for themselves.
 */
export function phraseOf(chosen: string): { readonly phrase: string } | { readonly refused: string } {
  if (/[•█]|\[[^\]]*masqu[^\]]*\]/u.test(chosen))
    return { refused: 'Un numéro masqué ne peut pas servir d’expression : choisissez des mots autour.' };
  const phrase = chosen
    .replace(/[()|*"«»]|…|\.\.\./gu, ' ')
    .replace(/[\p{C}\s]+/gu, ' ')
    .replace(/^[\s.,;:!?–-]+|[\s.,;:!?–-]+$/gu, '')
    .toLocaleLowerCase('fr-FR');
  if ((phrase.match(/\p{L}/gu) ?? []).length < LETTERS_MIN)
    return { refused: 'Choisissez d’abord quelques mots du courriel, à la souris ou avec Maj et les flèches.' };
  if (phrase.split(' ').length > WORDS_MAX)
    return { refused: `Au plus ${WORDS_MAX} mots : une expression longue ne se retrouve nulle part ailleurs.` };
  if (/\d{5}/.test(phrase)) return { refused: 'Pas de numéro dans une expression : il désignerait une personne.' };
  return { phrase };
}

/** A short name for files from a label: « Panne des bornes » gives « panne-des-bornes ». */
export function idOf(label: string): string {
  return label
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/œ/g, 'oe')
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 60)
    .replace(/^-+|-+$/g, '');
}

/** One item a line, without empty ones. */
export function linesOf(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

const EXCERPT_CHARS = 400;

/** The first sentences of a mail, for an example that the supervisor then edits; numbers are masked already. */
export function excerptOf(text: string): string {
  const flat = text.replace(/\s+/g, ' ').trim();
  if (flat.length <= EXCERPT_CHARS) return flat;
  const cut = flat.slice(0, EXCERPT_CHARS);
  const end = Math.max(cut.lastIndexOf('. '), cut.lastIndexOf('? '), cut.lastIndexOf('! '));
  return end > 80 ? cut.slice(0, end + 1) : cut;
}
