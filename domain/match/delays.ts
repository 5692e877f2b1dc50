import type { DateTime } from 'luxon';
import { build, dateAt, lengthAt, MONTHS, yearAt, type Measured } from './dates.ts';
import { singular, type Word } from './words.ts';

/**
 * Delays and days a member writes about. Read against the day the mail came, in Paris; the text is never executed as a
 * date format, so nothing here throws.
 */

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
