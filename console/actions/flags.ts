import { planFlag, type FlagAction, type Flagged } from '../../domain/flagging.ts';
import { actorOf, type Agent } from '../../store/agents.ts';
import { isP0, raiseAlert } from '../../store/alerts.ts';
import { setFlags } from '../../store/conversation-changes.ts';
import { SYSTEM } from '../../store/database.ts';
import { lockInSight, requireHeld, requireInSight } from '../../store/desk.ts';
import { appendAudit, appendEvents } from '../../store/events.ts';
import type { Conversation } from '../../store/intake.ts';
import { returnPlaces } from '../../store/load.ts';
import { workQueues } from '../../store/scope.ts';
import { decidedLevels, markedMessage } from '../../store/thread.ts';
import type { ConsoleDeps } from '../deps.ts';
import { Refusal } from '../errors.ts';
import { act, type ActionContext } from './context.ts';

export interface FlagChange {
  readonly action: FlagAction;
  readonly flag: string;
  /** The mail that carries the mark; the member's last one when left out. */
  readonly message?: string | undefined;
}

export type FlagAnswer = Pick<Flagged, 'flags' | 'urgency' | 'status' | 'queue'>;

/**
 * A person puts a mark on a conversation or takes one away; the next model learns from it (store/corrections.ts). Who
 * holds it may, and référents and supervisors.
 *
 * It runs as the system, after the same checks, as a transfer does: an urgent mark takes the conversation out of a
 * partner's sight. Events and audit name the person.
 * @throws AiguillageError NOT_FOUND, CONVERSATION_NOT_HELD, CONVERSATION_TAKEN
 * @throws Refusal BAD_INPUT for a mark the rulebook does not have
 */
export async function changeFlag(deps: ConsoleDeps, agent: Agent, id: string, ask: FlagChange): Promise<FlagAnswer> {
  // Row security has its say too: the person's own role must see the row first.
  await deps.store.read(actorOf(agent), (tx) => requireInSight(tx, agent, id));
  return act(deps, agent, (context) => changeIn(context, id, ask), SYSTEM);
}

async function changeIn(context: ActionContext, id: string, ask: FlagChange): Promise<FlagAnswer> {
  const { tx, agent, book, now } = context;
  const reviews = agent.role === 'referent' || agent.role === 'supervisor';
  const conversation = reviews ? await lockInSight(tx, agent, id) : await requireHeld(tx, agent, id, now);
  if (conversation.joined_to !== null)
    throw new Refusal('DESK_REFUSED', 'Cette conversation est jointe à une autre : signalez là-bas.');
  const level = book.flags.find((flag) => flag.id === ask.flag)?.level;
  if (level === undefined && !conversation.flags.includes(ask.flag)) {
    throw new Refusal('BAD_INPUT', 'Ce signalement n’existe pas dans les règles en vigueur.');
  }
  const message = ask.action === 'add' ? await markedMessage(tx, id, ask.message) : undefined;
  const plan = planFlag(
    book,
    conversation,
    {
      action: ask.action,
      flag: ask.flag,
      role: agent.role as 'agent' | 'referent' | 'supervisor' | 'partner',
      mine: conversation.status === 'assigned' && conversation.holder === agent.id,
      queues: workQueues(agent),
    },
    ask.action === 'remove' ? await decidedLevels(tx, id) : undefined,
  );
  if (plan === undefined) return answerOf(conversation);
  await setFlags(tx, id, plan, now);
  // What the pool had answered before took its place in the quota.
  if (plan.recalled !== undefined && ['queued', 'assigned'].includes(conversation.status))
    await returnPlaces(tx, book, plan.recalled, [conversation]);
  // A P0 that a person saw rings like the machine's, unless they keep it in their own hands.
  const kept = plan.status === 'assigned' && conversation.holder === agent.id;
  if (ask.action === 'add' && isP0(book, ask.flag) && !kept)
    await raiseAlert(tx, book, { conversation_id: id, message_id: message ?? null, flag: ask.flag }, now);
  await record(context, conversation, plan, { ...ask, level: level ?? null, message: message ?? null });
  return answerOf(plan);
}

async function record(
  { tx, agent, now }: ActionContext,
  before: Conversation,
  after: Flagged,
  { action, flag, level, message }: { action: FlagAction; flag: string; level: string | null; message: string | null },
): Promise<void> {
  const actor = actorOf(agent);
  const about = { occurred_at: now, conversation_id: before.id };
  const type = action === 'add' ? 'conversation.flag_added' : 'conversation.flag_removed';
  const reopened = after.status === 'queued' && !['queued', 'assigned'].includes(before.status);
  await appendEvents(tx, actor, now, [
    { type, ...about, message_id: message, data: { flag, level, urgency: after.urgency } },
    ...(reopened
      ? [{ type: 'conversation.reopened' as const, ...about, data: { from: before.status, reason: 'flag-added' } }]
      : []),
    ...(after.queue === before.queue
      ? []
      : [
          {
            type: 'conversation.transferred' as const,
            ...about,
            data: { from: before.queue, to: after.queue, reason: 'urgent', flag },
          },
        ]),
    ...(after.recalled === undefined
      ? []
      : [{ type: 'overflow.recalled' as const, ...about, data: { pool: after.recalled, to: after.queue } }]),
  ]);
  await appendAudit(tx, actor, now, type, before.id, { flag });
}

function answerOf({ flags, urgency, status, queue }: FlagAnswer): FlagAnswer {
  return { flags: [...flags], urgency, status, queue };
}
