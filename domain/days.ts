import { DateTime, IANAZone } from 'luxon';
import { AiguillageError } from './errors.ts';

/**
 * Instants and local days. A local day is a plain number here (days since 1970-01-01 in the local calendar), so that
 * walking over days needs neither text nor time zones; only {@link dayStart} and {@link dayOf} know the zone.
 */

/** A point in time: a Date, epoch milliseconds, or ISO text that carries its offset. */
export type Instant = Date | number | string;

/** The days of reports are days of metropolitan France, wherever the server stands (law 6). */
export const PARIS = 'Europe/Paris';

export const HOUR_MS = 3_600_000;
export const DAY_MS = 86_400_000;

const OFFSET = /(?:Z|[+-]\d{2}:?\d{2})$/i;
const DAY = /^(\d{4})-(\d{2})-(\d{2})$/;

/**
 * Epoch milliseconds of an instant.
 * @throws AiguillageError BAD_INPUT on something that is not an instant, and on text without an offset: it would be read
 *   in the time zone of the machine.
 */
export function instantMs(at: Instant): number {
  const ms = typeof at === 'number' ? at : at instanceof Date ? at.getTime() : OFFSET.test(at) ? Date.parse(at) : NaN;
  if (!Number.isFinite(ms)) throw new AiguillageError('BAD_INPUT', 'Expected an instant with its offset.');
  return ms;
}

/** Number of a day written "YYYY-MM-DD". @throws AiguillageError BAD_INPUT */
export function parseDay(text: string): number {
  const [, year, month, day] = DAY.exec(text) ?? [];
  const ms = Date.UTC(Number(year), Number(month) - 1, Number(day));
  // 2026-02-30 would roll over to March.
  if (!Number.isFinite(ms) || dayText(ms / DAY_MS) !== text) {
    throw new AiguillageError('BAD_INPUT', 'Expected a day written YYYY-MM-DD.');
  }
  return ms / DAY_MS;
}

/** Forecasts write the same few days thousands of times. */
const written = new Map<number, string>();
const WRITTEN_MAX = 10_000;

/** A day as "YYYY-MM-DD". */
export function dayText(day: number): string {
  let text = written.get(day);
  if (text === undefined) {
    text = new Date(day * DAY_MS).toISOString().slice(0, 10);
    if (written.size >= WRITTEN_MAX) written.clear();
    written.set(day, text);
  }
  return text;
}

/** ISO weekday, 1 (Monday) – 7. The first of January 1970 was a Thursday. */
export function weekday(day: number): number {
  return ((((day + 3) % 7) + 7) % 7) + 1;
}

/** The same day `months` later; the last day of the month when that one is shorter (31 January + 1 → 28 February). */
export function addMonths(day: number, months: number): number {
  const date = new Date(day * DAY_MS);
  const first = Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months, 1);
  const next = Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months + 1, 1);
  const length_days = (next - first) / DAY_MS;
  return first / DAY_MS + Math.min(date.getUTCDate(), length_days) - 1;
}

interface Zone {
  readonly rules: IANAZone;
  /** First instants of the local days met so far: asking the time zone rules is a hundred times slower. */
  readonly starts: Map<number, number>;
  /** Instants of wall times met so far, for the same reason. */
  readonly walls: Map<string, number>;
}
const zones = new Map<string, Zone>();
const STARTS_MAX = 50_000;

/** @throws AiguillageError BAD_INPUT on an unknown zone name. */
function zoneOf(name: string): Zone {
  let zone = zones.get(name);
  if (zone === undefined) {
    zone = { rules: IANAZone.create(name), starts: new Map(), walls: new Map() };
    if (!zone.rules.isValid) throw new AiguillageError('BAD_INPUT', 'Unknown time zone.');
    zones.set(name, zone);
  }
  return zone;
}

/** The local day an instant falls on. */
export function dayOf(at_ms: number, zone: string): number {
  // The local day is that of UTC or a neighbour of it.
  let day = Math.floor(at_ms / DAY_MS);
  while (at_ms < dayStart(day, zone)) day -= 1;
  while (at_ms >= dayStart(day + 1, zone)) day += 1;
  return day;
}

/** The first instant of a local day, ms. Where midnight does not exist that is 01:00; where it comes twice, the first. */
export function dayStart(day: number, zone: string): number {
  const { rules, starts } = zoneOf(zone);
  const known = starts.get(day);
  if (known !== undefined) return known;
  const onDay = (ms: number): boolean => Math.floor((ms + rules.offset(ms) * 60_000) / DAY_MS) === day;
  const step_ms = HOUR_MS / 2;
  let at_ms = localTime(day, 0, 0, rules).toMillis();
  while (onDay(at_ms - step_ms)) at_ms -= step_ms;
  if (starts.size >= STARTS_MAX) starts.clear();
  starts.set(day, at_ms);
  return at_ms;
}

/** The instant of a wall time "HH:MM" on a local day, ms. A time the clock skips is taken after the jump. */
export function wallTime(day: number, time: string, zone: string): number {
  const { rules, walls } = zoneOf(zone);
  const key = `${day} ${time}`;
  const known = walls.get(key);
  if (known !== undefined) return known;
  const [hour, minute] = time.split(':').map(Number);
  if (hour === 24) return dayStart(day + 1, zone);
  const at = localTime(day, hour ?? NaN, minute ?? NaN, rules);
  if (!at.isValid) throw new AiguillageError('BAD_INPUT', 'Expected a time written HH:MM.');
  if (walls.size >= STARTS_MAX) walls.clear();
  walls.set(key, at.toMillis());
  return at.toMillis();
}

function localTime(day: number, hour: number, minute: number, zone: IANAZone): DateTime {
  const utc = new Date(day * DAY_MS);
  return DateTime.fromObject(
    { year: utc.getUTCFullYear(), month: utc.getUTCMonth() + 1, day: utc.getUTCDate(), hour, minute },
    { zone },
  );
}
