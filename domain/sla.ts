import { addWorkingHours, localDay, type WorkingCalendar } from './calendar.ts';
import { HOUR_MS, addMonths, dayOf, dayStart, instantMs, type Instant } from './days.ts';
import { AiguillageError } from './errors.ts';
import { isWorkingDayNumber } from './holidays.ts';
import type { LegalClock, MailboxProfile, Rulebook, SiteCalendar, SlaPolicy } from './rulebook.ts';

/** Which of the two clocks of law 6: real hours, or 24 hours per working day of the owner's calendar. */
export type Clock = 'elapsed' | 'working';

export interface DueDates {
  readonly due_elapsed_at: Date;
  readonly due_working_at: Date;
  /** When the headline clock of the policy reads its hours less `warn_before_hours`. */
  readonly warn_at: Date;
}

/**
 * The deadlines of a request, fixed once when it starts: neither a transfer, an overflow, a later message nor a change of
 * policy moves them (law 6).
 */
export function dueDates(startedAt: Instant, policy: SlaPolicy, calendar: WorkingCalendar): DueDates {
  const start_ms = instantMs(startedAt);
  const warn_hours = Math.max(0, policy.hours - policy.warn_before_hours);
  const elapsed = (hours: number): Date => new Date(start_ms + Math.round(hours * HOUR_MS));
  return {
    due_elapsed_at: elapsed(policy.hours),
    due_working_at: addWorkingHours(start_ms, policy.hours, calendar),
    // On the working clock the week-end does not shorten the warning: 8 h before Monday 04:00 is Friday 20:00.
    warn_at: policy.headline === 'elapsed' ? elapsed(warn_hours) : addWorkingHours(start_ms, warn_hours, calendar),
  };
}

/**
 * The last instant of a delay fixed by law (domain §2.4): the day of receipt does not count, `days` are calendar days
 * (« jours calendaires »), `months` end on the same day of the month or on its last day, and the delay ends with its last
 * day (the way of articles 641 and 642 of the Code de procédure civile). It is not carried over a week-end as a time to
 * sue would be: a silence takes effect on its day, and the earlier date is the safe one for those who must answer. To be
 * confirmed by a jurist before it is shown in an acknowledgment (domain §5-10). Given as 23:59:59.999 local, so that the
 * day shown is the last day. It starts with the request and runs beside the SLA clock.
 */
export function legalDue(startedAt: Instant, clock: LegalClock, calendar: WorkingCalendar): Date {
  const received = dayOf(instantMs(startedAt), calendar.zone);
  return new Date(dayStart(lastLegalDay(received, clock, calendar) + 1, calendar.zone) - 1);
}

function lastLegalDay(received: number, clock: LegalClock, calendar: WorkingCalendar): number {
  switch (clock.unit) {
    case 'days':
      return received + clock.amount;
    case 'months':
      return addMonths(received, clock.amount);
    case 'working-days': {
      let day = received;
      for (let left = clock.amount; left > 0;) {
        day += 1;
        if (isWorkingDayNumber(day, calendar.alsace_moselle)) left -= 1;
      }
      return day;
    }
  }
}

/** What the clocks of one request look like; the row of the store and the events both fit. */
export interface RequestClocks {
  /** The clock of the policy's promise, shown first. */
  readonly headline: Clock;
  readonly due_elapsed_at: Instant;
  readonly due_working_at: Instant;
  readonly warn_at: Instant;
  readonly stopped_at?: Instant | null;
}

/** `met` and `late` once stopped; before, `open`, then `warned`, then `breached`. */
export type RequestState = 'open' | 'warned' | 'breached' | 'met' | 'late';

/** The state at `now`. A request answered at the very instant of its deadline is met; a stop after `now` is not known yet. */
export function state(request: RequestClocks, now: Instant, clock: Clock = request.headline): RequestState {
  const now_ms = instantMs(now);
  const due_ms = instantMs(clock === 'elapsed' ? request.due_elapsed_at : request.due_working_at);
  const stopped_ms = request.stopped_at == null ? undefined : instantMs(request.stopped_at);
  if (stopped_ms !== undefined && stopped_ms <= now_ms) return stopped_ms <= due_ms ? 'met' : 'late';
  if (now_ms > due_ms) return 'breached';
  return now_ms >= instantMs(request.warn_at) ? 'warned' : 'open';
}

/**
 * The policy a request of this mailbox gets when it starts at `at`: of the versions with the mailbox's policy id, the
 * newest whose `from` day has come where its calendar stands. A request older than every version (imported history)
 * takes the first.
 * @throws AiguillageError CONFIG_INVALID when the id or its calendar is not in the rulebook.
 */
export function policyFor(
  mailbox: Pick<MailboxProfile, 'sla'>,
  at: Instant,
  rulebook: Pick<Rulebook, 'slas' | 'calendars'>,
): { readonly policy: SlaPolicy; readonly calendar: SiteCalendar } {
  const versions = rulebook.slas
    .filter((policy) => policy.id === mailbox.sla)
    .map((policy) => ({ policy, calendar: calendarOf(policy, rulebook.calendars) }))
    .sort((a, b) => (a.policy.from < b.policy.from ? -1 : a.policy.from > b.policy.from ? 1 : 0));
  const begun = versions.filter(({ policy, calendar }) => policy.from <= localDay(at, calendar.zone));
  const found = begun.at(-1) ?? versions[0];
  if (found === undefined) throw new AiguillageError('CONFIG_INVALID', `No SLA policy ${mailbox.sla}.`);
  return found;
}

function calendarOf(policy: SlaPolicy, calendars: readonly SiteCalendar[]): SiteCalendar {
  const found = calendars.find((calendar) => calendar.id === policy.calendar);
  if (found === undefined) throw new AiguillageError('CONFIG_INVALID', `No calendar ${policy.calendar}.`);
  return found;
}
