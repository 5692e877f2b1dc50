import { workingMsBetween } from './calendar.ts';
import { HOUR_MS, PARIS, dayStart, dayText, instantMs, parseDay, type Instant } from './days.ts';
import { AiguillageError } from './errors.ts';
import { FigureGroups, placeOf } from './figure-groups.ts';
import { Life, REPEAT_MS, type Verdict } from './figure-life.ts';
import { Organisation } from './figure-organisation.ts';
import type { Clock } from './sla.ts';
import type { FigureNumbers } from './tally.ts';

export * from './request-events.ts';
export type { FigureNumbers } from './tally.ts';

/**
 * The figure (law 6, domain §2.1): how many requests received over some days were handled in time, computed from the
 * event log alone. The unit is the request: one incoming human message and its own clock.
 *
 * - `received`: clocks started from `from` 00:00 to `to` 24:00 Europe/Paris, and not after `as_of`.
 * - Each is in exactly one state at `as_of`: answered, call_conclusive, answered_with_other, no_answer_needed,
 *   redirected, closed_without_answer, open_late or open_not_due. The first stop counts, unless its reply reached nobody
 *   (`request.resumed`: taken back before it left, within ten minutes; failed for good; came back).
 * - `handled` (*traités*): all stopped ones but closed_without_answer. `answered` (*répondus*): those a written
 *   substantive answer stopped; one answer stops every clock open in its conversation.
 * - `answered_in_time`: handled, not redirected, and stopped at or before the deadline on the chosen clock. It follows
 *   *traités*, so that `share` compares with « 71,9 % d'e-mails traités dans les 48 heures ».
 * - `share` = answered_in_time ÷ (received − redirected − open_not_due); null when nothing can be judged.
 *   `replied_share`: the same with *répondus* above, over the same base.
 * - `median_hours`, `p90_hours`: start to stop on the chosen clock, of the handled and not redirected. Those still open
 *   are not in them: read them beside open_late.
 * - `oldest_open_hours`: the age of the oldest still open on the chosen clock. Share, p90 and this are always shown
 *   together, so that nobody buys the share by setting old mail aside.
 *
 * The other numbers are defined in domain/tally.ts. `as_of` may be any past instant. `known: 'then'` takes only what had
 * been recorded by then, so that a published figure can be printed again; `known: 'now'` takes all that is recorded today
 * about what had happened by then, so that imported history and late records count.
 */
export interface FigureOptions {
  /** First and last day, "YYYY-MM-DD", both included. */
  readonly from: string;
  readonly to: string;
  readonly as_of: Instant;
  readonly clock: Clock;
  readonly by?: Breakdown | undefined;
  readonly known?: Known | undefined;
  /** By team: those told apart, the others in one group without a key; all when left out. */
  readonly teams?: ReadonlySet<string> | undefined;
}

export const BREAKDOWNS = ['motif', 'queue', 'pool', 'mailbox', 'level', 'team', 'caisse', 'day'] as const;
export type Breakdown = (typeof BREAKDOWNS)[number];
export type Known = 'then' | 'now';

/** Where a request stood when its clock stopped, or at `as_of`; null when it had none (no pool, no motif yet). */
export interface FigureGroup extends FigureNumbers, Confirmed {
  readonly key: string | null;
  /** The provisional motifs counted in this one, shown apart; part of the numbers above, not beside them. */
  readonly provisional?: readonly FigureGroup[];
}

/** By motif only: of the received, those whose motif a person gave. The others carry the machine's guess. */
export interface Confirmed {
  readonly confirmed?: number;
  /** 0–1; null when nothing was received. */
  readonly confirmed_share?: number | null;
}

export interface Figure extends FigureNumbers, Confirmed {
  readonly groups?: readonly FigureGroup[];
}

/** One row of the event log. */
export interface FigureEvent {
  readonly type: string;
  readonly occurred_at: Instant;
  readonly recorded_at: Instant;
  readonly conversation_id: string | null;
  readonly message_id: string | null;
  readonly data: Readonly<Record<string, unknown>>;
}

/** A figure's bounds in ms: the first instant of `from`, the first after `to` (exclusive), and `as_of`. */
export interface FigureWindow {
  readonly from_ms: number;
  readonly until_ms: number;
  readonly as_of_ms: number;
}

/** The bounds of a figure. @throws AiguillageError BAD_INPUT when a day or `as_of` is malformed, or `to` is before `from`. */
export function figureWindow(options: Pick<FigureOptions, 'from' | 'to' | 'as_of'>): FigureWindow {
  const from = parseDay(options.from);
  const to = parseDay(options.to);
  if (to < from) throw new AiguillageError('BAD_INPUT', `The last day is before ${dayText(from)}.`);
  return { from_ms: dayStart(from, PARIS), until_ms: dayStart(to + 1, PARIS), as_of_ms: instantMs(options.as_of) };
}

/**
 * The figure of a log held in memory, straight from its definition: what the store counts in SQL is compared with this.
 * @param events in the order of `occurred_at`, then as recorded
 */
export function computeFigure(events: Iterable<FigureEvent>, options: FigureOptions): Figure {
  const { as_of_ms, from_ms, until_ms } = figureWindow(options);
  const all = [...events];
  const visible = all.filter(
    (event) =>
      instantMs(event.occurred_at) <= as_of_ms &&
      (options.known !== 'then' || instantMs(event.recorded_at) <= as_of_ms),
  );
  const organisation = new Organisation(
    visible.filter(({ type }) => type === 'organisation.declared'),
    options.teams,
  );
  const groups = new FigureGroups(options.by);
  for (const life of livesOf(visible, homesOf(all))) {
    for (const verdict of life.verdicts) {
      if (verdict.started_ms < from_ms || verdict.started_ms >= until_ms) continue;
      const place = placeOf(verdict, options.by, organisation, as_of_ms);
      const marks = { verdict, as_of_ms, repeat_ms_max: REPEAT_MS };
      const due_ms = options.clock === 'elapsed' ? verdict.due_elapsed_ms : verdict.due_working_ms;
      const at_ms = verdict.stopped_ms ?? as_of_ms;
      const hours = spentMs(verdict, at_ms, options.clock) / HOUR_MS;
      groups.count(place, (tally) =>
        verdict.end === null
          ? tally.open(as_of_ms > due_ms, hours, marks)
          : tally.stopped(verdict.end, at_ms <= due_ms, hours, marks),
      );
    }
  }
  return groups.figure();
}

/** From the start of a request to an instant, on one clock. */
export function spentMs(request: Pick<Verdict, 'started_ms' | 'calendar'>, at_ms: number, clock: Clock): number {
  return clock === 'elapsed'
    ? Math.max(0, at_ms - request.started_ms)
    : workingMsBetween(request.started_ms, at_ms, request.calendar);
}

/** The conversation each mail belongs to, whenever it was given: which life an event is of is no matter of date. */
function homesOf(events: readonly FigureEvent[]): Map<string, string> {
  return new Map(
    events.flatMap(({ type, message_id, conversation_id }) =>
      type === 'request.received' && message_id !== null && conversation_id !== null
        ? [[message_id, conversation_id] as const]
        : [],
    ),
  );
}

/** Every conversation of a log; a mail in quarantine that never got one has a life of its own. */
function livesOf(events: readonly FigureEvent[], homes: ReadonlyMap<string, string>): Life[] {
  const lives = new Map<string, Life>();
  for (const event of events) {
    const key = event.conversation_id ?? homes.get(event.message_id ?? '') ?? event.message_id;
    if (key === null) continue;
    const life = lives.get(key) ?? new Life();
    lives.set(key, life);
    life.apply(event);
  }
  return [...lives.values()];
}
