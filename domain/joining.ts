import type { ConversationStatus } from './conversation.ts';
import type { QueueKind } from './rulebook.ts';

/**
 * Joining two conversations of one person, and taking a message out of one. Each open request keeps its own clock (law 6)
 * and is counted where it always was: neither act changes a figure. No text may come into wider sight by it, nor into a
 * partner's (law 9).
 */

/** Why conversations under two addresses are one person's; a référent or supervisor says so. Codes, kept for ever. */
export const JOIN_REASONS = ['same_nir', 'person_says', 'same_file'] as const;
export type JoinReason = (typeof JOIN_REASONS)[number];

/** One of the two, as the rules below look at it. */
export interface JoinSide {
  readonly id: string;
  readonly status: ConversationStatus;
  readonly queue: string;
  readonly kind: QueueKind;
  /** Reserved itself, or in a reserved queue. */
  readonly reserved: boolean;
  /** 0 (P0) to 3. */
  readonly urgency: number;
  readonly channel: 'mail' | 'bot';
  /** How its mailbox answers. */
  readonly way: string;
  /** It was joined to another one before. */
  readonly joined: boolean;
}

export interface JoinFacts {
  readonly role: 'agent' | 'referent' | 'supervisor';
  /** What stays, with its place and its motif. */
  readonly kept: JoinSide;
  readonly other: JoinSide;
  readonly same_sender: boolean;
  readonly reason?: JoinReason | undefined;
  /** Somebody else holds the other one now. */
  readonly held_by_other: boolean;
  /** This person could take the other one, or it is answered and they may read it. */
  readonly takeable: boolean;
  /** A reply of the other one is about to leave, or nobody knows whether it did. */
  readonly sending: boolean;
}

export type JoinRefusal =
  | 'same'
  | 'joined'
  | 'not-open'
  | 'held'
  | 'not-yours'
  | 'pool'
  | 'reserved'
  | 'channel'
  | 'urgent'
  | 'sending'
  | 'other-sender'
  | 'reason-missing';

const OPEN: readonly ConversationStatus[] = ['queued', 'assigned'];

/** Why the two are not joined, or undefined. Pure. */
export function refuseJoin(facts: JoinFacts): JoinRefusal | undefined {
  const { kept, other, role } = facts;
  if (kept.id === other.id) return 'same';
  if (kept.joined || other.joined) return 'joined';
  if (!OPEN.includes(kept.status)) return 'not-open';
  if (facts.held_by_other) return 'held';
  if (!facts.takeable) return 'not-yours';
  // What was handed over has its contract, its quota and its own wall.
  if (kept.kind === 'partner' || other.kind === 'partner') return 'pool';
  // Those who read the one queue are not those who read the other; within one queue nothing changes.
  if (other.reserved && other.queue !== kept.queue) return 'reserved';
  if (kept.channel !== other.channel || kept.channel === 'bot' || kept.way !== other.way) return 'channel';
  // The more pressing one has its place for a reason: it stays, and takes the other in.
  if (OPEN.includes(other.status) && other.urgency <= 1 && other.urgency < kept.urgency) return 'urgent';
  if (facts.sending) return 'sending';
  if (facts.same_sender) return undefined;
  if (role === 'agent') return 'other-sender';
  return facts.reason === undefined ? 'reason-missing' : undefined;
}

export interface SplitFacts {
  /** It is a member's mail of this conversation. */
  readonly of_member: boolean;
  /** Its clock still runs. */
  readonly open: boolean;
  /** Members' mails in the conversation. */
  readonly mails: number;
  readonly channel: 'mail' | 'bot';
  readonly status: ConversationStatus;
  readonly kind: QueueKind;
}

export type SplitRefusal = 'not-a-mail' | 'answered' | 'only-one' | 'channel' | 'not-open' | 'pool';

/** Why this message is not taken out, or undefined. Pure. */
export function refuseSplit(facts: SplitFacts): SplitRefusal | undefined {
  if (facts.kind === 'partner') return 'pool';
  if (facts.channel === 'bot') return 'channel';
  if (!OPEN.includes(facts.status)) return 'not-open';
  if (!facts.of_member) return 'not-a-mail';
  if (!facts.open) return 'answered';
  return facts.mails < 2 ? 'only-one' : undefined;
}

/** The place of what comes out of a conversation: never wider than the one it leaves. */
export function placeAfter(
  from: { readonly queue: string; readonly restricted: boolean },
  own: { readonly queue: string; readonly restricted: boolean },
): { readonly queue: string; readonly restricted: boolean } {
  return from.restricted && !own.restricted ? { queue: from.queue, restricted: true } : own;
}
