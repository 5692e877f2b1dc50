import type { Rulebook } from '../domain/rulebook.ts';
import { shownTeams } from '../domain/team-fold.ts';
import type { Tx } from './database.ts';

/** The teams a figure may tell apart today: five people or more behind every line. What they are, presence.yaml says. */
export async function teamsToShow(tx: Tx, book: Pick<Rulebook, 'presence'>): Promise<ReadonlySet<string>> {
  const people = await tx
    .selectFrom('agent')
    .select('queues')
    .where('disabled', '=', false)
    .where('role', 'in', ['agent', 'referent', 'supervisor'])
    .execute();
  const found = new Map<string | null, number>();
  const one = (team: string | null): void => void found.set(team, (found.get(team) ?? 0) + 1);
  for (const { queues } of people) {
    const mine = (book.presence?.teams ?? []).filter((team) => team.queues.some((queue) => queues.includes(queue)));
    if (mine.length === 0) one(null);
    for (const { id } of mine) one(id);
  }
  return shownTeams(found);
}
