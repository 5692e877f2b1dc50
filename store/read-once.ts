import { sql } from 'kysely';
import type { Actor, Tx } from './database.ts';
import { appendEvents } from './events.ts';
import type { Conversation } from './intake.ts';

/**
 * Says in the log that somebody opened a conversation, the first time since its oldest open request came: what nobody
 * opened is « jamais lu » in the figure. Every later look is in the audit alone.
 */
export async function noteRead(tx: Tx, actor: Actor, conversation: Conversation, now: Date): Promise<void> {
  const { id, open_since } = conversation;
  // A partner takes what it reads; its role may not look into the log.
  if (open_since === null || (actor.kind === 'agent' && actor.role === 'partner')) return;
  const { rows } = await sql`select from aiguillage.event where conversation_id = ${id}
    and type in ('conversation.read', 'conversation.claimed') and occurred_at >= ${open_since} limit 1`.execute(tx);
  if (rows.length > 0) return;
  await appendEvents(tx, actor, now, [{ type: 'conversation.read', occurred_at: now, conversation_id: id }]);
}
