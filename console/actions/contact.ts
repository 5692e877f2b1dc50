import { findNirs } from '../../domain/privacy.ts';
import { AiguillageError } from '../../domain/errors.ts';
import { actorOf } from '../../store/agents.ts';
import { lockInSight } from '../../store/desk.ts';
import { appendAudit } from '../../store/events.ts';
import { messagesOf } from '../../store/thread.ts';
import { canReveal } from '../view/thread.ts';
import { motifOf, type ActionContext } from './context.ts';

const NIRS_MAX = 5;
const DAY = new Intl.DateTimeFormat('fr-FR', { timeZone: 'Europe/Paris', dateStyle: 'short' });

/**
 * What an agent carries to the business tools: the NIRs the member wrote, and a line that says who wrote, when, about
 * what. On the audit trail, as every uncovering of a NIR (law 9).
 * @throws AiguillageError NOT_FOUND, AUTH_FORBIDDEN for a partner whose contract does not allow it
 */
export async function contactOf(
  { tx, agent, book, now }: ActionContext,
  id: string,
): Promise<{ nirs: string[]; summary: string }> {
  const conversation = await lockInSight(tx, agent, id);
  if (agent.role === 'partner' && !canReveal({ agent, book, now }, conversation))
    throw new AiguillageError('AUTH_FORBIDDEN');
  const incoming = (await messagesOf(tx, id)).filter((message) => message.direction === 'incoming');
  const found = incoming.flatMap(({ subject, body, quoted }) =>
    [subject, body, quoted].flatMap((text) =>
      findNirs(text).map(({ start, end }) =>
        text
          .slice(start, end)
          .replace(/[^0-9AB]/gi, '')
          .toUpperCase(),
      ),
    ),
  );
  const nirs = [...new Set(found)].slice(0, NIRS_MAX);
  const summary = [
    `Contact ${conversation.ref}`,
    conversation.channel === 'bot' ? 'ameliBot' : 'courriel',
    `reçu le ${DAY.format(conversation.last_received_at)}`,
    motifOf(book, conversation)?.label ?? 'motif à préciser',
  ].join(' – ');
  await appendAudit(tx, actorOf(agent), now, 'nir.revealed', id, { by: 'contact', count: nirs.length });
  return { nirs, summary };
}
