import type { Cause, MovedMail, TimedOutcome } from './change.ts';
import type { Aspect, Verdict } from './truth.ts';

/** What a back-test says (design §6, `rules simulate`). Shares are 0–1; null where there was no mail. */
export interface Simulation {
  readonly engine: string;
  /** Digests. */
  readonly baseline: string;
  readonly candidate: string;
  readonly model: string;
  /** Parts of the set that differ, `rule:x`. */
  readonly edited: readonly string[];
  readonly mails: number;
  /** First and last arrival, ISO instants; null without mails. */
  readonly from: string | null;
  readonly to: string | null;
  /** Mails whose queue, motif or level differs. */
  readonly moved: number;
  readonly moved_share: number | null;
  readonly by_queue: readonly Flow[];
  readonly by_motif: readonly Flow[];
  readonly by_level: readonly Flow[];
  readonly by_cause: readonly CauseCount[];
  /** Marks: mails that gain it, mails that lose it. They count as moved only when their queue changes. */
  readonly flags: readonly { readonly flag: string; readonly gained: number; readonly lost: number }[];
  readonly said: Readonly<Record<Aspect, Verdict>>;
  /** Queues whose arrivals differ, overflow included. */
  readonly load: readonly QueueChange[];
  /** Share answered in time under the declared model of domain/simulate/load.ts. */
  readonly in_time: Readonly<
    Record<'elapsed' | 'working', { readonly before: number | null; readonly after: number | null }>
  >;
  /** The first moved mails, in order of arrival. */
  readonly list: readonly MovedMail[];
}

export interface Flow {
  readonly from: string;
  readonly to: string;
  readonly mails: number;
}

export interface CauseCount extends Cause {
  readonly mails: number;
  readonly toward: number;
  readonly away: number;
}

export interface QueueChange {
  readonly queue: string;
  readonly before: number;
  readonly after: number;
  /** Local days (Europe/Paris) on which they differ. */
  readonly days: readonly { readonly day: string; readonly before: number; readonly after: number }[];
}

type Counted = 'engine' | 'baseline' | 'candidate' | 'model' | 'edited' | 'said';

/** Counts a back-test mail by mail. */
export class SimulationTally {
  readonly #listed_max: number;
  #mails = 0;
  #moved = 0;
  #from_ms: number | undefined;
  #to_ms: number | undefined;
  readonly #flows = {
    queue: new Map<string, number>(),
    motif: new Map<string, number>(),
    level: new Map<string, number>(),
  };
  readonly #causes = new Map<
    string,
    { part: string; where: Cause['where']; mails: number; toward: number; away: number }
  >();
  readonly #flags = new Map<string, { gained: number; lost: number }>();
  readonly #load = new Map<string, Map<string, { before: number; after: number }>>();
  readonly #in_time = { elapsed: { before: 0, after: 0 }, working: { before: 0, after: 0 } };
  readonly #list: MovedMail[] = [];

  constructor(listed_max: number) {
    this.#listed_max = listed_max;
  }

  /** @param day local day of the arrival */
  add(at_ms: number, day: string, before: TimedOutcome, after: TimedOutcome): void {
    this.#mails += 1;
    this.#from_ms ??= at_ms;
    this.#to_ms = at_ms;
    this.#arrive(before.routed.queue, day).before += 1;
    this.#arrive(after.routed.queue, day).after += 1;
    for (const clock of ['elapsed', 'working'] as const) {
      this.#in_time[clock].before += Number(before.in_time[clock]);
      this.#in_time[clock].after += Number(after.in_time[clock]);
    }
    const had = new Set(before.decision.flags.map(({ id }) => id));
    const has = new Set(after.decision.flags.map(({ id }) => id));
    for (const id of has) if (!had.has(id)) this.#flag(id).gained += 1;
    for (const id of had) if (!has.has(id)) this.#flag(id).lost += 1;
  }

  move(moved: MovedMail): void {
    this.#moved += 1;
    for (const key of ['queue', 'motif', 'level'] as const) {
      const pair = moved[key];
      if (pair === undefined) continue;
      const name = JSON.stringify(pair);
      this.#flows[key].set(name, (this.#flows[key].get(name) ?? 0) + 1);
    }
    const { part, where } = moved.cause;
    const name = `${part} ${where}`;
    const cause = this.#causes.get(name) ?? { part, where, mails: 0, toward: 0, away: 0 };
    cause.mails += 1;
    if (moved.said !== undefined) cause[moved.said] += 1;
    this.#causes.set(name, cause);
    if (this.#list.length < this.#listed_max) this.#list.push(moved);
  }

  result(): Omit<Simulation, Counted> {
    const share = (count: number): number | null => (this.#mails === 0 ? null : count / this.#mails);
    const both = ({ before, after }: { before: number; after: number }) => ({
      before: share(before),
      after: share(after),
    });
    const iso = (ms: number | undefined): string | null => (ms === undefined ? null : new Date(ms).toISOString());
    return {
      mails: this.#mails,
      from: iso(this.#from_ms),
      to: iso(this.#to_ms),
      moved: this.#moved,
      moved_share: share(this.#moved),
      by_queue: flows(this.#flows.queue),
      by_motif: flows(this.#flows.motif),
      by_level: flows(this.#flows.level),
      by_cause: [...this.#causes.values()].sort((a, b) => b.mails - a.mails || order(a.part, b.part)),
      flags: [...this.#flags].map(([flag, count]) => ({ flag, ...count })).sort((a, b) => order(a.flag, b.flag)),
      load: this.#queues(),
      in_time: { elapsed: both(this.#in_time.elapsed), working: both(this.#in_time.working) },
      list: this.#list,
    };
  }

  #queues(): QueueChange[] {
    const changes = [...this.#load].map(([queue, days]) => {
      const differ = [...days].filter(([, count]) => count.before !== count.after);
      const sum = (key: 'before' | 'after'): number =>
        [...days.values()].reduce((total, count) => total + count[key], 0);
      return {
        queue,
        before: sum('before'),
        after: sum('after'),
        days: differ.map(([day, count]) => ({ day, ...count })).sort((a, b) => order(a.day, b.day)),
      };
    });
    return changes.filter(({ days }) => days.length > 0).sort((a, b) => order(a.queue, b.queue));
  }

  #arrive(queue: string, day: string): { before: number; after: number } {
    const days = this.#load.get(queue) ?? new Map<string, { before: number; after: number }>();
    this.#load.set(queue, days);
    const count = days.get(day) ?? { before: 0, after: 0 };
    days.set(day, count);
    return count;
  }

  #flag(id: string): { gained: number; lost: number } {
    const count = this.#flags.get(id) ?? { gained: 0, lost: 0 };
    this.#flags.set(id, count);
    return count;
  }
}

function flows(counts: ReadonlyMap<string, number>): Flow[] {
  return [...counts]
    .map(([name, mails]) => {
      const [from, to] = JSON.parse(name) as [string, string];
      return { from, to, mails };
    })
    .sort((a, b) => b.mails - a.mails || order(a.from, b.from) || order(a.to, b.to));
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
