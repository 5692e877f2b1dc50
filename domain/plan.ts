import type { SiteCalendar } from './rulebook.ts';
import { figuresOf, figureTable, sum } from './plan/figures.ts';
import { SLOT_MIN } from './plan/grid.ts';
import { runScenario } from './plan/run.ts';
import type { PlanPeriod, PlanResult, PlanStanding, PlanTeamResult } from './plan/result.ts';
import type { PlanScenario } from './plan/scenario.ts';
import type { PoolState, RunState, TeamState } from './plan/state.ts';

export type { PlanFigures, PlanPeriod, PlanResult, PlanStanding, PlanTeamResult } from './plan/result.ts';
export type { PlanScenario } from './plan/scenario.ts';

/**
 * Load simulation (docs/planning.md): arrivals, staffing, handling times and pools in; share answered in time on both
 * clocks, backlog, moved volume and agent-hours out. Pure and deterministic: the seed is in the scenario.
 * @throws AiguillageError BAD_INPUT on a scenario that names a calendar, pôle or wave that is not there, has no arrivals,
 *   or grows beyond the limits of domain/plan/grid.ts and domain/plan/mails.ts
 */
export function plan(scenario: PlanScenario, calendars: readonly SiteCalendar[]): PlanResult {
  const run = runScenario(scenario, calendars);
  const days = run.grid.days.map(({ text }) => text);
  const table = figureTable(run);
  const period = (first: number, last: number, label?: string): PlanPeriod => ({
    from: days[first]!,
    to: days[last]!,
    ...(label === undefined ? {} : { label }),
    ...figuresOf(table, first, last),
    ...standing(run, first, last),
  });
  const stretches = (starts: (day: number) => boolean): [number, number][] => {
    const first = days.flatMap((_, day) => (day === 0 || starts(day) ? [day] : []));
    return first.map((day, i) => [day, (first[i + 1] ?? days.length) - 1]);
  };
  const months = stretches((day) => days[day]!.endsWith('-01'));
  const answers = answersByDay(run);
  return {
    name: scenario.name,
    from: scenario.from,
    to: scenario.to,
    seed: scenario.seed,
    sla: scenario.sla,
    total: { ...figuresOf(table, 0, days.length - 1), ...standing(run, 0, days.length - 1) },
    first_contacts: scenario.arrivals.first_contacts,
    months: months.map(([first, last]) => period(first, last)),
    weeks: stretches((day) => run.grid.days[day]!.weekday === 1).map(([first, last]) => period(first, last)),
    regimes: regimes(scenario, days).map(([first, last, label]) => period(first, last, label)),
    days: days.map((day, i) => ({
      day,
      received: table.received[i]!,
      answered: answers[i]!,
      backlog_end: run.days.backlog_end[i]!,
      backlog_peak: run.days.backlog_peak[i]!,
      oldest_hours: hours(run.days.oldest_min[i]!),
      moved: run.pools.reduce((sum, pool) => sum + pool.moved[i]!, 0),
    })),
    teams: run.teams.map((team) => teamResult(run, team, months)),
    counts: { ...run.counts },
  };
}

/** Before the first marker, then from each marker to the day before the next. */
function regimes(scenario: PlanScenario, days: readonly string[]): [number, number, string][] {
  const inside = scenario.markers
    .filter(({ date }) => date > days[0]! && date <= days.at(-1)!)
    .sort((a, b) => (a.date < b.date ? -1 : 1));
  if (inside.length === 0) return [];
  const starts = [0, ...inside.map(({ date }) => days.indexOf(date))];
  return starts.map((day, i) => [day, (starts[i + 1] ?? days.length) - 1, i === 0 ? 'avant' : inside[i - 1]!.label]);
}

function standing(run: RunState, first: number, last: number): PlanStanding {
  const { backlog_end, backlog_peak, oldest_min } = run.days;
  return {
    backlog_end: backlog_end[last]!,
    backlog_peak: Math.max(...backlog_peak.subarray(first, last + 1)),
    oldest_hours: hours(Math.max(...oldest_min.subarray(first, last + 1))),
    oldest_hours_end: hours(oldest_min[last]!),
    moved: run.pools.reduce((total, pool) => total + sum(pool.moved, first, last), 0),
    agent_hours: hours(run.teams.reduce((total, team) => total + sum(team.used_min, first, last), 0)),
  };
}

function teamResult(run: RunState, team: TeamState, months: readonly (readonly [number, number])[]): PlanTeamResult {
  const total = (values: ArrayLike<number>): number => sum(values, 0, values.length - 1);
  const pool = run.pools.find((candidate): candidate is PoolState => candidate === team);
  const moved = pool === undefined ? 0 : total(pool.moved);
  return {
    id: team.id,
    label: team.label,
    role: team.role,
    done: total(team.done),
    agent_hours: hours(total(team.used_min)),
    agent_hours_available: hours(team.capacity.total_min[run.grid.slots]!),
    backlog_end: team.queue.count,
    backlog_peak: team.backlog_peak,
    ...(pool === undefined
      ? {}
      : {
          moved,
          moved_share: run.admitted.length === 0 ? 0 : moved / run.admitted.length,
          recalled: pool.recalled,
          moved_by_month: months.map(([first, last]) => sum(pool.moved, first, last)),
        }),
  };
}

/** Answers by the day they were given. */
function answersByDay(run: RunState): Uint32Array {
  const counts = new Uint32Array(run.grid.days.length);
  for (const mail of run.admitted) {
    const slot = Math.ceil(run.mails.answered[mail]! / SLOT_MIN) - 1;
    if (slot < run.grid.slots) counts[run.grid.day_of[Math.max(0, slot)]!]! += 1;
  }
  return counts;
}

/** Minutes as hours, two decimals. */
function hours(minutes: number): number {
  return Math.round((minutes / 60) * 100) / 100;
}
