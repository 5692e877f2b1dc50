import { isRefused, lintReply, type Finding } from '../../domain/linter.ts';
import type { MailboxProfile, Rulebook } from '../../domain/rulebook.ts';
import type { Tx } from '../../store/database.ts';
import type { Conversation } from '../../store/intake.ts';
import { messagesOf } from '../../store/thread.ts';
import { Refusal } from '../errors.ts';
import { motifOf, profileOf } from './context.ts';

export interface Draft {
  readonly body: string;
  readonly subject?: string | undefined;
  /** Id of the template it started from. */
  readonly template?: string | undefined;
}

/**
 * Reads a draft before it leaves. @returns advice for its author
 * @throws Refusal REPLY_REFUSED with what forbids it; nothing is sent and the agent may correct it
 */
export async function checkDraft(
  tx: Tx,
  book: Rulebook,
  profile: MailboxProfile,
  conversation: Conversation,
  draft: Draft,
): Promise<Finding[]> {
  checkTemplate(book, conversation, draft.template);
  if (/\{\{[^{}]{0,80}\}\}/.test(`${draft.subject ?? ''}\n${draft.body}`)) {
    throw new Refusal('REPLY_REFUSED', 'Un champ du modèle n’est pas rempli : complétez ce qui est entre accolades.');
  }
  const messages = await messagesOf(tx, conversation.id);
  const attachments = messages
    .filter((message) => message.direction === 'incoming')
    .flatMap((message) => message.attachments.map((attachment) => attachment.name));
  const facts = { open_mail: profile.open_mail, attachments, motif: motifOf(book, conversation) };
  const findings = lintReply(draft.body, facts);
  // A request in the subject is as public as one in the text; its offsets are its own.
  const in_subject =
    draft.subject === undefined ? [] : lintReply(draft.subject, facts).filter((f) => f.severity === 'refuse');
  if (isRefused(findings) || in_subject.length > 0) {
    throw new Refusal('REPLY_REFUSED', 'Cette réponse ne peut pas partir telle quelle.', [...findings, ...in_subject]);
  }
  return findings;
}

/** The same reading while somebody still writes: what would refuse it is told, nothing is thrown. */
export async function tryDraft(
  tx: Tx,
  book: Rulebook,
  id: string,
  draft: Draft,
): Promise<{ refused: string | null; findings: readonly Finding[] }> {
  const conversation = await tx.selectFrom('conversation').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
  try {
    const findings = await checkDraft(tx, book, profileOf(book, conversation.mailbox), conversation, draft);
    return { refused: null, findings };
  } catch (error) {
    if (error instanceof Refusal) return { refused: error.sentence, findings: error.findings };
    throw error;
  }
}

function checkTemplate(book: Rulebook, conversation: Conversation, id: string | undefined): void {
  if (id === undefined) return;
  const template = book.templates.find((candidate) => candidate.id === id && candidate.kind === 'reply');
  if (template === undefined)
    throw new Refusal('REPLY_REFUSED', 'Ce modèle de réponse n’existe pas ou n’est plus approuvé.');
  if (template.not_with_flags?.some((flag) => conversation.flags.includes(flag)) === true) {
    throw new Refusal('REPLY_REFUSED', 'Ce modèle ne convient pas à la situation signalée dans cette conversation.');
  }
}
