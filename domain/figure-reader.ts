import { workingMsBetween, type WorkingCalendar } from './calendar.ts';
import { HOUR_MS, PARIS, dayStart, dayText, instantMs, parseDay } from './days.ts';
import { AiguillageError } from './errors.ts';
import { FigureGroups, motifPlace, NOWHERE, type Place } from './figure-groups.ts';
import type { Breakdown, Figure, FigureEvent, FigureOptions } from './figure.ts';
import {
  endOfAnswer,
  endOfClosing,
  readData,
  requestAnswered,
  requestClosed,
  requestReceived,
  requestResumed,
} from './request-events.ts';
import type { RequestEnd, RequestReceived } from './request-events.ts';

/** The event types a figure reads; a reader may leave out the others. */
export function figureEventTypes(by: Breakdown | undefined): readonly string[] {
  const always = ['request.received', 'request.answered', 'request.closed', 'request.resumed'];
  if (by === 'motif') return [...always, 'conversation.motif_confirmed'];
  if (by === 'queue') return [...always, 'conversation.routed', 'conversation.transferred'];
  if (by === 'pool') return [...always, 'overflow.handed', 'overflow.recalled'];
  return always;
}

/** A figure's bounds in ms: the first instant of `from`, the first after `to` (exclusive), and `as_of`. */
export interface FigureWindow {
  readonly from_ms: number;
  readonly until_ms: number;
  readonly as_of_ms: number;
}

/** @throws AiguillageError BAD_INPUT when a day or `as_of` is malformed, or `to` is before `from`. */
export function figureWindow(options: Pick<FigureOptions, 'from' | 'to' | 'as_of'>): FigureWindow {
  const from = parseDay(options.from);
  const to = parseDay(options.to);
  if (to < from) throw new AiguillageError('BAD_INPUT', `The last day is before ${dayText(from)}.`);
  return { from_ms: dayStart(from, PARIS), until_ms: dayStart(to + 1, PARIS), as_of_ms: instantMs(options.as_of) };
}

interface OpenRequest {
  readonly counted: boolean;
  readonly started_ms: number;
  readonly due_ms: number;
  readonly calendar: WorkingCalendar;
  conversation_id: string | null;
  place: Place;
}

interface Stop {
  readonly end: RequestEnd;
  readonly at_ms: number;
}

/** A stop that may still be taken back. */
interface Recent extends Stop {
  readonly request: OpenRequest;
}

/**
 * A reply can be taken back before it leaves, for ten minutes at most (console/actions/undo.ts); a stop is counted once
 * it is older than that. A later `request.resumed` changes nothing: it would rewrite a published figure.
 */
export const RESUME_MAX_MS = 10 * 60_000;

/**
 * Takes the events in the order of `occurred_at` (then as recorded) and keeps only the open requests in memory. A stop
 * dated before its request (a mail server whose clock is ahead) is kept until the request comes, and counts zero hours.
 */
export class FigureReader {
  readonly #from_ms: number;
  readonly #until_ms: number;
  readonly #as_of_ms: number;
  readonly #options: FigureOptions;
  readonly #open = new Map<string, OpenRequest>();
  readonly #byConversation = new Map<string, Set<OpenRequest>>();
  readonly #early = new Map<string, Stop>();
  /** In the order of their stops. */
  readonly #recent = new Map<string, Recent>();
  readonly #groups: FigureGroups;
  #countedOpen = 0;

  /** @throws AiguillageError BAD_INPUT, see {@link figureWindow}. */
  constructor(options: FigureOptions) {
    this.#options = options;
    this.#groups = new FigureGroups(options.by);
    ({ from_ms: this.#from_ms, until_ms: this.#until_ms, as_of_ms: this.#as_of_ms } = figureWindow(options));
  }

  /** True when an event at `at_ms` or later can no longer change the figure. */
  settledAt(at_ms: number): boolean {
    this.#countRecent(at_ms);
    return at_ms > this.#as_of_ms || (at_ms >= this.#until_ms && this.#countedOpen === 0);
  }

  add(event: FigureEvent): void {
    const at_ms = instantMs(event.occurred_at);
    if (at_ms > this.#as_of_ms) return;
    if (this.#options.known === 'then' && instantMs(event.recorded_at) > this.#as_of_ms) return;
    const { type, data } = event;
    this.#countRecent(at_ms);
    if (type === 'request.received') this.#received(event, at_ms);
    else if (type === 'request.answered') {
      const answer = readData(requestAnswered, type, data);
      const end = endOfAnswer(answer);
      if (end !== undefined) for (const id of answer.message_ids) this.#stop(id, { end, at_ms });
    } else if (type === 'request.closed') {
      const closing = readData(requestClosed, type, data);
      for (const id of closing.message_ids) this.#stop(id, { end: endOfClosing(closing), at_ms });
    } else if (type === 'request.resumed') {
      for (const id of readData(requestResumed, type, data).message_ids) this.#resume(id);
    } else if (event.conversation_id !== null) this.#moved(event.conversation_id, type, data);
  }

  /** The figure at `as_of`. Call once, after the last event. */
  result(): Figure {
    this.#countRecent(Infinity);
    for (const request of this.#open.values()) {
      if (!request.counted) continue;
      const hours = this.#hours(request, this.#as_of_ms);
      this.#groups.count(request.place, (tally) => tally.open(this.#as_of_ms > request.due_ms, hours));
    }
    return this.#groups.figure();
  }

  #received(event: FigureEvent, at_ms: number): void {
    if (event.message_id === null) throw new AiguillageError('BAD_INPUT', `Event ${event.type} without a message.`);
    const data = readData(requestReceived, event.type, event.data);
    const { clock } = this.#options;
    const place = this.#placeOf(data);
    const known = this.#open.get(event.message_id);
    if (known !== undefined) {
      // Replayed out of quarantine: it has a conversation now, and the clock it always had.
      known.place = place;
      this.#attach(known, event.conversation_id);
      return;
    }
    const request: OpenRequest = {
      counted: at_ms >= this.#from_ms && at_ms < this.#until_ms,
      started_ms: at_ms,
      due_ms: instantMs(clock === 'elapsed' ? data.due_elapsed_at : data.due_working_at),
      calendar: data.calendar,
      conversation_id: null,
      place,
    };
    this.#open.set(event.message_id, request);
    if (request.counted) this.#countedOpen += 1;
    this.#attach(request, event.conversation_id);
    const early = this.#early.get(event.message_id);
    if (early === undefined) return;
    this.#early.delete(event.message_id);
    this.#stop(event.message_id, early);
  }

  #attach(request: OpenRequest, conversation_id: string | null): void {
    if (conversation_id === null) return;
    request.conversation_id = conversation_id;
    const others = this.#byConversation.get(conversation_id);
    if (others === undefined) this.#byConversation.set(conversation_id, new Set([request]));
    else others.add(request);
  }

  #stop(message_id: string, stop: Stop): void {
    const request = this.#open.get(message_id);
    if (request === undefined) {
      if (!this.#early.has(message_id)) this.#early.set(message_id, stop);
      return;
    }
    this.#open.delete(message_id);
    const siblings = this.#byConversation.get(request.conversation_id ?? '');
    if (siblings?.delete(request) === true && siblings.size === 0)
      this.#byConversation.delete(request.conversation_id!);
    if (request.counted) this.#recent.set(message_id, { ...stop, request });
  }

  #resume(message_id: string): void {
    this.#early.delete(message_id);
    const recent = this.#recent.get(message_id);
    if (recent === undefined) return;
    this.#recent.delete(message_id);
    this.#open.set(message_id, recent.request);
    this.#attach(recent.request, recent.request.conversation_id);
  }

  /** Counts the stops that can no longer be taken back at `at_ms`. */
  #countRecent(at_ms: number): void {
    for (const [id, { request, end, at_ms: stopped_ms }] of this.#recent) {
      if (at_ms - stopped_ms <= RESUME_MAX_MS) break;
      this.#recent.delete(id);
      this.#countedOpen -= 1;
      const hours = this.#hours(request, stopped_ms);
      this.#groups.count(request.place, (tally) => tally.stopped(end, stopped_ms <= request.due_ms, hours));
    }
  }

  #hours(request: OpenRequest, at_ms: number): number {
    const elapsed_ms = Math.max(0, at_ms - request.started_ms);
    if (this.#options.clock === 'elapsed') return elapsed_ms / HOUR_MS;
    return workingMsBetween(request.started_ms, at_ms, request.calendar) / HOUR_MS;
  }

  /** A conversation moved: its open requests move along, those already stopped stay where they were. */
  #moved(conversation_id: string, type: string, data: FigureEvent['data']): void {
    if (!figureEventTypes(this.#options.by).includes(type)) return;
    const to = { 'conversation.routed': 'queue', 'overflow.handed': 'pool', 'overflow.recalled': '' }[type] ?? 'to';
    const key = to === '' ? null : data[to];
    if (key !== null && typeof key !== 'string') throw new AiguillageError('BAD_INPUT', `Event ${type}, field ${to}.`);
    const parent = typeof data['to_parent'] === 'string' ? data['to_parent'] : undefined;
    const place = this.#options.by === 'motif' ? motifPlace(key, parent, true) : { ...NOWHERE, key };
    for (const request of this.#byConversation.get(conversation_id) ?? []) request.place = place;
  }

  #placeOf(data: RequestReceived): Place {
    const { by } = this.#options;
    if (by === undefined) return NOWHERE;
    return by === 'motif' ? motifPlace(data.motif, data.motif_parent, false) : { ...NOWHERE, key: data[by] };
  }
}
