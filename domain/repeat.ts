import { addWorkingHours, type WorkingCalendar } from './calendar.ts';
import { DAY_MS, instantMs, type Instant } from './days.ts';
import type { Facts } from './facts.ts';
import { parentMotif } from './provisional.ts';
import type { TraceStep } from './route.ts';
import type { LegalClock, MailboxProfile, Motif, Public, Rulebook } from './rulebook.ts';

/**
 * Repeat contact (réitération; domain §3.6, ruling 7): the same person about the same motif, within the motif's window.
 * Copies sent within one working day and pieces we asked for are not repeats. Pure; the store gives the contacts.
 */
export interface PriorContact {
  /** Given by a person, else by the decision of its day; null when nobody could say. */
  readonly motif: string | null;
  /** When it arrived. */
  readonly at: Instant;
  /** It brought pieces we had asked for. */
  readonly pieces: boolean;
  /** Its conversation is waiting for pieces at present. */
  readonly waiting: boolean;
  /** It belongs to the conversation the new mail joins. */
  readonly thread: boolean;
  /** Its conversation has no answer yet: a mail that joins it is about the same matter, whatever it says. */
  readonly open: boolean;
  /** Its conversation; absent from examples and old decisions. */
  readonly conversation_id?: string;
}

/** The new mail, as far as its repeats are concerned. */
export interface Contact {
  readonly at: Instant;
  /** The best guess; null when there is none. */
  readonly motif: string | null;
  /** The guess is too weak to compare motifs by it: only the thread says what it is about. */
  readonly unsure: boolean;
  readonly public: Public;
}

/** Domain §3.6-7. */
export const REPEAT_WINDOW_DAYS = 14;
const COPY_WORKING_HOURS = 24;
const MONTH_DAYS = 31;

/** Days in which a further mail on this motif is a repeat: its own window, or the delay it announces where longer. */
export function repeatWindowDays(motif: Pick<Motif, 'repeat_window_days' | 'legal_clock'> | undefined): number {
  const own = motif?.repeat_window_days ?? REPEAT_WINDOW_DAYS;
  return Math.max(own, motif?.legal_clock === undefined ? 0 : clockDays(motif.legal_clock));
}

/** The longest window of a rulebook: how far back contacts are worth reading. */
export function longestWindowDays(motifs: readonly Motif[]): number {
  return motifs.reduce((longest, motif) => Math.max(longest, repeatWindowDays(motif)), REPEAT_WINDOW_DAYS);
}

/** Calendar days, rounded up. */
function clockDays({ amount, unit }: LegalClock): number {
  if (unit === 'days') return amount;
  return unit === 'months' ? amount * MONTH_DAYS : Math.ceil((amount * 7) / 5);
}

/**
 * How many contacts this mail repeats: 0 for a first mail, 1 for the second on a matter, 2 for the third. A copy counts
 * as the mail it copies, a mail that brings awaited pieces as none, so neither ever raises a priority.
 *
 * Employers, health professionals and partners write for many people from one address: for them only the same
 * conversation is the same matter.
 * @param parent the motif of the nomenclature another motif counts under (domain/provisional.ts)
 */
export function countRepeats(
  contact: Contact,
  history: readonly PriorContact[],
  terms: { window_days: number; calendar: WorkingCalendar; parent: (motif: string) => string },
): number {
  const now_ms = instantMs(contact.at);
  const matter = contact.motif === null || contact.unsure ? undefined : terms.parent(contact.motif);
  const alike = (prior: PriorContact): boolean => {
    if (prior.thread && (prior.open || matter === undefined)) return true;
    if (contact.public !== 'assure') return prior.thread;
    return matter !== undefined && prior.motif !== null && terms.parent(prior.motif) === matter;
  };
  // The awaited pieces come in the thread or, as often, in a mail of their own about the same matter.
  if (history.some((prior) => prior.waiting && (prior.thread || alike(prior)))) return 0;
  const times = history
    .filter((prior) => !prior.pieces && alike(prior))
    .map((prior) => instantMs(prior.at))
    .filter((at_ms) => at_ms < now_ms && now_ms - at_ms <= terms.window_days * DAY_MS)
    .sort((a, b) => a - b);
  const contacts: number[] = [];
  const copies = (first_ms: number | undefined, at_ms: number): boolean =>
    first_ms !== undefined && at_ms <= addWorkingHours(first_ms, COPY_WORKING_HOURS, terms.calendar).getTime();
  for (const at_ms of times) if (!copies(contacts.at(-1), at_ms)) contacts.push(at_ms);
  return copies(contacts.at(-1), now_ms) ? contacts.length - 1 : contacts.length;
}

/** Conversations a mail is linked to as a repeat, at most. */
const REPEATED_MAX = 20;

/**
 * The other conversations of the same person a mail comes back to: same matter, within the motif's window. For the figure
 * of repeat contacts; priority is {@link countRepeats}'.
 */
export function repeatedConversations(
  contact: Contact,
  history: readonly PriorContact[],
  terms: { window_days: number; parent: (motif: string) => string },
): string[] {
  if (contact.motif === null || contact.unsure || contact.public !== 'assure') return [];
  const matter = terms.parent(contact.motif);
  const alike = ({ motif }: PriorContact): boolean => motif !== null && terms.parent(motif) === matter;
  // The awaited pieces come in the thread or, as often, in a mail of their own.
  if (history.some((prior) => prior.waiting && (prior.thread || alike(prior)))) return [];
  const since_ms = instantMs(contact.at) - terms.window_days * DAY_MS;
  const found = history.filter(
    (prior) => !prior.thread && !prior.pieces && alike(prior) && instantMs(prior.at) >= since_ms,
  );
  return [...new Set(found.flatMap(({ conversation_id }) => conversation_id ?? []))].slice(0, REPEATED_MAX);
}

/**
 * Repeats of the mail behind `facts`, once its motif is guessed; undefined where the facts bring no history, and the
 * number they state stands (examples and scenarios of the rules).
 * @param trace gets one step that says what was counted
 */
export function repeatsOf(
  facts: Facts,
  book: Rulebook,
  profile: MailboxProfile | undefined,
  guess: { readonly motif: Motif | undefined; readonly unsure: boolean },
  trace: TraceStep[],
): number | undefined {
  if (facts.history === undefined) return undefined;
  const sla = book.slas.find((policy) => policy.id === profile?.sla);
  const calendar = book.calendars.find((each) => each.id === sla?.calendar) ?? book.calendars[0]!;
  const window_days = repeatWindowDays(guess.motif);
  const contact = {
    at: facts.received_at,
    motif: guess.motif?.id ?? null,
    unsure: guess.unsure,
    public: facts.public,
  };
  const parent = (motif: string): string => parentMotif(book, motif);
  const count = countRepeats(contact, facts.history, { window_days, calendar, parent });
  const detail = count === 0 ? '' : `${count} contact(s) sur le même sujet en ${window_days} jours`;
  trace.push({ step: 'repeat', id: contact.motif ?? '', matched: count > 0, detail, evidence: [] });
  return count;
}
