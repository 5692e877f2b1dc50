import type { Rulebook } from '../domain/rulebook.ts';
import { SYSTEM, type Store, type Tx } from '../store/database.ts';
import { MOVES_MAX, rebalanceQueue } from '../store/overflow-rebalance.ts';
import { pooledQueues, recallPool } from '../store/overflow-recall.ts';
import { samplePoolAnswers } from '../store/pool-answers.ts';

export interface OverflowDeps {
  readonly store: Store;
  readonly rulebook: (tx: Tx) => Promise<Rulebook>;
  /** Capacity an open hour of those present today, by queue, where it is known. */
  readonly present?: (tx: Tx, book: Rulebook, now: Date) => Promise<ReadonlyMap<string, number>>;
  readonly now?: () => Date;
}

/** What one tick did, in conversations and answers. */
export interface OverflowTick {
  readonly recalled: number;
  readonly handed: number;
  /** Answers of pools that were noted, some of them to be read again. */
  readonly noted: number;
}

/** Passes over one queue in one tick; what is left waits for the next, 30 s later. */
const PASSES_MAX = 5;
const ANSWERS_MAX = 500;

/**
 * One look at every overflow contract: work a pool will not answer comes back, waiting mail that will be late goes where
 * it can be saved, and answers are drawn for a second reading. Recalls first: what is moved never comes back in one tick.
 */
export async function overflowTick(deps: OverflowDeps, signal: AbortSignal): Promise<OverflowTick> {
  const { store } = deps;
  const now = (deps.now ?? (() => new Date()))();
  /** Repeats a pass until it has nothing left to do. */
  const drain = async (full: number, pass: (tx: Tx, book: Rulebook) => Promise<number>): Promise<number> => {
    let sum = 0;
    for (let n = 0; n < PASSES_MAX && !signal.aborted; n++) {
      const did = await store.write(SYSTEM, async (tx) => pass(tx, await deps.rulebook(tx)));
      sum += did;
      if (did < full) break;
    }
    return sum;
  };
  const { pools, sources } = await store.read(SYSTEM, async (tx) => {
    const book = await deps.rulebook(tx);
    return {
      pools: await pooledQueues(tx, book),
      sources: [...new Set(book.queues.flatMap(({ contract }) => contract?.from ?? []))],
    };
  });
  const present = (tx: Tx, book: Rulebook) => deps.present?.(tx, book, now) ?? Promise.resolve(undefined);
  let recalled = 0;
  for (const pool of pools) {
    recalled += await drain(1, async (tx, book) => {
      return (await recallPool(tx, book, pool, now, await present(tx, book))).length;
    });
  }
  let handed = 0;
  for (const source of sources) {
    handed += await drain(MOVES_MAX, async (tx, book) => {
      return (await rebalanceQueue(tx, book, source, now, await present(tx, book))).length;
    });
  }
  const noted = await drain(ANSWERS_MAX, (tx, book) => samplePoolAnswers(tx, book, now, ANSWERS_MAX));
  return { recalled, handed, noted };
}
