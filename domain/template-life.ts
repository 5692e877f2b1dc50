import { dayOf, instantMs, PARIS, parseDay, type Instant } from './days.ts';

/** Approved texts, and how long each may be used: its owner answers for it until a day, and is told before. */

export interface ReplyTemplate {
  readonly id: string;
  readonly kind: 'ack' | 'reply' | 'notice';
  readonly motifs: readonly string[];
  readonly subject: string;
  readonly body: string;
  /** A jurist approved the legal dates it shows; without this the {{#legal}} block is left out. */
  readonly legal_approved: boolean;
  /** Chosen before the others when the conversation carries one of these flags. */
  readonly flags?: readonly string[];
  /** Never offered nor sent with one of these flags, e.g. a birth template after a perinatal death. */
  readonly not_with_flags?: readonly string[];
  /** Who answers for the text: a team or a function, never a person's name. */
  readonly owner?: string;
  /** Its last day, "YYYY-MM-DD": afterwards it is read again, and offered to nobody meanwhile (domain/template-life.ts). */
  readonly valid_until?: string;
}

/** A template is told as ending soon so many days before. */
export const EXPIRES_SOON_DAYS = 30;

export type TemplateState = 'valid' | 'soon' | 'expired';

type Dated = Pick<ReplyTemplate, 'valid_until'>;

/** Days left at an instant, its last day counted as 0; null for one without an end. */
export function daysLeft({ valid_until }: Dated, now: Instant): number | null {
  return valid_until === undefined ? null : parseDay(valid_until) - dayOf(instantMs(now), PARIS);
}

/** Its last day still counts, in Europe/Paris. */
export function templateState(template: Dated, now: Instant): TemplateState {
  const left = daysLeft(template, now);
  if (left === null) return 'valid';
  return left < 0 ? 'expired' : left <= EXPIRES_SOON_DAYS ? 'soon' : 'valid';
}

/**
 * May this text be offered to somebody who writes? Acknowledgments and notices are owed by law and leave whatever their
 * date says; `rules check` and the page of templates tell it.
 */
export function isOffered(template: Dated & Pick<ReplyTemplate, 'kind'>, now: Instant): boolean {
  return template.kind === 'reply' && templateState(template, now) !== 'expired';
}
