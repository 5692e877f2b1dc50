import { isAmong } from './provisional.ts';
import type { DeskQueue, Rulebook } from './rulebook.ts';

/** Where a transfer goes (domain §1.1 « analyse préalable … des transferts de mails aux pôles experts », design §3). */

export type TransferReason =
  | 'expert_needed'
  | 'wrong_queue'
  | 'out_of_skill'
  | 'urgent'
  | 'restricted_circuit'
  | 'review_approved'
  | 'review_returned'
  | 'hand_back';

/** Codes, never free text: they end in the event log, which is kept for ever. */
export const TRANSFER_REASONS: readonly TransferReason[] = [
  'expert_needed',
  'wrong_queue',
  'out_of_skill',
  'urgent',
  'restricted_circuit',
  'review_approved',
  'review_returned',
  'hand_back',
];

export interface TransferAsk {
  /** Queue the conversation is in. */
  readonly from: string;
  /** Queue that was asked for. */
  readonly to: string;
  readonly actor: 'agent' | 'referent' | 'supervisor' | 'partner';
  /** Medical-service and other reserved items (law 9). */
  readonly restricted: boolean;
  /** 0–3; P0 and P1 never leave for a pool (domain §3.4). */
  readonly urgency: number;
  /** How often it was in a pool already. */
  readonly pool_hops: number;
  readonly motif: string | null;
}

export type TransferRefusal =
  | 'unknown-queue'
  | 'same-queue'
  /** A partner gives work back to where it came from, and nowhere else. */
  | 'partner-hands-back-only'
  /** Only a supervisor hands work to a pool by hand, within the pool's contract. */
  | 'pool-by-supervisor-only'
  | 'pool-contract';

export type TransferPlan =
  | {
      readonly ok: true;
      /** Where it goes now. */
      readonly queue: string;
      /** Where it should end; differs from `queue` while a référent or supervisor reviews the transfer. */
      readonly wanted: string;
      readonly review: boolean;
      /** The pool that receives it, or that gives it back. */
      readonly handed?: string;
      readonly recalled?: string;
    }
  | { readonly ok: false; readonly why: TransferRefusal };

/**
 * Level 1 in the sense of the review: expert poles pass work among themselves without one. An agent who was offered mail
 * out of the review for their skill and passes it on leaves it there.
 */
const LEVEL_1: readonly DeskQueue['kind'][] = ['n1', 'human-triage', 'partner', 'review'];
/** Expert circuits. Middle office and supervisors take what is urgent: a review could only delay it. */
const EXPERT: readonly DeskQueue['kind'][] = ['pole', 'sensitive'];

/** Decides a transfer. Pure. */
export function planTransfer(
  book: Pick<Rulebook, 'motifs' | 'queues' | 'direct_queues'>,
  ask: TransferAsk,
): TransferPlan {
  const from = book.queues.find((queue) => queue.id === ask.from);
  const to = book.queues.find((queue) => queue.id === ask.to);
  if (ask.actor === 'partner') {
    const home = from?.contract?.from;
    if (home === undefined || ask.to !== home) return { ok: false, why: 'partner-hands-back-only' };
    return { ok: true, queue: home, wanted: home, review: false, recalled: ask.from };
  }
  if (to === undefined) return { ok: false, why: 'unknown-queue' };
  if (ask.to === ask.from) return { ok: false, why: 'same-queue' };
  const recalled = from?.kind === 'partner' ? { recalled: ask.from } : {};
  if (to.kind === 'partner') {
    if (ask.actor !== 'supervisor') return { ok: false, why: 'pool-by-supervisor-only' };
    if (!fitsContract(book, to, ask)) return { ok: false, why: 'pool-contract' };
    return { ok: true, queue: to.id, wanted: to.id, review: false, handed: to.id };
  }
  const review = book.queues.find((queue) => queue.kind === 'review');
  const needs_review =
    ask.actor === 'agent' &&
    review !== undefined &&
    EXPERT.includes(to.kind) &&
    (from === undefined || LEVEL_1.includes(from.kind)) &&
    !book.direct_queues.includes(to.id);
  return { ok: true, queue: needs_review ? review.id : to.id, wanted: to.id, review: needs_review, ...recalled };
}

/** What no supervisor may waive: the terms of law 9 and of the contract. Quota and trigger are theirs to judge. */
function fitsContract(book: Pick<Rulebook, 'motifs'>, pool: DeskQueue, ask: TransferAsk): boolean {
  const { contract } = pool;
  return (
    contract !== undefined &&
    contract.enabled &&
    contract.from === ask.from &&
    !ask.restricted &&
    ask.urgency > 1 &&
    ask.pool_hops === 0 &&
    ask.motif !== null &&
    isAmong(book, contract.motifs, ask.motif)
  );
}
