import { sql, type Selectable, type SelectQueryBuilder } from 'kysely';
import { AiguillageError } from '../domain/errors.ts';
import { flagRank, type FlagLevel } from '../domain/rulebook.ts';
import type { Tx } from './database.ts';
import type { DecisionTable, MessageTable, Schema, TaskTable } from './schema.ts';

/** What stands in one conversation, as the desk reads it. */

const COLUMNS = [
  'id',
  'direction',
  'origin',
  'mailbox',
  'sha256',
  'status',
  'received_at',
  'from_address',
  'from_name',
  'to_addresses',
  'cc_addresses',
  'reply_to',
  'subject',
  'body',
  'quoted',
  'signature',
  'attachments',
  'message_id',
  'in_reply_to',
  'refs',
  'automated_reason',
  'parse_problem',
  'author',
  'reply_type',
] as const satisfies readonly (keyof MessageTable)[];

export type ThreadMessage = Pick<Selectable<MessageTable>, (typeof COLUMNS)[number]>;
/** Without `inputs`, which speak of other conversations too. */
const DECISION_COLUMNS = [
  'id',
  'conversation_id',
  'message_id',
  'made_at',
  'rulebook_digest',
  'model_digest',
  'engine',
  'outcome',
  'trace',
  'evidence',
  'load',
  'routed',
] as const satisfies readonly (keyof DecisionTable)[];

export type ThreadDecision = Pick<Selectable<DecisionTable>, (typeof DECISION_COLUMNS)[number]>;
export type Task = Selectable<TaskTable>;

/** A thread of more messages than this is a loop; the newest are shown. */
const MESSAGES_MAX = 500;
const DECISIONS_MAX = 100;

/** Messages of a conversation, oldest first. */
export async function messagesOf(tx: Tx, conversation_id: string): Promise<ThreadMessage[]> {
  const rows = await tx
    .selectFrom('message')
    .select(COLUMNS)
    .where('conversation_id', '=', conversation_id)
    .orderBy('received_at', 'desc')
    .orderBy('id', 'desc')
    .limit(MESSAGES_MAX)
    .execute();
  return rows.reverse();
}

/** One message, only if it stands in this conversation: an id from elsewhere finds nothing. */
export async function messageOf(tx: Tx, conversation_id: string, id: string): Promise<ThreadMessage | undefined> {
  return tx
    .selectFrom('message')
    .select(COLUMNS)
    .where('conversation_id', '=', conversation_id)
    .where('id', '=', id)
    .executeTakeFirst();
}

/**
 * The member's last message: the one an answer hangs on, and whose sender it goes to. Never what a machine wrote: a bounce
 * stands in the thread too, from whoever sent it (law 10).
 */
export async function lastIncoming(tx: Tx, conversation_id: string): Promise<ThreadMessage | undefined> {
  return tx
    .selectFrom('message')
    .select(COLUMNS)
    .where('conversation_id', '=', conversation_id)
    .where('direction', '=', 'incoming')
    .where('outcome', 'in', ['conversation', 'joined'])
    .orderBy('received_at', 'desc')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
}

/**
 * The member's mail a mark is put on: the given one, else the last that a person wrote.
 * @throws AiguillageError NOT_FOUND when the given one is not a member's mail of this conversation
 */
export async function markedMessage(tx: Tx, conversation_id: string, id?: string): Promise<string | undefined> {
  const row = await tx
    .selectFrom('message')
    .select('id')
    .where('conversation_id', '=', conversation_id)
    .where('direction', '=', 'incoming')
    .where('outcome', 'in', ['conversation', 'joined'])
    .$if(id !== undefined, (query) => query.where('id', '=', id!))
    .orderBy('received_at', 'desc')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (row === undefined && id !== undefined) throw new AiguillageError('NOT_FOUND');
  return row?.id;
}

/** The strongest level the machine gave each mark of a conversation: a mark may have been raised by its words. */
export async function decidedLevels(tx: Tx, conversation_id: string): Promise<Map<string, FlagLevel>> {
  return levelsOf(await decisionsOf(tx, conversation_id));
}

/** The strongest level some decisions gave each mark. */
export function levelsOf(decisions: readonly Pick<ThreadDecision, 'outcome'>[]): Map<string, FlagLevel> {
  const levels = new Map<string, FlagLevel>();
  for (const decision of decisions) {
    for (const { id, level } of (decision.outcome as { flags: { id: string; level: FlagLevel }[] }).flags) {
      const known = levels.get(id);
      if (known === undefined || flagRank(level) < flagRank(known)) levels.set(id, level);
    }
  }
  return levels;
}

/** Decisions of a conversation and of those joined to it, newest first. */
export async function decisionsOf(tx: Tx, conversation_id: string): Promise<ThreadDecision[]> {
  return tx
    .selectFrom('decision')
    .select(DECISION_COLUMNS)
    .where('conversation_id', 'in', ({ selectFrom }) => wholeOf(selectFrom('conversation'), conversation_id))
    .orderBy('made_at', 'desc')
    .orderBy('id', 'desc')
    .limit(DECISIONS_MAX)
    .execute();
}

/** The conversation and what was joined to it: decisions and sendings stay where they were made. */
function wholeOf(from: SelectQueryBuilder<Schema, 'conversation', object>, id: string) {
  return from
    .select('conversation.id')
    .where(({ eb, or }) => or([eb('conversation.id', '=', id), eb('conversation.joined_to', '=', id)]));
}

export async function tasksOf(tx: Tx, conversation_id: string): Promise<Task[]> {
  return tx
    .selectFrom('task')
    .selectAll()
    .where('conversation_id', '=', conversation_id)
    .orderBy('due_on')
    .orderBy('id')
    .execute();
}

/** Where a transfer under review should end, or null. Own staff only: a partner does not read the event log. */
export async function wantedQueue(tx: Tx, conversation_id: string): Promise<string | null> {
  const { rows } = await sql<{ wanted: string | null }>`
    select data ->> 'wanted' as wanted from aiguillage.event
    where conversation_id = ${conversation_id} and type = 'conversation.transferred' order by seq desc limit 1`.execute(
    tx,
  );
  return rows[0]?.wanted ?? null;
}

export interface Answers {
  /** A person's written answer is on its way or gone. */
  readonly answered: boolean;
  /** A conclusive call is on record. */
  readonly called: boolean;
  /** The member was told something by us: a reply, or a notice. */
  readonly notified: boolean;
}

/** What we have told the member since their last message. A cancelled or failed sending told nothing. */
export async function answersSince(tx: Tx, conversation_id: string, since: Date): Promise<Answers> {
  const { rows } = await sql<Answers>`
    with gone as (
      select d.kind, m.reply_type from aiguillage.delivery d join aiguillage.message m on m.id = d.message_id
      where d.conversation_id = ${conversation_id} and d.created_at >= ${since} and d.kind <> 'ack'
        and d.status in ('pending', 'sending', 'sent', 'ambiguous') and d.returned_at is null)
    select
      exists (select 1 from gone where kind = 'reply' and reply_type is distinct from 'attente') as answered,
      exists (select 1 from gone) as notified,
      exists (select 1 from aiguillage.message m where m.conversation_id = ${conversation_id} and m.direction = 'outgoing'
        and m.reply_type = 'appel' and m.status = 'sent' and m.received_at >= ${since}) as called`.execute(tx);
  return rows[0]!;
}
