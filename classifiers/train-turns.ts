import { topicOf } from '../domain/bot/topic.ts';
import { advance, isRequest } from '../domain/bot/machine.ts';
import { readSignals } from '../domain/bot/signals.ts';
import { newBotState, TURN_KINDS, type BotState, type TurnKind } from '../domain/bot/state.ts';
import { turnFeatures } from '../domain/bot/turn-features.ts';
import { classOf, placeOf, softmax, TURN_BITS, TURN_CLASSES, type TurnModel } from '../domain/bot/turn-model.ts';

/**
 * Trains the turn model of the bot on labelled talks (classifiers/bot/dialogues.jsonl): multinomial logistic regression by
 * stochastic gradient, in a fixed order. The talks are walked by their labels, so that the place of a turn is the true one.
 */
export interface LabelledTalk {
  readonly turns: readonly { readonly member: string; readonly kind: string }[];
}

/** One beginning of a talk and the many turns that different people might answer next (classifiers/bot/turns.jsonl). */
export interface TurnSet {
  readonly author: string;
  readonly before: LabelledTalk['turns'];
  readonly turns: LabelledTalk['turns'];
}

export interface TurnRow {
  readonly features: ReadonlyMap<string, number>;
  readonly answer: number;
}

const EPOCHS = 20;
/** The weights are the mean of what they were after each epoch from this one on: steadier than the last alone. */
const SETTLES_AT = 8;
const RATE = 0.3;
const RATE_DECAY = 0.15;
const SHRINK = 1e-5;
const SETTLED = 1e-3;
const TERMS = { failed_requests_max: 2, ask_human: 'immediate' } as const;
const AT = '2026-01-01T00:00:00Z';

/**
 * One row a turn whose kind the machine knows; what comes behind a hand-over is left out. The phrase lists know these talks
 * by heart, so every second row is learnt without what they say: on other hands they are not always right.
 */
export function turnRows(talks: readonly LabelledTalk[]): TurnRow[] {
  return talks.flatMap(rowsOf).map((row, i) => (i % 2 === 0 ? row : withoutSignals(row)));
}

function withoutSignals({ features, answer }: TurnRow): TurnRow {
  return { features: new Map([...features].filter(([name]) => !name.startsWith('signal '))), answer };
}

/** One row a turn that might come next; what came before is only its place. */
export function setRows(sets: readonly TurnSet[]): TurnRow[] {
  return sets.flatMap(({ before, turns }) => turns.map((turn) => rowsOf({ turns: [...before, turn] }).at(-1)!));
}

function rowsOf({ turns }: LabelledTalk): TurnRow[] {
  const rows: TurnRow[] = [];
  const said = turns.map(({ member }) => member);
  let state: BotState = newBotState(AT);
  for (const [i, { member, kind: label }] of turns.entries()) {
    if (!TURN_KINDS.includes(label as TurnKind)) break;
    const signals = readSignals(member, i === 0);
    const topic = topicOf(state.topic_turns.map((number) => said[number - 1] ?? ''));
    const { request, offer_pending: offered, failed } = state;
    const features = turnFeatures({
      signals,
      request,
      offered,
      failed,
      topic: topic.words,
      repeated: topic.texts.has(signals.text),
    });
    rows.push({ features, answer: TURN_CLASSES.indexOf(classOf(label as TurnKind)) });
    const kind = label === 'question' && signals.other_topic && request !== null ? 'new-topic' : (label as TurnKind);
    const asks = kind === 'question' || kind === 'new-topic';
    // « ok, mais QUI décide » approves nothing: whoever asks again was not served.
    const beside = isRequest(kind) ? { no: signals.verdict === 'no', yes: asks && signals.verdict === 'yes' } : {};
    state = advance(state, { kind, ...beside }, 'answered', TERMS, AT).state;
  }
  return rows;
}

/** The same rows in the same order give the same model. */
export function trainTurns(rows: readonly TurnRow[]): TurnModel {
  const classes = TURN_CLASSES.length;
  const weights = new Float64Array((1 << TURN_BITS) * classes);
  const learnt = rows.map(({ features, answer }) => ({
    places: Int32Array.from(features.keys(), placeOf),
    values: Float64Array.from(features.values()),
    answer,
  }));
  const order = Int32Array.from(rows, (_, i) => i);
  const mean = new Float64Array(weights.length);
  let seed = 7;
  const random = (): number => (seed = (Math.imul(seed, 1_103_515_245) + 12_345) & 0x7fffffff) / 0x80000000;
  for (let epoch = 0; epoch < EPOCHS; epoch += 1) {
    for (let i = order.length - 1; i > 0; i -= 1) {
      const j = Math.floor(random() * (i + 1));
      [order[i], order[j]] = [order[j]!, order[i]!];
    }
    const rate = RATE / (1 + epoch * RATE_DECAY);
    for (const i of order) learn(weights, learnt[i]!, rate);
    if (epoch >= SETTLES_AT) for (let at = 0; at < mean.length; at += 1) mean[at]! += weights[at]!;
  }
  return rounded(mean.map((sum) => sum / (EPOCHS - SETTLES_AT)));
}

interface Learnt {
  readonly places: Int32Array;
  readonly values: Float64Array;
  readonly answer: number;
}

function learn(weights: Float64Array, { places, values, answer }: Learnt, rate: number): void {
  const classes = TURN_CLASSES.length;
  const sums = new Float64Array(classes);
  for (let k = 0; k < places.length; k += 1)
    for (let c = 0; c < classes; c += 1) sums[c]! += weights[places[k]! * classes + c]! * values[k]!;
  const shares = softmax(sums);
  for (let c = 0; c < classes; c += 1) {
    const wrong = shares[c]! - (c === answer ? 1 : 0);
    if (Math.abs(wrong) < SETTLED) continue;
    for (let k = 0; k < places.length; k += 1) {
      const at = places[k]! * classes + c;
      weights[at]! -= rate * wrong * values[k]! + SHRINK * weights[at]!;
    }
  }
}

/** One byte a weight. */
function rounded(weights: Float64Array): TurnModel {
  const classes = TURN_CLASSES.length;
  const steps = TURN_CLASSES.map((_, c) => {
    let most = 0;
    for (let at = c; at < weights.length; at += classes) most = Math.max(most, Math.abs(weights[at]!));
    return most === 0 ? 1 : most / 127;
  });
  return { weights: Int8Array.from(weights, (weight, at) => Math.round(weight / steps[at % classes]!)), steps };
}
