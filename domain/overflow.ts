import { DateTime } from 'luxon';
import { addWorkingHours, openMsBetween } from './calendar.ts';
import { isAmong } from './provisional.ts';
import type { Decision } from './route.ts';
import type { DeskQueue, OverflowContract, Rulebook } from './rulebook.ts';

/** What is known of one queue when the choice is made; stored with the decision (law 4). */
export interface QueueLoad {
  /** Conversations waiting or being answered. */
  readonly backlog: number;
  /** Conversations that arrived since local midnight. */
  readonly arrivals_today: number;
  /** For partner pools: conversations handed over since local midnight. */
  readonly handed_today: number;
}

export type Load = Readonly<Record<string, QueueLoad>>;

export interface Routed {
  readonly queue: string;
  /** `overflow.<pool>` or the rule of the decision. */
  readonly rule: string;
  readonly overflow: boolean;
  /** One line a pool that was looked at, in French, for `explain`. */
  readonly reasons: readonly { readonly pool: string; readonly taken: boolean; readonly why: string }[];
}

/** A pool is asked whether it can answer within the promise of the house: two working days (domain §3.4, t0 + 48 h). */
const HORIZON_HOURS = 48;

const EMPTY: QueueLoad = { backlog: 0, arrivals_today: 0, handed_today: 0 };

/**
 * Chooses the desk queue: the decision's own, or a partner pool under contract (domain §3.4). Pure.
 * A hand-over needs: contract open and running, motif allowed, level 1, no P0 or P1 flag, nothing restricted, the pool at
 * work today, quota and share left, and an own queue that would reach the mail too late. At most one hop: only a queue
 * named as `from` hands over, and a pool never is. A pool that is closed now may still take what it can answer in time.
 */
export function chooseQueue(decision: Decision, load: Load, book: Rulebook, now: Date): Routed {
  const own: Routed = { queue: decision.queue, rule: decision.rule, overflow: false, reasons: [] };
  const pools = book.queues.filter((queue) => queue.contract?.from === decision.queue);
  if (pools.length === 0) return own;
  const source = book.queues.find((queue) => queue.id === decision.queue);
  const reasons: { pool: string; taken: boolean; why: string }[] = [];
  const free: { pool: DeskQueue; slack: number }[] = [];
  for (const pool of pools) {
    const refusal = refuse(pool, pool.contract!, source, decision, load, book, now);
    if (refusal !== undefined) reasons.push({ pool: pool.id, taken: false, why: refusal });
    else free.push({ pool, slack: slackHours(pool, load, book, now) });
  }
  // The pool that has most time in hand before the deadline; the file's order settles ties.
  const best = free.reduce<(typeof free)[number] | undefined>(
    (a, b) => (a === undefined || b.slack > a.slack ? b : a),
    undefined,
  );
  if (best === undefined) return { ...own, reasons };
  for (const { pool, slack } of free) {
    reasons.push({ pool: pool.id, taken: pool === best.pool, why: `${slack.toFixed(1)} h d'avance sur l'échéance` });
  }
  return { queue: best.pool.id, rule: `overflow.${best.pool.id.replace(/^pool\./, '')}`, overflow: true, reasons };
}

function refuse(
  pool: DeskQueue,
  contract: OverflowContract,
  source: DeskQueue | undefined,
  decision: Decision,
  load: Load,
  book: Rulebook,
  now: Date,
): string | undefined {
  const calendar = book.calendars.find((candidate) => candidate.id === pool.calendar);
  if (!contract.enabled) return 'contrat arrêté';
  if (calendar === undefined) return 'calendrier inconnu';
  const today = DateTime.fromJSDate(now, { zone: calendar.zone }).toISODate() ?? '';
  if (today < contract.since) return `contrat à partir du ${contract.since}`;
  if (decision.level !== 'n1') return 'niveau expert';
  if (decision.urgency <= 1) return 'signalement prioritaire';
  if (decision.restricted) return 'circuit réservé';
  if (decision.abstained || decision.motif === null) return 'motif incertain';
  if (!isAmong(book, contract.motifs, decision.motif)) return `motif ${decision.motif} hors contrat`;
  const mine = load[pool.id] ?? EMPTY;
  if (mine.handed_today >= contract.daily_quota) return `quota du jour atteint (${contract.daily_quota})`;
  const arrivals = (load[decision.queue] ?? EMPTY).arrivals_today;
  // This mail is the next arrival; a share of one mail is one mail.
  if (mine.handed_today + 1 > Math.ceil(contract.max_share * (arrivals + 1))) {
    return `part du jour atteinte (${Math.round(contract.max_share * 100)} %)`;
  }
  const wait = source === undefined ? 0 : hoursOfWork(source, load);
  if (wait < contract.trigger_hours) return `${wait.toFixed(1)} h d'attente, seuil ${contract.trigger_hours} h`;
  if (contract.recall_hours !== undefined && hoursOfWork(pool, load) >= contract.recall_hours) return 'équipe saturée';
  if (slackHours(pool, load, book, now) <= 0) return 'équipe fermée ou trop chargée avant l’échéance';
  return undefined;
}

/** Open hours the pool has before the deadline, less those it needs for the work it already holds. */
function slackHours(pool: DeskQueue, load: Load, book: Rulebook, now: Date): number {
  const calendar = book.calendars.find((candidate) => candidate.id === pool.calendar);
  if (calendar === undefined) return 0;
  const open_ms = openMsBetween(now, addWorkingHours(now, HORIZON_HOURS, calendar), calendar);
  return open_ms / 3_600_000 - hoursOfWork(pool, load);
}

/** Open hours the queue needs to reach a mail that arrives now. */
function hoursOfWork(queue: DeskQueue, load: Load): number {
  const backlog = (load[queue.id] ?? EMPTY).backlog;
  return queue.capacity_per_open_hour <= 0 ? Number.POSITIVE_INFINITY : backlog / queue.capacity_per_open_hour;
}
