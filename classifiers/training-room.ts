import { addRows } from './score.ts';
import { kernelRoom, LANES, type SumKernel } from './score-kernel.ts';
import type { SparseRow } from './svm.ts';
import type { Row } from './weigh.ts';

/**
 * Weighed rows, the weights of machines being trained on them, and what sums these for one row, all in the memory of the
 * kernel. A feature's weights lie side by side, padded to whole {@link LANES}; they are floats.
 */
export class TrainingRoom {
  readonly width: number;
  readonly classes: number;
  /** width × {@link stride}, feature-major. */
  readonly weights: Float32Array;
  readonly stride: number;
  /** The features of all rows and their values, row behind row. */
  readonly index: Int32Array;
  readonly value: Float32Array;
  /** Where each row begins in them, and where the last one ends. */
  readonly starts: Int32Array;
  /** Where they begin in the memory, in bytes. */
  readonly #indexAt: number;
  readonly #valueAt: number;
  #rows = 0;
  /** Doubles while summing: rounding each step to a float costs more than the product. */
  readonly #sums: Float64Array;
  readonly #sumsAt: number;
  readonly #sum: SumKernel | undefined;

  /** @param size how many rows will be added, and how many features they have at most */
  constructor(width: number, classes: number, size: { readonly rows: number; readonly features: number }) {
    this.width = width;
    this.classes = classes;
    this.stride = Math.ceil(classes / LANES) * LANES;
    // In the memory: weights, sums, indices, values. What is not written to costs nothing.
    const sums = 4 * width * this.stride;
    const indices = sums + 8 * this.stride;
    const values = indices + 4 * size.features;
    const { buffer, kernel } = kernelRoom(values + 4 * size.features);
    this.weights = new Float32Array(buffer, 0, width * this.stride);
    this.#sums = new Float64Array(buffer, sums, this.stride);
    this.index = new Int32Array(buffer, indices, size.features);
    this.value = new Float32Array(buffer, values, size.features);
    this.#sumsAt = sums;
    this.#indexAt = indices;
    this.#valueAt = values;
    this.starts = new Int32Array(size.rows + 1);
    this.#sum = kernel('floats');
  }

  get rows(): number {
    return this.#rows;
  }

  /** A row more; it is copied. */
  add({ index, value, length }: Row): void {
    const from = this.starts[this.#rows]!;
    for (let j = 0; j < length; j += 1) {
      this.index[from + j] = index[j]!;
      this.value[from + j] = value[j]!;
    }
    this.#rows += 1;
    this.starts[this.#rows] = from + length;
  }

  row(at: number): SparseRow {
    const [from, to] = [this.starts[at]!, this.starts[at + 1]!];
    return { index: this.index.subarray(from, to), value: this.value.subarray(from, to) };
  }

  /** `start` and the weights of the row's features, added up in their order, machine by machine; good until the next row. */
  score(at: number, start: Float32Array): Float64Array {
    const sums = this.#sums;
    sums.set(start);
    const sum = this.#sum;
    if (sum === undefined) {
      const row = this.row(at);
      addRows(sums, row, row.index.length, this.weights, this.stride);
      return sums;
    }
    const from = this.#indexAt + 4 * this.starts[at]!;
    const end = this.#indexAt + 4 * this.starts[at + 1]!;
    const values = this.#valueAt + 4 * this.starts[at]!;
    for (let lane = 0; lane < this.stride; lane += LANES)
      sum(from, values, end, 4 * lane, 4 * this.stride, this.#sumsAt + 8 * lane);
    return sums;
  }

  /** The weights without padding: width × classes. */
  packed(): Float32Array {
    const { classes, stride, width } = this;
    const packed = new Float32Array(width * classes);
    for (let id = 0; id < width; id += 1)
      packed.set(this.weights.subarray(id * stride, id * stride + classes), id * classes);
    return packed;
  }
}
