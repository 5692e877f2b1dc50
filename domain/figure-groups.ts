import type { Breakdown, Figure, FigureGroup } from './figure.ts';
import { Tally } from './tally.ts';

/** Where a request is counted. */
export interface Place {
  readonly key: string | null;
  /** The provisional motif whose parent `key` is. */
  readonly provisional: string | null;
  /** A person gave the motif; otherwise it is the machine's guess. */
  readonly confirmed: boolean;
}

export const NOWHERE: Place = { key: null, provisional: null, confirmed: false };

/** A motif and what it counts under. */
export function motifPlace(motif: string | null, parent: string | undefined, confirmed: boolean): Place {
  return { key: parent ?? motif, provisional: parent === undefined ? null : motif, confirmed };
}

class Count {
  readonly tally = new Tally();
  confirmed = 0;
}
interface Group extends Count {
  readonly provisional: Map<string, Count>;
}

/** The tallies of a figure: the whole, its groups, and inside a motif the provisional ones it holds. */
export class FigureGroups {
  readonly #by: Breakdown | undefined;
  readonly #total = new Count();
  readonly #groups = new Map<string | null, Group>();

  constructor(by: Breakdown | undefined) {
    this.#by = by;
  }

  /** Counts one request, once: at its stop, or at the date of the figure. */
  count({ key, provisional, confirmed }: Place, add: (tally: Tally) => void): void {
    const counts: Count[] = [this.#total];
    if (this.#by !== undefined) {
      let group = this.#groups.get(key);
      if (group === undefined) this.#groups.set(key, (group = Object.assign(new Count(), { provisional: new Map() })));
      counts.push(group);
      if (provisional !== null) {
        let inside = group.provisional.get(provisional);
        if (inside === undefined) group.provisional.set(provisional, (inside = new Count()));
        counts.push(inside);
      }
    }
    for (const each of counts) {
      add(each.tally);
      if (confirmed) each.confirmed += 1;
    }
  }

  figure(): Figure {
    if (this.#by === undefined) return this.#total.tally.numbers();
    const groups = [...this.#groups].map(([key, group]): FigureGroup => {
      const inside = [...group.provisional].map(([id, count]) => ({ key: id, ...this.#numbers(count) }));
      return { key, ...this.#numbers(group), ...(inside.length === 0 ? {} : { provisional: inside.sort(byKey) }) };
    });
    return { ...this.#numbers(this.#total), groups: groups.sort(byKey) };
  }

  #numbers({ tally, confirmed }: Count) {
    const numbers = tally.numbers();
    if (this.#by !== 'motif') return numbers;
    return { ...numbers, confirmed, confirmed_share: numbers.received === 0 ? null : confirmed / numbers.received };
  }
}

/** By key in code-unit order, the one without a key last: the same on every machine. */
function byKey(a: { readonly key: string | null }, b: { readonly key: string | null }): number {
  if (a.key === null || b.key === null) return a.key === b.key ? 0 : a.key === null ? 1 : -1;
  return a.key < b.key ? -1 : 1;
}
