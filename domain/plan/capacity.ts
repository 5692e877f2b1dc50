import { AiguillageError } from '../errors.ts';
import type { SiteCalendar } from '../rulebook.ts';
import { openMinutes, type Grid } from './grid.ts';
import type { PlanStaff } from './scenario.ts';

/** What a team can work, slot by slot. */
export interface Capacity {
  /** Agent-minutes of mail work in each slot. */
  readonly work_min: Float64Array;
  /** Their sum before each slot; one more entry for the end. */
  readonly total_min: Float64Array;
  /** Opening minutes before each slot; one more entry for the end. */
  readonly open_min: Float64Array;
  /** Agent-minutes of mail work in one opening hour, by day; 0 on days the team is not there. */
  readonly per_open_hour: Float64Array;
}

/** @throws AiguillageError BAD_INPUT on a calendar that is not there. */
export function capacityOf(team: PlanStaff, grid: Grid, calendars: readonly SiteCalendar[]): Capacity {
  const calendar = calendars.find(({ id }) => id === team.calendar);
  if (calendar === undefined) throw new AiguillageError('BAD_INPUT', `No calendar ${team.calendar}.`);
  const open = openMinutes(grid, calendar);
  const per_open_hour = Float64Array.from(grid.reach_days, ({ text }) => 60 * present(team, text) * team.time_on_mail);
  const work_min = new Float64Array(grid.reach);
  const total_min = new Float64Array(grid.reach + 1);
  const open_min = new Float64Array(grid.reach + 1);
  for (let slot = 0; slot < grid.reach; slot++) {
    work_min[slot] = (open[slot]! / 60) * per_open_hour[grid.day_of[slot]!]!;
    total_min[slot + 1] = total_min[slot]! + work_min[slot]!;
    open_min[slot + 1] = open_min[slot]! + open[slot]!;
  }
  return { work_min, total_min, open_min, per_open_hour };
}

/** Agents at work that day; of periods that overlap the last one written counts. */
function present(team: PlanStaff, day: string): number {
  if ((team.since !== undefined && day < team.since) || (team.until !== undefined && day > team.until)) return 0;
  let { agents, absence } = team as { agents: number; absence: number };
  for (const period of team.periods) {
    if (day < period.from || day > period.to) continue;
    agents = period.agents ?? agents;
    absence = period.absence ?? absence;
  }
  return agents * (1 - absence);
}

/** The slot in which the team, from `slot` on, has worked `minutes`; the number of slots when the grid is too short. */
export function slotAfterWork(capacity: Capacity, slot: number, minutes: number): number {
  const totals = capacity.total_min;
  const target = totals[slot]! + minutes;
  let low = slot;
  let high = totals.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (totals[middle + 1]! < target) low = middle + 1;
    else high = middle;
  }
  return low;
}
