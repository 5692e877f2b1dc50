import type { FlagLevel } from '../../domain/rulebook.ts';
import { agentNames, type Agent } from '../../store/agents.ts';
import { talkBehind, type TalkBehind } from '../../store/bot-transcript.ts';
import { contactsOf, type ListedConversation } from '../../store/conversations.ts';
import type { Tx } from '../../store/database.ts';
import type { Delivery } from '../../store/deliveries.ts';
import { listDeliveries } from '../../store/delivery-desk.ts';
import type { Conversation } from '../../store/intake.ts';
import { joinedTo } from '../../store/joins.ts';
import { lastReading, type ReplyReading } from '../../store/reply-readings.ts';
import { requestsOf, type Request } from '../../store/requests.ts';
import { lastReview } from '../../store/review-desk.ts';
import type { Review } from '../../store/reviews.ts';
import { inSight } from '../../store/scope.ts';
import { waveOf } from '../../store/wave-view.ts';
import {
  decisionsOf,
  levelsOf,
  messagesOf,
  tasksOf,
  wantedQueue,
  type Task,
  type ThreadDecision,
  type ThreadMessage,
} from '../../store/thread.ts';

/** Everything that is read for one thread, before it is put into words. */
export interface LoadedThread {
  readonly conversation: Conversation;
  readonly messages: readonly ThreadMessage[];
  readonly decision: ThreadDecision | undefined;
  /** The strongest level the machine gave each mark. */
  readonly levels: ReadonlyMap<string, FlagLevel>;
  readonly requests: readonly Request[];
  readonly deliveries: readonly Delivery[];
  readonly tasks: readonly Task[];
  readonly contacts: readonly ListedConversation[];
  readonly link: { readonly id: string; readonly ref: string } | undefined;
  /** What people joined to it, and where it was joined itself; own staff only. */
  readonly joined: Awaited<ReturnType<typeof joinedTo>>;
  readonly joined_to: LoadedThread['link'];
  readonly wanted_queue: string | null;
  /** The last review of a transfer; own staff only. */
  readonly review: Review | undefined;
  /** The last reply that was read by a second person, or waits to be; own staff only. */
  readonly reading: ReplyReading | undefined;
  /** The wave it is part of; own staff only. */
  readonly wave: Awaited<ReturnType<typeof waveOf>>;
  /** The talk with the bot it came from. */
  readonly bot: TalkBehind | undefined;
  /** Names of colleagues; empty for a partner, which does not know our people. */
  readonly names: ReadonlyMap<string, string>;
}

const CONTACTS_MAX = 20;

/** Reads a thread this person may see; the caller has checked that. */
export async function loadThread(tx: Tx, agent: Agent, conversation: Conversation): Promise<LoadedThread> {
  const { id } = conversation;
  const partner = agent.role === 'partner';
  const messages = await messagesOf(tx, id);
  const decisions = await decisionsOf(tx, id);
  const tasks = await tasksOf(tx, id);
  const joined = partner ? [] : await joinedTo(tx, id);
  const reading = partner ? undefined : await lastReading(tx, id);
  const people = [
    conversation.holder,
    reading?.author ?? null,
    ...messages.map((message) => message.author),
    ...tasks.map((task) => task.owner),
  ];
  return {
    conversation,
    messages,
    // The newest about a mail that stands here: one that was taken out has its own elsewhere.
    decision: decisions.find((one) => messages.some((message) => message.id === one.message_id)) ?? decisions[0],
    levels: levelsOf(decisions),
    requests: await requestsOf(tx, id),
    // Alert mails are staff's own; they are no part of what the member was sent.
    deliveries: (await deliveriesOf(tx, [id, ...joined.map((other) => other.joined)])).filter(
      ({ kind }) => kind !== 'alert',
    ),
    joined,
    joined_to: conversation.joined_to === null ? undefined : await linkOf(tx, agent, conversation.joined_to),
    tasks,
    contacts: await contactsOf(tx, agent, conversation.sender_key, id, CONTACTS_MAX),
    link: conversation.suggested_link === null ? undefined : await linkOf(tx, agent, conversation.suggested_link),
    wanted_queue: partner ? null : await wantedQueue(tx, id),
    review: partner ? undefined : await lastReview(tx, id),
    reading,
    wave: partner ? undefined : await waveOf(tx, id),
    bot: conversation.channel === 'bot' ? await talkBehind(tx, id, !partner) : undefined,
    names: partner
      ? new Map()
      : await agentNames(
          tx,
          people.filter((person) => person !== null),
        ),
  };
}

async function deliveriesOf(tx: Tx, ids: readonly string[]): Promise<Delivery[]> {
  const each: Delivery[] = [];
  for (const conversation_id of ids) each.push(...(await listDeliveries(tx, { conversation_id })));
  return each.sort((a, b) => a.created_at.getTime() - b.created_at.getTime());
}

async function linkOf(tx: Tx, agent: Agent, id: string): Promise<{ id: string; ref: string } | undefined> {
  return tx
    .selectFrom('conversation')
    .select(['id', 'ref'])
    .where('id', '=', id)
    .where(inSight(agent))
    .executeTakeFirst();
}
