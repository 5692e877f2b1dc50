import { attemptDelivery, type OutboxDeps } from '../mail/outbox.ts';
import { cancel, done, snooze, type Work } from './worker.ts';

/**
 * Sends one delivery. Whether it may be tried again is decided from the row, never by the queue: a retry is a snooze of
 * the same job, and a throw (the store is away) leaves the row to the sweep.
 */
export function createReplyWork(deps: OutboxDeps): Work<'reply'> {
  return async (job, { log }) => {
    const attempt = await attemptDelivery(deps, job);
    switch (attempt.kind) {
      case 'ended':
        if (attempt.status === 'sent') return done;
        log.warn({ delivery: job.id, status: attempt.status, code: attempt.code }, 'delivery needs a person');
        return done;
      case 'later':
        return snooze(attempt.ms, attempt.why);
      case 'not-ours':
        return cancel(attempt.why);
    }
  };
}
