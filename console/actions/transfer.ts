import { advance } from '../../domain/conversation.ts';
import { AiguillageError } from '../../domain/errors.ts';
import { planTransfer, type TransferAsk, type TransferReason, type TransferRefusal } from '../../domain/transfer.ts';
import { actorOf, type Agent } from '../../store/agents.ts';
import { SYSTEM } from '../../store/database.ts';
import { move } from '../../store/conversation-changes.ts';
import { lockInSight, requireHeld, requireInSight } from '../../store/desk.ts';
import { appendEvents } from '../../store/events.ts';
import type { Conversation } from '../../store/intake.ts';
import { countHandover, lockDay, ownersDay, returnPlaces } from '../../store/load.ts';
import { stoppedPools } from '../../store/overflow.ts';
import { endReview, lockOpen, openReview, settleReview } from '../../store/reviews.ts';
import type { ConsoleDeps } from '../deps.ts';
import { Refusal } from '../errors.ts';
import { act, motifOf, type ActionContext } from './context.ts';

const REFUSALS: Readonly<Record<TransferRefusal, string>> = {
  'unknown-queue': 'Cette file n’existe pas dans les règles en vigueur.',
  'same-queue': 'La conversation est déjà dans cette file.',
  'partner-hands-back-only': 'Un pôle d’appui rend la conversation à sa file d’origine, et à aucune autre.',
  'pool-by-supervisor-only': 'Seul un superviseur confie une conversation à un pôle d’appui.',
  'pool-contract': 'Le contrat de ce pôle d’appui ne couvre pas cette conversation.',
};

export interface TransferAnswer {
  readonly queue: string;
  /** Where it should end when a référent or supervisor approves. */
  readonly wanted: string;
  readonly review: boolean;
}

/**
 * Moves a conversation to another queue. Its clocks go on unchanged (law 6). Agents transfer what they hold; référents
 * and supervisors also what waits, which is how a review is settled.
 *
 * It runs as the system, after the same checks: a partner that hands back may not see the row any more once it has left
 * its pool, and row security would refuse that last write. Events name the person.
 * @throws AiguillageError NOT_FOUND, CONVERSATION_NOT_HELD, CONVERSATION_TAKEN, TRANSFER_REFUSED
 */
export async function transfer(
  deps: ConsoleDeps,
  agent: Agent,
  id: string,
  ask: { queue: string; reason: TransferReason },
): Promise<TransferAnswer> {
  // Row security has its say too: the person's own role must see the row first.
  await deps.store.read(actorOf(agent), (tx) => requireInSight(tx, agent, id));
  return act(deps, agent, (context) => transferIn(context, id, ask), SYSTEM);
}

async function transferIn(
  context: ActionContext,
  id: string,
  ask: { queue: string; reason: TransferReason },
): Promise<TransferAnswer> {
  const { tx, agent, book, now } = context;
  const conversation = await lockTransferable(context, id);
  const plan = planTransfer(book, {
    from: conversation.queue,
    to: ask.queue,
    actor: agent.role as TransferAsk['actor'],
    restricted: conversation.restricted,
    urgency: conversation.urgency,
    pool_hops: conversation.pool_hops,
    motif: conversation.motif_confirmed ?? conversation.motif,
  });
  if (!plan.ok) throw new Refusal('TRANSFER_REFUSED', REFUSALS[plan.why]);
  const target = book.queues.find((queue) => queue.id === plan.queue);
  const wanted = book.queues.find((queue) => queue.id === plan.wanted);
  const restricted =
    target?.restricted === true || wanted?.restricted === true || motifOf(book, conversation)?.restricted === true;
  const status = advance(conversation.status, { type: 'transfer' });
  await move(tx, id, { status, queue: plan.queue, restricted, handed: plan.handed !== undefined }, now);
  if (plan.handed !== undefined) {
    const day = ownersDay(book, now);
    await lockDay(tx, [plan.handed], day);
    if ((await stoppedPools(tx, [plan.handed], now)).has(plan.handed)) {
      throw new Refusal(
        'TRANSFER_REFUSED',
        'Le contrat de cette équipe est arrêté : rien ne lui est confié pour le moment.',
      );
    }
    await countHandover(tx, plan.handed, day);
  }
  if (plan.recalled !== undefined) await returnPlaces(tx, book, plan.recalled, [conversation]);
  const data = {
    from: conversation.queue,
    to: plan.queue,
    reason: ask.reason,
    ...(plan.review ? { wanted: plan.wanted } : {}),
  };
  const about = { occurred_at: now, conversation_id: id };
  await appendEvents(tx, actorOf(agent), now, [
    { type: 'conversation.transferred', ...about, data },
    ...(plan.handed === undefined
      ? []
      : [{ type: 'overflow.handed' as const, ...about, data: { pool: plan.handed, from: conversation.queue } }]),
    ...(plan.recalled === undefined
      ? []
      : [{ type: 'overflow.recalled' as const, ...about, data: { pool: plan.recalled, to: plan.queue } }]),
  ]);
  await followReview(context, conversation, plan, ask.reason);
  return { queue: plan.queue, wanted: plan.wanted, review: plan.review };
}

/** A transfer opens a review, or ends the one the conversation was waiting for. */
async function followReview(
  context: ActionContext,
  conversation: Conversation,
  plan: { readonly queue: string; readonly wanted: string; readonly review: boolean },
  reason: TransferReason,
): Promise<void> {
  const { tx, agent, book, now } = context;
  const { id } = conversation;
  if (plan.review) {
    const motif = conversation.motif_confirmed ?? conversation.motif;
    const asked = { queue: plan.queue, wanted: plan.wanted, origin: 'agent' as const, rule: `transfer.${reason}` };
    await openReview(tx, actorOf(agent), { conversation_id: id, ...asked, motif, asked_by: agent.id }, now);
    return;
  }
  const review = await lockOpen(tx, id);
  if (review?.queue !== conversation.queue) return;
  const kind = book.queues.find((queue) => queue.id === plan.queue)?.kind;
  const outcome = kind === 'n1' ? 'returned' : kind === 'pole' || kind === 'sensitive' ? 'approved' : undefined;
  const end = { reason, by: agent.id };
  if (outcome === undefined) await endReview(tx, review.id, { ...end, outcome: 'moved' }, now);
  else await settleReview(tx, actorOf(agent), review, { ...end, outcome }, { to: plan.queue }, now);
}

/** The row, locked, if this person may move it. @throws AiguillageError CONVERSATION_NOT_HELD, CONVERSATION_TAKEN, NOT_FOUND */
export async function lockTransferable(context: ActionContext, id: string): Promise<Conversation> {
  const { tx, agent, now } = context;
  if (agent.role === 'agent' || agent.role === 'partner') return requireHeld(tx, agent, id, now);
  const conversation = await lockInSight(tx, agent, id);
  const colleague = conversation.holder !== null && conversation.holder !== agent.id;
  const leased = conversation.held_until !== null && conversation.held_until > now;
  // A supervisor may take work out of somebody's hands; a référent may not.
  if (conversation.status === 'assigned' && colleague && leased && agent.role !== 'supervisor') {
    throw new AiguillageError('CONVERSATION_TAKEN');
  }
  return conversation;
}
