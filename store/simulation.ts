import { setImmediate as yieldToOthers } from 'node:timers/promises';
import { AiguillageError } from '../domain/errors.ts';
import type { MotifModel } from '../domain/facts.ts';
import type { Rulebook } from '../domain/rulebook.ts';
import { BackTest, type PastMail } from '../domain/simulate.ts';
import type { MovedMail } from '../domain/simulate/change.ts';
import type { Simulation } from '../domain/simulate/tally.ts';
import { backlogAt, readPastMails, sinceWithin, untriagedBetween, type PastRange } from './back-test.ts';
import { SYSTEM, type Store } from './database.ts';

export interface SimulationAsk extends PastRange {
  readonly baseline: Rulebook;
  readonly candidate: Rulebook;
  readonly model: MotifModel;
  /** The newest so many. */
  readonly mails_max: number;
  readonly timeout_ms: number;
  /** Each moved mail, in order. */
  readonly on_moved?: (moved: MovedMail) => void;
  /** For the time limit; tests give their own. */
  readonly elapsed_ms?: () => number;
}

export interface StoredSimulation extends Simulation {
  /** Mails left out because their text was erased. */
  readonly erased: number;
  /** Mails of these days that wait to be sorted, and are not in the back-test. */
  readonly untriaged: number;
  /** True when there were more mails than `mails_max`. */
  readonly cut: boolean;
}

/** The processor is given back this often: whoever simulates shares the process with the desk. */
const SLICE_MS = 10;

/**
 * Back-tests a set on stored mail, in the process that serves the desk: in slices, without an open transaction.
 * @throws AiguillageError TOO_BUSY when it takes longer than `timeout_ms`: half a simulation shows nothing
 */
export async function simulateStored(store: Store, ask: SimulationAsk): Promise<StoredSimulation> {
  const { baseline, candidate, model } = ask;
  const { since, backlog, untriaged } = await store.read(SYSTEM, async (tx) => {
    const from = await sinceWithin(tx, ask, ask.mails_max);
    const waiting = await untriagedBetween(tx, { since: from, until: ask.until });
    return { since: from, backlog: await backlogAt(tx, from), untriaged: waiting };
  });
  const test = new BackTest(baseline, candidate, model, { backlog });
  const slices = new Slices(ask);
  let erased = 0;
  for await (const batch of readPastMails(store, baseline, { since, until: ask.until })) {
    erased += batch.erased;
    await addAll(test, batch.mails, slices, ask.on_moved);
  }
  return { ...test.result(), erased, untriaged, cut: since > ask.since };
}

/** Feeds mails into a back-test without holding the process. @throws AiguillageError TOO_BUSY past the time limit */
export async function addAll(
  test: BackTest,
  mails: Iterable<PastMail>,
  slices: Slices,
  on_moved?: (moved: MovedMail) => void,
): Promise<void> {
  for (const mail of mails) {
    const moved = test.add(mail);
    if (moved !== undefined) on_moved?.(moved);
    await slices.next();
  }
}

/** Says when to let others work, and when to give up. */
export class Slices {
  readonly #timeout_ms: number;
  readonly #elapsed_ms: () => number;
  readonly #began_ms: number;
  #slice_ms: number;

  constructor({ timeout_ms, elapsed_ms }: Pick<SimulationAsk, 'timeout_ms' | 'elapsed_ms'>) {
    this.#timeout_ms = timeout_ms;
    this.#elapsed_ms = elapsed_ms ?? ((): number => performance.now());
    this.#began_ms = this.#slice_ms = this.#elapsed_ms();
  }

  async next(): Promise<void> {
    const now_ms = this.#elapsed_ms();
    if (now_ms - this.#began_ms > this.#timeout_ms) {
      throw new AiguillageError('TOO_BUSY', `The simulation took longer than ${this.#timeout_ms} ms; take fewer days.`);
    }
    if (now_ms - this.#slice_ms < SLICE_MS) return;
    await yieldToOthers();
    this.#slice_ms = this.#elapsed_ms();
  }
}
