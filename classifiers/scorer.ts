import type { Machines } from './linear-model.ts';
import { scoreRow } from './score.ts';
import { kernelRoom, LANES, type SumKernel } from './score-kernel.ts';
import type { Row } from './weigh.ts';

/** Rows of weights begin where a line of the processor's cache does. */
const LINE_BYTES = 64;

/** Scores rows of one set of machines. The row to score is written into {@link row}, which is used again and again. */
export class Scorer {
  /** As long as there are features: a row names each once. */
  readonly row: Row;
  /** The weights row by row, each row {@link stride} long. */
  readonly weights: Int8Array;
  readonly stride: number;
  readonly #machines: Machines;
  readonly #sum: SumKernel | undefined;
  readonly #sums: Float64Array;

  constructor(machines: Machines) {
    const { names, weights, scale } = machines;
    this.#machines = machines;
    this.stride = Math.ceil(scale.length / LANES) * LANES;
    // In the memory: indices, values, sums, weights.
    const values = 4 * names.length;
    const sums = Math.ceil((2 * values) / LINE_BYTES) * LINE_BYTES;
    const rows = sums + Math.ceil((8 * this.stride) / LINE_BYTES) * LINE_BYTES;
    const { buffer, sum } = kernelRoom(rows + names.length * this.stride, 'bytes');
    this.row = {
      index: new Int32Array(buffer, 0, names.length),
      value: new Float32Array(buffer, values, names.length),
      length: 0,
    };
    this.#sums = new Float64Array(buffer, sums, this.stride);
    this.weights = new Int8Array(buffer, rows, names.length * this.stride);
    for (let id = 0; id < names.length; id += 1)
      for (let k = 0; k < scale.length; k += 1) this.weights[id * this.stride + k] = weights[id * scale.length + k]!;
    this.#sum = sum;
  }

  /** The score of every machine for the row. */
  score(): Float32Array {
    const { scale, bias } = this.#machines;
    const { index, value, length } = this.row;
    const sum = this.#sum;
    if (sum === undefined) return scoreRow({ index, value }, this.#machines.weights, bias, scale, length);
    const sums = this.#sums;
    sums.fill(0);
    for (let lane = 0; lane < this.stride; lane += LANES)
      sum(
        index.byteOffset,
        value.byteOffset,
        index.byteOffset + 4 * length,
        this.weights.byteOffset + lane,
        this.stride,
        sums.byteOffset + 8 * lane,
      );
    const scores = new Float32Array(scale.length);
    for (let k = 0; k < scores.length; k += 1) scores[k] = sums[k]! * scale[k]! + bias[k]!;
    return scores;
  }
}
