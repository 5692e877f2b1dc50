/**
 * The flow picture: demands from mailboxes over motifs and queues to the teams that answer. Pure sums over one aggregate;
 * where things stand on the screen is the page's matter. Nothing here counts people.
 */

/** One line of the aggregate. Ids of the rules; null where nothing is known. */
export interface FlowCell {
  readonly mailbox: string;
  readonly motif: string | null;
  readonly queue: string | null;
  /** The partner pool it was handed to. */
  readonly pool: string | null;
  /** Demands, and those of them still open. */
  readonly n: number;
  readonly open: number;
}

/** What a node stands for: `autres` are the small motifs of one pôle together. */
export type FlowKind = 'mailbox' | 'motif' | 'autres' | 'queue' | 'team' | 'pool';

export interface FlowNode {
  /** `kind:key`. */
  readonly id: string;
  readonly kind: FlowKind;
  /** A mailbox, motif, pôle, queue, team or pool; '' for none. */
  readonly key: string;
  /** 0 mailboxes, 1 motifs, 2 queues, 3 teams. */
  readonly column: number;
  /** The pôle of a motif: what it stands beside. */
  readonly group: string;
  readonly n: number;
  readonly open: number;
  /** The motifs behind a node of the second column. */
  readonly motifs: readonly string[];
}

export interface FlowLink {
  readonly from: string;
  readonly to: string;
  readonly n: number;
  readonly open: number;
}

export interface FlowPicture {
  readonly n: number;
  readonly open: number;
  readonly nodes: readonly FlowNode[];
  readonly links: readonly FlowLink[];
}

export interface FlowPlaces {
  /** The pôle of a motif; `n1` for level 1. */
  readonly pole: (motif: string) => string;
  /** The team that answers a queue; '' when none is declared. */
  readonly team: (queue: string) => string;
}

/** Motifs that stand alone; the others are folded by pôle. */
export const FLOW_MOTIFS_MAX = 12;

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

/**
 * Adds the aggregate up to nodes and links. What flows into a node of the middle flows out of it again, and each column
 * holds everything.
 */
export function flowPicture(
  cells: readonly FlowCell[],
  places: FlowPlaces,
  motifs_max: number = FLOW_MOTIFS_MAX,
): FlowPicture {
  const alone = largest(cells, motifs_max);
  const nodes = new Map<string, Mutable<FlowNode> & { motifs: string[] }>();
  const links = new Map<string, Mutable<FlowLink>>();
  const whole = { n: 0, open: 0 };
  for (const cell of cells) {
    if (cell.n === 0) continue;
    const path = pathOf(cell, alone, places);
    whole.n += cell.n;
    whole.open += cell.open;
    for (const [column, { kind, key, group }] of path.entries()) {
      const id = `${kind}:${key}`;
      const node = nodes.get(id) ?? { id, kind, key, column, group, n: 0, open: 0, motifs: [] };
      node.n += cell.n;
      node.open += cell.open;
      if (column === 1 && !node.motifs.includes(cell.motif ?? '')) node.motifs.push(cell.motif ?? '');
      nodes.set(id, node);
      const next = path[column + 1];
      if (next === undefined) continue;
      const to = `${next.kind}:${next.key}`;
      const link = links.get(`${id} ${to}`) ?? { from: id, to, n: 0, open: 0 };
      link.n += cell.n;
      link.open += cell.open;
      links.set(`${id} ${to}`, link);
    }
  }
  return { ...whole, nodes: [...nodes.values()].sort(byPlace), links: [...links.values()] };
}

interface Step {
  readonly kind: FlowKind;
  readonly key: string;
  readonly group: string;
}

function pathOf(cell: FlowCell, alone: ReadonlySet<string>, { pole, team }: FlowPlaces): readonly Step[] {
  const motif = cell.motif ?? '';
  const group = motif === '' ? '' : pole(motif);
  const queue = cell.queue ?? '';
  return [
    { kind: 'mailbox', key: cell.mailbox, group: '' },
    // Without a motif there is nothing to fold it with: it waits for a person.
    motif === '' || alone.has(motif) ? { kind: 'motif', key: motif, group } : { kind: 'autres', key: group, group },
    { kind: 'queue', key: queue, group: '' },
    cell.pool === null ? { kind: 'team', key: team(queue), group: '' } : { kind: 'pool', key: cell.pool, group: '' },
  ];
}

/** The motifs most is written about. Equal ones by their ids, so that a picture does not change by itself. */
function largest(cells: readonly FlowCell[], max: number): ReadonlySet<string> {
  const sums = new Map<string, number>();
  for (const { motif, n } of cells) if (motif !== null) sums.set(motif, (sums.get(motif) ?? 0) + n);
  const sorted = [...sums].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1));
  return new Set(sorted.slice(0, max).map(([motif]) => motif));
}

/** Columns in turn; motifs beside those of their pôle, level 1 first, the folded ones last; the largest first otherwise. */
function byPlace(a: FlowNode, b: FlowNode): number {
  const rank = (node: FlowNode): string => (node.group === 'n1' ? '0' : node.group === '' ? '2' : `1${node.group}`);
  if (a.column !== b.column) return a.column - b.column;
  if (rank(a) !== rank(b)) return rank(a) < rank(b) ? -1 : 1;
  if ((a.kind === 'autres') !== (b.kind === 'autres')) return a.kind === 'autres' ? 1 : -1;
  return b.n - a.n || (a.id < b.id ? -1 : 1);
}
