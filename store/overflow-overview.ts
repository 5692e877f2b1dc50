import { sql } from 'kysely';
import { openMsBetween } from '../domain/calendar.ts';
import { DAY_MS } from '../domain/days.ts';
import { slackHours, waitHours } from '../domain/forecast.ts';
import { holdLimits, limitsOf, quotaLeft } from '../domain/overflow-contract.ts';
import { promiseOf } from '../domain/overflow-promise.ts';
import { nextActive, placeOf, saves, weigh, type Load, type Place } from '../domain/overflow-weigh.ts';
import type { DeskQueue, OverflowContract, Rulebook } from '../domain/rulebook.ts';
import type { Tx } from './database.ts';
import { ownersDay, poolsOf, readDay, readLoad, readLoadView } from './load.ts';
import { stoppedPools, type Stop } from './overflow.ts';
import { countSamples, type SampleCount } from './pool-answers.ts';

/** How each contract stands, for those who answer for it: figures and reasons, nobody's name but the one who stopped it. */

const SAMPLE_DAYS = 30;
const EVENTS_MAX = 5_000;

export interface Recent {
  readonly what: 'handed' | 'recalled';
  readonly code: string;
  readonly why: string | null;
  readonly at: Date;
  readonly count: number;
}

/** Looks without a lock: a figure may be some seconds old. */
export async function overviewPools(tx: Tx, book: Rulebook, now: Date, present?: ReadonlyMap<string, number>) {
  const view = { ...(await readLoadView(tx, book, now)), ...(present === undefined ? {} : { present }) };
  const pools = book.queues.filter((queue) => queue.contract !== undefined);
  const ids = pools.map(({ id }) => id);
  const stops = await stoppedPools(tx, ids, now);
  const samples = await countSamples(tx, new Date(now.getTime() - SAMPLE_DAYS * DAY_MS));
  const oldest = await oldestOf(tx, ids);
  const names = await namesOf(tx, [...stops.values()]);
  const rows = [];
  for (const source_id of new Set(pools.map(({ contract }) => contract!.from))) {
    const home = book.queues.find(({ id }) => id === source_id);
    const counters = await readDay(tx, [source_id, ...poolsOf(book, source_id)], ownersDay(book, now));
    const load = await readLoad(tx, book, source_id, view, counters, now);
    const source = home === undefined ? undefined : placeOf(book, home, load, now);
    const mailboxes = await waitingMailboxes(tx, book, source_id);
    for (const queue of pools.filter(({ contract }) => contract!.from === source_id)) {
      const stop = stops.get(queue.id);
      rows.push({
        ...standing(book, queue, load, source, mailboxes, now),
        oldest_at: oldest.get(queue.id) ?? null,
        stopped:
          stop === undefined
            ? null
            : {
                reason: stop.reason,
                by: stop.stopped_by === null ? null : (names.get(stop.stopped_by) ?? stop.stopped_by),
                stopped_at: stop.stopped_at,
                until: stop.until,
                recall: stop.call_back,
              },
        recent: await recentOf(tx, queue.id, now),
        sample: sampleOf(queue.contract!, samples.get(queue.id)),
      });
    }
  }
  return rows;
}

function sampleOf(contract: OverflowContract, count: SampleCount | undefined) {
  const none: SampleCount = { answers: 0, sampled: 0, open: 0, good: 0, to_improve: 0, wrong: 0 };
  return { share: limitsOf(contract).sample_share, ...(count ?? none) };
}

function standing(
  book: Rulebook,
  queue: DeskQueue,
  load: Load,
  source: Place | undefined,
  mailboxes: readonly string[],
  now: Date,
) {
  const contract = queue.contract!;
  const pool = placeOf(book, queue, load, now);
  const mine = load[queue.id]!;
  const arrivals = load[contract.from]?.arrivals_today ?? 0;
  const rate = pool?.rate ?? { today: queue.capacity_per_open_hour, later: queue.capacity_per_open_hour };
  return {
    pool: queue.id,
    label: queue.label,
    from: contract.from,
    enabled: contract.enabled,
    trigger: contract.trigger ?? 'backlog',
    open: pool !== undefined && openMsBetween(now, now.getTime() + 60_000, pool.calendar) > 0,
    daily_quota: contract.daily_quota,
    handed_today: mine.handed_today,
    quota_left: quotaLeft(contract, mine.handed_today),
    max_share: contract.max_share,
    share_used: arrivals === 0 ? null : Math.round((mine.handed_today / arrivals) * 1_000) / 1_000,
    arrivals_today: arrivals,
    backlog: mine.backlog,
    work_hours: tenth(waitHours(rate, mine.backlog)),
    recall_hours: contract.recall_hours ?? null,
    active: [...(mine.active ?? [])],
    forecast:
      pool === undefined || source === undefined
        ? []
        : mailboxes.flatMap((mailbox) => forecast(book, pool, source, mailbox, now)),
    now:
      pool === undefined || source === undefined
        ? { code: 'calendar', why: 'calendrier inconnu' }
        : standsNow(book, pool, source, mailboxes[0] ?? '', arrivals, now),
  };
}

/** What a mail that arrives now would find, on both clocks. */
function forecast(book: Rulebook, pool: Place, source: Place, mailbox: string, now: Date) {
  const { policy, fresh } = promiseOf(book, source.calendar, { mailbox, started_at: now.toISOString() }, now);
  const ahead = source.load.ahead_of_new?.[policy] ?? source.load.backlog;
  return fresh.map(({ clock, at }) => ({
    policy,
    clock,
    due_at: at.toISOString(),
    source_slack_hours: tenth(
      slackHours(source.ahead.openTime(at), source.rate, ahead, source.load.passing_per_open_hour),
    ),
    pool_slack_hours: tenth(slackHours(pool.ahead.openTime(at), pool.rate, pool.load.backlog)),
  }));
}

/** The fate of a mail the contract is made for, so that the reason is the load's alone. */
function standsNow(book: Rulebook, pool: Place, source: Place, mailbox: string, arrivals: number, now: Date) {
  const contract = pool.queue.contract!;
  const promised = promiseOf(book, source.calendar, { mailbox, started_at: now.toISOString() }, now);
  const outcome = weigh({
    pool,
    source,
    item: {
      motif: contract.motifs[0] ?? null,
      level: 'n1',
      urgency: 3,
      restricted: false,
      unsure: false,
      pool_hops: 0,
      sibling_open: false,
    },
    promised,
    ahead: source.load.ahead_of_new?.[promised.policy] ?? source.load.backlog,
    arrivals: arrivals + 1,
    active: nextActive(pool, source, promised, now),
    book,
    now,
  });
  if (!saves(outcome)) return { code: outcome.code, why: outcome.why };
  const { fill } = holdLimits(contract, pool.rate.today);
  const room = Number.isFinite(fill) ? `, place pour ${fill - pool.load.backlog} messages` : '';
  return { code: 'taken', why: `les messages du contrat partent${room}` };
}

function tenth(hours: number): number | null {
  return Number.isFinite(hours) ? Math.round(hours * 10) / 10 : null;
}

/** Mailboxes with mail in the queue, one a promise, the most usual first; where nothing waits, the first mailbox. */
async function waitingMailboxes(tx: Tx, book: Rulebook, source: string): Promise<string[]> {
  const rows = await tx
    .selectFrom('conversation')
    .select(({ fn }) => ['mailbox', fn.countAll<number>().as('n')])
    .where('queue', '=', source)
    .where('status', '=', 'queued')
    .groupBy('mailbox')
    .execute();
  const by_policy = new Map<string, { mailbox: string; n: number }>();
  for (const { mailbox, n } of rows) {
    const policy = book.mailboxes.find(({ id }) => id === mailbox)?.sla;
    if (policy === undefined) continue;
    const sum = (by_policy.get(policy)?.n ?? 0) + Number(n);
    by_policy.set(policy, { mailbox: by_policy.get(policy)?.mailbox ?? mailbox, n: sum });
  }
  const found = [...by_policy.values()].sort((a, b) => b.n - a.n).map(({ mailbox }) => mailbox);
  return found.length > 0 ? found : book.mailboxes.slice(0, 1).map(({ id }) => id);
}

async function oldestOf(tx: Tx, pools: readonly string[]): Promise<Map<string, Date>> {
  if (pools.length === 0) return new Map();
  const rows = await tx
    .selectFrom('conversation')
    .select(({ fn }) => ['queue', fn.min('first_received_at').as('at')])
    .where('queue', 'in', [...pools])
    .where('status', 'in', ['queued', 'assigned'])
    .groupBy('queue')
    .execute();
  return new Map(rows.map(({ queue, at }) => [queue, at]));
}

async function namesOf(tx: Tx, stops: readonly Stop[]): Promise<Map<string, string>> {
  const ids = stops.flatMap(({ stopped_by }) => stopped_by ?? []);
  if (ids.length === 0) return new Map();
  const rows = await tx.selectFrom('agent').select(['id', 'display_name']).where('id', 'in', ids).execute();
  return new Map(rows.map(({ id, display_name }) => [id, display_name]));
}

/** Hand-overs and recalls of the last 24 hours by kind, newest first. */
async function recentOf(tx: Tx, pool: string, now: Date): Promise<Recent[]> {
  const { rows } = await sql<{
    what: 'handed' | 'recalled';
    code: string;
    why: string | null;
    at: Date;
    count: number;
  }>`
    select replace(type, 'overflow.', '') as what, code, (array_agg(why order by seq desc))[1] as why,
      max(occurred_at) as at, count(*) as count
    from (select type, seq, occurred_at, data ->> 'why' as why,
            coalesce(data ->> 'reason', data ->> 'by', case type when 'overflow.handed' then 'by-hand' else 'given-back' end) as code
          from aiguillage.event
          where type in ('overflow.handed', 'overflow.recalled') and data ->> 'pool' = ${pool}
          order by seq desc limit ${EVENTS_MAX}) latest
    where occurred_at > ${new Date(now.getTime() - DAY_MS)} and occurred_at <= ${now}
    group by type, code order by max(seq) desc`.execute(tx);
  return rows.map((row) => ({ ...row, count: Number(row.count) }));
}
