import type { ReplyType } from './conversation.ts';
import { hashShare } from './overflow-contract.ts';
import type { ReviewPolicy } from './review.ts';

/**
 * Replies read by a second person: a newcomer's before they are sent, a few of everybody else's afterwards. The clocks of
 * a mail stop when its answer leaves, never when it is held (law 6).
 */

/** reviews.yaml, section `reply_reading`. */
export interface ReplyReadingPolicy {
  /** A newcomer's replies are read until so many were sent as they were written; 0: nobody's are. */
  readonly newcomer_replies: number;
  /** Part of the replies of everybody else that is read after they left, 0–1. */
  readonly share: number;
  /** What nobody read within so many open hours is on the référents' alert list. It is never sent by itself. */
  readonly timeout_open_hours: number;
  /** Who reads: référents and supervisors, or supervisors alone. */
  readonly readers: 'referent' | 'supervisor';
}

/** Where reviews.yaml says nothing. */
export const DEFAULT_REPLY_READING: ReplyReadingPolicy = {
  newcomer_replies: 50,
  share: 0.02,
  timeout_open_hours: 2,
  readers: 'referent',
};

/** The policy of a set of rules. */
export function replyReadingOf(book: { readonly reviews?: ReviewPolicy | undefined }): ReplyReadingPolicy {
  return book.reviews?.reply_reading ?? DEFAULT_REPLY_READING;
}

/**
 * Does this reply wait for a reader? What was given by hand outside, and a call, have happened already: nothing of them
 * can be held.
 * @param replies_to_read of its author's account
 */
export function isHeld(
  replies_to_read: number,
  reply: { readonly type: ReplyType; readonly proof?: string | undefined },
): boolean {
  return replies_to_read > 0 && reply.type !== 'appel' && reply.proof === undefined;
}

/** Is this reply read after it left? By hash: nobody chooses, and a replay finds the same. */
export function isReplyDrawn({ share }: Pick<ReplyReadingPolicy, 'share'>, message_id: string): boolean {
  return hashShare(`reply ${message_id}`) < share;
}

/** May this person read replies of others? */
export function mayRead({ readers }: Pick<ReplyReadingPolicy, 'readers'>, role: string): boolean {
  return role === 'supervisor' || (role === 'referent' && readers === 'referent');
}
