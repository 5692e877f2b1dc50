import { sql } from 'kysely';
import { advance } from '../domain/conversation.ts';
import type { SnoozeFacts, SnoozeReason } from '../domain/aside.ts';
import { dayOf, dayStart, PARIS } from '../domain/days.ts';
import { actorOf, type Agent } from './agents.ts';
import { LIST_COLUMNS, type ListedConversation } from './conversations.ts';
import type { Tx } from './database.ts';
import { appendAudit, appendEvents } from './events.ts';
import type { Conversation } from './intake.ts';
import { inSight } from './scope.ts';

/** What is set aside and what turns in circles. A conversation set aside stays queued and counted as such. */

/** What domain/aside.ts asks about a conversation somebody holds; own staff only, a pool sets nothing aside. */
export async function snoozeFacts(
  tx: Tx,
  agent: Agent,
  row: Conversation,
  in_pool: boolean,
  now: Date,
): Promise<SnoozeFacts> {
  const since = row.open_since ?? row.last_received_at;
  const { rows } = await sql<{ times: number; mine: number }>`
    select (select count(*)::int from aiguillage.event where conversation_id = ${row.id}
        and type = 'conversation.snoozed' and occurred_at >= ${since}) as times,
      (select count(*)::int from aiguillage.conversation where snoozed_by = ${agent.id}::uuid
        and snoozed_until > ${now}) as mine`.execute(tx);
  const { urgency, due_at, legal_due_at } = row;
  return { urgency, due_at, legal_due_at, since, ...rows[0]!, in_pool };
}

/** Sets it aside; the caller holds the row and has asked domain/aside.ts. Its clocks go on (law 6). */
export async function snooze(
  tx: Tx,
  agent: Agent,
  row: Conversation,
  ask: { readonly reason: SnoozeReason; readonly until: Date },
  now: Date,
): Promise<void> {
  await tx
    .updateTable('conversation')
    .set({
      status: advance(row.status, { type: 'release' }),
      holder: null,
      held_until: null,
      snoozed_until: ask.until,
      snoozed_by: agent.id,
      snooze_reason: ask.reason,
      rev: sql<number>`rev + 1`,
      updated_at: now,
    })
    .where('id', '=', row.id)
    .execute();
  const data = { reason: ask.reason, until: ask.until.toISOString() };
  await appendEvents(tx, actorOf(agent), now, [
    { type: 'conversation.snoozed', occurred_at: now, conversation_id: row.id, data },
  ]);
  await appendAudit(tx, actorOf(agent), now, 'conversation.snoozed', row.id, data);
}

/** Ends the time aside: back in the queue at once, for anybody. The caller holds the row. */
export async function wake(tx: Tx, agent: Agent, row: Conversation, now: Date): Promise<void> {
  await tx
    .updateTable('conversation')
    .set({
      snoozed_until: null,
      snoozed_by: null,
      snooze_reason: null,
      rev: sql<number>`rev + 1`,
      updated_at: now,
    })
    .where('id', '=', row.id)
    .execute();
  const by = row.snoozed_by === agent.id ? 'self' : 'supervisor';
  await appendEvents(tx, actorOf(agent), now, [
    { type: 'conversation.woken', occurred_at: now, conversation_id: row.id, data: { by } },
  ]);
  await appendAudit(tx, actorOf(agent), now, 'conversation.woken', row.id, { by });
}

export interface AsideRow extends ListedConversation {
  readonly snoozed_until: Date | null;
  readonly snoozed_by: string | null;
  readonly snooze_reason: SnoozeReason | null;
  readonly given_back: number;
}

/** What is set aside, soonest back first: one person's, or all this person may see. */
export async function listAside(tx: Tx, agent: Agent, mine: boolean, now: Date, limit: number): Promise<AsideRow[]> {
  return (
    tx
      .selectFrom('conversation')
      .select([...LIST_COLUMNS, 'snoozed_until', 'snoozed_by', 'snooze_reason', 'given_back'])
      .where(inSight(agent))
      .where('status', '=', 'queued')
      .where('snoozed_by', 'is not', null)
      .$if(mine, (query) => query.where('snoozed_by', '=', agent.id))
      // One's own are shown until they are taken again.
      .$if(!mine, (query) => query.where('snoozed_until', '>', now))
      .orderBy('snoozed_until')
      .orderBy('id')
      .limit(limit)
      .execute()
  );
}

/** How many are set aside in each queue, of those this person may see. */
export async function countAside(tx: Tx, agent: Agent, now: Date): Promise<{ queue: string; n: number }[]> {
  const rows = await tx
    .selectFrom('conversation')
    .select(({ fn }) => ['queue', fn.countAll<number>().as('n')])
    .where(inSight(agent))
    .where('status', '=', 'queued')
    .where('snoozed_by', 'is not', null)
    .where('snoozed_until', '>', now)
    .groupBy('queue')
    .orderBy('queue')
    .execute();
  return rows.map(({ queue, n }) => ({ queue, n: Number(n) }));
}

/** Open conversations that people have given back so often, most often first. */
export async function listTurning(tx: Tx, agent: Agent, times: number, limit: number): Promise<AsideRow[]> {
  return tx
    .selectFrom('conversation')
    .select([...LIST_COLUMNS, 'snoozed_until', 'snoozed_by', 'snooze_reason', 'given_back'])
    .where(inSight(agent))
    .where('status', 'in', ['queued', 'assigned'])
    .where('given_back', '>=', times)
    .orderBy('given_back', 'desc')
    .orderBy('id')
    .limit(limit)
    .execute();
}

/** More than anybody gives back in a day. */
const SPARED_MAX = 100;

/**
 * Whose conversations this person gave back today and need not be given again by « suivant » while something else waits.
 * Nothing urgent and nothing late is among them. Not for a pool, which may not look at the log.
 */
export async function sparedSenders(tx: Tx, agent: Agent, now: Date): Promise<string[]> {
  const { rows } = await sql<{ key: string }>`select distinct c.sender_key as key
    from aiguillage.event e join aiguillage.conversation c on c.id = e.conversation_id
    where e.type = 'conversation.released' and e.actor = ${`agent:${agent.id}`} and e.occurred_at >= ${todayOf(now)}
      and c.status = 'queued' and c.urgency > 1 and (c.due_at is null or c.due_at > ${now})
    limit ${sql.lit(SPARED_MAX)}`.execute(tx);
  return rows.map(({ key }) => key);
}

const todayOf = (now: Date): Date => new Date(dayStart(dayOf(now.getTime(), PARIS), PARIS));

/** Conversations this person has given back today (Europe/Paris). Read as the system: a pool may not look at the log. */
export async function releasesToday(tx: Tx, agent: Agent, now: Date): Promise<number> {
  const { rows } = await sql<{ n: number }>`select count(*)::int as n from aiguillage.event
    where type = 'conversation.released' and actor = ${`agent:${agent.id}`}
      and occurred_at >= ${todayOf(now)}`.execute(tx);
  return rows[0]!.n;
}
