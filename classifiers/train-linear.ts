import type { MotifInput } from '../domain/facts.ts';
import { fitIsotonic, fitTemperature, softmax, type Calibration, type ScoredExample } from './calibrate.ts';
import type { Example } from './examples.ts';
import type { LinearWeights } from './linear-model.ts';
import { prepareExample } from './prepare.ts';
import { trainBinary, type SparseRow, type SvmOptions } from './svm.ts';
import { buildDictionary, Vectorizer } from './vectorizer.ts';

export interface TrainOptions {
  readonly svm: SvmOptions;
  /** Features seen in fewer mails are dropped. */
  readonly min_df: number;
  /** Folds for calibration; each holds whole voices. */
  readonly folds: number;
}

export const TRAIN_OPTIONS: TrainOptions = { svm: { C: 1, epochs: 12, seed: 20_211_207 }, min_df: 2, folds: 5 };

/** Trains on all examples, calibrated on voices each fold did not hear. Deterministic. */
export function trainLinear(examples: readonly Example[], options: TrainOptions = TRAIN_OPTIONS): LinearWeights {
  const motifs = [...new Set(examples.map((example) => example.motif))].sort();
  const inputs = examples.map(prepareExample);
  const calibration = calibrate(outOfFold(examples, inputs, motifs, options));
  return { ...fit(inputs, examples, motifs, options), calibration };
}

type Uncalibrated = Omit<LinearWeights, 'calibration'>;

function fit(
  inputs: readonly MotifInput[],
  examples: readonly Example[],
  motifs: readonly string[],
  options: TrainOptions,
): Uncalibrated {
  const dictionary = buildDictionary(inputs, options.min_df);
  const vectorizer = new Vectorizer(dictionary);
  const rows = inputs.map((input) => vectorizer.vectorize(input));
  const width = dictionary.names.length;
  const weights = new Int8Array(width * motifs.length);
  const scale = new Float32Array(motifs.length);
  const bias = new Float32Array(motifs.length);
  for (const [k, motif] of motifs.entries()) {
    const positive = Uint8Array.from(examples, (example) => (example.motif === motif ? 1 : 0));
    const trained = trainBinary(rows, positive, width, options.svm);
    quantise(trained, k, motifs.length, weights, scale);
    bias[k] = trained[width]!;
  }
  return { motifs, dictionary, weights, scale, bias };
}

/** A byte a weight: a quarter of the memory, and no measurable loss. */
function quantise(trained: Float32Array, k: number, classes: number, weights: Int8Array, scale: Float32Array): void {
  const width = trained.length - 1;
  let largest = 0;
  for (let id = 0; id < width; id += 1) largest = Math.max(largest, Math.abs(trained[id]!));
  const unit = largest / 127 || 1;
  scale[k] = unit;
  for (let id = 0; id < width; id += 1) weights[id * classes + k] = Math.round(trained[id]! / unit);
}

/** Scores of every example by a model that heard none of its voice. */
function outOfFold(
  examples: readonly Example[],
  inputs: readonly MotifInput[],
  motifs: readonly string[],
  options: TrainOptions,
): ScoredExample[] {
  const fold = assignFolds(examples, options.folds);
  const scored: ScoredExample[] = [];
  for (let f = 0; f < options.folds; f += 1) {
    const train = examples.map((_, i) => i).filter((i) => fold.get(examples[i]!.voice) !== f);
    const held = examples.map((_, i) => i).filter((i) => fold.get(examples[i]!.voice) === f);
    if (train.length === 0 || held.length === 0) continue;
    const model = fit(
      train.map((i) => inputs[i]!),
      train.map((i) => examples[i]!),
      motifs,
      options,
    );
    const vectorizer = new Vectorizer(model.dictionary);
    for (const i of held) {
      scored.push({
        scores: score(model, vectorizer.vectorize(inputs[i]!)),
        truth: motifs.indexOf(examples[i]!.motif),
      });
    }
  }
  return scored;
}

/** Largest voices first, each to the fold that has least. */
export function assignFolds(examples: readonly Pick<Example, 'voice'>[], folds: number): Map<string, number> {
  const sizes = new Map<string, number>();
  for (const { voice } of examples) sizes.set(voice, (sizes.get(voice) ?? 0) + 1);
  const load = Array.from({ length: folds }, () => 0);
  const fold = new Map<string, number>();
  for (const [voice, size] of [...sizes].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))) {
    const least = load.indexOf(Math.min(...load));
    fold.set(voice, least);
    load[least]! += size;
  }
  return fold;
}

function score(model: Uncalibrated, row: SparseRow): Float32Array {
  const classes = model.motifs.length;
  const sums = new Float32Array(classes);
  for (let j = 0; j < row.index.length; j += 1) {
    for (let k = 0; k < classes; k += 1) sums[k]! += model.weights[row.index[j]! * classes + k]! * row.value[j]!;
  }
  for (let k = 0; k < classes; k += 1) sums[k] = sums[k]! * model.scale[k]! + model.bias[k]!;
  return sums;
}

function calibrate(scored: readonly ScoredExample[]): Calibration {
  if (scored.length < 100) return { temperature: 0.3, knots: [] };
  const temperature = fitTemperature(scored);
  const points = scored.map(({ scores, truth }) => {
    const p = softmax(scores, temperature, new Float32Array(scores.length));
    const best = p.indexOf(Math.max(...p));
    return { confidence: p[best]!, right: best === truth };
  });
  // From about 1,000 out-of-fold examples on, the isotonic step helps; below it follows chance.
  return { temperature, knots: scored.length >= 1_000 ? fitIsotonic(points) : [] };
}
