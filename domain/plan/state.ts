import { AiguillageError } from '../errors.ts';
import type { OverflowContract } from '../overflow-contract.ts';
import type { SiteCalendar } from '../rulebook.ts';
import { Agenda } from './agenda.ts';
import { drawArrivals, type Arrivals } from './arrivals.ts';
import { capacityOf, type Capacity } from './capacity.ts';
import { makeGrid, type Grid } from './grid.ts';
import { Mails } from './mails.ts';
import { TeamQueue } from './queue.ts';
import type { PlanOrder, PlanPool, PlanScenario, PlanTeam } from './scenario.ts';

/** What a team is in the flow of a mail. */
export type TeamRole = 'n1' | 'review' | 'pole' | 'pool';

export interface TeamState {
  readonly id: string;
  readonly label: string;
  readonly role: TeamRole;
  readonly minutes_per_mail: number;
  readonly capacity: Capacity;
  readonly queue: TeamQueue;
  /** Pieces of work finished, and agent-minutes worked, by day. */
  readonly done: Uint32Array;
  readonly used_min: Float64Array;
  backlog_peak: number;
}

export interface PoolState extends TeamState {
  readonly contract: OverflowContract & Pick<PlanPool, 'until'>;
  /** By kind: may it take such a mail? */
  readonly eligible: Uint8Array;
  /** By day. */
  readonly moved: Uint32Array;
  recalled: number;
  handed_today: number;
  /** The hysteresis of its contract. */
  active: boolean;
}

export interface DayState {
  readonly backlog_end: Uint32Array;
  readonly backlog_peak: Uint32Array;
  readonly oldest_min: Float64Array;
}

/** Everything that changes while a plan runs. */
export interface RunState {
  readonly scenario: PlanScenario;
  readonly grid: Grid;
  readonly mails: Mails;
  readonly arrivals: Arrivals;
  readonly n1: TeamState;
  readonly review: TeamState | undefined;
  readonly poles: readonly TeamState[];
  readonly pools: readonly PoolState[];
  /** All of them, in the order of their stage numbers. */
  readonly teams: readonly TeamState[];
  /** By kind, the index in `poles`. */
  readonly pole_of: Uint16Array;
  readonly skilled: Uint8Array;
  /** Mails on their way to a team, and people about to write again. */
  readonly entries: Agenda;
  readonly repeats: Agenda;
  readonly days: DayState;
  /** Level-1 mails a pool may take, by kind, in order of arrival; and before which place none is left. */
  readonly offered: readonly number[][];
  readonly offered_from: number[];
  /** Mails in review in the order they came, and their opening minute there. */
  readonly reviewing: { readonly mails: number[]; readonly since_min: number[]; next: number };
  /** Mails in order of arrival; those before `oldest` are answered. */
  readonly admitted: number[];
  oldest: number;
  open: number;
  peak_today: number;
  n1_arrivals_today: number;
  counts: Counts;
}

/** What happened, beside answers. */
export interface Counts {
  transfers: number;
  reviewed: number;
  returned: number;
  review_timed_out: number;
  skill_answers: number;
  tasks: number;
  tasks_done: number;
  repeats_waiting: number;
  repeats_after_answer: number;
  repeats_joined: number;
  group_sendings: number;
  group_answers: number;
}

/** Days after the window that the grid knows, beside twice the promise: a run of holidays. */
const BEYOND_DAYS = 14;

const POOL_ORDER: PlanOrder = { policy: 'fifo', stock_share: 0, age_max_hours: 0 };

/** @throws AiguillageError BAD_INPUT on a calendar, pôle or wave that names nothing. */
export function startState(scenario: PlanScenario, calendars: readonly SiteCalendar[]): RunState {
  const owner = calendars.find(({ id }) => id === scenario.calendar);
  if (owner === undefined) throw new AiguillageError('BAD_INPUT', `No calendar ${scenario.calendar}.`);
  const grid = makeGrid(scenario.from, scenario.to, owner, BEYOND_DAYS + Math.ceil(scenario.sla.hours / 24) * 2);
  const room = Math.ceil(scenario.arrivals.first_contacts * 1.25) + 4_096;
  const mails = new Mails(room);
  if (scenario.poles.length === 0 && scenario.backlog_at_start.poles > 0) {
    throw new AiguillageError('BAD_INPUT', 'A backlog of the pôles needs a pôle.');
  }
  const teams: TeamState[] = [];
  const add = <T extends object>(team: PlanTeam, role: TeamRole, order: PlanOrder, more: T): TeamState & T => {
    const state = {
      id: team.id,
      label: team.label,
      role,
      minutes_per_mail: team.minutes_per_mail,
      capacity: capacityOf(team, grid, calendars),
      queue: new TeamQueue(teams.length, mails, order, scenario.sla.clock, grid.slots),
      done: new Uint32Array(grid.days.length),
      used_min: new Float64Array(grid.days.length),
      backlog_peak: 0,
      ...more,
    };
    teams.push(state);
    return state;
  };
  const n1 = add(scenario.n1, 'n1', scenario.order, {});
  const review = scenario.review === undefined ? undefined : add(scenario.review, 'review', POOL_ORDER, {});
  const poles = scenario.poles.map((pole) => add(pole, 'pole', scenario.order, {}));
  const pools = scenario.pools
    .filter((pool) => pool.enabled)
    .map((pool) =>
      add(pool, 'pool', POOL_ORDER, {
        contract: { ...pool, from: scenario.n1.id, since: pool.since ?? scenario.from },
        eligible: Uint8Array.from(scenario.mails, ({ motif }) => Number(pool.motifs.includes(motif))),
        moved: new Uint32Array(grid.days.length),
        recalled: 0,
        handed_today: 0,
        active: false,
      }),
    );
  const days = grid.days.length;
  const { motifs } = scenario.skills;
  return {
    ...{ scenario, grid, mails, n1, review, poles, pools, teams },
    arrivals: drawArrivals(scenario, grid, mails),
    pole_of: Uint16Array.from(scenario.mails, ({ motif, expert_share }) => poleOf(scenario, motif, expert_share)),
    skilled: Uint8Array.from(scenario.mails, ({ motif }) => Number(motifs === undefined || motifs.includes(motif))),
    entries: new Agenda(grid.slots),
    repeats: new Agenda(grid.slots),
    days: {
      backlog_end: new Uint32Array(days),
      backlog_peak: new Uint32Array(days),
      oldest_min: new Float64Array(days),
    },
    offered: scenario.mails.map(() => []),
    offered_from: scenario.mails.map(() => 0),
    reviewing: { mails: [], since_min: [], next: 0 },
    admitted: [],
    oldest: 0,
    open: 0,
    peak_today: 0,
    n1_arrivals_today: 0,
    counts: {
      ...{ transfers: 0, reviewed: 0, returned: 0, review_timed_out: 0, skill_answers: 0, tasks: 0, tasks_done: 0 },
      ...{ repeats_waiting: 0, repeats_after_answer: 0, repeats_joined: 0, group_sendings: 0, group_answers: 0 },
    },
  };
}

function poleOf(scenario: PlanScenario, motif: string, expert_share: number): number {
  const named = scenario.poles.findIndex((pole) => pole.motifs?.includes(motif) === true);
  const found = named === -1 ? scenario.poles.findIndex((pole) => pole.motifs === undefined) : named;
  if (found === -1 && expert_share > 0) throw new AiguillageError('BAD_INPUT', `No pôle answers ${motif}.`);
  return Math.max(0, found);
}
