import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { plan, type PlanScenario } from '../../domain/plan.ts';
import { SLOT_MIN } from '../../domain/plan/grid.ts';
import { MARK } from '../../domain/plan/mails.ts';
import { runScenario } from '../../domain/plan/run.ts';
import type { PlanPool } from '../../domain/plan/scenario.ts';
import { CALENDARS, pool, scenario, team, withExperts } from '../support/plan.ts';

/** Level 1 is short of half its work: every contract has reasons to run. */
function short(pools: readonly PlanPool[], more: Partial<PlanScenario> = {}): PlanScenario {
  return scenario({
    mails: [
      { motif: 'simple', share: 1, expert_share: 0 },
      { motif: 'autre', share: 1, expert_share: 0.2 },
    ],
    n1: team('n1', { agents: 0.5 }),
    poles: [team('pole')],
    urgent_share: 0.1,
    pools,
    ...more,
  });
}

const anyPool = (id: string) =>
  fc
    .record({
      daily_quota: fc.integer({ min: 0, max: 40 }),
      max_share: fc.double({ min: 0, max: 1, noNaN: true }),
      trigger: fc.constantFrom('backlog' as const, 'forecast' as const),
      margin_hours: fc.double({ min: 0, max: 9, noNaN: true }),
      trigger_hours: fc.double({ min: 0, max: 12, noNaN: true }),
      recall_hours: fc.double({ min: 1, max: 12, noNaN: true }),
      agents: fc.double({ min: 0.1, max: 3, noNaN: true }),
      calendar: fc.constantFrom('site', 'mornings'),
    })
    .map((terms) => pool(id, terms));

describe('a contract', () => {
  test('is never exceeded: quota, share of the arrivals, level 1 of its motifs, no urgent mail, one hop', () => {
    fc.assert(
      fc.property(anyPool('un'), anyPool('deux'), fc.nat(1_000), (one, two, seed) => {
        const run = runScenario(short([one, two], { seed }), CALENDARS);
        const arrivals = run.grid.days.map(() => 0);
        for (const mail of run.admitted) {
          if (run.mails.course[mail] !== 2)
            arrivals[run.grid.day_of[Math.floor(run.mails.arrived[mail]! / SLOT_MIN)]!]! += 1;
        }
        for (const { contract, moved } of run.pools) {
          const over = [...moved].filter((count, day) => {
            return count > Math.min(contract.daily_quota, Math.ceil(contract.max_share * arrivals[day]!));
          });
          expect(over).toEqual([]);
        }
        const handed = run.admitted.filter((mail) => run.mails.has(mail, MARK.handed));
        expect(handed.length).toBe(run.pools.reduce((sum, { moved }) => sum + moved.reduce((a, b) => a + b, 0), 0));
        expect(handed.filter((mail) => run.mails.kind[mail] !== 0 || run.mails.has(mail, MARK.urgent))).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  test('moves nothing before its first day, nothing when suspended, and comes back on the day after its last', () => {
    const since = plan(short([pool('un', { since: '2026-05-26' })]), CALENDARS);
    expect(since.days.filter(({ moved }) => moved > 0).map(({ day }) => day)[0]).toBe('2026-05-26');
    expect(plan(short([pool('un', { enabled: false })]), CALENDARS).total.moved).toBe(0);
    // Ten times too slow: what it could not answer by its last evening is taken back.
    const slow = pool('un', { agents: 0.1, until: '2026-05-20' });
    const run = runScenario(short([slow]), CALENDARS);
    expect(run.pools[0]!.recalled).toBeGreaterThan(0);
    expect(run.pools[0]!.queue.count).toBe(0);
    const moved = run.pools[0]!.moved.reduce((a, b) => a + b, 0);
    expect(run.pools[0]!.done.reduce((a, b) => a + b, 0) + run.pools[0]!.recalled).toBe(moved);
  });

  test('waits for its threshold of work at level 1', () => {
    const at = (trigger_hours: number): number =>
      plan(short([pool('un', { trigger_hours })], { n1: team('n1', { agents: 2 }) }), CALENDARS).total.moved;
    expect(at(0)).toBeGreaterThan(0);
    expect(at(200)).toBe(0);
  });

  test('on forecast it takes what level 1 would miss and leaves it what it answers in time', () => {
    const forecast = (agents: number, margin_hours: number) => {
      const one = pool('un', { trigger: 'forecast', margin_hours, agents: 3 });
      return plan(short([{ ...one, trigger_hours: 0 }], { n1: team('n1', { agents }), urgent_share: 0 }), CALENDARS)
        .total;
    };
    expect(forecast(6, 0).moved).toBe(0);
    expect(forecast(0.5, 0).moved).toBeGreaterThan(50);
    expect(forecast(0.5, 4).share.elapsed!).toBeGreaterThan(forecast(0.5, 0).share.elapsed!);
  });

  test('is filled up to its own limit of work, not beyond', () => {
    const run = runScenario(short([pool('un', { recall_hours: 5, agents: 0.5 })]), CALENDARS);
    // Four fifths of five hours of three mails.
    expect(run.pools[0]!.backlog_peak).toBe(Math.floor(0.8 * 5 * 3));
  });

  test('is not given what it cannot answer in time either', () => {
    const oldHanded = (age_days: number): number => {
      const run = runScenario(short([pool('un')], { backlog_at_start: { n1: 200, poles: 0, age_days } }), CALENDARS);
      return run.admitted.filter((mail) => run.mails.has(mail, MARK.initial) && run.mails.has(mail, MARK.handed))
        .length;
    };
    expect(oldHanded(1)).toBeGreaterThan(20);
    // All but a tenth of them are late when the pool opens.
    expect(oldHanded(20)).toBeLessThan(20);
  });
});

/** All in one hour, two working days to answer; an agent answers 54 a day. */
describe('a hundred and fifty mails at once', () => {
  const burst = (weekday: number, at: number, one: PlanPool, agents: number) =>
    plan(
      scenario({
        to: '2026-05-29',
        arrivals: {
          ...scenario().arrivals,
          first_contacts: 150,
          weekdays: Array.from({ length: 7 }, (_, i) => Number(i + 1 === weekday)),
          hours: Array.from({ length: 24 }, (_, hour) => Number(hour === at)),
          periods: [{ from: '2026-05-25', to: '2026-05-29', factor: 0, label: 'une seule fois' }],
        },
        n1: team('n1', { agents }),
        pools: [one],
      }),
      CALENDARS,
    ).total;
  const monday = (one: PlanPool, agents: number) => burst(1, 7, one, agents);

  test('what nobody can save by real hours may be saved by working hours: a Friday before a long week-end', () => {
    // Due on Sunday, or on Wednesday (Whit Monday): level 1 answers 54 or 108, half an agent 27 before the week-end.
    const { moved } = burst(5, 7, pool('un', { agents: 0.5, trigger: 'forecast', margin_hours: 0 }), 1);
    expect(moved).toBeGreaterThan(38);
    expect(moved).toBeLessThan(60);
  });

  test('a pool takes those that level 1 would miss, and no more: each hand-over shortens the queue behind it', () => {
    const { moved, share } = monday(pool('un', { agents: 10, trigger: 'forecast', margin_hours: 0 }), 1);
    expect(Math.abs(moved - (150 - 2 * 54))).toBeLessThan(5);
    expect(share.elapsed).toBe(1);
  });

  test('a pool is not given what it would miss itself', () => {
    // In eighteen hours a tenth of an agent answers ten.
    expect(monday(pool('un', { agents: 0.1 }), 0).moved).toBeGreaterThan(8);
    expect(monday(pool('un', { agents: 0.1 }), 0).moved).toBeLessThan(13);
  });

  test('nor what level 1 answers sooner', () => {
    expect(monday(pool('un', { agents: 0.1 }), 10).moved).toBeLessThan(5);
  });
});

describe('transfers', () => {
  const all = { review_share: 1, returned_share: 0, n1_minutes: 2, returned_minutes: 10, delay_hours: 0 };

  test('go through level 1, review and pôle, each at its price; some come back', () => {
    const run = plan(withExperts({ transfers: { ...all, returned_share: 0.4 } }), CALENDARS);
    const { transfers, reviewed, returned } = run.counts;
    const done = Object.fromEntries(run.teams.map(({ id, done: count }) => [id, count]));
    expect(transfers).toBeGreaterThan(100);
    expect(reviewed).toBe(done['review']);
    expect(returned / reviewed).toBeGreaterThan(0.25);
    expect(returned / reviewed).toBeLessThan(0.55);
    expect(done['pole']).toBeLessThanOrEqual(reviewed - returned);
    expect(run.teams.find(({ id }) => id === 'review')!.agent_hours).toBeCloseTo((reviewed * 3) / 60, 0);
  });

  test('nobody reviews: after its opening hours an item goes on to the pôle and is counted', () => {
    const stuck = withExperts({
      transfers: all,
      review: { ...team('review', { agents: 0.001 }), timeout_open_hours: 4 },
      poles: [team('pole', { agents: 3 })],
    });
    const { review: _, ...none } = stuck;
    const [timed, never] = [
      plan(stuck, CALENDARS),
      plan({ ...stuck, review: team('review', { agents: 0.001 }) }, CALENDARS),
    ];
    expect(timed.counts.review_timed_out).toBeGreaterThan(80);
    expect(timed.counts.reviewed).toBe(0);
    expect(timed.teams.find(({ id }) => id === 'pole')!.done).toBeGreaterThan(60);
    expect(never.teams.find(({ id }) => id === 'pole')!.done).toBe(0);
    // Without a review team they go straight on.
    expect(plan(none, CALENDARS).counts.reviewed).toBe(0);
  });

  test('a delay between the teams is waited out', () => {
    const at = (delay_hours: number) => plan(withExperts({ transfers: { ...all, delay_hours } }), CALENDARS).total;
    expect(at(24).p90_hours.elapsed!).toBeGreaterThan(at(0).p90_hours.elapsed! + 20);
  });

  test('skills keep expert mail at level 1, tasks answer it there and leave the work to the pôle', () => {
    const base = plan(withExperts(), CALENDARS);
    const skills = plan(withExperts({ skills: { share: 1, minutes_per_mail: 10 } }), CALENDARS);
    expect(skills.counts.transfers).toBe(0);
    expect(skills.counts.skill_answers).toBeGreaterThanOrEqual(base.counts.transfers);
    const other = plan(withExperts({ skills: { share: 1, minutes_per_mail: 10, motifs: ['simple'] } }), CALENDARS);
    expect(other.counts.transfers).toBe(base.counts.transfers);
    const tasks = plan(withExperts({ tasks: { share: 1, n1_minutes: 8, pole_minutes: 5 } }), CALENDARS);
    expect(tasks.counts.transfers).toBe(0);
    expect(tasks.counts.tasks).toBeGreaterThan(100);
    const pole = tasks.teams.find(({ id }) => id === 'pole')!;
    expect(pole.done).toBe(tasks.counts.tasks_done);
    expect(pole.agent_hours).toBeCloseTo((tasks.counts.tasks_done * 5) / 60, 0);
  });
});

describe('repeats and waves', () => {
  const repeats = {
    while_waiting: [{ after_hours: 24, rate: 1 }],
    after_answer: { rate: 0, days: 1 },
    joined_share: 0,
  };

  test('who waits writes again, once a step; who has an answer does not', () => {
    const slow = plan(scenario({ n1: team('n1', { agents: 0 }), repeats }), CALENDARS);
    // Nobody answers: everyone who has waited a day within the window wrote again.
    const waited = slow.days.slice(0, -1).reduce((sum, { received }) => sum + received, 0);
    expect(slow.counts.repeats_waiting).toBeGreaterThan(0.4 * waited);
    expect(slow.counts.repeats_waiting).toBeLessThanOrEqual(slow.first_contacts);
    expect(
      plan(scenario({ n1: team('n1', { agents: 100 }), to: '2026-05-22', repeats }), CALENDARS).counts.repeats_waiting,
    ).toBe(0);
  });

  test('a repeat that joins the conversation ends with its answer and costs nothing', () => {
    const joined = { ...repeats, joined_share: 1 };
    const given = scenario({ n1: team('n1', { agents: 0.6 }), repeats: joined });
    const run = runScenario(given, CALENDARS);
    const alone = runScenario({ ...given, repeats: { ...repeats, while_waiting: [] } }, CALENDARS);
    expect(run.counts.repeats_joined).toBeGreaterThan(50);
    expect(run.n1.done).toEqual(alone.n1.done);
    const apart = run.admitted.filter((mail) => {
      const parent = run.mails.parent[mail]!;
      return parent !== -1 && run.mails.answered[mail] !== run.mails.answered[parent];
    });
    expect(apart).toEqual([]);
  });

  test('after an answer a share writes again, some days later', () => {
    const after = { while_waiting: [], after_answer: { rate: 0.5, days: 1 }, joined_share: 0 };
    const { counts, total } = plan(scenario({ n1: team('n1', { agents: 3 }), repeats: after }), CALENDARS);
    expect(counts.repeats_after_answer).toBeGreaterThan(250);
    expect(total.received).toBe(500 + counts.repeats_after_answer);
  });

  test('a group reply answers the mails of a wave together, at its own price, and no others', () => {
    const wave = { label: 'vague', from: '2026-05-19', to: '2026-05-20', mails: 300, motif: 'simple' };
    const base = scenario({
      n1: team('n1', { agents: 0.5 }),
      arrivals: { ...scenario().arrivals, waves: [wave] },
      urgent_share: 0.1,
    });
    const grouped = {
      ...base,
      group_replies: { ...base.group_replies, enabled: true, ready_after_days: 1, eligible_share: 0.7 },
    };
    const [alone, together] = [plan(base, CALENDARS), plan(grouped, CALENDARS)];
    expect(alone.counts.group_answers).toBe(0);
    expect(together.counts.group_answers).toBeGreaterThan(100);
    expect(together.counts.group_answers).toBeLessThan(300 * 0.8);
    expect(together.total.answered).toBeGreaterThan(alone.total.answered + 100);
    const run = runScenario(grouped, CALENDARS);
    // A sending ends many mails at one instant; each is of the wave and none is urgent.
    const times = new Map<number, number[]>();
    for (const mail of run.admitted) {
      const at = run.mails.answered[mail]!;
      if (Number.isFinite(at)) times.set(at, [...(times.get(at) ?? []), mail]);
    }
    const groups = [...times.values()].filter((mails) => mails.length > 2).flat();
    expect(groups.length).toBeGreaterThan(100);
    expect(groups.filter((mail) => !run.mails.has(mail, MARK.wave) || run.mails.has(mail, MARK.urgent))).toEqual([]);
  });
});

test('the share can be bought by leaving old mail: what the last-come-first order does to the oldest', () => {
  const at = (policy: 'fifo' | 'lifo' | 'stock-flux') =>
    plan(
      scenario({ n1: team('n1', { agents: 0.8 }), order: { policy, stock_share: 0.3, age_max_hours: 10_000 } }),
      CALENDARS,
    ).total;
  expect(at('lifo').share.elapsed!).toBeGreaterThan(at('fifo').share.elapsed! + 0.2);
  expect(at('lifo').oldest_hours).toBeGreaterThan(at('fifo').oldest_hours * 2);
  expect(at('stock-flux').share.elapsed!).toBeGreaterThan(at('fifo').share.elapsed! + 0.1);
});

test('a marker cuts the window: before and from it on', () => {
  const cut = plan(scenario({ markers: [{ date: '2026-05-25', label: 'bascule' }] }), CALENDARS);
  expect(cut.regimes.map(({ from, to, label }) => [from, to, label])).toEqual([
    ['2026-05-18', '2026-05-24', 'avant'],
    ['2026-05-25', '2026-05-31', 'bascule'],
  ]);
  expect(cut.regimes.reduce((sum, { received }) => sum + received, 0)).toBe(cut.total.received);
  expect(plan(scenario({ markers: [{ date: '2027-01-01', label: 'hors période' }] }), CALENDARS).regimes).toEqual([]);
});
