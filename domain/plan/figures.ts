import { SLOT_MIN, workingAt } from './grid.ts';
import { MARK, type Mails } from './mails.ts';
import type { BothClocks, PlanFigures } from './result.ts';
import type { RunState } from './state.ts';

/** What one clock says, by day of arrival. */
interface ClockTable {
  readonly in_time: Uint32Array;
  readonly open_late: Uint32Array;
  readonly open_not_due: Uint32Array;
  /** Time to the answer of each answered mail, hours; those of day d stand from `answered_from[d]` on. */
  readonly hours: Float64Array;
}

/**
 * The mails of the window by the day they arrived on, as they stand at its end. Work that is no mail and the backlog of the
 * first day are left out.
 */
export interface FigureTable {
  readonly received: Uint32Array;
  readonly answered_from: Uint32Array;
  readonly elapsed: ClockTable;
  readonly working: ClockTable;
}

/** Counts every mail once; figures of any stretch of days are sums of it. */
export function figureTable(run: RunState): FigureTable {
  const { grid, mails } = run;
  const end_min = grid.slots * SLOT_MIN;
  const days = grid.days.length;
  const received = new Uint32Array(days);
  const answered_from = new Uint32Array(days + 1);
  for (let mail = 0; mail < mails.count; mail++) {
    const day = dayOf(run, mail);
    if (day === -1) continue;
    received[day]! += 1;
    if (mails.answered[mail]! <= end_min) answered_from[day + 1]! += 1;
  }
  for (let day = 0; day < days; day++) answered_from[day + 1]! += answered_from[day]!;
  const clock = (due: Float64Array, read: (at_min: number) => number): ClockTable => {
    const table = {
      in_time: new Uint32Array(days),
      open_late: new Uint32Array(days),
      open_not_due: new Uint32Array(days),
      hours: new Float64Array(answered_from[days]!),
    };
    const next = answered_from.slice();
    for (let mail = 0; mail < mails.count; mail++) {
      const day = dayOf(run, mail);
      if (day === -1) continue;
      const answered_min = mails.answered[mail]!;
      if (answered_min <= end_min) {
        table.hours[next[day]!++] = (read(answered_min) - read(mails.arrived[mail]!)) / 60;
        if (answered_min <= due[mail]!) table.in_time[day]! += 1;
      } else if (due[mail]! < end_min) table.open_late[day]! += 1;
      else table.open_not_due[day]! += 1;
    }
    return table;
  };
  return {
    received,
    answered_from,
    elapsed: clock(mails.due_elapsed, (at_min) => at_min),
    working: clock(mails.due_working, (at_min) => workingAt(grid, at_min)),
  };
}

/** -1 for what no figure counts. */
function dayOf(run: { readonly grid: RunState['grid']; readonly mails: Mails }, mail: number): number {
  if ((run.mails.marks[mail]! & (MARK.work | MARK.initial)) !== 0) return -1;
  const slot = Math.floor(run.mails.arrived[mail]! / SLOT_MIN);
  return slot < run.grid.slots ? run.grid.day_of[slot]! : -1;
}

/** The figures of the days `first` to `last`, both included. */
export function figuresOf(table: FigureTable, first: number, last: number): PlanFigures {
  const received = sum(table.received, first, last);
  const from = table.answered_from[first]!;
  const to = table.answered_from[last + 1]!;
  const both = <T>(read: (clock: ClockTable) => T): BothClocks<T> => ({
    elapsed: read(table.elapsed),
    working: read(table.working),
  });
  const delays = both(({ hours }) => quantiles(hours.slice(from, to)));
  return {
    received,
    answered: to - from,
    answered_in_time: both(({ in_time }) => sum(in_time, first, last)),
    open_late: both(({ open_late }) => sum(open_late, first, last)),
    open_not_due: both(({ open_not_due }) => sum(open_not_due, first, last)),
    share: both(({ in_time, open_not_due }) => {
      const base = received - sum(open_not_due, first, last);
      return base === 0 ? null : sum(in_time, first, last) / base;
    }),
    median_hours: { elapsed: delays.elapsed.median, working: delays.working.median },
    p90_hours: { elapsed: delays.elapsed.p90, working: delays.working.p90 },
  };
}

/** Sum of the days `first` to `last`. */
export function sum(values: ArrayLike<number>, first: number, last: number): number {
  let total = 0;
  for (let day = first; day <= last; day++) total += values[day]!;
  return total;
}

interface Quantiles {
  readonly median: number | null;
  readonly p90: number | null;
}

/** Linear between the two nearest values, as domain/tally.ts; rounded to 0.01. Reorders `values`. */
export function quantiles(values: Float64Array): Quantiles {
  // From the highest down: what stands left of a value found is not larger, and the next search stays there.
  const p90 = percentile(values, 0.9, values.length - 1);
  return { median: percentile(values, 0.5, Math.ceil((values.length - 1) * 0.9)), p90 };
}

function percentile(values: Float64Array, share: number, last: number): number | null {
  if (values.length === 0) return null;
  const place = (values.length - 1) * share;
  const high = nth(values, Math.ceil(place), last);
  const low = nth(values, Math.floor(place), Math.ceil(place));
  return Math.round((low + (high - low) * (place - Math.floor(place))) * 100) / 100;
}

/**
 * The n-th smallest of `values[0 … last]`, put in its place with nothing larger before it (Hoare's selection). Sorting half
 * a million delays for two of them, twice for each month and week, would cost a third of the run.
 */
function nth(values: Float64Array, n: number, last: number): number {
  let left = 0;
  let right = last;
  while (left < right) {
    const pivot = values[n]!;
    let i = left;
    let j = right;
    while (i <= j) {
      while (values[i]! < pivot) i += 1;
      while (pivot < values[j]!) j -= 1;
      if (i > j) break;
      const swapped = values[i]!;
      values[i++] = values[j]!;
      values[j--] = swapped;
    }
    if (j < n) left = i;
    if (n < i) right = j;
  }
  return values[n]!;
}
