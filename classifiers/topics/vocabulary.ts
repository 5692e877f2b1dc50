/** A word is never shown, nor used, when fewer people wrote it: it may be one person's. */
export const PEOPLE_MIN = 3;
/** Nor when it stood in the place of a name or an address in such a share of its mails. */
const NAMED_SHARE_MAX = 0.2;

/** What one person said in one period, all mails together. */
export interface Said {
  readonly words: Map<string, string>;
  readonly names: Set<string>;
}

/** Which words may be used, and how many people used each in each period. */
export class Vocabulary {
  /** People who wrote, by period. */
  readonly people: number[] = [];
  /** By stem: people who used it, by period. */
  readonly used = new Map<string, number[]>();
  readonly #named = new Map<string, number>();
  readonly #written = new Map<string, Map<string, number>>();

  add(period: number, { words, names }: Said): void {
    this.people[period] = (this.people[period] ?? 0) + 1;
    for (const [stem, written] of words) this.#count(stem, written, period);
    for (const stem of names) this.#named.set(stem, (this.#named.get(stem) ?? 0) + 1);
  }

  #count(stem: string, written: string, period: number): void {
    let periods = this.used.get(stem);
    if (periods === undefined) this.used.set(stem, (periods = []));
    periods[period] = (periods[period] ?? 0) + 1;
    let forms = this.#written.get(stem);
    if (forms === undefined) this.#written.set(stem, (forms = new Map()));
    forms.set(written, (forms.get(written) ?? 0) + 1);
  }

  total(stem: string): number {
    return (this.used.get(stem) ?? []).reduce((sum, n) => sum + (n ?? 0), 0);
  }

  /** Enough people wrote it, and not as a name. */
  usable(stem: string): boolean {
    const total = this.total(stem);
    const named = this.#named.get(stem) ?? 0;
    return total >= PEOPLE_MIN && named < NAMED_SHARE_MAX * (total + named);
  }

  /** Inverse document frequency over all periods; undefined for a word that may not be used. */
  weight(stem: string): number | undefined {
    if (!this.usable(stem)) return undefined;
    const people = this.people.reduce((sum, n) => sum + (n ?? 0), 0);
    return Math.log((people + 1) / this.total(stem));
  }

  /** The way most people wrote it. */
  shown(stem: string): string {
    const forms = [...(this.#written.get(stem) ?? [])].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
    return forms[0]?.[0] ?? stem;
  }
}
