import { NEGATIONS, tokenize } from '../text/tokens.ts';
import { readWords } from './words.ts';

/**
 * Phrases, as supervisors write them:
 *   bon de transport        these words in this order, whatever the accents, capitals, plurals and apostrophes
 *   opéré(e) … demain       `…` (or `...`): up to four words in between, inside one sentence
 *   suicid*                 a word that begins so
 *   (mon|ma) (mari|femme)   one of these; `(de|)` may be missing
 * A phrase that holds no negation does not match a negated text: « suicidaire » leaves « je ne suis pas suicidaire ».
 */
export type Step =
  | { readonly kind: 'word'; readonly text: string }
  | { readonly kind: 'prefix'; readonly text: string }
  | { readonly kind: 'gap' };

export interface Phrase {
  readonly source: string;
  readonly variants: readonly (readonly Step[])[];
  readonly negative: boolean;
}

export const GAP_WORDS_MAX = 4;
const VARIANTS_MAX = 64;
const WORDS_MAX = 16;
/** Each gap multiplies the tries at a word by five. */
const GAPS_MAX = 3;
/** Short prefixes match half of the language (« in* »). */
const PREFIX_CHARS_MIN = 3;

/** A phrase that cannot be used; the message says why, in French, for `rules check`. */
export class PhraseError extends Error {}

/** @throws PhraseError */
export function parsePhrase(source: string): Phrase {
  const seen = new Map<string, Step[]>();
  let negative = false;
  for (const text of expand(source)) {
    const steps = stepsOf(text);
    seen.set(JSON.stringify(steps), steps);
    // « mort-né » denies nothing.
    if (readWords(text).some((word) => NEGATIONS.has(word.text) && !word.accented)) negative = true;
  }
  return { source, variants: [...seen.values()], negative };
}

/** Writes out `(a|b)` and the ending in `opéré(e)`. */
function expand(source: string): string[] {
  let done = [''];
  let rest = source;
  while (rest !== '') {
    const open = rest.indexOf('(');
    const close = rest.indexOf(')', open);
    if (open < 0) {
      if (rest.includes(')')) throw new PhraseError('une parenthèse se ferme sans s’ouvrir');
      return done.map((start) => start + rest);
    }
    if (rest.slice(0, open).includes(')')) throw new PhraseError('une parenthèse se ferme sans s’ouvrir');
    if (close < 0) throw new PhraseError('une parenthèse n’est pas fermée');
    const inside = rest.slice(open + 1, close);
    if (inside.includes('(')) throw new PhraseError('une parenthèse dans une parenthèse');
    const before = rest.slice(0, open);
    // Glued to a word it is an ending that may be there: opéré(e), (re)né is not foreseen.
    const glued = /[\p{L}\p{N}]$/u.test(before);
    if (!inside.includes('|') && !glued) throw new PhraseError('une seule forme entre parenthèses ; écrivez (a|b) ou (a|)');
    const forms = inside.includes('|') ? inside.split('|') : ['', inside];
    done = done.flatMap((start) => forms.map((form) => start + before + form));
    if (done.length > VARIANTS_MAX) throw new PhraseError(`plus de ${VARIANTS_MAX} formes possibles`);
    rest = rest.slice(close + 1);
  }
  return done;
}

function stepsOf(text: string): Step[] {
  const steps: Step[] = [];
  for (const piece of text.split(/(…|\.\.\.)/u)) {
    if (piece === '…' || piece === '...') {
      if (steps.length === 0) throw new PhraseError('« … » se met entre deux mots');
      steps.push({ kind: 'gap' });
      continue;
    }
    // Cut after each star: what stands before it are whole words and, last, the beginning of one.
    for (const part of piece.split(/(?<=\*)/u)) steps.push(...wordsOf(part));
  }
  if (steps.at(-1)?.kind === 'gap') throw new PhraseError('« … » se met entre deux mots');
  if (steps.length === 0) throw new PhraseError('aucun mot');
  if (steps.filter((step) => step.kind === 'gap').length > GAPS_MAX) throw new PhraseError(`plus de ${GAPS_MAX} « … »`);
  if (steps.length > WORDS_MAX) throw new PhraseError(`plus de ${WORDS_MAX} mots`);
  return steps;
}

function wordsOf(part: string): Step[] {
  const steps: Step[] = readWords(part).map(({ text }) => ({ kind: 'word', text }));
  if (!part.endsWith('*')) return steps;
  const beginning = tokenize(part).at(-1);
  if (beginning === undefined || beginning.end !== part.length - 1) throw new PhraseError('« * » se met à la fin d’un mot');
  if (beginning.text.length < PREFIX_CHARS_MIN) {
    throw new PhraseError(`au moins ${PREFIX_CHARS_MIN} lettres avant « * »`);
  }
  return [...steps.slice(0, -1), { kind: 'prefix', text: beginning.text }];
}
