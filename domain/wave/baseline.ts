import { DateTime } from 'luxon';
import type { WavePolicy } from './policy.ts';

/** A stretch of time, its end excluded. */
export interface Window {
  readonly from: Date;
  readonly to: Date;
}

/**
 * The hours looked at, then the same hours of the same weekday of each earlier week, newest first. By the clock on the
 * wall: Monday 9:00 stays Monday 9:00 across a change of time.
 * @param zone of the site, e.g. `Europe/Paris`
 */
export function comparedWindows(now: Date, zone: string, policy: WavePolicy): Window[] {
  const end = DateTime.fromJSDate(now, { zone });
  return Array.from({ length: policy.baseline_weeks + 1 }, (_, weeks) => {
    const to = end.minus({ weeks }).toJSDate();
    // The length is real hours, the same in each week, so that counts compare.
    return { from: new Date(to.getTime() - policy.window_hours * 3_600_000), to };
  });
}

/**
 * People who usually write so at this hour of this weekday: the mean of the weeks that are known.
 * @param counts one a week; null for a week before the first mail that is stored
 * @returns null when there is nothing to compare with
 */
export function usualPeople(counts: readonly (number | null)[]): number | null {
  const known = counts.filter((count) => count !== null);
  return known.length === 0 ? null : known.reduce((sum, count) => sum + count, 0) / known.length;
}

/**
 * Are so many people a wave? Without a past nothing is: on the first day everything would be new. Under one usual person
 * a ratio says nothing, so one is the least it is taken of.
 */
export function isWave(people: number, usual: number | null, policy: WavePolicy): boolean {
  if (usual === null) return false;
  return people >= policy.people_min && people >= policy.ratio_min * Math.max(1, usual);
}
