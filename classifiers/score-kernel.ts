/**
 * The one loop that costs a tenth of a mail and most of a training, as WebAssembly: sums of weights × values for sixteen
 * machines at a time. The additions are those of scoreRow (score.ts), in doubles and in the same order, so that the result
 * is the same to the last bit; tests/classifiers/score.test.ts holds them side by side. Weights are bytes (a trained
 * model) or floats (a model being trained).
 *
 *   sum(index, values, end, weights, stride, sums):
 *     acc[0…15] = sums[0…15]
 *     for (; index < end; index += 4, values += 4)
 *       row = weights + *index × stride            (stride in bytes)
 *       acc[k] += row[k] × *values                 k = 0…15, two doubles an instruction
 *     sums[0…15] = acc[0…15]
 *
 * All parameters but the stride are places in the memory, in bytes. The loop is written out below, instruction by
 * instruction (WebAssembly core specification 2.0, §5.4).
 */
export type SumKernel = (
  index: number,
  values: number,
  end: number,
  weights: number,
  stride: number,
  sums: number,
) => void;

/** Machines summed by one call. */
export const LANES = 16;
const PAGE_BYTES = 65_536;

export type WeightKind = 'bytes' | 'floats';

/** Room for numbers, all 0, and the kernels that work on it: none where the engine has no WebAssembly. */
export interface KernelRoom {
  readonly buffer: ArrayBuffer;
  readonly kernel: (kind: WeightKind) => SumKernel | undefined;
}

export function kernelRoom(bytes: number): KernelRoom {
  if (typeof WebAssembly === 'undefined') return { buffer: new ArrayBuffer(bytes), kernel: () => undefined };
  const memory = new WebAssembly.Memory({ initial: Math.ceil(bytes / PAGE_BYTES) });
  const kernel = (kind: WeightKind): SumKernel => {
    let module = compiled.get(kind);
    if (module === undefined) compiled.set(kind, (module = new WebAssembly.Module(moduleBytes(kind))));
    return new WebAssembly.Instance(module, { m: { m: memory } }).exports['f'] as SumKernel;
  };
  return { buffer: memory.buffer, kernel };
}

const compiled = new Map<WeightKind, WebAssembly.Module>();

const I32 = 0x7f;
const V128 = 0x7b;

// Local variables: the parameters, then ours.
const [INDEX, VALUES, END, WEIGHTS, STRIDE, SUMS, ROW, X, EIGHT, FOUR] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9] as const;
const acc = (pair: number): number => FOUR + 1 + pair;
const PAIRS = LANES / 2;

const get = (local: number): number[] => [0x20, local];
const set = (local: number): number[] => [0x21, local];
const i32Load = [0x28, 2, 0];
const f32Load = [0x2a, 2, 0];
const i32Const = (value: number): number[] => [0x41, value];
const i32Add = [0x6a];
const i32Mul = [0x6c];
const i32LessUnsigned = [0x49];
const toDouble = [0xbb];
const simd = (code: number, ...rest: number[]): number[] => [0xfd, ...unsigned(code), ...rest];
const load = (offset: number): number[] => simd(0, 3, ...unsigned(offset));
const store = (offset: number): number[] => simd(11, 3, ...unsigned(offset));
/** Eight bytes as eight 16-bit numbers. */
const loadBytes = (offset: number): number[] => simd(1, 0, offset);
const splat = simd(20);
const lowFour = simd(167);
const highFour = simd(168);
/** Numbers 2 and 3 of four in the place of 0 and 1. */
const lastTwoFirst = simd(13, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7);
/** The first two of four whole numbers as doubles, of four floats as doubles. */
const wholeToDouble = simd(254);
const floatToDouble = simd(95);
const multiply = simd(242);
const add = simd(240);
const block = [0x02, 0x40];
const loop = [0x03, 0x40];
const breakIf = (depth: number): number[] => [0x0d, depth];
const notLess = [0x4f];
const end = [0x0b];

function body(kind: WeightKind): number[] {
  const pairs = Array.from({ length: PAIRS }, (_, pair) => pair);
  return [
    ...pairs.flatMap((pair) => [...get(SUMS), ...load(16 * pair), ...set(acc(pair))]),
    ...[...block, ...get(INDEX), ...get(END), ...notLess, ...breakIf(0), ...loop],
    ...[...get(WEIGHTS), ...get(INDEX), ...i32Load, ...get(STRIDE), ...i32Mul, ...i32Add, ...set(ROW)],
    ...[...get(VALUES), ...f32Load, ...toDouble, ...splat, ...set(X)],
    ...(kind === 'bytes' ? [...eightBytes(0), ...eightBytes(8)] : [0, 4, 8, 12].flatMap(fourFloats)),
    ...[...get(VALUES), ...i32Const(4), ...i32Add, ...set(VALUES)],
    ...[...get(INDEX), ...i32Const(4), ...i32Add, ...set(INDEX)],
    ...[...get(INDEX), ...get(END), ...i32LessUnsigned, ...breakIf(0), ...end, ...end],
    ...pairs.flatMap((pair) => [...get(SUMS), ...get(acc(pair)), ...store(16 * pair)]),
    ...end,
  ];
}

/** Eight machines of the row, from the lane `from` on. */
function eightBytes(from: number): number[] {
  return [
    ...[...get(ROW), ...loadBytes(from), ...set(EIGHT)],
    ...[...get(EIGHT), ...lowFour, ...set(FOUR), ...four(from / 2, wholeToDouble)],
    ...[...get(EIGHT), ...highFour, ...set(FOUR), ...four(from / 2 + 2, wholeToDouble)],
  ];
}

function fourFloats(from: number): number[] {
  return [...get(ROW), ...load(4 * from), ...set(FOUR), ...four(from / 2, floatToDouble)];
}

function four(pair: number, twoDoubles: number[]): number[] {
  const two = (numbers: number[], into: number): number[] => [
    ...[...get(into), ...numbers, ...twoDoubles, ...get(X), ...multiply, ...add, ...set(into)],
  ];
  return [...two(get(FOUR), acc(pair)), ...two([...get(FOUR), ...get(FOUR), ...lastTwoFirst], acc(pair + 1))];
}

/** One function over an imported memory. */
function moduleBytes(kind: WeightKind): Uint8Array<ArrayBuffer> {
  const name = (text: string): number[] => [text.length, ...[...text].map((letter) => letter.charCodeAt(0))];
  const section = (id: number, content: number[]): number[] => [id, ...unsigned(content.length), ...content];
  const locals = [2, 1, I32, PAIRS + 3, V128];
  const code = [...locals, ...body(kind)];
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, [1, 0x60, 6, I32, I32, I32, I32, I32, I32, 0]),
    ...section(2, [1, ...name('m'), ...name('m'), 2, 0, 1]),
    ...section(3, [1, 0]),
    ...section(7, [1, ...name('f'), 0, 0]),
    ...section(10, [1, ...unsigned(code.length), ...code]),
  ]);
}

/** A number as the format writes it: seven bits a byte, the last without the eighth (LEB128). */
function unsigned(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...unsigned(value >>> 7)];
}
