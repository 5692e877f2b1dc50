import { advance, type ClosingCode } from '../../domain/conversation.ts';
import { refuseClosing, type Closer, type ClosingRefusal, type NoAnswerReason } from '../../domain/closing.ts';
import { AiguillageError } from '../../domain/errors.ts';
import type { RowJob } from '../../queues/contracts.ts';
import { actorOf } from '../../store/agents.ts';
import { settle } from '../../store/conversation-changes.ts';
import { lockInSight, requireHeld } from '../../store/desk.ts';
import { appendAudit } from '../../store/events.ts';
import type { Conversation } from '../../store/intake.ts';
import { requestsOf, stopRequests } from '../../store/requests.ts';
import { mayTake } from '../../store/scope.ts';
import { answersSince, lastIncoming } from '../../store/thread.ts';
import { Refusal } from '../errors.ts';
import type { ActionContext } from './context.ts';
import { tellMember, type NoticeAsk } from './notice.ts';

const REFUSALS: Readonly<Record<ClosingRefusal, string>> = {
  role: 'Votre rôle ne permet pas de clore avec ce code.',
  'reason-missing': 'Une clôture sans réponse demande un motif.',
  'answer-missing': 'Il n’y a pas encore de réponse : répondez, ou choisissez un autre code.',
  'call-missing': 'Aucun appel conclusif n’est enregistré : notez d’abord l’appel.',
  'notice-missing':
    'La personne doit être avisée de la transmission (CRPA L114-2) : joignez l’avis, ou répondez d’abord.',
};

export interface CloseAsk {
  readonly code: ClosingCode;
  readonly reason?: NoAnswerReason | undefined;
  /** What tells the member where the mail went; for `redirected`. */
  readonly notice?: NoticeAsk | undefined;
}

/**
 * Closes a conversation with the code a person chose (law 8). What is held must be held by them; what waits or was
 * answered may be closed by whoever answers that queue.
 * @throws AiguillageError NOT_FOUND, CONVERSATION_NOT_HELD, CONVERSATION_TAKEN, CONVERSATION_TRANSITION, CLOSE_REFUSED
 */
export async function close(
  context: ActionContext,
  id: string,
  ask: CloseAsk,
): Promise<{ delivery: string | null; stopped: number; jobs: readonly RowJob[] }> {
  const { tx, agent, now } = context;
  const conversation = await lockClosable(context, id);
  const status = advance(conversation.status, { type: 'close', code: ask.code });
  const last = await lastIncoming(tx, id);
  const done = await answersSince(tx, id, last?.received_at ?? conversation.first_received_at);
  const open = (await requestsOf(tx, id)).filter((request) => request.stopped_at === null);
  const refusal = refuseClosing({
    code: ask.code,
    closer: agent.role as Closer,
    reason: ask.reason,
    open_requests: open.length,
    answered: done.answered && conversation.status !== 'assigned',
    // A call without result leaves the conversation in its holder's hands.
    called: done.called && conversation.status === 'answered',
    notified: done.notified || (ask.code === 'redirected' && ask.notice !== undefined),
  });
  if (refusal === 'role') throw new Refusal('AUTH_FORBIDDEN', REFUSALS.role);
  if (refusal !== undefined) throw new Refusal('CLOSE_REFUSED', REFUSALS[refusal]);
  const told =
    ask.code === 'redirected' && ask.notice !== undefined
      ? await tellMember(context, conversation, ask.notice)
      : undefined;
  const stopped =
    open.length === 0 || ask.code === 'answered'
      ? []
      : await stopRequests(
          tx,
          actorOf(agent),
          id,
          now,
          ask.code === 'redirected'
            ? { kind: 'closed', code: 'redirected', notice: true, confirmed: true }
            : { kind: 'closed', code: ask.code, confirmed: true },
        );
  await settle(tx, id, { status, closing_code: ask.code }, now);
  await appendAudit(tx, actorOf(agent), now, 'conversation.closed', id, {
    code: ask.code,
    ...(ask.reason === undefined ? {} : { reason: ask.reason }),
    ...(told === undefined ? {} : { delivery: told.delivery }),
  });
  return { delivery: told?.delivery ?? null, stopped: stopped.length, jobs: told?.jobs ?? [] };
}

async function lockClosable(context: ActionContext, id: string): Promise<Conversation> {
  const { tx, agent, now } = context;
  const conversation = await lockInSight(tx, agent, id);
  if (conversation.status === 'assigned') return requireHeld(tx, agent, id, now);
  if (!mayTake(agent, conversation)) throw new AiguillageError('AUTH_FORBIDDEN');
  return conversation;
}
