import { advance } from '../domain/conversation.ts';
import { AiguillageError } from '../domain/errors.ts';
import type { Rulebook } from '../domain/rulebook.ts';
import { exclusionOf } from '../domain/wave/group.ts';
import { isOver } from '../domain/wave/life.ts';
import type { RowJob } from '../queues/contracts.ts';
import { actorOf, findAgent, type Agent } from '../store/agents.ts';
import { settle } from '../store/conversation-changes.ts';
import { SYSTEM, type Store, type Tx } from '../store/database.ts';
import { appendAudit, appendEvents } from '../store/events.ts';
import {
  finishGroup,
  groupById,
  itemSent,
  itemSkipped,
  nextItem,
  type GroupItemRow,
  type GroupReply,
  type Skip,
} from '../store/group-replies.ts';
import { lockConversation, lockSender } from '../store/intake.ts';
import { stopRequests } from '../store/requests.ts';
import { waveRows } from '../store/wave-items.ts';
import { candidateOf } from './group-list.ts';
import { queueReply } from './queue-reply.ts';

export interface GroupSendDeps {
  readonly store: Store;
  /** The active rulebook. */
  readonly rulebook: (tx: Tx) => Promise<Rulebook>;
  /** Secret of our Message-ID tokens. */
  readonly secret: string;
  readonly clock: () => Date;
  /** Named points at which a test may end the process. */
  readonly at?: ((point: string) => void) | undefined;
}

export interface GroupSent {
  readonly sent: number;
  readonly skipped: number;
  /** To be enqueued on `reply`, each with the undo time of its group. */
  readonly jobs: readonly RowJob[];
  readonly undo_ms: number;
}

/**
 * Goes on with an approved group reply: one item a transaction, in which the conversation is looked at once more, answered
 * and marked. Killed anywhere, each item has either both or nothing; two processes share the list without meeting.
 * @param items_max sendings of this call
 */
export async function sendGroup(deps: GroupSendDeps, id: string, items_max: number): Promise<GroupSent> {
  const jobs: RowJob[] = [];
  let [sent, skipped, undo_ms] = [0, 0, 0];
  for (let n = 0; n < items_max; n += 1) {
    const outcome = await sendNext(deps, id);
    if (outcome === 'none') break;
    undo_ms = outcome.undo_ms;
    if (outcome.jobs.length > 0) sent += 1;
    else skipped += 1;
    jobs.push(...outcome.jobs);
    deps.at?.('group.item');
  }
  await deps.store.write(SYSTEM, (tx) => finishGroup(tx, id, deps.clock()));
  return { sent, skipped, jobs, undo_ms };
}

type Sent = { readonly jobs: readonly RowJob[]; readonly undo_ms: number };

async function sendNext(deps: GroupSendDeps, id: string): Promise<Sent | 'none'> {
  const now = deps.clock();
  let tried: GroupItemRow | undefined;
  try {
    return await deps.store.write(SYSTEM, async (tx) => {
      // Anew each time: a transaction that lost against another runs again.
      tried = undefined;
      const item = await nextItem(tx, id);
      if (item === undefined) return 'none';
      tried = item;
      const group = (await groupById(tx, id))!;
      const done = await answer(deps, tx, group, item, now);
      deps.at?.('group.answered');
      if (typeof done !== 'string') return { jobs: done, undo_ms: group.undo_ms };
      await itemSkipped(tx, group, item, done, now);
      return { jobs: [], undo_ms: group.undo_ms };
    });
  } catch (error) {
    const refused = tried;
    if (!(error instanceof AiguillageError) || refused === undefined) throw error;
    // The outbox refused this one for a reason no list knows: told, so that it cannot hold up those behind it.
    return deps.store.write(SYSTEM, async (tx) => {
      const group = (await groupById(tx, id))!;
      const item = await nextItem(tx, id, refused.n);
      if (item !== undefined) await itemSkipped(tx, group, item, 'refused', now);
      return { jobs: [], undo_ms: group.undo_ms };
    });
  }
}

/** Answers one conversation as its approver would, or says why not. Same order of locks as triage: sender, conversation. */
async function answer(
  deps: GroupSendDeps,
  tx: Tx,
  group: GroupReply,
  item: GroupItemRow,
  now: Date,
): Promise<readonly RowJob[] | Skip> {
  const id = item.conversation_id;
  const wave = await tx
    .selectFrom('wave')
    .select(['status', 'ends_at'])
    .where('id', '=', group.wave_id)
    .executeTakeFirst();
  if (wave?.status !== 'active' || isOver(wave, now)) return 'ended';
  const agent = await findAgent(tx, group.agent_id);
  if (agent === undefined || agent.disabled) return 'author';
  const head = await tx.selectFrom('conversation').select('sender_key').where('id', '=', id).executeTakeFirstOrThrow();
  await lockSender(tx, head.sender_key, now);
  const conversation = (await lockConversation(tx, id))!;
  const book = await deps.rulebook(tx);
  const [row] = await waveRows(tx, agent, group.wave_id, { limit: 1, only: id });
  if (row === undefined) return 'restricted';
  // This item is itself on the list of what is being answered.
  const { item: facts, body } = candidateOf({ ...row, being_answered: false }, book, agent, group, now);
  const why = exclusionOf(facts, group.similarity_min) ?? (row.message === item.message_id ? undefined : 'dialogue');
  if (why !== undefined) return why;
  const profile = book.mailboxes.find((mailbox) => mailbox.id === row.mailbox)!;
  const actor = actorOf(agent);
  if (conversation.status === 'queued') await noteTaken(tx, agent, conversation, group, now);
  const held = conversation.status === 'queued' ? advance('queued', { type: 'claim' }) : conversation.status;
  const queued = await queueReply(
    tx,
    actor,
    {
      conversation,
      answered: {
        ...{ id: item.message_id, subject: row.answered_subject, message_id: row.message_id },
        ...{ in_reply_to: row.in_reply_to, refs: row.refs },
      },
      profile,
      to: { name: row.from_name, address: row.from_address },
      body: body!,
      reply_type: 'definitive',
      template: group.template,
      author: agent.id,
      secret: deps.secret,
    },
    now,
    group.undo_ms,
  );
  await stopRequests(tx, actor, id, now, {
    kind: 'answered',
    reply_type: 'definitive',
    template: group.template,
  });
  await settle(tx, id, { status: advance(held, { type: 'reply', reply: 'definitive' }) }, now);
  await itemSent(tx, item, queued.delivery_id, now);
  const about = { type: 'definitive', message: queued.message_id, delivery: queued.delivery_id, group: group.id };
  await appendAudit(tx, actor, now, 'conversation.replied', id, about);
  return queued.jobs;
}

/** Whoever answers has taken it, for the space of this transaction: the log of a conversation keeps its grammar. */
async function noteTaken(
  tx: Tx,
  agent: Agent,
  at: { id: string; queue: string },
  group: GroupReply,
  now: Date,
): Promise<void> {
  await appendEvents(tx, actorOf(agent), now, [
    {
      type: 'conversation.claimed',
      occurred_at: now,
      conversation_id: at.id,
      data: { queue: at.queue, sibling: false, group: group.id },
    },
  ]);
}
