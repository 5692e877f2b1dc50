import { sql, type RawBuilder } from 'kysely';
import type { WorkingCalendar } from '../domain/calendar.ts';
import { dayText, HOUR_MS } from '../domain/days.ts';
import { spentMs, type Figure, type FigureEvent, type FigureOptions, type FigureWindow } from '../domain/figure.ts';
import { figureOf, type Counted } from '../domain/figure-groups.ts';
import { REPEAT_MS } from '../domain/figure-life.ts';
import { Organisation, type Period } from '../domain/figure-organisation.ts';
import { COUNTS, noCounts, numbersOf, type Counts, type Hours } from '../domain/tally.ts';
import type { Tx } from './database.ts';

/** Counts a figure over what store/figure-told.ts keeps; the same numbers as domain/figure.ts, in SQL. */

/** Sorting half a million delays in memory instead of on disk. */
const WORK_MEM = '128MB';
const EARLIEST = '-infinity';

interface CountRow extends Counts {
  readonly key: string | null;
  readonly inside: string | null;
  readonly calendar: string;
  readonly oldest: Date | null;
}
interface DelayRow {
  readonly key: string | null;
  readonly inside?: string;
  /** 1: of all groups together. */
  readonly whole: number;
  readonly delays: readonly [number, number] | null;
}

/** The figure of one date, by what is asked. */
export async function countFigure(tx: Tx, options: FigureOptions, window: FigureWindow): Promise<Figure> {
  const { by, clock, known } = options;
  const as_of = new Date(window.as_of_ms);
  const source = await sourceOf(tx, options, window);
  await sql`select set_config('work_mem', ${WORK_MEM}, true)`.execute(tx);
  const axis = sql.raw(known === 'then' ? 'then' : 'now');
  const provisional = sql`case when f.motif_parent is null then null else f.motif end`;
  const rows = sql`(select ${source.key} as key, ${by === 'motif' ? provisional : sql`null::text`} as inside,
      f.ended, f.reply, f.stopped_at, f.started_at, f.calendar, f.legal_due_at, f.repeat_at, f.seen, f.transferred,
      f.handed, f.recalled, f.confirmed, ${sql.ref(`f.due_${clock}_at`)} as due_at, ${sql.ref(`f.${clock}_ms`)} as spent_ms
    from aiguillage.figure_request f ${source.joins}
    where f.started_at >= ${new Date(window.from_ms)} and f.started_at < ${new Date(window.until_ms)}
      and f.${axis}_from <= ${as_of} and f.${axis}_until > ${as_of}) r`;
  const counts = await sql<CountRow>`select key::text as key, inside, calendar, ${countColumns(as_of)},
      min(started_at) filter (where ended is null) as oldest
    from ${rows} group by key, inside, calendar`.execute(tx);
  const delays = sql`percentile_cont(array[0.5, 0.9])
    within group (order by spent_ms::float8 / ${sql.lit(HOUR_MS)}) as delays`;
  const sets = by === undefined ? sql`()` : sql`(), (key)`;
  const key = by === undefined ? sql`1 as whole, null as key` : sql`grouping(key) as whole, key::text as key`;
  const spread = await sql<DelayRow>`select ${key}, ${delays} from ${rows}
    where ${ANSWER_LIKE} group by grouping sets (${sets})`.execute(tx);
  const provisional_ones = counts.rows.some(({ inside }) => inside !== null);
  const inner = provisional_ones
    ? await sql<DelayRow>`select 0 as whole, key, inside, ${delays} from ${rows}
        where ${ANSWER_LIKE} and inside is not null group by key, inside`.execute(tx)
    : { rows: [] };
  return assemble(options, window, counts.rows, [...spread.rows, ...inner.rows]);
}

/** Handled, and not by sending it elsewhere. */
export const ANSWER_LIKE = sql`ended in ('answered', 'call_conclusive', 'answered_with_other', 'no_answer_needed')`;

function countColumns(as_of: Date): RawBuilder<unknown> {
  const in_time = sql`stopped_at <= due_at`;
  const judged = sql`${ANSWER_LIKE} and stopped_at <= ${new Date(as_of.getTime() - REPEAT_MS)}`;
  const again = sql`${judged} and repeat_at is not null`;
  const ends = [
    'answered',
    'call_conclusive',
    'answered_with_other',
    'redirected',
    'no_answer_needed',
    'closed_without_answer',
  ];
  const kind = (name: string, reply: string): Record<string, RawBuilder<unknown>> => {
    const is = sql`ended = 'answered' and reply = ${sql.lit(reply)}`;
    return {
      [name]: is,
      [`${name}_in_time`]: sql`${is} and ${in_time}`,
      [`${name}_repeat_base`]: sql`${is} and ${judged}`,
      [`${name}_repeated_7d`]: sql`${is} and ${again}`,
    };
  };
  const rules: Record<string, RawBuilder<unknown>> = {
    ...Object.fromEntries(ends.map((end) => [end, sql`ended = ${sql.lit(end)}`])),
    answered_in_time: sql`${ANSWER_LIKE} and ${in_time}`,
    replied_in_time: sql`ended = 'answered' and ${in_time}`,
    open_late: sql`ended is null and due_at < ${as_of}`,
    open_not_due: sql`ended is null and due_at >= ${as_of}`,
    never_read: sql`not seen and (ended is null or ended = 'closed_without_answer')`,
    transferred: sql`transferred`,
    handed: sql`handed`,
    recalled: sql`recalled`,
    confirmed: sql`confirmed`,
    repeat_base: judged,
    repeated_7d: again,
    ...kind('pieces', 'pieces'),
    ...kind('account', 'renvoi-compte'),
    legal: sql`legal_due_at is not null`,
    legal_passed: sql`coalesce(stopped_at, ${as_of}) > legal_due_at`,
    legal_running: sql`ended is null and legal_due_at >= ${as_of}`,
  };
  return sql.join(COUNTS.map((name) => sql`count(*) filter (where ${rules[name]!})::int as ${sql.ref(name)}`));
}

async function sourceOf(tx: Tx, options: FigureOptions, window: FigureWindow) {
  const { by } = options;
  const none = sql``;
  switch (by) {
    case undefined:
      return { key: sql`null::text`, joins: none };
    case 'motif':
      return { key: sql`coalesce(f.motif_parent, f.motif)`, joins: none };
    case 'day':
      return { key: sql`f.day`, joins: none };
    case 'team':
    case 'caisse': {
      const organisation = new Organisation(await readOrganisation(tx, options, window), options.teams);
      const periods = by === 'team' ? organisation.teams : organisation.caisses;
      const place = by === 'team' ? sql`f.queue` : sql`f.mailbox`;
      const at = by === 'team' ? sql`coalesce(f.stopped_at, ${new Date(window.as_of_ms)})` : sql`f.started_at`;
      return {
        key: sql`o.value`,
        joins: sql`left join jsonb_to_recordset(${JSON.stringify(periods.map(period))}::jsonb)
          as o (key text, from_at timestamptz, until_at timestamptz, value text)
          on o.key = ${place} and o.from_at <= ${at} and ${at} < o.until_at`,
      };
    }
    default:
      return { key: sql.ref(`f.${by}`), joins: none };
  }
}

const period = ({ key, value, from_ms, until_ms }: Period) => ({
  key,
  value,
  from_at: from_ms === -Infinity ? EARLIEST : new Date(from_ms).toISOString(),
  until_at: until_ms === Infinity ? 'infinity' : new Date(until_ms).toISOString(),
});

/** What was declared of teams and caisses, as far as a figure may see it. */
export async function readOrganisation(
  tx: Tx,
  { known }: Pick<FigureOptions, 'known'>,
  { as_of_ms }: Pick<FigureWindow, 'as_of_ms'>,
): Promise<FigureEvent[]> {
  const as_of = new Date(as_of_ms);
  const recorded = known === 'then' ? sql`and recorded_at <= ${as_of}` : sql``;
  const { rows } = await sql<FigureEvent>`select type, occurred_at, recorded_at, conversation_id, message_id, data
    from aiguillage.event where type = 'organisation.declared' and occurred_at <= ${as_of} ${recorded}
    order by occurred_at, seq`.execute(tx);
  return rows;
}

/** Sums and delays of the whole, of each group and of what is inside one. */
function assemble(
  { by, clock }: FigureOptions,
  { as_of_ms }: FigureWindow,
  rows: readonly CountRow[],
  delays: readonly DelayRow[],
): Figure {
  const name = (key: string | null): string | null => (by === 'day' ? dayText(Number(key)) : key);
  const place = (key: string | null, inside: string | null | undefined): string =>
    JSON.stringify([key, inside ?? null, inside !== undefined]);
  const spread = new Map(delays.map((row) => [row.whole === 1 ? 'all' : place(row.key, row.inside), row.delays]));
  const sums = new Map<
    string,
    { key: string | null; inside: string | undefined; counts: Counts; oldest: number | null }
  >();
  const add = (at: string, key: string | null, inside: string | undefined, row: CountRow): void => {
    const sum = sums.get(at) ?? { key, inside, counts: noCounts(), oldest: null };
    for (const count of COUNTS) sum.counts[count] += row[count];
    if (row.oldest !== null)
      sum.oldest = Math.max(sum.oldest ?? 0, ageHours(row.oldest, row.calendar, as_of_ms, clock));
    sums.set(at, sum);
  };
  for (const row of rows) {
    add('all', null, undefined, row);
    if (by === undefined) continue;
    add(place(row.key, undefined), row.key, undefined, row);
    if (row.inside !== null) add(place(row.key, row.inside), row.key, row.inside, row);
  }
  const counted = (at: string): Counted => {
    const { counts, oldest } = sums.get(at) ?? { counts: noCounts(), oldest: null };
    const [median, p90] = spread.get(at) ?? [null, null];
    const hours: Hours = { median, p90, oldest_open: oldest };
    return { numbers: numbersOf(counts, hours), confirmed: counts.confirmed };
  };
  const groups = new Map<string | null, Counted>();
  const inner = new Map<string | null, Map<string, Counted>>();
  for (const [at, { key, inside }] of sums) {
    if (at === 'all') continue;
    if (inside === undefined) groups.set(name(key), counted(at));
    else inner.set(name(key), (inner.get(name(key)) ?? new Map<string, Counted>()).set(inside, counted(at)));
  }
  return figureOf(by, counted('all'), groups, inner);
}

function ageHours(started: Date, calendar: string, as_of_ms: number, clock: FigureOptions['clock']): number {
  const [zone, alsace_moselle] = calendar.split('|') as [string, WorkingCalendar['alsace_moselle']];
  return spentMs({ started_ms: started.getTime(), calendar: { zone, alsace_moselle } }, as_of_ms, clock) / HOUR_MS;
}
