import type { TurnKind } from './state.ts';

/**
 * A small linear model over domain/bot/turn-features.ts: what a turn is where the phrase lists alone would guess. Trained by
 * classifiers/train-turns.ts on talks by several hands; pure, deterministic, far under a millisecond a turn.
 */
export const TURN_CLASSES = ['yes', 'no', 'small', 'again', 'ask', 'human'] as const;
export type TurnClass = (typeof TURN_CLASSES)[number];

/** What the machine calls them; a new topic is told from one more question by domain/bot/recognise.ts. */
const CLASS_OF: Readonly<Record<TurnKind, TurnClass>> = {
  'feedback-yes': 'yes',
  'feedback-no': 'no',
  smalltalk: 'small',
  menu: 'small',
  reformulation: 'again',
  question: 'ask',
  'new-topic': 'ask',
  'ask-human': 'human',
};

/** The class of a kind. */
export function classOf(kind: TurnKind): TurnClass {
  return CLASS_OF[kind];
}

/** Feature names fall into so many places; that two share one costs nothing measurable. */
export const TURN_BITS = 15;

/** Probability of each class, 0–1, in the order of {@link TURN_CLASSES}. */
export type TurnReading = Readonly<Record<TurnClass, number>>;

export interface TurnModel {
  /** 2^TURN_BITS × classes, feature-major. */
  readonly weights: Int8Array;
  /** What one step of a weight is worth, by class. */
  readonly steps: readonly number[];
}

/** The place of a feature name (FNV-1a). */
export function placeOf(name: string): number {
  let hash = 2_166_136_261;
  for (let i = 0; i < name.length; i += 1) hash = Math.imul(hash ^ name.charCodeAt(i), 16_777_619);
  return ((hash ^ (hash >>> 15)) >>> 0) & ((1 << TURN_BITS) - 1);
}

/** Reads one turn. */
export function readTurn(model: TurnModel, features: ReadonlyMap<string, number>): TurnReading {
  const sums = new Float64Array(TURN_CLASSES.length);
  for (const [name, value] of features) {
    const from = placeOf(name) * TURN_CLASSES.length;
    for (let c = 0; c < sums.length; c += 1) sums[c]! += model.weights[from + c]! * model.steps[c]! * value;
  }
  const shares = softmax(sums);
  return Object.fromEntries(TURN_CLASSES.map((name, c) => [name, shares[c]!])) as Record<TurnClass, number>;
}

/** Why a class: the names that spoke for it against the next best, strongest first. For a trace; it holds words of the turn. */
export function turnReasons(
  model: TurnModel,
  features: ReadonlyMap<string, number>,
  chosen: TurnClass,
  max: number,
): readonly string[] {
  const reading = readTurn(model, features);
  const rest = TURN_CLASSES.filter((name) => name !== chosen).sort((a, b) => reading[b] - reading[a]);
  const [k, other] = [TURN_CLASSES.indexOf(chosen), TURN_CLASSES.indexOf(rest[0]!)];
  return [...features]
    .map(([name, value]) => {
      const from = placeOf(name) * TURN_CLASSES.length;
      const gain = model.weights[from + k]! * model.steps[k]! - model.weights[from + other]! * model.steps[other]!;
      return [name, gain * value] as const;
    })
    .filter(([, gain]) => gain > 0)
    .sort((a, b) => b[1] - a[1])
    .slice(0, max)
    .map(([name]) => name);
}

/** Shares that sum to one. */
export function softmax(sums: Float64Array): Float64Array {
  const most = Math.max(...sums);
  const powers = sums.map((sum) => Math.exp(sum - most));
  const whole = powers.reduce((a, b) => a + b, 0);
  return powers.map((power) => power / whole);
}

/** The model as it is written into domain/bot/turn-weights.ts. @param base64 of the weights */
export function decodeTurnModel(base64: string, steps: readonly number[]): TurnModel {
  return { weights: Int8Array.from(atob(base64), (character) => (character.charCodeAt(0) << 24) >> 24), steps };
}
