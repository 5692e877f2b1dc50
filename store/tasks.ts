import { AiguillageError } from '../domain/errors.ts';
import { actorOf, type Agent } from './agents.ts';
import type { Actor, Tx } from './database.ts';
import { appendEvents } from './events.ts';
import { newId } from './ids.ts';
import { inSight } from './scope.ts';
import type { Task } from './thread.ts';

/** Échéances: dated work for a pôle beside an answer (domain §1.4). One ends only with a notice to the member. */

export interface NewTask {
  readonly conversation_id: string;
  readonly pole: string;
  readonly action: string;
  /** "YYYY-MM-DD". */
  readonly due_on: string;
  readonly owner: string | null;
}

export async function openTask(tx: Tx, agent: Agent, task: NewTask, now: Date): Promise<string> {
  const id = newId(now.getTime());
  await tx
    .insertInto('task')
    .values({ ...task, id, created_by: agent.id, created_at: now })
    .execute();
  await appendEvents(tx, actorOf(agent), now, [
    {
      type: 'task.opened',
      occurred_at: now,
      conversation_id: task.conversation_id,
      data: { task: id, pole: task.pole, due_on: task.due_on },
    },
  ]);
  return id;
}

export interface TaskFilter {
  readonly pole?: string | undefined;
  readonly status: 'open' | 'done';
  readonly limit: number;
}

/** Tasks this person may see, most pressing first: those of conversations in sight, of their poles, or their own. */
export async function listTasks(tx: Tx, agent: Agent, filter: TaskFilter): Promise<(Task & { ref: string })[]> {
  return tx
    .selectFrom('task')
    .innerJoin('conversation', 'conversation.id', 'task.conversation_id')
    .selectAll('task')
    .select('conversation.ref')
    .where(inSight(agent) as never)
    .where('task.status', '=', filter.status)
    .$if(filter.pole !== undefined, (query) => query.where('task.pole', '=', filter.pole!))
    .orderBy('task.due_on')
    .orderBy('task.id')
    .limit(filter.limit)
    .execute();
}

/** The open task, locked. @throws AiguillageError NOT_FOUND, CONVERSATION_TRANSITION when it is done already */
export async function lockOpenTask(tx: Tx, id: string): Promise<Task> {
  const task = await tx.selectFrom('task').selectAll().where('id', '=', id).forUpdate().executeTakeFirst();
  if (task === undefined) throw new AiguillageError('NOT_FOUND');
  if (task.status === 'done') throw new AiguillageError('CONVERSATION_TRANSITION', 'The task is done already.');
  return task;
}

export async function finishTask(tx: Tx, agent: Agent, task: Task, notice_delivery: string, now: Date): Promise<void> {
  await tx
    .updateTable('task')
    .set({ status: 'done', done_at: now, done_by: agent.id, notice_delivery })
    .where('id', '=', task.id)
    .execute();
  await appendEvents(tx, actorOf(agent), now, [
    {
      type: 'task.done',
      occurred_at: now,
      conversation_id: task.conversation_id,
      data: { task: task.id, pole: task.pole, delivery: notice_delivery },
    },
  ]);
}

/** The notice that ended a task was taken back: the task is open again. */
export async function reopenTaskOf(tx: Tx, actor: Actor, notice_delivery: string, now: Date): Promise<void> {
  const task = await tx
    .selectFrom('task')
    .selectAll()
    .where('notice_delivery', '=', notice_delivery)
    .forUpdate()
    .executeTakeFirst();
  if (task === undefined) return;
  await tx
    .updateTable('task')
    .set({ status: 'open', done_at: null, done_by: null, notice_delivery: null })
    .where('id', '=', task.id)
    .execute();
  await appendEvents(tx, actor, now, [
    {
      type: 'task.opened',
      occurred_at: now,
      conversation_id: task.conversation_id,
      data: { task: task.id, pole: task.pole, again: true },
    },
  ]);
}
