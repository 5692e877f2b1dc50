import { isOpenDay, openMsBetween, openSpans, type Span } from './calendar.ts';
import { DAY_MS, dayOf, dayStart, dayText, HOUR_MS, instantMs, parseDay, wallTime, type Instant } from './days.ts';
import type { DeskQueue, Rulebook, SiteCalendar } from './rulebook.ts';
import { usualChannel, type PresencePolicy } from './presence-usual.ts';

export { DEFAULT_PRESENCE, type PresencePolicy, type Team, type UsualChannel } from './presence-usual.ts';

/**
 * Who is there, and what a team can answer because of it. Presence is live data: supervisors change it in a minute, and
 * forecast, review and overflow read it here. It changes capacity, never a clock (law 6).
 */

/** `absent` is not at work; the other two are at work but answer no mail. */
export type Channel = 'courriel' | 'telephone' | 'accueil' | 'absent';
export const CHANNELS: readonly Channel[] = ['courriel', 'telephone', 'accueil', 'absent'];
export type Half = 'am' | 'pm';
export const HALVES: readonly Half[] = ['am', 'pm'];

/** Domain §0.2: « au moins 13 mails à l'heure » (a public statement of one site, not a measure). */
export const PACE_PER_AGENT_HOUR = 13;

/** Somebody with an account. */
export interface StaffMember {
  readonly id: string;
  /** Desk queues they answer; a partner's pool. */
  readonly queues: readonly string[];
  /** Motifs or pôles whose expert mail they may answer. */
  readonly skills: readonly string[];
  readonly disabled: boolean;
}

/** One cell of the grid. */
export interface PresenceCell {
  readonly agent_id: string;
  /** "YYYY-MM-DD", local day of the site. */
  readonly day: string;
  readonly half: Half;
  readonly channel: Channel;
  /** For this half-day only; null: those of the account. */
  readonly skills: readonly string[] | null;
}

/** A site shut at short notice, by its calendar. */
export interface Closure {
  readonly calendar: string;
  readonly day: string;
  readonly half: Half;
}

/** Everything that capacity follows from; made once for a reading by {@link staffingOf}. */
export interface Staffing {
  readonly book: StaffBook;
  readonly policy: PresencePolicy;
  readonly people: readonly StaffMember[];
  readonly cells: ReadonlyMap<string, PresenceCell>;
  readonly closed: ReadonlySet<string>;
}

export type StaffBook = Pick<Rulebook, 'queues' | 'calendars'>;

/** Puts people, grid and closures together. Pure: what is not given does not count. */
export function staffingOf(
  book: StaffBook,
  policy: PresencePolicy,
  given: {
    readonly people: readonly StaffMember[];
    readonly cells: readonly PresenceCell[];
    readonly closures: readonly Closure[];
  },
): Staffing {
  return {
    book,
    policy,
    people: given.people.filter(({ disabled }) => !disabled),
    cells: new Map(given.cells.map((cell) => [cellKey(cell.agent_id, cell.day, cell.half), cell])),
    closed: new Set(given.closures.map(({ calendar, day, half }) => cellKey(calendar, day, half))),
  };
}

/** The half-day an instant falls in, where the site stands. */
export function halfOf(policy: Pick<PresencePolicy, 'noon'>, at: Instant, zone: string): { day: string; half: Half } {
  const at_ms = instantMs(at);
  const day = dayOf(at_ms, zone);
  return { day: dayText(day), half: at_ms < wallTime(day, policy.noon, zone) ? 'am' : 'pm' };
}

/** What a person does in a half-day: the grid's cell, else what is usual in their team; undefined when neither is said. */
export function channelOf(staffing: Staffing, member: StaffMember, day: string, half: Half): Channel | undefined {
  const cell = staffing.cells.get(cellKey(member.id, day, half));
  return cell?.channel ?? usualChannel(staffing.policy, member.queues, day, half);
}

/** What a person may answer beyond level 1 in a half-day. */
export function skillsOf(staffing: Staffing, member: StaffMember, day: string, half: Half): readonly string[] {
  return staffing.cells.get(cellKey(member.id, day, half))?.skills ?? member.skills;
}

/** What a team can do at an instant. */
export interface Capacity {
  /** Mails an open hour, all present together. */
  readonly per_open_hour: number;
  /** `present`: those on mail × their pace. `declared`: nothing is known, pools.yaml stands. */
  readonly source: 'present' | 'declared' | 'closed';
  /** People on mail, those of several queues in parts; null where nobody's presence is known. */
  readonly agents: number | null;
}

const CLOSED: Capacity = { per_open_hour: 0, source: 'closed', agents: null };

/**
 * Capacity of a queue at an instant. One cell of the grid makes the half-day known: the others of the team then count by
 * what is usual. Somebody who answers several queues counts in equal parts in each.
 */
export function capacityAt(staffing: Staffing, queue_id: string, at: Instant): Capacity {
  const place = placeOf(staffing, queue_id);
  if (place === undefined) return CLOSED;
  const at_ms = instantMs(at);
  const open = openSpans(at_ms, at_ms, place.calendar).some(({ from_ms, to_ms }) => from_ms <= at_ms && at_ms < to_ms);
  const { day, half } = halfOf(staffing.policy, at_ms, place.calendar.zone);
  return open ? capacityIn(staffing, place, day, half) : CLOSED;
}

/** Capacity of a queue in one half-day; undefined when its site does not open then. */
export function capacityOfHalf(staffing: Staffing, queue_id: string, day: string, half: Half): Capacity | undefined {
  const place = placeOf(staffing, queue_id);
  if (place === undefined) return undefined;
  const { zone } = place.calendar;
  const number = parseDay(day);
  const noon_ms = wallTime(number, staffing.policy.noon, zone);
  const [from, to] = half === 'am' ? [dayStart(number, zone), noon_ms] : [noon_ms, dayStart(number + 1, zone)];
  return openMsBetween(from, to, place.calendar) === 0 ? undefined : capacityIn(staffing, place, day, half);
}

/** Mails a queue can answer between two instants, with those present where that is known; 0 when `to` is not after. */
export function openCapacityBetween(staffing: Staffing, queue_id: string, from: Instant, to: Instant): number {
  const place = placeOf(staffing, queue_id);
  if (place === undefined) return 0;
  let sum = 0;
  for (const { from_ms, to_ms } of pieces(staffing, place.calendar, from, to)) {
    const { day, half } = halfOf(staffing.policy, from_ms, place.calendar.zone);
    sum += (capacityIn(staffing, place, day, half).per_open_hour * (to_ms - from_ms)) / HOUR_MS;
  }
  return sum;
}

/**
 * Capacity an open hour for the rest of the local day, over the hours of the calendar: what `QueueLoad` of the overflow
 * takes. Undefined where nothing but the declared capacity is known, or the day is over.
 */
export function restOfDayCapacity(staffing: Staffing, queue_id: string, now: Instant): number | undefined {
  const place = placeOf(staffing, queue_id);
  if (place === undefined) return undefined;
  const { calendar } = place;
  const midnight_ms = dayStart(dayOf(instantMs(now), calendar.zone) + 1, calendar.zone);
  const known = pieces(staffing, calendar, now, midnight_ms).some(({ from_ms }) => {
    const { day, half } = halfOf(staffing.policy, from_ms, calendar.zone);
    return capacityIn(staffing, place, day, half).source !== 'declared';
  });
  if (!known) return undefined;
  return (
    openCapacityBetween(staffing, queue_id, now, midnight_ms) / (openMsBetween(now, midnight_ms, calendar) / HOUR_MS)
  );
}

interface Place {
  readonly queue: DeskQueue;
  readonly calendar: SiteCalendar;
}

function placeOf({ book }: Staffing, queue_id: string): Place | undefined {
  const queue = book.queues.find(({ id }) => id === queue_id);
  const calendar = book.calendars.find(({ id }) => id === queue?.calendar);
  return queue === undefined || calendar === undefined ? undefined : { queue, calendar };
}

function capacityIn(staffing: Staffing, { queue, calendar }: Place, day: string, half: Half): Capacity {
  if (staffing.closed.has(cellKey(calendar.id, day, half))) return CLOSED;
  const team = staffing.people.filter(({ queues }) => queues.includes(queue.id));
  if (!team.some(({ id }) => staffing.cells.has(cellKey(id, day, half))))
    return { per_open_hour: queue.capacity_per_open_hour, source: 'declared', agents: null };
  const agents = team
    .filter((member) => channelOf(staffing, member, day, half) === 'courriel')
    .reduce((sum, member) => sum + 1 / member.queues.length, 0);
  const pace = (queue.pace_per_agent_hour ?? PACE_PER_AGENT_HOUR) * staffing.policy.productive_share;
  return { per_open_hour: agents * pace, source: 'present', agents };
}

/** The opening time between two instants, cut at noon. */
function pieces({ policy }: Staffing, calendar: SiteCalendar, from: Instant, to: Instant): Span[] {
  const start_ms = instantMs(from);
  const end_ms = instantMs(to);
  if (end_ms <= start_ms) return [];
  return openSpans(start_ms, end_ms, calendar).flatMap((span) => {
    const noon_ms = wallTime(dayOf(span.from_ms, calendar.zone), policy.noon, calendar.zone);
    const cut = { from_ms: Math.max(span.from_ms, start_ms), to_ms: Math.min(span.to_ms, end_ms) };
    return [
      { from_ms: cut.from_ms, to_ms: Math.min(cut.to_ms, noon_ms) },
      { from_ms: Math.max(cut.from_ms, noon_ms), to_ms: cut.to_ms },
    ].filter(({ from_ms, to_ms }) => from_ms < to_ms);
  });
}

/** Longest absence that is followed back; whoever is away longer has nothing left anyway. */
const AWAY_DAYS_MAX = 14;

/**
 * Since when a person is away without a break, looking at open half-days only; undefined for somebody who is there, or of
 * whom nothing is said.
 */
export function awaySince(
  staffing: Staffing,
  member: StaffMember,
  calendar: SiteCalendar,
  now: Instant,
): Date | undefined {
  const now_ms = instantMs(now);
  let since: number | undefined;
  const steps = pieces(staffing, calendar, now_ms - AWAY_DAYS_MAX * DAY_MS, now_ms).reverse();
  for (const { from_ms } of steps) {
    const { day, half } = halfOf(staffing.policy, from_ms, calendar.zone);
    if (channelOf(staffing, member, day, half) !== 'absent') break;
    since = from_ms;
  }
  // Between two openings nobody works: whoever is expected at the next one is not away.
  const here = halfOf(staffing.policy, now_ms, calendar.zone);
  const back = isOpenDay(here.day, calendar) && channelOf(staffing, member, here.day, here.half) !== 'absent';
  return since === undefined || back ? undefined : new Date(since);
}

function cellKey(of: string, day: string, half: Half): string {
  return `${of} ${day} ${half}`;
}
