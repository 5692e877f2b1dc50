import { calibrationError } from './calibrate.ts';
import { confusionsOf, flagFigures, macroF1, recallOf, type Confusion, type FlagFigure } from './figures.ts';

/** One judged mail: what was said, and what a careful reader says. What a reader did not label is left out. */
export interface Judged {
  readonly truth: string;
  /** Other motifs a fair judge accepts. */
  readonly accept: readonly string[];
  readonly motif: string | null;
  readonly confidence: number;
  readonly abstained?: boolean;
  readonly human_triage?: boolean;
  readonly secondary?: Said<readonly string[]>;
  readonly level?: Said<string>;
  readonly public?: Said<string>;
  readonly flags?: Said<readonly string[]>;
}

interface Said<T> {
  readonly truth: T;
  readonly said: T;
}

export interface Evaluation {
  readonly mails: number;
  readonly accuracy: number;
  /** Counting `accept` as right. */
  readonly accepted: number;
  readonly macro_f1: number;
  readonly calibration_error: number;
  /** Accuracy on the surest share of the mails, `accept` counted as right. */
  readonly surest: readonly { readonly share: number; readonly accuracy: number }[];
  /** At the threshold in force: how many motifs are sure, and how many of those are right. */
  readonly sure: { readonly share: number; readonly accuracy: number | null };
  readonly human_triage: number;
  readonly level_accuracy: number | null;
  readonly public_accuracy: number | null;
  readonly secondary: { readonly precision: number | null; readonly recall: number | null };
  readonly flags: Readonly<Record<string, FlagFigure>>;
  /** All flags named in `urgent` together. */
  readonly urgent: FlagFigure;
  /** Among mails without any urgent flag, so many of a thousand are given one. */
  readonly false_per_thousand: Readonly<Record<string, number>>;
  readonly confusions: readonly Confusion[];
}

const SHARES = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1];

/**
 * Puts the figures of a set of judged mails together; pure.
 * @param urgent the flags of level P0 and P1
 */
export function evaluate(judged: readonly Judged[], urgent: readonly string[] = []): Evaluation {
  const n = Math.max(1, judged.length);
  const bySureness = [...judged].sort((a, b) => b.confidence - a.confidence);
  const sure = judged.filter((mail) => mail.abstained !== true);
  return {
    mails: judged.length,
    accuracy: round(judged.filter((mail) => mail.motif === mail.truth).length / n),
    accepted: round(judged.filter(isRight).length / n),
    macro_f1: round(macroF1(judged)),
    calibration_error: round(
      calibrationError(judged.map((mail) => ({ confidence: mail.confidence, right: isRight(mail) }))),
    ),
    surest: SHARES.map((share) => {
      const part = bySureness.slice(0, Math.max(1, Math.round(share * judged.length)));
      return { share, accuracy: round(part.filter(isRight).length / Math.max(1, part.length)) };
    }),
    sure: {
      share: round(sure.length / n),
      accuracy: sure.length === 0 ? null : round(sure.filter(isRight).length / sure.length),
    },
    human_triage: round(judged.filter((mail) => mail.human_triage === true).length / n),
    level_accuracy: agreement(judged.map((mail) => mail.level)),
    public_accuracy: agreement(judged.map((mail) => mail.public)),
    secondary: recallOf(judged.flatMap((mail) => (mail.secondary === undefined ? [] : [mail.secondary]))),
    ...flagFigures(
      judged.flatMap((mail) => (mail.flags === undefined ? [] : [mail.flags])),
      urgent,
    ),
    confusions: confusionsOf(judged.filter((mail) => !isRight(mail))),
  };
}

function isRight(mail: Judged): boolean {
  return mail.motif === mail.truth || (mail.motif !== null && mail.accept.includes(mail.motif));
}

function agreement(pairs: readonly (Said<string> | undefined)[]): number | null {
  const known = pairs.filter((pair) => pair !== undefined);
  return known.length === 0 ? null : round(known.filter(({ truth, said }) => truth === said).length / known.length);
}

function round(value: number): number {
  return Number(value.toFixed(4));
}
