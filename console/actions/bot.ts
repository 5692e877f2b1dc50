import { AiguillageError } from '../../domain/errors.ts';
import { isTwin, readTalk, type EntryKey } from '../../store/bot-talks.ts';
import { answerOf, type BotBrain, type Taken } from '../../store/bot-requests.ts';
import { answersTo, transcriptOf, type Said } from '../../store/bot-transcript.ts';
import { SYSTEM, type Tx } from '../../store/database.ts';
import { hashRequest } from '../../store/idempotency.ts';
import { waves } from '../../store/waves.ts';
import type { ConsoleDeps } from '../deps.ts';
import { iso } from '../routes/schemas.ts';

/** One request of a portal, as the routes have read it. */
export interface BotAsk {
  readonly portal: string;
  readonly idem_key: string;
  /** All that the key must come with again to get the same answer. */
  readonly asked: unknown;
}

type Work = (tx: Tx, brain: BotBrain, key: EntryKey, now: Date) => Promise<Taken>;

/**
 * Runs one request of a portal in one transaction and then names the work it left. The queue may be away: the row is
 * committed and the sweep finds it (law 2). @returns the answer, as JSON text
 * @throws AiguillageError BOT_OFF where the active rules hold no bot
 */
export async function askBot(deps: ConsoleDeps, ask: BotAsk, work: Work): Promise<string> {
  const key: EntryKey = {
    portal: ask.portal,
    idem_key: ask.idem_key,
    request_hash: hashRequest(ask.asked),
  };
  deps.bot?.at?.('bot.admitted');
  const run = (): Promise<Taken> =>
    deps.store.write(SYSTEM, async (tx) => work(tx, await readBrain(deps, tx), key, deps.clock()));
  // Two requests with one key at one instant: the one that was second finds the answer of the first.
  const taken = await run().catch((error: unknown) => {
    if (isTwin(error)) return run();
    throw error;
  });
  deps.bot?.at?.('bot.committed');
  if (taken.jobs.length > 0) {
    try {
      await deps.queues.enqueue('triage', taken.jobs, { priority: taken.urgent ? 'urgent' : 'normal' });
    } catch (error) {
      deps.log.warn({ jobs: taken.jobs.length, name: (error as Error).name }, 'triage jobs left to the sweep');
    }
  }
  deps.bot?.at?.('bot.asked');
  return taken.answer;
}

async function readBrain(deps: ConsoleDeps, tx: Tx): Promise<BotBrain> {
  const book = await deps.rules.rulebook(tx);
  if (book.bot === undefined) throw new AiguillageError('BOT_OFF');
  const terms = { ...book.bot, waves: await waves(tx, deps.clock()) };
  return { book, model: await deps.rules.model(tx), terms, at: deps.bot?.at };
}

/** The talk as it stands: state, and what was said by member, bot and adviser. */
export async function showTalk(deps: ConsoleDeps, portal: string, id: string) {
  return deps.store.read(SYSTEM, async (tx) => {
    const talk = await readTalk(tx, portal, id);
    const said = [...(await transcriptOf(tx, talk.id)), ...(await answersTo(tx, talk))];
    const { kind: _kind, reply: _reply, ...state } = answerOf(talk.id, talk.state, null, null);
    return { ...state, flags: [...state.flags], mode: talk.mode, said: said.map(saidView) };
  });
}

function saidView({ by, text, at, turn, n }: Said) {
  return { n, by, text, at: iso(at), turn };
}
