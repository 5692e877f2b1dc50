/** One mail as a point: term numbers with their weights, the whole of length 1. */
export interface Point {
  readonly terms: readonly number[];
  readonly weights: readonly number[];
}

/** Mails that speak of the same thing; numbers of points, in order. */
export interface Cluster {
  readonly members: readonly number[];
  /** Terms with their mean weight, heaviest first. */
  readonly centre: readonly (readonly [term: number, weight: number])[];
}

/** A mail joins the group whose centre it resembles at least so much (cosine). Chosen on classifiers/corpus. */
const JOIN_MIN = 0.2;
/** Two groups so much alike are one. */
const MERGE_MIN = 0.35;
const CENTRE_TERMS_MAX = 40;
const ROUNDS = 3;

/**
 * Groups points by likeness: each in turn joins the nearest group or opens one, then all are placed again around the
 * centres found, and groups alike are joined. Deterministic: the same points in the same order give the same groups.
 * Groups of one are left out.
 */
export function clusterPoints(points: readonly Point[]): Cluster[] {
  let centres: Weights[] = [];
  let members: number[][] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const groups = (round === 0 ? grow(points) : place(points, centres)).filter((group) => group.length > 1);
    const found = groups.map((group) => centreOf(group.map((number) => points[number]!)));
    ({ centres, members } = merge(found, groups));
  }
  return members.map((group, i) => ({
    members: [...group].sort((a, b) => a - b),
    centre: [...centres[i]!].sort((a, b) => b[1] - a[1] || a[0] - b[0]),
  }));
}

type Weights = ReadonlyMap<number, number>;

function centreOf(points: readonly Point[]): Weights {
  const sum = new Map<number, number>();
  for (const point of points) pour(sum, point.terms, point.weights);
  return shorten(sum);
}

function pour(sum: Map<number, number>, terms: readonly number[], weights: readonly number[], times = 1): void {
  for (const [i, term] of terms.entries()) sum.set(term, (sum.get(term) ?? 0) + weights[i]! * times);
}

/** The heaviest terms, of length 1 together. */
function shorten(sum: Weights): Weights {
  const heaviest = [...sum].sort((a, b) => b[1] - a[1] || a[0] - b[0]).slice(0, CENTRE_TERMS_MAX);
  const length = Math.sqrt(heaviest.reduce((total, [, weight]) => total + weight * weight, 0)) || 1;
  return new Map(heaviest.map(([term, weight]) => [term, weight / length]));
}

/** Centres by term, so that a mail is compared only with groups it shares a word with. */
class CentreIndex {
  readonly #centres: Weights[] = [];
  readonly #byTerm = new Map<number, Map<number, number>>();

  get size(): number {
    return this.#centres.length;
  }

  set(number: number, weights: Weights): void {
    for (const term of this.#centres[number]?.keys() ?? []) this.#byTerm.get(term)?.delete(number);
    this.#centres[number] = weights;
    for (const [term, weight] of weights) {
      let groups = this.#byTerm.get(term);
      if (groups === undefined) this.#byTerm.set(term, (groups = new Map()));
      groups.set(number, weight);
    }
  }

  /** The group a point resembles most, the first of equals; undefined when none reaches `least`. */
  nearest({ terms, weights }: Point, least: number): number | undefined {
    const likeness = new Float64Array(this.#centres.length);
    const touched: number[] = [];
    for (const [i, term] of terms.entries()) {
      for (const [number, weight] of this.#byTerm.get(term) ?? []) {
        if (likeness[number] === 0) touched.push(number);
        likeness[number]! += weight * weights[i]!;
      }
    }
    let best: number | undefined;
    for (const number of touched) {
      if (likeness[number]! < (best === undefined ? least : likeness[best]!)) continue;
      if (best === undefined || likeness[number]! > likeness[best]! || number < best) best = number;
    }
    return best;
  }
}

/** First pass: each mail joins what it resembles, or opens a group. */
function grow(points: readonly Point[]): number[][] {
  const index = new CentreIndex();
  const sums: Map<number, number>[] = [];
  const members: number[][] = [];
  for (const [number, point] of points.entries()) {
    const group = index.nearest(point, JOIN_MIN) ?? index.size;
    const sum = (sums[group] ??= new Map());
    const inside = (members[group] ??= []);
    pour(sum, point.terms, point.weights);
    const size = inside.push(number);
    // The centre is found anew when the group has doubled: it hardly moves between, and finding it is what costs.
    if ((size & (size - 1)) === 0) index.set(group, shorten(sum));
  }
  return members;
}

/** Later passes: all mails around centres that stand still; what resembles none is left out. */
function place(points: readonly Point[], centres: readonly Weights[]): number[][] {
  const index = new CentreIndex();
  for (const [number, centre] of centres.entries()) index.set(number, centre);
  const members = centres.map((): number[] => []);
  for (const [number, point] of points.entries()) {
    const group = index.nearest(point, JOIN_MIN);
    if (group !== undefined) members[group]!.push(number);
  }
  return members;
}

/** Joins groups alike, biggest first. */
function merge(centres: readonly Weights[], members: readonly number[][]): { centres: Weights[]; members: number[][] } {
  const order = members.map((_, i) => i).sort((a, b) => members[b]!.length - members[a]!.length || a - b);
  const index = new CentreIndex();
  const result: { centres: Weights[]; members: number[][] } = { centres: [], members: [] };
  for (const i of order) {
    const [terms, weights] = [[...centres[i]!.keys()], [...centres[i]!.values()]];
    const into = index.nearest({ terms, weights }, MERGE_MIN) ?? index.size;
    const inside = (result.members[into] ??= []);
    const sum = new Map<number, number>();
    for (const [term, weight] of result.centres[into] ?? []) sum.set(term, weight * inside.length);
    pour(sum, terms, weights, members[i]!.length);
    inside.push(...members[i]!);
    result.centres[into] = shorten(sum);
    index.set(into, result.centres[into]);
  }
  return result;
}
