import type { RequestEnd } from './request-events.ts';

/** The numbers of the figure; their definitions are in domain/figure.ts and docs/figure.md. */
export interface FigureNumbers {
  readonly received: number;
  /** Traités. */
  readonly handled: number;
  /** Répondus. */
  readonly answered: number;
  readonly answered_in_time: number;
  /** 0–1, or null when nothing can be judged yet. */
  readonly share: number | null;
  /** Répondus within the deadline, and their share of the same base. */
  readonly replied_in_time: number;
  readonly replied_share: number | null;
  /** Hours on the chosen clock, two decimals; null when nothing was handled. */
  readonly median_hours: number | null;
  readonly p90_hours: number | null;
  /** Hours on the chosen clock since the oldest request still open came; null when none is. */
  readonly oldest_open_hours: number | null;
  readonly open_late: number;
  readonly open_not_due: number;
  readonly no_answer_needed: number;
  readonly call_conclusive: number;
  readonly answered_with_other: number;
  readonly closed_without_answer: number;
  readonly redirected: number;
}

/** Counts requests one by one; keeps one number for each handled one (for the percentiles) and nothing else. */
export class Tally {
  readonly #ends: Record<RequestEnd, number> = {
    answered: 0,
    call_conclusive: 0,
    answered_with_other: 0,
    redirected: 0,
    no_answer_needed: 0,
    closed_without_answer: 0,
  };
  #in_time = 0;
  #replied_in_time = 0;
  #open_late = 0;
  #open_not_due = 0;
  #oldest_open_hours: number | null = null;
  readonly #hours: number[] = [];

  /** A request whose clock was stopped after `hours` on the chosen clock. */
  stopped(end: RequestEnd, in_time: boolean, hours: number): void {
    this.#ends[end] += 1;
    if (end === 'redirected' || end === 'closed_without_answer') return;
    this.#hours.push(hours);
    if (in_time) this.#in_time += 1;
    if (in_time && end === 'answered') this.#replied_in_time += 1;
  }

  /** A request still open at the date of the figure. */
  open(late: boolean, hours: number): void {
    this.#oldest_open_hours = Math.max(this.#oldest_open_hours ?? 0, hours);
    if (late) this.#open_late += 1;
    else this.#open_not_due += 1;
  }

  numbers(): FigureNumbers {
    const ends = this.#ends;
    const stopped = Object.values(ends).reduce((sum, count) => sum + count, 0);
    const received = stopped + this.#open_late + this.#open_not_due;
    const base = received - ends.redirected - this.#open_not_due;
    this.#hours.sort((a, b) => a - b);
    return {
      received,
      handled: stopped - ends.closed_without_answer,
      answered: ends.answered,
      answered_in_time: this.#in_time,
      share: base === 0 ? null : this.#in_time / base,
      replied_in_time: this.#replied_in_time,
      replied_share: base === 0 ? null : this.#replied_in_time / base,
      median_hours: percentile(this.#hours, 0.5),
      p90_hours: percentile(this.#hours, 0.9),
      oldest_open_hours: this.#oldest_open_hours === null ? null : round(this.#oldest_open_hours),
      open_late: this.#open_late,
      open_not_due: this.#open_not_due,
      no_answer_needed: ends.no_answer_needed,
      call_conclusive: ends.call_conclusive,
      answered_with_other: ends.answered_with_other,
      closed_without_answer: ends.closed_without_answer,
      redirected: ends.redirected,
    };
  }
}

/** As PostgreSQL's percentile_cont: linear between the two nearest values. Rounded to 0.01. */
function percentile(sorted: readonly number[], share: number): number | null {
  if (sorted.length === 0) return null;
  const place = (sorted.length - 1) * share;
  const low = sorted[Math.floor(place)]!;
  const high = sorted[Math.ceil(place)]!;
  return round(low + (high - low) * (place - Math.floor(place)));
}

function round(hours: number): number {
  return Math.round(hours * 100) / 100;
}
