import { longer } from '../domain/text/room.ts';
import type { EncodedMail } from './encoder.ts';
import { BLOCKS } from './features.ts';

/**
 * The counted features of many mails, or of their passages, one row behind the other in a few arrays: hundreds of thousands
 * of small ones cost more than what they hold, and threads can share these.
 */
export interface EncodedRows {
  readonly ids: Int32Array;
  readonly counts: Uint16Array;
  /** Where each block of each row ends in `ids`: rows × {@link BLOCKS}. */
  readonly ends: Int32Array;
  /** The first row of each mail, and behind the last mail the number of rows. */
  readonly first: Int32Array;
  /** How many different features there are. */
  readonly width: number;
}

/** Where the features of a mail begin in `ids`; of the mail behind the last one, where all end. */
export function beginningOf({ ends, first }: EncodedRows, mail: number): number {
  return startOf(ends, first[mail]!);
}

/** One row, without a copy. */
export function rowAt({ ids, counts, ends }: EncodedRows, row: number): EncodedMail {
  const start = startOf(ends, row);
  const own: number[] = [];
  for (let b = 0; b < BLOCKS.length; b += 1) own.push(ends[row * BLOCKS.length + b]! - start);
  const end = start + own[BLOCKS.length - 1]!;
  return { ids: ids.subarray(start, end), counts: counts.subarray(start, end), ends: own };
}

function startOf(ends: Int32Array, row: number): number {
  return row === 0 ? 0 : ends[row * BLOCKS.length - 1]!;
}

/** Gathers rows mail by mail. */
export class RowCollector {
  #ids = new Int32Array(1 << 16);
  #counts = new Uint16Array(1 << 16);
  #ends = new Int32Array(1 << 12);
  #first = new Int32Array(1 << 10);
  #features = 0;
  #rows = 0;
  #mails = 0;

  /** A row of the mail at hand; it is copied. */
  push({ ids, counts, ends }: EncodedMail): void {
    const start = this.#features;
    const length = ends.at(-1) ?? 0;
    this.#features += length;
    if (this.#features > this.#ids.length) {
      this.#ids = longer(this.#ids, this.#features);
      this.#counts = longer(this.#counts, this.#features);
    }
    this.#ids.set(ids.subarray(0, length), start);
    this.#counts.set(counts.subarray(0, length), start);
    const at = this.#rows * BLOCKS.length;
    if (at + BLOCKS.length > this.#ends.length) this.#ends = longer(this.#ends, at + BLOCKS.length);
    for (let b = 0; b < BLOCKS.length; b += 1) this.#ends[at + b] = start + ends[b]!;
    this.#rows += 1;
  }

  /** The rows pushed since the last call are those of one mail. */
  endMail(): void {
    this.#mails += 1;
    if (this.#mails >= this.#first.length) this.#first = longer(this.#first, this.#mails + 1);
    this.#first[this.#mails] = this.#rows;
  }

  /** All rows, in memory that threads may share. */
  rows(width: number): EncodedRows {
    return {
      ids: sharedInts(this.#ids.subarray(0, this.#features)),
      counts: sharedCounts(this.#counts.subarray(0, this.#features)),
      ends: sharedInts(this.#ends.subarray(0, this.#rows * BLOCKS.length)),
      first: sharedInts(this.#first.subarray(0, this.#mails + 1)),
      width,
    };
  }
}

function sharedInts(array: Int32Array): Int32Array {
  const shared = new Int32Array(new SharedArrayBuffer(array.byteLength));
  shared.set(array);
  return shared;
}

function sharedCounts(array: Uint16Array): Uint16Array {
  const shared = new Uint16Array(new SharedArrayBuffer(array.byteLength));
  shared.set(array);
  return shared;
}
