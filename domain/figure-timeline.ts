import { instantMs } from './days.ts';
import type { FigureEvent } from './figure.ts';
import { Life, type Verdict } from './figure-life.ts';

/**
 * One verdict and the dates of figures it is true at, each bound in ms, the first included and the second not. `now` is the
 * axis of figures that take all we know today; `then` of those that take what was recorded by their date. Infinity: for
 * good. An axis whose bounds are equal has no such date.
 */
export interface Version {
  readonly verdict: Verdict;
  readonly now_from: number;
  readonly now_until: number;
  readonly then_from: number;
  readonly then_until: number;
}

/** What a figure could see of an event first: it must have happened, and be recorded. */
const shownAt = (event: FigureEvent): number => Math.max(instantMs(event.occurred_at), instantMs(event.recorded_at));

/**
 * Every verdict a life ever has, with the dates it holds at: any figure is a count over the verdicts of its date. Nearly
 * all lives are recorded in the order they happen, and both axes share their versions; the others get rows of their own.
 * @param events of one life, in the order of `occurred_at`, then as recorded
 */
export function timelineOf(events: readonly FigureEvent[]): Version[] {
  const shown = events.map(shownAt);
  const in_order = shown.every((at, i) => i === 0 || at >= shown[i - 1]!);
  const happened = events.map((event) => instantMs(event.occurred_at));
  if (in_order) return walk(events, happened, shown);
  const never = events.map(() => Infinity);
  return [...walk(events, happened, never), ...walkThen(events, shown)];
}

/** One pass: after each event, who has a new verdict. */
function walk(events: readonly FigureEvent[], now: readonly number[], then: readonly number[]): Version[] {
  const book = new Versions();
  const life = new Life();
  for (const [i, event] of events.entries()) {
    life.apply(event);
    book.note(life.verdicts, now[i]!, then[i]!);
  }
  return book.close();
}

/** What was recorded late changes the past: the life is told anew at each date something was recorded. */
function walkThen(events: readonly FigureEvent[], shown: readonly number[]): Version[] {
  const book = new Versions();
  for (const at of [...new Set(shown)].sort((a, b) => a - b)) {
    const life = new Life();
    for (const [i, event] of events.entries()) if (shown[i]! <= at) life.apply(event);
    book.note(life.verdicts, Infinity, at);
  }
  return book.close();
}

/** Versions of each request as they follow each other. */
class Versions {
  readonly #open = new Map<string, { verdict: Verdict; now_from: number; then_from: number }>();
  readonly #done: Version[] = [];

  note(verdicts: Iterable<Verdict>, now: number, then: number): void {
    for (const verdict of verdicts) {
      const last = this.#open.get(verdict.message_id);
      if (last !== undefined && same(last.verdict, verdict)) continue;
      if (last !== undefined) this.#end(last, now, then);
      this.#open.set(verdict.message_id, { verdict: { ...verdict }, now_from: now, then_from: then });
    }
  }

  close(): Version[] {
    for (const last of this.#open.values()) this.#end(last, Infinity, Infinity);
    return this.#done;
  }

  #end(last: { verdict: Verdict; now_from: number; then_from: number }, now_until: number, then_until: number): void {
    if (last.now_from === now_until && last.then_from === then_until) return;
    this.#done.push({ ...last, now_until, then_until });
  }
}

const FIELDS = [
  'end',
  'stopped_ms',
  'seen',
  'queue',
  'pool',
  'motif',
  'motif_parent',
  'confirmed',
  'transferred',
  'handed',
  'recalled',
  'reply',
  'repeat_ms',
  'mailbox',
  'level',
] as const satisfies readonly (keyof Verdict)[];

/** The other fields never change once a request has started. */
function same(a: Verdict, b: Verdict): boolean {
  return FIELDS.every((field) => a[field] === b[field]);
}
