import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { localDay, openMsBetween } from '../../domain/calendar.ts';
import { chooseQueue, type Load, type QueueLoad, type Switch } from '../../domain/overflow.ts';
import type { OverflowContract } from '../../domain/overflow-contract.ts';
import { recall } from '../../domain/overflow-recall.ts';
import { rebalance } from '../../domain/overflow-rebalance.ts';
import type { Decision } from '../../domain/route.ts';
import { dueDates } from '../../domain/sla.ts';
import { NORD } from '../support/history.ts';
import { queue, testBook } from '../support/book.ts';

/**
 * Contracts at work for days on end: mail arrives all the time, n1 and two pools answer in their hours, a pass every half hour moves and calls back. One of the pools may stop working in the middle. Nothing here but the pure functions and
 * a ledger of what they said.
 */
const STEP_MS = 30 * 60_000;
const STEPS_PER_DAY = 48;
/** Monday 00:00 in Paris. */
const MONDAY = new Date('2026-03-15T23:00:00Z').getTime();

const TERMS: OverflowContract = {
  from: 'n1',
  since: '2021-11-01',
  motifs: ['carte-vitale'],
  daily_quota: 30,
  max_share: 0.25,
  enabled: true,
  trigger: 'forecast',
  margin_hours: 2,
  stop_margin_hours: 4,
  recall_hours: 5,
  silent_hours: 4,
};
const base = testBook();
const book = testBook({
  queues: [
    ...base.queues.filter(({ kind }) => kind !== 'partner' && kind !== 'n1'),
    queue('n1', 'n1', { capacity_per_open_hour: 10 }),
    queue('pool.hainaut', 'partner', { capacity_per_open_hour: 4, contract: TERMS }),
    queue('pool.flandres', 'partner', { capacity_per_open_hour: 3, contract: { ...TERMS, daily_quota: 15 } }),
  ],
});
const POOLS = ['pool.hainaut', 'pool.flandres'];
const RATE: Record<string, number> = { n1: 10, 'pool.hainaut': 4, 'pool.flandres': 3 };

interface Mail {
  readonly id: string;
  readonly started_ms: number;
  readonly due_ms: number;
  readonly working_ms: number;
  queue: string;
  hops: number;
  handed_ms: number;
}

interface Life {
  readonly per_step: readonly number[];
  readonly days: number;
  /** Nothing arrives on Saturdays and Sundays. */
  readonly week_only?: boolean;
  /** Both contracts are stopped all the time. */
  readonly alone?: boolean;
  /** From this step on, nobody of pool.hainaut takes anything. */
  readonly silent_from: number;
}

function live({ per_step, days, silent_from, week_only, alone }: Life) {
  const open = new Map<string, Mail>();
  const day_of = (ms: number): string => localDay(ms, 'Europe/Paris');
  const handed = new Map<string, number>();
  const arrivals = new Map<string, number>();
  const active = new Map<string, Set<string>>();
  const stopped = new Map<string, number>(alone === true ? POOLS.map((pool) => [pool, Infinity]) : []);
  const last_claim = new Map<string, number>();
  const owed = new Map<string, number>();
  const log: { what: 'handed' | 'recalled'; id: string; pool: string; ms: number; why: string }[] = [];
  const switches: (Switch & { ms: number })[] = [];
  let seen = 0;
  let late = 0;

  const counts = new Map<string, number>();
  const place = (mail: Mail, to: string | undefined): void => {
    if (mail.queue !== '') counts.set(mail.queue, counts.get(mail.queue)! - 1);
    if (to === undefined) open.delete(mail.id);
    else {
      open.set(mail.id, mail);
      mail.queue = to;
      counts.set(to, (counts.get(to) ?? 0) + 1);
    }
  };
  const inQueue = (id: string): Mail[] =>
    [...open.values()]
      .filter((mail) => mail.queue === id)
      .sort((a, b) => a.due_ms - b.due_ms || (a.id < b.id ? -1 : 1));
  const loadAt = (ms: number): Load =>
    Object.fromEntries(
      ['n1', ...POOLS].map((id): [string, QueueLoad] => [
        id,
        {
          backlog: counts.get(id) ?? 0,
          arrivals_today: id === 'n1' ? (arrivals.get(day_of(ms)) ?? 0) : 0,
          handed_today: handed.get(`${id} ${day_of(ms)}`) ?? 0,
          active: [...(active.get(id) ?? [])],
          ...((stopped.get(id) ?? 0) > ms ? { stopped: 'silent' } : {}),
        },
      ]),
    );
  const keep = (changes: readonly Switch[] | undefined, ms: number): void => {
    for (const change of changes ?? []) {
      switches.push({ ...change, ms });
      const set = active.get(change.pool) ?? new Set<string>();
      active.set(change.pool, set);
      if (change.active) set.add(change.policy);
      else set.delete(change.policy);
    }
  };
  const hand = (mail: Mail, pool: string, why: string, ms: number): void => {
    place(mail, pool);
    mail.hops += 1;
    mail.handed_ms = ms;
    const key = `${pool} ${day_of(ms)}`;
    handed.set(key, (handed.get(key) ?? 0) + 1);
    log.push({ what: 'handed', id: mail.id, pool, ms, why });
    const contract = book.queues.find(({ id }) => id === pool)!.contract!;
    expect(handed.get(key)!).toBeLessThanOrEqual(contract.daily_quota);
    expect(handed.get(key)!).toBeLessThanOrEqual(Math.ceil(contract.max_share * (arrivals.get(day_of(ms)) ?? 0)));
    expect(mail.hops).toBe(1);
    expect(why).not.toBe('');
  };

  for (let step = 0; step < days * STEPS_PER_DAY; step++) {
    const ms = MONDAY + step * STEP_MS;
    const now = new Date(ms);
    const policy = book.slas[0]!;
    const arriving =
      week_only === true && step % (7 * STEPS_PER_DAY) >= 5 * STEPS_PER_DAY ? 0 : per_step[step % per_step.length]!;
    for (let n = 0; n < arriving; n++) {
      const due = dueDates(now, policy, NORD);
      const mail: Mail = {
        id: `m${String(seen++).padStart(6, '0')}`,
        started_ms: ms,
        due_ms: due.due_elapsed_at.getTime(),
        working_ms: due.due_working_at.getTime(),
        queue: '',
        hops: 0,
        handed_ms: 0,
      };
      const terms = { mailbox: 'pfs-assures', started_at: now.toISOString() };
      const decision = {
        motif: 'carte-vitale',
        level: 'n1',
        urgency: 3,
        queue: 'n1',
        rule: 'x',
        restricted: false,
        abstained: false,
      };
      const routed = chooseQueue(decision as unknown as Decision, loadAt(ms), book, now, terms);
      keep(routed.switched, ms);
      arrivals.set(day_of(ms), (arrivals.get(day_of(ms)) ?? 0) + 1);
      place(mail, 'n1');
      if (routed.overflow) hand(mail, routed.queue, routed.reasons.find(({ taken }) => taken)!.why, ms);
    }
    for (const id of ['n1', ...POOLS]) {
      if (id === 'pool.hainaut' && step >= silent_from) continue;
      const due = (owed.get(id) ?? 0) + (openMsBetween(ms, ms + STEP_MS, NORD) / 3_600_000) * RATE[id]!;
      const done = inQueue(id).slice(0, Math.floor(due));
      owed.set(id, done.length < Math.floor(due) ? 0 : due - done.length);
      if (done.length > 0) last_claim.set(id, ms);
      for (const mail of done) {
        place(mail, undefined);
        if (mail.due_ms < ms) late += 1;
      }
    }
    for (const pool of POOLS) {
      const items = inQueue(pool);
      const found = recall(
        pool,
        items.map((mail) => ({
          id: mail.id,
          level: 'n1',
          urgency: 3,
          restricted: false,
          handed_at: new Date(mail.handed_ms).toISOString(),
          due_elapsed_at: new Date(mail.due_ms).toISOString(),
          due_working_at: new Date(mail.working_ms).toISOString(),
        })),
        {
          backlog: items.length,
          held: 0,
          last_claim_at: last_claim.has(pool) ? new Date(last_claim.get(pool)!).toISOString() : null,
          call_back: false,
        },
        book,
        now,
      );
      if (found.rest_until !== undefined) stopped.set(pool, Date.parse(found.rest_until));
      for (const { id, why } of found.recalled) {
        const mail = open.get(id)!;
        place(mail, 'n1');
        const key = `${pool} ${day_of(mail.handed_ms)}`;
        handed.set(key, handed.get(key)! - 1);
        log.push({ what: 'recalled', id, pool, ms, why });
      }
    }
    const waiting = inQueue('n1');
    const { moves, switched } = rebalance(
      'n1',
      waiting.map((mail, ahead) => ({
        id: mail.id,
        mailbox: 'pfs-assures',
        started_at: new Date(mail.started_ms).toISOString(),
        due_elapsed_at: new Date(mail.due_ms).toISOString(),
        due_working_at: new Date(mail.working_ms).toISOString(),
        motif: 'carte-vitale',
        level: 'n1',
        urgency: 3,
        restricted: false,
        unsure: false,
        pool_hops: mail.hops,
        sibling_open: false,
        ahead,
      })),
      loadAt(ms),
      book,
      now,
      20,
    );
    keep(switched, ms);
    for (const { id, to, why } of moves) hand(open.get(id)!, to, why, ms);
  }
  const end_ms = MONDAY + days * 86_400_000;
  for (const mail of open.values()) if (mail.due_ms < end_ms) late += 1;
  return { log, switches, handed, open, late };
}

describe('contracts at work', () => {
  test('a week of steady overload: help comes, and no contract is switched to and fro', () => {
    // 3.25 each half hour is 156 a day; n1 answers 90, the pools may be given 45.
    const { log, switches, late } = live({ per_step: [4, 3, 3, 3], days: 5, silent_from: Infinity });
    expect(log.filter(({ what }) => what === 'handed').length).toBeGreaterThan(100);
    expect(log.filter(({ what }) => what === 'recalled')).toEqual([]);
    // The night fills the line and the day works it off; between, a contract keeps its state for hours.
    for (const pool of POOLS) {
      const at = switches.filter((change) => change.pool === pool).map(({ ms }) => ms);
      expect(at.length).toBeGreaterThan(0);
      for (let i = 1; i < at.length; i++) expect(at[i]! - at[i - 1]!).toBeGreaterThanOrEqual(6 * 3_600_000);
    }
    const without = live({ per_step: [4, 3, 3, 3], days: 5, silent_from: Infinity, alone: true });
    expect(without.late).toBeGreaterThan(30);
    expect(late).toBeLessThan(without.late / 2);
  });

  test('an ordinary week that n1 can answer alone hands nothing over', () => {
    // 48 a day against 90.
    const { log } = live({ per_step: [1], days: 8, silent_from: Infinity, week_only: true });
    expect(log).toEqual([]);
  });

  test('a pool that falls silent gives its work back the same day, and each day is tried once', () => {
    // Silent from Tuesday 10:00 on.
    const from = (24 + 10) * 2;
    const { log, handed, open } = live({ per_step: [4], days: 4, silent_from: from });
    const back = log.filter(({ what, pool }) => what === 'recalled' && pool === 'pool.hainaut');
    expect(back.length).toBeGreaterThan(10);
    expect(back[0]!.ms).toBeLessThan(MONDAY + 2 * 86_400_000);
    const days = new Set(back.map(({ ms }) => `${localDay(ms, 'Europe/Paris')} ${ms}`));
    expect(days.size).toBeLessThanOrEqual(3);
    // Nothing that came back was handed again, and the counters hold what the pools still have or answered.
    const twice = log.filter(({ what, id }) => what === 'handed' && back.some((one) => one.id === id));
    expect(
      twice.every(({ pool, ms, id }) => pool === 'pool.hainaut' && ms < back.find((one) => one.id === id)!.ms),
    ).toBe(true);
    const net = new Map<string, number>();
    for (const { what, pool } of log) net.set(pool, (net.get(pool) ?? 0) + (what === 'handed' ? 1 : -1));
    for (const pool of POOLS) {
      const counted = [...handed].reduce((sum, [key, n]) => (key.startsWith(pool) ? sum + n : sum), 0);
      expect(counted).toBe(net.get(pool) ?? 0);
    }
    expect([...open.values()].every(({ hops }) => hops <= 1)).toBe(true);
  });

  test('whatever arrives and whenever a pool falls silent, quota, share and hops hold at every hand-over', () => {
    fc.assert(
      fc.property(
        fc.record({
          per_step: fc.array(fc.nat(6), { minLength: 3, maxLength: 40 }),
          days: fc.constantFrom(2, 3),
          silent_from: fc.nat(144),
        }),
        (life) => {
          // The expectations stand in hand().
          const { log, handed } = live(life);
          expect(Math.min(0, ...handed.values())).toBe(0);
          const count = (what: string) => log.filter((line) => line.what === what).length;
          expect(count('recalled')).toBeLessThanOrEqual(count('handed'));
        },
      ),
      { numRuns: 10 },
    );
  });
});
