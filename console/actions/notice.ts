import type { Finding } from '../../domain/linter.ts';
import { queueNotice } from '../../mail/queue-notice.ts';
import { recordPortalReply } from '../../mail/queue-reply.ts';
import type { RowJob } from '../../queues/contracts.ts';
import { actorOf } from '../../store/agents.ts';
import type { Conversation } from '../../store/intake.ts';
import { Refusal } from '../errors.ts';
import { checkDraft } from './check-reply.ts';
import { profileOf, requireIncoming, requireLive, undoMs, type ActionContext } from './context.ts';

export interface NoticeAsk {
  readonly body: string;
  /** Mailboxes that do not answer by mail. */
  readonly proof?: string | undefined;
}

/**
 * Tells the member something beside the answer, by the way the mailbox answers.
 * @throws AiguillageError MAILBOX_OBSERVES, REPLY_REFUSED
 */
export async function tellMember(
  context: ActionContext,
  conversation: Conversation,
  ask: NoticeAsk,
): Promise<{ delivery: string; findings: readonly Finding[]; jobs: readonly RowJob[] }> {
  const { tx, agent, book, now, deps } = context;
  const profile = profileOf(book, conversation.mailbox);
  await requireLive(tx, profile);
  const findings = await checkDraft(tx, book, profile, conversation, { body: ask.body });
  const answered = await requireIncoming(tx, conversation);
  const input = {
    conversation,
    answered,
    profile,
    to: { name: answered.from_name, address: answered.from_address },
    body: ask.body,
    author: agent.id,
    secret: deps.secrets.message_id,
  };
  if (profile.reply_via !== 'smtp') {
    if (ask.proof === undefined) {
      throw new Refusal(
        'REPLY_REFUSED',
        'L’avis se donne hors de l’outil pour cette boîte : indiquez où et quand il a été donné (preuve).',
      );
    }
    // A portal's notice is on record like an answer there; as a holding reply it stops no clock.
    const recorded = await recordPortalReply(tx, actorOf(agent), { ...input, reply_type: 'attente' }, ask.proof, now);
    return { delivery: recorded.delivery_id, findings, jobs: [] };
  }
  if (answered.from_address === '') {
    throw new Refusal(
      'REPLY_REFUSED',
      'L’adresse de l’expéditeur est inconnue : joignez la personne par un autre moyen.',
    );
  }
  const { job } = await queueNotice(tx, actorOf(agent), input, now, undoMs(deps));
  return { delivery: job.id, findings, jobs: [job] };
}
