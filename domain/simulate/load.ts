import { PARIS, dayOf } from '../days.ts';
import type { Load, QueueLoad, Switch } from '../overflow.ts';
import type { DeskQueue, Rulebook } from '../rulebook.ts';
import { OpenTime, workMs } from './clock.ts';

/** Sums of thirds of seconds miss whole mails by less than this. */
const ROUNDING = 1e-6;

/** One queue in the simulated year: a line of mails, served one after the other while the site is open. */
interface Line {
  readonly open: OpenTime | undefined;
  readonly work_ms: number;
  /** Opening time at which the last mail of the line is answered, ms. */
  busy_until_ms: number;
  /** Mails nobody will ever answer: a queue without capacity or calendar. */
  stuck: number;
  day: number;
  arrivals: number;
  handed: number;
  /** Promises for which hand-overs to this pool are under way: the memory of the contracts' hysteresis. */
  active: readonly string[];
}

/**
 * The load of every queue while past mail is replayed in the order it came: backlog falls by the queue's declared
 * capacity in the opening hours of its calendar, first come first served. A declared model, not the past: no absences,
 * no transfers, no recalls, no urgent mail that overtakes. Deterministic.
 */
export class SimulatedLoad {
  readonly #lines = new Map<string, Line>();
  readonly #book: Rulebook;
  readonly #zone: string;

  /**
   * @param from_ms the first arrival
   * @param backlog mails that already wait then, by queue
   */
  constructor(book: Rulebook, from_ms: number, backlog: ReadonlyMap<string, number> = new Map()) {
    this.#book = book;
    this.#zone = book.calendars[0]?.zone ?? PARIS;
    const sites = new Map(book.calendars.map((calendar) => [calendar.id, new OpenTime(calendar, from_ms)]));
    for (const queue of book.queues) this.#lines.set(queue.id, lineOf(queue, sites.get(queue.calendar)));
    for (const [queue, waiting] of backlog) this.#wait(queue, from_ms, waiting);
  }

  /** What chooseQueue() is told of a queue and of the pools that may take from it. */
  before(queue: string, at_ms: number): Load {
    const load: Record<string, QueueLoad> = { [queue]: this.#loadOf(queue, at_ms) };
    for (const { id, contract } of this.#book.queues) if (contract?.from === queue) load[id] = this.#loadOf(id, at_ms);
    return load;
  }

  /**
   * One mail joins a queue.
   * @param own the queue it was decided for, whose arrivals it counts in; another than `queue` when a pool takes it
   * @returns when it is answered, ms; Infinity when never
   */
  arrive(own: string, queue: string, at_ms: number): number {
    const counted = this.#today(own, at_ms);
    if (counted !== undefined) counted.arrivals += 1;
    if (queue !== own) {
      const pool = this.#today(queue, at_ms);
      if (pool !== undefined) pool.handed += 1;
    }
    return this.#wait(queue, at_ms, 1);
  }

  /** Contracts that began or stopped handing over. */
  remember(switched: readonly Switch[]): void {
    for (const { pool, policy, active } of switched) {
      const line = this.#lines.get(pool);
      if (line === undefined) continue;
      const others = line.active.filter((each) => each !== policy);
      line.active = active ? [...others, policy] : others;
    }
  }

  #wait(queue: string, at_ms: number, mails: number): number {
    const line = this.#lines.get(queue);
    if (line === undefined) return Number.POSITIVE_INFINITY;
    if (line.open === undefined || !Number.isFinite(line.work_ms)) {
      line.stuck += mails;
      return Number.POSITIVE_INFINITY;
    }
    line.busy_until_ms = Math.max(line.open.at(at_ms), line.busy_until_ms) + mails * line.work_ms;
    return line.open.when(line.busy_until_ms);
  }

  #loadOf(queue: string, at_ms: number): QueueLoad {
    const line = this.#today(queue, at_ms);
    if (line === undefined) return { backlog: 0, arrivals_today: 0, handed_today: 0 };
    const left_ms = line.open === undefined ? 0 : Math.max(0, line.busy_until_ms - line.open.at(at_ms));
    return {
      backlog: line.stuck + (left_ms === 0 ? 0 : Math.ceil(left_ms / line.work_ms - ROUNDING)),
      arrivals_today: line.arrivals,
      handed_today: line.handed,
      ...(line.active.length === 0 ? {} : { active: line.active }),
    };
  }

  /** Counters begin anew with each local day, as the dispatcher's do. */
  #today(queue: string, at_ms: number): Line | undefined {
    const line = this.#lines.get(queue);
    const day = dayOf(at_ms, this.#zone);
    if (line !== undefined && line.day !== day) Object.assign(line, { day, arrivals: 0, handed: 0 });
    return line;
  }
}

function lineOf(queue: DeskQueue, open: OpenTime | undefined): Line {
  const work_ms = workMs(queue.capacity_per_open_hour);
  return { open, work_ms, busy_until_ms: 0, stuck: 0, day: Number.NaN, arrivals: 0, handed: 0, active: [] };
}
