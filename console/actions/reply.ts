import { advance, stopsClock, type ConversationStatus, type ReplyType } from '../../domain/conversation.ts';
import { DAY_MS, dayStart, PARIS, parseDay } from '../../domain/days.ts';
import type { Finding } from '../../domain/linter.ts';
import { queueAccountReply, queueReply, recordPortalReply, type ReplyInput } from '../../mail/queue-reply.ts';
import type { RowJob } from '../../queues/contracts.ts';
import { actorOf } from '../../store/agents.ts';
import { settle } from '../../store/conversation-changes.ts';
import { requireHeld, lockInSight } from '../../store/desk.ts';
import { dropDraft } from '../../store/drafts.ts';
import { appendAudit } from '../../store/events.ts';
import { hashRequest, recall, remember } from '../../store/idempotency.ts';
import type { Conversation } from '../../store/intake.ts';
import { recordCall } from '../../store/calls.ts';
import { stopRequests } from '../../store/requests.ts';
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
  readonly message: string;
  /** Null for a call. */
  readonly delivery: string | null;
  /** ISO instant until which it can be taken back; null when it is final. */
  readonly undo_until: string | null;
  /** What the linter advises; the reply went nevertheless. */
  readonly findings: readonly Finding[];
}

/** Missing pieces are waited for this long when the agent sets no day (CRPA L114-5 asks for a delay, not for its length). */
const PIECES_DAYS = 30;

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
  const actor = actorOf(agent);
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
    });
  }
  await settle(tx, id, { status, ...(status === 'waiting' ? { waiting_until: waitingUntil(ask, now) } : {}) }, now);
  await dropDraft(tx, agent.id, id);
  await appendAudit(tx, actor, now, 'conversation.replied', id, {
    type: ask.type,
    message: written.message,
    delivery: written.delivery,
  });
  const answer: ReplyAnswer = {
    conversation: id,
    status,
    message: written.message,
    delivery: written.delivery,
    undo_until: written.undo_until,
    findings: written.findings,
  };
  if (once !== undefined) await remember(tx, once, answer, now);
  return { answer, jobs: written.jobs };
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
  const findings = await checkDraft(tx, book, profile, conversation, ask);
  const answered = await requireIncoming(tx, conversation);
  const input: ReplyInput = {
    conversation,
    answered: { ...answered, subject: ask.subject ?? answered.subject },
    profile,
    to: { name: answered.from_name, address: answered.from_address },
    body: ask.body,
    reply_type: ask.type,
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
    if (ask.proof === undefined) {
      throw new Refusal(
        'REPLY_REFUSED',
        'La réponse de cette boîte se donne hors de l’outil : indiquez où et quand elle a été donnée (preuve).',
      );
    }
    const { message_id, delivery_id } = await recordPortalReply(tx, actorOf(agent), input, ask.proof, now);
    return { message: message_id, delivery: delivery_id, undo_until: null, findings, jobs: [] };
  }
  if (answered.from_address === '') {
    throw new Refusal(
      'REPLY_REFUSED',
      'L’adresse de l’expéditeur est inconnue : joignez la personne par un autre moyen.',
    );
  }
  const queued = await queueReply(tx, actorOf(agent), input, now, undo_ms);
  return { message: queued.message_id, delivery: queued.delivery_id, undo_until: until, findings, jobs: queued.jobs };
}

function waitingUntil(ask: ReplyAsk, now: Date): Date {
  if (ask.pieces_due_on !== undefined) return new Date(dayStart(parseDay(ask.pieces_due_on) + 1, PARIS));
  return new Date(now.getTime() + PIECES_DAYS * DAY_MS);
}
