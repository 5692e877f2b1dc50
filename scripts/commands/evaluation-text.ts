import type { Evaluation } from '../../classifiers/evaluate.ts';
import type { FlagFigure } from '../../classifiers/figures.ts';

/** What `evaluate` prints for a person: the model first, then the baseline, then where the model errs. */
export function evaluationText(result: { readonly linear: Evaluation; readonly bayes: Evaluation }): string {
  const { linear } = result;
  const head = Object.entries(result).flatMap(([name, e]) => [
    `${name}: ${e.mails} mails, accuracy ${percent(e.accuracy)} (accepted ${percent(e.accepted)}), macro-F1 ${percent(e.macro_f1)}, calibration error ${percent(e.calibration_error)}, level ${percent(e.level_accuracy)}, public ${percent(e.public_accuracy)}`,
    `  surest: ${e.surest.map((part) => `${Math.round(part.share * 100)} % → ${percent(part.accuracy)}`).join(', ')}`,
  ]);
  return `${[
    ...head,
    `sure at the target in force: ${percent(linear.sure.share)} of the mails, ${percent(linear.sure.accuracy)} right; human triage ${percent(linear.human_triage)}`,
    `second needs: precision ${percent(linear.secondary.precision)}, recall ${percent(linear.secondary.recall)}`,
    'flags',
    `  P0 and P1 together: ${flagText(linear.urgent)}`,
    ...Object.entries(linear.flags).map(([name, flag]) => `  ${name}: ${flagText(flag)}`),
    'false alarms on a thousand mails without any urgent flag',
    ...Object.entries(linear.false_per_thousand).map(([name, count]) => `  ${name}: ${count.toFixed(1)}`),
    'confusions',
    ...linear.confusions.map((pair) => `  ${pair.truth} → ${pair.said}: ${pair.mails}`),
  ].join('\n')}\n`;
}

function flagText(flag: FlagFigure): string {
  return `precision ${percent(flag.precision)}, recall ${percent(flag.recall)} (${flag.truth} true, ${flag.said} said)`;
}

function percent(value: number | null): string {
  return value === null ? '–' : `${(value * 100).toFixed(1)} %`;
}
