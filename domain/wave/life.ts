import { AiguillageError } from '../errors.ts';
import type { WavePolicy } from './policy.ts';

/**
 * `proposed` by the machine; a supervisor makes it `active` by naming it, or `dismissed`. It is `ended` at its date or by a
 * supervisor. What is over stays readable and never comes back: the same subject would be a new wave.
 */
export type WaveStatus = 'proposed' | 'active' | 'dismissed' | 'ended';

export type WaveAction = 'name' | 'dismiss' | 'end';

const NEXT: Readonly<Record<WaveAction, Partial<Record<WaveStatus, WaveStatus>>>> = {
  // An active wave may be named again: a later end, a better sentence.
  name: { proposed: 'active', active: 'active' },
  dismiss: { proposed: 'dismissed' },
  end: { active: 'ended' },
};

/** The status after a supervisor's action. @throws AiguillageError WAVE_STATE */
export function advanceWave(status: WaveStatus, action: WaveAction): WaveStatus {
  const next = NEXT[action][status];
  if (next === undefined) throw new AiguillageError('WAVE_STATE', `Status ${status}, action ${action}.`);
  return next;
}

/** Has a named wave's end come? Its row may say `active` until the next tick; nobody waits for that. */
export function isOver(wave: { readonly status: WaveStatus; readonly ends_at: Date | null }, now: Date): boolean {
  return wave.status === 'active' && wave.ends_at !== null && wave.ends_at <= now;
}

/** Why this end may not be set, in French; undefined when it may. */
export function endProblem(ends_at: Date, now: Date, policy: Pick<WavePolicy, 'days_max'>): string | undefined {
  if (ends_at <= now) return 'La date de fin est déjà passée.';
  if (ends_at.getTime() - now.getTime() > policy.days_max * 86_400_000)
    return `La date de fin est au plus dans ${policy.days_max} jours ; une vague se renomme si elle dure.`;
  return undefined;
}
