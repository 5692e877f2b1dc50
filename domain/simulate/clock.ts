import { openSpans } from '../calendar.ts';
import { DAY_MS, HOUR_MS } from '../days.ts';
import type { SiteCalendar } from '../rulebook.ts';

const STEP_DAYS = 60;
/** A site that never opens must not be walked for ever. */
const WALK_MAX_DAYS = 4_000;

/**
 * A site's opening time as one running count. A back-test asks ten thousand times how long the site was open and when
 * an hour of work will be done: both are searches here, where a walk over days would be minutes.
 */
export class OpenTime {
  readonly #calendar: SiteCalendar;
  readonly #from_ms: number;
  readonly #starts: number[] = [];
  readonly #ends: number[] = [];
  /** Opening time before each span, ms. */
  readonly #before: number[] = [];
  #total_ms = 0;
  #known_until_ms: number;

  /** @param from_ms nothing earlier is ever asked */
  constructor(calendar: SiteCalendar, from_ms: number) {
    this.#calendar = calendar;
    this.#from_ms = from_ms;
    this.#known_until_ms = from_ms;
  }

  /** Opening time from the beginning to `at_ms`, ms. */
  at(at_ms: number): number {
    while (at_ms >= this.#known_until_ms && this.#extend());
    const i = lastNotAbove(this.#starts, at_ms);
    if (i < 0) return 0;
    return this.#before[i]! + Math.min(at_ms, this.#ends[i]!) - this.#starts[i]!;
  }

  /** The first instant at which {@link at} reads `open_ms`; Infinity where the site does not open often enough. */
  when(open_ms: number): number {
    if (!Number.isFinite(open_ms)) return Number.POSITIVE_INFINITY;
    while (this.#total_ms < open_ms && this.#extend());
    if (this.#total_ms < open_ms) return Number.POSITIVE_INFINITY;
    // The span that was not over yet: work that ends with the day ends at closing, not at the next opening.
    const i = Math.max(0, lastBelow(this.#before, open_ms));
    return this.#starts.length === 0 ? this.#from_ms : this.#starts[i]! + open_ms - this.#before[i]!;
  }

  #extend(): boolean {
    if (this.#known_until_ms - this.#from_ms > WALK_MAX_DAYS * DAY_MS) return false;
    const until_ms = this.#known_until_ms + STEP_DAYS * DAY_MS;
    for (const span of openSpans(this.#known_until_ms, until_ms, this.#calendar)) {
      // Days overlap between two steps; a span counts from where the last one ended.
      const start_ms = Math.max(span.from_ms, this.#ends.at(-1) ?? this.#from_ms);
      if (span.to_ms <= start_ms) continue;
      this.#starts.push(start_ms);
      this.#ends.push(span.to_ms);
      this.#before.push(this.#total_ms);
      this.#total_ms += span.to_ms - start_ms;
    }
    this.#known_until_ms = until_ms;
    return true;
  }
}

/** Index of the last value ≤ `wanted` in a rising list; -1 when there is none. */
function lastNotAbove(values: readonly number[], wanted: number): number {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (values[middle]! <= wanted) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** Index of the last value < `wanted` in a rising list; -1 when there is none. */
function lastBelow(values: readonly number[], wanted: number): number {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (values[middle]! < wanted) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** Open milliseconds one answer takes where `capacity_per_open_hour` are given an hour; Infinity at a standstill. */
export function workMs(capacity_per_open_hour: number): number {
  return capacity_per_open_hour <= 0 ? Number.POSITIVE_INFINITY : HOUR_MS / capacity_per_open_hour;
}
