import { sql } from 'kysely';
import { DEMO_PORTAL } from '../config/portals.ts';
import { AiguillageError } from '../domain/errors.ts';
import { dayStart, PARIS, parseDay } from '../domain/days.ts';
import type { FailureCause } from '../domain/bot/state.ts';
import { maskPersonal } from '../domain/privacy.ts';
import { SYSTEM, type Store, type Tx } from './database.ts';

/** What the bot does for people, and where it fails them: from the event log, and the words that failed from the turns. */
export interface BotReport {
  readonly from: string;
  readonly to: string;
  /** Talks begun in these days in which the member said something, or only clicked for an adviser. */
  readonly talks: number;
  /** Over, and no person was needed; `contained_share` is of the talks that are over. */
  readonly contained: number;
  readonly contained_share: number | null;
  readonly still_open: number;
  readonly offered: number;
  readonly declined: number;
  /** Offers that were taken up, and their share. */
  readonly offered_accepted: number;
  readonly offered_accepted_share: number | null;
  /** Hand-overs by what led to them: the member took the offer, asked, a mark, a matter for people only. */
  readonly accepted: Readonly<Record<'member' | 'asked' | 'flag' | 'motif', number>>;
  readonly handed_over: number;
  /** From the accepted hand-over to the first answer of a person that reached the member. */
  readonly answered: number;
  readonly median_hours_to_human: number | null;
  readonly p90_hours_to_human: number | null;
  readonly failed_requests: number;
  readonly failed_by_motif: readonly MotifFailures[];
  /** Newest first, personal numbers masked; names people wrote are not. */
  readonly said_when_failed: readonly FailedWords[];
}

export interface MotifFailures {
  readonly motif: string | null;
  readonly failed: number;
  readonly causes: Readonly<Partial<Record<FailureCause, number>>>;
}

export interface FailedWords {
  readonly at: string;
  readonly motif: string | null;
  readonly cause: FailureCause;
  /** The request that failed. */
  readonly asked: string;
  /** What showed it, where that was another turn. */
  readonly then: string | null;
}

export interface BotReportOptions {
  /** First and last day, "YYYY-MM-DD" of Europe/Paris, both included. */
  readonly from: string;
  readonly to: string;
  /** One portal; without it all but the chat page's. */
  readonly portal?: string | undefined;
  /** How many failed requests are quoted; 0 for a reader who may not see members' words. */
  readonly quotes_max?: number;
}

const QUOTES = 200;
const QUOTE_CHARS_MAX = 400;
const DAYS_MAX = 400;

interface TalkRow {
  readonly over: boolean;
  readonly offered: boolean;
  readonly declined: boolean;
  readonly by: keyof BotReport['accepted'] | null;
  readonly hours: number | null;
}

/** @throws AiguillageError BAD_INPUT for days that are none, or too many */
export async function readBotReport(store: Store, options: BotReportOptions): Promise<BotReport> {
  const { from, to, portal, quotes_max = QUOTES } = options;
  const first = parseDay(from);
  const last = parseDay(to);
  if (last < first || last - first > DAYS_MAX)
    throw new AiguillageError('BAD_INPUT', `from, to: 1 to ${DAYS_MAX} days.`);
  const range = { since: new Date(dayStart(first, PARIS)), until: new Date(dayStart(last + 1, PARIS)), portal };
  return store.read(SYSTEM, async (tx) => {
    const talks = await talksOf(tx, range);
    const failures = await failuresOf(tx, range);
    const said_when_failed = quotes_max === 0 ? [] : await wordsOf(tx, range, quotes_max);
    return { from, to, ...count(talks), ...group(failures), said_when_failed };
  });
}

interface Range {
  readonly since: Date;
  readonly until: Date;
  readonly portal: string | undefined;
}

/** Talks begun in the range, by their first event. */
const begun = ({ since, until, portal }: Range) => sql`
  select data ->> 'bot' as bot from aiguillage.event
  where type = 'bot.started' and type like 'bot.%' and occurred_at >= ${since} and occurred_at < ${until}
    and ${portal === undefined ? sql`data ->> 'portal' <> ${DEMO_PORTAL}` : sql`data ->> 'portal' = ${portal}`}`;

/** It stops a clock still: an answer that was taken back, or reached nobody, is none. */
const STANDS = sql`exists (select 1 from jsonb_array_elements_text(a.data -> 'message_ids') as mail(id)
  join aiguillage.request r on r.message_id = mail.id::uuid and r.stopped_at = a.occurred_at)`;

async function talksOf(tx: Tx, range: Range): Promise<TalkRow[]> {
  const { rows } = await sql<TalkRow>`
    with begun as (${begun(range)}), talk as (
      select e.data ->> 'bot' as bot,
        count(*) filter (where e.type = 'bot.turn') as turns,
        bool_or(e.type = 'bot.offered') as offered,
        bool_or(e.type = 'bot.declined') as declined,
        min(e.occurred_at) filter (where e.type = 'bot.accepted') as accepted_at,
        (array_agg(e.data ->> 'by' order by e.seq) filter (where e.type = 'bot.accepted'))[1] as "by",
        (array_agg(e.conversation_id) filter (where e.type = 'bot.handed'))[1] as conversation_id,
        (array_agg(e.type order by e.seq desc) filter (where e.type in ('bot.closed', 'bot.resumed')))[1] = 'bot.closed' as closed
      from aiguillage.event e join begun b on b.bot = e.data ->> 'bot'
      where e.type like 'bot.%' and e.occurred_at >= ${range.since}
      group by 1)
    select coalesce(closed, false) as over, offered, declined, "by",
      extract(epoch from ((select min(a.occurred_at) from aiguillage.event a where a.conversation_id = talk.conversation_id
        and a.type = 'request.answered' and a.occurred_at >= accepted_at and ${STANDS}) - accepted_at))::float8 / 3600 as hours
    from talk where turns > 0 or "by" is not null`.execute(tx);
  return rows;
}

interface FailureRow {
  readonly motif: string | null;
  readonly cause: FailureCause;
  readonly n: number;
}

async function failuresOf(tx: Tx, range: Range): Promise<FailureRow[]> {
  const { rows } = await sql<FailureRow>`
    with begun as (${begun(range)})
    select e.data ->> 'motif' as motif, e.data ->> 'cause' as cause, count(*)::int as n
    from aiguillage.event e join begun b on b.bot = e.data ->> 'bot'
    where e.type = 'bot.request-failed' and e.type like 'bot.%' and e.occurred_at >= ${range.since}
    group by 1, 2 order by 1, 2`.execute(tx);
  return rows;
}

async function wordsOf(tx: Tx, range: Range, limit: number): Promise<FailedWords[]> {
  const { rows } = await sql<Omit<FailedWords, 'at'> & { at: Date }>`
    with begun as (${begun(range)})
    select e.occurred_at as at, e.data ->> 'motif' as motif, e.data ->> 'cause' as cause, asked.text as asked,
      case when asked.turn <> shown.turn then shown.text end as "then"
    from aiguillage.event e join begun b on b.bot = e.data ->> 'bot'
    join aiguillage.bot_turn asked on asked.bot_conversation_id = b.bot::uuid and asked.what = 'turn'
      and asked.turn = (e.data ->> 'turn')::int
    left join aiguillage.bot_turn shown on shown.bot_conversation_id = b.bot::uuid and shown.what = 'turn'
      and shown.turn = (e.data ->> 'shown_at_turn')::int
    where e.type = 'bot.request-failed' and e.type like 'bot.%' and e.occurred_at >= ${range.since}
    order by e.seq desc limit ${limit}`.execute(tx);
  return rows.map(({ at, asked, then, ...row }) => ({
    ...row,
    at: at.toISOString(),
    asked: quote(asked),
    then: then === null ? null : quote(then),
  }));
}

/** Masked before it is cut: half a number is no number to the mask. */
function quote(text: string): string {
  return [...maskPersonal(text)].slice(0, QUOTE_CHARS_MAX).join('');
}

function count(
  talks: readonly TalkRow[],
): Omit<BotReport, 'from' | 'to' | 'failed_requests' | 'failed_by_motif' | 'said_when_failed'> {
  const accepted = { member: 0, asked: 0, flag: 0, motif: 0 };
  for (const { by } of talks) if (by !== null) accepted[by] += 1;
  const of = (wanted: (talk: TalkRow) => boolean): number => talks.filter(wanted).length;
  const contained = of(({ by, over }) => by === null && over);
  const handed_over = of(({ by }) => by !== null);
  const offered = of((talk) => talk.offered);
  const offered_accepted = of((talk) => talk.offered && talk.by !== null);
  const hours = talks.flatMap((talk) => (talk.hours === null ? [] : [talk.hours])).sort((a, b) => a - b);
  return {
    talks: talks.length,
    contained,
    contained_share: share(contained, contained + handed_over),
    still_open: talks.length - contained - handed_over,
    offered,
    declined: of(({ declined }) => declined),
    offered_accepted,
    offered_accepted_share: share(offered_accepted, offered),
    accepted,
    handed_over,
    answered: hours.length,
    median_hours_to_human: percentile(hours, 0.5),
    p90_hours_to_human: percentile(hours, 0.9),
  };
}

function group(rows: readonly FailureRow[]): Pick<BotReport, 'failed_requests' | 'failed_by_motif'> {
  const motifs = new Map<string | null, { failed: number; causes: Partial<Record<FailureCause, number>> }>();
  for (const { motif, cause, n } of rows) {
    const entry = motifs.get(motif) ?? { failed: 0, causes: {} };
    entry.failed += n;
    entry.causes[cause] = n;
    motifs.set(motif, entry);
  }
  const failed_by_motif = [...motifs].map(([motif, entry]) => ({ motif, ...entry }));
  failed_by_motif.sort((a, b) => b.failed - a.failed || String(a.motif).localeCompare(String(b.motif)));
  return { failed_requests: rows.reduce((sum, { n }) => sum + n, 0), failed_by_motif };
}

function share(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole;
}

/** Nearest rank, as the figure does it. @param sorted ascending */
function percentile(sorted: readonly number[], p: number): number | null {
  return sorted[Math.ceil(sorted.length * p) - 1] ?? null;
}
