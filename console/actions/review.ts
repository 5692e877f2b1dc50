import { advance } from '../../domain/conversation.ts';
import { AiguillageError } from '../../domain/errors.ts';
import { DEFAULT_REVIEWS, planReview, type Reason, type ReviewAction, type ReviewPlan } from '../../domain/review.ts';
import type { Rulebook } from '../../domain/rulebook.ts';
import { actorOf } from '../../store/agents.ts';
import { move } from '../../store/conversation-changes.ts';
import { SYSTEM } from '../../store/database.ts';
import { appendEvents } from '../../store/events.ts';
import type { Conversation } from '../../store/intake.ts';
import { answerReview, lastReview } from '../../store/review-desk.ts';
import { lockOpen, openReview, settleReview, type Review } from '../../store/reviews.ts';
import { Refusal } from '../errors.ts';
import { motifOf, type ActionContext } from './context.ts';
import { confirmMotif } from './motif.ts';
import { lockTransferable } from './transfer.ts';

export interface ReviewAsk {
  readonly action: ReviewAction;
  /** One of reviews.yaml. */
  readonly reason: string;
  /** Words for the colleague who answers; kept with the review, in no event. */
  readonly hint?: string | undefined;
  readonly motif?: string | undefined;
}

const OUTCOMES = { approve: 'approved', return: 'returned', remotif: 'remotived' } as const;
const REFUSALS: Readonly<Record<Extract<ReviewPlan, { ok: false }>['why'], string>> = {
  'unknown-queue': 'Le pôle demandé n’existe plus dans les règles en vigueur : choisissez un autre motif.',
  'unknown-motif': 'Ce motif n’existe pas dans les règles en vigueur.',
  'same-motif': 'La conversation a déjà ce motif : approuvez le transfert, ou rendez-la.',
  'no-motif': 'Indiquez le motif du message.',
};

/**
 * A référent or supervisor reviews a transfer: on to the pôle, back to level 1 with a hint, or under another motif. Clocks
 * and level label stay as they are (law 6).
 * @throws AiguillageError NOT_FOUND, CONVERSATION_TAKEN; Refusal TRANSFER_REFUSED, BAD_INPUT
 */
export async function review(
  context: ActionContext,
  id: string,
  ask: ReviewAsk,
): Promise<{ queue: string; outcome: (typeof OUTCOMES)[ReviewAction] }> {
  const { tx, agent, book, now } = context;
  const before = await lockTransferable(context, id);
  const open = await reviewOf(context, before);
  knownReason(book, ask.action, ask.reason);
  const plan = planReview(book, { ...ask, wanted: open.wanted }, before.motif_confirmed ?? before.motif);
  if (!plan.ok) throw new Refusal('TRANSFER_REFUSED', REFUSALS[plan.why]);
  const conversation = ask.action === 'remotif' ? await confirmMotif(context, before, ask.motif!) : before;
  await place(context, conversation, plan.queue);
  const outcome = OUTCOMES[ask.action];
  const end = { outcome, reason: ask.reason, hint: ask.hint, by: agent.id };
  const data = { to: plan.queue, ...(ask.action === 'remotif' ? { motif: ask.motif } : {}) };
  await settleReview(tx, actorOf(agent), open, end, data, now);
  await moved(context, before, plan.queue, `review_${outcome}`);
  return { queue: plan.queue, outcome };
}

export interface PoleAnswer {
  readonly as: 'accept' | 'refuse';
  /** One of reviews.yaml; asked for with a refusal. */
  readonly reason?: string | undefined;
}

/**
 * The pôle takes a transfer as right, or gives it back with a reason: to the référents, once. Their second word binds, or
 * a mail could go to and fro while its clocks run.
 * @throws AiguillageError NOT_FOUND, CONVERSATION_NOT_HELD, CONVERSATION_TRANSITION; Refusal TRANSFER_REFUSED, BAD_INPUT
 */
export async function answerAsPole(context: ActionContext, id: string, answer: PoleAnswer): Promise<{ queue: string }> {
  const { tx, agent, book, now } = context;
  const conversation = await lockTransferable(context, id);
  const queue = book.queues.find((candidate) => candidate.id === conversation.queue);
  const last = await lastReview(tx, id);
  if (last?.outcome == null || (queue?.kind !== 'pole' && queue?.kind !== 'sensitive')) {
    throw new Refusal('TRANSFER_REFUSED', 'Cette conversation n’est pas arrivée ici par l’analyse préalable.');
  }
  if (answer.as === 'accept') {
    await answerReview(tx, agent, last, { as: 'accepted', reason: null }, now);
    return { queue: conversation.queue };
  }
  if (last.origin === 'refusal') {
    throw new Refusal(
      'TRANSFER_REFUSED',
      'Un référent a déjà revu ce refus : la conversation reste ici. Un superviseur peut la transférer.',
    );
  }
  if (answer.reason === undefined) throw new Refusal('BAD_INPUT', 'Un refus demande une raison de la liste.');
  knownReason(book, 'refuse', answer.reason);
  const review_queue = book.queues.find(({ kind }) => kind === 'review')?.id;
  if (review_queue === undefined) throw new Refusal('TRANSFER_REFUSED', 'Aucune file d’analyse préalable.');
  await answerReview(tx, agent, last, { as: 'refused', reason: answer.reason }, now);
  await place(context, conversation, review_queue);
  await moved(context, conversation, review_queue, 'pole_refused', { wanted: conversation.queue });
  const motif = conversation.motif_confirmed ?? conversation.motif;
  const again = { queue: review_queue, wanted: conversation.queue, origin: 'refusal' as const };
  await openReview(tx, actorOf(agent), { conversation_id: id, ...again, rule: `refusal.${answer.reason}`, motif }, now);
  return { queue: review_queue };
}

/** The open review of a conversation that stands in the review; one that has no row yet gets it. */
async function reviewOf({ tx, book, now }: ActionContext, conversation: Conversation): Promise<Review> {
  const { id, queue } = conversation;
  const open = await lockOpen(tx, id);
  if (open?.queue === queue) return open;
  if (book.queues.find((candidate) => candidate.id === queue)?.kind !== 'review')
    throw new Refusal('TRANSFER_REFUSED', 'Cette conversation n’attend pas d’analyse préalable.');
  const motif = motifOf(book, conversation);
  const found = { queue, wanted: motif?.pole ?? queue, origin: 'machine' as const, rule: 'found' };
  await openReview(tx, SYSTEM, { conversation_id: id, ...found, motif: motif?.id ?? null }, now);
  return (await lockOpen(tx, id))!;
}

/** @throws Refusal BAD_INPUT for a reason that is not on the list */
function knownReason(book: Rulebook, list: keyof typeof DEFAULT_REVIEWS.reasons, reason: string): Reason {
  const known = (book.reviews ?? DEFAULT_REVIEWS).reasons[list].find(({ id }) => id === reason);
  if (known === undefined)
    throw new Refusal('BAD_INPUT', 'Cette raison n’est pas dans la liste des règles en vigueur.');
  return known;
}

async function place({ tx, book, now }: ActionContext, conversation: Conversation, queue: string): Promise<void> {
  const status = advance(conversation.status, { type: 'transfer' });
  const target = book.queues.find(({ id }) => id === queue);
  if (target === undefined) throw new AiguillageError('TRANSFER_REFUSED');
  const reserved = target.restricted || motifOf(book, conversation)?.restricted === true;
  const restricted = conversation.restricted || reserved;
  await move(tx, conversation.id, { status, queue, restricted, handed: false }, now);
}

async function moved(
  { tx, agent, now }: ActionContext,
  conversation: Conversation,
  to: string,
  reason: string,
  more: Record<string, unknown> = {},
): Promise<void> {
  await appendEvents(tx, actorOf(agent), now, [
    {
      type: 'conversation.transferred',
      occurred_at: now,
      conversation_id: conversation.id,
      data: { from: conversation.queue, to, reason, ...more },
    },
  ]);
}
