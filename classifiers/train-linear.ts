import { calibrate, type HeadCalibration, type HeldOut } from './calibrate-heads.ts';
import { encodeExamples, type EncodedExamples, type NamedExamples } from './encode-examples.ts';
import { rowAt } from './encoded-rows.ts';
import type { Example, Labels } from './examples.ts';
import { answersOf, countHeads, headsOf, type Heads } from './heads.ts';
import type { LinearWeights, Machines, Uncalibrated } from './linear-model.ts';
import { scoreRow } from './score.ts';
import { selectFeatures, sizeOf, weighAll, type SelectedFeatures } from './select.ts';
import { trainOneVsRest, type SvmOptions, type SvmWeights } from './svm.ts';
import { bestOf, trainPassages } from './train-passages.ts';
import { TrainingRoom } from './training-room.ts';
import { PASSAGE_WEIGHTS, weigh } from './weigh.ts';

export interface TrainOptions {
  readonly svm: SvmOptions;
  /** Features seen in fewer mails are dropped. */
  readonly min_df: number;
  /** Folds for calibration; each holds whole voices. */
  readonly folds: number;
}

/** Ten epochs, and words of three mails, moved no figure on mails nobody learns from (docs/decisions/0005-flags-by-passage.md). */
export const TRAIN_OPTIONS: TrainOptions = { svm: { C: 1, epochs: 6, seed: 20_211_207 }, min_df: 4, folds: 2 };

/** One training. Its two halves, {@link trainWhole} and {@link calibrateApart}, know nothing of each other. */
export interface Training {
  readonly all: EncodedExamples;
  /** Which of the examples are learnt. */
  readonly rows: readonly number[];
  readonly heads: Heads;
  readonly options: TrainOptions;
}

/** Lists of turns of phrase have the lengths and the share of urgency of no inbox: they teach passages alone. */
function teachesAll({ teaches }: Labels): boolean {
  return teaches !== 'passages';
}

/** Trains on all examples, calibrated on voices each fold did not hear. Deterministic. */
export function trainLinear(examples: readonly Example[], options: TrainOptions = TRAIN_OPTIONS): LinearWeights {
  return trainEncoded(encodeExamples(examples), () => true, options);
}

/** Trains on the examples that `keep` names, for several trainings that share one encoding. */
export function trainEncoded(
  all: NamedExamples,
  keep: (example: Labels) => boolean,
  options: TrainOptions = TRAIN_OPTIONS,
): LinearWeights {
  const training = trainingOf(all, keep, options);
  const calibration = calibrateApart(training);
  return { ...trainWhole(training, all), calibration };
}

export function trainingOf(
  { examples, mails, passages }: EncodedExamples,
  keep: (example: Labels) => boolean,
  options: TrainOptions,
): Training {
  const rows = examples.map((_, i) => i).filter((i) => keep(examples[i]!));
  return { all: { examples, mails, passages }, rows, heads: headsOf(rows.map((i) => examples[i]!)), options };
}

/** The machines, from all examples of the training. */
export function trainWhole(training: Training, names: Pick<NamedExamples, 'names' | 'passage_names'>): Uncalibrated {
  const { heads } = training;
  const { mail, passage } = fit(training, training.rows);
  return {
    heads,
    mail: pack(mail, names.names),
    passage: pack(passage, names.passage_names),
  };
}

/** The calibration, from machines that each heard only a part of the voices. */
export function calibrateApart(training: Training): HeadCalibration {
  return calibrate(outOfFold(training), training.heads);
}

interface Fitted {
  readonly mail: SelectedFeatures & SvmWeights;
  readonly passage: SelectedFeatures & SvmWeights;
}

function fit({ all, heads, options }: Training, heard: readonly number[]): Fitted {
  const rows = heard.filter((i) => teachesAll(all.examples[i]!));
  const selected = selectFeatures(all.mails, rows, options.min_df);
  const room = new TrainingRoom(selected.kept.length, countHeads(heads), sizeOf(all.mails, rows));
  weighAll(room, all.mails, rows, selected);
  const answers = answersOf(
    rows.map((i) => all.examples[i]!),
    heads,
  );
  const mail = { ...selected, ...trainOneVsRest(room, answers, options.svm) };
  return { mail, passage: trainPassages(all, heard, heads.flags, options.min_df) };
}

/**
 * Features by their names, whatever order they were met in. A byte a weight: a quarter of the memory, and no measurable
 * loss.
 */
function pack({ kept, idf, weights, bias }: SelectedFeatures & SvmWeights, all_names: readonly string[]): Machines {
  const order = Int32Array.from(kept, (_, id) => id).sort((a, b) =>
    all_names[kept[a]!]! < all_names[kept[b]!]! ? -1 : 1,
  );
  const classes = bias.length;
  const largest = new Float32Array(classes);
  for (let at = 0; at < weights.length; at += 1) {
    const k = at % classes;
    const size = Math.abs(weights[at]!);
    if (size > largest[k]!) largest[k] = size;
  }
  const scale = largest.map((size) => size / 127 || 1);
  const bytes = new Int8Array(weights.length);
  for (const [to, id] of order.entries())
    for (let k = 0; k < classes; k += 1) bytes[to * classes + k] = Math.round(weights[id * classes + k]! / scale[k]!);
  return {
    names: Array.from(order, (id) => all_names[kept[id]!]!),
    idf: Float32Array.from(order, (id) => idf[id]!),
    weights: bytes,
    scale,
    bias,
  };
}

/** Scores of every example by a model that heard none of its voice. */
function outOfFold(training: Training): HeldOut[] {
  const { all, rows, heads, options } = training;
  const fold = assignFolds(
    rows.map((i) => all.examples[i]!),
    options.folds,
  );
  const scored: HeldOut[] = [];
  for (let f = 0; f < options.folds; f += 1) {
    const heard = rows.filter((i) => fold.get(all.examples[i]!.voice) !== f);
    const held = rows.filter((i) => fold.get(all.examples[i]!.voice) === f && teachesAll(all.examples[i]!));
    if (heard.length === 0 || held.length === 0) continue;
    const { mail, passage } = fit(training, heard);
    for (const i of held) {
      const row = rowAt(all.mails, all.mails.first[i]!);
      const scores = scoreRow(weigh(row, mail.idf, mail.ids), mail.weights, mail.bias);
      const said: Float32Array[] = [];
      for (let at = all.passages.first[i]!; at < all.passages.first[i + 1]!; at += 1) {
        const one = weigh(rowAt(all.passages, at), passage.idf, passage.ids, PASSAGE_WEIGHTS);
        said.push(scoreRow(one, passage.weights, passage.bias));
      }
      scored.push({ scores, passages: bestOf(said, heads.flags.length), example: all.examples[i]! });
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
