/** waves.yaml: from when on many similar mails are told to a supervisor, and what a group reply may take (docs/waves.md). */
export interface WavePolicy {
  /** The last so many hours are compared with the same hours of the same weekday. */
  readonly window_hours: number;
  /** Earlier weeks they are compared with. */
  readonly baseline_weeks: number;
  /** Fewer people never make a wave. */
  readonly people_min: number;
  /** … nor people who are not at least so many times the usual. */
  readonly ratio_min: number;
  /** A mail is part of a wave from this likeness on, 0–1. */
  readonly similarity_min: number;
  /** A group reply takes only what resembles it at least so much, 0–1. */
  readonly group_similarity_min: number;
  /** Between two searches. */
  readonly scan_minutes: number;
  /** Texts read in one search, those of earlier weeks included. */
  readonly mails_max: number;
  /** A subject that was dismissed or has ended is not proposed again for so long. */
  readonly quiet_hours: number;
  /** The end a supervisor sets is at most so many days away. */
  readonly days_max: number;
  /** Most sendings of one group reply. */
  readonly group_max: number;
}

/** Where no waves.yaml is. */
export const DEFAULT_WAVES: WavePolicy = {
  window_hours: 4,
  baseline_weeks: 4,
  people_min: 20,
  ratio_min: 3,
  similarity_min: 0.3,
  group_similarity_min: 0.5,
  scan_minutes: 15,
  mails_max: 6_000,
  quiet_hours: 48,
  days_max: 30,
  group_max: 200,
};
