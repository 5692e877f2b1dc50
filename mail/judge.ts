import { judgeAutomated } from './automated.ts';
import { dsnActions, isBounceFor } from './bounce.ts';
import { headerMap, readEnvelope } from './envelope.ts';
import { firstValue, readIds, type HeaderField } from './headers.ts';
import type { ParsedMail } from './parsed.ts';

const BODY_START_CHARS = 1_500;

/** Who is behind a mail and, for a bounce, which of our mails it is about. */
export function judge(
  fields: readonly HeaderField[],
  text: string,
  delivery_status: string,
  returned_headers: string,
): Pick<ParsedMail, 'automated' | 'bounce'> {
  const { subject, from_address } = readEnvelope(fields, []);
  const automated = judgeAutomated({
    headers: headerMap(fields),
    subject,
    from_address,
    body_start: text.slice(0, BODY_START_CHARS),
    actions: dsnActions(delivery_status),
  });
  if (automated.kind !== 'bounce') return { automated, bounce: null };
  const bounce = isBounceFor({
    failed_recipients: firstValue(fields, 'x-failed-recipients'),
    delivery_status,
    returned_headers,
    in_reply_to: readIds(`${firstValue(fields, 'in-reply-to')} ${firstValue(fields, 'references')}`)[0] ?? '',
    text,
  });
  return { automated, bounce };
}
