import type { Machines } from './linear-model.ts';
import { addRows } from './score.ts';
import { kernelRoom, LANES, type SumKernel } from './score-kernel.ts';
import type { Row } from './weigh.ts';

/** Rows of weights begin where a line of the processor's cache does. */
const LINE_BYTES = 64;

/** Rows of weights in the memory of the kernel that adds them up. */
interface Table {
  readonly weights: Int8Array | Float32Array;
  readonly stride_bytes: number;
  readonly lane_bytes: number;
  readonly sum: SumKernel | undefined;
}

/** Room for sums that are made once and used by many mails ({@link Scorer.keep}). */
export interface KeptRoom {
  /** So many are kept. */
  readonly sums: number;
  /** So many are added up for one mail at most. */
  readonly asked: number;
  /** Each is made of so many features at most. */
  readonly features: number;
}

/** Scores rows of one set of machines. The row to score is written into {@link row}, which is used again and again. */
export class Scorer {
  /** As long as there are features: a row names each once. */
  readonly row: Row;
  /** Sums kept before, and how much of each, to be added to the row's. */
  readonly keptRow: Row;
  /** The features of a sum to be kept. */
  readonly partRow: Row;
  /** The weights row by row, each row {@link stride} long. */
  readonly weights: Int8Array;
  /** The kept sums, in units of the weights, as long as those. */
  readonly kept: Float32Array;
  readonly stride: number;
  readonly #machines: Machines;
  readonly #features: Table;
  readonly #keptTable: Table;
  readonly #sums: Float64Array;

  constructor(machines: Machines, kept: KeptRoom = { sums: 0, asked: 0, features: 0 }) {
    const { names, weights, scale } = machines;
    this.#machines = machines;
    this.stride = Math.ceil(scale.length / LANES) * LANES;
    let bytes = 0;
    const place = (length: number): number => {
      const at = bytes;
      bytes += Math.ceil(length / LINE_BYTES) * LINE_BYTES;
      return at;
    };
    const [index, value] = [place(4 * names.length), place(4 * names.length)];
    const [keptIndex, keptValue] = [place(4 * kept.asked), place(4 * kept.asked)];
    const [partIndex, partValue] = [place(4 * kept.features), place(4 * kept.features)];
    const sums = place(8 * this.stride);
    const rows = place(names.length * this.stride);
    const keptRows = place(4 * kept.sums * this.stride);
    const { buffer, kernel } = kernelRoom(bytes);
    const row = (from: number, values: number, length: number): Row => ({
      index: new Int32Array(buffer, from, length),
      value: new Float32Array(buffer, values, length),
      length: 0,
    });
    this.row = row(index, value, names.length);
    this.keptRow = row(keptIndex, keptValue, kept.asked);
    this.partRow = row(partIndex, partValue, kept.features);
    this.#sums = new Float64Array(buffer, sums, this.stride);
    this.weights = new Int8Array(buffer, rows, names.length * this.stride);
    this.kept = new Float32Array(buffer, keptRows, kept.sums * this.stride);
    for (let id = 0, from = 0, to = 0; id < names.length; id += 1, from += scale.length, to += this.stride)
      for (let k = 0; k < scale.length; k += 1) this.weights[to + k] = weights[from + k]!;
    this.#features = {
      ...{ weights: this.weights, stride_bytes: this.stride, lane_bytes: 1 },
      sum: kernel('bytes'),
    };
    this.#keptTable = {
      ...{ weights: this.kept, stride_bytes: 4 * this.stride, lane_bytes: 4 },
      sum: kept.sums === 0 ? undefined : kernel('floats'),
    };
  }

  /** The score of every machine for the row and the kept sums; written into `scores` where it is given. */
  score(scores = new Float32Array(this.#machines.scale.length)): Float32Array {
    const { scale, bias } = this.#machines;
    const sums = this.#sums;
    sums.fill(0);
    this.#add(this.row, this.#features);
    if (this.keptRow.length > 0) this.#add(this.keptRow, this.#keptTable);
    for (let k = 0; k < scores.length; k += 1) scores[k] = sums[k]! * scale[k]! + bias[k]!;
    return scores;
  }

  /** Makes the sum of the features in {@link partRow} and keeps it as number `at`. */
  keep(at: number): void {
    this.#sums.fill(0);
    this.#add(this.partRow, this.#features);
    this.kept.set(this.#sums, at * this.stride);
  }

  #add({ index, value, length }: Row, { weights, stride_bytes, lane_bytes, sum }: Table): void {
    const sums = this.#sums;
    if (sum === undefined) return addRows(sums, { index, value }, length, weights, this.stride);
    const [from, values, end] = [index.byteOffset, value.byteOffset, index.byteOffset + 4 * length];
    for (let lane = 0; lane < this.stride; lane += LANES)
      sum(from, values, end, weights.byteOffset + lane * lane_bytes, stride_bytes, sums.byteOffset + 8 * lane);
  }
}
