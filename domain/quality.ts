import { foldTeams } from './team-fold.ts';
import { parentMotif } from './provisional.ts';
import type { QueueKind, Rulebook } from './rulebook.ts';

/**
 * How good the machine's word and our answers are (docs/figure.md « Quality »): sums of what store/quality.ts counted, by
 * the rules in force. Motifs, marks, queues and teams; nobody's name.
 */

/** What the machine thought and what a person said last, of conversations somebody judged in the period. */
export interface MotifPair {
  /** Null where the machine had no idea. */
  readonly guessed: string | null;
  readonly given: string;
  /** The machine was not sure. */
  readonly abstained: boolean;
  readonly n: number;
}

/** Of one mark, in conversations. */
export interface FlagWords {
  readonly flag: string;
  readonly raised: number;
  readonly removed: number;
  /** Put by a person, and by the machine on no mail of that conversation. */
  readonly missed: number;
}

/** Replies read again, of those one queue or pool answered. */
export interface ReadAgain {
  readonly source: 'partner' | 'replies' | 'direct';
  /** A queue; of partners their pool. */
  readonly queue: string;
  readonly drawn: number;
  /** By finding; those nobody has read yet are in none. */
  readonly findings: Readonly<Record<string, number>>;
}

/** What the store counted. */
export interface QualityCounts {
  /** Mails the machine decided, those it was not sure of, and where they went. */
  readonly decided: readonly { readonly queue: string; readonly abstained: boolean; readonly n: number }[];
  readonly pairs: readonly MotifPair[];
  /** Requests that were handled: level at arrival, the queue where their clock stopped. */
  readonly levels: readonly {
    readonly level: 'n1' | 'expert' | null;
    readonly queue: string | null;
    readonly n: number;
  }[];
  readonly flags: readonly FlagWords[];
  readonly repeats: readonly { readonly motif: string | null; readonly base: number; readonly again: number }[];
  readonly read_again: readonly ReadAgain[];
  /** Who answers what, without names: queues of each account in use. */
  readonly people: readonly { readonly queues: readonly string[] }[];
}

/** Of some judged conversations, how many kept the machine's motif; `share` null when there are none. */
export interface Confirmed {
  readonly judged: number;
  readonly confirmed: number;
  readonly share: number | null;
}

export interface Quality {
  readonly mails: number;
  readonly abstained: number;
  readonly abstained_share: number | null;
  readonly triaged: number;
  readonly triaged_share: number | null;
  readonly motifs: Confirmed & { readonly sure: Confirmed; readonly unsure: Confirmed };
  /** What people corrected, the most frequent first; `of` is how many of the machine's motif were judged. */
  readonly pairs: readonly {
    readonly guessed: string | null;
    readonly given: string;
    readonly n: number;
    readonly of: number;
  }[];
  /** Pairs beyond the list. */
  readonly pairs_left_out: number;
  readonly levels: {
    readonly n1: number;
    readonly n1_to_expert: number;
    readonly expert: number;
    readonly expert_to_n1: number;
    /** Both moves ÷ both levels. */
    readonly corrected_share: number | null;
  };
  readonly flags: readonly (FlagWords & { readonly kept: number; readonly kept_share: number | null })[];
  readonly repeats: readonly {
    readonly motif: string | null;
    readonly base: number;
    readonly again: number;
    readonly share: number | null;
  }[];
  /** Team null: those too small to stand alone, and who is in none. Of direct routes, which judge rules: queues. */
  readonly read_again: readonly {
    readonly source: ReadAgain['source'];
    readonly team: string | null;
    readonly drawn: number;
    readonly read: number;
    readonly findings: Readonly<Record<string, number>>;
  }[];
}

/** Pairs of a list; a confusion seen less often than these is noise. */
export const PAIRS_MAX = 200;

/** The numbers of the quality page from what was counted, by the rules in force. */
export function qualityOf(
  counts: QualityCounts,
  book: Pick<Rulebook, 'motifs' | 'queues' | 'presence'>,
  pairs_max = PAIRS_MAX,
): Quality {
  const kinds = new Map(book.queues.map(({ id, kind }) => [id, kind]));
  const mails = sum(counts.decided);
  const abstained = sum(counts.decided.filter((row) => row.abstained));
  const triaged = sum(counts.decided.filter(({ queue }) => kinds.get(queue) === 'human-triage'));
  const right = ({ guessed, given }: MotifPair): boolean =>
    guessed !== null && parentMotif(book, guessed) === parentMotif(book, given);
  const confirmed = (pairs: readonly MotifPair[]): Confirmed => {
    const [judged, kept] = [sum(pairs), sum(pairs.filter(right))];
    return { judged, confirmed: kept, share: part(kept, judged) };
  };
  const wrong = mergePairs(counts.pairs, right);
  return {
    mails,
    abstained,
    abstained_share: part(abstained, mails),
    triaged,
    triaged_share: part(triaged, mails),
    motifs: {
      ...confirmed(counts.pairs),
      sure: confirmed(counts.pairs.filter((pair) => !pair.abstained)),
      unsure: confirmed(counts.pairs.filter((pair) => pair.abstained)),
    },
    pairs: wrong.slice(0, pairs_max),
    pairs_left_out: Math.max(0, wrong.length - pairs_max),
    levels: levelsOf(counts.levels, kinds),
    flags: counts.flags
      .map((row) => ({
        ...row,
        kept: row.raised - row.removed,
        kept_share: part(row.raised - row.removed, row.raised),
      }))
      .sort((a, b) => b.raised + b.missed - a.raised - a.missed || (a.flag < b.flag ? -1 : 1)),
    repeats: counts.repeats
      .map((row) => ({ ...row, share: part(row.again, row.base) }))
      .sort((a, b) => b.again - a.again || b.base - a.base || ((a.motif ?? '') < (b.motif ?? '') ? -1 : 1)),
    read_again: readAgainOf(counts, book),
  };
}

function mergePairs(pairs: readonly MotifPair[], right: (pair: MotifPair) => boolean): Quality['pairs'] {
  const judged = new Map<string | null, number>();
  const wrong = new Map<string, { guessed: string | null; given: string; n: number }>();
  for (const pair of pairs) {
    const { guessed, given, n } = pair;
    judged.set(guessed, (judged.get(guessed) ?? 0) + n);
    if (right(pair)) continue;
    const key = JSON.stringify([guessed, given]);
    wrong.set(key, { guessed, given, n: n + (wrong.get(key)?.n ?? 0) });
  }
  return [...wrong]
    .sort(([a, x], [b, y]) => y.n - x.n || (a < b ? -1 : 1))
    .map(([, pair]) => ({ ...pair, of: judged.get(pair.guessed)! }));
}

/** Where a request was handled says which level it needed; triage, review and urgencies say nothing of it. */
function levelsOf(rows: QualityCounts['levels'], kinds: ReadonlyMap<string, QueueKind>): Quality['levels'] {
  const counts = { n1: 0, n1_to_expert: 0, expert: 0, expert_to_n1: 0 };
  for (const { level, queue, n } of rows) {
    const needed = NEEDED[kinds.get(queue ?? '') ?? 'review'];
    if (level === null || needed === undefined) continue;
    counts[level] += n;
    if (level !== needed) counts[level === 'n1' ? 'n1_to_expert' : 'expert_to_n1'] += n;
  }
  const moved = counts.n1_to_expert + counts.expert_to_n1;
  return { ...counts, corrected_share: part(moved, counts.n1 + counts.expert) };
}

const NEEDED: Readonly<Partial<Record<QueueKind, 'n1' | 'expert'>>> = {
  n1: 'n1',
  partner: 'n1',
  pole: 'expert',
  sensitive: 'expert',
};

type Read = Pick<ReadAgain, 'drawn' | 'findings'>;

function readAgainOf(counts: QualityCounts, book: Pick<Rulebook, 'presence'>): Quality['read_again'] {
  const teams = new Map((book.presence?.teams ?? []).flatMap(({ id, queues }) => queues.map((queue) => [queue, id])));
  const people = (queues: readonly string[]): number =>
    counts.people.filter((person) => person.queues.some((queue) => queues.includes(queue))).length;
  return (['partner', 'replies', 'direct'] as const).flatMap((source) => {
    const rows = counts.read_again.filter((row) => row.source === source);
    // What is read of a direct route is the rules' doing and no team's.
    const teamOf = ({ queue }: ReadAgain): string | null => (source === 'replies' ? (teams.get(queue) ?? null) : queue);
    const lines = [...Map.groupBy(rows, teamOf)].map(([team, of]) => ({
      team,
      people: people(team === null || source === 'partner' ? of.map(({ queue }) => queue) : queuesOf(teams, team)),
      counts: of.reduce<Read>(add, NOTHING),
    }));
    const shown = source === 'direct' ? lines : foldTeams<Read>(lines, add);
    return shown.map(({ team, counts: { drawn, findings } }) => ({
      ...{ source, team, drawn, findings },
      read: Object.values(findings).reduce((all, n) => all + n, 0),
    }));
  });
}

const NOTHING: Read = { drawn: 0, findings: {} };

function add(a: Read, b: Read): Read {
  const findings = { ...a.findings };
  for (const [finding, n] of Object.entries(b.findings)) findings[finding] = (findings[finding] ?? 0) + n;
  return { drawn: a.drawn + b.drawn, findings };
}

function queuesOf(teams: ReadonlyMap<string, string>, wanted: string): string[] {
  return [...teams].filter(([, team]) => team === wanted).map(([queue]) => queue);
}

function sum(rows: readonly { readonly n: number }[]): number {
  return rows.reduce((all, { n }) => all + n, 0);
}

function part(of: number, whole: number): number | null {
  return whole === 0 ? null : of / whole;
}
