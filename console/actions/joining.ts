import { sql } from 'kysely';
import { decide } from '../../domain/route.ts';
import { buildFacts } from '../../domain/build-facts.ts';
import { AiguillageError } from '../../domain/errors.ts';
import {
  placeAfter,
  refuseJoin,
  refuseSplit,
  type JoinFacts,
  type JoinReason,
  type JoinRefusal,
  type JoinSide,
  type SplitRefusal,
} from '../../domain/joining.ts';
import { longestWindowDays } from '../../domain/repeat.ts';
import { textLengths } from '../../domain/replay.ts';
import { parseReference } from '../../domain/reference.ts';
import { actorOf } from '../../store/agents.ts';
import { noteDispatched } from '../../store/after-dispatch.ts';
import { appendDecision } from '../../store/decisions.ts';
import { lockInSight } from '../../store/desk.ts';
import { lockSender, openConversation, senderKey, type Conversation } from '../../store/intake.ts';
import { isSending, join, moveMessages, moveRequests, separate, tellSplit } from '../../store/joins.ts';
import { loadMessage } from '../../store/messages.ts';
import { loadPriorContacts } from '../../store/prior-contacts.ts';
import { deskReach } from '../../store/reach.ts';
import { refreshDue, requestsOf } from '../../store/requests.ts';
import { inSight, mayTake } from '../../store/scope.ts';
import { messagesOf } from '../../store/thread.ts';
import { Refusal } from '../errors.ts';
import type { ActionContext } from './context.ts';
import { lockTransferable } from './transfer.ts';

/** Joining repeat contacts, and taking apart what are two matters (domain/joining.ts). Own staff only. */

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const JOIN_REFUSALS: Readonly<Record<JoinRefusal, string>> = {
  same: 'C’est la même conversation.',
  joined: 'L’une des deux est déjà jointe à une autre.',
  'not-open': 'Prenez d’abord la conversation qui doit rester.',
  held: 'Une autre personne traite l’autre conversation.',
  'not-yours': 'L’autre conversation est dans une file que vous ne traitez pas : demandez à un référent.',
  pool: 'L’une des deux est confiée à une équipe partenaire : rappelez-la d’abord.',
  reserved: 'L’autre conversation relève d’un circuit réservé : elle ne peut pas en sortir de cette façon.',
  channel: 'Les deux ne se répondent pas par la même voie : répondez à chacune.',
  urgent: 'L’autre conversation est plus pressante : ouvrez-la, et joignez-y celle-ci.',
  sending: 'Une réponse de l’autre conversation est en train de partir : attendez un instant.',
  'other-sender': 'Les adresses diffèrent : un référent peut dire que c’est la même personne.',
  'reason-missing': 'Les adresses diffèrent : dites pourquoi c’est la même personne.',
};

const SPLIT_REFUSALS: Readonly<Record<SplitRefusal, string>> = {
  'not-a-mail': 'Seul un message de la personne peut être détaché.',
  answered: 'Ce message a déjà sa réponse.',
  'only-one': 'C’est le seul message de la conversation.',
  channel: 'Un échange avec l’assistant ne se détache pas.',
  'not-open': 'Cette conversation n’est plus ouverte.',
  pool: 'Cette conversation est confiée à une équipe partenaire : rappelez-la d’abord.',
};

export interface JoinAsk {
  /** Id or reference of the other one. */
  readonly other: string;
  readonly reason?: JoinReason | undefined;
}

/**
 * Makes another conversation of the same person part of this one.
 * @throws Refusal DESK_REFUSED with the sentence; AiguillageError NOT_FOUND, CONVERSATION_NOT_HELD, CONVERSATION_TAKEN
 */
export async function joinOther(context: ActionContext, id: string, ask: JoinAsk): Promise<{ ref: string }> {
  const { tx, agent, book, now } = context;
  const other_id = await find(context, ask.other);
  await lockSenders(context, [id, other_id]);
  const kept = await lockTransferable(context, id);
  const other = id === other_id ? kept : await lockInSight(tx, agent, other_id);
  const leased = other.held_until !== null && other.held_until > now;
  const open = other.status === 'queued' || other.status === 'assigned';
  const refusal = refuseJoin({
    role: agent.role as JoinFacts['role'],
    kept: sideOf(context, kept),
    other: sideOf(context, other),
    same_sender: kept.sender_key === other.sender_key,
    reason: ask.reason,
    held_by_other: other.status === 'assigned' && other.holder !== agent.id && leased,
    takeable: !open || other.holder === agent.id || mayTake(agent, other, await deskReach(tx, agent, book, now)),
    sending: await isSending(tx, other.id),
  });
  if (refusal !== undefined) throw new Refusal('DESK_REFUSED', JOIN_REFUSALS[refusal]);
  const reason = kept.sender_key === other.sender_key ? undefined : ask.reason;
  await join(tx, agent, { kept, other }, reason, now);
  return { ref: other.ref };
}

/** Takes a join back. @throws Refusal DESK_REFUSED when they are not joined; AiguillageError as {@link joinOther} */
export async function unjoin(context: ActionContext, id: string, other: string): Promise<void> {
  await lockSenders(context, [id, other]);
  const kept = await lockTransferable(context, id);
  if (!(await separate(context.tx, context.agent, kept, other, context.now)))
    throw new Refusal('DESK_REFUSED', 'Ces deux conversations ne sont pas jointes.');
}

/**
 * Takes one mail out into a conversation of its own, decided anew; its request goes with it, its clock as it is.
 * @throws Refusal DESK_REFUSED with the sentence; AiguillageError as {@link joinOther}
 */
export async function splitOff(
  context: ActionContext,
  id: string,
  message_id: string,
): Promise<{ id: string; ref: string; queue: string }> {
  const { tx, agent, book, now, deps } = context;
  const message = await loadMessage(tx, message_id);
  if (message?.conversation_id !== id) throw new AiguillageError('NOT_FOUND');
  const key = senderKey(message);
  await lockSender(tx, key, now);
  const from = await lockTransferable(context, id);
  const mails = (await messagesOf(tx, id)).filter(({ direction }) => direction === 'incoming');
  const request = (await requestsOf(tx, id)).find((one) => one.message_id === message_id);
  const refusal = refuseSplit({
    of_member: message.outcome === 'conversation' || message.outcome === 'joined',
    open: request !== undefined && request.stopped_at === null,
    mails: mails.filter(({ automated_reason }) => automated_reason === null).length,
    channel: from.channel,
    status: from.status,
    kind: kindOf(context, from.queue),
  });
  if (refusal !== undefined) throw new Refusal('DESK_REFUSED', SPLIT_REFUSALS[refusal]);

  const rules = await deps.rules.rulebook(tx);
  const model = await deps.rules.model(tx);
  const profile = rules.mailboxes.find((mailbox) => mailbox.id === message.mailbox);
  const days = longestWindowDays(rules.motifs);
  const contacts = await loadPriorContacts(tx, key, message.received_at, { days, joins: null });
  const facts = buildFacts(message, profile, { prior_contacts: contacts.length, contacts });
  const decision = decide(facts, rules, model, now);
  const place = placeAfter(from, decision);
  const placed = { ...decision, ...place };
  const new_id = await openConversation(tx, message, placed, { sender_key: key, now, suggested_link: null });
  const copies = await tx
    .selectFrom('message')
    .select('id')
    .where('conversation_id', '=', id)
    .where('duplicate_of', '=', message_id)
    .execute();
  await moveMessages(tx, id, new_id, [message_id, ...copies.map((copy) => copy.id)]);
  await appendDecision(
    tx,
    { conversation_id: new_id, message_id },
    decision,
    { rulebook: rules.digest, model: model.digest },
    now,
    { history: contacts, chars: textLengths(message) },
  );
  // Handed to no pool: its request is told by the life of the conversation it came in with.
  await sql`update aiguillage.conversation set pool_hops = 1 where id = ${new_id}::uuid`.execute(tx);
  await moveRequests(tx, actorOf(agent), new_id, [message_id], now);
  await refreshDue(tx, id);
  await noteDispatched(
    tx,
    book,
    { message, conversation_id: new_id, decision: placed, queue: place.queue, settled: place.queue !== decision.queue },
    now,
  );
  await tellSplit(tx, agent, { from: id, to: new_id, messages: 1, undo: false }, now);
  const { ref } = await tx.selectFrom('conversation').select('ref').where('id', '=', new_id).executeTakeFirstOrThrow();
  return { id: new_id, ref, queue: place.queue };
}

async function find({ tx, agent }: ActionContext, name: string): Promise<string> {
  const ref = UUID.test(name) ? undefined : parseReference(name);
  if (ref === undefined && !UUID.test(name)) throw new AiguillageError('NOT_FOUND');
  const row = await tx
    .selectFrom('conversation')
    .select('id')
    .where(ref === undefined ? 'id' : 'ref', '=', ref ?? name)
    .where(inSight(agent))
    .executeTakeFirst();
  if (row === undefined) throw new AiguillageError('NOT_FOUND');
  return row.id;
}

/** Senders before conversations, in one order: as triage, dispatch and a claim do. */
async function lockSenders({ tx }: ActionContext, ids: readonly string[]): Promise<void> {
  await sql`select s.key from aiguillage.sender s
    where s.key in (select sender_key from aiguillage.conversation where id = any(${[...ids]}::uuid[]))
    order by s.key for update`.execute(tx);
}

const kindOf = ({ book }: ActionContext, queue: string) => book.queues.find(({ id }) => id === queue)?.kind ?? 'pole';

function sideOf(context: ActionContext, row: Conversation): JoinSide {
  const { book } = context;
  const { id, status, queue, urgency, channel } = row;
  return {
    ...{ id, status, queue, urgency, channel },
    kind: kindOf(context, queue),
    reserved: row.restricted || book.queues.find((one) => one.id === queue)?.restricted === true,
    way: book.mailboxes.find((mailbox) => mailbox.id === row.mailbox)?.reply_via ?? 'smtp',
    joined: row.joined_to !== null,
  };
}
