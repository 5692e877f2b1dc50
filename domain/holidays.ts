import { dayText, weekday } from './days.ts';
import type { SiteCalendar } from './rulebook.ts';

/**
 * French public holidays, computed: no list to keep up to date. The eleven national ones are those of article L3133-1 of
 * the Code du travail; the two of Alsace-Moselle are decided per site (ordinance of 16 August 1892, domain §2.2).
 */

export type AlsaceMoselle = SiteCalendar['alsace_moselle'];

/** Easter Sunday of the Gregorian calendar as a day number (Meeus, Jones and Butcher's method). */
export function easterSunday(year: number): number {
  const a = year % 19;
  const b = Math.floor(year / 100);
  const c = year % 100;
  const h = (19 * a + b - Math.floor(b / 4) - Math.floor((b - Math.floor((b + 8) / 25) + 1) / 3) + 15) % 30;
  const l = (32 + 2 * (b % 4) + 2 * Math.floor(c / 4) - h - (c % 4)) % 7;
  const m = Math.floor((a + 11 * h + 22 * l) / 451);
  const month = Math.floor((h + l - 7 * m + 114) / 31);
  return utcDay(year, month, ((h + l - 7 * m + 114) % 31) + 1);
}

function utcDay(year: number, month: number, day: number): number {
  return Date.UTC(year, month - 1, day) / 86_400_000;
}

const FIXED: readonly (readonly [month: number, day: number])[] = [
  [1, 1],
  [5, 1],
  [5, 8],
  [7, 14],
  [8, 15],
  [11, 1],
  [11, 11],
  [12, 25],
];

const years = new Map<string, ReadonlySet<number>>();

/** Day numbers of the holidays of a year. Ascension can fall on 1 or 8 May: then the set is smaller than eleven. */
export function holidayDays(year: number, alsace_moselle: AlsaceMoselle): ReadonlySet<number> {
  const key = `${year} ${alsace_moselle}`;
  let days = years.get(key);
  if (days === undefined) {
    const easter = easterSunday(year);
    days = new Set([
      ...FIXED.map(([month, day]) => utcDay(year, month, day)),
      easter + 1,
      easter + 39,
      easter + 50,
      ...(alsace_moselle === 'none' ? [] : [utcDay(year, 12, 26)]),
      ...(alsace_moselle === 'with-good-friday' ? [easter - 2] : []),
    ]);
    years.set(key, days);
  }
  return days;
}

/** The holidays of a year as "YYYY-MM-DD", in order. */
export function frenchHolidays(year: number, alsace_moselle: AlsaceMoselle = 'none'): readonly string[] {
  return [...holidayDays(year, alsace_moselle)].sort((a, b) => a - b).map(dayText);
}

/** True from Monday to Friday when the day is not a holiday of the site. */
export function isWorkingDayNumber(day: number, alsace_moselle: AlsaceMoselle): boolean {
  if (weekday(day) > 5) return false;
  return !holidayDays(new Date(day * 86_400_000).getUTCFullYear(), alsace_moselle).has(day);
}
