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
  const drain = async (pass: (tx: Tx, book: Rulebook) => Promise<number>): Promise<number> => {
    let sum = 0;
    for (let batch = 0; batch < BATCHES_MAX && !signal.aborted; batch++) {
      const did = await deps.store.write(SYSTEM, async (tx) => pass(tx, await deps.rulebook(tx)));
      sum += did;
      if (did < limit) break;
    }
    return sum;
  };
  const rung = await drain(async (tx, book) => {
    const rings = await escalateAlerts(tx, book, now, limit);
    for (const ring of rings) log.warn(ring, 'P0 not acknowledged, the next in line is called');
    return rings.length;
  });
  const again = await drain(async (tx, book) => {
    const rings = await ringAgain(tx, book, now, limit);
    for (const ring of rings) log.warn(ring, 'P0 let go without an answer, it rings again');
    return rings.length;
  });
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
