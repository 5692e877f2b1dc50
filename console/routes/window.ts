import { dayStart, PARIS, parseDay } from '../../domain/days.ts';
import { Refusal } from '../errors.ts';

/** A quarter of events is read in one go. */
const DAYS_MAX = 92;

/** Whole days of Europe/Paris, both included. @throws Refusal BAD_INPUT */
export function windowOf({ from, to }: { from: string; to: string }): { from: Date; until: Date } {
  const days = parseDay(to) - parseDay(from) + 1;
  if (days < 1 || days > DAYS_MAX) {
    throw new Refusal('BAD_INPUT', `Choisissez une période de 1 à ${DAYS_MAX} jours, le premier jour d’abord.`);
  }
  return { from: new Date(dayStart(parseDay(from), PARIS)), until: new Date(dayStart(parseDay(to) + 1, PARIS)) };
}
