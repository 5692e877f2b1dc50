import { SYSTEM, type Store } from '../store/database.ts';
import { purgeOverflow } from '../store/purge-overflow.ts';
import { purgeReadings } from '../store/purge-readings.ts';
import { purgeTalks } from '../store/purge-talks.ts';

/** Rows that went because their time was over. */
export interface Forgotten {
  readonly talks: number;
  readonly passes: number;
  readonly answers: number;
  /** Replies that were read before or after they left. */
  readonly readings: number;
}

const EVERY_MS = 3_600_000;
/** Of each kind in one transaction, and transactions an hour: what is more waits for the next hour. */
const BATCH_ROWS = 500;
const BATCHES_MAX = 20;

/**
 * What is kept for a time only (durations stand beside each purge in store/purge-*.ts), at most once an hour a process: two
 * that sweep do no harm. Undefined when it was not yet time. Nonces of the bot go in its own tick (store/bot-tick.ts).
 * @param signal stops between two transactions
 */
export function createRetention(
  store: Store,
  batch_rows = BATCH_ROWS,
  batches_max = BATCHES_MAX,
): (now: Date, signal: AbortSignal) => Promise<Forgotten | undefined> {
  let last_ms = -Infinity;
  return async (now, signal) => {
    if (now.getTime() - last_ms < EVERY_MS) return undefined;
    // Also when it fails: a purge that cannot end must not hold up every sweep.
    last_ms = now.getTime();
    const gone = { talks: 0, passes: 0, answers: 0, readings: 0 };
    for (let batch = 0; batch < batches_max && !signal.aborted; batch++) {
      const talks = await store.write(SYSTEM, (tx) => purgeTalks(tx, now, batch_rows));
      const { passes, answers } = await store.write(SYSTEM, (tx) => purgeOverflow(tx, now, batch_rows));
      const readings = await store.write(SYSTEM, (tx) => purgeReadings(tx, now, batch_rows));
      gone.readings += readings;
      gone.talks += talks;
      gone.passes += passes;
      gone.answers += answers;
      if (Math.max(talks, passes, answers, readings) < batch_rows) break;
    }
    return gone;
  };
}
