import type { Decision } from '../domain/route.ts';
import type { Rulebook } from '../domain/rulebook.ts';
import { raiseAlert, urgentFlag } from './alerts.ts';
import { SYSTEM, type Tx } from './database.ts';
import type { Message } from './messages.ts';
import { openReview } from './reviews.ts';
import { sampleDirect } from './samples.ts';

/** What dispatch has just done with a message. */
export interface Dispatched {
  readonly message: Pick<Message, 'id' | 'origin'>;
  readonly conversation_id: string;
  readonly decision: Decision;
  /** Where it stands now. */
  readonly queue: string;
  /** It kept a place it had before: a further message, or somebody was quicker. */
  readonly settled: boolean;
}

/**
 * What follows from a dispatch beside its queue: the review is opened, a direct route may be drawn to be read later, a P0
 * rings. In dispatch's own transaction, so that none of them can be lost. Imported history rings nobody.
 */
export async function noteDispatched(tx: Tx, book: Rulebook, given: Dispatched, now: Date): Promise<void> {
  const { message, conversation_id, decision, queue, settled } = given;
  if (!settled && book.queues.find(({ id }) => id === queue)?.kind === 'review') {
    const { rule, motif, target_queue: wanted } = decision;
    await openReview(tx, SYSTEM, { conversation_id, queue, wanted, origin: 'machine', rule, motif }, now);
  } else if (!settled && queue === decision.queue) {
    await sampleDirect(tx, book, { message_id: message.id, conversation_id, queue, decision }, now);
  }
  if (decision.urgency !== 0 || message.origin === 'import') return;
  const flag = urgentFlag(book, decision.flags);
  if (flag !== undefined) await raiseAlert(tx, book, { conversation_id, message_id: message.id, flag }, now);
}
