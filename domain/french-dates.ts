import { DateTime } from 'luxon';
import { dayOf, instantMs, PARIS, type Instant } from './days.ts';

/** Instants as French readers say them, in Europe/Paris wherever the server stands. */

const local = (at: Instant): DateTime => DateTime.fromMillis(instantMs(at), { zone: PARIS, locale: 'fr' });

/** « aujourd’hui à 14 h 00 », « demain à 9 h 30 », « lundi 23 novembre à 14 h 00 ». */
export function momentText(at: Instant, now: Instant): string {
  const days = dayOf(instantMs(at), PARIS) - dayOf(instantMs(now), PARIS);
  const time = `${local(at).hour} h ${String(local(at).minute).padStart(2, '0')}`;
  const day = days === 0 ? 'aujourd’hui' : days === 1 ? 'demain' : local(at).toFormat('cccc d MMMM');
  return `${day} à ${time}`;
}

/** « 23 novembre 2026 », « 1er décembre 2026 ». */
export function dayInWords(at: Instant): string {
  const date = local(at);
  return `${date.day === 1 ? '1er' : date.day} ${date.toFormat('MMMM yyyy')}`;
}

/** « 1 234 », with the narrow no-break space of French typography. */
export function countText(count: number): string {
  return String(Math.round(count)).replace(/\B(?=(\d{3})+$)/g, '\u202f');
}

/** « 71,9 % »; « – » where nothing can be judged. */
export function shareText(share: number | null): string {
  return share === null ? '–' : `${(share * 100).toFixed(1).replace('.', ',')}\u00a0%`;
}

/** « 26,5 h »; « – » where there is none. */
export function hoursText(hours: number | null): string {
  return hours === null ? '–' : `${hours.toFixed(1).replace('.', ',')}\u00a0h`;
}
