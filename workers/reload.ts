import type { Logger } from 'pino';
import { formatProblems } from '../config/problems.ts';
import { createReloader, type Reloader, type ReloadOutcome } from '../config/reload.ts';
import type { Rulebook } from '../domain/rulebook.ts';
import { SYSTEM, type Store, type Tx } from '../store/database.ts';
import { activateRulebook, saveRulebook } from '../store/rulebooks.ts';
import { describe } from './worker.ts';

export interface ReloadDeps {
  readonly store: Store;
  readonly rulebook: (tx: Tx) => Promise<Rulebook>;
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
 * swap last. What does not load is logged with its places and counted; the active set stays (law 11).
 */
export function startReload(deps: ReloadDeps): Reloader {
  const { store, log } = deps;
  const reloader = createReloader({
    dir: deps.dir,
    active: () => store.read(SYSTEM, deps.rulebook),
    accept: async (candidate) => {
      await store.write(SYSTEM, async (tx) => {
        await saveRulebook(tx, SYSTEM, candidate.digest, candidate.files, deps.clock());
        if (deps.autoapply) await activateRulebook(tx, SYSTEM, candidate.digest, deps.clock());
      });
    },
    on_outcome: (outcome) => {
      deps.count(outcome.kind);
      if (outcome.kind === 'candidate') {
        const digest = outcome.candidate.digest.slice(0, 12);
        log.info({ digest, gone: outcome.candidate.gone }, deps.autoapply ? 'rules activated' : 'rules proposed');
      } else if (outcome.kind === 'refused') {
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
