import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { conversationsOf, filterWords, nodeName } from '../../console/web/flow/filter.ts';
import { BAR, layoutFlow, LINE } from '../../console/web/flow/layout.ts';
import { namesOf } from '../../console/web/shell/names.ts';
import { flowPicture, type FlowCell, type FlowNode } from '../../domain/flow.ts';

const places = {
  pole: (motif: string): string => (Number(motif.slice(1)) % 3 === 0 ? `pole-${Number(motif.slice(1)) % 4}` : 'n1'),
  team: (queue: string): string => (queue === 'n1' ? 'pfs' : ''),
};
const cell = (over: Partial<FlowCell>): FlowCell => ({
  ...{ mailbox: 'a', motif: 'm1', queue: 'n1', pool: null, n: 1, open: 0 },
  ...over,
});
const cells = fc.array(
  fc
    .record({
      mailbox: fc.constantFrom('a', 'b', 'c'),
      motif: fc.option(fc.integer({ min: 1, max: 37 }).map((n) => `m${n}`)),
      queue: fc.option(fc.constantFrom('n1', 'q1', 'q2', 'q3', 'q4', 'q5')),
      pool: fc.option(fc.constantFrom('pool.x', 'pool.y')),
      n: fc.integer({ min: 0, max: 5_000 }),
      part: fc.double({ min: 0, max: 1, noNaN: true }),
    })
    .map(({ part, ...row }): FlowCell => ({ ...row, open: Math.floor(row.n * part) })),
  { maxLength: 80 },
);
const sum = (rows: readonly { n: number }[]): number => rows.reduce((all, { n }) => all + n, 0);

describe('the picture', () => {
  test('loses and invents nothing: each column holds all, and what flows into a node flows out', () => {
    fc.assert(
      fc.property(cells, (given) => {
        const { n, open, nodes, links } = flowPicture(given, places);
        expect([n, open]).toEqual([sum(given), given.reduce((all, row) => all + row.open, 0)]);
        for (const column of [0, 1, 2, 3]) expect(sum(nodes.filter((node) => node.column === column))).toBe(n);
        for (const node of nodes) {
          const into = links.filter(({ to }) => to === node.id);
          const out = links.filter(({ from }) => from === node.id);
          if (node.column > 0) expect(sum(into)).toBe(node.n);
          if (node.column < 3) expect(sum(out)).toBe(node.n);
        }
      }),
    );
  });

  test('small motifs are folded by pôle, after the large ones of it; no motif is folded with none', () => {
    const given = [
      cell({ motif: 'm1', n: 50 }),
      cell({ motif: 'm2', n: 2 }),
      cell({ motif: 'm4', n: 1 }),
      cell({ motif: 'm3', n: 40 }),
      cell({ motif: 'm15', n: 3 }),
      cell({ motif: null, n: 1 }),
    ];
    const { nodes } = flowPicture(given, places, 2);
    expect(nodes.filter(({ column }) => column === 1).map(({ id, n, motifs }) => [id, n, motifs])).toEqual([
      ['motif:m1', 50, ['m1']],
      ['autres:n1', 3, ['m2', 'm4']],
      ['motif:m3', 40, ['m3']],
      ['autres:pole-3', 3, ['m15']],
      ['motif:', 1, ['']],
    ]);
  });

  test('the order of the rows does not change it', () => {
    fc.assert(
      fc.property(cells, (given) => {
        const ids = (rows: readonly FlowCell[]): string[] => flowPicture(rows, places).nodes.map(({ id }) => id);
        expect(ids([...given].reverse())).toEqual(ids(given));
      }),
    );
  });
});

describe('the drawing', () => {
  test('labels of a column are a line apart, bars stand in the frame, widths follow the numbers', () => {
    fc.assert(
      fc.property(cells, (given) => {
        const { nodes, links } = flowPicture(given, places);
        const { placed, ribbons, height, width } = layoutFlow(nodes, links);
        expect(placed).toHaveLength(nodes.length);
        for (const column of [0, 1, 2, 3]) {
          const own = placed.filter(({ node }) => node.column === column).sort((a, b) => a.label_y - b.label_y);
          for (const [i, one] of own.entries()) {
            const before = own[i - 1];
            if (before !== undefined) {
              expect(one.label_y - before.label_y).toBeGreaterThanOrEqual(LINE - 0.001);
              expect(one.y).toBeGreaterThanOrEqual(before.y + before.height);
            }
            expect(one.y).toBeGreaterThanOrEqual(-0.001);
            expect(one.y + one.height).toBeLessThanOrEqual(height + 1);
            expect(one.x + BAR).toBeLessThan(width);
          }
        }
        expect(ribbons).toHaveLength(links.length);
        for (const { path } of ribbons) expect(path).not.toMatch(/NaN|Infinity/);
        const wide = [...ribbons].sort((a, b) => a.link.n - b.link.n).map((one) => one.width);
        expect([...wide].sort((a, b) => a - b)).toEqual(wide);
      }),
    );
  });
});

describe('a band leads to its conversations', () => {
  const { nodes } = flowPicture(
    [cell({ n: 9 }), cell({ motif: 'm2', n: 1 }), cell({ motif: 'm5', pool: 'pool.x', n: 2 })],
    places,
    1,
  );
  const at = (id: string): FlowNode => nodes.find((node) => node.id === id)!;
  const names = namesOf({ queues: { n1: 'PFS' }, motifs: { m1: 'Carte' }, mailboxes: {}, flags: {}, teams: {} });

  test.each([
    [['mailbox:a', 'motif:m1'], { mailbox: 'a', motifs: ['m1'], open: true }],
    [['autres:n1', 'queue:n1'], { motifs: ['m2', 'm5'], queue: 'n1', open: true }],
    [['queue:n1', 'team:pfs'], { queue: 'n1', open: true }],
    [['queue:n1', 'pool:pool.x'], { queue: 'pool.x', open: true }],
  ])('%j', (ids, ask) => {
    expect(
      conversationsOf(
        ids.map((id) => at(id)),
        'now',
      ),
    ).toEqual(ask);
  });

  test('of days: those received then, answered or not; said in words', () => {
    const ask = conversationsOf([at('mailbox:a'), at('motif:m1')], { from: '2026-11-01', to: '2026-11-07' });
    expect(ask).toEqual({ mailbox: 'a', motifs: ['m1'], received: { from: '2026-11-01', to: '2026-11-07' } });
    expect(filterWords(ask, names)).toBe('a ; Carte ; reçues du 1er novembre 2026 au 7 novembre 2026');
    expect(nodeName(at('autres:n1'), names)).toBe('autres (niveau 1)');
  });
});
