import { DateTime } from 'luxon';
import { addMonths, DAY_MS, dayOf, HOUR_MS, PARIS } from '../days.ts';
import { singular, type Word } from './words.ts';

/** Lengths of time and dates as people write them, read at one word. What is neither is undefined; nothing throws. */
export interface Measured {
  /** Days waited so far, or days ahead. */
  readonly days: number;
  readonly first: number;
  readonly last: number;
}

const NUMBERS = new Map(
  'un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize'
    .split(' ')
    .map((word, i) => [singular(word), i + 1] as const),
);
for (const [word, value] of [
  ['une', 1],
  ['vingt', 20],
  ['trente', 30],
  ['quarante', 40],
  ['cinquante', 50],
  ['soixante', 60],
] as const) {
  NUMBERS.set(word, value);
}
/** « une trentaine de jours ». */
const ABOUT = new Map([
  ['dizaine', 10],
  ['douzaine', 12],
  ['quinzaine', 15],
  ['vingtaine', 20],
  ['trentaine', 30],
  ['quarantaine', 40],
  ['cinquantaine', 50],
  ['soixantaine', 60],
]);
/** « depuis des mois », « plusieurs semaines »: at least two months, three weeks. */
const VAGUE = new Set(['des', 'de', 'plusieurs', 'quelques'].map(singular));
const VAGUE_COUNTS = new Map([
  ['mois', 2],
  ['moi', 2],
  ['semaine', 3],
  ['annee', 2],
]);
const UNITS = new Map([
  ['jour', 1],
  ['jr', 1],
  ['semaine', 7],
  ['semain', 7],
  ['sem', 7],
  ['quinzaine', 15],
  ['mois', 30.5],
  ['moi', 30.5],
  ['an', 365],
  ['annee', 365],
]);
export const MONTHS = new Map(
  'janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre'
    .split(' ')
    .map((word, i) => [singular(word), i + 1] as const),
);

/** Only behind a day (« 16 fév »): alone they are other words, « sept » a number. */
const SHORT_MONTHS = new Map(
  Object.entries({ jan: 1, janv: 1, fev: 2, fevr: 2, avr: 4, juil: 7, sept: 9, oct: 10, nov: 11, dec: 12 }),
);

/** A local day: its number (domain/days.ts) and its place in the calendar. */
export interface Day {
  readonly number: number;
  readonly year: number;
  readonly month: number;
}

/** The day of `instant` in Paris. */
export function parisDay(instant: string): Day {
  // A mail is asked about several times.
  if (lastDay?.instant === instant) return lastDay.day;
  // Zones are slow to compute, and the mails of a batch came on the same day: within an hour of UTC the day is one.
  const hour = Math.floor(Date.parse(instant) / HOUR_MS);
  const day = lastDay?.hour === hour ? lastDay.day : dayAt(instant);
  lastDay = { instant, hour, day };
  return day;
}

let lastDay: { readonly instant: string; readonly hour: number; readonly day: Day } | undefined;

const WITH_OFFSET = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)$/;

function dayAt(instant: string): Day {
  const ms = WITH_OFFSET.test(instant) ? Date.parse(instant) : NaN;
  // Other ways to write an instant are rare, and not the machine's zone but Paris is meant.
  const number = Number.isNaN(ms) ? luxonDay(instant) : dayOf(ms, PARIS);
  return dayNumbered(number);
}

/** @param number of domain/days.ts */
export function dayNumbered(number: number): Day {
  const date = new Date(number * DAY_MS);
  return { number, year: date.getUTCFullYear(), month: date.getUTCMonth() + 1 };
}

/** NaN for what is no instant: nothing is near it then. */
function luxonDay(instant: string): number {
  const { year, month, day } = DateTime.fromISO(instant, { zone: PARIS });
  return build(year, month, day) ?? NaN;
}

const GLUED = /^(\d{1,3})(jour|jr|j|semaine|sem|mois)$/;
const COUNT = /^\d{1,3}$/;

/** The words a length may begin with; the others begin with a digit. */
export const LENGTH_WORDS: readonly string[] = [...NUMBERS.keys(), ...ABOUT.keys(), ...VAGUE];

/** May a length begin with this word? */
export function opensLength(text: string): boolean {
  return GLUED.test(text) || COUNT.test(text) || NUMBERS.has(text) || ABOUT.has(text) || VAGUE.has(text);
}

/** « 7 semaines », « deux mois et demi », « plus d'un mois » at word `i`. */
export function lengthAt(words: readonly Word[], i: number): Measured | undefined {
  const word = words[i];
  if (word === undefined) return undefined;
  const glued = GLUED.exec(word.text);
  if (glued !== null) {
    return { days: Math.round(Number(glued[1]) * (UNITS.get(glued[2]!) ?? 1)), first: i, last: i };
  }
  const count = numberAt(words, i) ?? vagueAt(words, i);
  if (count === undefined) return undefined;
  const unit = unitOf(words[count.last + 1]);
  if (unit === undefined) return undefined;
  let last = count.last + 1;
  let days = count.value * unit;
  if (words[last + 1]?.text === 'et' && words[last + 2]?.text.startsWith('demi') === true) {
    days += unit / 2;
    last += 2;
  }
  return { days: Math.round(days), first: i, last };
}

/** « mois »; a lone « j » behind a number (« 45 j ») is not « je ». */
function unitOf(word: Word | undefined): number | undefined {
  if (word?.text === 'je' && word.end - word.start === 1) return 1;
  return UNITS.get(word?.text ?? '');
}

/** « des mois », « plusieurs semaines », « une trentaine de jours »; what comes next is read as the unit. */
function vagueAt(words: readonly Word[], i: number): { value: number; last: number } | undefined {
  const about = ABOUT.get(words[i]!.text);
  if (about !== undefined) return words[i + 1]?.text === 'de' ? { value: about, last: i + 1 } : undefined;
  if (!VAGUE.has(words[i]!.text)) return undefined;
  const value = VAGUE_COUNTS.get(words[i + 1]?.text ?? '');
  return value === undefined ? undefined : { value, last: i };
}

/** « 41 », « douze », « quarante-cinq », « vingt et un »; not the « cinq » inside « quarante-cinq ». */
function numberAt(words: readonly Word[], i: number): { value: number; last: number } | undefined {
  const { text } = words[i]!;
  if (COUNT.test(text)) return { value: Number(text), last: i };
  const value = NUMBERS.get(text);
  if (value === undefined) return undefined;
  const before = words[i - 1]?.text === 'et' ? words[i - 2]?.text : words[i - 1]?.text;
  if (value < 20 && (NUMBERS.get(before ?? '') ?? 0) >= 20) return undefined;
  if (value < 20) return { value, last: i };
  const next = words[i + 1]?.text === 'et' ? i + 2 : i + 1;
  const units = NUMBERS.get(words[next]?.text ?? '');
  return units !== undefined && units < 20 ? { value: value + units, last: next } : { value, last: i };
}

export interface DateRead {
  /** Days from today; negative in the past. */
  readonly ahead: number;
  readonly last: number;
  readonly with_year: boolean;
  readonly day_only: boolean;
}

/** « 12/09 », « 12.09.2026 », « 12 septembre 2026 », « 12 » at word `i`. Without a year: the nearest such day. */
export function dateAt(words: readonly Word[], i: number, today: Day): DateRead | undefined {
  const day = numberUpTo(words[i]?.text === '1er' ? '1' : words[i]?.text, 31);
  if (day === undefined) return undefined;
  const second = words[i + 1];
  const glued = second !== undefined && second.start === words[i]!.end + 1 && second.gap === 'none';
  const written = MONTHS.get(second?.text ?? '') ?? SHORT_MONTHS.get(second?.text ?? '');
  const month = written ?? (glued ? numberUpTo(second.text, 12) : undefined);
  if (month === undefined) {
    // Followed by a unit it is a length, glued to more digits it is a price or a time.
    if (glued || UNITS.has(second?.text ?? '') || words[i - 1]?.text === 'du') return undefined;
    const near = build(today.year, today.month, day);
    if (near === undefined) return undefined;
    const when = near < today.number ? addMonths(near, 1) : near;
    return { ahead: when - today.number, last: i, with_year: false, day_only: true };
  }
  // « 24 janvier - 18 février » names no year 2018.
  const year = written === undefined ? yearAt(words[i + 2]?.text) : longYearAt(words[i + 2]?.text);
  const last = year === undefined ? i + 1 : i + 2;
  const when = build(year ?? today.year, month, day);
  if (when === undefined) return undefined;
  let ahead = when - today.number;
  if (year === undefined && ahead < -183) ahead = addMonths(when, 12) - today.number;
  if (year === undefined && ahead > 183) ahead = addMonths(when, -12) - today.number;
  return { ahead, last, with_year: year !== undefined, day_only: false };
}

/** May a date begin with this word? */
export function opensDate(text: string): boolean {
  return text === '1er' || numberUpTo(text, 31) !== undefined;
}

function numberUpTo(text: string | undefined, max: number): number | undefined {
  if (text === undefined || !/^\d{1,2}$/.test(text)) return undefined;
  const value = Number(text);
  return value >= 1 && value <= max ? value : undefined;
}

export function longYearAt(text: string | undefined): number | undefined {
  return text?.length === 4 ? yearAt(text) : undefined;
}

function yearAt(text: string | undefined): number | undefined {
  if (text === undefined || !/^(20\d\d|\d\d)$/.test(text)) return undefined;
  const year = Number(text);
  return year < 100 ? 2_000 + year : year;
}

/** The number of a day; undefined where the calendar has none (30 February). */
export function build(year: number, month: number, day: number): number | undefined {
  const date = new Date(0);
  const number = date.setUTCFullYear(year, month - 1, day) / DAY_MS;
  return date.getUTCMonth() === month - 1 ? number : undefined;
}
