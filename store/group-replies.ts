import { sql, type Selectable } from 'kysely';
import { AiguillageError } from '../domain/errors.ts';
import type { Exclusion } from '../domain/wave/group.ts';
import { actorOf, type Agent } from './agents.ts';
import { SYSTEM, type Tx } from './database.ts';
import { appendAudit, appendEvents } from './events.ts';
import { newId } from './ids.ts';
import { inSight } from './scope.ts';
import type { GroupReplyItemTable, GroupReplyTable } from './schema-waves.ts';

/**
 * Approved group replies (docs/waves.md). The list is a table of items that are sent one by one, each in a transaction of
 * its own with its sending: whoever takes up an unfinished one goes on where the last stopped.
 */

const UNIQUE_VIOLATION = '23505';

export type GroupReply = Selectable<GroupReplyTable>;
export type GroupItemRow = Selectable<GroupReplyItemTable>;

export interface NewGroupReply {
  readonly wave_id: string;
  readonly digest: string;
  readonly template: string;
  readonly subject: string;
  readonly body: string;
  readonly motif: string | null;
  /** 0–1: what the rules asked when it was approved. */
  readonly similarity_min: number;
  readonly undo_ms: number;
  readonly items: readonly { readonly conversation: string; readonly message: string }[];
}

/**
 * Keeps what a person approved. The caller holds the wave's row and has compared the digest.
 * @throws AiguillageError WAVE_LIST_CHANGED when somebody is at one of its conversations this very moment
 */
export async function insertGroup(tx: Tx, agent: Agent, group: NewGroupReply, now: Date): Promise<string> {
  const id = newId(now.getTime());
  const { items, ...row } = group;
  await requireQuiet(
    tx,
    items.map(({ conversation }) => conversation),
  );
  await tx
    .insertInto('group_reply')
    .values({ ...row, id, agent_id: agent.id, approved_at: now })
    .execute();
  await tx
    .insertInto('group_reply_item')
    .values(
      items.map(({ conversation, message }, n) => ({
        ...{ group_id: id, n, conversation_id: conversation, message_id: message, status: 'pending' as const },
      })),
    )
    .execute()
    .catch((error: unknown) => {
      if ((error as { code?: unknown }).code === UNIQUE_VIOLATION) throw new AiguillageError('WAVE_LIST_CHANGED');
      throw error;
    });
  const data = { group: id, wave: group.wave_id, items: items.length, digest: group.digest };
  await appendEvents(tx, actorOf(agent), now, [{ type: 'group_reply.approved', occurred_at: now, data }]);
  await appendAudit(tx, actorOf(agent), now, 'group_reply.approved', id, data);
  return id;
}

/** Waiting for a conversation in somebody's hands would also be to wait in no order: the list is looked at again instead. */
async function requireQuiet(tx: Tx, conversations: readonly string[]): Promise<void> {
  const free = await tx
    .selectFrom('conversation')
    .select('id')
    .where('id', 'in', [...conversations])
    .forKeyShare()
    .skipLocked()
    .execute();
  if (free.length < conversations.length) throw new AiguillageError('WAVE_LIST_CHANGED');
}

/** Group replies with items left, oldest first. */
export async function unfinishedGroups(tx: Tx): Promise<string[]> {
  const rows = await tx
    .selectFrom('group_reply')
    .select('id')
    .where('finished_at', 'is', null)
    .orderBy('approved_at')
    .limit(100)
    .execute();
  return rows.map(({ id }) => id);
}

/** The next item nobody is at (or the one of this number), locked; undefined when there is none. */
export async function nextItem(tx: Tx, group: string, n?: number): Promise<GroupItemRow | undefined> {
  return tx
    .selectFrom('group_reply_item')
    .selectAll()
    .where('group_id', '=', group)
    .where('status', '=', 'pending')
    .$if(n !== undefined, (query) => query.where('n', '=', n!))
    .orderBy('n')
    .limit(1)
    .forUpdate()
    .skipLocked()
    .executeTakeFirst();
}

/** Why an approved item got no answer: as in the list, or what happened since. */
export type Skip = Exclusion | 'ended' | 'stopped' | 'author' | 'refused';

/** The item has its sending. */
export async function itemSent(tx: Tx, item: GroupItemRow, delivery_id: string, now: Date): Promise<void> {
  await setItem(tx, item, { status: 'sent', delivery_id, done_at: now });
}

/** The item is left to the ordinary work, and told. */
export async function itemSkipped(tx: Tx, group: GroupReply, item: GroupItemRow, why: Skip, now: Date): Promise<void> {
  await setItem(tx, item, { status: 'skipped', reason: why, done_at: now });
  await appendEvents(tx, SYSTEM, now, [
    {
      type: 'group_reply.skipped',
      occurred_at: now,
      conversation_id: item.conversation_id,
      data: { group: group.id, wave: group.wave_id, reason: why },
    },
  ]);
}

async function setItem(tx: Tx, { group_id, n }: GroupItemRow, to: Partial<GroupItemRow>): Promise<void> {
  await tx.updateTable('group_reply_item').set(to).where('group_id', '=', group_id).where('n', '=', n).execute();
}

/** Marks a group reply whose items all have an end. @returns false when some are left */
export async function finishGroup(tx: Tx, id: string, now: Date): Promise<boolean> {
  const row = await tx
    .updateTable('group_reply')
    .set({ finished_at: now })
    .where('id', '=', id)
    .where('finished_at', 'is', null)
    .where(
      sql<boolean>`not exists (select 1 from aiguillage.group_reply_item i
      where i.group_id = group_reply.id and i.status = 'pending')`,
    )
    .returning('id')
    .executeTakeFirst();
  return row !== undefined;
}

/** How a group reply stands, item by item in the order of the list. */
export interface GroupProgress {
  readonly group: GroupReply;
  readonly items: readonly (Pick<GroupItemRow, 'conversation_id' | 'status' | 'reason' | 'delivery_id'> & {
    readonly ref: string;
    /** Of the sending; null where there is none. */
    readonly delivery: string | null;
  })[];
}

/** The group replies of a wave, newest first, with what this person may see of them. */
export async function groupsOf(tx: Tx, agent: Agent, wave: string): Promise<GroupProgress[]> {
  const groups = await tx
    .selectFrom('group_reply')
    .selectAll()
    .where('wave_id', '=', wave)
    .orderBy('approved_at', 'desc')
    .limit(50)
    .execute();
  const found: GroupProgress[] = [];
  for (const group of groups) found.push({ group, items: await itemsOf(tx, agent, group.id) });
  return found;
}

/** @returns undefined when there is no such group reply */
export async function groupById(tx: Tx, id: string): Promise<GroupReply | undefined> {
  return tx.selectFrom('group_reply').selectAll().where('id', '=', id).executeTakeFirst();
}

/** Items in sight of this person, with what became of their sendings. */
export async function itemsOf(tx: Tx, agent: Agent, group: string): Promise<GroupProgress['items']> {
  return tx
    .selectFrom('group_reply_item as i')
    .innerJoin('conversation', 'conversation.id', 'i.conversation_id')
    .leftJoin('delivery as d', 'd.id', 'i.delivery_id')
    .select(['i.conversation_id', 'i.status', 'i.reason', 'i.delivery_id', 'conversation.ref', 'd.status as delivery'])
    .where('i.group_id', '=', group)
    .where(inSight(agent) as never)
    .orderBy('i.n')
    .execute();
}
