import { openMsBetween } from './calendar.ts';
import { dayOf, dayStart, HOUR_MS } from './days.ts';
import type { Load } from './overflow-weigh.ts';
import type { Decision } from './route.ts';
import { flagRank, type DeskQueue, type Rulebook, type SiteCalendar } from './rulebook.ts';

/**
 * The Middle Office takes P1 mail the same day (domain §1.4), and it is small. What it can no longer reach today waits
 * better, and first, where somebody can answer it.
 */

/** A day on which less than this of opening is left counts as over: tomorrow's capacity is looked at. */
const OPEN_LEFT_MIN_MS = HOUR_MS;
const DAYS_AHEAD_MAX = 14;

/** What the Middle Office still can do in the day at hand. */
export interface P1Room {
  /** Dossiers it can still answer until the end of that day. */
  readonly capacity_left: number;
  readonly backlog: number;
  readonly full: boolean;
}

/**
 * Room left in a queue that must answer the same day.
 * @param rate dossiers an open hour of the rest of today, where those present are known; else the declared one
 */
export function p1Room(
  queue: Pick<DeskQueue, 'capacity_per_open_hour'>,
  site: SiteCalendar,
  known: { readonly backlog: number; readonly rate?: number | undefined },
  now: Date,
): P1Room {
  const today = dayOf(now.getTime(), site.zone);
  for (let day = today; day < today + DAYS_AHEAD_MAX; day++) {
    const open_ms = openMsBetween(
      Math.max(now.getTime(), dayStart(day, site.zone)),
      dayStart(day + 1, site.zone),
      site,
    );
    if (open_ms < OPEN_LEFT_MIN_MS) continue;
    const rate = day === today ? (known.rate ?? queue.capacity_per_open_hour) : queue.capacity_per_open_hour;
    const capacity_left = (rate * open_ms) / HOUR_MS;
    return { capacity_left, backlog: known.backlog, full: known.backlog + 1 > capacity_left };
  }
  return { capacity_left: 0, backlog: known.backlog, full: true };
}

/** Expected inflow against what is left: shown to supervisors before it happens. */
export interface P1Outlook extends P1Room {
  /** P1 mails still expected in the day at hand. */
  readonly expected: number;
  /** Dossiers that will not be reached the same day; 0 when all will. */
  readonly short_by: number;
}

/** What is waiting and still to come, against the capacity of the day. */
export function p1Outlook(room: P1Room, expected: number): P1Outlook {
  return { ...room, expected, short_by: Math.max(0, room.backlog + expected - room.capacity_left) };
}

/** The rule a P1 that stays at its team is counted under. */
export const P1_KEPT_RULE = 'p1.middle-office-plein';

/**
 * Where a decided P1 goes: the Middle Office while it has room today, else the competent pôle, or level 1, where its
 * urgency puts it first and no review holds it up. P0, sensitive circuits and everything else stay as decided. Pure; the
 * load it saw is stored with the decision (law 4). A load that says nothing of the Middle Office means room.
 */
export function p1Queue(
  decision: Pick<Decision, 'queue' | 'urgency' | 'level' | 'pole' | 'rule' | 'flags'>,
  load: Load,
  book: Pick<Rulebook, 'queues' | 'calendars' | 'flags'>,
  now: Date,
): { readonly queue: string; readonly rule: string } {
  const stays = { queue: decision.queue, rule: decision.rule };
  const queue = book.queues.find(({ id }) => id === decision.queue);
  const known = queue === undefined ? undefined : load[queue.id];
  const site = book.calendars.find(({ id }) => id === queue?.calendar);
  if (queue?.kind !== 'middle-office' || known === undefined || site === undefined) return stays;
  // By its flag only: a complaint is the Middle Office's own work and has nowhere else to go.
  if (decision.urgency !== 1 || !isFlagged(decision, book)) return stays;
  const room = p1Room(queue, site, { backlog: known.backlog, rate: known.capacity_per_open_hour }, now);
  if (!room.full) return stays;
  const level_1 = book.queues.find(({ kind }) => kind === 'n1')?.id;
  const home = decision.level === 'n1' || decision.pole === queue.id ? level_1 : decision.pole;
  if (home === undefined || !book.queues.some(({ id }) => id === home)) return stays;
  return { queue: home, rule: P1_KEPT_RULE };
}

function isFlagged(decision: Pick<Decision, 'rule' | 'flags'>, book: Pick<Rulebook, 'flags'>): boolean {
  const id = decision.rule.startsWith('flag.') ? decision.rule.slice('flag.'.length) : undefined;
  const found = decision.flags.find((flag) => flag.id === id);
  return found !== undefined && flagRank(found.level) === 1 && book.flags.some((flag) => flag.id === id);
}
