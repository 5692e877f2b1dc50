import { cleanLine } from './clean.ts';
import { firstValue, readFields, readIds } from './headers.ts';

/** What a bounce says of the mail of ours that did not arrive. */
export interface BounceDetails {
  /** Lower-case address, '' when the report does not name it. */
  readonly failed_recipient: string;
  /** Message-ID of our mail, in brackets, '' when the report does not carry it. */
  readonly original_message_id: string;
  /** RFC 3463 code such as 5.1.1, '' when absent. */
  readonly status: string;
}

export interface BounceSource {
  /** X-Failed-Recipients of the root (Exim). */
  readonly failed_recipients: string;
  /** Text of the message/delivery-status part (RFC 3464 §2), '' when absent. */
  readonly delivery_status: string;
  /** Header of the returned message (message/rfc822 or text/rfc822-headers, RFC 6522 §3), '' when absent. */
  readonly returned_headers: string;
  /** In-Reply-To or References of the report: some servers name our mail only there. */
  readonly in_reply_to: string;
  /** All text of the report, for servers that write no machine-readable part. */
  readonly text: string;
}

const MAX_STATUS_CHARS = 64_000;
const MAX_TEXT_CHARS = 32_000;
const ADDRESS = /[^\s<>()[\],;:"']{1,64}@[a-z0-9][a-z0-9.-]{1,250}[a-z0-9]/i;

interface Recipient {
  readonly address: string;
  readonly action: string;
  readonly status: string;
}

/** Per-recipient groups of a delivery report, separated by empty lines (RFC 3464 §2.3). */
function readRecipients(status: string): Recipient[] {
  const groups = status
    .slice(0, MAX_STATUS_CHARS)
    .replaceAll('\r\n', '\n')
    .split(/\n[ \t]*\n/);
  return groups
    .map((group) => readFields(Buffer.from(group)))
    .filter((fields) =>
      fields.some(({ name }) => name === 'final-recipient' || name === 'original-recipient' || name === 'action'),
    )
    .map((fields) => ({
      // Original-Recipient is what we wrote to; Final-Recipient may be where an alias led (RFC 3464 §2.3.1).
      address: addressIn(firstValue(fields, 'original-recipient')) || addressIn(firstValue(fields, 'final-recipient')),
      action: cleanLine(firstValue(fields, 'action')).toLowerCase(),
      status: /\b[245]\.\d{1,3}\.\d{1,3}\b/.exec(firstValue(fields, 'status'))?.[0] ?? '',
    }));
}

/** `rfc822; marie@exemple.example`, `<marie@exemple.example>`. */
function addressIn(value: string): string {
  const text = cleanLine(value, 1_000);
  return (ADDRESS.exec(text.replace(/^[a-z0-9-]+ ?;/i, ''))?.[0] ?? '').toLowerCase();
}

/** Actions named in a delivery report, lower case; empty when there is none. */
export function dsnActions(delivery_status: string): string[] {
  if (delivery_status === '') return [];
  return readRecipients(delivery_status)
    .map(({ action }) => action)
    .filter((action) => action !== '');
}

/**
 * The failed recipient and the mail of ours that a bounce is about, so that a task can be opened on its conversation;
 * null when it names neither. The machine-readable part decides, then what Exim, qmail and others write in prose.
 */
export function isBounceFor(source: BounceSource): BounceDetails | null {
  const recipients = readRecipients(source.delivery_status);
  const failed =
    recipients.find(({ action }) => action === 'failed') ?? recipients.find(({ address }) => address !== '');
  const text = source.text.slice(0, MAX_TEXT_CHARS);
  const failed_recipient = failed?.address || addressIn(source.failed_recipients) || recipientInText(text);
  const returned = readFields(Buffer.from(source.returned_headers.slice(0, MAX_STATUS_CHARS)));
  const original_message_id =
    readIds(firstValue(returned, 'message-id'))[0] ?? readIds(source.in_reply_to)[0] ?? idInText(text);
  if (failed_recipient === '' && original_message_id === '') return null;
  const status = failed?.status || (/(?<![\d.])5\.\d{1,3}\.\d{1,3}(?![\d.]*\d)/.exec(text)?.[0] ?? '');
  return { failed_recipient, original_message_id, status };
}

/** qmail and Postfix write `<marie@exemple.example>:`, Exim the address alone on an indented line. */
function recipientInText(text: string): string {
  for (const line of text.split('\n', 400)) {
    if (line.length > 400) continue;
    const alone = /^\s*(?:to: )?<?([^\s<>]{1,64}@[^\s<>]{3,250}?)>?(?::|\s*$|\s+\()/i.exec(line)?.[1];
    if (alone !== undefined && !/^(?:message-id|from|return-path)/i.test(line)) {
      const address = addressIn(alone);
      if (address !== '') return address;
    }
  }
  return '';
}

function idInText(text: string): string {
  const line = /^[> \t]*message-id:[ \t]*(<[^<>\s]{1,996}>)/im.exec(text);
  return line?.[1] ?? '';
}
