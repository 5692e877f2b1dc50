import { dayOf, dayStart, DAY_MS, instantMs, wallTime, weekday, type Instant } from './days.ts';
import { holidayDays } from './holidays.ts';
import type { SiteCalendar } from './rulebook.ts';

/** Who is called when a life may be in danger (domain §3.5, P0: « human ≤ 15 min »). Pure: rota.yaml and an instant. */

/** Whom a step of the line calls: one account by its login, or everybody of a role. */
export interface Call {
  readonly login?: string;
  readonly role?: 'agent' | 'referent' | 'supervisor';
  /** An alert mail goes here as well: a duty telephone, an on-call list. Ids only. */
  readonly email?: string;
}

/** The line of some hours of the week: the first is called first. */
export interface DutySlot {
  /** ISO weekdays, 1 (Monday) – 7. A public holiday has none. */
  readonly days: readonly number[];
  /** "HH:MM" local; a slot ends before midnight. */
  readonly from: string;
  readonly to: string;
  readonly call: readonly Call[];
}

export interface Rota {
  readonly acknowledge_minutes: number;
  /** Whose zone and public holidays the slots follow. */
  readonly calendar: string;
  /** The mailbox alert mails leave from; without it none do. */
  readonly mail_from?: string;
  readonly slots: readonly DutySlot[];
  /** At all other hours. */
  readonly otherwise: readonly Call[];
}

/** Where no rota.yaml is: the supervisors, at any hour. */
export const DEFAULT_ROTA: Omit<Rota, 'calendar'> = {
  acknowledge_minutes: 15,
  slots: [],
  otherwise: [{ role: 'supervisor' }],
};

/** After the last in line, everybody who supervises. */
export const LAST_CALL: readonly Call[] = [{ role: 'supervisor' }];

/**
 * The line at an instant: the persons in the order they are called, one a step, and at last all supervisors. Of several
 * slots that hold, the first of the file.
 */
export function dutyLine(
  rota: Pick<Rota, 'slots' | 'otherwise'>,
  site: Pick<SiteCalendar, 'zone' | 'alsace_moselle'>,
  at: Instant,
): readonly (readonly Call[])[] {
  const at_ms = instantMs(at);
  const day = dayOf(at_ms, site.zone);
  const holiday = holidayDays(new Date(day * DAY_MS).getUTCFullYear(), site.alsace_moselle).has(day);
  const slot = rota.slots.find(
    ({ days, from, to }) =>
      !holiday &&
      days.includes(weekday(day)) &&
      at_ms >= wallTime(day, from, site.zone) &&
      at_ms < (to === '24:00' ? dayStart(day + 1, site.zone) : wallTime(day, to, site.zone)),
  );
  const line = (slot?.call ?? rota.otherwise).map((call) => [call]);
  const last = line.at(-1)?.[0];
  const ends = line.length > 0 && last?.role === 'supervisor' && last.email === undefined;
  return ends ? line : [...line, LAST_CALL];
}
