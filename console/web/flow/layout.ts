import type { FlowLink, FlowNode } from '../../../domain/flow.ts';

/** Where the nodes and ribbons of the flow picture stand. Pure; lengths in units of the drawing. */

export interface Placed {
  readonly node: FlowNode;
  readonly x: number;
  readonly y: number;
  readonly height: number;
  /** Middle of the label. Labels of one column are a line apart at least. */
  readonly label_y: number;
}

export interface Ribbon {
  readonly link: FlowLink;
  readonly from: FlowNode;
  readonly to: FlowNode;
  /** An SVG path: a band of the same width from end to end. */
  readonly path: string;
  readonly width: number;
}

export interface Layout {
  readonly width: number;
  readonly height: number;
  readonly placed: readonly Placed[];
  readonly ribbons: readonly Ribbon[];
}

export const BAR = 12;
/** A line of text and some air. */
export const LINE = 18;
const GAP = 6;
const COLUMN = 290;
/** Text of the last column stands right of it. */
const LABEL = 250;
const LEAST_HEIGHT = 420;
/** A thread that is there must be seen. */
const THIN = 1;

/** @param nodes as domain/flow.ts sorts them; queues and teams are set beside what flows into them */
export function layoutFlow(nodes: readonly FlowNode[], links: readonly FlowLink[]): Layout {
  const columns = [0, 1, 2, 3].map((column) => nodes.filter((node) => node.column === column));
  const whole = Math.max(1, ...columns.map((column) => column.reduce((sum, { n }) => sum + n, 0)));
  const most = Math.max(1, ...columns.map(({ length }) => length));
  const height = Math.max(LEAST_HEIGHT, most * (LINE + GAP) * 1.4);
  const scale = scaleOf(columns, height, whole);
  const at = new Map<string, Placed>();
  for (const [column, own] of columns.entries()) {
    let y = 0;
    const ordered = column < 2 ? own : beside(own, links, at);
    const slots = ordered.map(({ n }) => Math.max(LINE, n * scale));
    const rest = height - slots.reduce((sum, slot) => sum + slot, 0);
    const gap = Math.max(GAP, Math.min(24, rest / Math.max(1, ordered.length - 1)));
    for (const [i, node] of ordered.entries()) {
      const slot = slots[i]!;
      const bar = Math.max(THIN, node.n * scale);
      at.set(node.id, { node, x: column * COLUMN, y: y + (slot - bar) / 2, height: bar, label_y: y + slot / 2 });
      y += slot + gap;
    }
  }
  const placed = [...at.values()];
  const bottom = Math.max(height, ...placed.map((one) => one.label_y + LINE / 2));
  return { width: 3 * COLUMN + BAR + LABEL, height: bottom, placed, ribbons: ribbonsOf(links, at, scale) };
}

/** The largest scale at which every column fits: bars grow with it, lines do not. */
function scaleOf(columns: readonly (readonly FlowNode[])[], height: number, whole: number): number {
  let [low, high] = [0, height / whole];
  const fits = (scale: number): boolean =>
    columns.every(
      (column) =>
        column.reduce((sum, { n }) => sum + Math.max(LINE, n * scale), 0) + GAP * (column.length - 1) <= height,
    );
  for (let i = 0; i < 30; i++) {
    const middle = (low + high) / 2;
    if (fits(middle)) low = middle;
    else high = middle;
  }
  return low;
}

/** In the order of where their flow comes from, so that few ribbons cross. */
function beside(
  nodes: readonly FlowNode[],
  links: readonly FlowLink[],
  at: ReadonlyMap<string, Placed>,
): readonly FlowNode[] {
  const middle = (node: FlowNode): number => {
    let [sum, weight] = [0, 0];
    for (const { from, to, n } of links) {
      const source = at.get(from);
      if (to !== node.id || source === undefined) continue;
      sum += n * source.label_y;
      weight += n;
    }
    return weight === 0 ? 0 : sum / weight;
  };
  return nodes
    .map((node) => ({ node, y: middle(node) }))
    .sort((a, b) => a.y - b.y)
    .map(({ node }) => node);
}

/** Ribbons leave and arrive in the order of their other ends: they do not cross where they start. */
function ribbonsOf(links: readonly FlowLink[], at: ReadonlyMap<string, Placed>, scale: number): readonly Ribbon[] {
  const known = links.filter(({ from, to }) => at.has(from) && at.has(to));
  const offsets = (side: 'from' | 'to'): ReadonlyMap<FlowLink, number> => {
    const other = side === 'from' ? 'to' : 'from';
    const used = new Map<string, number>();
    const sorted = [...known].sort((a, b) => at.get(a[other])!.y - at.get(b[other])!.y);
    return new Map(
      sorted.map((link) => {
        const start = used.get(link[side]) ?? at.get(link[side])!.y;
        used.set(link[side], start + link.n * scale);
        return [link, start];
      }),
    );
  };
  const [starts, ends] = [offsets('from'), offsets('to')];
  return known.map((link) => {
    const [from, to] = [at.get(link.from)!, at.get(link.to)!];
    const width = Math.max(THIN, link.n * scale);
    const [x1, x2] = [from.x + BAR, to.x];
    const [y1, y2] = [starts.get(link)! + width / 2, ends.get(link)! + width / 2];
    const bend = (x1 + x2) / 2;
    const path = `M${round(x1)} ${round(y1)}C${round(bend)} ${round(y1)} ${round(bend)} ${round(y2)} ${round(x2)} ${round(y2)}`;
    return { link, from: from.node, to: to.node, path, width: round(width) };
  });
}

const round = (value: number): number => Math.round(value * 10) / 10;
