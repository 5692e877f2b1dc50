import type { Logger } from 'pino';
import type { Rulebook } from '../domain/rulebook.ts';
import { giveBackAbsent } from '../store/absences.ts';
import { ringAgain } from '../store/alerts-again.ts';
import { escalateAlerts } from '../store/alerts.ts';
import { SYSTEM, type Store, type Tx } from '../store/database.ts';
import { endLeftReadings, markLateReadings } from '../store/reply-readings.ts';
import { adoptReviews, endLeftReviews, timeOutReviews } from '../store/reviews.ts';

export interface DeskDeps {
  readonly store: Store;
  readonly rulebook: (tx: Tx) => Promise<Rulebook>;
  readonly now?: () => Date;
  /** Most rows in one transaction: short locks, so that agents are not held up. */
  readonly batch_rows?: number;
}

/** What one tick did, in rows. */
export interface DeskTick {
  /** Alerts that rang the next in line, or once more from the start. */
  readonly rung: number;
  /** Reviews that went on to their pôle unread. */
  readonly timed_out: number;
  /** Conversations found in the review without a row. */
  readonly adopted: number;
  /** Replies of newcomers nobody has read in time. */
  readonly unread: number;
  /** Conversations and tasks of people away. */
  readonly given_back: number;
}

const BATCH_ROWS = 200;
const BATCHES_MAX = 20;

/**
 * What time does to the desk: alerts nobody acknowledged ring the next in line, unread reviews go on, and work of the
 * absent comes back. Alerts first: minutes count there. Each batch is its own transaction; a replay is a no-op.
 */
export async function deskTick(deps: DeskDeps, log: Pick<Logger, 'warn'>, signal: AbortSignal): Promise<DeskTick> {
  const now = (deps.now ?? (() => new Date()))();
  const limit = deps.batch_rows ?? BATCH_ROWS;
  const write = <T>(pass: (tx: Tx, book: Rulebook) => Promise<T>): Promise<T> =>
    deps.store.write(SYSTEM, async (tx) => pass(tx, await deps.rulebook(tx)));
  const batches = async (once: () => Promise<number>): Promise<number> => {
    let sum = 0;
    for (let batch = 0; batch < BATCHES_MAX && !signal.aborted; batch++) {
      const did = await once();
      sum += did;
      if (did < limit) break;
    }
    return sum;
  };
  const drain = (pass: (tx: Tx, book: Rulebook) => Promise<number>): Promise<number> => batches(() => write(pass));
  /** Logged once committed: a transaction may run again. */
  const ring = (pass: (tx: Tx, book: Rulebook) => Promise<readonly object[]>, said: string): Promise<number> =>
    batches(async () => {
      const rings = await write(pass);
      for (const each of rings) log.warn(each, said);
      return rings.length;
    });
  const rung = await ring(
    (tx, book) => escalateAlerts(tx, book, now, limit),
    'P0 not acknowledged, the next in line is called',
  );
  const again = await ring(
    (tx, book) => ringAgain(tx, book, now, limit),
    'P0 let go without an answer, it rings again',
  );
  await drain((tx) => endLeftReviews(tx, now, limit));
  const adopted = await drain((tx, book) => adoptReviews(tx, book, now, limit));
  const timed_out = await drain(async (tx, book) => (await timeOutReviews(tx, book, now, limit)).length);
  await drain((tx) => endLeftReadings(tx, now, limit));
  const unread = await drain((tx, book) => markLateReadings(tx, book, now, limit));
  if (unread > 0) log.warn({ unread }, 'replies wait to be read for too long');
  const given_back = await drain(async (tx, book) => {
    const { conversations, tasks } = await giveBackAbsent(tx, book, now, limit);
    return conversations.length + tasks.length;
  });
  return { rung: rung + again, timed_out, adopted, unread, given_back };
}
