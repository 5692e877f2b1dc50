/**
 * The state of one talk with the bot, as it is stored after each turn: plain JSON, no text of the member. What was
 * written stands in the turns themselves; here are only their numbers, so that evidence is sliced when it is read (law 4).
 */

/** What a member's turn is, recognised from free text (domain §2.3, §3.6-16). */
export const TURN_KINDS = [
  'question',
  'reformulation',
  'feedback-yes',
  'feedback-no',
  'ask-human',
  'menu',
  'smalltalk',
  'new-topic',
] as const;
export type TurnKind = (typeof TURN_KINDS)[number];

/**
 * `open`: the bot answers. `offered`: the door to an adviser is open, the member decides (« peut contacter », domain
 * §0.4). `accepted`: a person is due, the bot has stepped aside. `handed`: the conversation stands in a desk queue.
 * `silenced`: a person has taken over. `closed`: over, or the member fell silent.
 */
export type BotStatus = 'open' | 'offered' | 'accepted' | 'handed' | 'silenced' | 'closed';

/** Why a request failed. */
export type FailureCause = 'no' | 'reformulation' | 'fallback' | 'timeout' | 'error' | 'asked-human';

/** Evidence of one failed request, kept for the adviser and for whoever mends the bot's answers. */
export interface FailedRequest {
  readonly topic: number;
  /** The member's turn, from 1, that made the request. */
  readonly turn: number;
  /** The turn that showed the failure; the same where the bot itself failed. */
  readonly shown_at_turn: number;
  readonly cause: FailureCause;
  readonly motif: string | null;
}

/** One attempt: a question or a reformulation, and what became of its answer. */
export interface BotRequest {
  readonly turn: number;
  readonly verdict: 'none' | 'failed' | 'satisfied';
  readonly motif: string | null;
  /** Only announced (« j'ai une question sur mon arrêt »): what follows completes it. */
  readonly announced: boolean;
  /**
   * How surely, 0–1, more was meant than the kind says: a refusal that told the need again, a question that refused the
   * answer before it. Only the next turn can show it (domain/bot/attempts.ts).
   */
  readonly attempt?: number;
  /** The bot asked which of these is meant; the answer to that is no new attempt. */
  readonly choices: readonly string[];
}

export type Outcome = 'answered' | 'offer-human' | 'immediate-human';

export interface BotState {
  readonly version: 1;
  readonly status: BotStatus;
  /** How many member turns were taken in. */
  readonly turn: number;
  /** From 1; a change of subject adds one. */
  readonly topic: number;
  /** The first turn of this topic. */
  readonly topic_from: number;
  /** The turns of this topic that asked for something, in order. */
  readonly topic_turns: readonly number[];
  readonly request: BotRequest | null;
  /** Failed requests that count: of this topic, since it was last satisfied. */
  readonly failed: number;
  /** All of them, of every topic. */
  readonly failures: readonly FailedRequest[];
  readonly motif: string | null;
  /** P0 and P1 marks found so far. */
  readonly flags: readonly string[];
  readonly outcome: { readonly kind: Exclude<Outcome, 'answered'>; readonly turn: number } | null;
  /** The last thing the bot said was the offer: « oui » now means « yes, a person ». */
  readonly offer_pending: boolean;
  /** ISO instant of the last turn, of either side. */
  readonly last_activity_at: string;
}

/** A talk that has not begun. @param at ISO instant */
export function newBotState(at: string): BotState {
  return {
    version: 1,
    status: 'open',
    turn: 0,
    topic: 1,
    topic_from: 1,
    topic_turns: [],
    request: null,
    failed: 0,
    failures: [],
    motif: null,
    flags: [],
    outcome: null,
    offer_pending: false,
    last_activity_at: at,
  };
}

/** What happened, for the event log; ids and numbers only. */
export type BotEvent =
  | { readonly event: 'turn'; readonly turn: number; readonly kind: TurnKind }
  | { readonly event: 'request-failed'; readonly failure: FailedRequest }
  | { readonly event: 'topic-changed'; readonly turn: number; readonly topic: number }
  | { readonly event: 'offered'; readonly turn: number }
  | { readonly event: 'declined'; readonly turn: number }
  | { readonly event: 'accepted'; readonly turn: number; readonly by: 'member' | 'asked' | 'flag' | 'motif' }
  | { readonly event: 'flagged'; readonly turn: number; readonly flags: readonly string[] }
  | { readonly event: 'handed' }
  | { readonly event: 'silenced' }
  | { readonly event: 'closed'; readonly by: 'member' | 'idle' }
  | { readonly event: 'resumed'; readonly turn: number };
