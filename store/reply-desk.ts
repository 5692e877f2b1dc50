import { sql } from 'kysely';
import type { ReplyType } from '../domain/conversation.ts';
import { AiguillageError } from '../domain/errors.ts';
import { actorOf, type Agent } from './agents.ts';
import type { Tx } from './database.ts';
import { appendAudit } from './events.ts';
import type { ReadingOutcome } from './schema-work.ts';
import { inSight } from './scope.ts';

/** Replies to read, as readers and authors see them; and who is a newcomer. */

/** A reply that waits for its reader. */
export interface WaitingReading {
  readonly id: string;
  readonly conversation: string;
  readonly ref: string;
  readonly motif: string | null;
  readonly queue: string;
  readonly urgency: number;
  readonly due_at: Date | null;
  readonly held_at: Date;
  readonly late_at: Date | null;
  readonly reply_type: ReplyType;
  readonly author: string;
}

/** What waits to be read: P0 and P1 first, then what is due first. Only conversations in sight, never one's own. */
export async function listReadings(tx: Tx, agent: Agent, limit: number): Promise<WaitingReading[]> {
  return tx
    .selectFrom('reply_reading as r')
    .innerJoin('conversation', (join) =>
      join.onRef('conversation.id', '=', 'r.conversation_id').onRef('conversation.reading', '=', 'r.id'),
    )
    .select(['r.id', 'r.held_at', 'r.late_at', 'r.reply_type', 'r.author'])
    .select(['conversation.id as conversation', 'conversation.ref', 'conversation.queue', 'conversation.urgency'])
    .select(['conversation.due_at'])
    .select(({ fn }) => fn.coalesce('conversation.motif_confirmed', 'conversation.motif').as('motif'))
    .where('r.outcome', 'is', null)
    .where('r.author', '<>', agent.id)
    .where(inSight(agent) as never)
    .orderBy(sql`least(conversation.urgency, 2)`)
    .orderBy(sql`conversation.due_at nulls last`)
    .orderBy('r.held_at')
    .orderBy('r.id')
    .limit(limit)
    .execute();
}

/** A reply of one's own: what waits, and what came of the last ones. */
export interface OwnReading {
  readonly id: string;
  readonly conversation: string;
  readonly ref: string;
  readonly held_at: Date;
  readonly outcome: ReadingOutcome | null;
  readonly ended_at: Date | null;
  readonly remark: string | null;
  readonly body: string;
  readonly sent_body: string | null;
}

/** One's own replies that wait, and those that ended since an instant; the newest first. For their author alone. */
export async function listOwnReadings(tx: Tx, agent: Agent, since: Date, limit: number): Promise<OwnReading[]> {
  return tx
    .selectFrom('reply_reading as r')
    .innerJoin('conversation', 'conversation.id', 'r.conversation_id')
    .select(['r.id', 'r.held_at', 'r.outcome', 'r.ended_at', 'r.remark', 'r.body', 'r.sent_body'])
    .select(['conversation.id as conversation', 'conversation.ref'])
    .where('r.author', '=', agent.id)
    .where(({ eb, or }) => or([eb('r.outcome', 'is', null), eb('r.ended_at', '>=', since)]))
    .where(inSight(agent) as never)
    .orderBy(sql`r.outcome is not null`)
    .orderBy('r.held_at', 'desc')
    .limit(limit)
    .execute();
}

/** Somebody who answers, and whether their replies are read. How many are left is for themselves alone. */
export interface Newcomer {
  readonly id: string;
  readonly display_name: string;
  readonly newcomer: boolean;
}

/** Everybody who answers for the caisse, newcomers first. */
export async function listNewcomers(tx: Tx): Promise<Newcomer[]> {
  const rows = await tx
    .selectFrom('agent')
    .select(['id', 'display_name'])
    .select((eb) => eb('replies_to_read', '>', 0).as('newcomer'))
    .where('disabled', '=', false)
    .where('role', '=', 'agent')
    .orderBy(sql`replies_to_read = 0`)
    .orderBy('display_name')
    .orderBy('id')
    .execute();
  return rows.map((row) => ({ ...row, newcomer: Boolean(row.newcomer) }));
}

/**
 * Makes somebody a newcomer, or ends it (0). Replies of theirs that wait still wait: somebody has to look at them.
 * @throws AiguillageError NOT_FOUND for whoever is no adviser of the caisse
 */
export async function setNewcomer(tx: Tx, by: Agent, id: string, replies_to_read: number, now: Date): Promise<void> {
  const row = await tx
    .updateTable('agent')
    .set({ replies_to_read })
    .where('id', '=', id)
    .where('role', '=', 'agent')
    .returning('id')
    .executeTakeFirst();
  if (row === undefined) throw new AiguillageError('NOT_FOUND');
  await appendAudit(tx, actorOf(by), now, 'agent.newcomer', id, { replies_to_read });
}

/** One more reply of a newcomer went as it was written; the last one ends it. */
export async function countApproved(tx: Tx, author: string, by: 1 | -1): Promise<void> {
  await sql`update aiguillage.agent set replies_to_read = greatest(replies_to_read - ${by}::int, 0)
    where id = ${author}::uuid and (replies_to_read > 0 or ${by}::int < 0)`.execute(tx);
}
