import type { Verdict } from './figure-life.ts';
import type { RequestEnd } from './request-events.ts';

/** What is counted one by one; whole numbers that add up over groups. The store counts the same in SQL. */
export const COUNTS = [
  'answered',
  'call_conclusive',
  'answered_with_other',
  'redirected',
  'no_answer_needed',
  'closed_without_answer',
  'answered_in_time',
  'replied_in_time',
  'open_late',
  'open_not_due',
  'never_read',
  'transferred',
  'handed',
  'recalled',
  'repeat_base',
  'repeated_7d',
  'pieces',
  'pieces_in_time',
  'pieces_repeat_base',
  'pieces_repeated_7d',
  'account',
  'account_in_time',
  'account_repeat_base',
  'account_repeated_7d',
  'legal',
  'legal_running',
  'legal_passed',
  'confirmed',
] as const;
export type Counts = Record<(typeof COUNTS)[number], number>;

/** The numbers of the figure; their definitions are in domain/figure.ts and docs/figure.md. */
export interface FigureNumbers {
  readonly received: number;
  /** Traités. */
  readonly handled: number;
  /** Répondus. */
  readonly answered: number;
  readonly answered_in_time: number;
  /** Traités after the deadline. */
  readonly handled_late: number;
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
  /** Open or closed without answer, and nobody ever took it up. */
  readonly never_read: number;
  readonly no_answer_needed: number;
  readonly call_conclusive: number;
  readonly answered_with_other: number;
  readonly closed_without_answer: number;
  readonly redirected: number;
  /** Moved by a transfer while open, the moves to partner pools and back left out. */
  readonly transferred: number;
  /** Overflow: were in a partner pool at some time; were taken back. */
  readonly handed: number;
  readonly recalled: number;
  /** Handled and not redirected, seven days over; of them, those with a further contact within the seven days. */
  readonly repeat_base: number;
  readonly repeated_7d: number;
  readonly repeat_share: number | null;
  /** Replies that ask for pieces, and replies that send to the account: part of `answered`, shown apart. */
  readonly pieces: number;
  readonly pieces_in_time: number;
  readonly pieces_repeat_base: number;
  readonly pieces_repeated_7d: number;
  readonly account: number;
  readonly account_in_time: number;
  readonly account_repeat_base: number;
  readonly account_repeated_7d: number;
  /** With a delay fixed by law; still running; ended without an answer within it. */
  readonly legal: number;
  readonly legal_running: number;
  readonly legal_passed: number;
}

/** What the percentiles need beside the counts. */
export interface Hours {
  readonly median: number | null;
  readonly p90: number | null;
  readonly oldest_open: number | null;
}

/** Zero of everything. */
export function noCounts(): Counts {
  return Object.fromEntries(COUNTS.map((name) => [name, 0])) as Counts;
}

/** The figure that counts and hours make. */
export function numbersOf(counts: Counts, hours: Hours): FigureNumbers {
  const { confirmed: _, ...shown } = counts;
  const ended = counts.answered + counts.call_conclusive + counts.answered_with_other + counts.no_answer_needed;
  const handled = ended + counts.redirected;
  const received = handled + counts.closed_without_answer + counts.open_late + counts.open_not_due;
  const base = received - counts.redirected - counts.open_not_due;
  const share = (part: number, whole: number): number | null => (whole === 0 ? null : part / whole);
  return {
    received,
    handled,
    ...shown,
    handled_late: ended - counts.answered_in_time,
    share: share(counts.answered_in_time, base),
    replied_share: share(counts.replied_in_time, base),
    repeat_share: share(counts.repeated_7d, counts.repeat_base),
    median_hours: round(hours.median),
    p90_hours: round(hours.p90),
    oldest_open_hours: round(hours.oldest_open),
  };
}

/** Ends that are an answer or as good as one: what shares and delays are counted over. */
export function isAnswerLike(end: RequestEnd | null): boolean {
  return end !== null && end !== 'redirected' && end !== 'closed_without_answer';
}

/** How a request stands beside its end. */
export interface Marks {
  readonly verdict: Verdict;
  readonly as_of_ms: number;
  readonly repeat_ms_max: number;
}

/** Counts requests one by one; keeps one number for each handled one (for the percentiles) and nothing else. */
export class Tally {
  readonly #counts = noCounts();
  #oldest_open_hours: number | null = null;
  readonly #hours: number[] = [];

  /** A request whose clock was stopped after `hours` on the chosen clock. */
  stopped(end: RequestEnd, in_time: boolean, hours: number, marks?: Marks): void {
    const counts = this.#counts;
    counts[end] += 1;
    if (marks !== undefined) this.#mark(marks, in_time);
    if (!isAnswerLike(end)) return;
    this.#hours.push(hours);
    if (in_time) counts.answered_in_time += 1;
    if (in_time && end === 'answered') counts.replied_in_time += 1;
  }

  /** A request still open at the date of the figure. */
  open(late: boolean, hours: number, marks?: Marks): void {
    this.#oldest_open_hours = Math.max(this.#oldest_open_hours ?? 0, hours);
    this.#counts[late ? 'open_late' : 'open_not_due'] += 1;
    if (marks !== undefined) this.#mark(marks, false);
  }

  numbers(): FigureNumbers {
    this.#hours.sort((a, b) => a - b);
    return numbersOf(this.#counts, {
      median: percentile(this.#hours, 0.5),
      p90: percentile(this.#hours, 0.9),
      oldest_open: this.#oldest_open_hours,
    });
  }

  /** Requests whose motif a person gave. */
  get confirmed(): number {
    return this.#counts.confirmed;
  }

  #mark({ verdict, as_of_ms, repeat_ms_max }: Marks, in_time: boolean): void {
    const counts = this.#counts;
    const { end, stopped_ms, legal_due_ms } = verdict;
    if (!verdict.seen && (end === null || end === 'closed_without_answer')) counts.never_read += 1;
    for (const name of ['transferred', 'handed', 'recalled', 'confirmed'] as const)
      if (verdict[name]) counts[name] += 1;
    if (legal_due_ms !== null) {
      counts.legal += 1;
      if ((stopped_ms ?? as_of_ms) > legal_due_ms) counts.legal_passed += 1;
      else if (end === null) counts.legal_running += 1;
    }
    if (!isAnswerLike(end)) return;
    const judged = stopped_ms! + repeat_ms_max <= as_of_ms;
    const kinds = verdict.reply === 'pieces' ? 'pieces' : verdict.reply === 'renvoi-compte' ? 'account' : undefined;
    if (judged) counts.repeat_base += 1;
    if (judged && verdict.repeat_ms !== null) counts.repeated_7d += 1;
    if (kinds === undefined) return;
    counts[kinds] += 1;
    if (in_time) counts[`${kinds}_in_time`] += 1;
    if (judged) counts[`${kinds}_repeat_base`] += 1;
    if (judged && verdict.repeat_ms !== null) counts[`${kinds}_repeated_7d`] += 1;
  }
}

/** As PostgreSQL's percentile_cont: linear between the two nearest values. */
function percentile(sorted: readonly number[], share: number): number | null {
  if (sorted.length === 0) return null;
  const place = (sorted.length - 1) * share;
  const low = sorted[Math.floor(place)]!;
  const high = sorted[Math.ceil(place)]!;
  return low + (high - low) * (place - Math.floor(place));
}

function round(hours: number | null): number | null {
  return hours === null ? null : Math.round(hours * 100) / 100;
}
