import type { DateTime } from 'luxon';
import type { RE2JS } from 're2js';
import type { Evidence, Facts, TextPart } from '../facts.ts';
import { luhn } from '../identifiers.ts';
import { findIbans, findNirs, type Span } from '../privacy.ts';
import type { WrittenData } from '../rulebook.ts';
import { fold, originalSpan, type Folded } from '../text/fold.ts';
import { parisDay, type Measured } from './dates.ts';
import { daysAhead, waits } from './delays.ts';
import { isForeign } from './language.ts';
import type { Scanner } from './scan.ts';
import { READ_CHARS_MAX, readWords, type Word } from './words.ts';

/** A place in the mail that a predicate saw, before it is said what for. */
export type Place = Omit<Evidence, 'for'>;

/** Under this many words of its own, a mail speaks through what it quotes (« voir ci-dessous »). */
const OWN_WORDS_MIN = 4;
const REGEX_HITS_MAX = 3;

interface Part {
  readonly name: TextPart;
  readonly text: string;
  readonly words: readonly Word[];
  /** Made when the first pattern asks; most rulebooks have few. */
  folded?: Folded;
}

/** One mail read once for a whole rulebook; each further question is answered from here. Nothing in it throws. */
export class Reading {
  readonly facts: Facts;
  readonly #parts: readonly Part[];
  readonly #hits: ReadonlyMap<number, readonly Place[]>;
  #today: DateTime | undefined;
  #waits: readonly (Measured & { readonly part: Part })[] | undefined;
  #ahead: readonly (Measured & { readonly part: Part })[] | undefined;
  #written = new Map<WrittenData, readonly Place[]>();
  #foreign: boolean | undefined;

  constructor(facts: Facts, scanner: Scanner) {
    this.facts = facts;
    const subject = part('subject', facts.subject);
    const body = part('body', facts.body);
    const quoted = body.words.length < OWN_WORDS_MIN ? [part('quoted', facts.quoted)] : [];
    this.#parts = [subject, body, ...quoted];
    const hits = new Map<number, Place[]>();
    for (const each of this.#parts) {
      for (const [phrase, places] of scanner.scan(each.words)) {
        const found = hits.get(phrase) ?? [];
        for (const { first, last } of places) found.push(placeOf(each, first, last));
        hits.set(phrase, found);
      }
    }
    this.#hits = hits;
  }

  /** Where phrase number `phrase` of the scanner stands. */
  phrase(phrase: number): readonly Place[] {
    return this.#hits.get(phrase) ?? [];
  }

  /** Where phrases of a set stand, phrase by phrase in the order they were first met. */
  phrasesAmong(wanted: ReadonlySet<number>): readonly Place[] {
    const found: Place[] = [];
    for (const [phrase, places] of this.#hits) if (wanted.has(phrase)) found.push(...places);
    return found;
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
      places = this.#parts.flatMap(({ name, text }) =>
        FINDERS[kind](text.slice(0, READ_CHARS_MAX)).map(({ start, end }) => ({ part: name, start, end })),
      );
      this.#written.set(kind, places);
    }
    return places;
  }

  foreign(): boolean {
    this.#foreign ??= isForeign(
      this.#parts.map(({ text }) => text).join('\n'),
      this.#parts.flatMap(({ words }) => words),
    );
    return this.#foreign;
  }

  #day(): DateTime {
    return (this.#today ??= parisDay(this.facts.received_at));
  }
}

function part(name: TextPart, text: string): Part {
  return { name, text, words: readWords(text) };
}

function placeOf({ name, words }: Part, first: number, last: number): Place {
  return { part: name, start: words[first]!.start, end: words[last]!.end };
}

const FINDERS: Readonly<Record<WrittenData, (text: string) => readonly Span[]>> = {
  nir: findNirs,
  iban: findIbans,
  card: findCards,
  'nir-like': (text) => shapes(text, NIR_LIKE),
  'iban-like': (text) => shapes(text, IBAN_LIKE),
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
