import type { Tx } from './database.ts';
import { proposals, type Proposal } from './rulebook-proposals.ts';
import { simulationsOf, type SimulationRow } from './rulebook-simulations.ts';
import { activeDigest, rulebookHistory, withdrawnIn, type HistoryEntry } from './rulebooks.ts';

/** What is active, what waits, what was tried: the same for the command line, the console and the metrics. */
export interface RulesState {
  readonly active: HistoryEntry | null;
  /** The newest set that was proposed, where it waits for somebody to apply it. */
  readonly candidate: Proposal | null;
  /** Set when what was proposed last does not load: the active set stays. */
  readonly refused: Proposal | null;
  readonly history: readonly HistoryEntry[];
  readonly proposals: readonly Proposal[];
  readonly simulations: readonly SimulationRow[];
  /** Digests somebody rolled back from; CONFIG_AUTOAPPLY leaves them. */
  readonly withdrawn: readonly string[];
}

/** @param limit rows of each list, newest first */
export async function rulesState(tx: Tx, limit = 50): Promise<RulesState> {
  const digest = await activeDigest(tx);
  const history = await rulebookHistory(tx, limit);
  const proposed = await proposals(tx, limit);
  const newest = proposed[0];
  const waiting = proposed.find(({ outcome }) => outcome === 'candidate');
  // Applied since, and perhaps rolled back: it waits for nobody.
  const done =
    waiting !== undefined &&
    (waiting.digest === digest ||
      history.some((entry) => entry.digest === waiting.digest && entry.activated_at >= waiting.proposed_at));
  return {
    active: history.find((entry) => entry.digest === digest) ?? null,
    candidate: waiting === undefined || done ? null : waiting,
    refused: newest?.outcome === 'refused' ? newest : null,
    history,
    proposals: proposed,
    simulations: await simulationsOf(tx, undefined, limit),
    withdrawn: [...withdrawnIn(history)],
  };
}
