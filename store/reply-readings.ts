import { sql, type Selectable } from 'kysely';
import type { ReplyType } from '../domain/conversation.ts';
import { openHoursBack } from '../domain/review.ts';
import { replyReadingOf } from '../domain/reply-reading.ts';
import type { Rulebook } from '../domain/rulebook.ts';
import { actorOf, type Agent } from './agents.ts';
import { SYSTEM, type Actor, type Tx } from './database.ts';
import { appendAudit, appendEvents } from './events.ts';
import { newId } from './ids.ts';
import type { Conversation } from './intake.ts';
import type { ReadingOutcome, ReplyReadingTable } from './schema-work.ts';

/**
 * Newcomers' replies before they are sent (docs/second-reading.md). A conversation whose reply waits stays queued, counted
 * and on its clocks, and names the row in `reading`: whatever moves it takes the name away, and the row ends then.
 */

export type ReplyReading = Selectable<ReplyReadingTable>;

export interface NewReading {
  /** The incoming message it answers. */
  readonly answered: string;
  readonly reply_type: ReplyType;
  readonly subject: string | null;
  readonly body: string;
  readonly template: string | null;
  readonly pieces_due_on: string | null;
}

/** Keeps a reply until somebody has read it. The caller holds the conversation's row; its clocks go on (law 6). */
export async function holdReply(
  tx: Tx,
  agent: Agent,
  conversation: Conversation,
  reply: NewReading,
  now: Date,
): Promise<string> {
  const id = newId(now.getTime());
  const { id: conversation_id } = conversation;
  await tx
    .insertInto('reply_reading')
    .values({ id, conversation_id, author: agent.id, ...reply, held_at: now })
    .execute();
  await putBack(tx, conversation_id, id, now);
  const about = { reading: id };
  await appendEvents(tx, actorOf(agent), now, [
    { type: 'reply.held', occurred_at: now, conversation_id, message_id: reply.answered, data: about },
  ]);
  await appendAudit(tx, actorOf(agent), now, 'reply.held', conversation_id, { ...about, type: reply.reply_type });
  return id;
}

/** Queued, and waiting for the reader of this row. The trigger looks at the old row: two steps. */
export async function putBack(tx: Tx, conversation_id: string, reading: string, now: Date): Promise<void> {
  const queued = { status: 'queued' as const, holder: null, held_until: null, closing_code: null, waiting_until: null };
  await tx
    .updateTable('conversation')
    .set({ ...queued, reading, rev: sql<number>`rev + 1`, updated_at: now })
    .where('id', '=', conversation_id)
    .execute();
}

/** The row, locked; with it the conversation must be locked already. Undefined when it is not waiting (any more). */
export async function lockReading(tx: Tx, conversation: Conversation): Promise<ReplyReading | undefined> {
  if (conversation.reading === null) return undefined;
  return tx
    .selectFrom('reply_reading')
    .selectAll()
    .where('id', '=', conversation.reading)
    .where('outcome', 'is', null)
    .forUpdate()
    .executeTakeFirst();
}

/** One row, whatever became of it. */
export async function findReading(tx: Tx, id: string): Promise<ReplyReading | undefined> {
  return tx.selectFrom('reply_reading').selectAll().where('id', '=', id).executeTakeFirst();
}

/** The last reading of a conversation, whatever became of it. */
export async function lastReading(tx: Tx, conversation_id: string): Promise<ReplyReading | undefined> {
  return tx
    .selectFrom('reply_reading')
    .selectAll()
    .where('conversation_id', '=', conversation_id)
    .orderBy('held_at', 'desc')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
}

/** The reading that made this sending, if one did. */
export async function readingOfDelivery(tx: Tx, delivery_id: string): Promise<ReplyReading | undefined> {
  return tx.selectFrom('reply_reading').selectAll().where('delivery_id', '=', delivery_id).executeTakeFirst();
}

/** Is this the reading of one's own reply? */
export async function isOwnReading(tx: Tx, agent: Agent, id: string): Promise<boolean> {
  return (await findReading(tx, id))?.author === agent.id;
}

export interface ReadingEnd {
  readonly outcome: ReadingOutcome;
  readonly remark?: string | undefined;
  readonly sent_body?: string | undefined;
  readonly message_id?: string | undefined;
  readonly delivery_id?: string | undefined;
  readonly by?: string | undefined;
}

/** Ends a reading and tells it. What goes back to its author is their draft again, unless they began another one. */
export async function endReading(
  tx: Tx,
  actor: Actor,
  row: Pick<ReplyReading, 'id' | 'conversation_id'>,
  end: ReadingEnd,
  now: Date,
): Promise<void> {
  await tx
    .updateTable('reply_reading')
    .set({
      outcome: end.outcome,
      remark: end.remark ?? null,
      sent_body: end.sent_body ?? null,
      message_id: end.message_id ?? null,
      delivery_id: end.delivery_id ?? null,
      read_by: end.by ?? null,
      ended_at: now,
    })
    .where('id', '=', row.id)
    .execute();
  if (end.outcome !== 'sent' && end.outcome !== 'edited') await draftAgain(tx, row.id, now);
  const data = { reading: row.id, outcome: end.outcome };
  const { conversation_id } = row;
  await appendEvents(tx, actor, now, [{ type: 'reply.read', occurred_at: now, conversation_id, data }]);
  await appendAudit(tx, actor, now, 'reply.read', conversation_id, data);
}

/** A sending that its reader takes back waits for a reader again, as it was written. */
export async function reopenReading(tx: Tx, row: ReplyReading, now: Date): Promise<void> {
  await tx
    .updateTable('reply_reading')
    .set({ outcome: null, sent_body: null, message_id: null, delivery_id: null, read_by: null, ended_at: null })
    .where('id', '=', row.id)
    .execute();
  await putBack(tx, row.conversation_id, row.id, now);
}

async function draftAgain(tx: Tx, id: string, now: Date): Promise<void> {
  await sql`insert into aiguillage.draft (conversation_id, agent_id, reply_type, subject, body, template, updated_at)
    select conversation_id, author, reply_type, subject, body, template, ${now} from aiguillage.reply_reading
    where id = ${id} on conflict (conversation_id, agent_id) do nothing`.execute(tx);
}

/**
 * Ends the readings of conversations that went on without them: taken, moved, closed, or written to again. Nothing is
 * lost: the text is its author's draft.
 * @param only those of one claim, and who made it
 * @returns how many were ended
 */
export async function endLeftReadings(
  tx: Tx,
  now: Date,
  limit: number,
  only?: { readonly readings: readonly string[]; readonly by: string },
): Promise<number> {
  const rows = await tx
    .selectFrom('reply_reading as r')
    .innerJoin('conversation as c', 'c.id', 'r.conversation_id')
    .select(['r.id', 'r.conversation_id', 'r.author'])
    .where('r.outcome', 'is', null)
    .where(({ eb, ref }) => eb('c.reading', 'is distinct from', ref('r.id')))
    .$if(only !== undefined, (query) => query.where('r.id', 'in', [...only!.readings]))
    .orderBy('r.held_at')
    .limit(limit)
    .forUpdate('r')
    .skipLocked()
    .execute();
  for (const row of rows) {
    const outcome = only?.by === row.author ? 'withdrawn' : 'overtaken';
    await endReading(tx, SYSTEM, row, { outcome }, now);
  }
  return rows.length;
}

/** Marks what nobody read in time: from now on it is on the référents' alert list. @returns how many were marked */
export async function markLateReadings(tx: Tx, book: Rulebook, now: Date, limit: number): Promise<number> {
  const { timeout_open_hours } = replyReadingOf(book);
  let marked = 0;
  for (const calendar of book.calendars) {
    const queues = book.queues.filter((queue) => queue.calendar === calendar.id).map(({ id }) => id);
    if (queues.length === 0 || marked >= limit) continue;
    const rows = await tx
      .updateTable('reply_reading')
      .set({ late_at: now })
      .where('id', 'in', (eb) =>
        eb
          .selectFrom('reply_reading as r')
          .innerJoin('conversation as c', (join) =>
            join.onRef('c.id', '=', 'r.conversation_id').onRef('c.reading', '=', 'r.id'),
          )
          .select('r.id')
          .where('r.outcome', 'is', null)
          .where('r.late_at', 'is', null)
          .where('r.held_at', '<=', openHoursBack(now, timeout_open_hours, calendar))
          .where('c.queue', 'in', queues)
          .limit(limit - marked),
      )
      .returning(['id', 'conversation_id'])
      .execute();
    await appendEvents(
      tx,
      SYSTEM,
      now,
      rows.map(({ id, conversation_id }) => ({
        type: 'reply.reading_late' as const,
        occurred_at: now,
        conversation_id,
        data: { reading: id },
      })),
    );
    marked += rows.length;
  }
  return marked;
}
