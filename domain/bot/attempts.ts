import type { BotRequest } from './state.ts';
import type { TurnClass, TurnReading } from './turn-model.ts';

/**
 * What a turn was may show only in the next one. « J'ai déjà fait l'annuaire, 22 appels » refuses an answer, or asks again;
 * who then writes « encore l'annuaire » has been answered twice and helped neither time. So a request keeps how surely
 * more was meant, and the next complaint settles it. Two « non » in other words of the same refusal still count one failure
 * (ruling 16): a bare « non » keeps nothing, and a question behind a refusal is a new attempt.
 */

/** A refusal is held for a possible attempt from this share on; the model is nearly sure of those that are none. */
const REFUSAL_MIN = 0.0005;
/** … where the complaint behind it would surely have been one of a fresh answer. */
const COMPLAINT_MIN = 0.9;
/** A question is held for a possible refusal from this share on. */
const QUESTION_MIN = 0.02;

/** Says that it comes again: « même page », « vous me remettez », « je viens de l'écrire », « une deuxième fois ». */
const REPEATED =
  / (?:encore|toujours|memes?|pareil|idem|(?:de|a) nouveau|rebelote|(?:deuxieme|2e|2eme) fois|re|(?:redi|redit|reparl|remet|remett|redonn|renvoi|renvoy|repet|recit|rabach|ressor|ressort|resser)(?:s|t|e|es|ez|re|ai[st]|ent|er)?|revoila|revoici|retour a|deja (?:dit|ecrit|precise|explique|repondu|fait|demande)|copi(?:er|e) colle[rz]?|insister?|(?:ai|avais|avons) (?:(?:precisement|pourtant|bien|clairement|deja) )*(?:dit|ecrit|precise|explique)|(?:viens|venons) de (?:(?:vous|te|l|le) )*(?:dire|ecrire|preciser|expliquer|demander)|still|again|same|otra vez|sigue) /;

/** The share to keep with the request this turn makes or refuses. @param kind what it was taken for */
export function attemptOf(reading: TurnReading, kind: TurnClass): number {
  if (kind === 'no') return rounded(reading.again / (reading.again + reading.no));
  return kind === 'ask' ? rounded(reading.again + reading.no) : 0;
}

export interface Complaint {
  readonly text: string;
  readonly request: BotRequest;
  readonly kind: TurnClass;
  /** It asks or wants something, beside complaining. */
  readonly asks: boolean;
  /** Reads the turn as if the request before it stood unanswered for. */
  readonly afresh: () => TurnReading;
}

/** True where the turn before was an attempt after all, and this complaint refuses its answer. */
export function refusesAttempt({ text, request, kind, asks, afresh }: Complaint): boolean {
  const held = request.attempt ?? 0;
  if (kind !== 'no' && kind !== 'again') return false;
  if (request.verdict === 'none') return held >= QUESTION_MIN && REPEATED.test(text);
  if (request.verdict !== 'failed' || held < REFUSAL_MIN || (kind === 'again' && asks)) return false;
  const reading = afresh();
  return reading.no + reading.again >= COMPLAINT_MIN;
}

/** To be stored: no longer than {@link REFUSAL_MIN} needs. */
function rounded(share: number): number {
  return Math.round(share * 10_000) / 10_000;
}
