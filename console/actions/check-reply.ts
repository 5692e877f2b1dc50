import { dayInWords } from '../../domain/french-dates.ts';
import { isRefused, lintReply, type Finding } from '../../domain/linter.ts';
import type { MailboxProfile, ReplyTemplate, Rulebook } from '../../domain/rulebook.ts';
import { isOffered } from '../../domain/template-life.ts';
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
  now: Date,
): Promise<Finding[]> {
  const template = checkTemplate(book, conversation, draft.template);
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
  return template === undefined || isOffered(template, now) ? findings : [...findings, expired(template.valid_until!)];
}

/** Somebody began before its last day was over, or kept the text: they answer for it, and are told. */
const expired = (last_day: string): Finding => ({
  code: 'template-expired',
  severity: 'warn',
  message: `Ce modèle était valable jusqu’au ${dayInWords(`${last_day}T12:00:00Z`)} : relisez chaque phrase, et prenez-en un autre s’il y en a un.`,
  start: 0,
  end: 0,
});

/** The same reading while somebody still writes: what would refuse it is told, nothing is thrown. */
export async function tryDraft(
  tx: Tx,
  book: Rulebook,
  id: string,
  draft: Draft,
  now: Date,
): Promise<{ refused: string | null; findings: readonly Finding[] }> {
  const conversation = await tx.selectFrom('conversation').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
  try {
    const findings = await checkDraft(tx, book, profileOf(book, conversation.mailbox), conversation, draft, now);
    return { refused: null, findings };
  } catch (error) {
    if (error instanceof Refusal) return { refused: error.sentence, findings: error.findings };
    throw error;
  }
}

function checkTemplate(book: Rulebook, conversation: Conversation, id: string | undefined): ReplyTemplate | undefined {
  if (id === undefined) return undefined;
  const template = book.templates.find((candidate) => candidate.id === id && candidate.kind === 'reply');
  if (template === undefined)
    throw new Refusal('REPLY_REFUSED', 'Ce modèle de réponse n’existe pas ou n’est plus approuvé.');
  if (template.not_with_flags?.some((flag) => conversation.flags.includes(flag)) === true) {
    throw new Refusal('REPLY_REFUSED', 'Ce modèle ne convient pas à la situation signalée dans cette conversation.');
  }
  return template;
}
