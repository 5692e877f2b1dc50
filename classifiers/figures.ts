/** The sums behind an evaluation; each is a textbook definition over judged mails. */

export interface FlagFigure {
  /** null when nothing was said. */
  readonly precision: number | null;
  /** null when there was nothing to find. */
  readonly recall: number | null;
  readonly truth: number;
  readonly said: number;
}

export interface Confusion {
  readonly truth: string;
  readonly said: string;
  readonly mails: number;
}

interface Marks {
  readonly truth: readonly string[];
  readonly said: readonly string[];
}

const CONFUSIONS_MAX = 20;

/** Mean over the motifs of 2·precision·recall / (precision + recall). */
export function macroF1(judged: readonly { truth: string; motif: string | null }[]): number {
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

/** Each mark counted once a mail, all names together. */
export function recallOf(marks: readonly Marks[]): FlagFigure {
  const truth = marks.reduce((sum, mark) => sum + mark.truth.length, 0);
  const said = marks.reduce((sum, mark) => sum + mark.said.length, 0);
  const hit = marks.reduce((sum, mark) => sum + mark.said.filter((name) => mark.truth.includes(name)).length, 0);
  return {
    precision: said === 0 ? null : round(hit / said),
    recall: truth === 0 ? null : round(hit / truth),
    truth,
    said,
  };
}

/** By flag, all urgent ones together, and false alarms on ordinary mail. */
export function flagFigures(
  marks: readonly Marks[],
  urgent: readonly string[],
): {
  flags: Record<string, FlagFigure>;
  urgent: FlagFigure;
  false_per_thousand: Record<string, number>;
} {
  const names = [...new Set(marks.flatMap(({ truth, said }) => [...truth, ...said]))].sort();
  const only = (wanted: readonly string[]): Marks[] =>
    marks.map(({ truth, said }) => ({
      truth: truth.filter((name) => wanted.includes(name)),
      said: said.filter((name) => wanted.includes(name)),
    }));
  const ordinary = marks.filter(({ truth }) => !truth.some((name) => urgent.includes(name)));
  const falseAlarms = (name: string): number =>
    ordinary.length === 0
      ? 0
      : round((1_000 * ordinary.filter(({ said }) => said.includes(name)).length) / ordinary.length);
  return {
    flags: Object.fromEntries(names.map((name) => [name, recallOf(only([name]))])),
    urgent: recallOf(only(urgent)),
    false_per_thousand: Object.fromEntries(urgent.map((name) => [name, falseAlarms(name)])),
  };
}

/** What is most often taken for what. */
export function confusionsOf(wrong: readonly { truth: string; motif: string | null }[]): Confusion[] {
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

function round(value: number): number {
  return Number(value.toFixed(4));
}
