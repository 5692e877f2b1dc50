import type { WorkingCalendar } from './calendar.ts';
import type { ReplyType } from './conversation.ts';
import { DAY_MS, instantMs } from './days.ts';
import { AiguillageError } from './errors.ts';
import type { FigureEvent } from './figure.ts';
import {
  endOfAnswer,
  endOfClosing,
  readData,
  requestAnswered,
  requestClosed,
  requestPlaced,
  requestReceived,
  requestResumed,
  type RequestEnd,
  type RequestPlaced,
  type ResumeReason,
} from './request-events.ts';

/** The events a life follows; the migration's trigger names the same ones. */
export const FIGURE_EVENT_TYPES = [
  'request.received',
  'request.answered',
  'request.closed',
  'request.resumed',
  'request.repeated',
  'request.placed',
  'conversation.claimed',
  'conversation.read',
  'conversation.reopened',
  'conversation.routed',
  'conversation.transferred',
  'conversation.motif_confirmed',
  'review.approved',
  'review.returned',
  'review.remotived',
  'overflow.handed',
  'overflow.recalled',
] as const;

/**
 * A reply can be taken back before it leaves, for ten minutes at most (console/actions/undo.ts): nobody may undo an answer
 * later than that. That it failed or came back is a fact and not a choice: it counts whenever it is learnt, from then on.
 */
export const RESUME_MAX_MS = 10 * 60_000;
/** A further contact on the same matter within so many days of its end is a repeat contact. */
export const REPEAT_MS = 7 * DAY_MS;

/** Somebody opened it or acted on it. */
const SEEN: ReadonlySet<string> = new Set([
  'conversation.claimed',
  'conversation.read',
  'conversation.motif_confirmed',
  'review.approved',
  'review.returned',
  'review.remotived',
]);
/** Moves between a queue and its partner pools are overflow, counted as such. */
const POOL_MOVES: ReadonlySet<unknown> = new Set(['rebalance', 'recall']);

/** All that is known of one request at one moment. Instants in ms. */
export interface Verdict {
  readonly message_id: string;
  readonly started_ms: number;
  readonly due_elapsed_ms: number;
  readonly due_working_ms: number;
  readonly legal_due_ms: number | null;
  readonly calendar: WorkingCalendar;
  readonly mailbox: string;
  readonly level: string | null;
  readonly motif: string | null;
  /** What a provisional motif counts under. */
  readonly motif_parent: string | null;
  /** A person gave the motif. */
  readonly confirmed: boolean;
  readonly queue: string | null;
  readonly pool: string | null;
  readonly seen: boolean;
  readonly transferred: boolean;
  /** It was in a partner pool at some time; taken back from one. */
  readonly handed: boolean;
  readonly recalled: boolean;
  /** Null while the clock runs. */
  readonly end: RequestEnd | null;
  readonly stopped_ms: number | null;
  readonly reply: ReplyType | null;
  /** The first further contact on the matter within seven days of its end. */
  readonly repeat_ms: number | null;
}

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };
type Stop = Pick<Verdict, 'end' | 'stopped_ms' | 'reply'>;

/**
 * One conversation (or a mail in quarantine without one) and the requests in it, event by event, in the order they
 * happened. It is the definition of the figure: the store keeps its verdicts, tests compare with it. A stop dated before
 * its request (a mail server whose clock is ahead) is kept until the request comes, and counts zero hours.
 */
export class Life {
  readonly #requests = new Map<string, Mutable<Verdict>>();
  /** Attached to the conversation: what happens to it happens to them. */
  readonly #attached = new Set<string>();
  readonly #early = new Map<string, Stop>();
  readonly #pieces = new Set<string>();

  /** What is known now, of every request. The same objects go on changing: copy what you keep. */
  get verdicts(): IterableIterator<Verdict> {
    return this.#requests.values();
  }

  /** @throws AiguillageError BAD_INPUT when an event lacks what it must carry. */
  apply(event: FigureEvent): void {
    const at_ms = instantMs(event.occurred_at);
    const { type, data } = event;
    switch (type) {
      case 'request.received':
        return this.#received(event, at_ms);
      case 'request.answered': {
        const answer = readData(requestAnswered, type, data);
        const end = endOfAnswer(answer);
        if (end === undefined) return;
        for (const id of answer.message_ids) this.#stop(id, { end, stopped_ms: at_ms, reply: answer.reply_type });
        return;
      }
      case 'request.closed': {
        const closing = readData(requestClosed, type, data);
        for (const id of closing.message_ids)
          this.#stop(id, { end: endOfClosing(closing), stopped_ms: at_ms, reply: null });
        return;
      }
      case 'request.resumed': {
        const { message_ids, reason } = readData(requestResumed, type, data);
        for (const id of message_ids) this.#resume(id, at_ms, reason);
        return;
      }
      case 'request.repeated':
        return this.#repeated(at_ms);
      case 'request.placed':
        return this.#placed(readData(requestPlaced, type, data));
      case 'conversation.reopened':
        if (event.message_id !== null && data['from'] === 'waiting') this.#pieces.add(event.message_id);
        return;
      default:
        this.#moved(type, data);
    }
  }

  #received(event: FigureEvent, at_ms: number): void {
    const { message_id, conversation_id, type } = event;
    if (message_id === null) throw new AiguillageError('BAD_INPUT', `Event ${type} without a message.`);
    const data = readData(requestReceived, type, event.data);
    if (data.trial === true) return;
    const place = {
      motif: data.motif,
      motif_parent: data.motif_parent ?? null,
      confirmed: false,
      queue: data.queue,
      pool: data.pool,
      mailbox: data.mailbox,
      level: data.level,
    };
    const known = this.#requests.get(message_id);
    if (known !== undefined) {
      // Replayed out of quarantine: it has a conversation now, and the clock it always had.
      if (conversation_id !== null) this.#attached.add(message_id);
      if (known.end === null) Object.assign(known, place, { handed: known.handed || data.pool !== null });
      return;
    }
    if (!this.#pieces.has(message_id)) this.#repeated(at_ms);
    this.#requests.set(message_id, {
      message_id,
      started_ms: at_ms,
      due_elapsed_ms: instantMs(data.due_elapsed_at),
      due_working_ms: instantMs(data.due_working_at),
      legal_due_ms: data.legal_due_at === null ? null : instantMs(data.legal_due_at),
      calendar: data.calendar,
      ...place,
      seen: false,
      transferred: false,
      handed: data.pool !== null,
      recalled: false,
      end: null,
      stopped_ms: null,
      reply: null,
      repeat_ms: null,
    });
    if (conversation_id !== null) this.#attached.add(message_id);
    const early = this.#early.get(message_id);
    this.#early.delete(message_id);
    if (early !== undefined) this.#stop(message_id, early);
  }

  #stop(message_id: string, stop: Stop): void {
    const request = this.#requests.get(message_id);
    if (request === undefined) {
      if (!this.#early.has(message_id)) this.#early.set(message_id, stop);
      return;
    }
    if (request.end !== null) return;
    Object.assign(request, stop, { seen: request.seen || stop.end !== 'closed_without_answer' });
  }

  #resume(message_id: string, at_ms: number, reason: ResumeReason): void {
    this.#early.delete(message_id);
    const request = this.#requests.get(message_id);
    if (request?.stopped_ms == null) return;
    if (reason === 'reply-cancelled' && at_ms - request.stopped_ms > RESUME_MAX_MS) return;
    Object.assign(request, { end: null, stopped_ms: null, reply: null, repeat_ms: null, seen: true });
  }

  /** Some requests stand in another conversation now. */
  #placed({ message_ids, motif_parent, ...place }: RequestPlaced): void {
    for (const id of message_ids) {
      const request = this.#requests.get(id);
      if (request?.end !== null) continue;
      const parent = request.motif === place.motif ? request.motif_parent : null;
      const handed = request.handed || place.pool !== null;
      Object.assign(request, place, { motif_parent: motif_parent === undefined ? parent : motif_parent, handed });
    }
  }

  /** The member, or somebody in the same matter, came back. */
  #repeated(at_ms: number): void {
    for (const request of this.#requests.values()) {
      const { stopped_ms, repeat_ms } = request;
      if (stopped_ms === null || repeat_ms !== null) continue;
      if (at_ms > stopped_ms && at_ms - stopped_ms <= REPEAT_MS) request.repeat_ms = at_ms;
    }
  }

  /** A conversation moved or was looked at: its open requests follow, those already stopped stay where they were. */
  #moved(type: string, data: FigureEvent['data']): void {
    const change = changeOf(type, data);
    if (change === undefined) return;
    for (const id of this.#attached) {
      const request = this.#requests.get(id);
      if (request?.end === null) Object.assign(request, change);
    }
  }
}

/** What an event of the conversation changes in its open requests. */
function changeOf(type: string, data: FigureEvent['data']): Partial<Verdict> | undefined {
  const name = (field: string): string | null => {
    const value = data[field] ?? null;
    if (value !== null && typeof value !== 'string')
      throw new AiguillageError('BAD_INPUT', `Event ${type}, field ${field}.`);
    return value;
  };
  const needed = (field: string): string => {
    const value = name(field);
    if (value === null) throw new AiguillageError('BAD_INPUT', `Event ${type}, field ${field}.`);
    return value;
  };
  switch (type) {
    case 'conversation.routed':
      return { queue: needed('queue') };
    case 'conversation.transferred':
      return { queue: needed('to'), ...(POOL_MOVES.has(data['reason']) ? {} : { transferred: true }) };
    case 'conversation.motif_confirmed':
      return { motif: needed('to'), motif_parent: name('to_parent'), confirmed: true, seen: true };
    case 'overflow.handed':
      return { pool: needed('pool'), handed: true };
    case 'overflow.recalled':
      return { pool: null, recalled: true };
  }
  return SEEN.has(type) ? { seen: true } : undefined;
}
