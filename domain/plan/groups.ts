import { DRAW, draw } from './draw.ts';
import { slotOf, SLOT_MIN } from './grid.ts';
import { enter } from './life.ts';
import { MARK, STAGE } from './mails.ts';
import type { RunState } from './state.ts';

/**
 * Group replies to waves: at fixed times a supervisor approves one answer for the mails of a wave that wait at level 1.
 * Sending it is one piece of work of level 1, first in line, and answers them all when it is done. Never an urgent mail,
 * and never the share that resembles too little.
 */
export function groupTimes(run: RunState): ReadonlySet<number> {
  const { group_replies: groups, arrivals } = run.scenario;
  const times = new Set<number>();
  if (!groups.enabled || arrivals.waves.length === 0) return times;
  for (const day of run.grid.days) for (const time of groups.at) times.add(slotOf(run.grid, day, time));
  return times;
}

/** Prepares the sendings of this slot, one a wave and motif, on days level 1 works. */
export function replyInGroups(run: RunState, slot: number): void {
  if (run.n1.capacity.work_min[slot]! === 0) return;
  const { scenario, grid } = run;
  const { group_replies: groups } = scenario;
  const today = grid.day_of[slot]!;
  for (const motif of new Set(scenario.arrivals.waves.map((wave) => wave.motif))) {
    const begun = scenario.arrivals.waves.some((wave) => {
      const first = grid.days.findIndex(({ text }) => text >= wave.from);
      return wave.motif === motif && first !== -1 && today >= first + groups.ready_after_days;
    });
    if (begun)
      sendGroup(
        run,
        scenario.mails.findIndex((kind) => kind.motif === motif),
        slot * SLOT_MIN,
      );
  }
}

function sendGroup(run: RunState, kind: number, at_min: number): void {
  const { mails, n1, scenario, counts } = run;
  const { group_replies: groups } = scenario;
  const chosen = run.offered[kind]!.slice(run.offered_from[kind]!).filter(
    (mail) =>
      mails.has(mail, MARK.wave) &&
      mails.stage[mail] === n1.queue.stage &&
      mail !== n1.queue.in_hand &&
      draw(scenario.seed, mails.key[mail]!, DRAW.group) < groups.eligible_share,
  );
  if (chosen.length === 0) return;
  const sending = mails.add(at_min, 0, kind, MARK.work | MARK.urgent);
  for (const mail of chosen) {
    n1.queue.drop(mail);
    mails.stage[mail] = STAGE.grouped;
    mails.link(sending, mail);
  }
  counts.group_sendings += 1;
  counts.group_answers += chosen.length;
  enter(run, n1, sending, groups.prepare_minutes + chosen.length * groups.minutes_per_mail);
}
