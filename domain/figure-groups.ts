import type { Breakdown, Figure, FigureGroup } from './figure.ts';
import type { Verdict } from './figure-life.ts';
import type { Organisation } from './figure-organisation.ts';
import { dayOf, dayText, PARIS } from './days.ts';
import { Tally, type FigureNumbers } from './tally.ts';

/** Where a request is counted. */
export interface Place {
  readonly key: string | null;
  /** The provisional motif whose parent `key` is. */
  readonly provisional: string | null;
}

/** The group of a request at the date of a figure: where it stood when its clock stopped, or then. */
export function placeOf(
  verdict: Verdict,
  by: Breakdown | undefined,
  organisation: Organisation,
  as_of_ms: number,
): Place {
  const key = (): string | null => {
    switch (by) {
      case undefined:
        return null;
      case 'motif':
        return verdict.motif_parent ?? verdict.motif;
      case 'day':
        return dayText(dayOf(verdict.started_ms, PARIS));
      case 'team':
        return organisation.teamOf(verdict.queue, verdict.stopped_ms ?? as_of_ms);
      case 'caisse':
        return organisation.caisseOf(verdict.mailbox, verdict.started_ms);
      default:
        return verdict[by];
    }
  };
  return { key: key(), provisional: by === 'motif' && verdict.motif_parent !== null ? verdict.motif : null };
}

/** The numbers of one group as they come from a tally or from the database. */
export interface Counted {
  readonly numbers: FigureNumbers;
  readonly confirmed: number;
}

/** The tallies of a figure: the whole, its groups, and inside a motif the provisional ones it holds. */
export class FigureGroups {
  readonly #by: Breakdown | undefined;
  readonly #total = new Tally();
  readonly #groups = new Map<string | null, Tally>();
  readonly #inside = new Map<string | null, Map<string, Tally>>();

  constructor(by: Breakdown | undefined) {
    this.#by = by;
  }

  /** Counts one request, once. */
  count({ key, provisional }: Place, add: (tally: Tally) => void): void {
    add(this.#total);
    if (this.#by === undefined) return;
    add(upsert(this.#groups, key));
    if (provisional === null) return;
    const inside = this.#inside.get(key) ?? new Map<string, Tally>();
    this.#inside.set(key, inside);
    add(upsert(inside, provisional));
  }

  figure(): Figure {
    const counted = (tally: Tally): Counted => ({ numbers: tally.numbers(), confirmed: tally.confirmed });
    const groups = new Map([...this.#groups].map(([key, tally]) => [key, counted(tally)]));
    const inside = new Map(
      [...this.#inside].map(([key, map]) => [key, new Map([...map].map(([id, tally]) => [id, counted(tally)]))]),
    );
    return figureOf(this.#by, counted(this.#total), groups, inside);
  }
}

function upsert<Key>(map: Map<Key, Tally>, key: Key): Tally {
  const known = map.get(key) ?? new Tally();
  map.set(key, known);
  return known;
}

/** The figure that the numbers of its groups make, in the order every machine prints it in. */
export function figureOf(
  by: Breakdown | undefined,
  total: Counted,
  groups: ReadonlyMap<string | null, Counted>,
  inside: ReadonlyMap<string | null, ReadonlyMap<string, Counted>>,
): Figure {
  if (by === undefined) return total.numbers;
  const numbers = ({ numbers: each, confirmed }: Counted) =>
    by === 'motif'
      ? { ...each, confirmed, confirmed_share: each.received === 0 ? null : confirmed / each.received }
      : each;
  const list = [...groups].map(([key, group]): FigureGroup => {
    const provisional = [...(inside.get(key) ?? [])].map(([id, count]) => ({ key: id, ...numbers(count) }));
    return { key, ...numbers(group), ...(provisional.length === 0 ? {} : { provisional: provisional.sort(byKey) }) };
  });
  return { ...numbers(total), groups: list.sort(byKey) };
}

/** By key in code-unit order, the one without a key last: the same on every machine. */
function byKey(a: { readonly key: string | null }, b: { readonly key: string | null }): number {
  if (a.key === null || b.key === null) return a.key === b.key ? 0 : a.key === null ? 1 : -1;
  return a.key < b.key ? -1 : a.key > b.key ? 1 : 0;
}
