import type { Clock } from '../sla.ts';
import { SLOT_MIN } from './grid.ts';
import { STAGE, type Mails } from './mails.ts';
import type { PlanOrder } from './scenario.ts';

/** Smallest key first; equal keys by their number, so that a run never depends on the shape of the heap. */
class Heap {
  #ids = new Int32Array(64);
  #keys = new Float64Array(64);
  size = 0;

  push(id: number, key: number): void {
    if (this.size === this.#ids.length) this.#grow();
    let at = this.size++;
    while (at > 0) {
      const up = (at - 1) >> 1;
      if (!this.#before(key, id, up)) break;
      this.#ids[at] = this.#ids[up]!;
      this.#keys[at] = this.#keys[up]!;
      at = up;
    }
    this.#ids[at] = id;
    this.#keys[at] = key;
  }

  /** -1 when empty. */
  peek(): number {
    return this.size === 0 ? -1 : this.#ids[0]!;
  }

  pop(): number {
    if (this.size === 0) return -1;
    const top = this.#ids[0]!;
    const id = this.#ids[--this.size]!;
    const key = this.#keys[this.size]!;
    let at = 0;
    for (;;) {
      let down = 2 * at + 1;
      if (down >= this.size) break;
      if (down + 1 < this.size && this.#before(this.#keys[down + 1]!, this.#ids[down + 1]!, down)) down += 1;
      if (this.#before(key, id, down)) break;
      this.#ids[at] = this.#ids[down]!;
      this.#keys[at] = this.#keys[down]!;
      at = down;
    }
    this.#ids[at] = id;
    this.#keys[at] = key;
    return top;
  }

  #before(key: number, id: number, place: number): boolean {
    const other = this.#keys[place]!;
    return key < other || (key === other && id < this.#ids[place]!);
  }

  #grow(): void {
    const ids = new Int32Array(this.#ids.length * 2);
    const keys = new Float64Array(ids.length);
    ids.set(this.#ids);
    keys.set(this.#keys);
    this.#ids = ids;
    this.#keys = keys;
  }
}

/**
 * What waits for one team. Mails leave it by being taken, or by a change of their stage (handed to a pool, answered in a
 * group): the heaps skip those when they meet them.
 */
export class TeamQueue {
  /** The stage of the mails that are here. */
  readonly stage: number;
  /** Mails here, the one in hand included, and the agent-minutes they need. */
  count = 0;
  work_min = 0;
  /** Taken and not finished; -1 for none. */
  in_hand = -1;
  /** Agent-minutes that wait, by the slot their mail arrived in; what was there before the window is in the first. */
  readonly #by_slot: Float64Array;
  #oldest_slot = 0;
  readonly #mails: Mails;
  readonly #order: PlanOrder;
  readonly #due: 'due_elapsed' | 'due_working';
  readonly #urgent = new Heap();
  /** Everything; with `stock-flux`, what can still be answered in time. */
  readonly #flux = new Heap();
  readonly #stock = new Heap();
  /** With `stock-flux`: minutes the stock is owed from work both sides wanted. */
  #owed_min = 0;

  constructor(index: number, mails: Mails, order: PlanOrder, clock: Clock, slots: number) {
    this.stage = STAGE.team + index;
    this.#by_slot = new Float64Array(slots);
    this.#mails = mails;
    this.#order = order;
    this.#due = clock === 'elapsed' ? 'due_elapsed' : 'due_working';
  }

  push(mail: number, urgent: boolean, work_min: number): void {
    this.#mails.stage[mail] = this.stage;
    this.#mails.left[mail] = work_min;
    this.count += 1;
    this.work_min += work_min;
    const arrived = this.#mails.arrived[mail]!;
    const slot = slotOf(arrived);
    this.#by_slot[slot]! += work_min;
    if (slot < this.#oldest_slot) this.#oldest_slot = slot;
    if (urgent) this.#urgent.push(mail, arrived);
    else this.#flux.push(mail, this.#order.policy === 'lifo' ? -arrived : arrived);
  }

  /** Forgets a mail that goes elsewhere; the caller gives it its new stage. */
  drop(mail: number): void {
    const left_min = this.#mails.left[mail]!;
    this.count -= 1;
    this.#by_slot[slotOf(this.#mails.arrived[mail]!)]! -= left_min;
    // Sums of fractions: an empty queue must be worth nothing.
    this.work_min = this.count === 0 ? 0 : this.work_min - left_min;
  }

  /** The mail in hand was worked on and is not finished. */
  progress(mail: number, worked_min: number): void {
    this.#mails.left[mail]! -= worked_min;
    this.#by_slot[slotOf(this.#mails.arrived[mail]!)]! -= worked_min;
    this.work_min -= worked_min;
  }

  /**
   * Work that waits before a mail which arrived in a slot, for slots that never go back: minutes, its own slot included.
   * Oldest first; for the other orders of work everything stands before it, as a contract takes it where it knows no better.
   */
  workAhead(): (slot: number) => number {
    if (this.#order.policy !== 'fifo') return () => this.work_min;
    while (this.#oldest_slot < this.#by_slot.length - 1 && this.#by_slot[this.#oldest_slot]! < 1e-6) {
      this.#oldest_slot += 1;
    }
    let at = this.#oldest_slot;
    let sum_min = 0;
    return (slot) => {
      for (; at <= slot; at++) sum_min += this.#by_slot[at]!;
      return sum_min;
    };
  }

  /** The next mail to work on, -1 when nothing waits. It stays counted until {@link drop}. */
  take(now_min: number): number {
    const urgent = this.#first(this.#urgent);
    if (urgent !== -1) return this.#urgent.pop();
    if (this.#order.policy !== 'stock-flux') {
      return this.#first(this.#flux) === -1 ? -1 : this.#flux.pop();
    }
    return this.#takeSplit(now_min);
  }

  #takeSplit(now_min: number): number {
    const mails = this.#mails;
    const due = mails[this.#due];
    for (let mail = this.#first(this.#flux); mail !== -1 && due[mail]! < now_min; mail = this.#first(this.#flux)) {
      this.#flux.pop();
      this.#stock.push(mail, mails.arrived[mail]!);
    }
    const late = this.#first(this.#stock);
    const savable = this.#first(this.#flux);
    if (late === -1) return savable === -1 ? -1 : this.#flux.pop();
    if (savable === -1) return this.#stock.pop();
    if (now_min - mails.arrived[late]! >= this.#order.age_max_hours * 60) return this.#stock.pop();
    const share = this.#order.stock_share;
    if (this.#owed_min >= 0 && share > 0) {
      this.#owed_min -= mails.left[late]! * (1 - share);
      return this.#stock.pop();
    }
    this.#owed_min += mails.left[savable]! * share;
    return this.#flux.pop();
  }

  /** The first mail of a heap that is still here; stale ones are thrown away. */
  #first(heap: Heap): number {
    for (;;) {
      const mail = heap.peek();
      if (mail === -1 || (this.#mails.stage[mail] === this.stage && mail !== this.in_hand)) return mail;
      heap.pop();
    }
  }
}

function slotOf(arrived_min: number): number {
  return arrived_min < 0 ? 0 : Math.floor(arrived_min / SLOT_MIN);
}
