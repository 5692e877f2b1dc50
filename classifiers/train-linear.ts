import { calibrate, type HeldOut } from './calibrate-heads.ts';
import { Encoder, type EncodedMail } from './encoder.ts';
import type { Example } from './examples.ts';
import { readFeatures } from './features.ts';
import { answersOf, countHeads, headsOf, type Heads } from './heads.ts';
import type { LinearWeights, Uncalibrated } from './linear-model.ts';
import { PassageEncoder } from './passage-encoder.ts';
import { prepareExample } from './prepare.ts';
import { scoreRow } from './score.ts';
import { selectFeatures } from './select.ts';
import { trainOneVsRest, type SvmOptions } from './svm.ts';
import { bestOf, trainPassages } from './train-passages.ts';
import { PASSAGE_WEIGHTS, weigh } from './weigh.ts';

export interface TrainOptions {
  readonly svm: SvmOptions;
  /** Features seen in fewer mails are dropped. */
  readonly min_df: number;
  /** Folds for calibration; each holds whole voices. */
  readonly folds: number;
}

export const TRAIN_OPTIONS: TrainOptions = { svm: { C: 1, epochs: 10, seed: 20_211_207 }, min_df: 3, folds: 2 };

/** Labelled mails with their features counted, which is the same work for every fold. */
export interface EncodedExamples {
  readonly examples: readonly Example[];
  readonly mails: readonly EncodedMail[];
  readonly names: readonly string[];
  readonly passages: readonly (readonly EncodedMail[])[];
  readonly passage_names: readonly string[];
}

export function encodeExamples(examples: readonly Example[]): EncodedExamples {
  const encoder = new Encoder();
  const passageEncoder = new PassageEncoder();
  const mails: EncodedMail[] = [];
  const passages: EncodedMail[][] = [];
  const read = new Map<string, number>();
  for (const example of examples) {
    // Counted voice by voice, so that a mail more in one changes nothing in the others.
    const before = read.get(example.voice) ?? 0;
    read.set(example.voice, before + 1);
    const features = readFeatures(prepareExample(before % 2 === 0 ? example : withoutEnvelope(example)));
    mails.push(encoder.encodeFeatures(features));
    passages.push(passageEncoder.encode(features));
  }
  return { examples, mails, names: encoder.names, passages, passage_names: passageEncoder.names };
}

/**
 * Every second mail is learnt as if it came to the members' open mailbox from nobody known: an employer or a surgery often
 * writes there, and a model that had always seen their own mailboxes would hear a member.
 */
function withoutEnvelope(example: Example): Example {
  const { mailbox: _mailbox, from: _from, ...rest } = example;
  return rest;
}

/** Lists of turns of phrase have the lengths and the share of urgency of no inbox: they teach passages alone. */
function teachesAll({ teaches }: Example): boolean {
  return teaches !== 'passages';
}

/** Trains on all examples, calibrated on voices each fold did not hear. Deterministic. */
export function trainLinear(examples: readonly Example[], options: TrainOptions = TRAIN_OPTIONS): LinearWeights {
  return trainEncoded(encodeExamples(examples), () => true, options);
}

/** Trains on the examples that `keep` names, for several trainings that share one encoding. */
export function trainEncoded(
  all: EncodedExamples,
  keep: (example: Example) => boolean,
  options: TrainOptions = TRAIN_OPTIONS,
): LinearWeights {
  const rows = all.examples.map((_, i) => i).filter((i) => keep(all.examples[i]!));
  const heads = headsOf(rows.map((i) => all.examples[i]!));
  const calibration = calibrate(outOfFold(all, rows, heads, options), heads);
  return { ...pack(fit(all, rows, heads, options), heads), calibration };
}

function fit(all: EncodedExamples, heard: readonly number[], heads: Heads, options: TrainOptions) {
  const rows = heard.filter((i) => teachesAll(all.examples[i]!));
  const selected = selectFeatures(
    all.names,
    rows.map((i) => all.mails[i]!),
    options.min_df,
  );
  const vectors = rows.map((i) => weigh(all.mails[i]!, selected.idf, selected.ids));
  const answers = answersOf(
    rows.map((i) => all.examples[i]!),
    heads,
  );
  const mail = {
    ...selected,
    ...trainOneVsRest(vectors, answers, countHeads(heads), selected.names.length, options.svm),
  };
  const passage = trainPassages(all.passages, all.examples, heard, all.passage_names, heads.flags, options.min_df);
  return { mail, passage };
}

function pack({ mail, passage }: ReturnType<typeof fit>, heads: Heads): Uncalibrated {
  return {
    heads,
    mail: { names: mail.names, idf: mail.idf, bias: mail.bias, ...quantise(mail.weights, countHeads(heads)) },
    passage: {
      names: passage.names,
      idf: passage.idf,
      bias: passage.bias,
      ...quantise(passage.weights, heads.flags.length),
    },
  };
}

/** A byte a weight: a quarter of the memory, and no measurable loss. */
function quantise(weights: Float32Array, classes: number): { weights: Int8Array; scale: Float32Array } {
  const largest = new Float32Array(classes);
  for (let at = 0; at < weights.length; at += 1) {
    const k = at % classes;
    const size = Math.abs(weights[at]!);
    if (size > largest[k]!) largest[k] = size;
  }
  const scale = largest.map((size) => size / 127 || 1);
  const bytes = new Int8Array(weights.length);
  for (let at = 0; at < weights.length; at += 1) bytes[at] = Math.round(weights[at]! / scale[at % classes]!);
  return { weights: bytes, scale };
}

/** Scores of every example by a model that heard none of its voice. */
function outOfFold(all: EncodedExamples, rows: readonly number[], heads: Heads, options: TrainOptions): HeldOut[] {
  const fold = assignFolds(
    rows.map((i) => all.examples[i]!),
    options.folds,
  );
  const scored: HeldOut[] = [];
  for (let f = 0; f < options.folds; f += 1) {
    const heard = rows.filter((i) => fold.get(all.examples[i]!.voice) !== f);
    const held = rows.filter((i) => fold.get(all.examples[i]!.voice) === f && teachesAll(all.examples[i]!));
    if (heard.length === 0 || held.length === 0) continue;
    const { mail, passage } = fit(all, heard, heads, options);
    for (const i of held) {
      const scores = scoreRow(weigh(all.mails[i]!, mail.idf, mail.ids), mail.weights, mail.bias);
      const said = all.passages[i]!.map((one) =>
        scoreRow(weigh(one, passage.idf, passage.ids, PASSAGE_WEIGHTS), passage.weights, passage.bias),
      );
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
