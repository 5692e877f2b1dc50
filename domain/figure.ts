import { instantMs, type Instant } from './days.ts';
import { FigureReader } from './figure-reader.ts';
import type { Clock } from './sla.ts';
import type { FigureNumbers } from './tally.ts';

export * from './request-events.ts';
export { figureEventTypes, figureWindow, type FigureWindow } from './figure-reader.ts';
export type { FigureNumbers } from './tally.ts';

/**
 * The figure (law 6, domain §2.1): how many requests received over some days were handled in time, computed from the
 * event log alone. The unit is the request: one incoming human message and its own clock.
 *
 * - `received`: clocks started from `from` 00:00 to `to` 24:00 Europe/Paris, and not after `as_of`.
 * - Each is in exactly one state at `as_of`: answered, call_conclusive, answered_with_other, no_answer_needed,
 *   redirected, closed_without_answer, open_late or open_not_due. The first stop counts; only a reply taken back before
 *   it left (`request.resumed`, within ten minutes) voids one.
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
 * `as_of` may be any past instant. `known: 'then'` takes only what had been recorded by then, so that a published figure
 * can be printed again; `known: 'now'` takes all that is recorded today about what had happened by then, so that
 * imported history and late records count.
 */
export interface FigureOptions {
  /** First and last day, "YYYY-MM-DD", both included. */
  readonly from: string;
  readonly to: string;
  readonly as_of: Instant;
  readonly clock: Clock;
  readonly by?: Breakdown | undefined;
  readonly known?: Known | undefined;
}

export type Breakdown = 'motif' | 'queue' | 'pool' | 'mailbox';
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

/** The figure of events already in order of `occurred_at`, then as recorded; stops reading once it can no longer change. */
export async function computeFigure(
  events: AsyncIterable<FigureEvent> | Iterable<FigureEvent>,
  options: FigureOptions,
): Promise<Figure> {
  const reader = new FigureReader(options);
  for await (const event of events) {
    if (reader.settledAt(instantMs(event.occurred_at))) break;
    reader.add(event);
  }
  return reader.result();
}
