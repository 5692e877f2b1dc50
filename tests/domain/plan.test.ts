import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { plan, type PlanScenario } from '../../domain/plan.ts';
import { figuresOf, figureTable } from '../../domain/plan/figures.ts';
import { SLOT_MIN, workingAt } from '../../domain/plan/grid.ts';
import { MARK, STAGE } from '../../domain/plan/mails.ts';
import { runScenario } from '../../domain/plan/run.ts';
import type { RunState } from '../../domain/plan/state.ts';
import { Tally } from '../../domain/tally.ts';
import { CALENDARS, pool, scenario, team, withExperts } from '../support/plan.ts';

/** Scenarios with everything on, of any load. */
const anyScenario = fc
  .record({
    seed: fc.nat(10_000),
    agents: fc.double({ min: 0.5, max: 6, noNaN: true }),
    policy: fc.constantFrom('fifo' as const, 'lifo' as const, 'stock-flux' as const),
    trigger: fc.constantFrom('backlog' as const, 'forecast' as const),
    clock: fc.constantFrom('elapsed' as const, 'working' as const),
    share: fc.double({ min: 0, max: 1, noNaN: true }),
    rate: fc.double({ min: 0, max: 0.6, noNaN: true }),
    quota: fc.integer({ min: 0, max: 30 }),
    until: fc.constantFrom('2026-05-25', '2026-05-31'),
  })
  .map(({ seed, agents, policy, trigger, clock, share, rate, quota, until }): PlanScenario => {
    const base = withExperts();
    return {
      ...base,
      seed,
      sla: { hours: 48, clock },
      n1: { ...base.n1, agents },
      review: { ...base.review!, agents: 0.2, timeout_open_hours: 4 },
      arrivals: {
        ...base.arrivals,
        day_variation: 0.2,
        waves: [{ label: 'vague', from: '2026-05-20', to: '2026-05-22', mails: 60, motif: 'simple' }],
      },
      urgent_share: 0.05,
      backlog_at_start: { n1: 40, poles: 10, age_days: 3 },
      pools: [
        pool('un', {
          daily_quota: quota,
          max_share: share,
          trigger,
          margin_hours: 3,
          trigger_hours: 2,
          recall_hours: 9,
        }),
        pool('deux', { calendar: 'mornings', until, trigger_hours: 0, recall_hours: 3 }),
      ],
      skills: { share: share / 2, minutes_per_mail: 20 },
      tasks: { share: share / 2, n1_minutes: 12, pole_minutes: 9 },
      repeats: {
        while_waiting: [
          { after_hours: 24, rate },
          { after_hours: 60, rate },
        ],
        after_answer: { rate: rate / 2, days: 2 },
        joined_share: share,
      },
      group_replies: { ...base.group_replies, enabled: true, ready_after_days: 1, eligible_share: 0.8 },
      order: { policy, stock_share: 0.3, age_max_hours: 120 },
    };
  });

const isMail = (run: RunState, mail: number): boolean => !run.mails.has(mail, MARK.work);
const allOf = (run: RunState): number[] => Array.from({ length: run.mails.count }, (_, mail) => mail);

describe('conservation', () => {
  test('every mail is answered once or waits in exactly one place, and no minute is worked twice', () => {
    fc.assert(
      fc.property(anyScenario, (given) => {
        const run = runScenario(given, CALENDARS);
        const end_min = run.grid.slots * SLOT_MIN;
        const there = allOf(run).filter((mail) => isMail(run, mail) && run.mails.arrived[mail]! < end_min);
        expect([...run.admitted].sort((a, b) => a - b)).toEqual(there);
        const answered = there.filter((mail) => run.mails.stage[mail] === STAGE.answered);
        const wrong = there.filter((mail) => {
          const at = run.mails.answered[mail]!;
          const done = run.mails.stage[mail] === STAGE.answered;
          return Number.isFinite(at) !== done || at < run.mails.arrived[mail]!;
        });
        expect(wrong).toEqual([]);
        const waiting = there.filter((mail) => run.mails.stage[mail] !== STAGE.answered);
        expect(run.open).toBe(waiting.length);
        expect(answered.length + run.open).toBe(there.length);
        for (const team of run.teams) {
          const here = allOf(run).filter((mail) => run.mails.stage[mail] === team.queue.stage);
          expect(team.queue.count).toBe(here.length);
          expect(team.queue.work_min).toBeCloseTo(
            here.reduce((sum, mail) => sum + run.mails.left[mail]!, 0),
            5,
          );
          const over = run.grid.days.filter(({ first_slot, slots }, day) => {
            const offered = team.capacity.total_min[first_slot + slots]! - team.capacity.total_min[first_slot]!;
            return team.used_min[day]! > offered + 1e-6;
          });
          expect(over).toEqual([]);
        }
        const places = new Set<number>([STAGE.on_its_way, STAGE.joined, STAGE.grouped]);
        for (const team of run.teams) places.add(team.queue.stage);
        expect(waiting.filter((mail) => !places.has(run.mails.stage[mail]!))).toEqual([]);
        expect(run.counts.tasks - run.counts.tasks_done).toBe(
          allOf(run).filter(
            (mail) => !isMail(run, mail) && run.mails.key[mail] !== 0 && run.mails.stage[mail] !== STAGE.answered,
          ).length,
        );
      }),
      { numRuns: 60 },
    );
  });

  test('the figures add up on both clocks, by day, week and month, and are those of a recount', () => {
    fc.assert(
      fc.property(anyScenario, (given) => {
        const result = plan(given, CALENDARS);
        const { total } = result;
        for (const clock of ['elapsed', 'working'] as const) {
          expect(total.received).toBe(total.answered + total.open_late[clock] + total.open_not_due[clock]);
        }
        for (const parts of [result.months, result.weeks]) {
          for (const key of ['received', 'answered', 'moved'] as const) {
            expect(parts.reduce((sum, part) => sum + part[key], 0)).toBe(total[key]);
          }
          expect(parts.at(-1)!.backlog_end).toBe(total.backlog_end);
          expect(parts.reduce((sum, part) => sum + part.agent_hours, 0)).toBeCloseTo(total.agent_hours, 0);
        }
        expect(result.days.reduce((sum, day) => sum + day.received, 0)).toBe(total.received);
        expect(total.received).toBe(
          result.first_contacts + result.counts.repeats_waiting + result.counts.repeats_after_answer,
        );
        expect(result.days.reduce((sum, day) => sum + day.answered, 0) + total.backlog_end).toBe(total.received + 50);

        const run = runScenario(given, CALENDARS);
        const end_min = run.grid.slots * SLOT_MIN;
        const due = { elapsed: run.mails.due_elapsed, working: run.mails.due_working };
        for (const clock of ['elapsed', 'working'] as const) {
          const tally = new Tally();
          const read = (at: number): number => (clock === 'elapsed' ? at : workingAt(run.grid, at));
          for (const mail of run.admitted) {
            if (run.mails.has(mail, MARK.initial)) continue;
            const { [mail]: at } = run.mails.answered;
            const hours = (read(at!) - read(run.mails.arrived[mail]!)) / 60;
            if (at! <= end_min) tally.stopped('answered', at! <= due[clock][mail]!, hours);
            else tally.open(due[clock][mail]! < end_min, (read(end_min) - read(run.mails.arrived[mail]!)) / 60);
          }
          const { received, answered, answered_in_time, share, median_hours, p90_hours, open_late } = tally.numbers();
          expect([total.received, total.answered]).toEqual([received, answered]);
          expect(total.answered_in_time[clock]).toBe(answered_in_time);
          expect(total.open_late[clock]).toBe(open_late);
          expect(total.share[clock]).toEqual(share);
          expect(total.median_hours[clock]).toEqual(median_hours);
          expect(total.p90_hours[clock]).toEqual(p90_hours);
        }
      }),
      { numRuns: 40 },
    );
  });

  test('the same scenario gives the same run; another seed another one', () => {
    const given = withExperts({ pools: [pool('un')] });
    expect(plan(given, CALENDARS)).toEqual(plan(given, CALENDARS));
    expect(plan({ ...given, seed: 2 }, CALENDARS).total).not.toEqual(plan(given, CALENDARS).total);
  });
});

/** Where one team works oldest first and nothing is handed over, the model promises these; elsewhere it does not. */
describe('what more capacity must do', () => {
  const inTime = (run: RunState): number =>
    run.admitted.filter(
      (mail) => !run.mails.has(mail, MARK.repeat) && run.mails.answered[mail]! <= run.mails.due_elapsed[mail]!,
    ).length;

  test('with more agents no mail is answered later, and the share does not fall on either clock', () => {
    fc.assert(
      fc.property(
        fc.nat(1_000),
        fc.double({ min: 0.2, max: 4, noNaN: true }),
        fc.double({ min: 0, max: 3, noNaN: true }),
        (seed, agents, more) => {
          const [few, many] = [agents, agents + more].map((count) =>
            scenario({ seed, n1: team('n1', { agents: count }) }),
          );
          const before = runScenario(few!, CALENDARS);
          const after = runScenario(many!, CALENDARS);
          const later = before.admitted.filter(
            (mail) => after.mails.answered[mail]! > before.mails.answered[mail]! + 1e-6,
          );
          expect(later).toEqual([]);
          const [a, b] = [before, after].map((run) => figuresOf(figureTable(run), 0, run.grid.days.length - 1));
          for (const clock of ['elapsed', 'working'] as const) {
            expect(b!.answered_in_time[clock]).toBeGreaterThanOrEqual(a!.answered_in_time[clock]);
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  test('with fewer who write again, no fewer first contacts are answered in time', () => {
    fc.assert(
      fc.property(
        fc.nat(1_000),
        fc.double({ min: 0.5, max: 3, noNaN: true }),
        fc.double({ min: 0, max: 0.5, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (seed, agents, rate, factor) => {
          const [often, rarely] = [rate, rate * factor].map((value) =>
            scenario({
              seed,
              n1: team('n1', { agents }),
              repeats: {
                while_waiting: [{ after_hours: 24, rate: value }],
                after_answer: { rate: 0, days: 1 },
                joined_share: 0,
              },
            }),
          );
          expect(inTime(runScenario(rarely!, CALENDARS))).toBeGreaterThanOrEqual(
            inTime(runScenario(often!, CALENDARS)),
          );
        },
      ),
      { numRuns: 60 },
    );
  });
});
