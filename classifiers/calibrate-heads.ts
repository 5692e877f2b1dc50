import {
  calibrated,
  fitIsotonic,
  fitLogistic,
  fitTemperature,
  softmax,
  type Calibration,
  type Logistic,
} from './calibrate.ts';
import type { Labels } from './examples.ts';
import type { Heads } from './heads.ts';

/** Scores of one mail by a model that heard nobody of its voice. */
export interface HeldOut {
  /** By head, in the order of {@link Heads}: motifs, flags, publics, expert. */
  readonly scores: Float32Array;
  /** By flag: the most a passage says. */
  readonly passages: Float32Array;
  readonly example: Labels;
}

/** What turns the scores of every head into probabilities; the motifs' temperature and knots first. */
export interface HeadCalibration extends Calibration {
  readonly flags: Readonly<Record<string, Logistic>>;
  readonly expert: Logistic;
  readonly public_temperature: number;
  /** A motif beside the first is a second need from this score on. */
  readonly secondary_min: number;
  /** [confidence, share of the mails at least so sure, their accuracy], surest first. */
  readonly curve: readonly (readonly [number, number, number])[];
}

/** Fewer held-out mails say nothing reliable; the constants then stand for what larger corpora gave. */
const HELD_OUT_MIN = 100;
/** From about 1,000 out-of-fold examples on the isotonic step helps; below it follows chance. */
const ISOTONIC_MIN = 1_000;
const CURVE_POINTS = 50;
const UNFITTED: Logistic = { slopes: [2, 2], offset: 0 };
const TEMPERATURE = 0.3;
const SECONDARY_MIN = 0;

/** Fits the calibration of all heads on held-out scores. */
export function calibrate(held: readonly HeldOut[], heads: Heads): HeadCalibration {
  const flagsFrom = heads.motifs.length;
  const publicsFrom = flagsFrom + heads.flags.length;
  const expertAt = publicsFrom + heads.publics.length;
  if (held.length < HELD_OUT_MIN) {
    return {
      temperature: TEMPERATURE,
      knots: [],
      flags: Object.fromEntries(heads.flags.map((flag) => [flag, UNFITTED])),
      expert: UNFITTED,
      public_temperature: TEMPERATURE,
      secondary_min: SECONDARY_MIN,
      curve: [],
    };
  }
  const motif = calibrateMotif(held, heads);
  return {
    ...motif,
    flags: Object.fromEntries(
      heads.flags.map((flag, k) => [
        flag,
        fitLogistic(
          held.map(({ scores, passages, example }) => ({
            scores: [scores[flagsFrom + k]!, passages[k]!],
            yes: example.flags.includes(flag),
          })),
        ),
      ]),
    ),
    expert: fitLogistic(
      held.map(({ scores, example }) => ({ scores: [scores[expertAt]!], yes: example.level === 'expert' })),
    ),
    public_temperature: fitTemperature(
      held.map(({ scores, example }) => ({
        scores: scores.subarray(publicsFrom, expertAt),
        truth: heads.publics.indexOf(example.public),
      })),
    ),
    secondary_min: fitSecondary(held, heads),
    curve: coverage(held, heads, motif),
  };
}

function calibrateMotif(held: readonly HeldOut[], heads: Heads): Calibration {
  const scored = held.map(({ scores, example }) => ({
    scores: scores.subarray(0, heads.motifs.length),
    truth: heads.motifs.indexOf(example.motif),
  }));
  const temperature = fitTemperature(scored);
  if (held.length < ISOTONIC_MIN) return { temperature, knots: [] };
  const points = scored.map(({ scores }, i) => {
    const p = softmax(scores, temperature);
    const best = largest(p);
    return { confidence: p[best]!, right: isRight(held[i]!.example, heads.motifs[best]!) };
  });
  return { temperature, knots: fitIsotonic(points) };
}

/** A judge who accepts another motif accepts the decision. */
function isRight(example: Labels, motif: string): boolean {
  return motif === example.motif || example.accept?.includes(motif) === true;
}

function coverage(held: readonly HeldOut[], heads: Heads, motif: Calibration): HeadCalibration['curve'] {
  const points = held
    .map(({ scores, example }) => {
      const p = calibrated(scores.subarray(0, heads.motifs.length), motif);
      const best = largest(p);
      return { confidence: p[best]!, right: isRight(example, heads.motifs[best]!) };
    })
    .sort((a, b) => b.confidence - a.confidence);
  const curve: [number, number, number][] = [];
  let right = 0;
  for (const [i, point] of points.entries()) {
    right += point.right ? 1 : 0;
    const share = (i + 1) / points.length;
    if (share * CURVE_POINTS >= curve.length + 1 || i === points.length - 1)
      curve.push([round(point.confidence), round(share), round(right / (i + 1))]);
  }
  return curve;
}

/** The lowest confidence on the curve at which all surer mails together still reach `target`; 1 when none does. */
export function thresholdFor(curve: HeadCalibration['curve'], target: number): number {
  let threshold = 1;
  for (const [confidence, , accuracy] of curve) if (accuracy >= target) threshold = confidence;
  return threshold;
}

/** The score at which saying « a second need » is right as often as it finds one (best F1). */
function fitSecondary(held: readonly HeldOut[], heads: Heads): number {
  const candidates: { score: number; right: boolean }[] = [];
  let wanted = 0;
  for (const { scores, example } of held) {
    const needs = example.secondary ?? [];
    wanted += needs.length;
    const first = largest(scores.subarray(0, heads.motifs.length));
    for (const [k, motif] of heads.motifs.entries())
      if (k !== first) candidates.push({ score: scores[k]!, right: needs.includes(motif) || motif === example.motif });
  }
  candidates.sort((a, b) => b.score - a.score);
  let best = { f1: 0, score: SECONDARY_MIN };
  let hit = 0;
  for (const [i, { score, right }] of candidates.slice(0, held.length).entries()) {
    hit += right ? 1 : 0;
    const f1 = (2 * hit) / (i + 1 + wanted);
    if (f1 > best.f1) best = { f1, score };
  }
  return round(best.score);
}

function largest(values: ArrayLike<number>): number {
  let best = 0;
  for (let k = 1; k < values.length; k += 1) if (values[k]! > values[best]!) best = k;
  return best;
}

function round(value: number): number {
  return Number(value.toFixed(4));
}
