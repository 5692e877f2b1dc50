/** To four decimals, like `toFixed(4)`, which takes ten times as long. `value` is 0–1. */
export function rounded(value: number): number {
  const scaled = value * 10_000;
  // Near a half, what the product was rounded to may not decide.
  if (Math.abs(scaled - Math.floor(scaled) - 0.5) < 1e-6) return Number(value.toFixed(4));
  return Math.round(scaled) / 10_000;
}
