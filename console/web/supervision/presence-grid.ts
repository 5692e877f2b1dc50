import { dayOf } from '../words/time.ts';

/** The presence grid as the API gives it, and its days. */

export type Half = 'am' | 'pm';
export type Channel = 'courriel' | 'telephone' | 'accueil' | 'absent';

export interface Grid {
  readonly people: readonly { readonly id: string; readonly name: string; readonly queues: readonly string[] }[];
  readonly cells: readonly {
    readonly agent: string;
    readonly day: string;
    readonly half: Half;
    readonly channel: Channel;
  }[];
  readonly teams: readonly {
    readonly queues: readonly string[];
    readonly usual: readonly {
      readonly days: readonly number[];
      readonly halves: readonly Half[];
      readonly channel: Channel;
    }[];
  }[];
  readonly capacity: readonly {
    readonly queue: string;
    readonly day: string;
    readonly half: Half;
    readonly per_open_hour: number;
    readonly source: 'present' | 'declared' | 'closed';
  }[];
}

export const HALVES: readonly (readonly [half: Half, label: string])[] = [
  ['am', 'matin'],
  ['pm', 'après-midi'],
];
export const CHANNELS: Readonly<Record<Channel, string>> = {
  courriel: 'courriel',
  telephone: 'téléphone',
  accueil: 'accueil',
  absent: 'absent',
};

const DAY_MS = 86_400_000;

export function shiftDay(day: string, by: number): string {
  return new Date(Date.parse(`${day}T12:00:00Z`) + by * DAY_MS).toISOString().slice(0, 10);
}

/** 1 is Monday. */
function weekday(day: string): number {
  return new Date(`${day}T12:00:00Z`).getUTCDay() || 7;
}

/** Monday to Sunday of the week of an instant. */
export function weekOf(ms: number): string[] {
  const today = dayOf(ms);
  const monday = shiftDay(today, 1 - weekday(today));
  return Array.from({ length: 7 }, (_, index) => shiftDay(monday, index));
}

/** What a person's team usually does at that half-day. */
export function usualOf(grid: Grid, queues: readonly string[], day: string, half: Half): Channel {
  const team = grid.teams.find((one) => one.queues.some((queue) => queues.includes(queue)));
  const line = team?.usual.find(({ days, halves }) => days.includes(weekday(day)) && halves.includes(half));
  return line?.channel ?? 'absent';
}
