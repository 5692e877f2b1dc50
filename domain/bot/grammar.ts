/** Small tools to write phrases over the spelling of domain/bot/chat-words.ts. */

/** Words that colour a phrase without turning it round. */
export const VERY =
  '(?:(?:du tout|vraiment|trop|tres|toujours|tout a fait|tellement|forcement|exactement|encore|franchement|bien|plus|hyper|super|tout|totalement|completement|absolument|carrement|juste|quand meme|malheureusement|non plus|assez|si|des masses|grand chose) )*';
/** The same behind a phrase. */
export const AFTER =
  '(?: (?:du tout|vraiment|trop|tres|toujours|tout a fait|non plus|plus|bien|encore|quand meme|du coup|pour moi|en fait|hein))*';
/** « ne », written or not, and the pronouns that slip in. */
export const NE = '(?:(?:ne|n|me|m|nous|vous|te|t|l|le|la|les|y|en|lui|se|s) )*';
export const NOT = '(?:pas|plus|rien|jamais|que dalle|aucunement|nullement|pas non plus)';

/** One pattern out of several phrases, each standing on whole words of the padded text. */
export function anywhere(...phrases: readonly string[]): RegExp {
  return new RegExp(`(?<= )(?:${phrases.map(spaced).join('|')})(?= )`, 'g');
}

/** The same, only where a sentence or clause begins: after a pause, a formula already read, or at the start. */
export function opening(...phrases: readonly string[]): RegExp {
  return new RegExp(`(?<=^ |[,.?|] )(?:${phrases.map(spaced).join('|')})(?= )`, 'g');
}

/** The same, only as a clause of its own. */
export function whole(...phrases: readonly string[]): RegExp {
  return new RegExp(`(?<=^ |[,.?|] )(?:${phrases.map(spaced).join('|')})(?= (?:$|[,.?|]))`, 'g');
}

/** Most repetitions of a word group: a turn of « très très très… » must not keep the machine busy. */
const REPEATS_MAX = 6;

/** Phrases are written with a space between words; an optional word carries its own space: `(?:tres )?bon`. */
function spaced(phrase: string): string {
  return phrase.trim().replaceAll(')*', `){0,${REPEATS_MAX}}`).replaceAll(')+', `){1,${REPEATS_MAX}}`);
}

export interface Eaten {
  /** Of the same length: bars stand where words were read, so that nothing is read twice and places stay true. */
  readonly text: string;
  readonly found: number;
  /** Where the first and the last one began; -1 without any. */
  readonly first: number;
  readonly last: number;
}

/** Takes what `patterns` find out of the text. */
export function eat(text: string, ...patterns: readonly RegExp[]): Eaten {
  let found = 0;
  let first = -1;
  let last = -1;
  let rest = text;
  for (const pattern of patterns) {
    rest = rest.replace(pattern, (match: string, ...more: unknown[]) => {
      const at = more.find((item): item is number => typeof item === 'number')!;
      found += 1;
      first = first < 0 ? at : Math.min(first, at);
      last = Math.max(last, at);
      return '|'.repeat(match.length);
    });
  }
  return { text: rest, found, first, last };
}
