import { askBot } from '../../console/actions/bot.ts';
import type { ConsoleDeps } from '../../console/deps.ts';
import { startTalk, takeTurn, type BotCrashPoint } from '../../store/bot-requests.ts';
import type { Store } from '../../store/database.ts';
import { botBook, cardModel } from './bot-book.ts';
import { portals } from './bot-keys.ts';
import { quiet } from './quiet.ts';

/** What the routes do once a request was let in, without the weight of the HTTP server. Jobs are lost, as in a crash. */
export interface TalkAsk {
  readonly idem: string;
  /** Absent: a new talk. */
  readonly talk?: string;
  readonly text?: string;
}

const book = botBook();

export function askTalk(store: Store, ask: TalkAsk, at: (point: BotCrashPoint) => void = () => {}): Promise<string> {
  const deps = {
    store,
    queues: { enqueue: async () => {} },
    rules: { rulebook: async () => book, model: async () => cardModel },
    log: quiet,
    clock: () => new Date(),
    bot: { portals: portals(), demo: false, at },
  } as unknown as ConsoleDeps;
  const { talk, text = '', idem } = ask;
  return askBot(deps, { portal: 'nord', idem_key: idem, asked: [talk ?? null, text] }, (tx, brain, key, now) =>
    talk === undefined
      ? startTalk(tx, brain, key, { account: idem, member: {}, mode: 'embedded' }, now)
      : takeTurn(tx, brain, key, talk, { text }, now),
  );
}
