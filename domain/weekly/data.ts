import type { Figure, FigureGroup } from '../figure.ts';
import type { ReferenceLine, Regime } from '../figure-terms.ts';
import type { FigureNumbers } from '../tally.ts';

/** Everything a weekly report says; the HTML shows it and computes nothing, so that it cannot say something else. */
export interface WeeklyReport {
  /** First and last day, "YYYY-MM-DD". */
  readonly from: string;
  readonly to: string;
  readonly as_of: string;
  readonly elapsed: FigureNumbers;
  readonly working: FigureNumbers;
  /** The seven days before, at their own end. */
  readonly before: { readonly elapsed: FigureNumbers; readonly working: FigureNumbers };
  /** The week before again, at the end of this one: its seven days of repeat contacts are nearly over. */
  readonly repeats: FigureNumbers;
  /** By day over the last weeks, oldest first, on both clocks. */
  readonly days: readonly WeeklyDay[];
  readonly references: readonly ReferenceLine[];
  /** Those that fall on the days above. */
  readonly regimes: readonly Regime[];
  /** On the elapsed clock; the motif's label beside its id. */
  readonly motifs: readonly (FigureGroup & { readonly label: string })[];
  readonly queues: readonly (FigureGroup & { readonly label: string })[];
  readonly pools: readonly (FigureGroup & { readonly label: string })[];
  /** Open at `as_of`, by age in real hours. */
  readonly ages: readonly AgeBand[];
  readonly reviews: {
    readonly proposed: number;
    readonly approved: number;
    readonly returned: number;
    readonly remotived: number;
    readonly timed_out: number;
    readonly avoided: number;
    readonly replaced_by_task: number;
    readonly refused: number;
  };
  readonly bot: BotWeek;
  /** Breach forecast, in French; empty when the week is past, for what was to come has come. */
  readonly forecast: readonly string[];
}

export interface WeeklyDay {
  /** "YYYY-MM-DD" */
  readonly day: string;
  readonly received: number;
  /** Share handled in time; null while some of the day can still be answered in time, or nobody wrote. */
  readonly elapsed: number | null;
  readonly working: number | null;
}

export interface AgeBand {
  readonly label: string;
  readonly count: number;
}

/** Talks with the bot begun in the week (store/bot-report.ts); all zero where no bot runs. */
export interface BotWeek {
  readonly talks: number;
  /** Over, and no person was needed; the share is of those that are over. */
  readonly contained: number;
  readonly contained_share: number | null;
  readonly offered: number;
  readonly handed_over: number;
  readonly failed_requests: number;
  readonly median_hours_to_human: number | null;
}

/** Bounds of the age bands, hours; the last band is open. */
export const AGE_BOUNDS_HOURS = [24, 48, 120, 240] as const;
export const AGE_LABELS = ['moins de 24 h', '24 à 48 h', '2 à 5 jours', '5 à 10 jours', 'plus de 10 jours'] as const;

/** Groups with the labels people know them by, most received first, then by id. */
export function labelled(
  figure: Figure,
  labelOf: (key: string) => string | undefined,
  none: string,
): (FigureGroup & { readonly label: string })[] {
  return (figure.groups ?? [])
    .map((group) => ({ ...group, label: group.key === null ? none : (labelOf(group.key) ?? group.key) }))
    .sort((a, b) => b.received - a.received || ((a.key ?? '') < (b.key ?? '') ? -1 : 1));
}
