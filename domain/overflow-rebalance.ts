import { earliest, sentence, type Switch } from './overflow.ts';
import { holdLimits, limitsOf, quotaLeft, type Item } from './overflow-contract.ts';
import { promiseOf, type MailTerms, type Promised } from './overflow-promise.ts';
import { nextActive, placeOf, saves, slackOf, weigh, type Load, type Place, type QueueLoad } from './overflow-weigh.ts';
import type { Rulebook } from './rulebook.ts';

/** The rebalancing pass: mail that already waits and will be late goes to a pool that can still save it. Pure. */

/** A conversation that waits in the source queue. */
export interface Waiting extends Item, MailTerms {
  readonly id: string;
  /** Conversations of its queue that are answered before it. */
  readonly ahead: number;
}

/** A conversation that goes to a pool. */
export interface Move {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly why: string;
}

export interface Rebalance {
  readonly moves: readonly Move[];
  readonly switched: readonly Switch[];
}

/**
 * Hands waiting mail over, the earliest deadline first among those a pool can still save: what is lost already would only
 * take the place of what is not. Same terms as at arrival; here nothing arrives, so the share is of what came today.
 * @param items the source queue's candidates; their order is of no matter
 */
export function rebalance(
  source_id: string,
  items: readonly Waiting[],
  load: Load,
  book: Rulebook,
  now: Date,
  moves_max: number,
): Rebalance {
  const home = book.queues.find(({ id }) => id === source_id);
  const source = home === undefined ? undefined : placeOf(book, home, load, now);
  if (source === undefined) return { moves: [], switched: [] };
  const pools = book.queues
    .filter(({ contract }) => contract?.from === source_id)
    .flatMap((queue) => placeOf(book, queue, load, now) ?? []);
  const state = new Hysteresis(book, source, now);
  for (const pool of pools) for (const policy of pool.load.active ?? []) state.ofPolicy(pool, policy);
  const held = new Map(pools.map((pool) => [pool.queue.id, { ...pool.load }]));
  const fresh: Parameters<typeof promiseOf>[4] = new Map();
  const weighed = items
    .map((item) => ({ item, promised: promiseOf(book, source.calendar, item, now, fresh) }))
    .sort((a, b) => due(a.promised) - due(b.promised) || (a.item.id < b.item.id ? -1 : 1));
  const moves: Move[] = [];
  const gone: number[] = [];
  for (const { item, promised } of weighed) {
    if (moves.length >= moves_max || !pools.some((pool) => hasRoom(pool, held.get(pool.queue.id)!))) break;
    const before = gone.filter((ahead) => ahead < item.ahead).length;
    if (isCalm(source, pools, promised, item.ahead - before, now)) continue;
    const able = pools.flatMap((pool) => {
      const outcome = weigh({
        pool: { ...pool, load: held.get(pool.queue.id)! },
        source: { ...source, load: { ...source.load, backlog: Math.max(0, source.load.backlog - moves.length) } },
        item,
        promised,
        ahead: item.ahead - before,
        arrivals: source.load.arrivals_today,
        active: state.of(pool, item, promised.policy),
        book,
        now,
      });
      return saves(outcome) ? [{ pool, saving: outcome }] : [];
    });
    const best = earliest(able);
    if (best === undefined) continue;
    const { id } = best.pool.queue;
    const mine = held.get(id)!;
    held.set(id, { ...mine, backlog: mine.backlog + 1, handed_today: mine.handed_today + 1 });
    gone.push(item.ahead);
    moves.push({ id: item.id, from: source_id, to: id, why: sentence(best.pool, best.saving, true).why });
  }
  return { moves, switched: state.switched() };
}

/** Most of a line is in time, whatever the pools; that is seen before each of them is asked. */
function isCalm(source: Place, pools: readonly Place[], promised: Promised, ahead: number, now: Date): boolean {
  const most = pools.map(({ queue }) =>
    queue.contract!.trigger === 'forecast' ? limitsOf(queue.contract!).stop_margin_hours : Number.POSITIVE_INFINITY,
  );
  return promised.own.every(
    ({ at }) => at <= now || slackOf(source, source.ahead.openTime(at), ahead) >= Math.max(...most),
  );
}

function due(promised: Promised): number {
  return promised.own[0]?.at.getTime() ?? Number.POSITIVE_INFINITY;
}

function hasRoom({ queue, rate }: Place, mine: QueueLoad): boolean {
  const contract = queue.contract!;
  return (
    contract.enabled &&
    mine.stopped === undefined &&
    quotaLeft(contract, mine.handed_today) > 0 &&
    mine.backlog < holdLimits(contract, rate.today).fill
  );
}

/** The state of each contract and promise, looked at once a pass: what the pass moves must not switch it on the way. */
class Hysteresis {
  readonly #book: Rulebook;
  readonly #source: Place;
  readonly #now: Date;
  readonly #states = new Map<string, { change: Switch; was: boolean }>();

  constructor(book: Rulebook, source: Place, now: Date) {
    this.#book = book;
    this.#source = source;
    this.#now = now;
  }

  of(pool: Place, item: MailTerms, policy: string): boolean {
    const key = `${pool.queue.id} ${policy}`;
    let state = this.#states.get(key);
    if (state === undefined) {
      const promised = promiseOf(this.#book, this.#source.calendar, item, this.#now);
      const active = nextActive(pool, this.#source, promised, this.#now);
      const was = pool.load.active?.includes(policy) === true;
      state = { change: { pool: pool.queue.id, policy, active }, was };
      this.#states.set(key, state);
    }
    return state.change.active;
  }

  /** A promise known by its name alone: it must be able to stop although no mail of it waits. */
  ofPolicy(pool: Place, policy: string): void {
    const mailbox = this.#book.mailboxes.find(({ sla }) => sla === policy)?.id;
    if (mailbox !== undefined) this.of(pool, { mailbox, started_at: this.#now.toISOString() }, policy);
    else {
      const change = { pool: pool.queue.id, policy, active: false };
      this.#states.set(`${pool.queue.id} ${policy}`, { change, was: true });
    }
  }

  switched(): Switch[] {
    return [...this.#states.values()].filter(({ change, was }) => change.active !== was).map(({ change }) => change);
  }
}
