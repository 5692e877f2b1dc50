import { OFFICE, OPEN_PROVIDERS } from './office-words.ts';
import { findEmails, findIbans, findNirs, findPhones, MASK, replaceSpans, type Span } from './privacy.ts';
import { foldText } from './text/fold.ts';
import { isClosingFormula, isName } from './text/signature-patterns.ts';

/**
 * A member's text on its way into the training of a model: everything that names or reaches a person is hidden first
 * (law 3, GDPR art. 5-1-c). Stricter than what people read, since nobody reads it: numbers that are hardly anybody's go too.
 * Digits become 0, which is all the model ever sees of a number (classifiers/features.ts), letters become the mask.
 */

/** Who is known to stand behind a mail, from its header and its signature. */
export interface KnownPerson {
  /** Display names of the From header, of this mail and of its conversation. */
  readonly names: readonly string[];
  readonly address: string;
  readonly signature: string;
}

/** « Li » and « Ba » are names, but « le », « du » and « as » are words of every mail. */
const NAME_CHARS_MIN = 3;
/** A signature or header longer than this is not one. */
const NAME_SOURCE_CHARS_MAX = 2_000;
const NAMES_MAX = 60;

/** Words of closing formulas: a name often stands on the same line. */
const FORMULA = new Set(
  `amicalement avance bien bonne cdlt cdt continuation cordialement cordiales courtoisement crdlt distinguees journee
  meilleures merci mes nos regards respectueuses respectueusement salutations sentiments sinceres sincerement soiree votre
  vous`.split(/\s+/),
);

const WORD = /[\p{L}\p{M}]+/gu;

/** The folded words that name this person. */
export function nameWords(person: KnownPerson): Set<string> {
  const local = person.address.slice(0, Math.max(0, person.address.lastIndexOf('@')));
  const signed = person.signature
    .slice(0, NAME_SOURCE_CHARS_MAX)
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line.length <= 80 && (isName(line) || isClosingFormula(foldText(line), line)));
  const words = new Set<string>();
  for (const source of [...person.names, local, ...signed]) {
    for (const [word] of source.slice(0, NAME_SOURCE_CHARS_MAX).matchAll(WORD)) {
      const folded = foldText(word);
      if (folded.length >= NAME_CHARS_MIN && !OFFICE.has(folded) && !FORMULA.has(folded) && words.size < NAMES_MAX)
        words.add(folded);
    }
  }
  return words;
}

/**
 * The text with NIR, IBAN, cards, telephones, e-mail addresses, links, file numbers, streets, dates of birth and the given
 * names hidden. Same length. What it cannot know: somebody else's name in the middle of a sentence.
 * @param names folded words, from {@link nameWords}
 */
export function maskForLearning(text: string, names: ReadonlySet<string>): string {
  const spans = [
    ...findEmails(text),
    ...findLinks(text),
    ...findNirs(text),
    ...findIbans(text),
    ...findPhones(text),
    ...findLongNumbers(text),
    ...findStreets(text),
    ...findBirthDates(text),
    ...findNames(text, names),
  ];
  return hide(text, spans);
}

function found(match: RegExpMatchArray): Span {
  return { start: match.index!, end: match.index! + match[0].length };
}

function findLinks(text: string): Span[] {
  return [...text.matchAll(/(?:https?:\/\/|www\.)[^\s<>"]+/giu)].map(found);
}

/**
 * Runs of five digits or more, and nine or more in groups: cards, file and client numbers, SIRETs, foreign telephones,
 * NIRs with a mistake in them, postcodes. Amounts, delays and dates stay.
 */
function findLongNumbers(text: string): Span[] {
  return [...text.matchAll(/\d(?:[ \u00A0\u202F.-]?\d)*/gu)].map(found).filter((span) => {
    const number = text.slice(span.start, span.end);
    return /\d{5}/.test(number) || number.replace(/\D/g, '').length >= 9;
  });
}

const STREET =
  /(?<!\d)\d{1,4}(?:\s?(?:bis|ter|quater))?,?\s+(?:rue|avenue|av|boulevard|bd|bld|blvd|place|chemin|impasse|all[ée]e|route|rte|quai|square|cours|r[ée]sidence|lotissement|hameau|cit[ée]|faubourg|passage|sentier|esplanade|clos)\b\.?([^\n,;.!?]{1,60})/giu;

/** What follows « 12 rue »; the kind of street stays, since it tells an address from other words. */
function findStreets(text: string): Span[] {
  return [...text.matchAll(STREET)].flatMap((match) => {
    const end = match.index + match[0].length;
    return [
      { start: match.index, end: match.index + /^\d+/.exec(match[0])![0].length },
      { start: end - match[1]!.length, end },
    ];
  });
}

const BIRTH = /(?<!\p{L})n[ée]e?s?\s+(?:le\s+)?(\d{1,2}(?:er)?[ ./-]{1,3}(?:\d{1,2}|\p{L}{3,9})[ ./-]{1,3}\d{2,4})/giu;

function findBirthDates(text: string): Span[] {
  return [...text.matchAll(BIRTH)].map((match) => {
    const end = match.index + match[0].length;
    return { start: end - match[1]!.length, end };
  });
}

function findNames(text: string, names: ReadonlySet<string>): Span[] {
  if (names.size === 0) return [];
  return [...text.matchAll(WORD)].filter(([word]) => names.has(foldText(word))).map(found);
}

/** Same length: a hidden digit is a 0, a hidden letter a mask, what stands between them stays. */
function hide(text: string, spans: readonly Span[]): string {
  return replaceSpans(text, spans, (part) => part.replace(/[\p{L}\p{M}\p{N}]/gu, mask));
}

function mask(character: string): string {
  return (/\p{N}/u.test(character) ? '0' : MASK).padEnd(character.length, MASK);
}

/** Words of an address that are looked at; nobody's address is longer. */
const ADDRESS_CHARS_MAX = 254;

/**
 * What kind of address wrote, as an address: the open provider, or the words that name an office, all from closed lists.
 * « secretariat.dupont@pharmacie-du-port.fr » → `secretariat@pharmacie.example`. Empty for no address.
 */
export function addressClass(address: string): string {
  const at = address.lastIndexOf('@');
  if (at < 0) return '';
  const domain = address.slice(at + 1).toLowerCase();
  const office = (text: string): string =>
    [...text.slice(0, ADDRESS_CHARS_MAX).matchAll(WORD)]
      .map(([word]) => foldText(word))
      .filter((word) => OFFICE.has(word))
      .join('-');
  const local = office(address.slice(0, at)) || 'inconnu';
  return OPEN_PROVIDERS.has(domain) ? `${local}@${domain}` : `${local}@${office(domain) || 'autre'}.example`;
}
