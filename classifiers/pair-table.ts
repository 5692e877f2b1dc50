/** Numbers of pairs of numbers, in one array: a letter of three pages asks for a thousand of them. */
export class PairTable {
  /** Triples (first, second, number + 1); 0 in the third is free. At most half full. */
  #cells: Int32Array;
  /** The number of the last cell; as many ones, so that a hash is cut to a cell's number. */
  #last: number;
  #size = 0;

  /** @param expected there is room for so many from the beginning */
  constructor(expected = 32) {
    const cells = 2 ** Math.ceil(Math.log2(2 * expected + 2));
    this.#cells = new Int32Array(3 * cells);
    this.#last = cells - 1;
  }

  /** The number of a pair; -1 when there is none. */
  get(first: number, second: number): number {
    return this.#cells[this.#place(first, second) + 2]! - 1;
  }

  set(first: number, second: number, number: number): void {
    if (2 * (this.#size + 1) > this.#last) this.#spread();
    this.#put(first, second, number);
  }

  /** Where a pair stands, or would stand. */
  #place(first: number, second: number): number {
    const cells = this.#cells;
    const last = this.#last;
    let hash = Math.imul(first, 0x9e3779b1) ^ Math.imul(second, 0x85ebca6b);
    hash ^= hash >>> 15;
    for (let at = hash & last; ; at = (at + 1) & last) {
      const cell = 3 * at;
      if (cells[cell + 2] === 0 || (cells[cell] === first && cells[cell + 1] === second)) return cell;
    }
  }

  #put(first: number, second: number, number: number): void {
    const cells = this.#cells;
    const cell = this.#place(first, second);
    if (cells[cell + 2] === 0) this.#size += 1;
    cells[cell] = first;
    cells[cell + 1] = second;
    cells[cell + 2] = number + 1;
  }

  #spread(): void {
    const before = this.#cells;
    this.#cells = new Int32Array(2 * before.length);
    this.#last = 2 * this.#last + 1;
    this.#size = 0;
    for (let cell = 0; cell < before.length; cell += 3)
      if (before[cell + 2] !== 0) this.#put(before[cell]!, before[cell + 1]!, before[cell + 2]! - 1);
  }
}
