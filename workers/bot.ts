import type { Rulebook } from '../domain/rulebook.ts';
import { tickTalks } from '../store/bot-tick.ts';
import { SYSTEM, type Store, type Tx } from '../store/database.ts';
import { done, type Work } from './worker.ts';

export interface BotTickDeps {
  store: Store;
  rulebook: (tx: Tx) => Promise<Rulebook>;
  now: () => Date;
}

/** Talks of one kind in one tick; the next tick is seconds away. */
const BATCH_MAX = 500;

/** The bot's clock: answers that did not come, members who fell silent, persons who took over, nonces nobody can use. */
export function createBotWork(deps: BotTickDeps): Work<'bot'> {
  return async (_tick, { log }) => {
    const ticked = await deps.store.write(SYSTEM, async (tx) => {
      const terms = (await deps.rulebook(tx)).bot;
      return terms === undefined ? undefined : tickTalks(tx, terms, deps.now(), BATCH_MAX);
    });
    if (ticked !== undefined && ticked.timed_out > 0) log.info(ticked, 'answers that did not come');
    return done;
  };
}
