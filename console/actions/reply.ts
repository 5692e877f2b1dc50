import {
  advance,
  PIECES_DAYS,
  stopsClock,
  type ConversationStatus,
  type ReplyType,
} from '../../domain/conversation.ts';
import { DAY_MS, dayStart, PARIS, parseDay } from '../../domain/days.ts';
import type { Finding } from '../../domain/linter.ts';
import { isHeld } from '../../domain/reply-reading.ts';
import type { MailboxProfile } from '../../domain/rulebook.ts';
import { queueAccountReply, queueReply, recordPortalReply, type ReplyInput } from '../../mail/queue-reply.ts';
import type { RowJob } from '../../queues/contracts.ts';
import { actorOf, type Agent } from '../../store/agents.ts';
import { settle } from '../../store/conversation-changes.ts';
import { requireHeld, lockInSight } from '../../store/desk.ts';
import { dropDraft } from '../../store/drafts.ts';
import { appendAudit } from '../../store/events.ts';
import { hashRequest, recall, remember } from '../../store/idempotency.ts';
import type { Conversation } from '../../store/intake.ts';
import { recordCall } from '../../store/calls.ts';
import { holdReply } from '../../store/reply-readings.ts';
import { sampleReply } from '../../store/reply-samples.ts';
import { stopRequests } from '../../store/requests.ts';
import type { ThreadMessage } from '../../store/thread.ts';
import { Refusal } from '../errors.ts';
import { checkDraft } from './check-reply.ts';
import { goesToAccount, profileOf, requireIncoming, requireLive, undoMs, type ActionContext } from './context.ts';
import { confirmMotif } from './motif.ts';

export interface ReplyAsk {
  readonly type: ReplyType;
  readonly body: string;
  readonly subject?: string | undefined;
  readonly template?: string | undefined;
  /** Mailboxes that do not answer by mail: where and how the answer was given. */
  readonly proof?: string | undefined;
  /** Calls: was the matter settled? */
  readonly conclusive?: boolean | undefined;
  readonly motif_confirmed?: string | undefined;
  /** `pieces`: last day they are waited for, "YYYY-MM-DD". */
  readonly pieces_due_on?: string | undefined;
}

export interface ReplyAnswer {
  readonly conversation: string;
  readonly status: ConversationStatus;
  /** Null for a reply that waits to be read. */
  readonly message: string | null;
  /** Null for a call, and for a reply that waits to be read. */
  readonly delivery: string | null;
  /** A newcomer's reply waits to be read under this id; nothing left yet. */
  readonly reading: string | null;
  /** ISO instant until which it can be taken back; null when it is final. */
  readonly undo_until: string | null;
  /** What the linter advises; the reply went nevertheless. */
  readonly findings: readonly Finding[];
}

/**
 * Answers a conversation one holds: message, delivery, status, stopped clocks and events in one transaction. Nothing
 * leaves before it is committed; the caller enqueues the jobs then.
 * @throws AiguillageError CONVERSATION_NOT_HELD, CONVERSATION_TAKEN, MAILBOX_OBSERVES, REPLY_REFUSED, IDEMPOTENCY_REUSED
 */
export async function reply(
  context: ActionContext,
  id: string,
  ask: ReplyAsk,
  key: string | undefined,
): Promise<{ answer: ReplyAnswer; jobs: readonly RowJob[] }> {
  const { tx, agent, now } = context;
  const once =
    key === undefined ? undefined : { agent_id: agent.id, key, conversation_id: id, request_hash: hashRequest(ask) };
  if (once !== undefined) {
    await lockInSight(tx, agent, id);
    const before = await recall<ReplyAnswer>(tx, once);
    if (before !== undefined) return { answer: before, jobs: [] };
  }
  const held = await requireHeld(tx, agent, id, now);
  const conversation =
    ask.motif_confirmed === undefined ? held : await confirmMotif(context, held, ask.motif_confirmed);
  const done = isHeld(agent.replies_to_read ?? 0, ask)
    ? { answer: await hold(context, conversation, ask), jobs: [] }
    : await answer(context, conversation, ask);
  if (once !== undefined) await remember(tx, once, done.answer, now);
  return done;
}

/**
 * Writes an answer and what follows from it. The caller holds the row, which is `assigned` or taken as such.
 * @param reader who sends it, when it was held to be read: the context's agent is then its author
 */
export async function answer(
  context: ActionContext,
  conversation: Conversation,
  ask: ReplyAsk,
  reader?: Agent,
): Promise<{ answer: ReplyAnswer; jobs: readonly RowJob[] }> {
  const { tx, agent, book, now } = context;
  const actor = actorOf(agent);
  const { id } = conversation;
  const conclusive = ask.type === 'appel' ? ask.conclusive === true : undefined;
  const written =
    ask.type === 'appel' ? await call(context, conversation, ask) : await write(context, conversation, ask);

  const status = advance(conversation.status, {
    type: 'reply',
    reply: ask.type,
    ...(conclusive === undefined ? {} : { conclusive }),
  });
  // Before the status changes: a partner must still see the row, and the stop refreshes its deadlines.
  if (stopsClock(ask.type, conclusive)) {
    await stopRequests(tx, actor, id, now, {
      kind: 'answered',
      reply_type: ask.type,
      ...(conclusive === undefined ? {} : { conclusive }),
      ...(ask.template === undefined ? {} : { template: ask.template }),
    });
  }
  await settle(tx, id, { status, ...(status === 'waiting' ? { waiting_until: waitingUntil(ask, now) } : {}) }, now);
  await dropDraft(tx, agent.id, id);
  const about = { type: ask.type, message: written.message, delivery: written.delivery };
  const read = reader === undefined ? {} : { author: agent.id };
  await appendAudit(tx, reader === undefined ? actor : actorOf(reader), now, 'conversation.replied', id, {
    ...about,
    ...read,
  });
  // A pool's answers have a sample of their own; what was just read needs no second reading.
  if (reader === undefined && agent.role !== 'partner' && written.delivery !== null && stopsClock(ask.type, false))
    await sampleReply(tx, book, conversation, written.message, now);
  return { answer: { ...told(id, status, written), reading: null }, jobs: written.jobs };
}

/** A newcomer's reply waits for its reader: nothing leaves, no clock stops, the conversation is queued. */
async function hold(context: ActionContext, conversation: Conversation, ask: ReplyAsk): Promise<ReplyAnswer> {
  const { tx, agent, book, now } = context;
  const profile = profileOf(book, conversation.mailbox);
  await requireLive(tx, profile);
  const findings = await checkDraft(tx, book, profile, conversation, ask, now);
  const { id: answered_id } = await requireSendable(context, conversation, profile, ask);
  const { type: reply_type, body, subject = null, template = null, pieces_due_on = null } = ask;
  const reply = { answered: answered_id, reply_type, subject, body, template, pieces_due_on };
  const reading = await holdReply(tx, agent, conversation, reply, now);
  await dropDraft(tx, agent.id, conversation.id);
  const waits = { message: null, delivery: null, undo_until: null, findings };
  return { ...told(conversation.id, 'queued', waits), reading };
}

function told(
  conversation: string,
  status: ConversationStatus,
  written: Pick<ReplyAnswer, 'message' | 'delivery' | 'undo_until' | 'findings'>,
): Omit<ReplyAnswer, 'reading'> {
  const { message, delivery, undo_until, findings } = written;
  return { conversation, status, message, delivery, undo_until, findings };
}

interface Written {
  readonly message: string;
  readonly delivery: string | null;
  readonly undo_until: string | null;
  readonly findings: readonly Finding[];
  readonly jobs: readonly RowJob[];
}

/** A telephone call leaves a trace and no mail; a mailbox that observes does not forbid to call. */
async function call(context: ActionContext, conversation: Conversation, ask: ReplyAsk): Promise<Written> {
  const { tx, agent, now } = context;
  const message = await recordCall(tx, { conversation, body: ask.body, author: agent.id }, now);
  return { message, delivery: null, undo_until: null, findings: [], jobs: [] };
}

async function write(context: ActionContext, conversation: Conversation, ask: ReplyAsk): Promise<Written> {
  const { tx, agent, book, now, deps } = context;
  const profile = profileOf(book, conversation.mailbox);
  await requireLive(tx, profile);
  const findings = await checkDraft(tx, book, profile, conversation, ask, now);
  const answered = await requireSendable(context, conversation, profile, ask);
  const input: ReplyInput = {
    conversation,
    answered: { ...answered, subject: ask.subject ?? answered.subject },
    profile,
    to: { name: answered.from_name, address: answered.from_address },
    body: ask.body,
    reply_type: ask.type,
    template: ask.template,
    author: agent.id,
    secret: deps.secrets.message_id,
  };
  const undo_ms = undoMs(deps);
  const until = undo_ms > 0 ? new Date(now.getTime() + undo_ms).toISOString() : null;
  if (ask.proof === undefined && (await goesToAccount(context, profile, conversation.id))) {
    const queued = await queueAccountReply(tx, actorOf(agent), input, now, undo_ms);
    return { message: queued.message_id, delivery: queued.delivery_id, undo_until: until, findings, jobs: queued.jobs };
  }
  if (profile.reply_via !== 'smtp') {
    const { message_id, delivery_id } = await recordPortalReply(tx, actorOf(agent), input, ask.proof ?? '', now);
    return { message: message_id, delivery: delivery_id, undo_until: null, findings, jobs: [] };
  }
  const queued = await queueReply(tx, actorOf(agent), input, now, undo_ms);
  return { message: queued.message_id, delivery: queued.delivery_id, undo_until: until, findings, jobs: queued.jobs };
}

/** The message an answer hangs on. @throws Refusal REPLY_REFUSED when there is no way to give it */
async function requireSendable(
  context: ActionContext,
  conversation: Conversation,
  profile: MailboxProfile,
  ask: Pick<ReplyAsk, 'proof'>,
): Promise<ThreadMessage> {
  const incoming = await requireIncoming(context.tx, conversation);
  const by_hand = profile.reply_via !== 'smtp' && !(await goesToAccount(context, profile, conversation.id));
  if (by_hand && ask.proof === undefined) {
    throw new Refusal(
      'REPLY_REFUSED',
      'La réponse de cette boîte se donne hors de l’outil : indiquez où et quand elle a été donnée (preuve).',
    );
  }
  if (profile.reply_via === 'smtp' && incoming.from_address === '') {
    throw new Refusal(
      'REPLY_REFUSED',
      'L’adresse de l’expéditeur est inconnue : joignez la personne par un autre moyen.',
    );
  }
  return incoming;
}

function waitingUntil(ask: ReplyAsk, now: Date): Date {
  if (ask.pieces_due_on !== undefined) return new Date(dayStart(parseDay(ask.pieces_due_on) + 1, PARIS));
  return new Date(now.getTime() + PIECES_DAYS * DAY_MS);
}
