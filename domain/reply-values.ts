import { instantInWords } from './acknowledgment.ts';
import { PARIS } from './days.ts';
import type { Rulebook } from './rulebook.ts';
import type { TemplateValues } from './template.ts';

/** What a reply template may say of a conversation. */
export interface AnsweredConversation {
  readonly ref: string;
  readonly mailbox: string;
  readonly motif: string | null;
  readonly motif_confirmed: string | null;
  readonly last_received_at: Date;
}

/** The values of a reply template that are known before anybody has written a word. */
export function replyValues(book: Rulebook, conversation: AnsweredConversation, agent_name: string): TemplateValues {
  const id = conversation.motif_confirmed ?? conversation.motif;
  const motif = book.motifs.find((candidate) => candidate.id === id);
  const profile = book.mailboxes.find((mailbox) => mailbox.id === conversation.mailbox);
  return {
    reference: conversation.ref,
    received_on: instantInWords(conversation.last_received_at.toISOString(), book.calendars[0]?.zone ?? PARIS),
    agent: agent_name,
    ...(motif === undefined ? {} : { motif: motif.label }),
    ...(motif === undefined || motif.pieces.length === 0
      ? {}
      : { pieces: motif.pieces.map((piece) => `- ${piece}`).join('\n') }),
    ...(motif?.teleservice === undefined ? {} : { teleservice: motif.teleservice }),
    ...(profile === undefined ? {} : { service_name: profile.service_name, service_contact: profile.service_contact }),
  };
}
