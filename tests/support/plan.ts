import type { PlanPool, PlanScenario, PlanTeam } from '../../domain/plan/scenario.ts';
import type { SiteCalendar } from '../../domain/rulebook.ts';

/** Small scenarios for the tests of `plan`: one team, two weeks, everything else off. */

export const SITE: SiteCalendar = {
  id: 'site',
  zone: 'Europe/Paris',
  hours: [1, 2, 3, 4, 5].map((day) => ({ day, from: '08:30', to: '17:30' })),
  alsace_moselle: 'none',
  local_closures: [],
};
export const MORNINGS: SiteCalendar = {
  ...SITE,
  id: 'mornings',
  hours: [1, 2, 3, 4, 5].map((day) => ({ day, from: '08:30', to: '12:30' })),
};
export const CALENDARS = [SITE, MORNINGS];

/** One agent who answers a mail in ten minutes. */
export function team(id: string, more: Partial<PlanTeam> = {}): PlanTeam {
  return {
    ...{ id, label: id, calendar: 'site', agents: 1, absence: 0, time_on_mail: 1, periods: [], minutes_per_mail: 10 },
    ...more,
  };
}

export function pool(id: string, more: Partial<PlanPool> = {}): PlanPool {
  const terms = { enabled: true, motifs: ['simple'], daily_quota: 1_000, max_share: 1, trigger_hours: 0 };
  return { ...team(id), ...terms, ...more };
}

/** 500 level-1 mails in the second half of May 2026 (Whit Monday among them), one agent. */
export function scenario(more: Partial<PlanScenario> = {}): PlanScenario {
  return {
    name: 'essai',
    seed: 1,
    from: '2026-05-18',
    to: '2026-05-31',
    calendar: 'site',
    sla: { hours: 48, clock: 'elapsed' },
    arrivals: {
      first_contacts: 500,
      weekdays: [1, 1, 1, 1, 1, 0.5, 0.5],
      hours: [0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 3, 3, 2, 2, 3, 3, 3, 2, 1, 1, 1, 1, 0, 0],
      months: Array.from({ length: 12 }, () => 1),
      holidays: 1,
      periods: [],
      day_variation: 0,
      waves: [],
    },
    mails: [{ motif: 'simple', share: 1, expert_share: 0 }],
    urgent_share: 0,
    backlog_at_start: { n1: 0, poles: 0, age_days: 0 },
    n1: team('n1'),
    poles: [],
    pools: [],
    transfers: { n1_minutes: 0, review_share: 0, returned_share: 0, returned_minutes: 10, delay_hours: 0 },
    skills: { share: 0, minutes_per_mail: 10 },
    tasks: { share: 0, n1_minutes: 10, pole_minutes: 10 },
    repeats: { while_waiting: [], after_answer: { rate: 0, days: 1 }, joined_share: 0 },
    group_replies: {
      ...{ enabled: false, ready_after_days: 0, eligible_share: 1, at: ['11:00'] },
      ...{ prepare_minutes: 30, minutes_per_mail: 0.1 },
    },
    order: { policy: 'fifo', stock_share: 0, age_max_hours: 10_000 },
    markers: [],
    ...more,
  };
}

/** Two kinds, a review and a pôle: what tests of transfers need. */
export function withExperts(more: Partial<PlanScenario> = {}): PlanScenario {
  return scenario({
    mails: [
      { motif: 'simple', share: 3, expert_share: 0 },
      { motif: 'complexe', share: 1, expert_share: 1 },
    ],
    n1: team('n1', { agents: 2 }),
    review: team('review', { minutes_per_mail: 3 }),
    poles: [team('pole', { minutes_per_mail: 12 })],
    transfers: { n1_minutes: 2, review_share: 0.5, returned_share: 0.3, returned_minutes: 15, delay_hours: 1 },
    ...more,
  });
}
