import { addMonths, weekday } from '../days.ts';
import {
  build,
  dateAt,
  dayNumbered,
  lengthAt,
  longYearAt,
  MONTHS,
  type DateRead,
  type Day,
  type Measured,
} from './dates.ts';
import { DUES, OPENERS, WAIT_AFTER, WAIT_BEFORE, WEEKDAYS } from './delay-words.ts';
import { namedDayAt } from './named-days.ts';
import { AHEAD, DATE, kindsOf, LENGTH, SINCE, START, TODAY } from './time-words.ts';
import { singular, type Word } from './words.ts';

/**
 * Delays and days a member writes about. Read against the day the mail came, in Paris; the text is never executed as a
 * date format, so nothing here throws.
 */

/** As words of a mail are written. */
const [NOWADAYS, AFTER] = [singular('aujourdhui'), singular('apres')];
const START_WORDS_MAX = 5;
const TODAY_DAYS_MAX = 3;
/** Behind other words than « depuis », a month further back is rather one to come (« un congé en mai »). */
const MONTH_AGO_DAYS_MAX = 240;

/** The model and several flags ask about the same few texts on the same day. */
interface Known {
  readonly words: readonly Word[];
  readonly day: number;
  readonly found: readonly Measured[];
}
const KNOWN_MAX = 4;

function once(
  known: Known[],
  words: readonly Word[],
  today: Day,
  read: (words: readonly Word[], today: Day) => Measured[],
): readonly Measured[] {
  for (const each of known) if (each.words === words && each.day === today.number) return each.found;
  const found = read(words, today);
  if (known.length === KNOWN_MAX) known.shift();
  known.push({ words, day: today.number, found });
  return found;
}

const knownWaits: Known[] = [];
const knownDays: Known[] = [];

/** Lengths of time and dates in the past that the text gives as a wait. */
export function waits(words: readonly Word[], today: Day): readonly Measured[] {
  return once(knownWaits, words, today, readWaits);
}

/** Days the text names from today on: « demain », « lundi », « dans 3 jours », « le 12/03 ». */
export function daysAhead(words: readonly Word[], today: Day): readonly Measured[] {
  return once(knownDays, words, today, readDaysAhead);
}

function readWaits(words: readonly Word[], arrived: Day): Measured[] {
  const found: Measured[] = [];
  const kinds = kindsOf(words);
  const told = toldDay(words, kinds, arrived);
  const counted = told !== undefined;
  const today = told ?? arrived;
  for (let i = 0; i < words.length; i++) {
    const kind = kinds[i]!;
    if (kind === 0) continue;
    const length = (kind & LENGTH) === 0 ? undefined : lengthAt(words, i);
    if (length !== undefined && isWait(words, i, length.last)) found.push(length);
    if ((kind & START) !== 0) {
      const date = dateBehind(words, i, today) ?? dateBefore(words, i, today);
      if (date !== undefined) found.push({ ...date, first: Math.min(i, date.first) });
    }
    if ((kind & SINCE) !== 0) {
      const named = namedDayAt(words, i + 1, today);
      if (named !== undefined) found.push({ ...named, first: i });
    }
    // Who says what day it is counts from the days named before (« le 24 septembre je suis tombé, on est le 6 novembre »).
    if (counted && (kind & DATE) !== 0) {
      const date = dateAt(words, i, today);
      if (date !== undefined && !date.day_only && date.ahead < 0) {
        found.push({ days: -date.ahead, first: i, last: date.last });
      }
    }
  }
  return found;
}

function readDaysAhead(words: readonly Word[], today: Day): Measured[] {
  const found: Measured[] = [];
  const kinds = kindsOf(words);
  for (let i = 0; i < words.length; i++) {
    if ((kinds[i]! & AHEAD) === 0) continue;
    const day = dayAheadAt(words, i, (kinds[i + 1]! & DATE) !== 0, today);
    if (day !== undefined && day.days >= 0) found.push(day);
  }
  return found;
}

/** The day word `i` names, a day before today among them. `dated`: a date may begin behind it. */
function dayAheadAt(words: readonly Word[], i: number, dated: boolean, today: Day): Measured | undefined {
  const word = words[i]!.text;
  const next = words[i + 1]?.text;
  const before = i === 0 ? undefined : words[i - 1]!.text;
  if (word === 'aujourdhui' || word === NOWADAYS) return { days: 0, first: i, last: i };
  if (word === 'demain') return { days: before === AFTER ? 2 : 1, first: i, last: i };
  if (word === 'semaine' && next?.startsWith('prochain') === true) return { days: 7, first: i, last: i + 1 };
  if (word === 'dans' || word === 'ici') {
    const length = lengthAt(words, i + 1);
    return length === undefined ? undefined : { ...length, first: i };
  }
  const day = WEEKDAYS.get(word);
  if (day === undefined && word !== 'le' && word !== 'du' && word !== 'au') return undefined;
  const date = dated ? dateAt(words, i + 1, today) : undefined;
  // « depuis lundi », « lundi dernier » and a weekday with its date (« lundi 8 juin ») are no coming Monday.
  if (date !== undefined && (day === undefined || !date.day_only))
    return { days: date.ahead, first: i, last: date.last };
  if (day === undefined || before === 'depuis' || next?.startsWith('dernier') === true || next === 'passe')
    return undefined;
  return { days: (day - weekday(today.number) + 7) % 7 || 7, first: i, last: i };
}

/** The first date within a few words behind a word that starts a wait; directly behind « depuis » a bare day counts too. */
function dateBehind(words: readonly Word[], start: number, today: Day): Measured | undefined {
  const due = DUES.has(words[start]!.text);
  for (let i = start + 1; i <= start + START_WORDS_MAX && i < words.length && words[i]!.gap !== 'stop'; i++) {
    const { text } = words[i]!;
    const direct = words[start]!.text === 'depuis' && i === start + 1;
    if (!direct && !OPENERS.has(text) && !(due && text === 'de') && !isFullDate(words, i, today)) continue;
    const date = pastDate(words, i, today);
    // Away from « depuis » a bare day (« le 3 ») may be anything.
    if (date === undefined || !(direct || MONTHS.has(words[date.last]!.text) || date.last > i + 1)) continue;
    const month_only = MONTHS.has(words[date.last]!.text) && !/^\d/.test(words[date.last - 1]!.text);
    // What is due for May is late from the end of May on.
    return due && month_only ? { ...date, days: Math.max(0, date.days - 30) } : date;
  }
  return undefined;
}

/** « le 12 janvier, arrêt de six semaines », « le 2 mars j'ai été arrêtée ». */
function dateBefore(words: readonly Word[], start: number, today: Day): Measured | undefined {
  for (let i = start - 1; i > start - START_WORDS_MAX - 1 && i >= 1 && words[i + 1]!.gap !== 'stop'; i--) {
    const date = words[i - 1]!.text === 'le' ? dateAt(words, i, today) : undefined;
    if (date !== undefined && !date.day_only && date.ahead < 0) return { days: -date.ahead, first: i, last: date.last };
  }
  return undefined;
}

function isFullDate(words: readonly Word[], i: number, today: Day): boolean {
  return /^\d/.test(words[i]!.text) && dateAt(words, i, today)?.day_only === false;
}

/**
 * The day the writer says it is (« on est le 6 novembre », « nous voilà fin mars »): the one the mail came where it is near,
 * else the last such day, since a text may come long after it was written.
 */
function toldDay(words: readonly Word[], kinds: Uint8Array, arrived: Day): Day | undefined {
  for (let i = 0; i < words.length; i += 1) {
    if ((kinds[i]! & TODAY) === 0) continue;
    let next = i + 1;
    while (next <= i + 3 && (OPENERS.has(words[next]?.text ?? '') || words[next]?.text === 'en')) next++;
    const opened = next > i + 1;
    if (!opened && words[i]!.text !== NOWADAYS) continue;
    const month = opened ? MONTHS.get(words[next]?.text ?? '') : undefined;
    if (month === arrived.month) return arrived;
    const date = month === undefined ? dateAt(words, next, arrived) : undefined;
    if (date?.day_only === false && Math.abs(date.ahead) <= TODAY_DAYS_MAX) return arrived;
    // « l'arrêt est du 3 mars » names no such day.
    if (!(words[i]!.text === NOWADAYS || PRESENT.has(words[i - 1]?.text ?? ''))) continue;
    const part = PARTS_OF_MONTH.get(words[next - 1]!.text);
    if (month !== undefined && part !== undefined) return lastSuchDay(build(arrived.year, month, part), arrived);
    if (date?.day_only === false) return lastSuchDay(arrived.number + date.ahead, arrived);
  }
  return undefined;
}

/** « on est », « nous voilà ». */
const PRESENT = new Set(['on', 'nous'].map(singular));
const PARTS_OF_MONTH = new Map(Object.entries({ debut: 5, mi: 15, fin: 25 }));

function lastSuchDay(number: number | undefined, { number: arrived }: Day): Day | undefined {
  if (number === undefined) return undefined;
  return dayNumbered(number > arrived ? addMonths(number, -12) : number);
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
  return standsAlone(words, first, last) || saysNothingCame(words, last + 1);
}

/** « 41 jours. Pas un centime. »: a length that is a sentence of its own. */
function standsAlone(words: readonly Word[], first: number, last: number): boolean {
  return words[first]!.gap === 'stop' && words[last + 1]?.gap === 'stop';
}

/** « sept semaines et pas un euro ». */
function saysNothingCame(words: readonly Word[], next: number): boolean {
  return (
    words[next]?.text === 'et' &&
    ['pas', 'rien', 'toujours', 'aucun', 'aucune', 'zero'].includes(words[next + 1]?.text ?? '')
  );
}

/** « depuis le 12/09 », « depuis septembre », « en arrêt du 3 mars »: how many days ago. */
function pastDate(words: readonly Word[], from: number, today: Day): Measured | undefined {
  const since = words[from - 1]?.text === 'depuis';
  let i = from;
  let day = 1;
  for (; i < from + 3; i++) {
    const word = words[i]?.text ?? '';
    if (word === 'fin') day = 25;
    else if (word === 'mi') day = 15;
    else if (!['le', 'la', 'du', 'de', 'au', 'debut', 'travail', 'maladie', 'mois'].includes(word)) break;
  }
  const month = MONTHS.get(words[i]?.text ?? '');
  if (month !== undefined) {
    const year = longYearAt(words[i + 1]?.text);
    const when = build(year ?? today.year, month, day);
    const past = year === undefined && when !== undefined && when > today.number ? addMonths(when, -12) : when;
    const found = past === undefined ? undefined : ago(past, today, from, year === undefined ? i : i + 1);
    return since || year !== undefined || (found?.days ?? 0) < MONTH_AGO_DAYS_MAX ? found : undefined;
  }
  const date = rangeEnd(words, i, today) ?? dateAt(words, i, today);
  if (date === undefined || date.ahead > 0) {
    // « en arrêt depuis le 3 »: the last 3rd there was.
    if (date?.day_only === true) return ago(addMonths(today.number + date.ahead, -1), today, from, date.last);
    // « depuis le 20 décembre » is past; « en congé jusqu'au 7 septembre » is to come.
    const year_less =
      date === undefined || date.with_year || !since ? undefined : addMonths(today.number + date.ahead, -12);
    return year_less === undefined ? undefined : ago(year_less, today, from, date!.last);
  }
  return { days: -date.ahead, first: from, last: date.last };
}

/** « du 2 au 29 mars »: what is over counts from its end, what still runs from its beginning. */
function rangeEnd(words: readonly Word[], i: number, today: Day): DateRead | undefined {
  const first = /^(1er|\d{1,2})$/.test(words[i]?.text ?? '') && words[i + 1]?.text === 'au';
  const end = first ? dateAt(words, i + 2, today) : undefined;
  if (end === undefined || end.day_only) return undefined;
  const length = parseInt(words[i + 2]!.text, 10) - parseInt(words[i]!.text, 10);
  return end.ahead <= 0 || length < 0 ? end : { ...end, ahead: end.ahead - length };
}

function ago(when: number, today: Day, first: number, last: number): Measured | undefined {
  const days = today.number - when;
  return days >= 0 && days < 3_660 ? { days, first, last } : undefined;
}
