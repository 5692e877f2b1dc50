/**
 * Which UIDs of a folder still have to be recorded, and how far everything is accounted for. The cursor stored with each
 * batch is the last UID before the first open one, whatever order the mails are fetched in: a crash never leaves a mail
 * behind it.
 */
export class Outstanding {
  readonly #open: number[];
  readonly #settled = new Set<number>();
  #ceiling: number;
  #first = 0;

  /**
   * @param uids to be recorded, ascending.
   * @param ceiling the UID up to which the server was searched: UIDNEXT - 1 at the start.
   */
  constructor(uids: readonly number[], ceiling: number) {
    this.#open = [...uids];
    this.#ceiling = ceiling;
  }

  /** Mails that arrived above the ceiling; it rises to `ceiling`. */
  add(uids: readonly number[], ceiling: number): void {
    for (const uid of uids) this.#open.push(uid);
    this.#ceiling = Math.max(this.#ceiling, ceiling);
  }

  settle(uids: Iterable<number>): void {
    for (const uid of uids) this.#settled.add(uid);
  }

  /** Every UID up to and including this one is accounted for once the settled ones are committed. */
  cursor(): number {
    while (this.#first < this.#open.length && this.#settled.has(this.#open[this.#first]!)) this.#first += 1;
    const next = this.#open[this.#first];
    return next === undefined ? this.#ceiling : Math.min(next - 1, this.#ceiling);
  }
}

/**
 * What to fetch in this round, and what is left. Of a backlog: the newest, so that a mail that arrives during a long
 * back-fill does not wait for its end, and the oldest, which have waited longest.
 */
export function pickRound(
  uids: readonly number[],
  max: number,
  newest = Math.floor(max / 4),
): { round: number[]; left: number[] } {
  if (uids.length <= max) return { round: [...uids], left: [] };
  const oldest = max - newest;
  const top = uids.length - newest;
  return { round: [...uids.slice(0, oldest), ...uids.slice(top)], left: uids.slice(oldest, top) };
}

/** UIDs of `from`..`to` that are in none of the sets, or null when there are more than `max`. */
export function gapsBetween(from: number, to: number, found: readonly number[], max: number): number[] | null {
  const present = new Set(found.filter((uid) => uid >= from && uid <= to));
  if (to - from + 1 - present.size > max) return null;
  const gaps: number[] = [];
  for (let uid = from; uid <= to; uid += 1) if (!present.has(uid)) gaps.push(uid);
  return gaps;
}
