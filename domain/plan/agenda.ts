/** What will happen in which slot: one chain a slot, so that noting something costs the same however far ahead it is. */
export class Agenda {
  readonly #first: Int32Array;
  #next = new Int32Array(1_024);
  #mail = new Int32Array(1_024);
  #what = new Int16Array(1_024);
  #at = new Float64Array(1_024);
  #count = 0;

  constructor(slots: number) {
    this.#first = new Int32Array(slots).fill(-1);
  }

  /** What falls after the window is not kept. */
  add(slot: number, mail: number, what: number, at_min: number): void {
    if (slot >= this.#first.length) return;
    if (this.#count === this.#next.length) this.#grow();
    const entry = this.#count++;
    this.#mail[entry] = mail;
    this.#what[entry] = what;
    this.#at[entry] = at_min;
    this.#next[entry] = this.#first[slot]!;
    this.#first[slot] = entry;
  }

  /** Everything of a slot, the last noted first; the slot is then empty. */
  each(slot: number, act: (mail: number, what: number, at_min: number) => void): void {
    let entry = this.#first[slot]!;
    this.#first[slot] = -1;
    while (entry !== -1) {
      act(this.#mail[entry]!, this.#what[entry]!, this.#at[entry]!);
      entry = this.#next[entry]!;
    }
  }

  #grow(): void {
    const size = this.#next.length * 2;
    const next = new Int32Array(size);
    const mail = new Int32Array(size);
    const what = new Int16Array(size);
    const at = new Float64Array(size);
    next.set(this.#next);
    mail.set(this.#mail);
    what.set(this.#what);
    at.set(this.#at);
    this.#next = next;
    this.#mail = mail;
    this.#what = what;
    this.#at = at;
  }
}
