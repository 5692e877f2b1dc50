import type { TailRow } from '../../store/live.ts';

/** A number that was skipped this long belongs to a transaction that was rolled back, or is not worth waiting for. */
const GAP_MS = 10_000;

/** Reads a log whose numbers may appear out of order: a transaction that took a lower number can commit later. */
export interface Tail {
  /** Where to read from. */
  readonly after: () => number;
  /** Those of the rows read from {@link after} that were not seen before. */
  take(rows: readonly TailRow[], now_ms: number): TailRow[];
  /** Leaves everything up to a number behind. */
  jump(to: number): void;
}

export function createTail(first: number): Tail {
  let floor = first;
  /** Seen beyond a gap, with the instant. */
  const ahead = new Map<number, number>();
  const advance = (to: number): void => {
    floor = Math.max(floor, to);
    for (const seq of ahead.keys()) if (seq <= floor) ahead.delete(seq);
    while (ahead.delete(floor + 1)) floor += 1;
  };
  return {
    after: () => floor,
    take(rows, now_ms) {
      const fresh = rows.filter(({ seq }) => seq > floor && !ahead.has(seq));
      for (const { seq } of fresh) ahead.set(seq, now_ms);
      const old = [...ahead].filter(([, at]) => now_ms - at >= GAP_MS).map(([seq]) => seq);
      advance(Math.max(floor, ...old));
      return fresh;
    },
    jump: advance,
  };
}
