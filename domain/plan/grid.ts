import { isOpenDay } from '../calendar.ts';
import { DAY_MS, dayStart, dayText, parseDay, wallTime, weekday } from '../days.ts';
import { AiguillageError } from '../errors.ts';
import { holidayDays, isWorkingDayNumber } from '../holidays.ts';
import type { SiteCalendar } from '../rulebook.ts';

/** Teams work in steps of so many real minutes; every instant of a run is in minutes since the window's first instant. */
export const SLOT_MIN = 15;
const MINUTE_MS = 60_000;
/** A window longer than this is not a question of load. */
export const DAYS_MAX = 1_100;

export interface GridDay {
  readonly text: string;
  /** ISO, 1 (Monday) – 7. */
  readonly weekday: number;
  /** 0 (January) – 11. */
  readonly month: number;
  readonly holiday: boolean;
  readonly first_slot: number;
  /** 96, or 92 and 100 when the clocks change. */
  readonly slots: number;
}

/**
 * The window cut in slots, and the days after it that its last deadlines and forecasts reach into: what happens there is
 * not simulated, but a Friday evening must know its Monday.
 */
export interface Grid {
  readonly start_ms: number;
  readonly zone: string;
  /** Slots of the window, and with the days after it. */
  readonly slots: number;
  readonly reach: number;
  readonly days: readonly GridDay[];
  readonly reach_days: readonly GridDay[];
  readonly day_of: Uint16Array;
  /** What the owner's working clock reads at the start of each slot, minutes; one more entry for the end. */
  readonly working_min: Float64Array;
}

/**
 * @param beyond_days days after the window that deadlines may fall in
 * @throws AiguillageError BAD_INPUT when the window is empty or too long
 */
export function makeGrid(from: string, to: string, owner: SiteCalendar, beyond_days: number): Grid {
  const first = parseDay(from);
  const last = parseDay(to);
  if (last < first || last - first >= DAYS_MAX) {
    throw new AiguillageError('BAD_INPUT', `A plan covers 1 to ${DAYS_MAX} days.`);
  }
  const start_ms = dayStart(first, owner.zone);
  const slotAt = (day: number): number => Math.round((dayStart(day, owner.zone) - start_ms) / MINUTE_MS / SLOT_MIN);
  const slots = slotAt(last + 1);
  const reach = slotAt(last + 1 + beyond_days);
  const days: GridDay[] = [];
  const day_of = new Uint16Array(reach);
  const working_min = new Float64Array(reach + 1);
  for (let day = first; day <= last + beyond_days; day++) {
    const first_slot = slotAt(day);
    const count = slotAt(day + 1) - first_slot;
    const date = new Date(day * DAY_MS);
    days.push({
      text: dayText(day),
      weekday: weekday(day),
      month: date.getUTCMonth(),
      holiday: holidayDays(date.getUTCFullYear(), owner.alsace_moselle).has(day),
      first_slot,
      slots: count,
    });
    // A day counts 24 hours whatever its length, as in domain/calendar.ts.
    const worth_min = isWorkingDayNumber(day, owner.alsace_moselle) ? 1_440 / count : 0;
    for (let slot = first_slot; slot < first_slot + count; slot++) {
      day_of[slot] = days.length - 1;
      working_min[slot + 1] = working_min[slot]! + worth_min;
    }
  }
  const window = days.slice(0, last - first + 1);
  return { start_ms, zone: owner.zone, slots, reach, days: window, reach_days: days, day_of, working_min };
}

/** The owner's working clock at an instant of the window, minutes. */
export function workingAt(grid: Grid, at_min: number): number {
  const slot = Math.min(grid.reach - 1, Math.max(0, Math.floor(at_min / SLOT_MIN)));
  const before = grid.working_min[slot]!;
  return before + ((grid.working_min[slot + 1]! - before) * (at_min - slot * SLOT_MIN)) / SLOT_MIN;
}

/** The first instant at which the working clock, started at `at_min`, reads `length_min`; Infinity beyond the grid. */
export function workingDue(grid: Grid, at_min: number, length_min: number): number {
  // A millionth of a minute: sums of 24 h ÷ 96 must not slip over a midnight into a week-end.
  const target = workingAt(grid, at_min) + length_min - 1e-6;
  const clock = grid.working_min;
  if (clock[grid.reach]! < target) return Number.POSITIVE_INFINITY;
  let low = 0;
  let high = grid.reach;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (clock[middle]! < target) low = middle + 1;
    else high = middle;
  }
  if (low === 0) return 0;
  const before = clock[low - 1]!;
  return (low - 1 + (target + 1e-6 - before) / (clock[low]! - before)) * SLOT_MIN;
}

/** Opening minutes of a site in each slot of the grid; hours that do not fall on a slot count with what they cover. */
export function openMinutes(grid: Grid, calendar: SiteCalendar): Float64Array {
  const open = new Float64Array(grid.reach);
  for (const day of grid.reach_days) {
    if (!isOpenDay(day.text, calendar)) continue;
    const number = parseDay(day.text);
    for (const { from, to } of calendar.hours.filter((hours) => hours.day === day.weekday)) {
      const begin = (wallTime(number, from, calendar.zone) - grid.start_ms) / MINUTE_MS;
      const end = (wallTime(number, to, calendar.zone) - grid.start_ms) / MINUTE_MS;
      const last = Math.min(grid.reach - 1, Math.ceil(end / SLOT_MIN) - 1);
      for (let slot = Math.max(0, Math.floor(begin / SLOT_MIN)); slot <= last; slot++) {
        open[slot]! += Math.min(end, (slot + 1) * SLOT_MIN) - Math.max(begin, slot * SLOT_MIN);
      }
    }
  }
  return open;
}

/** The slot a local time of a day falls in. */
export function slotOf(grid: Grid, day: GridDay, time: string): number {
  return Math.floor((wallTime(parseDay(day.text), time, grid.zone) - grid.start_ms) / MINUTE_MS / SLOT_MIN);
}
