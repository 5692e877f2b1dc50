import type { SiteCalendar } from '../rulebook.ts';
import { DRAW, draw } from './draw.ts';
import { SLOT_MIN } from './grid.ts';
import { groupTimes, replyInGroups } from './groups.ts';
import { admit, enter, finished, poleOf, send, writeAgain } from './life.ts';
import { COURSE, MARK, STAGE } from './mails.ts';
import { place } from './arrivals.ts';
import { handOver } from './pools.ts';
import type { PlanScenario } from './scenario.ts';
import { startState, type RunState, type TeamState } from './state.ts';

/**
 * Runs a scenario, slot by slot. A team is one worker as fast as all its agents together: with tens of agents and minutes
 * of handling against delays of hours, who of them takes which mail moves an answer by one handling time at most
 * (tests/domain/plan-brute-force.test.ts). A mail is seen from the slot after its arrival on.
 * @throws AiguillageError BAD_INPUT on a scenario that names a calendar, pôle or wave that is not there, or grows too large.
 */
export function runScenario(scenario: PlanScenario, calendars: readonly SiteCalendar[]): RunState {
  const run = startState(scenario, calendars);
  addBacklog(run);
  const group_times = groupTimes(run);
  const { grid } = run;
  for (let slot = 0; slot < grid.slots; slot++) {
    const day = grid.day_of[slot]!;
    if (slot === grid.days[day]!.first_slot) beginDay(run);
    run.entries.each(slot, (mail, team) => arriveAt(run, run.teams[team]!, mail, slot));
    if (group_times.has(slot)) replyInGroups(run, slot);
    if (run.review !== undefined) passOn(run, run.review, slot);
    handOver(run, slot);
    for (const team of run.teams) work(run, team, slot, day);
    run.repeats.each(slot, (mail, what, at_min) => {
      const again = writeAgain(run, mail, what, at_min);
      if (again !== -1) admit(run, again);
    });
    const { ids, from } = run.arrivals;
    for (let i = from[slot]!; i < from[slot + 1]!; i++) admit(run, ids[i]!);
    if (slot === grid.slots - 1 || grid.day_of[slot + 1] !== day) endDay(run, day, (slot + 1) * SLOT_MIN);
  }
  return run;
}

/** Work of one slot: as many mails as the capacity finishes; the last may go on in the next. */
function work(run: RunState, team: TeamState, slot: number, day: number): void {
  const capacity_min = team.capacity.work_min[slot]!;
  if (capacity_min === 0) return;
  const { mails } = run;
  const { queue } = team;
  const start_min = slot * SLOT_MIN;
  let spent_min = 0;
  while (spent_min < capacity_min) {
    if (queue.in_hand === -1) queue.in_hand = queue.take(start_min);
    const mail = queue.in_hand;
    if (mail === -1) break;
    const needed_min = mails.left[mail]!;
    if (needed_min > capacity_min - spent_min) {
      queue.progress(mail, capacity_min - spent_min);
      spent_min = capacity_min;
      break;
    }
    spent_min += needed_min;
    queue.in_hand = -1;
    team.done[day]! += 1;
    finished(run, team, mail, start_min + (SLOT_MIN * spent_min) / capacity_min);
  }
  team.used_min[day]! += spent_min;
}

function arriveAt(run: RunState, team: TeamState, mail: number, slot: number): void {
  enter(run, team, mail);
  if (team !== run.review) return;
  run.reviewing.mails.push(mail);
  run.reviewing.since_min.push(team.capacity.open_min[slot]!);
}

/** What nobody reviewed in time goes on to its pôle, and is counted. */
function passOn(run: RunState, review: TeamState, slot: number): void {
  const timeout_hours = run.scenario.review?.timeout_open_hours;
  if (timeout_hours === undefined) return;
  const { mails, since_min } = run.reviewing;
  const until_min = review.capacity.open_min[slot]! - timeout_hours * 60;
  for (; run.reviewing.next < mails.length && since_min[run.reviewing.next]! <= until_min; run.reviewing.next++) {
    const mail = mails[run.reviewing.next]!;
    if (run.mails.stage[mail] !== review.queue.stage || mail === review.queue.in_hand) continue;
    review.queue.drop(mail);
    run.counts.review_timed_out += 1;
    send(run, poleOf(run, mail), mail, slot * SLOT_MIN);
  }
}

function beginDay(run: RunState): void {
  run.n1_arrivals_today = 0;
  run.peak_today = run.open;
  for (const pool of run.pools) pool.handed_today = 0;
}

function endDay(run: RunState, day: number, now_min: number): void {
  const { admitted, mails, days } = run;
  while (run.oldest < admitted.length && mails.stage[admitted[run.oldest]!] === STAGE.answered) run.oldest += 1;
  days.backlog_end[day] = run.open;
  days.backlog_peak[day] = run.peak_today;
  // In order of arrival but for the minutes inside a slot.
  if (run.oldest < admitted.length) days.oldest_min[day] = now_min - mails.arrived[admitted[run.oldest]!]!;
}

/** Mails that were waiting on the first day, evenly spread over the days before. */
function addBacklog(run: RunState): void {
  const { scenario, mails } = run;
  const { n1, poles, age_days } = scenario.backlog_at_start;
  const first = mails.count;
  const add = (count: number, expert: boolean): void => {
    let sum = 0;
    const sums = Float64Array.from(scenario.mails, (kind) => {
      sum += kind.share * (expert ? kind.expert_share : 1 - kind.expert_share);
      return sum;
    });
    for (let i = 0; i < count; i++) {
      // Keys no mail of the window has.
      const key = 0xf0000000 + mails.count;
      const mail = mails.add(
        (i / count - 1) * age_days * 1_440,
        key,
        place(sums, draw(scenario.seed, key, DRAW.kind)),
        MARK.initial,
      );
      mails.course[mail] = expert ? COURSE.transfer : COURSE.n1;
    }
  };
  add(n1, false);
  add(poles, true);
  const waiting = Array.from({ length: n1 + poles }, (_, i) => first + i);
  for (const mail of waiting.sort((a, b) => mails.arrived[a]! - mails.arrived[b]!)) {
    mails.due_elapsed[mail] = mails.due_working[mail] = mails.arrived[mail]! + scenario.sla.hours * 60;
    run.admitted.push(mail);
    run.open += 1;
    const expert = mails.course[mail] === COURSE.transfer;
    if (!expert) run.offered[mails.kind[mail]!]!.push(mail);
    enter(run, expert ? poleOf(run, mail) : run.n1, mail);
  }
}
