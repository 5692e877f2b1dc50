import { createHash } from 'node:crypto';
import MailComposer from 'nodemailer/lib/mail-composer';
import { AiguillageError } from '../domain/errors.ts';
import { messageIdOf } from '../domain/reply.ts';
import type { MailboxProfile } from '../domain/rulebook.ts';
import { oneLine } from '../domain/template.ts';
import type { Delivery } from '../store/deliveries.ts';

/** A mail ready to leave: built whole before the connection is used, so that nothing can fail half-way. */
export interface ComposedMail {
  /** Empty: the null reverse-path `<>`. */
  readonly envelope_from: string;
  readonly envelope_to: string;
  readonly raw: Buffer;
  readonly sha256: string;
}

export type Sendable = Pick<
  Delivery,
  'kind' | 'to_name' | 'to_address' | 'subject' | 'body' | 'message_id_header' | 'in_reply_to' | 'refs'
>;

const NAME_CHARS_MAX = 100;
const SUBJECT_CHARS_MAX = 300;
const BODY_CHARS_MAX = 200_000;

/**
 * Builds the mail of a delivery: plain UTF-8 text, one recipient, From the mailbox. The same row and date give the same
 * bytes, so that a stored digest proves what was sent (domain §2.4: no appeal period runs without a proper AR).
 *
 * An acknowledgment leaves with the null reverse-path (RFC 3834 §3.3): a bounce of it must not come back as mail to be
 * answered, and RFC 5321 §4.5.5 forbids anybody to answer it by machine. Some submission servers refuse `<>`;
 * `ack_sender: 'mailbox'` is for them. SPF then looks at our EHLO name (RFC 7208 §2.4), DMARC at the DKIM signature.
 * A reply keeps the mailbox as its sender: that it cannot be delivered is something an agent must learn.
 * @throws AiguillageError BAD_INPUT for an address, Message-ID or text that cannot stand in a mail
 */
export async function composeMail(
  delivery: Sendable,
  profile: Pick<MailboxProfile, 'address' | 'label'>,
  date: Date,
  ack_sender: 'null' | 'mailbox' = 'null',
): Promise<ComposedMail> {
  const envelope_to = sendableAddress(delivery.to_address);
  const mailbox = sendableAddress(profile.address);
  const message_id = messageIdOf(delivery.message_id_header);
  if (message_id === '') throw new AiguillageError('BAD_INPUT', 'A delivery needs a Message-ID.');
  if (delivery.body.length > BODY_CHARS_MAX) throw new AiguillageError('BAD_INPUT', 'The text of a mail is too long.');
  const refs = delivery.refs.map(messageIdOf).filter((id) => id !== '');
  const in_reply_to = messageIdOf(delivery.in_reply_to);
  const composer = new MailComposer({
    // Objects, never strings: a comma or line end in a name would add recipients.
    from: { name: oneLine(profile.label), address: mailbox },
    to: [{ name: [...oneLine(delivery.to_name)].slice(0, NAME_CHARS_MAX).join(''), address: envelope_to }],
    subject: [...oneLine(delivery.subject)].slice(0, SUBJECT_CHARS_MAX).join(''),
    messageId: message_id,
    ...(in_reply_to === '' ? {} : { inReplyTo: in_reply_to }),
    ...(refs.length === 0 ? {} : { references: refs }),
    date,
    text: delivery.body,
    headers: automaticHeaders(delivery.kind),
    encoding: 'quoted-printable',
    newline: 'win',
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  const raw = await composer.compile().build();
  return {
    envelope_from: delivery.kind === 'ack' && ack_sender === 'null' ? '' : mailbox,
    envelope_to,
    raw,
    sha256: createHash('sha256').update(raw).digest('hex'),
  };
}

/** RFC 3834 §5, and the header Exchange looks at. A reply is written by a person and carries neither. */
function automaticHeaders(kind: Delivery['kind']): Record<string, string> {
  if (kind === 'reply') return {};
  return {
    'Auto-Submitted': kind === 'ack' ? 'auto-replied' : 'auto-generated',
    'X-Auto-Response-Suppress': 'All',
  };
}

/** RFC 5321 §4.5.3.1: octets of a local part, a domain, a path. */
const ADDRESS_CHARS_MAX = 254;
/** Dot-atoms only: what quoted local parts, routes and groups could say is not worth what they could hide. */
const ADDRESS =
  /^[\p{L}\p{N}!#$%&'*+/=?^_`{|}~-]+(?:\.[\p{L}\p{N}!#$%&'*+/=?^_`{|}~-]+)*@(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]*[\p{L}\p{N}])?\.)*[\p{L}\p{N}](?:[\p{L}\p{N}-]*[\p{L}\p{N}])?$/u;

/** The address, trimmed. @throws AiguillageError BAD_INPUT when it is not one plain address; it is not quoted */
export function sendableAddress(address: string): string {
  if (!isSendable(address)) throw new AiguillageError('BAD_INPUT', 'An address of a mail is not usable.');
  return address.trim();
}

export function isSendable(address: string): boolean {
  const trimmed = address.trim();
  return trimmed.length <= ADDRESS_CHARS_MAX && ADDRESS.test(trimmed);
}
