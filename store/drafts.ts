import { sql, type Selectable } from 'kysely';
import type { Tx } from './database.ts';
import type { DraftTable } from './schema-people.ts';

/** What somebody is writing and has not sent: one a person and conversation. It holds words of a reply, as a message does. */
export type Draft = Omit<Selectable<DraftTable>, 'conversation_id' | 'agent_id'>;

/** A draft nobody came back to is forgotten after so long. */
export const DRAFT_MAX_MS = 30 * 24 * 3_600_000;

export async function readDraft(tx: Tx, agent_id: string, conversation_id: string): Promise<Draft | undefined> {
  return tx
    .selectFrom('draft')
    .select(['reply_type', 'subject', 'body', 'template', 'updated_at', 'rev'])
    .where('conversation_id', '=', conversation_id)
    .where('agent_id', '=', agent_id)
    .executeTakeFirst();
}

export async function keepDraft(tx: Tx, agent_id: string, conversation_id: string, draft: Draft): Promise<void> {
  await tx
    .insertInto('draft')
    .values({ agent_id, conversation_id, ...draft })
    .onConflict((conflict) => conflict.columns(['conversation_id', 'agent_id']).doUpdateSet(draft))
    .execute();
}

export async function dropDraft(tx: Tx, agent_id: string, conversation_id: string): Promise<void> {
  await tx
    .deleteFrom('draft')
    .where('conversation_id', '=', conversation_id)
    .where('agent_id', '=', agent_id)
    .execute();
}

/** The text of a reply that was taken back is its author's draft again, unless they began another one. */
export async function draftFromReply(tx: Tx, delivery_id: string, now: Date): Promise<void> {
  await tx
    .insertInto('draft')
    .columns(['conversation_id', 'agent_id', 'reply_type', 'subject', 'body', 'template', 'updated_at'])
    .expression((eb) =>
      eb
        .selectFrom('delivery')
        .innerJoin('message', 'message.id', 'delivery.message_id')
        .select([
          'message.conversation_id',
          sql<string>`message.author::uuid`.as('agent_id'),
          sql<string>`coalesce(message.reply_type, 'definitive')`.as('reply_type'),
          sql<string | null>`null::text`.as('subject'),
          'message.body',
          sql<string | null>`null::text`.as('template'),
          sql<Date>`${now}::timestamptz`.as('updated_at'),
        ])
        .where('delivery.id', '=', delivery_id)
        .where('message.author', 'is not', null),
    )
    .onConflict((conflict) => conflict.columns(['conversation_id', 'agent_id']).doNothing())
    .execute();
}

/** @returns how many were forgotten */
export async function forgetOldDrafts(tx: Tx, now: Date): Promise<number> {
  const result = await tx
    .deleteFrom('draft')
    .where('updated_at', '<', new Date(now.getTime() - DRAFT_MAX_MS))
    .executeTakeFirst();
  return Number(result.numDeletedRows);
}
