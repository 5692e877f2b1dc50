import { addRows } from './score.ts';
import { kernelRoom, LANES, type SumKernel } from './score-kernel.ts';
import type { SparseRow } from './svm.ts';

/**
 * The weights of machines being trained, and what sums them for one mail. A feature's weights lie side by side, padded to
 * whole {@link LANES}; they are floats in the memory of the kernel.
 */
export class TrainingRoom {
  /** width × {@link stride}, feature-major. */
  readonly weights: Float32Array;
  readonly stride: number;
  readonly #row: { readonly index: Int32Array; readonly value: Float32Array };
  /** Doubles while summing: rounding each step to a float costs more than the product. */
  readonly #sums: Float64Array;
  readonly #sum: SumKernel | undefined;

  /** @param longest features of the longest row */
  constructor(width: number, classes: number, longest: number) {
    this.stride = Math.ceil(classes / LANES) * LANES;
    // In the memory: weights, sums, indices, values.
    const sums = 4 * width * this.stride;
    const indices = sums + 8 * this.stride;
    const values = indices + 4 * longest;
    const { buffer, kernel } = kernelRoom(values + 4 * longest);
    this.weights = new Float32Array(buffer, 0, width * this.stride);
    this.#sums = new Float64Array(buffer, sums, this.stride);
    this.#row = { index: new Int32Array(buffer, indices, longest), value: new Float32Array(buffer, values, longest) };
    this.#sum = kernel('floats');
  }

  /** `start` and the weights of the row's features, added up in their order, machine by machine; good until the next row. */
  score({ index, value }: SparseRow, start: Float32Array): Float64Array {
    const sums = this.#sums;
    sums.set(start);
    const sum = this.#sum;
    if (sum === undefined) {
      addRows(sums, { index, value }, index.length, this.weights, this.stride);
      return sums;
    }
    const room = this.#row;
    room.index.set(index);
    room.value.set(value);
    const [from, values] = [room.index.byteOffset, room.value.byteOffset];
    for (let lane = 0; lane < this.stride; lane += LANES) {
      const weights = this.weights.byteOffset + 4 * lane;
      sum(from, values, from + 4 * index.length, weights, 4 * this.stride, sums.byteOffset + 8 * lane);
    }
    return sums;
  }

  /** The weights without padding: width × classes. */
  packed(classes: number): Float32Array {
    const width = this.weights.length / this.stride;
    const packed = new Float32Array(width * classes);
    for (let id = 0; id < width; id += 1)
      packed.set(this.weights.subarray(id * this.stride, id * this.stride + classes), id * classes);
    return packed;
  }
}
