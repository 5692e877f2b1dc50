import { answerFailed, isHanded, type Step } from './machine.ts';
import type { BotEvent, BotState } from './state.ts';
import type { BotTerms } from './terms.ts';

/**
 * What happens to a talk besides the member's turns: the answer that never came, the offer taken up by its button, a
 * person who takes over, silence. Each is a no-op when it has happened already, so that a message sent twice, or replayed
 * after a crash, changes nothing.
 */
export type Happening =
  | { readonly what: 'answer-failed'; readonly cause: 'fallback' | 'timeout' | 'error' }
  /** The member clicks « écrire à un conseiller »; also without an offer, as asking in words. */
  | { readonly what: 'accept' }
  | { readonly what: 'decline' }
  /** The conversation stands in a desk queue. */
  | { readonly what: 'handed' }
  /** A person answers in the bot's place, whatever it was doing. */
  | { readonly what: 'take-over' }
  | { readonly what: 'close' }
  /** Time has passed; closes a talk whose member fell silent. */
  | { readonly what: 'tick' };

const MINUTE_MS = 60_000;

/** Takes one happening in. Pure. @param at ISO instant */
export function happen(state: BotState, happening: Happening, terms: BotTerms, at: string): Step {
  const same: Step = { state, events: [] };
  const become = (change: Partial<BotState>, ...events: BotEvent[]): Step => ({
    state: { ...state, offer_pending: false, last_activity_at: at, ...change },
    events,
  });
  const live = state.status === 'open' || state.status === 'offered';
  switch (happening.what) {
    case 'answer-failed':
      return answerFailed(state, happening.cause, terms, at);
    case 'accept': {
      if (isHanded(state)) return same;
      const offered = state.outcome?.kind === 'offer-human';
      return become(
        { status: 'accepted', outcome: state.outcome ?? { kind: 'immediate-human', turn: state.turn } },
        { event: 'accepted', turn: state.turn, by: offered ? 'member' : 'asked' },
      );
    }
    case 'decline':
      return state.offer_pending ? become({}, { event: 'declined', turn: state.turn }) : same;
    case 'handed':
      return state.status === 'accepted' ? become({ status: 'handed' }, { event: 'handed' }) : same;
    case 'take-over':
      return state.status === 'silenced' ? same : become({ status: 'silenced' }, { event: 'silenced' });
    case 'close':
      return live ? become({ status: 'closed' }, { event: 'closed', by: 'member' }) : same;
    case 'tick': {
      const idle_ms = Date.parse(at) - Date.parse(state.last_activity_at);
      if (!live || idle_ms < terms.idle_minutes * MINUTE_MS) return same;
      // The last word was the member's or the bot's, not the clock's.
      return become({ status: 'closed', last_activity_at: state.last_activity_at }, { event: 'closed', by: 'idle' });
    }
  }
}
