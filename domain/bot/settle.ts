import { attemptOf, refusesAttempt } from './attempts.ts';
import { overlap } from './content.ts';
import type { Act } from './machine.ts';
import type { Signals } from './signals.ts';
import type { BotRequest } from './state.ts';
import type { Topic } from './topic.ts';
import { turnFeatures } from './turn-features.ts';
import { classOf, readTurn, turnReasons, type TurnClass, type TurnModel, type TurnReading } from './turn-model.ts';
import { SHIPPED_TURNS } from './turn-weights.ts';

/**
 * The phrase lists and the turn model set side by side. Over the talks of an author neither had seen (batch 11 of
 * docs/bot.md) the lists alone were right at the right turn in 78.8 of 100, both together in 87.5. Where a list has read
 * the whole turn it keeps the word; elsewhere its guess is one voice.
 */
export interface Place {
  readonly signals: Signals;
  readonly request: BotRequest | null;
  readonly offered: boolean;
  readonly failed?: number;
  readonly topic: Topic;
  readonly turns?: TurnModel | null;
}

export interface Settling extends Place {
  /** Another subject, by its words and motifs. */
  readonly leaves: () => boolean;
}

/** What the guess of the lists is worth, in natural logarithms: as much as odds of e to one. */
const GUESS_WORTH = 0.7;
/** The same where the lists have read every word of the turn. */
const READ_WORTH = 3;
/** A complaint that also tells the need again is the next attempt: « vous parlez du courrier, moi c'est par messagerie ». */
const RETOLD_WORTH = 2;
/** … the likelier the more is told; both weighed over all talks, each by a model of other hands. */
const RETOLD_LONG_WORTH = 3;
const RETOLD_LONG_WORDS_MIN = 8;
/** « ok pour l'attestation. et elle vaut combien de temps ? » goes on from what was answered. */
const SMALL_RETOLD_WORTH = 3;
/** What is put as a question behind an answer is rather one more question: « 48 heures, donc. Où trouve-t-on l'imprimé ? » */
const ASKED_WORTH = 0.5;
/** How many reasons a reading gives. */
const REASONS_MAX = 3;
/**
 * A wish for a person the lists did not see is believed from this share on: over the talks of K to X, each read by a model of
 * other hands, 0.18 misses none and ends as many right as 0.5, which misses five; 0.12 ends fewer right.
 */
const HUMAN_MIN = 0.18;
/** « Monsieur, j'ai reçu un décompte que je ne comprends pas » wants it explained: there it must be surer. */
const HUMAN_WONDERS_MIN = 0.5;

/**
 * A wish the lists did see is none below this share: « ah d'accord il y a un numéro pour les pros ». Of 191 wishes of K to AE,
 * each read by a model of other hands, one stood below, which was none; of seven false ones three.
 */
const HUMAN_DENIED_MAX = 0.02;

/** First words are no request from this share on: a question taken for talk would get no answer. */
const OPENING_SMALL_MIN = 0.97;

/** @param ruled what the phrase lists make of the turn */
export function settle(ruled: Act, given: Settling): Act {
  const model = modelOf(given);
  if (model === null) return ruled;
  const { signals, request } = given;
  const features = featuresOf(given);
  const reading = readTurn(model, features);
  const read = (act: Act, as: TurnClass): Act => ({ ...act, read: turnReasons(model, features, as, REASONS_MAX) });
  if (!signals.spent && signals.word_count > 0 && reading.human >= (signals.wonders ? HUMAN_WONDERS_MIN : HUMAN_MIN))
    return read({ kind: 'ask-human' }, 'human');
  // « Pardonnez-moi, j'ai appuyé trop tôt », before anything was asked
  const talk = reading.small >= OPENING_SMALL_MIN && signals.content.things.size === 0;
  if (request === null && ruled.kind === 'question' && talk) return read({ kind: 'smalltalk' }, 'small');
  if (request === null || isCertain(ruled, given)) return ruled;
  // Of motifs the model knows nothing: another subject is for the lists to see, where something is asked of it.
  const moves = ruled.kind === 'new-topic' && (signals.content.asks || signals.wants || signals.maybe_other);
  const worth = isReadWhole(signals) || moves ? READ_WORTH : GUESS_WORTH;
  const retold = signals.word_count >= RETOLD_LONG_WORDS_MIN ? RETOLD_LONG_WORTH : RETOLD_WORTH;
  const leans: Partial<Record<TurnClass, number>> =
    request.verdict === 'none'
      ? { again: signals.verdict === 'yes' ? SMALL_RETOLD_WORTH : retold, ask: signals.content.asks ? ASKED_WORTH : 0 }
      : {};
  const lean = (name: TurnClass): number => (leans[name] ?? 0) + (name === classOf(ruled.kind) ? worth : 0);
  const kind = likeliest(reading, request.verdict, lean);
  const refuses_attempt = refusesAttempt({
    text: signals.text,
    request,
    kind,
    asks: signals.content.asks || signals.wants,
    afresh: () => readTurn(model, featuresOf({ ...given, request: { ...request, verdict: 'none' } })),
  });
  const held = (act: Act): Act => ({
    ...act,
    attempt: attemptOf(reading, classOf(act.kind)),
    ...(refuses_attempt ? { refuses_attempt } : {}),
  });
  if (kind === classOf(ruled.kind)) return held(ruled);
  // Behind a refused answer, words nobody understands are another attempt, not a chat.
  if (kind === 'small' && request.verdict === 'failed' && !signals.small) return ruled;
  // Behind « merci », a subject named without a bad or an empty word is a request.
  const bad = signals.negates || signals.sour || signals.still || signals.about_answer || signals.verdict === 'no';
  const empty = kind === 'small' ? signals.small : kind === 'no' && bad;
  const dismisses = kind === 'small' || kind === 'no';
  if (dismisses && !empty && request.verdict === 'satisfied' && signals.content.things.size > 0) return ruled;
  // After « non », or a « merci » that came too early, a complaint that names the matter is the next attempt.
  const retries = kind === 'no' && ruled.kind === 'reformulation' && request.verdict !== 'none';
  return read(held(retries ? { ...ruled, no: true } : actOf(kind, given)), kind);
}

/** « merci, c'est parfait. je voudrais un conseiller »: who wants, or names one of ours, is believed whatever stands before. */
const NAMES_STAFF =
  / (?:conseill\w+|humaine?s?|agents?|operat\w+|interlocut\w+|gestionnaires?|responsables?|standard|hotline) /;

/** Whether the wish for a person which the lists saw is one. */
export function believesWish(given: Place): boolean {
  const model = modelOf(given);
  if (given.signals.wants || NAMES_STAFF.test(given.signals.text)) return true;
  return model === null || readTurn(model, featuresOf(given)).human >= HUMAN_DENIED_MAX;
}

function modelOf({ turns }: Place): TurnModel | null {
  return turns === undefined ? SHIPPED_TURNS : turns;
}

function featuresOf({ signals, request, offered, failed = 0, topic }: Place): ReadonlyMap<string, number> {
  const repeated = topic.texts.has(signals.text);
  return turnFeatures({ signals, request, offered, failed, topic: topic.words, repeated });
}

/** No guess at all: the same text again, another subject said to be one, the answer to a clarifying question. */
function isCertain(ruled: Act, { signals, request, topic }: Settling): boolean {
  return (
    signals.other_topic ||
    // « pas grave. j'aimerais plutôt changer mon mail »
    (ruled.kind === 'new-topic' && (signals.gives_up || (signals.yes === 'strong' && signals.also))) ||
    signals.bare_no ||
    signals.word_count === 0 ||
    // « non, c'est bon »
    (signals.no_thanks && signals.verdict === 'yes') ||
    // « non, moi je parlais de ma carte », « oui mais je veux celle de 2022 »
    (ruled.no === true && ruled.kind === 'reformulation' && (signals.again || signals.wants)) ||
    // « ok » to « dites-le avec d'autres mots »
    (ruled.kind === 'smalltalk' && signals.verdict === 'yes') ||
    topic.texts.has(signals.text) ||
    // « c'est pour mes ij », then the question itself, whatever it says
    (request?.announced === true && ruled.kind === 'question' && signals.verdict !== 'no' && !signals.objects) ||
    (request !== null && request.choices.length > 0)
  );
}

function isReadWhole({ verdict, small, content, still, quotes }: Signals): boolean {
  // « bon, toujours pas de "qui" » holds more than « bon ».
  return (verdict !== null || small) && content.words.size === 0 && !still && !quotes;
}

/**
 * Readings that do the same to the talk stand together: that the answer failed, said either way, weighs against that it
 * did not; only then which way it was said. Behind a refused answer the question is whether a new attempt is made.
 */
const SAME_EFFECT: Readonly<Record<BotRequest['verdict'], readonly (readonly TurnClass[])[]>> = {
  none: [['no', 'again'], ['yes'], ['small'], ['ask']],
  failed: [['again', 'ask'], ['no', 'small'], ['yes']],
  satisfied: [['no', 'again'], ['yes', 'small'], ['ask']],
};

/** @param lean what else speaks for a class, in natural logarithms */
function likeliest(reading: TurnReading, verdict: BotRequest['verdict'], lean: (name: TurnClass) => number): TurnClass {
  const odds = (name: TurnClass): number => (reading[name] + Number.EPSILON) * Math.exp(lean(name));
  const whole = (group: readonly TurnClass[]): number => group.reduce((sum, name) => sum + odds(name), 0);
  const best = <T>(of: readonly T[], score: (each: T) => number): T =>
    of.reduce((most, each) => (score(each) > score(most) ? each : most));
  return best(best(SAME_EFFECT[verdict], whole), odds);
}

function actOf(kind: TurnClass, { signals, request, topic, leaves }: Settling): Act {
  const { verdict, content } = signals;
  const satisfied = request?.verdict === 'satisfied';
  // Behind « merci », what shares no word with the matter is no complaint about it.
  const begins = satisfied && content.words.size > 1 && overlap(content.words, topic.words) === 0;
  switch (kind) {
    case 'yes':
      return { kind: 'feedback-yes', no_thanks: signals.no_thanks };
    case 'no':
      return { kind: 'feedback-no' };
    case 'small':
      return { kind: 'smalltalk' };
    case 'human':
      return { kind: 'ask-human' };
    case 'again':
      // Behind a « merci » or « ok » that came too early, the answer is refused now.
      if (!begins) return { kind: 'reformulation', no: verdict === 'no' || satisfied };
      return { kind: leaves() ? 'new-topic' : 'question' };
    case 'ask':
      if (leaves()) return { kind: 'new-topic', yes: verdict === 'yes' };
      return { kind: request?.verdict === 'failed' ? 'reformulation' : 'question', yes: verdict === 'yes' };
  }
}
