import { sql, type Selectable } from 'kysely';
import type { ClosingCode, ReplyType } from '../domain/conversation.ts';
import { AiguillageError } from '../domain/errors.ts';
import { endOfAnswer, type RequestAnswered, type RequestClosed, type RequestReceived } from '../domain/figure.ts';
import type { LegalClock, Level, SiteCalendar, SlaPolicy } from '../domain/rulebook.ts';
import { byLife, tellPlaces } from './request-lives.ts';
import { dueDates, legalDue } from '../domain/sla.ts';
import { actorName, type Actor, type Tx } from './database.ts';
import { appendEvents, type NewEvent } from './events.ts';
import type { MessageTable, RequestTable } from './schema.ts';

/** The clocks of requests (law 6): started once a message, stopped together once a conversation is answered. */

export type Request = Selectable<RequestTable>;

export interface NewRequest {
  readonly message_id: string;
  /** Null for a mail in quarantine: it counts as received (law 1) and gets its row when it is replayed. */
  readonly conversation_id: string | null;
  /** INTERNALDATE, or the accepted hand-over. */
  readonly started_at: Date;
  /** From `policyFor` of domain/sla.ts, asked with `started_at`. */
  readonly policy: SlaPolicy;
  readonly calendar: SiteCalendar;
  /** Of the motif, when it has one. */
  readonly legal_clock?: LegalClock | undefined;
  readonly mailbox: string;
  readonly motif: string | null;
  /** What a provisional motif counts under. */
  readonly motif_parent?: string | undefined;
  readonly level: Level | null;
  /** Where the conversation waits once this message is in it. */
  readonly queue: string | null;
  /** The partner pool it is in, if any. */
  readonly pool?: string | null;
  readonly origin: Selectable<MessageTable>['origin'];
  /** Handed over from the chat page: worked like any other, counted in no figure. */
  readonly trial?: boolean;
}

/**
 * Starts the clocks of incoming messages: one row and one `request.received` event for each, and the deadlines of their
 * conversations. A message that already has its clock is left alone, so that a replayed job changes nothing.
 * @returns the ids of the messages whose clock was started by this call.
 */
export async function openRequests(
  tx: Tx,
  actor: Actor,
  now: Date,
  requests: readonly NewRequest[],
): Promise<string[]> {
  const opened = new Set(await insertRows(tx, now, requests));
  const events: NewEvent[] = [];
  for (const request of requests) {
    if (request.conversation_id === null) opened.add(request.message_id);
    else if (!opened.has(request.message_id)) continue;
    events.push({
      type: 'request.received',
      occurred_at: request.started_at,
      conversation_id: request.conversation_id,
      message_id: request.message_id,
      data: receivedData(request) satisfies RequestReceived,
    });
  }
  await appendEvents(tx, actor, now, events);
  for (const id of new Set(requests.map((request) => request.conversation_id)))
    if (id !== null) await refreshDue(tx, id);
  return [...opened];
}

/** {@link openRequests} of one message. @returns false when it had its clock already. */
export async function openRequest(tx: Tx, actor: Actor, now: Date, request: NewRequest): Promise<boolean> {
  return (await openRequests(tx, actor, now, [request])).length > 0;
}

async function insertRows(tx: Tx, now: Date, requests: readonly NewRequest[]): Promise<string[]> {
  const rows = requests.flatMap((request) => {
    if (request.conversation_id === null) return [];
    const { policy, calendar, legal_clock, started_at } = request;
    // History that is brought in never raises work by itself: its deadlines have rung already.
    const rung = request.origin === 'import' ? { warned_at: now, breached_at: now } : {};
    return {
      message_id: request.message_id,
      conversation_id: request.conversation_id,
      policy: policy.id,
      headline: policy.headline,
      started_at,
      ...dueDates(started_at, policy, calendar),
      legal_due_at: legal_clock === undefined ? null : legalDue(started_at, legal_clock, calendar),
      ...rung,
    };
  });
  if (rows.length === 0) return [];
  const inserted = await tx
    .insertInto('request')
    .values(rows)
    .onConflict((conflict) => conflict.column('message_id').doNothing())
    .returning('message_id')
    .execute();
  return inserted.map((row) => row.message_id);
}

function receivedData(request: NewRequest): RequestReceived {
  const { policy, calendar, legal_clock, started_at } = request;
  const due = dueDates(started_at, policy, calendar);
  return {
    policy: policy.id,
    hours: policy.hours,
    headline: policy.headline,
    due_elapsed_at: due.due_elapsed_at.toISOString(),
    due_working_at: due.due_working_at.toISOString(),
    legal_due_at: legal_clock === undefined ? null : legalDue(started_at, legal_clock, calendar).toISOString(),
    calendar: { zone: calendar.zone, alsace_moselle: calendar.alsace_moselle },
    mailbox: request.mailbox,
    motif: request.motif,
    ...(request.motif_parent === undefined ? {} : { motif_parent: request.motif_parent }),
    level: request.level,
    queue: request.queue,
    pool: request.pool ?? null,
    origin: request.origin,
    ...(request.trial === true ? { trial: true as const } : {}),
  };
}

/** Why clocks stop. `conclusive` is for calls, `notice` says that the sender of a redirected mail was told. */
export type StopReason =
  | {
      readonly kind: 'answered';
      readonly reply_type: ReplyType;
      readonly conclusive?: boolean;
      /** Id of the template it began with. */
      readonly template?: string;
    }
  | { readonly kind: 'closed'; readonly code: 'redirected'; readonly notice: boolean; readonly confirmed?: boolean }
  | { readonly kind: 'closed'; readonly code: Exclude<ClosingCode, 'redirected'>; readonly confirmed?: boolean };

/**
 * Stops every open clock of a conversation and appends the event that says so. A reply that is no substantive answer
 * (`attente`, a call without result) stops nothing.
 *
 * `confirmed` says that a person looked at this very conversation; by default that is true for an agent and false for
 * the system. Pass false for a bulk closing: it never counts as handled, whatever its code (law 6).
 * For a partner, call it while the conversation is still in the pool's sight, i.e. before it leaves the queue.
 * @param at when the clocks stop. Imported history gives the past instant here and the present one as `recorded_at`, and
 *   brings a conversation's messages and answers in the order they happened.
 * @returns the ids of the messages whose clock was stopped.
 * @throws AiguillageError CONVERSATION_TRANSITION when closed as `answered` while a request waits for its answer.
 */
export async function stopRequests(
  tx: Tx,
  actor: Actor,
  conversation_id: string,
  at: Date,
  stop: StopReason,
  recorded_at: Date = at,
): Promise<string[]> {
  if (stop.kind === 'answered' && endOfAnswer(stop) === undefined) return [];
  const rows = await tx
    .updateTable('request')
    .set({ stopped_at: at, stopped_by: actorName(actor) })
    .where('conversation_id', '=', conversation_id)
    .where('stopped_at', 'is', null)
    .returning(['message_id', 'life_id'])
    .execute();
  const message_ids = rows.map((row) => row.message_id).sort();
  const lives = byLife(rows, conversation_id);
  await tellPlaces(tx, actor, conversation_id, lives, at, recorded_at);
  await appendEvents(
    tx,
    actor,
    recorded_at,
    [...lives].map(([life, ids]) => ({ ...stopEvent(actor, stop, ids), occurred_at: at, conversation_id: life })),
  );
  // Even when nothing was open: a conversation without an open clock must show no deadline.
  await refreshDue(tx, conversation_id);
  return message_ids;
}

function stopEvent(actor: Actor, stop: StopReason, message_ids: string[]): Pick<NewEvent, 'type' | 'data'> {
  if (stop.kind === 'answered') {
    const { reply_type, conclusive, template } = stop;
    const data: RequestAnswered = {
      reply_type,
      ...(conclusive === undefined ? {} : { conclusive }),
      ...(template === undefined ? {} : { template }),
      message_ids,
    };
    return { type: 'request.answered', data };
  }
  if (stop.code === 'answered') {
    throw new AiguillageError('CONVERSATION_TRANSITION', 'A request waits for its answer; close it with another code.');
  }
  const data: RequestClosed = {
    code: stop.code,
    confirmed: stop.confirmed ?? actor.kind === 'agent',
    ...(stop.code === 'redirected' ? { notice: stop.notice } : {}),
    message_ids,
  };
  return { type: 'request.closed', data };
}

/** Sets the deadlines of a conversation to the earliest of its open requests, or to none. */
export async function refreshDue(tx: Tx, conversation_id: string): Promise<void> {
  await sql`update aiguillage.conversation c
    set due_elapsed_at = open.elapsed, due_working_at = open.working, legal_due_at = open.legal,
      due_at = open.promised, open_since = open.since
    from (select min(due_elapsed_at) as elapsed, min(due_working_at) as working, min(legal_due_at) as legal,
            min(due_at) as promised, min(started_at) as since
          from aiguillage.request where conversation_id = ${conversation_id} and stopped_at is null) open
    where c.id = ${conversation_id}`.execute(tx);
}

/** The clocks of a conversation, oldest first; for the console. */
export async function requestsOf(tx: Tx, conversation_id: string): Promise<Request[]> {
  return tx
    .selectFrom('request')
    .selectAll()
    .where('conversation_id', '=', conversation_id)
    .orderBy('started_at')
    .orderBy('message_id')
    .execute();
}
