import type { Finding } from '../../domain/linter.ts';
import { queueNotice } from '../../mail/queue-notice.ts';
import { recordPortalReply } from '../../mail/queue-reply.ts';
import type { RowJob } from '../../queues/contracts.ts';
import { actorOf } from '../../store/agents.ts';
import type { Conversation } from '../../store/intake.ts';
import { Refusal } from '../errors.ts';
import { checkDraft } from './check-reply.ts';
import { goesToAccount, profileOf, requireIncoming, requireLive, undoMs, type ActionContext } from './context.ts';

export interface NoticeAsk {
  readonly body: string;
  /** Told by another way than this mailbox’s mail: where and when. */
  readonly proof?: string | undefined;
}

/**
 * Tells the member something beside the answer, by the way the mailbox answers. With a proof it was told otherwise, by
 * telephone or letter: the only way left for a task that exists because our mail came back.
 * @throws AiguillageError MAILBOX_OBSERVES, REPLY_REFUSED
 */
export async function tellMember(
  context: ActionContext,
  conversation: Conversation,
  ask: NoticeAsk,
): Promise<{ delivery: string; findings: readonly Finding[]; jobs: readonly RowJob[] }> {
  const { tx, agent, book, now, deps } = context;
  const profile = profileOf(book, conversation.mailbox);
  const by_hand = ask.proof !== undefined;
  if (!by_hand || profile.reply_via !== 'smtp') await requireLive(tx, profile);
  const findings = await checkDraft(tx, book, profile, conversation, { body: ask.body }, now);
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
  if (ask.proof !== undefined) {
    const via = profile.reply_via === 'smtp' ? 'portal' : profile.reply_via;
    // On record like an answer given in a portal; as a holding reply it stops no clock.
    const told = { ...input, profile: { ...profile, reply_via: via }, reply_type: 'attente' as const };
    const recorded = await recordPortalReply(tx, actorOf(agent), told, ask.proof, now);
    return { delivery: recorded.delivery_id, findings, jobs: [] };
  }
  const in_account = await goesToAccount(context, profile, conversation.id);
  if (profile.reply_via !== 'smtp' && !in_account) {
    throw new Refusal(
      'REPLY_REFUSED',
      'L’avis se donne hors de l’outil pour cette boîte : indiquez où et quand il a été donné (preuve).',
    );
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
