import {
  DAY_MS,
  HOUR_MS,
  dayOf,
  dayStart,
  instantMs,
  parseDay,
  dayText,
  wallTime,
  weekday,
  type Instant,
} from './days.ts';
import { holidayDays, isWorkingDayNumber } from './holidays.ts';
import type { SiteCalendar } from './rulebook.ts';

export { frenchHolidays } from './holidays.ts';
export { instantMs, PARIS, type Instant } from './days.ts';

/**
 * The two ways a site's calendar is used (law 6, domain §2.2).
 *
 * The **working clock** counts 24 hours for every working day (Monday to Friday, not a holiday of the site) and nothing
 * on other days, so Friday 18:00 + 48 h is Tuesday 18:00. It never looks at opening hours nor at local closures.
 * Precisely: a working day from its first local instant s to the next day's first local instant e is worth 24 h, and an
 * instant t inside it has used 24 h × (t − s) ÷ (e − s). A day of 23 or 25 hours therefore still counts 24, its hours a
 * little more or a little less than one. In France the clocks change on Sundays, which count nothing: there one working
 * hour is always one real hour.
 *
 * **Open time** counts the opening hours really kept: none on holidays nor on local closures. It serves capacity
 * forecasts and pick-up delays, never a deadline.
 */

/** All that the working clock needs; kept in the event log so that old figures never depend on today's configuration. */
export type WorkingCalendar = Pick<SiteCalendar, 'zone' | 'alsace_moselle'>;

/** Longest walk of a clock, in days: an impossible configuration must fail rather than turn for ever. */
const WALK_MAX_DAYS = 40_000;

/** True when the day ("YYYY-MM-DD", local) counts on the working clock. Local closures do count: they move no clock. */
export function isWorkingDay(day: string, calendar: Pick<SiteCalendar, 'alsace_moselle'>): boolean {
  return isWorkingDayNumber(parseDay(day), calendar.alsace_moselle);
}

/** True when the site opens that day at all: some opening hours, no holiday, no local closure. */
export function isOpenDay(day: string, calendar: SiteCalendar): boolean {
  return opening(parseDay(day), calendar).length > 0;
}

/** The local day of an instant, "YYYY-MM-DD". */
export function localDay(at: Instant, zone: string): string {
  return dayText(dayOf(instantMs(at), zone));
}

/**
 * The first instant at which the working clock, started at `start`, reads `hours`. A start on a non-working day counts
 * from the next working day 00:00 local. A clock that runs out with its day ends at that midnight, not after the
 * week-end: Friday 00:00 + 24 h is Saturday 00:00.
 */
export function addWorkingHours(start: Instant, hours: number, calendar: WorkingCalendar): Date {
  const start_ms = instantMs(start);
  let left_ms = Math.round(hours * HOUR_MS);
  if (left_ms <= 0) return new Date(start_ms);
  const first = dayOf(start_ms, calendar.zone);
  for (let day = first; day < first + WALK_MAX_DAYS; day++) {
    if (!isWorkingDayNumber(day, calendar.alsace_moselle)) continue;
    const begin_ms = dayStart(day, calendar.zone);
    const end_ms = dayStart(day + 1, calendar.zone);
    const from_ms = Math.max(start_ms, begin_ms);
    // Multiplied before divided: exact on a 24 h day, so that a clock ending at midnight does not slip to Monday.
    const worth_ms = ((end_ms - from_ms) * DAY_MS) / (end_ms - begin_ms);
    if (left_ms - worth_ms < 0.5) {
      return new Date(Math.min(end_ms, Math.round(from_ms + (left_ms * (end_ms - begin_ms)) / DAY_MS)));
    }
    left_ms -= worth_ms;
  }
  throw new RangeError('No working day within reach.');
}

/** What the working clock reads at `end` when started at `start`, in ms; 0 when `end` is not after `start`. */
export function workingMsBetween(start: Instant, end: Instant, calendar: WorkingCalendar): number {
  const start_ms = instantMs(start);
  const end_ms = instantMs(end);
  if (end_ms <= start_ms) return 0;
  let sum_ms = 0;
  for (let day = dayOf(start_ms, calendar.zone); day <= dayOf(end_ms, calendar.zone); day++) {
    if (!isWorkingDayNumber(day, calendar.alsace_moselle)) continue;
    const day_from = dayStart(day, calendar.zone);
    const day_to = dayStart(day + 1, calendar.zone);
    sum_ms += ((Math.min(end_ms, day_to) - Math.max(start_ms, day_from)) * DAY_MS) / (day_to - day_from);
  }
  return Math.round(sum_ms);
}

/** Opening time of the site between two instants, in ms; 0 when `end` is not after `start`. For capacity only. */
export function openMsBetween(start: Instant, end: Instant, calendar: SiteCalendar): number {
  const start_ms = instantMs(start);
  const end_ms = instantMs(end);
  if (end_ms <= start_ms) return 0;
  let sum_ms = 0;
  for (let day = dayOf(start_ms, calendar.zone); day <= dayOf(end_ms, calendar.zone); day++) {
    for (const { from_ms, to_ms } of spansOf(day, calendar)) {
      sum_ms += Math.max(0, Math.min(end_ms, to_ms) - Math.max(start_ms, from_ms));
    }
  }
  return sum_ms;
}

/** The opening spans of the site on the local days from that of `start` to that of `end`, whole and in order, ms. */
export function openSpans(start: Instant, end: Instant, calendar: SiteCalendar): Span[] {
  const spans: Span[] = [];
  const last = dayOf(instantMs(end), calendar.zone);
  for (let day = dayOf(instantMs(start), calendar.zone); day <= last; day++) spans.push(...spansOf(day, calendar));
  return spans;
}

/** Minutes the site is still open on the local day of `at`, from `at` on; 0 once it has closed, or all day. */
export function openMinutesLeft(at: Instant, calendar: SiteCalendar): number {
  const midnight_ms = dayStart(dayOf(instantMs(at), calendar.zone) + 1, calendar.zone);
  return openMsBetween(at, midnight_ms, calendar) / 60_000;
}

/** One opening of a site, ms. */
export interface Span {
  readonly from_ms: number;
  readonly to_ms: number;
}

/** Forecasts ask for the same few days thousands of times, and wall times are the slow part of it. */
const known = new WeakMap<SiteCalendar, Map<number, readonly Span[]>>();
const KNOWN_DAYS_MAX = 10_000;

/** The openings of one local day, in order. */
function spansOf(day: number, calendar: SiteCalendar): readonly Span[] {
  const days = known.get(calendar) ?? new Map<number, readonly Span[]>();
  known.set(calendar, days);
  let spans = days.get(day);
  if (spans === undefined) {
    const { zone } = calendar;
    spans = opening(day, calendar)
      .map(({ from, to }) => ({ from_ms: wallTime(day, from, zone), to_ms: wallTime(day, to, zone) }))
      .sort((a, b) => a.from_ms - b.from_ms);
    if (days.size >= KNOWN_DAYS_MAX) days.clear();
    days.set(day, spans);
  }
  return spans;
}

/** The opening hours kept on a day. A site open on Saturdays keeps them; a holiday or local closure has none. */
function opening(day: number, calendar: SiteCalendar): readonly { readonly from: string; readonly to: string }[] {
  const hours = calendar.hours.filter((slot) => slot.day === weekday(day));
  if (hours.length === 0 || calendar.local_closures.includes(dayText(day))) return [];
  // Asked of a Saturday too, so not through isWorkingDayNumber.
  const holidays = holidayDays(new Date(day * DAY_MS).getUTCFullYear(), calendar.alsace_moselle);
  return holidays.has(day) ? [] : hours;
}
