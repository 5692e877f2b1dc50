import { DateTime } from 'luxon';
import { singular, type Word } from './words.ts';

/**
 * Delays and days a member writes about. Read against the day the mail came, in Paris; the text is never executed as a
 * date format, so nothing here throws.
 */
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
const UNITS = new Map([
  ['jour', 1],
  ['jr', 1],
  ['semaine', 7],
  ['sem', 7],
  ['quinzaine', 15],
  ['mois', 30.5],
  ['moi', 30.5],
  ['an', 365],
  ['annee', 365],
]);
const MONTHS = new Map(
  'janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre'
    .split(' ')
    .map((word, i) => [singular(word), i + 1] as const),
);
const WEEKDAYS = new Map(
  'lundi mardi mercredi jeudi vendredi samedi dimanche'.split(' ').map((word, i) => [word, i + 1] as const),
);
/** Words shortly before a length that make it a wait (« depuis 2 mois », « ça fait 7 semaines »). */
const WAIT_BEFORE = new Set(
  ['depuis', 'fait', 'voila', 'voici', 'y', 'apres', 'attend', 'attente', 'bientot', 'presque', 'bout'].map(singular),
);
/** Words shortly behind it that do so too (« 3 mois que j'attends », « 5 semaines sans salaire »). */
const WAIT_AFTER = new Set(
  ['que', 'sans', 'attente', 'retard', 'attend', 'maintenant', 'bientot', 'passe', 'ecoule', 'revolu', 'avance'].map(
    singular,
  ),
);
/** Words shortly before a date that make it the beginning of a wait (« arrêt du 3 mars », « congé commencé le 2 mai »). */
const STARTS = new Set(
  [
    'depuis',
    'arret',
    'arrete',
    'arretee',
    'compter',
    'partir',
    'commence',
    'debute',
    'debut',
    'accident',
    'conge',
    'periode',
    'jusque',
  ].map(singular),
);
const START_WORDS_MAX = 5;

/** The day of `instant` in Paris, without its hours. */
export function parisDay(instant: string): DateTime {
  return DateTime.fromISO(instant, { zone: 'Europe/Paris' }).startOf('day');
}

/** Lengths of time and dates in the past that the text gives as a wait. */
export function waits(words: readonly Word[], today: DateTime): Measured[] {
  const found: Measured[] = [];
  for (let i = 0; i < words.length; i++) {
    const length = lengthAt(words, i);
    if (length !== undefined && isWait(words, i, length.last)) found.push(length);
    if (STARTS.has(words[i]!.text)) {
      const date = dateBehind(words, i, today);
      if (date !== undefined) found.push({ ...date, first: i });
    }
  }
  return found;
}

/** Days the text names from today on: « demain », « lundi », « dans 3 jours », « le 12/03 ». */
export function daysAhead(words: readonly Word[], today: DateTime): Measured[] {
  const found: Measured[] = [];
  const add = (days: number, first: number, last: number): void => {
    if (days >= 0) found.push({ days, first, last });
  };
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!.text;
    const next = words[i + 1]?.text;
    if (word === 'aujourdhui' || word === singular('aujourdhui')) add(0, i, i);
    else if (word === 'demain') add(words[i - 1]?.text === singular('apres') ? 2 : 1, i, i);
    else if (word === 'semaine' && next?.startsWith('prochain') === true) add(7, i, i + 1);
    else if (WEEKDAYS.has(word)) {
      const date = dateAt(words, i + 1, today);
      // « depuis lundi », « lundi dernier » and a weekday with its date (« lundi 8 juin ») are no coming Monday.
      if (date !== undefined && !date.day_only) add(date.ahead, i, date.last);
      else if (words[i - 1]?.text !== 'depuis' && next?.startsWith('dernier') !== true && next !== 'passe') {
        add((WEEKDAYS.get(word)! - today.weekday + 7) % 7 || 7, i, i);
      }
    } else if ((word === 'dans' || word === 'ici') && lengthAt(words, i + 1) !== undefined) {
      const length = lengthAt(words, i + 1)!;
      add(length.days, i, length.last);
    } else if (word === 'le' || word === 'du' || word === 'au') {
      const date = dateAt(words, i + 1, today);
      if (date !== undefined) add(date.ahead, i, date.last);
    }
  }
  return found;
}

/** The first date within a few words behind a word that starts a wait; directly behind « depuis » a bare day counts too. */
function dateBehind(words: readonly Word[], start: number, today: DateTime): Measured | undefined {
  for (let i = start + 1; i <= start + START_WORDS_MAX && i < words.length && words[i]!.gap !== 'stop'; i++) {
    const { text } = words[i]!;
    const direct = words[start]!.text === 'depuis' && i === start + 1;
    if (!direct && !['le', 'du', 'au', 'debut', 'fin', 'mi'].includes(text)) continue;
    const date = pastDate(words, i, today);
    // Away from « depuis » a bare day (« le 3 ») may be anything.
    if (date !== undefined && (direct || MONTHS.has(words[date.last]!.text) || date.last > i + 1)) return date;
  }
  return undefined;
}

/** « 7 semaines », « deux mois et demi », « plus d'un mois » at word `i`. */
function lengthAt(words: readonly Word[], i: number): Measured | undefined {
  const word = words[i];
  if (word === undefined) return undefined;
  const glued = /^(\d{1,3})(jour|j|semaine|sem|mois)$/.exec(word.text);
  if (glued !== null) return { days: Number(glued[1]) * (UNITS.get(glued[2]!) ?? 1), first: i, last: i };
  const count = numberAt(words, i);
  if (count === undefined) return undefined;
  const unit = UNITS.get(words[count.last + 1]?.text ?? '');
  if (unit === undefined) return undefined;
  let last = count.last + 1;
  let days = count.value * unit;
  if (words[last + 1]?.text === 'et' && words[last + 2]?.text.startsWith('demi') === true) {
    days += unit / 2;
    last += 2;
  }
  return { days: Math.round(days), first: i, last };
}

/** « 41 », « douze », « quarante-cinq », « vingt et un »; not the « cinq » inside « quarante-cinq ». */
function numberAt(words: readonly Word[], i: number): { value: number; last: number } | undefined {
  const { text } = words[i]!;
  if (/^\d{1,3}$/.test(text)) return { value: Number(text), last: i };
  const value = NUMBERS.get(text);
  if (value === undefined) return undefined;
  const before = words[i - 1]?.text === 'et' ? words[i - 2]?.text : words[i - 1]?.text;
  if (value < 20 && (NUMBERS.get(before ?? '') ?? 0) >= 20) return undefined;
  if (value < 20) return { value, last: i };
  const next = words[i + 1]?.text === 'et' ? i + 2 : i + 1;
  const units = NUMBERS.get(words[next]?.text ?? '');
  return units !== undefined && units < 20 ? { value: value + units, last: next } : { value, last: i };
}

function isWait(words: readonly Word[], first: number, last: number): boolean {
  for (let i = first - 1; i >= 0 && i >= first - 4; i--) {
    if (words[i + 1]!.gap === 'stop') break;
    if (WAIT_BEFORE.has(words[i]!.text)) return true;
  }
  for (let i = last + 1; i <= last + 2 && i < words.length; i++) {
    if (words[i]!.gap === 'stop') break;
    if (WAIT_AFTER.has(words[i]!.text)) return true;
  }
  return false;
}

/** « depuis le 12/09 », « depuis septembre », « en arrêt du 3 mars »: how many days ago. */
function pastDate(words: readonly Word[], from: number, today: DateTime): Measured | undefined {
  let i = from;
  let day = 1;
  for (; i < from + 3; i++) {
    const word = words[i]?.text ?? '';
    if (word === 'fin') day = 25;
    else if (word === 'mi') day = 15;
    else if (!['le', 'la', 'du', 'de', 'debut', 'travail', 'maladie', 'mois'].includes(word)) break;
  }
  const month = MONTHS.get(words[i]?.text ?? '');
  if (month !== undefined) {
    const year = yearAt(words[i + 1]?.text);
    const when = build(year ?? today.year, month, day);
    const past = year === undefined && when !== undefined && when > today ? when.minus({ years: 1 }) : when;
    return past === undefined ? undefined : ago(past, today, from, year === undefined ? i : i + 1);
  }
  const date = dateAt(words, i, today);
  if (date === undefined || date.ahead > 0) {
    // « en arrêt depuis le 3 »: the last 3rd there was.
    if (date?.day_only === true)
      return ago(today.plus({ days: date.ahead }).minus({ months: 1 }), today, from, date.last);
    const year_less =
      date === undefined || date.with_year ? undefined : today.plus({ days: date.ahead }).minus({ years: 1 });
    return year_less === undefined ? undefined : ago(year_less, today, from, date!.last);
  }
  return { days: -date.ahead, first: from, last: date.last };
}

function ago(when: DateTime, today: DateTime, first: number, last: number): Measured | undefined {
  const days = Math.round(today.diff(when, 'days').days);
  return days >= 0 && days < 3_660 ? { days, first, last } : undefined;
}

interface DateRead {
  /** Days from today; negative in the past. */
  readonly ahead: number;
  readonly last: number;
  readonly with_year: boolean;
  readonly day_only: boolean;
}

/** « 12/09 », « 12.09.2026 », « 12 septembre 2026 », « 12 » at word `i`. Without a year: the nearest such day. */
function dateAt(words: readonly Word[], i: number, today: DateTime): DateRead | undefined {
  const day = numberUpTo(words[i]?.text === '1er' ? '1' : words[i]?.text, 31);
  if (day === undefined) return undefined;
  const second = words[i + 1];
  const glued = second !== undefined && second.start === words[i]!.end + 1 && second.gap === 'none';
  const month = MONTHS.get(second?.text ?? '') ?? (glued ? numberUpTo(second.text, 12) : undefined);
  if (month === undefined) {
    // Followed by a unit it is a length, glued to more digits it is a price or a time.
    if (glued || UNITS.has(second?.text ?? '') || words[i - 1]?.text === 'du') return undefined;
    const near = build(today.year, today.month, day);
    if (near === undefined) return undefined;
    const when = near < today ? near.plus({ months: 1 }) : near;
    return { ahead: between(today, when), last: i, with_year: false, day_only: true };
  }
  const year = yearAt(words[i + 2]?.text);
  const last = year === undefined ? i + 1 : i + 2;
  const when = build(year ?? today.year, month, day);
  if (when === undefined) return undefined;
  let ahead = between(today, when);
  if (year === undefined && ahead < -183) ahead = between(today, when.plus({ years: 1 }));
  if (year === undefined && ahead > 183) ahead = between(today, when.minus({ years: 1 }));
  return { ahead, last, with_year: year !== undefined, day_only: false };
}

function between(today: DateTime, when: DateTime): number {
  return Math.round(when.diff(today, 'days').days);
}

function numberUpTo(text: string | undefined, max: number): number | undefined {
  if (text === undefined || !/^\d{1,2}$/.test(text)) return undefined;
  const value = Number(text);
  return value >= 1 && value <= max ? value : undefined;
}

function yearAt(text: string | undefined): number | undefined {
  if (text === undefined || !/^(20\d\d|\d\d)$/.test(text)) return undefined;
  const year = Number(text);
  return year < 100 ? 2_000 + year : year;
}

function build(year: number, month: number, day: number): DateTime | undefined {
  const when = DateTime.fromObject({ year, month, day }, { zone: 'Europe/Paris' });
  return when.isValid ? when : undefined;
}
