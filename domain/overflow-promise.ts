import { addWorkingHours } from './calendar.ts';
import { instantMs } from './days.ts';
import type { Rulebook, SiteCalendar, SlaPolicy } from './rulebook.ts';
import { dueDates, policyFor } from './sla.ts';

/** What was promised to a mail: the deadlines a hand-over may save. */

/** A deadline on one of the two clocks of law 6. */
export interface Deadline {
  readonly clock: 'elapsed' | 'working';
  readonly at: Date;
}

/** What was promised to a mail: its policy and its deadlines, the promised clock first. */
export interface Promised {
  readonly policy: string;
  readonly own: readonly Deadline[];
  /** Those of a mail of the same mailbox that arrives now. */
  readonly fresh: readonly Deadline[];
}

/** The mail beside its decision: what its promise follows from. */
export interface MailTerms {
  readonly mailbox: string;
  /** ISO instant at which its clock started. */
  readonly started_at: string;
  /** ISO instants, where the clocks are already fixed (a request of an older policy). */
  readonly due_elapsed_at?: string;
  readonly due_working_at?: string;
}

/** Where nothing is known of the mail, the promise of the house: two working days (domain §3.4, t0 + 48 h). */
const HOUSE_HOURS = 48;
const HOUSE = 'house';

/**
 * The promise made to a mail.
 * @param seen what mails of a mailbox that arrive now are promised; a pass over thousands of mails keeps it
 */
export function promiseOf(
  book: Rulebook,
  site: SiteCalendar,
  mail: MailTerms | undefined,
  now: Date,
  seen = new Map<string, readonly Deadline[]>(),
): Promised {
  if (mail === undefined) {
    const own: Deadline[] = [{ clock: 'working', at: addWorkingHours(now, HOUSE_HOURS, site) }];
    return { policy: HOUSE, own, fresh: own };
  }
  // Imported history may name a mailbox that is no longer configured: the first policy stands in, as at triage.
  const profile = book.mailboxes.find(({ id }) => id === mail.mailbox) ?? { sla: book.slas[0]?.id ?? '' };
  let fresh = seen.get(mail.mailbox);
  if (fresh === undefined) {
    const { policy, calendar } = policyFor(profile, now, book);
    const due = dueDates(now, policy, calendar);
    fresh = ordered(policy, due.due_elapsed_at, due.due_working_at);
    seen.set(mail.mailbox, fresh);
  }
  const { policy, calendar } = policyFor(profile, mail.started_at, book);
  const { due_elapsed_at, due_working_at } = mail;
  if (due_elapsed_at !== undefined && due_working_at !== undefined) {
    return { policy: profile.sla, own: ordered(policy, toDate(due_elapsed_at), toDate(due_working_at)), fresh };
  }
  const due = dueDates(mail.started_at, policy, calendar);
  const elapsed = due_elapsed_at === undefined ? due.due_elapsed_at : toDate(due_elapsed_at);
  const working = due_working_at === undefined ? due.due_working_at : toDate(due_working_at);
  return { policy: profile.sla, own: ordered(policy, elapsed, working), fresh };
}

function ordered(policy: SlaPolicy, elapsed_at: Date, working_at: Date): readonly Deadline[] {
  const elapsed: Deadline = { clock: 'elapsed', at: elapsed_at };
  const working: Deadline = { clock: 'working', at: working_at };
  return policy.headline === 'elapsed' ? [elapsed, working] : [working, elapsed];
}

function toDate(iso: string): Date {
  return new Date(instantMs(iso));
}
