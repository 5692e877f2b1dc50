import { openMsBetween } from './calendar.ts';
import { dayOf, dayStart, HOUR_MS, instantMs } from './days.ts';
import { holdLimits, limitsOf, type Item } from './overflow-contract.ts';
import { EMPTY, placeOf, type Place } from './overflow-weigh.ts';
import type { Rulebook } from './rulebook.ts';

/** Recall: unclaimed work comes back from a pool that cannot answer it, or no longer may. Pure. */

/** Why work comes back from a pool. */
export type RecallReason =
  /** A mark, a reserved matter or an expert question came after the hand-over. */
  | 'ineligible'
  /** The contract is suspended or no longer there. */
  | 'ended'
  | 'stopped'
  | 'silent'
  | 'closed'
  | 'full';

/** A conversation that waits in a pool, in the order the pool works. */
export interface Unclaimed extends Pick<Item, 'level' | 'urgency' | 'restricted'> {
  readonly id: string;
  readonly handed_at: string;
  /** ISO instants; null where no clock runs. */
  readonly due_elapsed_at: string | null;
  readonly due_working_at: string | null;
}

/** What is known of a pool when its work is looked at. */
export interface PoolState {
  /** Unclaimed and held together. */
  readonly backlog: number;
  /** Conversations its agents hold now. */
  readonly held: number;
  /** ISO instant; null when nobody ever took anything. */
  readonly last_claim_at: string | null;
  readonly capacity_per_open_hour?: number;
  /** A stop that asks for the work back. */
  readonly call_back: boolean;
}

export interface Recalled {
  readonly id: string;
  readonly reason: RecallReason;
  readonly why: string;
}

export interface Recall {
  readonly recalled: readonly Recalled[];
  /** A silent pool is left alone until this ISO instant, the beginning of its next day. */
  readonly rest_until?: string;
}

/**
 * Which unclaimed conversations come back (domain §3.4 « automatic recall »). Nothing that is held, and no clock is
 * touched; what comes back is never handed over again, since its hops stay counted.
 */
export function recall(
  pool_id: string,
  items: readonly Unclaimed[],
  state: PoolState,
  book: Rulebook,
  now: Date,
): Recall {
  const recalled: Recalled[] = [];
  const staying: Unclaimed[] = [];
  for (const item of items) {
    if (item.urgency <= 1 || item.restricted || item.level !== 'n1') {
      recalled.push({ id: item.id, reason: 'ineligible', why: 'n’entre plus dans le contrat' });
    } else staying.push(item);
  }
  const queue = book.queues.find(({ id }) => id === pool_id);
  const { capacity_per_open_hour } = state;
  const mine = { ...EMPTY, ...(capacity_per_open_hour === undefined ? {} : { capacity_per_open_hour }) };
  const pool = queue === undefined ? undefined : placeOf(book, queue, { [pool_id]: mine }, now);
  const all = (reason: RecallReason, why: string): readonly Recalled[] => [
    ...recalled,
    ...staying.map(({ id }) => ({ id, reason, why })),
  ];
  if (pool?.queue.contract?.enabled !== true) return { recalled: all('ended', 'contrat suspendu ou retiré') };
  if (state.call_back) return { recalled: all('stopped', 'arrêté par la supervision') };
  const silent = silentHours(pool, staying, state, now);
  if (silent >= limitsOf(pool.queue.contract).silent_hours) {
    const tomorrow_ms = dayStart(dayOf(now.getTime(), pool.calendar.zone) + 1, pool.calendar.zone);
    const why = `personne n’a rien pris depuis ${Math.floor(silent)} h d’ouverture`;
    return { recalled: all('silent', why), rest_until: new Date(tomorrow_ms).toISOString() };
  }
  const open = staying.filter((item) => !isShutOut(pool, item, now));
  for (const { id } of staying.filter((item) => !open.includes(item))) {
    recalled.push({ id, reason: 'closed', why: 'équipe fermée jusqu’à l’échéance' });
  }
  return { recalled: [...recalled, ...excess(pool, open, state.backlog - recalled.length)] };
}

/** Open hours of the pool since anybody took anything, counted from when its oldest work came; 0 while somebody works. */
function silentHours(pool: Place, items: readonly Unclaimed[], state: PoolState, now: Date): number {
  if (items.length === 0 || state.held > 0) return 0;
  const came_ms = Math.min(...items.map(({ handed_at }) => instantMs(handed_at)));
  const since_ms = Math.max(came_ms, state.last_claim_at === null ? came_ms : instantMs(state.last_claim_at));
  return openMsBetween(since_ms, now, pool.calendar) / HOUR_MS;
}

/** The pool does not open before the last deadline that is still to come. */
function isShutOut(pool: Place, item: Unclaimed, now: Date): boolean {
  const coming = [item.due_elapsed_at, item.due_working_at].flatMap((at) => {
    const ms = at === null ? 0 : instantMs(at);
    return ms > now.getTime() ? [ms] : [];
  });
  return coming.length > 0 && openMsBetween(now, Math.max(...coming), pool.calendar) === 0;
}

/** What is over the limit: the last in the pool's order, which has most time to be answered here. */
function excess(pool: Place, items: readonly Unclaimed[], backlog: number): Recalled[] {
  const { fill, recall: limit } = holdLimits(pool.queue.contract!, pool.rate.today);
  if (backlog <= limit) return [];
  const back = Math.min(items.length, backlog - fill);
  return items
    .slice(items.length - back)
    .map(({ id }) => ({ id, reason: 'full' as const, why: `équipe saturée (${backlog} messages)` }));
}
