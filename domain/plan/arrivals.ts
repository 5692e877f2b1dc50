import { AiguillageError } from '../errors.ts';
import { DRAW, draw, drawNormal } from './draw.ts';
import { SLOT_MIN, type Grid, type GridDay } from './grid.ts';
import { MARK, type Mails } from './mails.ts';
import type { PlanArrivals, PlanScenario } from './scenario.ts';

/** First contacts by slot: `ids[from[s]] … ids[from[s + 1] - 1]` arrive in slot s. */
export interface Arrivals {
  readonly ids: Int32Array;
  readonly from: Int32Array;
}

/**
 * Draws who writes when about what. Mail n is the same mail in every run of the scenario, whatever the staffing; one more
 * mail leaves the others where they are.
 * @throws AiguillageError BAD_INPUT when no moment of the window has any weight.
 */
export function drawArrivals(scenario: PlanScenario, grid: Grid, mails: Mails): Arrivals {
  const { arrivals, seed } = scenario;
  const everywhere = cumulate(weights(arrivals, grid, seed));
  const kinds = cumulate(Float64Array.from(scenario.mails, ({ share }) => share));
  const first = mails.count;
  const per_slot = new Int32Array(grid.slots + 1);
  const slots = new Uint32Array(arrivals.first_contacts);
  let n = 0;
  const add = (cumulated: Float64Array, kind: number, marks: number): void => {
    const slot = place(cumulated, draw(seed, n, DRAW.slot));
    const at_min = (slot + draw(seed, n, DRAW.minute)) * SLOT_MIN;
    mails.add(at_min, n, kind === -1 ? place(kinds, draw(seed, n, DRAW.kind)) : kind, marks);
    slots[n] = slot;
    per_slot[slot + 1]! += 1;
    n += 1;
  };
  for (const wave of arrivals.waves) {
    const kind = scenario.mails.findIndex(({ motif }) => motif === wave.motif);
    const during = weights(arrivals, grid, seed).map((weight, slot) => {
      const day = grid.days[grid.day_of[slot]!]!.text;
      return day >= wave.from && day <= wave.to ? weight : 0;
    });
    const cumulated = cumulate(during);
    for (let left = wave.mails; left > 0 && n < arrivals.first_contacts; left--) add(cumulated, kind, MARK.wave);
  }
  while (n < arrivals.first_contacts) add(everywhere, -1, 0);

  for (let slot = 0; slot < grid.slots; slot++) per_slot[slot + 1]! += per_slot[slot]!;
  const next = per_slot.slice();
  const ids = new Int32Array(n);
  for (let i = 0; i < n; i++) ids[next[slots[i]!]!++] = first + i;
  return { ids, from: per_slot };
}

/** Expected arrivals of each slot, in no unit. */
function weights(arrivals: PlanArrivals, grid: Grid, seed: number): Float64Array {
  const weight = new Float64Array(grid.slots);
  grid.days.forEach((day, index) => {
    const of_day = dayWeight(arrivals, day) * noise(arrivals.day_variation, seed, index);
    for (let i = 0; i < day.slots; i++) {
      // On the two days whose clocks change an hour is a little more or less than an hour, as on the working clock.
      const hour = Math.floor((i * 24) / day.slots);
      weight[day.first_slot + i] = (of_day * arrivals.hours[hour]!) / day.slots;
    }
  });
  return weight;
}

function dayWeight(arrivals: PlanArrivals, day: GridDay): number {
  const periods = arrivals.periods
    .filter(({ from, to }) => day.text >= from && day.text <= to)
    .reduce((product, { factor }) => product * factor, 1);
  const holiday = day.holiday ? arrivals.holidays : 1;
  return arrivals.weekdays[day.weekday - 1]! * arrivals.months[day.month]! * holiday * periods;
}

/** Around 1; log-normal, so that no day is negative. */
function noise(deviation: number, seed: number, day: number): number {
  return deviation === 0 ? 1 : Math.exp(deviation * drawNormal(seed, day) - (deviation * deviation) / 2);
}

function cumulate(weight: Float64Array): Float64Array {
  const sums = new Float64Array(weight.length);
  let sum = 0;
  for (let i = 0; i < weight.length; i++) sums[i] = sum += weight[i]!;
  if (!(sum > 0)) throw new AiguillageError('BAD_INPUT', 'Nothing can arrive in this window: every weight is 0.');
  return sums;
}

/** The entry a draw of 0–1 falls in, by the weights behind `sums`. */
export function place(sums: Float64Array, chance: number): number {
  const target = chance * sums[sums.length - 1]!;
  let low = 0;
  let high = sums.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sums[middle]! <= target) low = middle + 1;
    else high = middle;
  }
  return low;
}
