import { mayRead, replyReadingOf } from '../../domain/reply-reading.ts';
import type { ThreadView } from '../routes/thread-schema.ts';
import type { LoadedThread } from './load.ts';
import type { ThreadReader } from './thread.ts';

/** A reply that waits to be read; or the remark with which the last one came back, for its author alone. */
export function readingView(
  { reading, conversation, names }: LoadedThread,
  { agent, book }: ThreadReader,
): ThreadView['reading'] {
  if (reading === undefined) return null;
  const mine = reading.author === agent.id;
  const author = mine ? null : (names.get(reading.author) ?? null);
  if (conversation.reading === reading.id) {
    const can_read = !mine && mayRead(replyReadingOf(book), agent.role);
    const { reply_type: type, subject, body } = reading;
    const text = mine || can_read ? { type, subject, body } : null;
    return { state: 'waiting', mine, author, text, can_read, remark: null };
  }
  // Until it is answered; what was said of a reply is of no use after the next one.
  if (reading.outcome !== 'returned' || !mine || conversation.status !== 'assigned') return null;
  return { state: 'returned', mine, author, text: null, can_read: false, remark: reading.remark };
}
