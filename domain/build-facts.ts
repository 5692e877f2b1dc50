import type { Facts } from './facts.ts';
import type { PriorContact } from './repeat.ts';
import type { MailboxProfile, Public } from './rulebook.ts';

/** The message columns a decision looks at. */
export interface FactSource {
  readonly mailbox: string;
  readonly subject: string;
  readonly body: string;
  readonly quoted: string;
  readonly attachments: readonly { readonly name: string }[];
  readonly from_address: string;
  readonly received_at: Date;
  /** `bot`: handed over by the bot. */
  readonly origin?: string;
}

/** Facts of one stored message. The mailbox's public stands until a sender is recognised. */
export function buildFacts(
  message: FactSource,
  profile: MailboxProfile | undefined,
  history: { prior_contacts: number; contacts?: readonly PriorContact[]; marks?: readonly string[] | undefined },
): Facts {
  const assumed: Public = profile?.public ?? 'assure';
  return {
    channel: message.origin === 'bot' ? 'bot' : 'mail',
    mailbox: message.mailbox,
    subject: message.subject,
    body: message.body,
    quoted: message.quoted,
    attachments: message.attachments.map((attachment) => attachment.name),
    from: message.from_address,
    public: assumed,
    received_at: message.received_at.toISOString(),
    prior_contacts: history.prior_contacts,
    ...(history.contacts === undefined ? {} : { history: history.contacts }),
    ...(history.marks === undefined ? {} : { marks: history.marks }),
  };
}
