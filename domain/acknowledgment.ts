import { DateTime } from 'luxon';
import type { LegalClock, MailboxProfile } from './rulebook.ts';
import type { TemplateValues } from './template.ts';

/** What an acknowledgment says (CRPA L112-11, content fixed by R112-11-1; Services Publics+: with the present delay). */

export interface AcknowledgmentFacts {
  /** ISO instant at which the mail arrived (INTERNALDATE). */
  readonly received_at: string;
  /** Zone of the service, e.g. `Europe/Paris`. */
  readonly zone: string;
  readonly profile: Pick<MailboxProfile, 'service_name' | 'service_contact'>;
  readonly reference: string;
  /** Working days the queue needs at present to reach this mail; null when it cannot be told. */
  readonly delay_working_days: number | null;
  /** Only with a motif that a person confirmed: what silence will mean, and when. */
  readonly legal?: {
    readonly silence: LegalClock['silence'];
    /** "YYYY-MM-DD", last day of the delay, counted as if the file were complete. */
    readonly decision_on: string;
  };
}

/** Variables of an acknowledgment template. The member's own words are not among them: see mail/acknowledge.ts. */
export function acknowledgmentValues(facts: AcknowledgmentFacts): TemplateValues {
  return {
    received_on: instantInWords(facts.received_at, facts.zone),
    service_name: facts.profile.service_name,
    service_contact: facts.profile.service_contact,
    reference: facts.reference,
    delay: delayInWords(facts.delay_working_days),
    ...(facts.legal === undefined ? {} : legalValues(facts.legal)),
  };
}

/**
 * R112-11-1, last paragraphs: silence, date of the implicit decision, then either the appeal or the right to an
 * attestation (L232-3). Shown only in a template a jurist approved; `none` (no legal effect of silence) gives nothing.
 */
function legalValues(legal: NonNullable<AcknowledgmentFacts['legal']>): TemplateValues {
  if (legal.silence === 'none') return {};
  const acceptance = legal.silence === 'acceptance';
  return {
    legal_silence: `Sans réponse de notre part, votre demande sera considérée comme ${acceptance ? 'acceptée' : 'rejetée'}.`,
    legal_decision_on: dayInWords(DateTime.fromISO(legal.decision_on, { zone: 'utc' })),
    legal_appeal: acceptance
      ? 'Vous pourrez alors demander une attestation de cette acceptation (article L. 232-3 du code des relations entre le public et l’administration).'
      : 'Vous pourrez alors contester ce rejet dans un délai de deux mois, devant la commission de recours dont dépend votre demande.',
  };
}

/** « vendredi 27 mars 2026 à 18 h 05 », in the zone of the service. */
export function instantInWords(iso: string, zone: string): string {
  const local = DateTime.fromISO(iso, { zone });
  return `${dayInWords(local)} à ${local.hour} h ${String(local.minute).padStart(2, '0')}`;
}

/** « jeudi 1er janvier 2026 ». */
export function dayInWords(day: DateTime): string {
  const french = day.setLocale('fr');
  return `${french.toFormat('cccc')} ${day.day === 1 ? '1er' : day.day} ${french.toFormat('LLLL yyyy')}`;
}

/** From here on a delay is told in weeks. */
const DAYS_MAX = 10;
const WEEKS_MAX = 8;

/**
 * The delay of a queue as a member reads it, rounded up: « sous 3 jours ouvrés environ ». Never shorter than one working
 * day, because a shorter promise is the first to be broken.
 */
export function delayInWords(working_days: number | null): string {
  if (working_days === null || !Number.isFinite(working_days)) return 'dans les meilleurs délais';
  const days = Math.max(1, Math.ceil(working_days));
  if (days === 1) return 'sous 1 jour ouvré environ';
  if (days <= DAYS_MAX) return `sous ${days} jours ouvrés environ`;
  const weeks = Math.ceil(days / 5);
  return weeks <= WEEKS_MAX ? `sous ${weeks} semaines environ` : 'dans un délai de plus de deux mois';
}
