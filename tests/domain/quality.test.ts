import { describe, expect, test } from '@jest/globals';
import { qualityCsv } from '../../domain/quality-csv.ts';
import { qualityOf, type QualityCounts, type ReadAgain } from '../../domain/quality.ts';
import { deskBook } from '../support/desk-book.ts';
import { motif } from '../support/book.ts';

const base = deskBook();
const book = {
  ...base,
  motifs: [
    ...base.motifs,
    { ...motif('cartes-en-double', 14), provisional: { parent: 'carte-vitale' } } as (typeof base.motifs)[number],
  ],
  presence: {
    teams: [
      { id: 'pfs', queues: ['n1', 'analyse-prealable'] },
      { id: 'pe', queues: ['pole-pe'] },
    ],
  } as never,
};
const NOTHING: QualityCounts = {
  ...{ decided: [], pairs: [], levels: [], flags: [], repeats: [], read_again: [], people: [] },
};
const of = (counts: Partial<QualityCounts>) => qualityOf({ ...NOTHING, ...counts }, book);
const pair = (guessed: string | null, given: string, n: number, abstained = false) => ({
  guessed,
  given,
  n,
  abstained,
});

describe('quality', () => {
  test('of nothing is nothing, and no share is made up', () => {
    expect(of({})).toMatchObject({ mails: 0, abstained_share: null, motifs: { share: null }, pairs: [], flags: [] });
  });

  test('a motif is confirmed when the same is given, a provisional one with its parent, and no idea never is', () => {
    const { motifs, pairs } = of({
      pairs: [
        pair('carte-vitale', 'carte-vitale', 6),
        pair('carte-vitale', 'cartes-en-double', 1),
        pair('carte-vitale', 'attestation-document', 2),
        pair('carte-vitale', 'attestation-document', 1, true),
        pair(null, 'ij-calcul-montant', 5, true),
      ],
    });
    expect(motifs).toEqual({
      ...{ judged: 15, confirmed: 7, share: 7 / 15 },
      sure: { judged: 9, confirmed: 7, share: 7 / 9 },
      unsure: { judged: 6, confirmed: 0, share: 0 },
    });
    expect(pairs).toEqual([
      { guessed: null, given: 'ij-calcul-montant', n: 5, of: 5 },
      { guessed: 'carte-vitale', given: 'attestation-document', n: 3, of: 10 },
    ]);
  });

  test('pairs beyond the list are counted', () => {
    const pairs = ['a', 'b', 'c'].map((given) => pair('carte-vitale', given, 1));
    expect(qualityOf({ ...NOTHING, pairs }, book, 2)).toMatchObject({ pairs_left_out: 1, pairs: [{}, {}] });
  });

  test('human triage is what went to a queue of that kind', () => {
    const decided = [
      { queue: 'n1', abstained: true, n: 3 },
      { queue: 'tri-humain', abstained: true, n: 1 },
      { queue: 'n1', abstained: false, n: 4 },
    ];
    expect(of({ decided })).toMatchObject({ mails: 8, abstained: 4, triaged: 1, triaged_share: 1 / 8 });
  });

  test('a level is corrected where the other level answered; a pool is level 1, triage and review say nothing', () => {
    const level = (at: 'n1' | 'expert' | null, queue: string | null, n: number) => ({ level: at, queue, n });
    const { levels } = of({
      levels: [
        level('n1', 'n1', 10),
        level('n1', 'pool.hainaut', 5),
        level('n1', 'pole-pe', 2),
        level('expert', 'elsm', 3),
        level('expert', 'n1', 1),
        level('expert', 'analyse-prealable', 50),
        level('n1', 'tri-humain', 50),
        level('n1', 'gone', 50),
        level(null, 'n1', 50),
      ],
    });
    expect(levels).toEqual({ n1: 17, n1_to_expert: 2, expert: 4, expert_to_n1: 1, corrected_share: 3 / 21 });
  });

  test('second readings stand by team of five or more; smaller ones in one line, or not at all', () => {
    const answers = (queue: string, findings: Record<string, number>): ReadAgain => ({
      ...{ source: 'replies', queue, findings },
      drawn: Object.values(findings).reduce((a, b) => a + b, 0) + 1,
    });
    const read_again = [
      answers('n1', { good: 3 }),
      answers('analyse-prealable', { wrong: 1 }),
      answers('pole-pe', { good: 2 }),
    ];
    const people = (n1: number, pole: number) => [
      ...Array.from({ length: n1 }, () => ({ queues: ['n1', 'analyse-prealable'] })),
      ...Array.from({ length: pole }, () => ({ queues: ['pole-pe'] })),
    ];
    expect(of({ read_again, people: people(6, 5) }).read_again).toEqual([
      { source: 'replies', team: 'pe', drawn: 3, read: 2, findings: { good: 2 } },
      { source: 'replies', team: 'pfs', drawn: 6, read: 4, findings: { good: 3, wrong: 1 } },
    ]);
    // Five of one team and one of another: told apart, the one could be read off.
    expect(of({ read_again, people: people(5, 1) }).read_again).toEqual([
      { source: 'replies', team: null, drawn: 9, read: 6, findings: { good: 5, wrong: 1 } },
    ]);
    expect(of({ read_again, people: people(2, 1) }).read_again).toEqual([]);
  });

  test('direct routes judge rules, not people: by queue, however few answer it', () => {
    const read_again: ReadAgain[] = [{ source: 'direct', queue: 'elsm', drawn: 2, findings: { right: 2 } }];
    expect(of({ read_again }).read_again).toEqual([
      { source: 'direct', team: 'elsm', drawn: 2, read: 2, findings: { right: 2 } },
    ]);
  });

  test('the export has a line a number, French decimals, and no cell a spreadsheet would run', () => {
    const csv = qualityCsv(
      { from: '2026-11-01', to: '2026-11-30' },
      of({ pairs: [pair('carte-vitale', '=HYPERLINK("x")', 1), pair('carte-vitale', 'carte-vitale', 1)] }),
    );
    const lines = csv.split('\r\n');
    expect(lines[0]).toBe('\uFEFFfrom;to;part;key;other;count;base;share');
    expect(lines).toContain('2026-11-01;2026-11-30;motif;all;confirmed;1;2;0,5');
    expect(lines.find((line) => line.includes('HYPERLINK'))).toContain(`"'=HYPERLINK(""x"")"`);
  });
});
