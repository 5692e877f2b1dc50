import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { DEFAULT_REPLY_READING, isHeld, isReplyDrawn, mayRead } from '../../domain/reply-reading.ts';
import { foldTeams, shownTeams, TEAM_PEOPLE_MIN, type OfTeam } from '../../domain/team-fold.ts';
import { diffWords } from '../../domain/text-diff.ts';

describe('which replies a second person reads', () => {
  test.each([
    [0, { type: 'definitive' }, false],
    [1, { type: 'definitive' }, true],
    [50, { type: 'attente' }, true],
    [50, { type: 'appel' }, false],
    [50, { type: 'definitive', proof: 'portail, 10 h' }, false],
  ] as const)('%d left, %j: held %s; what has happened already cannot be', (left, reply, held) => {
    expect(isHeld(left, reply)).toBe(held);
  });

  test('two in a hundred of the others, always the same ones', () => {
    const ids = Array.from({ length: 20_000 }, (_, i) => `message-${i}`);
    const drawn = ids.filter((id) => isReplyDrawn(DEFAULT_REPLY_READING, id));
    expect(drawn.length).toBeGreaterThan(320);
    expect(drawn.length).toBeLessThan(480);
    expect(drawn.every((id) => isReplyDrawn(DEFAULT_REPLY_READING, id))).toBe(true);
    expect(ids.some((id) => isReplyDrawn({ share: 0 }, id))).toBe(false);
  });

  test.each([
    ['referent', 'referent', true],
    ['referent', 'supervisor', true],
    ['supervisor', 'referent', false],
    ['supervisor', 'supervisor', true],
    ['referent', 'agent', false],
  ] as const)('readers %s: a %s reads: %s', (readers, role, may) => {
    expect(mayRead({ readers }, role)).toBe(may);
  });
});

describe('what is told by team', () => {
  const add = (a: number, b: number): number => a + b;

  test('a team of four is told with the others, the label of none', () => {
    expect(
      foldTeams(
        [
          { team: 'n1', people: 30, counts: 10 },
          { team: 'petite', people: 4, counts: 2 },
          { team: null, people: 3, counts: 1 },
        ],
        add,
      ),
    ).toEqual([
      { team: 'n1', counts: 10 },
      { team: null, counts: 3 },
    ]);
  });

  test('where the rest would be one small team, the next larger one joins it: no subtraction gives it away', () => {
    const rows = [
      { team: 'n1', people: 30, counts: 10 },
      { team: 'pole', people: 6, counts: 4 },
      { team: 'petite', people: 2, counts: 1 },
    ];
    expect(foldTeams(rows, add)).toEqual([
      { team: 'n1', counts: 10 },
      { team: null, counts: 5 },
    ]);
    expect(foldTeams([{ team: 'petite', people: 2, counts: 1 }], add)).toEqual([]);
    expect([...shownTeams(new Map(rows.map(({ team, people }) => [team, people])))]).toEqual(['n1']);
  });

  test('no line ever stands for fewer than five people, and none but all is lost', () => {
    const row = fc.record({
      team: fc.option(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f')),
      people: fc.nat(12),
      counts: fc.nat(100),
    });
    const rows = fc.uniqueArray(row, { selector: ({ team }) => team });
    fc.assert(
      fc.property(rows, (given: readonly OfTeam<number>[]) => {
        const told = foldTeams(given, add);
        const behind = (team: string | null): number => {
          const shown = told.map((line) => line.team);
          const mine = given.filter((one) =>
            team === null ? one.team === null || !shown.includes(one.team) : one.team === team,
          );
          return mine.reduce((sum, { people }) => sum + people, 0);
        };
        for (const { team } of told) expect(behind(team)).toBeGreaterThanOrEqual(TEAM_PEOPLE_MIN);
        if (told.length > 0)
          expect(told.reduce((sum, { counts }) => sum + counts, 0)).toBe(
            given.reduce((sum, { counts }) => sum + counts, 0),
          );
      }),
    );
  });
});

describe('what a reader changed', () => {
  test('is told by words', () => {
    expect(diffWords('Bonjour,\nvotre carte arrive.', 'Bonjour,\nvotre nouvelle carte part demain.')).toEqual([
      { kind: 'same', text: 'Bonjour,\nvotre ' },
      { kind: 'new', text: 'nouvelle ' },
      { kind: 'same', text: 'carte ' },
      { kind: 'gone', text: 'arrive.' },
      { kind: 'new', text: 'part demain.' },
    ]);
  });

  test('gives both texts back', () => {
    const text = fc
      .array(fc.constantFrom('a', 'bb', 'c,', ' ', '\n', 'é'), { maxLength: 40 })
      .map((all) => all.join(''));
    fc.assert(
      fc.property(text, text, (before, after) => {
        const runs = diffWords(before, after);
        const join = (not: string): string =>
          runs
            .filter(({ kind }) => kind !== not)
            .map((run) => run.text)
            .join('');
        expect([join('new'), join('gone')]).toEqual([before, after]);
      }),
    );
  });
});
