/** A longer copy of an array of numbers, at least twice as long: scratch space that grows with what it must hold. */
export function longer<T extends Int32Array | Uint16Array | Float32Array>(array: T, length: number): T {
  const more = new (array.constructor as new (length: number) => T)(Math.max(length, 2 * array.length));
  more.set(array);
  return more;
}
