import { childKey, DRAW, draw } from './draw.ts';
import { SLOT_MIN, workingDue } from './grid.ts';
import { COURSE, MARK, STAGE } from './mails.ts';
import type { RunState, TeamState } from './state.ts';

/** What happens to one mail: it arrives, goes from team to team, is answered, and may be followed by another. */

/** Repeats of repeats: further links of a chain are too few to matter. */
const GENERATIONS_MAX = 3;
const AFTER_ANSWER = -1;

/** A mail of the window is there, with its course. */
export function admit(run: RunState, mail: number): void {
  const { mails, scenario, grid, counts } = run;
  const arrived = mails.arrived[mail]!;
  const sla_min = scenario.sla.hours * 60;
  mails.due_elapsed[mail] = arrived + sla_min;
  mails.due_working[mail] = arrived < 0 ? arrived + sla_min : workingDue(grid, arrived, sla_min);
  run.admitted.push(mail);
  run.open += 1;
  if (run.open > run.peak_today) run.peak_today = run.open;
  if (!mails.has(mail, MARK.repeat)) choose(run, mail);
  if (mails.stage[mail] === STAGE.joined) return;
  scheduleWaiting(run, mail);
  if (mails.course[mail] === COURSE.transfer && scenario.transfers.n1_minutes === 0) {
    counts.transfers += 1;
    leaveForExpert(run, mail, arrived);
    return;
  }
  if (mails.course[mail] === COURSE.transfer) mails.marks[mail]! |= MARK.unread;
  if (arrived >= 0) run.n1_arrivals_today += 1;
  enter(run, run.n1, mail);
  if (mails.course[mail] === COURSE.n1 && !mails.has(mail, MARK.urgent)) run.offered[mails.kind[mail]!]!.push(mail);
}

/** Draws what a first contact is. */
function choose(run: RunState, mail: number): void {
  const { mails, scenario } = run;
  const key = mails.key[mail]!;
  const kind = scenario.mails[mails.kind[mail]!]!;
  const chance = (what: number): number => draw(scenario.seed, key, what);
  if (chance(DRAW.urgent) < scenario.urgent_share) mails.marks[mail]! |= MARK.urgent;
  if (chance(DRAW.expert) >= kind.expert_share) return;
  if (run.skilled[mails.kind[mail]!] === 1 && chance(DRAW.skill) < scenario.skills.share) {
    mails.marks[mail]! |= MARK.skill;
    run.counts.skill_answers += 1;
  } else mails.course[mail] = chance(DRAW.task) < scenario.tasks.share ? COURSE.task : COURSE.transfer;
}

/** Puts a mail in a team's queue with the work it needs there. */
export function enter(run: RunState, team: TeamState, mail: number, work_min = workFor(run, team, mail)): void {
  team.queue.push(mail, run.mails.has(mail, MARK.urgent), work_min);
  if (team.queue.count > team.backlog_peak) team.backlog_peak = team.queue.count;
}

function workFor(run: RunState, team: TeamState, mail: number): number {
  const { mails, scenario } = run;
  if (team.role === 'pole' && mails.has(mail, MARK.work)) return scenario.tasks.pole_minutes;
  if (team.role !== 'n1') return team.minutes_per_mail;
  if (mails.has(mail, MARK.unread)) return scenario.transfers.n1_minutes;
  if (mails.has(mail, MARK.skill)) return scenario.skills.minutes_per_mail;
  if (mails.course[mail] === COURSE.task) return scenario.tasks.n1_minutes;
  if (mails.course[mail] === COURSE.returned) return scenario.transfers.returned_minutes;
  return scenario.mails[mails.kind[mail]!]!.minutes ?? team.minutes_per_mail;
}

/** A team has done its part. */
export function finished(run: RunState, team: TeamState, mail: number, at_min: number): void {
  const { mails, scenario, counts } = run;
  team.queue.drop(mail);
  if (mails.has(mail, MARK.work)) {
    if (team.role === 'pole') counts.tasks_done += 1;
    mails.stage[mail] = STAGE.answered;
    // The sending of a group reply: the mails it answers are its chain.
    for (let next = mails.chain_first[mail]!; next !== -1; next = mails.chain_next[next]!) answer(run, next, at_min);
  } else if (team.role === 'n1' && mails.has(mail, MARK.unread)) {
    mails.marks[mail]! &= ~MARK.unread;
    counts.transfers += 1;
    leaveForExpert(run, mail, at_min);
  } else if (team.role === 'review') {
    counts.reviewed += 1;
    if (draw(scenario.seed, mails.key[mail]!, DRAW.returned) < scenario.transfers.returned_share) {
      counts.returned += 1;
      mails.course[mail] = COURSE.returned;
      send(run, run.n1, mail, at_min);
    } else send(run, poleOf(run, mail), mail, at_min);
  } else {
    answer(run, mail, at_min);
    if (team.role === 'n1' && mails.course[mail] === COURSE.task) addTask(run, mail, at_min);
  }
}

function leaveForExpert(run: RunState, mail: number, at_min: number): void {
  const { scenario, mails, review } = run;
  const reviewed = draw(scenario.seed, mails.key[mail]!, DRAW.review) < scenario.transfers.review_share;
  send(run, review !== undefined && reviewed ? review : poleOf(run, mail), mail, at_min);
}

/** Another team sees it after the delay, at the start of a slot. */
export function send(run: RunState, team: TeamState, mail: number, at_min: number): void {
  run.mails.stage[mail] = STAGE.on_its_way;
  const seen_min = at_min + run.scenario.transfers.delay_hours * 60;
  // Never the slot at work now: what one team finished at its end, another would do at its beginning.
  const slot = Math.max(Math.floor(at_min / SLOT_MIN) + 1, Math.ceil(seen_min / SLOT_MIN));
  run.entries.add(slot, mail, run.teams.indexOf(team), seen_min);
}

export function poleOf(run: RunState, mail: number): TeamState {
  return run.poles[run.pole_of[run.mails.kind[mail]!]!]!;
}

function addTask(run: RunState, mail: number, at_min: number): void {
  const { mails, counts } = run;
  counts.tasks += 1;
  const task = mails.add(at_min, mails.key[mail]!, mails.kind[mail]!, MARK.work);
  mails.due_elapsed[task] = Number.POSITIVE_INFINITY;
  mails.due_working[task] = Number.POSITIVE_INFINITY;
  send(run, poleOf(run, task), task, at_min);
}

/** The member has an answer, and so have the repeats that joined. */
export function answer(run: RunState, mail: number, at_min: number): void {
  const { mails } = run;
  mails.stage[mail] = STAGE.answered;
  mails.answered[mail] = at_min;
  run.open -= 1;
  for (let next = mails.chain_first[mail]!; next !== -1; next = mails.chain_next[next]!) {
    mails.stage[next] = STAGE.answered;
    mails.answered[next] = at_min;
    run.open -= 1;
  }
  scheduleAfterAnswer(run, mail, at_min);
}

/** Notes when this person would write again, were they still without an answer. */
function scheduleWaiting(run: RunState, mail: number): void {
  const { mails, scenario } = run;
  // Only the first mail of a matter: its steps already say how often the person writes.
  if (mails.parent[mail] !== -1 && mails.answered[mails.parent[mail]!]! > mails.arrived[mail]!) return;
  if (mails.generation[mail]! >= GENERATIONS_MAX) return;
  const steps = scenario.repeats.while_waiting;
  for (let step = 0; step < steps.length; step++) {
    const { after_hours, rate } = steps[step]!;
    const at_min = mails.arrived[mail]! + after_hours * 60;
    if (at_min < 0 || draw(scenario.seed, mails.key[mail]!, DRAW.waiting + step) >= rate) continue;
    run.repeats.add(Math.floor(at_min / SLOT_MIN), mail, step, at_min);
  }
}

function scheduleAfterAnswer(run: RunState, mail: number, at_min: number): void {
  const { mails, scenario } = run;
  const { rate, days } = scenario.repeats.after_answer;
  const key = mails.key[mail]!;
  const parent = mails.parent[mail]!;
  // A mail sent while waiting is the same matter as the one before it, which has its own draw.
  if (parent !== -1 && mails.answered[parent]! > mails.arrived[mail]!) return;
  if (mails.generation[mail]! >= GENERATIONS_MAX || draw(scenario.seed, key, DRAW.after_answer) >= rate) return;
  const again_min = at_min - Math.log(1 - draw(scenario.seed, key, DRAW.after_days)) * days * 1_440;
  run.repeats.add(Math.floor(again_min / SLOT_MIN), mail, AFTER_ANSWER, again_min);
}

/** Somebody may write again. @returns the new mail, -1 when they were answered in the meantime */
export function writeAgain(run: RunState, parent: number, what: number, at_min: number): number {
  const { mails, scenario, counts } = run;
  const waiting = what !== AFTER_ANSWER;
  if (waiting && mails.answered[parent]! <= at_min) return -1;
  const key = childKey(scenario.seed, mails.key[parent]!, DRAW.child + DRAW.waiting * (what + 2));
  const kept = mails.marks[parent]! & (MARK.urgent | MARK.wave | MARK.skill);
  const mail = mails.add(at_min, key, mails.kind[parent]!, kept | MARK.repeat);
  mails.parent[mail] = parent;
  mails.generation[mail] = mails.generation[parent]! + 1;
  mails.course[mail] = mails.course[parent]!;
  if (waiting) counts.repeats_waiting += 1;
  else counts.repeats_after_answer += 1;
  if (waiting && draw(scenario.seed, key, DRAW.joined) < scenario.repeats.joined_share) {
    counts.repeats_joined += 1;
    mails.stage[mail] = STAGE.joined;
    mails.link(parent, mail);
  }
  return mail;
}
