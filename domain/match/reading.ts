import type { RE2JS } from 're2js';
import type { Evidence, Facts, TextPart } from '../facts.ts';
import { countDigits, luhn } from '../identifiers.ts';
import { findIbans, findNirs, type Span } from '../privacy.ts';
import type { WrittenData } from '../rulebook.ts';
import { fold, originalSpan, type Folded } from '../text/fold.ts';
import { parisDay, type Day, type Measured } from './dates.ts';
import { daysAhead, waits } from './delays.ts';
import { isForeign } from './language.ts';
import type { Hit, Hits, Scanner } from './scan.ts';
import { READ_CHARS_MAX, readWords, type Word } from './words.ts';

/** A place in the mail that a predicate saw, before it is said what for. */
export type Place = Omit<Evidence, 'for'>;

/** Under this many words of its own, a mail speaks through what it quotes (« voir ci-dessous »). */
const OWN_WORDS_MIN = 4;
const REGEX_HITS_MAX = 3;
const NOWHERE: readonly Place[] = [];
const NO_HITS: readonly Hit[] = [];

interface Part {
  readonly name: TextPart;
  readonly text: string;
  readonly words: readonly Word[];
  /** Made when the first pattern asks; most rulebooks have few. */
  folded?: Folded;
  /** Counted when the first kind of number is asked for. */
  digits?: number;
}

/** One mail read once for a whole rulebook; each further question is answered from here. Nothing in it throws. */
export class Reading {
  readonly facts: Facts;
  readonly #parts: readonly Part[];
  readonly #scanner: Scanner;
  /** Part by part. */
  readonly #hits: readonly Hits[];
  /** By set of phrases: the places, where there are any. */
  #sets: readonly (readonly Place[] | undefined)[] | undefined;
  #today: Day | undefined;
  #waits: readonly (Measured & { readonly part: Part })[] | undefined;
  #ahead: readonly (Measured & { readonly part: Part })[] | undefined;
  #written = new Map<WrittenData, readonly Place[]>();
  #foreign: boolean | undefined;

  constructor(facts: Facts, scanner: Scanner) {
    this.facts = facts;
    this.#scanner = scanner;
    const subject = part('subject', facts.subject);
    const body = part('body', facts.body);
    const quoted = body.words.length < OWN_WORDS_MIN ? [part('quoted', facts.quoted)] : [];
    this.#parts = [subject, body, ...quoted];
    this.#hits = this.#parts.map((each) => scanner.scan(each.words));
  }

  /** Where phrase number `phrase` of the scanner stands. */
  phrase(phrase: number): readonly Place[] {
    let found: Place[] | undefined;
    for (let i = 0; i < this.#parts.length; i += 1)
      for (const { first, last } of this.#hits[i]!.get(phrase) ?? NO_HITS)
        (found ??= []).push(placeOf(this.#parts[i]!, first, last));
    return found ?? NOWHERE;
  }

  /** Where phrases of a set stand, phrase by phrase in the order they were first met. */
  anyOf(set: number): readonly Place[] {
    return (this.#sets ??= this.#bySet())[set] ?? NOWHERE;
  }

  /** A mail holds a handful of phrases, flags and rules ask for hundreds of sets: what stands in the mail is looked up. */
  #bySet(): readonly (readonly Place[] | undefined)[] {
    const sets = new Array<readonly Place[] | undefined>(this.#scanner.setCount);
    for (let i = 0; i < this.#hits.length; i += 1) {
      for (const phrase of this.#hits[i]!.keys()) {
        const asked = this.#scanner.setsOf(phrase);
        if (asked.length === 0 || this.#standsBefore(i, phrase)) continue;
        const places = this.phrase(phrase);
        for (const set of asked) {
          const found = sets[set];
          sets[set] = found === undefined ? places : [...found, ...places];
        }
      }
    }
    return sets;
  }

  /** In a part before part `i`? */
  #standsBefore(i: number, phrase: number): boolean {
    for (let k = 0; k < i; k += 1) if (this.#hits[k]!.has(phrase)) return true;
    return false;
  }

  /** Where a pattern matches the folded text; linear in its length (RE2). */
  regex(pattern: RE2JS): readonly Place[] {
    const found: Place[] = [];
    for (const each of this.#parts) {
      const folded = (each.folded ??= fold(each.text.slice(0, READ_CHARS_MAX)));
      const matcher = pattern.matcher(folded.text);
      while (found.length < REGEX_HITS_MAX && matcher.find()) {
        const start = matcher.start();
        const end = matcher.end();
        if (end > start) found.push({ part: each.name, ...originalSpan(folded, start, end) });
      }
    }
    return found;
  }

  /** Lengths of time the text gives as a wait, of at least `min` days. */
  waiting(min: number): readonly Place[] {
    this.#waits ??= this.#parts.flatMap((each) =>
      waits(each.words, this.#day()).map((wait) => ({ ...wait, part: each })),
    );
    return this.#waits.filter((wait) => wait.days >= min).map((wait) => placeOf(wait.part, wait.first, wait.last));
  }

  /** Days the text names, at most `max` days ahead. */
  ahead(max: number): readonly Place[] {
    this.#ahead ??= this.#parts.flatMap((each) =>
      daysAhead(each.words, this.#day()).map((day) => ({ ...day, part: each })),
    );
    return this.#ahead.filter((day) => day.days <= max).map((day) => placeOf(day.part, day.first, day.last));
  }

  /** Where a number of this kind is written out, its key right. */
  written(kind: WrittenData): readonly Place[] {
    let places = this.#written.get(kind);
    if (places === undefined) {
      const { digits_min, find } = FINDERS[kind];
      places = this.#parts.flatMap((each) => {
        const text = each.text.slice(0, READ_CHARS_MAX);
        if ((each.digits ??= countDigits(text)) < digits_min) return [];
        return find(text).map(({ start, end }) => ({ part: each.name, start, end }));
      });
      this.#written.set(kind, places);
    }
    return places;
  }

  foreign(): boolean {
    this.#foreign ??= isForeign(this.#parts);
    return this.#foreign;
  }

  #day(): Day {
    return (this.#today ??= parisDay(this.facts.received_at));
  }
}

function part(name: TextPart, text: string): Part {
  return { name, text, words: readWords(text) };
}

function placeOf({ name, words }: Part, first: number, last: number): Place {
  return { part: name, start: words[first]!.start, end: words[last]!.end };
}

/** How a kind of number is found; a text with fewer digits holds none. */
interface Finder {
  readonly digits_min: number;
  readonly find: (text: string) => readonly Span[];
}

const FINDERS: Readonly<Record<WrittenData, Finder>> = {
  // In Corsica two of them are letters, in an IBAN all but the two check digits may be.
  nir: { digits_min: 14, find: findNirs },
  iban: { digits_min: 2, find: findIbans },
  card: { digits_min: 16, find: findCards },
  'nir-like': { digits_min: 12, find: (text) => shapes(text, NIR_LIKE) },
  'iban-like': { digits_min: 14, find: (text) => shapes(text, IBAN_LIKE) },
};

/** Thirteen digits with or without key, in a text or in the name of a deposited piece (`AS_2889999…_120326.pdf`). */
const NIR_LIKE =
  /(?<![\p{L}\d])(?:[1-478][ .-]?\d\d[ .-]?\d\d[ .-]?(?:\d\d|2[ab])[ .-]?\d{3}[ .-]?\d{3}(?:[ .-]?\d\d)?(?![\p{L}\d])|(?:as|mat|pat)_\d{13,15}_)/giu;
const IBAN_LIKE = /(?<![\p{L}\d])[a-z]{2}\d{2}(?:[ -]?\d{4}){3,6}(?:[ -]?\d{1,3})?(?![\p{L}\d])/giu;

function shapes(text: string, pattern: RegExp): Span[] {
  return [...text.matchAll(pattern)].map((match) => ({ start: match.index, end: match.index + match[0].length }));
}

/** Bank cards: 16 digits in groups or not, with a right Luhn check (ISO/IEC 7812-1). */
function findCards(text: string): Span[] {
  const found: Span[] = [];
  for (const match of text.matchAll(/(?<![\d-])[3-6]\d{3}(?:[ .-]?\d{4}){3}(?![\d-])/g)) {
    if (luhn(match[0].replace(/\D/g, ''))) found.push({ start: match.index, end: match.index + match[0].length });
  }
  return found;
}
