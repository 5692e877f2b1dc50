import { HOUR_MS } from './days.ts';
import { workAhead, type Side } from './order.ts';

/**
 * Which waiting conversations will pass their deadline if nothing changes: each is answered when the work that stands
 * before it in the order of work is done, with the people expected. Nothing here moves a deadline or a mail.
 */

/** Conversations of one queue that share what their turn follows from. */
export interface WaitingGroup {
  /** `front`: held, P0, P1, short legal delays, past the age ceiling; `stock`: late already. */
  readonly place: 'front' | Side;
  readonly urgency: number;
  /** Hour of the promised deadline, counted from 1970, its end included; null where no clock runs. */
  readonly due_hour: number | null;
  /** Policy of the promise; null where no clock runs. */
  readonly policy: string | null;
  readonly count: number;
}

/** Conversations that pass their deadline by the end of one hour. */
export interface Breach {
  /** The end of the hour, ms. */
  readonly at_ms: number;
  readonly policy: string;
  readonly count: number;
}

/**
 * The breaches to come, earliest first; what is late already is not in them.
 * @param capacityUntil mails the queue can answer from `now_ms` to an instant, less those that will arrive and overtake
 * @param stock_share part of the ordinary work that goes to what is late already, 0–1
 */
export function forecastBreaches(
  groups: readonly WaitingGroup[],
  capacityUntil: (at_ms: number) => number,
  { now_ms, until_ms, stock_share }: { now_ms: number; until_ms: number; stock_share: number },
): Breach[] {
  const sums = { front: 0, stock: 0, flux: 0 };
  for (const { place, count } of groups) sums[place] += count;
  const before = { front: 0, stock: 0, flux: 0 };
  const breaches = new Map<string, Breach>();
  for (const group of [...groups].sort(byTurn)) {
    const { place, due_hour, policy, count } = group;
    const own = before[place];
    before[place] += count;
    if (due_hour === null || policy === null || place === 'stock') continue;
    const at_ms = (due_hour + 1) * HOUR_MS;
    if (at_ms <= now_ms || at_ms > until_ms) continue;
    const turn = (n: number): number =>
      place === 'front'
        ? own + n
        : workAhead('flux', { front: sums.front, own_side: own + n, other_side: sums.stock }, stock_share);
    const late = count - answeredInTime(count, turn, capacityUntil(at_ms));
    if (late === 0) continue;
    const key = `${at_ms} ${policy}`;
    breaches.set(key, { at_ms, policy, count: (breaches.get(key)?.count ?? 0) + late });
  }
  return [...breaches.values()].sort((a, b) => a.at_ms - b.at_ms || (a.policy < b.policy ? -1 : 1));
}

/** How many of a group have their turn within the capacity; turns grow. */
function answeredInTime(count: number, turn: (n: number) => number, capacity: number): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (turn(middle) <= capacity) low = middle;
    else high = middle - 1;
  }
  return low;
}

function byTurn(a: WaitingGroup, b: WaitingGroup): number {
  const due = ({ due_hour }: WaitingGroup): number => due_hour ?? Number.MAX_SAFE_INTEGER;
  return a.urgency - b.urgency || due(a) - due(b) || ((a.policy ?? '') < (b.policy ?? '') ? -1 : 1);
}

/** What is said of one queue and one promise. */
export interface BreachSummary {
  readonly policy: string;
  readonly total: number;
  /** The hour in which most pass their deadline, and how many. */
  readonly peak_at_ms: number;
  readonly peak_count: number;
  /** The end of the last hour in which some do. */
  readonly last_at_ms: number;
}

/** The breaches of each promise; most first, then by name. */
export function summariseBreaches(breaches: readonly Breach[]): BreachSummary[] {
  const by_policy = Map.groupBy(breaches, ({ policy }) => policy);
  return [...by_policy]
    .map(([policy, list]) => {
      const peak = list.reduce((best, each) => (each.count > best.count ? each : best));
      return {
        policy,
        total: list.reduce((sum, { count }) => sum + count, 0),
        peak_at_ms: peak.at_ms,
        peak_count: peak.count,
        last_at_ms: list.at(-1)!.at_ms,
      };
    })
    .sort((a, b) => b.total - a.total || (a.policy < b.policy ? -1 : 1));
}
