import type { BotTerms } from './terms.ts';
import type { BotEvent, BotState, FailureCause, TurnKind } from './state.ts';

/**
 * The rule of the two failed requests, over recognised turns. Nothing here reads text: what a turn *is* was decided
 * before (domain/bot/recognise.ts), what the bot answered is told.
 *
 * Ruling 16 of domain §3.6: two « non » on the same request count one failure; a reformulation after an explicit « non »
 * is the next attempt, its own failure comes with the next « non » or reformulation; a topic change resets; menu clicks
 * and smalltalk never count; a bare « parler à un conseiller » is immediate.
 */

/** A turn, understood. */
export interface Act {
  readonly kind: TurnKind;
  /** « non » said beside the kind: « non, moi je parlais de ma carte » is a reformulation with a no. */
  readonly no?: boolean;
  /** « oui » said beside the kind: « ok merci, et pour le délai ? ». */
  readonly yes?: boolean;
  /** « non merci »: a yes to the answer, a no to the offer. */
  readonly no_thanks?: boolean;
  /** An insult alone: answered calmly, and of no other effect. */
  readonly insults?: boolean;
  /** See `attempt` of {@link BotState.request}. */
  readonly attempt?: number;
  /** The turn before was an attempt after all, and this one refuses what was answered to it: one failure more. */
  readonly refuses_attempt?: boolean;
  /** Only announces the request. */
  readonly announces?: boolean;
  /** Why the turn model and not the phrase lists: the features that decided. Holds words of the member: never stored. */
  readonly read?: readonly string[];
  readonly motif?: string | null;
  /** P0 and P1 marks of this turn, or of what was said so far. */
  readonly flags?: readonly string[];
}

/** What the bot had for a request. `clarify` is no answer yet and no failure; `human` is a matter no robot answers. */
export type AnswerResult = 'answered' | 'clarify' | 'fallback' | 'timeout' | 'error' | 'human';

export interface Step {
  readonly state: BotState;
  readonly events: readonly BotEvent[];
}

const REQUESTS: ReadonlySet<TurnKind> = new Set(['question', 'reformulation', 'new-topic']);

/** True for the kinds that ask the bot something, and so get an answer that may fail. */
export function isRequest(kind: TurnKind): boolean {
  return REQUESTS.has(kind);
}

/** The bot has stepped aside: a person is due or there. */
export function isHanded(state: BotState): boolean {
  return state.status === 'accepted' || state.status === 'handed' || state.status === 'silenced';
}

type Draft = { -readonly [Key in keyof BotState]: BotState[Key] };

/**
 * Takes one turn in. Pure: the same state, act and result give the same next state.
 * @param result what the bot answers to a request; ignored for other kinds
 * @param choices motifs a clarifying question offers
 */
export function advance(
  state: BotState,
  act: Act,
  result: AnswerResult,
  terms: Pick<BotTerms, 'failed_requests_max' | 'ask_human'>,
  at: string,
  choices: readonly string[] = [],
): Step {
  const events: BotEvent[] = [];
  const draft: Draft = { ...state, turn: state.turn + 1, last_activity_at: at };
  const turn = draft.turn;
  events.push({ event: 'turn', turn, kind: act.kind });
  const count = (cause: FailureCause, of_turn: number, motif: string | null): void => {
    const failure = { topic: draft.topic, turn: of_turn, shown_at_turn: turn, cause, motif };
    draft.failures = [...draft.failures, failure];
    draft.failed += 1;
    events.push({ event: 'request-failed', failure });
  };
  const fail = (cause: FailureCause): void => {
    const { request } = draft;
    if (request === null || request.verdict === 'failed') return;
    draft.request = { ...request, verdict: 'failed', choices: [] };
    count(cause, request.turn, request.motif);
  };
  const offer = (): void => {
    if (draft.failed < terms.failed_requests_max || draft.status !== 'open') return;
    draft.status = 'offered';
    draft.offer_pending = true;
    draft.outcome ??= { kind: 'offer-human', turn };
    events.push({ event: 'offered', turn });
  };
  const accept = (by: 'member' | 'asked' | 'flag' | 'motif'): void => {
    const offered = draft.status === 'offered';
    draft.status = 'accepted';
    draft.offer_pending = false;
    // Whoever takes up an offer has been offered; the other ways to a person need none.
    if (by === 'flag' || !offered) draft.outcome = immediate(draft.outcome, turn);
    events.push({ event: 'accepted', turn, by });
  };
  const done = (): Step => ({ state: draft, events });

  flagsOf(draft, act, events);
  if (isHanded(draft)) return done();
  if (draft.status === 'closed') {
    // A door that was opened stays open.
    draft.status = draft.outcome?.kind === 'offer-human' ? 'offered' : 'open';
    events.push({ event: 'resumed', turn });
  }
  const pending = draft.offer_pending;
  draft.offer_pending = false;
  if ((act.flags ?? []).some((flag) => !state.flags.includes(flag))) {
    keepTopic(draft, act);
    draft.request ??= { turn, verdict: 'none', motif: draft.motif, announced: false, choices: [] };
    accept('flag');
    return done();
  }
  if (act.kind === 'ask-human') {
    if (terms.ask_human === 'immediate' || draft.status === 'offered') {
      accept(draft.status === 'offered' ? 'member' : 'asked');
      return done();
    }
    // As a supervisor may set it: to ask for a person is a request the bot did not meet.
    if (draft.request === null || draft.request.verdict === 'failed') count('asked-human', turn, draft.motif);
    else fail('asked-human');
    offer();
    return done();
  }
  if (pending && !isRequest(act.kind)) {
    if (act.kind === 'feedback-yes' && act.no_thanks !== true) {
      accept('member');
      return done();
    }
    if (act.kind === 'feedback-no' || act.no_thanks === true) {
      events.push({ event: 'declined', turn });
      return done();
    }
    // Small talk leaves the question standing.
    draft.offer_pending = true;
  }
  if (act.refuses_attempt === true && draft.request !== null && draft.request.verdict !== 'satisfied') {
    count('no', turn - 1, draft.request.motif);
    offer();
  }
  if (act.no === true || act.kind === 'feedback-no') {
    fail('no');
    if (draft.request !== null) draft.request = { ...draft.request, attempt: act.attempt ?? 0 };
    offer();
  }
  if (act.yes === true || act.kind === 'feedback-yes') {
    if (draft.request !== null) draft.request = { ...draft.request, verdict: 'satisfied', choices: [] };
    draft.failed = 0;
  }
  if (isRequest(act.kind)) {
    if (act.kind === 'new-topic') {
      draft.topic += 1;
      draft.topic_from = turn;
      draft.topic_turns = [];
      draft.failed = 0;
      draft.motif = null;
      events.push({ event: 'topic-changed', turn, topic: draft.topic });
    } else if (act.kind === 'reformulation' && draft.request?.verdict === 'none') {
      fail('reformulation');
    }
    keepTopic(draft, act);
    draft.request = {
      turn,
      verdict: 'none',
      motif: draft.motif,
      announced: act.announces === true,
      attempt: act.attempt ?? 0,
      choices: result === 'clarify' ? choices : [],
    };
    if (result === 'fallback' || result === 'timeout' || result === 'error') fail(result);
    if (result === 'human') {
      accept('motif');
      return done();
    }
    offer();
  }
  return done();
}

/** The bot failed after the turn was taken in: its answer did not come, or was an error (issue: « a failed request »). */
export function answerFailed(
  state: BotState,
  cause: 'fallback' | 'timeout' | 'error',
  terms: Pick<BotTerms, 'failed_requests_max'>,
  at: string,
): Step {
  const { request } = state;
  if (request === null || request.verdict !== 'none' || state.status === 'closed' || isHanded(state))
    return { state, events: [] };
  const failure = { topic: state.topic, turn: request.turn, shown_at_turn: state.turn, cause, motif: request.motif };
  const failed = state.failed + 1;
  const offers = state.status === 'open' && failed >= terms.failed_requests_max;
  return {
    state: {
      ...state,
      request: { ...request, verdict: 'failed', choices: [] },
      failed,
      failures: [...state.failures, failure],
      status: offers ? 'offered' : state.status,
      offer_pending: offers || state.offer_pending,
      outcome: offers ? (state.outcome ?? { kind: 'offer-human', turn: state.turn }) : state.outcome,
      last_activity_at: at,
    },
    events: [
      { event: 'request-failed', failure },
      ...(offers ? [{ event: 'offered' as const, turn: state.turn }] : []),
    ],
  };
}

/** A life or a grief outranks an offer that was made before; the first of its kind stays. */
function immediate(outcome: BotState['outcome'], turn: number): NonNullable<BotState['outcome']> {
  return outcome?.kind === 'immediate-human' ? outcome : { kind: 'immediate-human', turn };
}

function flagsOf(draft: Draft, act: Act, events: BotEvent[]): void {
  const fresh = (act.flags ?? []).filter((flag) => !draft.flags.includes(flag));
  if (fresh.length === 0) return;
  draft.flags = [...draft.flags, ...fresh];
  events.push({ event: 'flagged', turn: draft.turn, flags: fresh });
  if (isHanded(draft)) draft.outcome = immediate(draft.outcome, draft.turn);
}

function keepTopic(draft: Draft, act: Act): void {
  draft.topic_turns = [...draft.topic_turns, draft.turn];
  if (act.motif !== undefined && act.motif !== null) draft.motif = act.motif;
}
