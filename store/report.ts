import { sql } from 'kysely';
import { AiguillageError } from '../domain/errors.ts';
import { DAY_MS, PARIS, dayStart, instantMs, parseDay, type Instant } from '../domain/days.ts';
import {
  computeFigure,
  figureEventTypes,
  figureWindow,
  type Breakdown,
  type Figure,
  type FigureEvent,
} from '../domain/figure.ts';
import type { Confirmed, FigureNumbers, FigureOptions, FigureWindow, Known } from '../domain/figure.ts';
import type { Clock } from '../domain/sla.ts';
import { SYSTEM, type Store, type Tx } from './database.ts';

export interface ReportOptions {
  /** First and last day, "YYYY-MM-DD" of Europe/Paris, both included. */
  readonly from: string;
  readonly to: string;
  /** An instant, or a day for its end in Europe/Paris; now when left out. */
  readonly as_of?: Instant | undefined;
  readonly by?: Breakdown | undefined;
  /** `elapsed` when left out: the stricter one. */
  readonly clock?: Clock | undefined;
  /** `now` when left out: imported history counts. */
  readonly known?: Known | undefined;
}

/** The JSON of `report` (design §6). The meaning of each number is in docs/figure.md. */
export interface Report extends Figure {
  readonly as_of: string;
  readonly from: string;
  readonly to: string;
  readonly clock: Clock;
  readonly known: Known;
  readonly by?: Breakdown;
}

/**
 * Computes the figure from the event log, and from nothing else (law 6).
 * @param now used when `as_of` is left out.
 * @throws AiguillageError BAD_INPUT on a malformed day or instant.
 */
export async function buildReport(store: Store, options: ReportOptions, now = new Date()): Promise<Report> {
  const { from, to, by, clock = 'elapsed', known = 'now' } = options;
  const as_of_ms = options.as_of === undefined ? now.getTime() : asOf(options.as_of);
  const figure: FigureOptions = { from, to, as_of: as_of_ms, clock, known, by };
  const window = figureWindow(figure);
  const numbers = await store.read(SYSTEM, (tx) => computeFigure(readEvents(tx, window, figure), figure));
  const head = { as_of: new Date(as_of_ms).toISOString(), from, to, clock, known };
  return { ...head, ...(by === undefined ? {} : { by }), ...numbers };
}

/**
 * People who ask for a day to come get no figure: all that is open would count as late. @throws AiguillageError BAD_INPUT
 */
export function refuseFuture(as_of: Instant | undefined, now: Date): void {
  if (as_of !== undefined && asOf(as_of) > now.getTime() + FUTURE_MS) {
    throw new AiguillageError('BAD_INPUT', 'as_of: expected an instant that has passed.');
  }
}

/** A bare day means all of it. */
function asOf(text: Instant): number {
  if (typeof text === 'string' && text.length === 10) return dayStart(parseDay(text) + 1, PARIS) - 1;
  return instantMs(text);
}

/** The end of today may be asked for while today lasts. */
const FUTURE_MS = DAY_MS;
const FETCH_ROWS = 5_000;

/**
 * The events a figure needs, in the order they happened, through a cursor: a year of events never stands in memory.
 * After the last day only the conversations that wrote within the days are followed.
 */
async function* readEvents(tx: Tx, window: FigureWindow, figure: FigureOptions): AsyncGenerator<FigureEvent> {
  const from = new Date(window.from_ms);
  const until = new Date(window.until_ms);
  const as_of = new Date(window.as_of_ms);
  // An answer can be dated before its mail when the mail server's clock is ahead of ours; never by a day.
  const since = new Date(window.from_ms - DAY_MS);
  const recorded = figure.known === 'then' ? sql`and e.recorded_at <= ${as_of}` : sql``;
  const types = sql.join(figureEventTypes(figure.by));
  await sql`declare figure_events no scroll cursor for
    select e.type, e.occurred_at, e.recorded_at, e.conversation_id, e.message_id, e.data
    from aiguillage.event e
    where e.type in (${types}) and e.occurred_at >= ${since} and e.occurred_at <= ${as_of} ${recorded}
      and (e.occurred_at < ${until} or exists (
        select 1 from aiguillage.event r
        where r.conversation_id = e.conversation_id and r.type = 'request.received'
          and r.occurred_at >= ${from} and r.occurred_at < ${until}))
    order by e.occurred_at, e.seq`.execute(tx);
  // The cursor ends with the transaction; closing it here would hide the error of a failed fetch behind its own.
  for (;;) {
    const { rows } = await sql<FigureEvent>`fetch ${sql.lit(FETCH_ROWS)} from figure_events`.execute(tx);
    yield* rows;
    if (rows.length < FETCH_ROWS) return;
  }
}

const COLUMNS = [
  'received',
  'handled',
  'answered',
  'answered_in_time',
  'share',
  'replied_in_time',
  'replied_share',
  'median_hours',
  'p90_hours',
  'oldest_open_hours',
  'open_late',
  'open_not_due',
  'no_answer_needed',
  'call_conclusive',
  'answered_with_other',
  'closed_without_answer',
  'redirected',
] as const satisfies readonly (keyof FigureNumbers)[];
const PROVISIONAL = 'provisional';
/** Two more where motifs are told: how many of them a person gave. */
const MOTIF_COLUMNS = ['confirmed', 'confirmed_share'] as const satisfies readonly (keyof Confirmed)[];

/**
 * The report as CSV (RFC 4180: commas, CRLF): one line for each group, then one for the whole, whose group cell is `*`.
 * A provisional motif has a line below its parent, where it is counted; its `by` cell keeps it out of sums. Nothing in it can start a formula in a spreadsheet.
 */
export function reportCsv(report: Report): string {
  const columns = [...COLUMNS, ...(report.by === 'motif' ? MOTIF_COLUMNS : [])];
  const head = ['as_of', 'from', 'to', 'clock', 'known', 'by', 'group', ...columns];
  const line = (group: string, numbers: FigureNumbers & Confirmed, by: string = report.by ?? ''): string[] => [
    report.as_of,
    report.from,
    report.to,
    report.clock,
    report.known,
    by,
    group,
    ...columns.map((column) => String(numbers[column] ?? '')),
  ];
  const groups = (report.groups ?? []).flatMap((group) => [
    line(group.key ?? '', group),
    ...(group.provisional ?? []).map((inside) => line(inside.key ?? '', inside, PROVISIONAL)),
  ]);
  return [head, ...groups, line('*', report)].map((cells) => cells.map(csvCell).join(',')).join('\r\n') + '\r\n';
}

/** A cell that a spreadsheet would run (= + - @ tab CR) gets a leading apostrophe; quotes where RFC 4180 wants them. */
export function csvCell(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
