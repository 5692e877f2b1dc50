import { parseDay, weekday } from './days.ts';
import type { Channel, Half } from './presence.ts';

/** What is usual in a team, where the grid says nothing (presence.yaml). */

export interface UsualChannel {
  /** ISO weekdays, 1 (Monday) – 7. */
  readonly days: readonly number[];
  readonly halves: readonly Half[];
  readonly channel: Channel;
}

export interface Team {
  readonly id: string;
  readonly label: string;
  /** Whoever answers one of these queues is of this team; the first team of the file wins. */
  readonly queues: readonly string[];
  readonly usual: readonly UsualChannel[];
}

export interface PresencePolicy {
  /** "HH:MM", local: where the half-days meet. */
  readonly noon: string;
  /** Part of a present person's time that goes into answers, 0–1 (domain §3.4: six hours of nine). */
  readonly productive_share: number;
  /** Work of somebody away goes back to the team after so many open hours. */
  readonly away_open_hours: number;
  readonly teams: readonly Team[];
}

/** Where no presence.yaml is. */
export const DEFAULT_PRESENCE: PresencePolicy = {
  noon: '13:00',
  productive_share: 2 / 3,
  away_open_hours: 4,
  teams: [],
};

/** The usual channel of whoever answers these queues; undefined where no team says so. */
export function usualChannel(
  policy: PresencePolicy,
  queues: readonly string[],
  day: string,
  half: Half,
): Channel | undefined {
  const team = policy.teams.find((candidate) => candidate.queues.some((queue) => queues.includes(queue)));
  const number = weekday(parseDay(day));
  return team?.usual.find(({ days, halves }) => days.includes(number) && halves.includes(half))?.channel;
}
