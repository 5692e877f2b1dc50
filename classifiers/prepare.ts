import type { Facts, MotifInput } from '../domain/facts.ts';
import type { Rulebook } from '../domain/rulebook.ts';
import { splitQuotes } from '../domain/text/quotes.ts';
import { splitSignature } from '../domain/text/signature.ts';

/** What a mailless line of labelled text leaves out. */
const MAILBOX = 'pfs-assures';
/** When a labelled mail without an instant is read; delays and days in its text count from here. */
const READ_AT = '2026-11-22T09:00:00Z';

interface Raw {
  readonly mailbox?: string | undefined;
  readonly channel?: 'mail' | 'bot' | undefined;
  readonly from?: string | undefined;
  readonly at?: string | undefined;
  readonly attachments?: readonly string[] | undefined;
  readonly subject: string;
  readonly body: string;
}

/** A labelled mail as the model meets it in production: quotes and signature split off. */
export function prepareExample(example: Raw, read_at: string = READ_AT): MotifInput {
  const { body, quoted } = splitQuotes(example.body);
  return {
    mailbox: example.mailbox ?? MAILBOX,
    subject: example.subject,
    body: splitSignature(body).body,
    quoted,
    attachments: example.attachments ?? [],
    from: (example.from ?? '').toLowerCase(),
    received_at: example.at ?? read_at,
  };
}

/** The same mail as a decision meets it. Without an instant of its own it is read at `read_at`. */
export function factsOf(example: Raw, book: Pick<Rulebook, 'mailboxes'>, read_at: string = READ_AT): Facts {
  const input = prepareExample(example, read_at);
  return {
    channel: example.channel ?? 'mail',
    ...input,
    from: input.from ?? '',
    public: book.mailboxes.find((profile) => profile.id === input.mailbox)?.public ?? 'assure',
    received_at: example.at ?? read_at,
    prior_contacts: 0,
  };
}
