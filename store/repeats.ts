import { parentMotif } from '../domain/provisional.ts';
import { repeatedConversations, repeatWindowDays, type PriorContact } from '../domain/repeat.ts';
import type { Decision } from '../domain/route.ts';
import type { Rulebook } from '../domain/rulebook.ts';
import { SYSTEM, type Tx } from './database.ts';
import { appendEvents } from './events.ts';
import type { Message } from './messages.ts';

/**
 * A member who comes back in a new mail on a matter that was answered: the answered conversations are told, so that the
 * figure of repeat contacts counts them from the log alone. A mail that joins its thread needs no telling.
 */
export async function noteRepeats(
  tx: Tx,
  book: Rulebook,
  about: { readonly message: Message; readonly conversation_id: string; readonly contacts: readonly PriorContact[] },
  decision: Decision,
  now: Date,
): Promise<void> {
  const { message, conversation_id, contacts } = about;
  const motif = book.motifs.find(({ id }) => id === decision.motif);
  const contact = {
    at: message.received_at,
    motif: motif?.id ?? null,
    unsure: decision.abstained,
    public: decision.public,
  };
  const parent = (id: string): string => parentMotif(book, id);
  const repeated = repeatedConversations(contact, contacts, { window_days: repeatWindowDays(motif), parent });
  await appendEvents(
    tx,
    SYSTEM,
    now,
    repeated.map((earlier) => ({
      type: 'request.repeated' as const,
      occurred_at: message.received_at,
      conversation_id: earlier,
      data: { by: conversation_id },
    })),
  );
}
