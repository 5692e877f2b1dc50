import { DEFAULT_DESK } from '../domain/aside.ts';
import { channelOf, DEFAULT_PRESENCE, halfOf, skillsOf, staffingOf, type Staffing } from '../domain/presence.ts';
import { DEFAULT_REVIEWS, motifsOf, openHoursBack } from '../domain/review.ts';
import type { Rulebook } from '../domain/rulebook.ts';
import type { Agent } from './agents.ts';
import type { Tx } from './database.ts';
import { readCells, readStaff } from './presence.ts';
import { plainReach, type Reach } from './scope.ts';

/**
 * Level 1 first: expert mail that waits for its review is offered to a level-1 person who has the skill, and kept from the
 * référents for a while when such a person is there. Not for partners, who never see the review.
 */
export async function deskReach(tx: Tx, agent: Agent, book: Rulebook, now: Date): Promise<Reach> {
  const plain = { ...plainReach(agent), kept_minutes: (book.order?.desk ?? DEFAULT_DESK).snooze.kept_minutes };
  const review = book.queues.find(({ kind }) => kind === 'review');
  const site = book.calendars.find(({ id }) => id === review?.calendar);
  if (plain.partner || plain.queues.length === 0 || review === undefined || site === undefined) return plain;
  const reviews = plain.queues.includes(review.id);
  if (!reviews && !isLevel1(book, plain.queues)) return plain;
  const policy = book.presence ?? DEFAULT_PRESENCE;
  const { day, half } = halfOf(policy, now, site.zone);
  const staffing = staffingOf(book, policy, {
    // A person without the review in their queues needs to know of nobody else.
    people: reviews ? await readStaff(tx) : [],
    cells: (await readCells(tx, day, day)).filter((cell) => cell.half === half),
    closures: [],
  });
  if (reviews) {
    const motifs = motifsOf(book.motifs, skillsPresent(staffing, book, agent.id, day, half));
    const { offer_open_hours } = book.reviews ?? DEFAULT_REVIEWS;
    return {
      ...plain,
      held: { queue: review.id, motifs, opened_after: openHoursBack(now, offer_open_hours, site) },
    };
  }
  const member = { id: agent.id, queues: agent.queues, skills: agent.skills ?? [], disabled: false };
  const motifs = motifsOf(book.motifs, skillsOf(staffing, member, day, half));
  return motifs.length === 0 ? plain : { ...plain, offered: { queue: review.id, motifs } };
}

/** Skills of the level-1 people on mail in a half-day, but for one. */
function skillsPresent(
  staffing: Staffing,
  book: Rulebook,
  except: string,
  day: string,
  half: 'am' | 'pm',
): readonly string[] {
  return staffing.people
    .filter(({ id, queues }) => id !== except && isLevel1(book, queues))
    .filter((member) => channelOf(staffing, member, day, half) === 'courriel')
    .flatMap((member) => skillsOf(staffing, member, day, half));
}

function isLevel1(book: Rulebook, queues: readonly string[]): boolean {
  return queues.some((queue) => book.queues.some(({ id, kind }) => id === queue && kind === 'n1'));
}
