/**
 * What is told by team says nothing of one person: a team of fewer than five is folded into « autres équipes », and where
 * those are still too few, nothing is told apart at all.
 */

/** Fewer people than this could be recognised in a figure. */
export const TEAM_PEOPLE_MIN = 5;

/** Counts of one team; `team` null is what stands outside every team. */
export interface OfTeam<Counts> {
  readonly team: string | null;
  readonly people: number;
  readonly counts: Counts;
}

/** One line that may be shown: a team, or all that are too small together (`team` null). */
export interface FoldedTeam<Counts> {
  readonly team: string | null;
  readonly counts: Counts;
}

/**
 * Folds small teams into one line, the last. When the people behind that line are still fewer than `people_min`, the
 * smallest shown team joins it: nobody's figure can be had by subtraction either.
 * @param add sums two counts
 * @param people_min least people behind a line
 */
export function foldTeams<Counts>(
  rows: readonly OfTeam<Counts>[],
  add: (a: Counts, b: Counts) => Counts,
  people_min = TEAM_PEOPLE_MIN,
): FoldedTeam<Counts>[] {
  const shown = rows
    .filter(({ team, people }) => team !== null && people >= people_min)
    .sort((a, b) => b.people - a.people || (a.team! < b.team! ? -1 : 1));
  const small = rows.filter((row) => !shown.includes(row));
  const people = (): number => small.reduce((sum, row) => sum + row.people, 0);
  while (small.length > 0 && shown.length > 0 && people() < people_min) small.push(shown.pop()!);
  const [first, ...rest] = small;
  return [
    ...shown.map(({ team, counts }) => ({ team, counts })).sort((a, b) => (a.team! < b.team! ? -1 : 1)),
    ...(first === undefined || (shown.length === 0 && people() < people_min)
      ? []
      : [{ team: null, counts: rest.reduce((sum, row) => add(sum, row.counts), first.counts) }]),
  ];
}

/** The teams that may be told apart, by the rule of {@link foldTeams}. @param people by team; null: outside every team */
export function shownTeams(people: ReadonlyMap<string | null, number>): ReadonlySet<string> {
  const rows = [...people].map(([team, n]) => ({ team, people: n, counts: null }));
  return new Set(foldTeams(rows, () => null).flatMap(({ team }) => team ?? []));
}
