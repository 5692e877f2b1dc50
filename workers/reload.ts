import type { Logger } from 'pino';
import { formatProblems } from '../config/problems.ts';
import { createReloader, type Reloader, type ReloadOutcome } from '../config/reload.ts';
import { failedScenarios } from '../config/scenarios.ts';
import type { MotifModel } from '../domain/facts.ts';
import type { Rulebook } from '../domain/rulebook.ts';
import { SYSTEM, type Store, type Tx } from '../store/database.ts';
import { keepCandidate, noteRefused, noteSeen } from '../store/rulebook-proposals.ts';
import { describe } from './worker.ts';

export interface ReloadDeps {
  readonly store: Store;
  readonly rulebook: (tx: Tx) => Promise<Rulebook>;
  /** Reads the scenarios of a candidate; without it those that need a model are not tried. */
  readonly model?: (tx: Tx) => Promise<MotifModel>;
  readonly dir: string;
  /** A good candidate becomes active by itself; else it is kept for `apply`. */
  readonly autoapply: boolean;
  readonly log: Logger;
  readonly clock: () => Date;
  readonly count: (outcome: ReloadOutcome['kind']) => void;
  readonly settle_ms?: number;
}

/**
 * Watches the rules' folder: a change (or SIGHUP, through `propose`) becomes a candidate, all that can fail first, the
 * swap last. What does not load is kept with its places, logged and counted; the active set stays (law 11).
 */
export function startReload(deps: ReloadDeps): Reloader {
  const { store, log } = deps;
  const reloader = createReloader({
    dir: deps.dir,
    active: () => store.read(SYSTEM, deps.rulebook),
    accept: async (candidate) => {
      const model = deps.model === undefined ? undefined : await store.read(SYSTEM, deps.model);
      const failed = failedScenarios(candidate.scenarios, candidate.rulebook, model);
      const became = await store.write(SYSTEM, (tx) =>
        keepCandidate(tx, SYSTEM, { ...candidate, failed }, deps.autoapply, deps.clock()),
      );
      const { digest, gone } = candidate;
      log.info({ digest: digest.slice(0, 12), gone, failed: failed.length }, `rules ${became}`);
    },
    note: async (outcome) => {
      await store.write(SYSTEM, async (tx) => {
        if (outcome.kind === 'same') await noteSeen(tx, SYSTEM, outcome.digest, deps.clock());
        else await noteRefused(tx, SYSTEM, outcome, deps.clock());
      });
    },
    on_outcome: (outcome) => {
      deps.count(outcome.kind);
      if (outcome.kind === 'refused') {
        log.error({ problems: formatProblems(outcome.problems) }, 'rules refused, the active ones stay');
      } else if (outcome.kind === 'failed') {
        log.error({ error: describe(outcome.error) }, 'rules could not be read, the active ones stay');
      }
    },
    ...(deps.settle_ms === undefined ? {} : { settle_ms: deps.settle_ms }),
  });
  reloader.watch();
  return reloader;
}
