import { singular, type Word } from './words.ts';

/**
 * Is a place in a text denied? Kept narrow on purpose: a missed « je veux en finir » is worse than one alert too many,
 * so only a negation that governs the words counts, never one elsewhere in the sentence (« je n'ai plus rien, je veux
 * en finir », « je ne comprends pas pourquoi mes droits sont fermés »).
 */
const DENIALS = new Set(['pas', 'jamais', 'aucun', 'aucune', 'ni', 'non', 'guere', 'nullement']);
/** « Je ne peux plus payer mon loyer », « je n'arrive pas à me connecter »: what cannot be done is the matter itself. */
const ABILITY = /^(?:peu[xt]?|pouv|pu$|arriv|parvien|reuss|sai[st]?$)/;
/** Small words that may stand between the negation and what it denies (« pas l'intention de me … »). */
const LIGHT = new Set(
  (
    'de du des le la les un une mon ma mes son sa ses notre votre vos leur ce cet cette me te se nous vous lui en y a au aux ' +
    'tout toute du encore vraiment forcement particulierement tres trop etre ete avoir eu ai as avons avez ont est suis sont ' +
    'etait avait question quelconque envie idee pensee intention moindre plus'
  )
    .split(' ')
    .map(singular),
);
const BACK_WORDS_MAX = 6;
/** Pronouns between « ne » and the verb it belongs to. */
const CLITICS = new Set(['me', 'te', 'se', 'le', 'la', 'les', 'lui', 'nous', 'vous', 'en', 'y']);
/** « je n'ai renoncé à aucun soin ». */
const AUXILIARIES = new Set(
  'ai as a avons avez ont avais avait avaient suis es est sommes etes sont etais etait'.split(' ').map(singular),
);
const CLOSERS = new Set(['pas', 'plus', 'jamais', 'guere', 'nullement', 'aucun', 'aucune']);

function isNe(word: Word | undefined): boolean {
  return word !== undefined && word.text === 'ne' && !word.accented;
}

/** True when the words `first`…`last` stand under a negation of the text. */
export function isDenied(words: readonly Word[], first: number, last: number): boolean {
  return deniedBefore(words, first) || enclosed(words, first, last);
}

/** « pas suicidaire », « aucune intention de me … »; « plus » only together with « ne ». « Sans » denies nothing: it lacks. */
function deniedBefore(words: readonly Word[], first: number): boolean {
  for (let i = first - 1; i >= 0 && i >= first - BACK_WORDS_MAX; i--) {
    if (words[i + 1]!.gap !== 'none') return false;
    const { text } = words[i]!;
    if (DENIALS.has(text) || (text === 'plus' && neBefore(words, i))) return !ABILITY.test(words[i - 1]?.text ?? '');
    if (!LIGHT.has(text)) return false;
  }
  return false;
}

function neBefore(words: readonly Word[], plus: number): boolean {
  for (let i = plus - 1; i >= 0 && i >= plus - 4; i--) {
    if (words[i + 1]!.gap !== 'none') return false;
    if (isNe(words[i])) return true;
  }
  return false;
}

function standsBetween(text: string): boolean {
  return CLITICS.has(text) || AUXILIARIES.has(text);
}

/** « je ne renonce pas » : « ne » before the phrase, its second half inside or right behind it. */
function enclosed(words: readonly Word[], first: number, last: number): boolean {
  let i = first - 1;
  while (i >= 0 && i >= first - 3 && words[i + 1]!.gap === 'none' && standsBetween(words[i]!.text)) i--;
  if (i < 0 || words[i + 1]!.gap !== 'none' || !isNe(words[i])) return false;
  for (let j = first; j <= last + 1 && j < words.length; j++) {
    if (j > first && words[j]!.gap !== 'none') return false;
    if (CLOSERS.has(words[j]!.text)) return true;
  }
  return false;
}
