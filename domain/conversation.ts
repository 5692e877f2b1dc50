import { AiguillageError } from './errors.ts';

/** A message moves one way through the pipeline (design §3). `automated` mail stops at `parsed`. */
export type MessageStatus = 'received' | 'parsed' | 'decided' | 'dispatched';

export type ConversationStatus = 'queued' | 'assigned' | 'waiting' | 'answered' | 'closed';

/** What a ledger row ended as (law 1); null while its message is still in the pipeline. */
export type LedgerOutcome =
  'conversation' | 'joined' | 'duplicate' | 'automated' | 'bounce' | 'quarantined' | 'vanished';

export const LEDGER_OUTCOMES: readonly LedgerOutcome[] = [
  'conversation',
  'joined',
  'duplicate',
  'automated',
  'bounce',
  'quarantined',
  'vanished',
];

/** What kind of answer a reply is; only some stop the clock (law 6). */
export type ReplyType = 'definitive' | 'pieces' | 'renvoi-compte' | 'attente' | 'appel';

export const REPLY_TYPES: readonly ReplyType[] = ['definitive', 'pieces', 'renvoi-compte', 'attente', 'appel'];

/** Missing pieces are waited for this long when no day is set (CRPA L114-5 asks for a delay, not for its length). */
export const PIECES_DAYS = 30;

/** Replies that are a substantive human answer. A holding reply never is; a call is, when it was conclusive. */
export function stopsClock(type: ReplyType, conclusive = true): boolean {
  if (type === 'attente') return false;
  if (type === 'appel') return conclusive;
  return true;
}

/** Why a conversation ended. `sans-reponse` (bulk closing) never counts as handled (law 6). */
export type ClosingCode =
  | 'answered'
  | 'answered_with_other'
  | 'redirected'
  | 'no_answer_needed'
  | 'call_conclusive'
  | 'versed_to_scan'
  | 'closed_without_answer';

export const CLOSING_CODES: readonly ClosingCode[] = [
  'answered',
  'answered_with_other',
  'redirected',
  'no_answer_needed',
  'call_conclusive',
  'versed_to_scan',
  'closed_without_answer',
];

/** What can happen to a conversation. */
export type ConversationAction =
  | { readonly type: 'claim' }
  | { readonly type: 'release' }
  | { readonly type: 'transfer' }
  | { readonly type: 'reply'; readonly reply: ReplyType; readonly conclusive?: boolean }
  | { readonly type: 'close'; readonly code: ClosingCode }
  /** A new human message of the same sender joined; `urgent` when it carries a P0 or P1 flag. */
  | { readonly type: 'join'; readonly urgent: boolean };

/**
 * The next status, or a CONVERSATION_TRANSITION error.
 * A joined message reopens `waiting`, `answered` and `closed`; with an urgent flag it re-queues whatever the status,
 * except that an assigned conversation stays with its holder, who is alerted (design §3).
 */
export function advance(status: ConversationStatus, action: ConversationAction): ConversationStatus {
  switch (action.type) {
    case 'claim':
      if (status === 'queued') return 'assigned';
      break;
    case 'release':
      if (status === 'assigned') return 'queued';
      break;
    case 'transfer':
      if (status === 'assigned' || status === 'queued') return 'queued';
      break;
    case 'reply':
      if (status !== 'assigned') break;
      if (action.reply === 'pieces') return 'waiting';
      if (action.reply === 'attente') return 'assigned';
      if (action.reply === 'appel' && action.conclusive === false) return 'assigned';
      return 'answered';
    case 'close':
      if (status === 'assigned' || status === 'waiting' || status === 'answered') return 'closed';
      break;
    case 'join':
      return status === 'assigned' ? 'assigned' : 'queued';
  }
  throw new AiguillageError('CONVERSATION_TRANSITION', `Status ${status}, action ${action.type}.`);
}
