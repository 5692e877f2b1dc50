import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { openSpans } from '../../domain/calendar.ts';
import { SLOT_MIN } from '../../domain/plan/grid.ts';
import { Mails } from '../../domain/plan/mails.ts';
import { TeamQueue } from '../../domain/plan/queue.ts';
import { runScenario } from '../../domain/plan/run.ts';
import type { PlanOrder } from '../../domain/plan/scenario.ts';
import type { RunState } from '../../domain/plan/state.ts';
import { CALENDARS, scenario, SITE, team } from '../support/plan.ts';

/**
 * The plan takes a team for one worker as fast as all its agents. Here each agent is one, takes the oldest mail when free
 * and works on it to its end, event by event, on the axis of opening minutes.
 */
describe('against agents one by one', () => {
  const MINUTE_MS = 60_000;

  /** Opening minutes between the window's start and an instant. */
  function openAxis(run: RunState): (minutes: number) => number {
    const spans = openSpans(run.grid.start_ms, run.grid.start_ms + run.grid.slots * SLOT_MIN * MINUTE_MS, SITE).map(
      ({ from_ms, to_ms }) => [(from_ms - run.grid.start_ms) / MINUTE_MS, (to_ms - run.grid.start_ms) / MINUTE_MS],
    );
    return (minutes) => spans.reduce((sum, [from, to]) => sum + Math.max(0, Math.min(to!, minutes) - from!), 0);
  }

  /** When each mail is answered, in opening minutes; Infinity after the window. */
  function byAgents(run: RunState, agents: number): Map<number, number> {
    const open = openAxis(run);
    const closing = open(run.grid.slots * SLOT_MIN);
    const free = Array.from({ length: agents }, () => 0);
    const mails = [...run.arrivals.ids].sort((a, b) => run.mails.arrived[a]! - run.mails.arrived[b]!);
    const answered = new Map<number, number>();
    for (const mail of mails) {
      const agent = free.indexOf(Math.min(...free));
      const minutes = run.scenario.mails[run.mails.kind[mail]!]!.minutes ?? run.n1.minutes_per_mail;
      free[agent] = Math.max(free[agent]!, open(run.mails.arrived[mail]!)) + minutes;
      answered.set(mail, free[agent] <= closing ? free[agent] : Number.POSITIVE_INFINITY);
    }
    return answered;
  }

  test('no answer differs by more than one handling time and one slot', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 8 }),
        fc.integer({ min: 4, max: 40 }),
        fc.integer({ min: 4, max: 40 }),
        fc.integer({ min: 1, max: 1_000 }),
        (agents, short, long, seed) => {
          const run = runScenario(
            scenario({
              seed,
              n1: team('n1', { agents }),
              mails: [
                { motif: 'simple', share: 2, expert_share: 0, minutes: short },
                { motif: 'long', share: 1, expert_share: 0, minutes: long },
              ],
            }),
            CALENDARS,
          );
          const open = openAxis(run);
          const longest = Math.max(short, long);
          const closing = open(run.grid.slots * SLOT_MIN);
          const apart = [...byAgents(run, agents)].filter(([mail, agent_min]) => {
            const plan_min = run.mails.answered[mail]!;
            // At the window's end one of the two may just have finished.
            const by_plan = Number.isFinite(plan_min) ? open(plan_min) : closing;
            const by_agent = Math.min(agent_min, closing);
            // Earlier: an agent alone is slower with the mail. Later: beside a long one others go on.
            return by_plan < by_agent - longest - 1e-6 || by_plan > by_agent + longest + SLOT_MIN + 1e-6;
          });
          expect(apart).toEqual([]);
        },
      ),
      { numRuns: 40 },
    );
  });
});

/** The order of work, against a list that is searched from end to end for each mail. */
describe.each([
  { policy: 'fifo', stock_share: 0, age_max_hours: 10_000 },
  { policy: 'lifo', stock_share: 0, age_max_hours: 10_000 },
  { policy: 'stock-flux', stock_share: 0.3, age_max_hours: 100 },
  { policy: 'stock-flux', stock_share: 0, age_max_hours: 10_000 },
  { policy: 'stock-flux', stock_share: 1, age_max_hours: 10_000 },
] satisfies PlanOrder[])('the order $policy, stock share $stock_share, ceiling $age_max_hours h', (order) => {
  const step = fc.oneof(
    fc.record({ do: fc.constant('push' as const), back_min: fc.integer({ min: 0, max: 9_000 }), urgent: fc.nat(9) }),
    fc.record({ do: fc.constant('take' as const) }),
    fc.record({ do: fc.constant('leave' as const), pick: fc.nat(50) }),
    fc.record({ do: fc.constant('wait' as const), minutes: fc.integer({ min: 1, max: 2_000 }) }),
  );

  test('takes what a search of the whole list would take', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const mails = new Mails(16);
        const queue = new TeamQueue(0, mails, order, 'elapsed', 2_000);
        const waiting: number[] = [];
        const urgent = new Set<number>();
        let owed = 0;
        let now = 10_000;
        for (const act of steps) {
          if (act.do === 'wait') now += act.minutes;
          else if (act.do === 'push') {
            const mail = mails.add(now - act.back_min, 0, 0, 0);
            mails.due_elapsed[mail] = mails.arrived[mail]! + 2_880;
            if (act.urgent === 0) urgent.add(mail);
            queue.push(mail, act.urgent === 0, 5);
            waiting.push(mail);
          } else if (act.do === 'leave' && waiting.length > 0) {
            const [mail] = waiting.splice(act.pick % waiting.length, 1) as [number];
            queue.drop(mail);
            mails.stage[mail] = 0;
          } else if (act.do === 'take') {
            const expected = search();
            const mail = queue.take(now);
            expect(mail).toBe(expected);
            if (mail === -1) continue;
            waiting.splice(waiting.indexOf(mail), 1);
            queue.drop(mail);
            mails.stage[mail] = 0;
          }
          expect(queue.count).toBe(waiting.length);
          expect(queue.work_min).toBeCloseTo(waiting.length * 5);
          const limit = Math.floor(now / SLOT_MIN) - 100;
          const before = waiting.filter((mail) => mails.arrived[mail]! < (limit + 1) * SLOT_MIN);
          const ahead = order.policy === 'fifo' ? before : waiting;
          expect(queue.workAhead()(limit)).toBeCloseTo(ahead.length * 5);
        }

        function search(): number {
          const oldest = (list: number[], sign = 1): number =>
            [...list].sort((a, b) => sign * (mails.arrived[a]! - mails.arrived[b]!) || a - b)[0] ?? -1;
          const first = waiting.filter((mail) => urgent.has(mail));
          if (first.length > 0) return oldest(first);
          if (order.policy !== 'stock-flux') return oldest(waiting, order.policy === 'lifo' ? -1 : 1);
          const stock = oldest(waiting.filter((mail) => mails.due_elapsed[mail]! < now));
          const flux = oldest(waiting.filter((mail) => mails.due_elapsed[mail]! >= now));
          if (stock === -1 || flux === -1) return Math.max(stock, flux);
          if (now - mails.arrived[stock]! >= order.age_max_hours * 60) return stock;
          if (owed >= 0 && order.stock_share > 0) {
            owed -= 5 * (1 - order.stock_share);
            return stock;
          }
          owed += 5 * order.stock_share;
          return flux;
        }
      }),
      { numRuns: 150 },
    );
  });
});
