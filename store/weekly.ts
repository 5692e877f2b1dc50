import { sql } from 'kysely';
import { DAY_MS, dayStart, dayText, HOUR_MS, instantMs, PARIS, parseDay } from '../domain/days.ts';
import { DEFAULT_FIGURE } from '../domain/figure-terms.ts';
import type { Rulebook } from '../domain/rulebook.ts';
import {
  AGE_BOUNDS_HOURS,
  AGE_LABELS,
  labelled,
  type AgeBand,
  type BotWeek,
  type WeeklyReport,
} from '../domain/weekly/data.ts';
import { readBotReport } from './bot-report.ts';
import { SYSTEM, type Store, type Tx } from './database.ts';
import { readOutlook } from './outlook.ts';
import { buildReport, type Report, type ReportOptions } from './report.ts';
import { reviewFigures } from './review-desk.ts';

/** Days shown on the time axis, the last week among them. */
const AXIS_DAYS = 56;
const WEEK_DAYS = 7;

/**
 * What happened in the seven days that end with `to`, and stood then (or now, while the week lasts).
 * @throws AiguillageError BAD_INPUT on a malformed day
 */
export async function buildWeekly(store: Store, book: Rulebook, to: string, now: Date): Promise<WeeklyReport> {
  const last = parseDay(to);
  const week = { from: dayText(last - WEEK_DAYS + 1), to };
  const previous = { from: dayText(last - 2 * WEEK_DAYS + 1), to: dayText(last - WEEK_DAYS) };
  const endOf = (day: number): number => Math.min(dayStart(day + 1, PARIS) - 1, now.getTime());
  const as_of = new Date(endOf(last));
  const report = (over: Partial<ReportOptions> = {}): Promise<Report> =>
    buildReport(store, { ...week, as_of, ...over }, now);
  const elapsed = await report();
  const working = await report({ clock: 'working' });
  const then = { ...previous, as_of: new Date(endOf(last - WEEK_DAYS)) };
  const axis = { from: dayText(last - AXIS_DAYS + 1), to, by: 'day' as const };
  const days = daysOf(await report(axis), await report({ ...axis, clock: 'working' }));
  const { references, regimes } = book.figure ?? DEFAULT_FIGURE;
  const labels = new Map([...book.motifs, ...book.queues].map(({ id, label }) => [id, label]));
  const named = async (by: 'motif' | 'queue' | 'pool', none: string): Promise<WeeklyReport['motifs']> =>
    labelled(await report({ by }), (id) => labels.get(id), none);
  const { motifs, queues, pools } = {
    motifs: await named('motif', 'sans motif'),
    queues: await named('queue', 'sans file'),
    pools: (await named('pool', '')).filter(({ key }) => key !== null),
  };
  const {
    by_motif: _,
    by_rule: __,
    ...reviews
  } = await reviewFigures(
    store,
    book,
    new Date(dayStart(parseDay(week.from), PARIS)),
    new Date(dayStart(last + 1, PARIS)),
  );
  const live = now.getTime() - as_of.getTime() < DAY_MS;
  return {
    ...week,
    as_of: as_of.toISOString(),
    elapsed: numbersOf(elapsed),
    working: numbersOf(working),
    before: {
      elapsed: numbersOf(await report(then)),
      working: numbersOf(await report({ ...then, clock: 'working' })),
    },
    repeats: numbersOf(await report({ ...previous, as_of })),
    days,
    references,
    regimes: regimes.filter(({ on }) => on >= axis.from && on <= to),
    ...{ motifs, queues, pools, reviews },
    ages: await store.read(SYSTEM, (tx) => countAges(tx, as_of)),
    bot: await botOf(store, week),
    forecast: live ? (await readOutlook(store, book, now)).sentences : [],
  };
}

/** The numbers alone. */
function numbersOf({ as_of: _, from: __, to: ___, clock: ____, known: _____, ...numbers }: Report): Report {
  return numbers as Report;
}

/** A day is judged once none of its requests can still be answered in time: before, the quick ones would stand alone. */
function daysOf(elapsed: Report, working: Report): WeeklyReport['days'] {
  const shares = (report: Report): Map<string | null, number | null> =>
    new Map(report.groups?.map(({ key, share, open_not_due }) => [key, open_not_due === 0 ? share : null]));
  const on = { elapsed: shares(elapsed), working: shares(working) };
  const received = new Map(elapsed.groups?.map((group) => [group.key, group.received]));
  return Array.from({ length: AXIS_DAYS }, (_, i) => {
    const day = dayText(parseDay(elapsed.to) - AXIS_DAYS + 1 + i);
    return {
      day,
      received: received.get(day) ?? 0,
      elapsed: on.elapsed.get(day) ?? null,
      working: on.working.get(day) ?? null,
    };
  });
}

/** All that was open at an instant, whenever it came, by age in real hours. */
export async function countAges(tx: Tx, as_of: Date): Promise<AgeBand[]> {
  const bounds = AGE_BOUNDS_HOURS.map((hours) => new Date(instantMs(as_of) - hours * HOUR_MS)).reverse();
  const { rows } = await sql<{ band: number; n: number }>`
    select width_bucket(started_at, ${bounds}::timestamptz[]) as band, count(*)::int as n
    from aiguillage.figure_request
    where ended is null and now_from <= ${as_of} and now_until > ${as_of} group by 1`.execute(tx);
  const counts = new Map(rows.map(({ band, n }) => [band, n]));
  return AGE_LABELS.map((label, i) => ({ label, count: counts.get(bounds.length - i) ?? 0 }));
}

/** Nobody's words: a report that is printed and sent on quotes no member. */
async function botOf(store: Store, week: { from: string; to: string }): Promise<BotWeek> {
  const { talks, contained, contained_share, offered, handed_over, failed_requests, median_hours_to_human } =
    await readBotReport(store, { ...week, quotes_max: 0 });
  return { talks, contained, contained_share, offered, handed_over, failed_requests, median_hours_to_human };
}
