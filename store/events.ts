import { actorName, type Actor, type Tx } from './database.ts';

/**
 * The event log. Figures are computed from it alone (law 6), so an event, once released, keeps its meaning for ever.
 * `data` holds ids, codes and instants, never text from a mail.
 */
export type EventType =
  /** A human message started a clock (occurred_at: its INTERNALDATE). data: RequestReceived of domain/request-events.ts */
  | 'request.received'
  /** A substantive answer stopped the clocks of a conversation. data: RequestAnswered of domain/request-events.ts */
  | 'request.answered'
  /** Ended without our answer. data: RequestClosed of domain/request-events.ts */
  | 'request.closed'
  /** The answer that had stopped these clocks was taken back before it left. data: {message_ids: [...], reason} */
  | 'request.resumed'
  /** The same person came back on the same matter in another conversation. data: {by: that conversation} */
  | 'request.repeated'
  /** An open request stands in another conversation than the one that tells it. data: RequestPlaced of domain/request-events.ts */
  | 'request.placed'
  /** The headline clock reached its warning or its deadline (occurred_at: that instant). data: {policy, due_at} */
  | 'request.warned'
  | 'request.breached'
  /** data: {motif, level, queue, rule, abstained, flags}: the machine's word on a mail, flags by their ids */
  | 'conversation.decided'
  /** data: {queue, from?, reason} */
  | 'conversation.routed'
  | 'conversation.claimed'
  /** data: {reason, holder}: `lease-expired` when the holder was silent, `series-left` with the rest of a series */
  | 'conversation.released'
  /** data: {reason, until}: set aside for a while; its clocks go on */
  | 'conversation.snoozed'
  /** data: {by}: `message` or `supervisor` ended the time aside before its hour */
  | 'conversation.woken'
  /** data: {other, messages, reason?} in what is kept, {into} in the other */
  | 'conversation.joined'
  /** data: {other, messages, undo}; `undo` when a join is taken back */
  | 'conversation.split'
  /** data: {from, to, reason} */
  | 'conversation.transferred'
  /** data: {from, reason?}: `waiting-expired` when awaited pieces did not come; `reply-failed`, `reply-returned` (store/unreached.ts) */
  | 'conversation.reopened'
  | 'conversation.read'
  /**
   * data: {from, to, guessed, abstained, to_parent?}: a person gave the motif; `guessed` is the machine's, `abstained` when
   * it was not sure of it; a provisional one counts under `to_parent`
   */
  | 'conversation.motif_confirmed'
  /** message_id: the mail it speaks of. data: {flag, level, urgency}: a person saw a mark the machine did not */
  | 'conversation.flag_added'
  /** data: {flag, level, urgency}: a person says that no mail of this conversation carries the mark */
  | 'conversation.flag_removed'
  /** data: {queue, wanted, origin, rule, motif}: a transfer waits for its review */
  | 'review.opened'
  /** data: {wanted, reason, …}: a référent or supervisor decided */
  | 'review.approved'
  | 'review.returned'
  | 'review.remotived'
  /** data: {wanted}: nobody reviewed it in time, it went on */
  | 'review.timed_out'
  /** data: {pole, reason?}: what the pôle said of the transfer */
  | 'review.accepted'
  | 'review.refused'
  /** data: {reading}: a newcomer's reply waits to be read; no clock stops */
  | 'reply.held'
  /** data: {reading, outcome}: it was sent (as written or changed), given back, taken back, or the conversation went on */
  | 'reply.read'
  /** data: {reading}: nobody read it in time */
  | 'reply.reading_late'
  /** data: {alert, flag}: a P0 rings */
  | 'alert.raised'
  /** data: {alert, step, called, mails} */
  | 'alert.rung'
  /** data: {alert, how} */
  | 'alert.acknowledged'
  /** data: {pool, from, by?: arrival | rebalance, why?} */
  | 'overflow.handed'
  /** data: {pool, to, reason?}: a RecallReason of domain/overflow-recall.ts, `urgent`, or none when it was given back */
  | 'overflow.recalled'
  /** data: {wave, people, usual} */
  | 'wave.proposed'
  /** data: {wave, ends_at, template} */
  | 'wave.named'
  /** data: {wave, reason} */
  | 'wave.dismissed'
  /** data: {wave, by}: `date` or `supervisor` */
  | 'wave.ended'
  /** message_id: the mail that is part of it. data: {wave, similarity} */
  | 'wave.joined'
  /** data: {group, wave, items, digest} */
  | 'group_reply.approved'
  /** data: {group, wave, reason}: an item of an approved list got no answer */
  | 'group_reply.skipped'
  /** data: {delivery_id, kind, via, template?}: the approved text a reply began with */
  | 'delivery.queued'
  | 'delivery.sent'
  | 'delivery.failed'
  | 'delivery.ambiguous'
  | 'delivery.resolved'
  | 'task.opened'
  | 'task.done'
  /** data: {task, pole, owner, reason}: its owner is away, the pôle has it again */
  | 'task.released'
  /** Talks with the bot; data: {bot, portal, …} and the fields of BotEvent (domain/bot/state.ts), numbers and ids only */
  | 'bot.started'
  | 'bot.turn'
  /** data: {topic, turn, shown_at_turn, cause, motif} */
  | 'bot.request-failed'
  | 'bot.topic-changed'
  /** data: {turn, motif, failed}: the door to an adviser is open; the member decides */
  | 'bot.offered'
  | 'bot.declined'
  /** data: {turn, by, motif, failed}: starts the clock of the hand-over */
  | 'bot.accepted'
  | 'bot.flagged'
  | 'bot.handed'
  | 'bot.silenced'
  /** data: {by}: member or idle */
  | 'bot.closed'
  | 'bot.resumed'
  | 'message.automated'
  | 'message.bounce'
  | 'message.duplicate'
  | 'message.quarantined'
  | 'mailbox.mode'
  /** Teams of queues and caisses of mailboxes from now on. data: OrganisationDeclared of domain/figure-organisation.ts */
  | 'organisation.declared';

/**
 * Acts on a conversation that stand on the audit trail as their own event says them (law 13); other acts write a row of
 * their own. Of the machine's only what left the house.
 */
const TRAILED: ReadonlySet<EventType> = new Set<EventType>([
  'conversation.motif_confirmed',
  'conversation.transferred',
  'conversation.released',
  'review.approved',
  'review.returned',
  'review.remotived',
  'review.accepted',
  'review.refused',
  'task.opened',
  'task.done',
  'delivery.sent',
]);

export interface NewEvent {
  readonly type: EventType;
  /** When it happened; `recorded_at` is now. */
  readonly occurred_at: Date;
  readonly conversation_id?: string | null;
  readonly message_id?: string | null;
  readonly data?: Record<string, unknown>;
}

/** Appends events in the caller's transaction. */
export async function appendEvents(tx: Tx, actor: Actor, now: Date, events: readonly NewEvent[]): Promise<void> {
  if (events.length === 0) return;
  await tx
    .insertInto('event')
    .values(
      events.map((event) => ({
        type: event.type,
        occurred_at: event.occurred_at,
        recorded_at: now,
        conversation_id: event.conversation_id ?? null,
        message_id: event.message_id ?? null,
        actor: actorName(actor),
        data: JSON.stringify(event.data ?? {}),
      })),
    )
    .execute();
  const trailed = events.filter(
    ({ type }) => TRAILED.has(type) && (actor.kind === 'agent' || type === 'delivery.sent'),
  );
  for (const { type, conversation_id, data } of trailed)
    await appendAudit(tx, actor, now, type, conversation_id ?? '-', data);
}

/** Appends one audit row: who did what to which row. Ids and digests only (law 13). */
export async function appendAudit(
  tx: Tx,
  actor: Actor,
  now: Date,
  action: string,
  subject: string,
  data: Record<string, unknown> = {},
): Promise<void> {
  await tx
    .insertInto('audit')
    .values({ at: now, actor: actorName(actor), action, subject, data: JSON.stringify(data) })
    .execute();
}
