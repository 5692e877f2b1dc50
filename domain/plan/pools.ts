import { holdLimits, isPressed, poolMargin, quotaLeft, shareLeft } from '../overflow-contract.ts';
import { slotAfterWork } from './capacity.ts';
import { SLOT_MIN, workingDue } from './grid.ts';
import { enter } from './life.ts';
import { MARK } from './mails.ts';
import { OfferedMails } from './offered.ts';
import type { PoolState, RunState, TeamState } from './state.ts';

/**
 * Overflow in a plan: at the start of each slot the pools at work are given level-1 mail as the rebalancing pass of
 * production gives it (domain/overflow-rebalance.ts, the same arithmetic of the contract), the emptiest pool first. A pool
 * takes the oldest mails that it answers in time and level 1 would not, on the promised clock or else on the other; what
 * nobody can save stays with the owner. What will overtake a mail is not foreseen.
 */
export function handOver(run: RunState, slot: number): void {
  const day = run.grid.day_of[slot]!;
  for (const pool of run.pools) if (isOver(run, pool, day)) recall(run, pool);
  const at_work = run.pools
    .filter((pool) => pool.capacity.work_min[slot]! > 0)
    .map((pool) => ({ pool, wait: waitHours(pool, day) }))
    .sort((a, b) => a.wait - b.wait);
  if (at_work.length === 0) return;
  const fresh = freshDues(run, slot);
  for (const { pool } of at_work) {
    const { contract, active } = pool;
    const waiting_min = run.n1.queue.work_min;
    pool.active = fresh.some((due_min) => isPressed(contract, active, pressure(run, slot, due_min, waiting_min)));
    if (pool.active && hasRoom(run, pool, day)) fill(run, pool, slot);
  }
}

function fill(run: RunState, pool: PoolState, slot: number): void {
  const { mails, n1, grid } = run;
  const day = grid.day_of[slot]!;
  const { due_elapsed, due_working } = mails;
  const offered = new OfferedMails(run, pool, slot * SLOT_MIN);
  const ahead_of = n1.queue.workAhead();
  let handed_min = 0;
  for (let mail = offered.next(); mail !== -1 && hasRoom(run, pool, day); mail = offered.next()) {
    const arrived_slot = Math.max(0, Math.floor(mails.arrived[mail]! / SLOT_MIN));
    // Those handed over in this pass are older: they no longer stand before it.
    const ahead_min = Math.max(0, ahead_of(arrived_slot) - handed_min);
    const dues = [due_elapsed[mail]!, due_working[mail]!];
    if (!dues.some((due_min) => isSaved(run, pool, slot, due_min, ahead_min))) {
      // Nor is any other of the same quarter of an hour.
      offered.skipTo((arrived_slot + 1) * SLOT_MIN);
      continue;
    }
    handed_min += mails.left[mail]!;
    n1.queue.drop(mail);
    mails.marks[mail]! |= MARK.handed;
    enter(run, pool, mail);
    pool.moved[day]! += 1;
    pool.handed_today += 1;
  }
}

/** Level 1 is pressed with this mail, and the pool answers it in time, with its margin, and sooner. */
function isSaved(run: RunState, pool: PoolState, slot: number, due_min: number, ahead_min: number): boolean {
  const { contract, capacity, queue } = pool;
  if (due_min <= slot * SLOT_MIN) return false;
  if (!isPressed(contract, true, pressure(run, slot, due_min, ahead_min))) return false;
  const open_hours = openHours(pool, slot, due_min, run.grid.reach);
  const slack_hours = open_hours - queue.work_min / capacity.per_open_hour[run.grid.day_of[slot]!]!;
  if (slack_hours <= 0 || slack_hours < poolMargin(contract, open_hours)) return false;
  return slotAfterWork(capacity, slot, queue.work_min) <= slotAfterWork(run.n1.capacity, slot, ahead_min);
}

function hasRoom(run: RunState, pool: PoolState, day: number): boolean {
  const { contract, handed_today } = pool;
  const mails_per_hour = pool.capacity.per_open_hour[day]! / pool.minutes_per_mail;
  return (
    quotaLeft(contract, handed_today) > 0 &&
    shareLeft(contract, handed_today, run.n1_arrivals_today) > 0 &&
    pool.queue.count < holdLimits(contract, mails_per_hour).fill
  );
}

/** What level 1 faces with a mail due at `due_min` and this much work before it. */
function pressure(run: RunState, slot: number, due_min: number, ahead_min: number) {
  const day = run.grid.day_of[slot]!;
  const rate = run.n1.capacity.per_open_hour[day]!;
  const open_hours = openHours(run.n1, slot, due_min, run.grid.reach);
  return {
    open_hours,
    slack_hours: rate === 0 ? Number.NEGATIVE_INFINITY : open_hours - ahead_min / rate,
    wait_hours: waitHours(run.n1, day),
  };
}

/** Open hours of work a team has before it. */
function waitHours(team: TeamState, day: number): number {
  const rate = team.capacity.per_open_hour[day]!;
  return rate === 0 ? Number.POSITIVE_INFINITY : team.queue.work_min / rate;
}

function openHours(team: TeamState, slot: number, until_min: number, reach: number): number {
  const end = Math.min(reach, Math.max(slot, Math.floor(until_min / SLOT_MIN)));
  return (team.capacity.open_min[end]! - team.capacity.open_min[slot]!) / 60;
}

/** When a mail that arrived now would be due, on either clock. */
function freshDues(run: RunState, slot: number): readonly number[] {
  const now_min = slot * SLOT_MIN;
  const sla_min = run.scenario.sla.hours * 60;
  return [now_min + sla_min, workingDue(run.grid, now_min, sla_min)];
}

function isOver(run: RunState, pool: PoolState, day: number): boolean {
  const { until } = pool.contract;
  return until !== undefined && run.grid.days[day]!.text > until;
}

/** What the pool has not answered when its contract ends comes back; it does not go to another pool. */
function recall(run: RunState, pool: PoolState): void {
  if (pool.queue.count === 0) return;
  const { mails } = run;
  for (let mail = 0; mail < mails.count; mail++) {
    if (mails.stage[mail] !== pool.queue.stage) continue;
    pool.queue.drop(mail);
    enter(run, run.n1, mail);
    pool.recalled += 1;
  }
  pool.queue.in_hand = -1;
}
