import { inForce } from '../../domain/provisional.ts';
import { actorOf } from '../../store/agents.ts';
import { setMotif } from '../../store/conversation-changes.ts';
import { appendEvents } from '../../store/events.ts';
import type { Conversation } from '../../store/intake.ts';
import { Refusal } from '../errors.ts';
import type { ActionContext } from './context.ts';

/**
 * A person confirms or corrects the motif. The machine's guess stays beside it, for the figures of the model; the queue
 * does not move by itself, a transfer is an act of its own.
 * @throws Refusal BAD_INPUT for a motif the rulebook does not have, AUTH_FORBIDDEN for a partner and a reserved one (law 9)
 */
export async function confirmMotif(
  context: ActionContext,
  conversation: Conversation,
  motif_id: string,
): Promise<Conversation> {
  const { tx, agent, book, now } = context;
  const motif = book.motifs.find((candidate) => candidate.id === motif_id);
  if (motif === undefined) throw new Refusal('BAD_INPUT', 'Ce motif n’existe pas dans les règles en vigueur.');
  if (motif.restricted && agent.role === 'partner') {
    throw new Refusal(
      'AUTH_FORBIDDEN',
      'Ce motif relève d’un circuit réservé : rendez la conversation à sa file d’origine.',
    );
  }
  const from = conversation.motif_confirmed ?? conversation.motif;
  // What the machine named while it was in force may still be confirmed afterwards.
  if (!inForce(motif, now) && motif.id !== from && motif.id !== conversation.motif)
    throw new Refusal('BAD_INPUT', 'Ce motif provisoire n’est pas en vigueur aujourd’hui.');
  await setMotif(tx, conversation.id, { motif: motif.id, restricted: motif.restricted, confirmed_by: agent.id }, now);
  await appendEvents(tx, actorOf(agent), now, [
    {
      type: 'conversation.motif_confirmed',
      occurred_at: now,
      conversation_id: conversation.id,
      data: {
        ...{ from, to: motif.id, guessed: conversation.motif, abstained: conversation.abstained },
        ...(motif.provisional === undefined ? {} : { to_parent: motif.provisional.parent }),
      },
    },
  ]);
  return {
    ...conversation,
    motif_confirmed: motif.id,
    confirmed_by: agent.id,
    restricted: conversation.restricted || motif.restricted,
  };
}
