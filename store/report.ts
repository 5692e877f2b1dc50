import { AiguillageError } from '../domain/errors.ts';
import { DAY_MS, PARIS, dayStart, instantMs, parseDay, type Instant } from '../domain/days.ts';
import { figureWindow, type Breakdown, type Figure } from '../domain/figure.ts';
import type { FigureOptions, Known } from '../domain/figure.ts';
import type { Clock } from '../domain/sla.ts';
import { SYSTEM, type Store } from './database.ts';
import { countFigure } from './figure-count.ts';
import { tellFigure } from './figure-told.ts';

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
  /** By team: those told apart (store/team-people.ts); all when left out. */
  readonly teams?: ReadonlySet<string> | undefined;
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
  const { from, to, by, clock = 'elapsed', known = 'now', teams } = options;
  const as_of_ms = options.as_of === undefined ? now.getTime() : asOf(options.as_of);
  const figure: FigureOptions = { from, to, as_of: as_of_ms, clock, known, by, teams };
  const window = figureWindow(figure);
  await tellFigure(store);
  const numbers = await store.read(SYSTEM, (tx) => countFigure(tx, figure, window));
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
