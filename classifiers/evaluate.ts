import { calibrationError } from './calibrate.ts';

/** One judged mail: what was said, and what a careful reader says. */
export interface Judged {
  readonly truth: string;
  /** Other motifs a fair judge accepts. */
  readonly accept: readonly string[];
  readonly motif: string | null;
  readonly confidence: number;
  readonly level?: { readonly truth: string; readonly said: string };
  readonly flags?: { readonly truth: readonly string[]; readonly said: readonly string[] };
}

export interface Evaluation {
  readonly mails: number;
  readonly accuracy: number;
  /** Counting `accept` as right. */
  readonly accepted: number;
  readonly macro_f1: number;
  readonly calibration_error: number;
  /** Accuracy on the surest share of the mails. */
  readonly surest: readonly { readonly share: number; readonly accuracy: number }[];
  readonly level_accuracy: number | null;
  readonly flags: Readonly<
    Record<
      string,
      {
        readonly precision: number | null;
        readonly recall: number | null;
        readonly truth: number;
        readonly said: number;
      }
    >
  >;
  readonly confusions: readonly { readonly truth: string; readonly said: string; readonly mails: number }[];
}

const SHARES = [0.2, 0.4, 0.6, 0.8, 1];
const CONFUSIONS_MAX = 20;
const round = (value: number): number => Number(value.toFixed(4));

/** Puts the figures of a set of judged mails together; pure. */
export function evaluate(judged: readonly Judged[]): Evaluation {
  const right = (mail: Judged): boolean =>
    mail.motif === mail.truth || (mail.motif !== null && mail.accept.includes(mail.motif));
  const n = Math.max(1, judged.length);
  const bySureness = [...judged].sort((a, b) => b.confidence - a.confidence);
  const levels = judged.filter((mail) => mail.level !== undefined);
  return {
    mails: judged.length,
    accuracy: round(judged.filter((mail) => mail.motif === mail.truth).length / n),
    accepted: round(judged.filter(right).length / n),
    macro_f1: round(macroF1(judged)),
    calibration_error: round(
      calibrationError(judged.map((mail) => ({ confidence: mail.confidence, right: right(mail) }))),
    ),
    surest: SHARES.map((share) => {
      const part = bySureness.slice(0, Math.max(1, Math.round(share * judged.length)));
      return { share, accuracy: round(part.filter(right).length / Math.max(1, part.length)) };
    }),
    level_accuracy:
      levels.length === 0
        ? null
        : round(levels.filter((mail) => mail.level!.truth === mail.level!.said).length / levels.length),
    flags: flagFigures(judged),
    confusions: confusions(judged.filter((mail) => !right(mail))),
  };
}

function macroF1(judged: readonly Judged[]): number {
  const motifs = new Set(judged.map((mail) => mail.truth));
  let sum = 0;
  for (const motif of motifs) {
    const hit = judged.filter((mail) => mail.truth === motif && mail.motif === motif).length;
    const said = judged.filter((mail) => mail.motif === motif).length;
    const truth = judged.filter((mail) => mail.truth === motif).length;
    sum += said + truth === 0 ? 0 : (2 * hit) / (said + truth);
  }
  return motifs.size === 0 ? 0 : sum / motifs.size;
}

function flagFigures(judged: readonly Judged[]): Evaluation['flags'] {
  const marked = judged.flatMap((mail) => (mail.flags === undefined ? [] : [mail.flags]));
  const names = [...new Set(marked.flatMap((flags) => [...flags.truth, ...flags.said]))].sort();
  return Object.fromEntries(
    names.map((name) => {
      const truth = marked.filter((flags) => flags.truth.includes(name)).length;
      const said = marked.filter((flags) => flags.said.includes(name)).length;
      const hit = marked.filter((flags) => flags.truth.includes(name) && flags.said.includes(name)).length;
      return [
        name,
        {
          precision: said === 0 ? null : round(hit / said),
          recall: truth === 0 ? null : round(hit / truth),
          truth,
          said,
        },
      ];
    }),
  );
}

function confusions(wrong: readonly Judged[]): Evaluation['confusions'] {
  const counts = new Map<string, { truth: string; said: string; mails: number }>();
  for (const mail of wrong) {
    const said = mail.motif ?? '-';
    const key = `${mail.truth} ${said}`;
    const entry = counts.get(key) ?? { truth: mail.truth, said, mails: 0 };
    entry.mails += 1;
    counts.set(key, entry);
  }
  return [...counts.values()]
    .sort((a, b) => b.mails - a.mails || (a.truth + a.said < b.truth + b.said ? -1 : 1))
    .slice(0, CONFUSIONS_MAX);
}
