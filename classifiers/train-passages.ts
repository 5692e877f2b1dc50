import type { EncodedExamples } from './encode-examples.ts';
import type { Labels } from './examples.ts';
import { scoreRow } from './score.ts';
import { selectFeatures, sizeOf, weighAll, type SelectedFeatures } from './select.ts';
import { NO, trainOneVsRest, UNKNOWN, YES, type SvmOptions, type SvmWeights } from './svm.ts';
import { TrainingRoom } from './training-room.ts';
import { PASSAGE_WEIGHTS } from './weigh.ts';

/**
 * Teaches one machine a flag to recognise the passage that raises it, though labels are by mail (multiple-instance
 * learning, mi-SVM of Andrews et al., NIPS 2002): first every passage of a flagged mail counts, then those alone that the
 * first machines found most telling. All passages of other mails say no.
 */
export interface TrainedPassages extends SvmWeights, SelectedFeatures {}

/** C: on voices held out, 0.2–0.5 ranks urgent passages better than 1. */
const PASSAGE_SVM: SvmOptions = { C: 0.3, epochs: 5, seed: 20_211_130 };
/** The first machines only point at the telling passages. */
const FIRST_SVM: SvmOptions = { ...PASSAGE_SVM, epochs: 2 };
/** Passages that score nearly as much as the best of their mail speak for the flag too. */
const NEAR_BEST = 0.2;

export function trainPassages(
  { passages, examples }: EncodedExamples,
  chosen: readonly number[],
  flags: readonly string[],
  min_df: number,
): TrainedPassages {
  const selected = selectFeatures(passages, chosen, min_df);
  const classes = flags.length;
  const room = new TrainingRoom(selected.kept.length, classes, sizeOf(passages, chosen));
  weighAll(room, passages, chosen, selected, PASSAGE_WEIGHTS);
  const spans: { from: number; to: number; example: Labels }[] = [];
  let to = 0;
  for (const i of chosen) {
    const from = to;
    to += passages.first[i + 1]! - passages.first[i]!;
    spans.push({ from, to, example: examples[i]! });
  }
  const answers = new Uint8Array(room.rows * classes).fill(NO);
  for (const { from, to, example } of spans)
    for (const [k, flag] of flags.entries())
      if (example.flags.includes(flag)) for (let r = from; r < to; r += 1) answers[r * classes + k] = YES;
  const first = trainOneVsRest(room, answers, FIRST_SVM);
  for (const { from, to, example } of spans) {
    if (!flags.some((flag) => example.flags.includes(flag))) continue;
    const scores = Array.from({ length: to - from }, (_, p) => scoreRow(room.row(from + p), first.weights, first.bias));
    for (const [k, flag] of flags.entries()) {
      if (!example.flags.includes(flag)) continue;
      const best = Math.max(...scores.map((score) => score[k]!));
      for (const [p, score] of scores.entries()) {
        const telling = score[k] === best || score[k]! >= Math.max(best - NEAR_BEST, 0);
        answers[(from + p) * classes + k] = telling ? YES : UNKNOWN;
      }
    }
  }
  return { ...selected, ...trainOneVsRest(room, answers, PASSAGE_SVM) };
}

/** The most any passage says for each flag. */
export function bestOf(scores: readonly Float32Array[], classes: number): Float32Array {
  const best = new Float32Array(classes).fill(NOTHING_SAID);
  for (const score of scores) for (let k = 0; k < classes; k += 1) if (score[k]! > best[k]!) best[k] = score[k]!;
  return best;
}

/** The score of a mail without a passage. */
export const NOTHING_SAID = -1.5;
