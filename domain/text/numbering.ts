import { longer } from './room.ts';

/**
 * Numbers texts by their letters: 0, 1, 2, … in the order they were added. Looking a text up makes no string: readers of
 * mail ask for the same few thousand words again and again, and features of a model are asked for by the million.
 */

const TEXTS_FIRST = 512;
/** FNV-1a, its product kept to 32 bits. */
const PRIME = 0x01000193;

/** A text is a first letter (0 for none) and the codes `[from, to)` behind it. */
export class Numbering {
  /** Pairs (number + 1, hash); 0 is free. At most half full. */
  #slots: Int32Array;
  /** The letters of all texts, one behind the other, the first letter among them. */
  #letters: Uint16Array;
  /** By number, where its letters begin; one entry more than numbers. */
  #starts: Int32Array;
  #size = 0;
  #longest = 0;

  /** @param expected there is room for so many from the beginning */
  constructor(expected = TEXTS_FIRST) {
    this.#slots = new Int32Array(2 ** Math.ceil(Math.log2(4 * expected + 4)));
    this.#letters = new Uint16Array(8 * expected);
    this.#starts = new Int32Array(expected + 1);
  }

  get size(): number {
    return this.#size;
  }

  /** The letters kept, in UTF-16 codes. */
  get letters(): number {
    return this.#starts[this.#size]!;
  }

  /** The most texts that stood in the way of one that was added: who lets strangers add texts looks at it. */
  get longestWay(): number {
    return this.#longest;
  }

  /** The number of a text; -1 when it was never added. */
  find(first: number, codes: Uint16Array, from: number, to: number): number {
    return this.#find(hashOf(first, codes, from, to), first, codes, from, to);
  }

  /** The number of a text, new or not. */
  add(first: number, codes: Uint16Array, from: number, to: number): number {
    const hash = hashOf(first, codes, from, to);
    const known = this.#find(hash, first, codes, from, to);
    if (known >= 0) return known;
    if (4 * (this.#size + 1) > this.#slots.length) this.#spread(this.#slots.length * 2);
    if (this.#size + 2 > this.#starts.length) this.#starts = longer(this.#starts, this.#size + 2);
    const start = this.letters;
    const end = start + to - from + 1;
    if (end > this.#letters.length) this.#letters = longer(this.#letters, end);
    this.#letters[start] = first;
    for (let i = from; i < to; i += 1) this.#letters[start + 1 + i - from] = codes[i]!;
    this.#starts[this.#size + 1] = end;
    this.#put(this.#size, hash);
    this.#size += 1;
    return this.#size - 1;
  }

  /** Takes the next number for something that is no text: nothing finds it here. */
  skip(): void {
    if (this.#size + 2 > this.#starts.length) this.#starts = longer(this.#starts, this.#size + 2);
    this.#starts[this.#size + 1] = this.letters;
    this.#size += 1;
  }

  /** Forgets all texts, not the room they took. */
  clear(): void {
    this.#slots.fill(0);
    this.#size = 0;
    this.#longest = 0;
  }

  #find(hash: number, first: number, codes: Uint16Array, from: number, to: number): number {
    const slots = this.#slots;
    const last = slots.length - 1;
    for (let at = (hash << 1) & last; slots[at] !== 0; at = (at + 2) & last)
      if (slots[at + 1] === hash && this.#is(slots[at]! - 1, first, codes, from, to)) return slots[at]! - 1;
    return -1;
  }

  #is(number: number, first: number, codes: Uint16Array, from: number, to: number): boolean {
    const letters = this.#letters;
    const start = this.#starts[number]!;
    if (this.#starts[number + 1]! - start !== to - from + 1 || letters[start] !== first) return false;
    for (let i = from, k = start + 1; i < to; i += 1, k += 1) if (letters[k] !== codes[i]) return false;
    return true;
  }

  #put(number: number, hash: number): void {
    const slots = this.#slots;
    const last = slots.length - 1;
    let at = (hash << 1) & last;
    let way = 0;
    for (; slots[at] !== 0; at = (at + 2) & last) way += 1;
    slots[at] = number + 1;
    slots[at + 1] = hash;
    if (way > this.#longest) this.#longest = way;
  }

  #spread(length: number): void {
    const before = this.#slots;
    this.#slots = new Int32Array(length);
    this.#longest = 0;
    for (let at = 0; at < before.length; at += 2) if (before[at] !== 0) this.#put(before[at]! - 1, before[at + 1]!);
  }
}

function hashOf(first: number, codes: Uint16Array, from: number, to: number): number {
  let hash = Math.imul(first + 1, PRIME);
  for (let i = from; i < to; i += 1) hash = Math.imul(hash ^ codes[i]!, PRIME);
  // The low bits choose the slot; let the high ones have a say.
  return hash ^ (hash >>> 15);
}
