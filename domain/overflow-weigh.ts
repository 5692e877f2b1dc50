import { localDay } from './calendar.ts';
import { Horizon, slackHours, waitHours, type OpenTime, type Rate } from './forecast.ts';
import {
  holdLimits,
  isPressed,
  limitsOf,
  poolMargin,
  quotaLeft,
  refuseItem,
  shareLeft,
  type Item,
  type OverflowContract,
  type Refusal,
} from './overflow-contract.ts';
import type { Deadline, Promised } from './overflow-promise.ts';
import type { DeskQueue, Rulebook, SiteCalendar } from './rulebook.ts';
import { STOP_LABELS } from './stop-labels.ts';

/** Weighs one mail against one pool: may it go there, and would that save a deadline? */

/** What is known of one queue when the choice is made; stored with the decision (law 4). */
export interface QueueLoad {
  /** Conversations waiting or being answered. */
  readonly backlog: number;
  /** Conversations that arrived since local midnight. */
  readonly arrivals_today: number;
  /** For partner pools: conversations handed over since local midnight, less those recalled. */
  readonly handed_today: number;
  /** Source queue: conversations answered before this mail, by urgency and deadline; without it the whole backlog. */
  readonly ahead?: number;
  /** Source queue: the same for a mail that arrives now, by promise (a policy of sla.yaml). */
  readonly ahead_of_new?: Readonly<Record<string, number>>;
  /** Source queue: mails an open hour that overtake (P0, P1, short legal clocks), over the last days. */
  readonly passing_per_open_hour?: number;
  /** Those present today, where that is known: for the rest of the local day, in place of the declared capacity. */
  readonly capacity_per_open_hour?: number;
  /** Pools: the promises (ids of sla.yaml) for which hand-overs are under way: the memory of the hysteresis. */
  readonly active?: readonly string[];
  /** Pools: the code of the reason for which a person, or its own silence, has stopped it. */
  readonly stopped?: string;
}

export type Load = Readonly<Record<string, QueueLoad>>;

export const EMPTY: QueueLoad = { backlog: 0, arrivals_today: 0, handed_today: 0 };

/** A queue with its calendar and what is known of it. */
export interface Place {
  readonly queue: DeskQueue;
  readonly calendar: SiteCalendar;
  readonly load: QueueLoad;
  readonly rate: Rate;
  /** Its opening hours from now on. */
  readonly ahead: Horizon;
}

/** undefined for a queue whose calendar is not in the rulebook. */
export function placeOf(book: Rulebook, queue: DeskQueue, load: Load, now: Date): Place | undefined {
  const calendar = book.calendars.find(({ id }) => id === queue.calendar);
  if (calendar === undefined) return undefined;
  const mine = load[queue.id] ?? EMPTY;
  const later = queue.capacity_per_open_hour;
  return {
    queue,
    calendar,
    load: mine,
    rate: { today: mine.capacity_per_open_hour ?? later, later },
    ahead: new Horizon(now, calendar),
  };
}

/** The next state of a contract's hysteresis, from what a mail that arrives now would meet. */
export function nextActive(pool: Place, source: Place, promised: Promised, now: Date): boolean {
  const contract = pool.queue.contract!;
  if (!contract.enabled || localDay(now, pool.calendar.zone) < contract.since) return false;
  const active = pool.load.active?.includes(promised.policy) === true;
  const ahead = source.load.ahead_of_new?.[promised.policy] ?? source.load.backlog;
  return promised.fresh.some(
    ({ at }) => hours(pool.ahead.openTime(at)) > 0 && pressed(contract, active, source, ahead, at),
  );
}

/** The pool would answer in time where the source queue would not. */
export interface Saving {
  /** Which clock it saves: 0 for the promised one. */
  readonly rank: number;
  readonly clock: 'elapsed' | 'working';
  /** When the pool reaches the mail. */
  readonly at: Date;
  /** Open hours in hand at the pool, and at the source queue (negative: too late). */
  readonly slack_hours: number;
  readonly source_slack_hours: number;
}

/** One mail, one pool, the load: all that a hand-over depends on. */
export interface Weighing {
  readonly pool: Place;
  readonly source: Place;
  readonly item: Item;
  readonly promised: Promised;
  /** Source queue's mails answered before this one. */
  readonly ahead: number;
  /** Arrivals of the day that the share is taken of, this mail included. */
  readonly arrivals: number;
  readonly active: boolean;
  readonly book: Rulebook;
  readonly now: Date;
}

/** What the hand-over would save, or why there is none. */
export function weigh(given: Weighing): Saving | Refusal {
  const { pool, item, book } = given;
  const contract = pool.queue.contract!;
  return refusePool(given) ?? refuseItem(contract, item, book) ?? refuseDay(given) ?? save(given);
}

/** True for the outcome of {@link weigh} that hands over. */
export function saves(outcome: Saving | Refusal): outcome is Saving {
  return 'rank' in outcome;
}

function refusePool({ pool, now }: Weighing): Refusal | undefined {
  const contract = pool.queue.contract!;
  if (!contract.enabled) return { code: 'disabled', why: 'contrat suspendu' };
  if (localDay(now, pool.calendar.zone) < contract.since) {
    return { code: 'not-begun', why: `contrat à partir du ${contract.since}` };
  }
  if (pool.load.stopped !== undefined)
    return { code: 'stopped', why: `arrêté (${(STOP_LABELS[pool.load.stopped] ?? pool.load.stopped).toLowerCase()})` };
  return undefined;
}

function refuseDay({ pool, arrivals }: Weighing): Refusal | undefined {
  const contract = pool.queue.contract!;
  const { handed_today } = pool.load;
  if (quotaLeft(contract, handed_today) === 0) {
    return { code: 'quota', why: `quota du jour atteint (${contract.daily_quota})` };
  }
  if (shareLeft(contract, handed_today, arrivals) === 0) {
    return { code: 'share', why: `part du jour atteinte (${Math.round(contract.max_share * 100)} %)` };
  }
  return undefined;
}

/**
 * Looks for a deadline the source queue would miss and the pool would keep: the promised clock first, then the other one,
 * which is a figure of its own (law 6). What is already late on both stays where it is.
 */
function save(given: Weighing): Saving | Refusal {
  const { pool, source, promised, ahead, active, now } = given;
  const contract = pool.queue.contract!;
  const coming = promised.own.filter(({ at }) => at > now);
  if (coming.length === 0) return { code: 'lost', why: 'échéances déjà passées : confier ne sauverait rien' };
  const late = coming.filter(({ at }) => pressed(contract, active, source, ahead, at));
  if (late.length === 0) return { code: 'idle', why: whyIdle(given, coming) };
  const inReach = (at: Date): boolean => hours(pool.ahead.openTime(at)) > 0;
  const could = late.filter(({ at }) => inReach(at));
  if (could.length === 0) {
    // A Friday evening: what neither can keep does not speak for the pool, the clock that both can does.
    const other = coming.filter(({ at }) => inReach(at));
    return other.length > 0
      ? { code: 'idle', why: whyIdle(given, other) }
      : { code: 'late', why: 'équipe fermée avant l’échéance' };
  }
  const held = pool.load.backlog;
  if (held >= holdLimits(contract, pool.rate.today).fill) return { code: 'full', why: 'équipe saturée' };
  const at = pool.ahead.reachedAt(pool.rate, held);
  const here = source.ahead.reachedAt(source.rate, ahead, source.load.passing_per_open_hour);
  for (const { clock, at: due } of could) {
    const open = pool.ahead.openTime(due);
    const slack_hours = slackHours(open, pool.rate, held);
    if (at === undefined || at >= due || slack_hours <= 0 || slack_hours < poolMargin(contract, hours(open))) continue;
    if (here !== undefined && at >= here) return { code: 'no-gain', why: 'ne répondrait pas plus tôt' };
    const source_slack_hours = slackOf(source, source.ahead.openTime(due), ahead);
    return { rank: promised.own.findIndex((own) => own.clock === clock), clock, at, slack_hours, source_slack_hours };
  }
  return { code: 'late', why: 'équipe trop chargée avant l’échéance' };
}

function whyIdle({ pool, source, ahead, active }: Weighing, coming: readonly Deadline[]): string {
  const { trigger_hours, stop_hours } = limitsOf(pool.queue.contract!);
  const wait = waitHours(source.rate, source.load.backlog);
  const limit = active ? stop_hours : trigger_hours;
  if (limit !== undefined && wait < limit) return `${text(wait)} h d’attente, seuil ${text(limit)} h`;
  const slack = Math.min(...coming.map(({ at }) => slackOf(source, source.ahead.openTime(at), ahead)));
  return `la file d’origine répondra à temps (${text(slack)} h d’avance)`;
}

function pressed(contract: OverflowContract, active: boolean, source: Place, ahead: number, due: Date): boolean {
  const open = source.ahead.openTime(due);
  return isPressed(contract, active, {
    slack_hours: slackOf(source, open, ahead),
    open_hours: hours(open),
    wait_hours: waitHours(source.rate, source.load.backlog),
  });
}

/** Open hours in hand at the source queue, for a mail with this much work before it. */
export function slackOf(source: Place, open: OpenTime, ahead: number): number {
  return slackHours(open, source.rate, ahead, source.load.passing_per_open_hour);
}

function hours(open: OpenTime): number {
  return open.today_hours + open.later_hours;
}

/** A number of hours as people read it: 7,2. */
export function text(value: number): string {
  return Number.isFinite(value) ? value.toFixed(1).replace('.', ',').replace('-', '−') : value < 0 ? '−∞' : '∞';
}
