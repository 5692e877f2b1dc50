import { openSpans } from './calendar.ts';
import { dayOf, dayStart, DAY_MS, HOUR_MS, instantMs, type Instant } from './days.ts';
import type { SiteCalendar } from './rulebook.ts';

/**
 * Will a queue answer a mail in time? Its open hours before the deadline, against the work that stands before the mail and
 * what will overtake it (domain §3.4). Capacity is what is declared, except for the rest of today where those present are
 * known. Nothing here moves a deadline.
 */

/** Open time before a deadline, hours. */
export interface OpenTime {
  /** Until the end of the local day. */
  readonly today_hours: number;
  readonly later_hours: number;
}

/** Mails a team answers in one open hour. */
export interface Rate {
  /** With those present, for the rest of the local day. */
  readonly today: number;
  /** As declared, from tomorrow on. */
  readonly later: number;
}

/** A site that never opens must not be walked for ever. */
const WALK_MAX_DAYS = 120;
const STEP_DAYS = 7;

interface Span {
  readonly from_ms: number;
  readonly to_ms: number;
  /** Open time before this span, ms. */
  readonly before_ms: number;
}

/**
 * The opening hours of a site from one instant on. A pass asks thousands of times how much of them is left before a
 * deadline: the days are walked once.
 */
export class Horizon {
  readonly #now_ms: number;
  readonly #midnight_ms: number;
  readonly #calendar: SiteCalendar;
  readonly #spans: Span[] = [];
  #known_days = 0;

  constructor(now: Instant, calendar: SiteCalendar) {
    this.#now_ms = instantMs(now);
    this.#calendar = calendar;
    this.#midnight_ms = dayStart(dayOf(this.#now_ms, calendar.zone) + 1, calendar.zone);
  }

  /** The open time until `until`; nothing when that is past. */
  openTime(until: Instant): OpenTime {
    const until_ms = instantMs(until);
    const today_ms = this.#openMs(Math.min(until_ms, this.#midnight_ms));
    return { today_hours: today_ms / HOUR_MS, later_hours: (this.#openMs(until_ms) - today_ms) / HOUR_MS };
  }

  /** When the work before a mail is done, i.e. when it is opened; undefined where that is out of sight. */
  reachedAt(rate: Rate, ahead: number, passing_per_open_hour = 0): Date | undefined {
    let left = Math.max(0, ahead);
    for (let i = 0; this.#has(i); i++) {
      const { from_ms, to_ms } = this.#spans[i]!;
      const speed = (from_ms < this.#midnight_ms ? rate.today : rate.later) - passing_per_open_hour;
      if (speed <= 0) continue;
      const within = (speed * (to_ms - from_ms)) / HOUR_MS;
      if (within >= left) return new Date(Math.ceil(from_ms + (left / speed) * HOUR_MS));
      left -= within;
    }
    return undefined;
  }

  #openMs(until_ms: number): number {
    while (this.#now_ms + this.#known_days * DAY_MS < until_ms && this.#extend());
    const spans = this.#spans;
    let low = 0;
    let high = spans.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (spans[middle]!.from_ms < until_ms) low = middle + 1;
      else high = middle;
    }
    const last = spans[low - 1];
    return last === undefined ? 0 : last.before_ms + Math.min(until_ms, last.to_ms) - last.from_ms;
  }

  #has(i: number): boolean {
    while (i >= this.#spans.length && this.#extend());
    return i < this.#spans.length;
  }

  #extend(): boolean {
    if (this.#known_days >= WALK_MAX_DAYS) return false;
    const start_ms = this.#now_ms + this.#known_days * DAY_MS;
    this.#known_days += STEP_DAYS;
    for (const span of openSpans(start_ms, this.#now_ms + this.#known_days * DAY_MS, this.#calendar)) {
      const last = this.#spans.at(-1);
      // Two steps share a day.
      const from_ms = Math.max(span.from_ms, last?.to_ms ?? this.#now_ms);
      if (span.to_ms <= from_ms) continue;
      const before_ms = last === undefined ? 0 : last.before_ms + last.to_ms - last.from_ms;
      this.#spans.push({ from_ms, to_ms: span.to_ms, before_ms });
    }
    return true;
  }
}

/**
 * Open hours in hand when the mail is answered; negative when the work before it does not fit, −∞ at a standstill.
 * @param ahead mails that are answered before this one
 * @param passing_per_open_hour mails that arrive later and go first: P0, P1, short legal clocks
 */
export function slackHours(open: OpenTime, rate: Rate, ahead: number, passing_per_open_hour = 0): number {
  const unit = rate.later > 0 ? rate.later : rate.today;
  if (unit <= 0) return Number.NEGATIVE_INFINITY;
  const passing = passing_per_open_hour * (open.today_hours + open.later_hours);
  return (open.today_hours * rate.today + open.later_hours * rate.later - passing - ahead) / unit;
}

/** Open hours of work that `ahead` mails are; ∞ at a standstill. */
export function waitHours(rate: Rate, ahead: number): number {
  const unit = rate.today > 0 ? rate.today : rate.later;
  if (ahead <= 0) return 0;
  return unit <= 0 ? Number.POSITIVE_INFINITY : ahead / unit;
}
