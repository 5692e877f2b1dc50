import { MARK } from './mails.ts';
import type { PoolState, RunState } from './state.ts';

/**
 * The mails level 1 holds that a pool may take and that are not late on both clocks, each once, oldest first. A kind's list
 * is in order of arrival but for the minutes inside a slot; of the slot that falls due now some may be passed over.
 */
export class OfferedMails {
  readonly #run: RunState;
  readonly #now_min: number;
  readonly #kinds: number[];
  /** By place in `#kinds`: where in its list the next mail stands. */
  readonly #at: number[];

  constructor(run: RunState, pool: PoolState, now_min: number) {
    this.#run = run;
    this.#now_min = now_min;
    this.#kinds = [...pool.eligible.keys()].filter((kind) => pool.eligible[kind] === 1);
    this.#at = this.#kinds.map((kind) => this.#settle(kind, this.#firstDue(kind)));
  }

  /** -1 when there is none left. */
  next(): number {
    const { offered, mails } = this.#run;
    let best = -1;
    let from = 0;
    for (let i = 0; i < this.#kinds.length; i++) {
      const mail = offered[this.#kinds[i]!]![this.#at[i]!];
      if (mail === undefined || (best !== -1 && mails.arrived[mail]! >= mails.arrived[best]!)) continue;
      best = mail;
      from = i;
    }
    if (best !== -1) this.#at[from] = this.#settle(this.#kinds[from]!, this.#at[from]! + 1);
    return best;
  }

  /** Passes over everything that arrived before `arrived_min`. */
  skipTo(arrived_min: number): void {
    const { offered, mails } = this.#run;
    for (let i = 0; i < this.#kinds.length; i++) {
      const list = offered[this.#kinds[i]!]!;
      let at = this.#at[i]!;
      while (at < list.length && mails.arrived[list[at]!]! < arrived_min) at += 1;
      this.#at[i] = this.#settle(this.#kinds[i]!, at);
    }
  }

  /** The first place from `at` on with a mail that is free and not late. */
  #settle(kind: number, at: number): number {
    const { offered, mails, n1 } = this.#run;
    const list = offered[kind]!;
    for (; at < list.length; at++) {
      const mail = list[at]!;
      if (mails.stage[mail] !== n1.queue.stage || mail === n1.queue.in_hand) continue;
      if (this.#due(mail) > this.#now_min && (mails.marks[mail]! & MARK.handed) === 0) break;
    }
    return at;
  }

  /** The later of its deadlines. */
  #due(mail: number): number {
    const { due_elapsed, due_working } = this.#run.mails;
    return Math.max(due_elapsed[mail]!, due_working[mail]!);
  }

  /** Past those that have left level 1, and by halves past those that are late. */
  #firstDue(kind: number): number {
    const { offered, offered_from, mails, n1 } = this.#run;
    const list = offered[kind]!;
    let low = offered_from[kind]!;
    while (low < list.length && mails.stage[list[low]!] !== n1.queue.stage) low += 1;
    offered_from[kind] = low;
    let high = list.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#due(list[middle]!) <= this.#now_min) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
