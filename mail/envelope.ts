import { authenticatedDomain } from './authenticated.ts';
import { cleanLine } from './clean.ts';
import {
  addressList,
  allValues,
  firstValue,
  readAddresses,
  readDate,
  readIds,
  readText,
  type HeaderField,
} from './headers.ts';
import { KEPT_HEADERS, type ParsedMail } from './parsed.ts';

const MAX_HEADER_CHARS = 1_000;

/** The part of a parsed mail that comes from its header alone. */
export type Envelope = Pick<
  ParsedMail,
  | 'from_address'
  | 'from_name'
  | 'reply_to'
  | 'to_addresses'
  | 'cc_addresses'
  | 'subject'
  | 'message_id'
  | 'in_reply_to'
  | 'refs'
  | 'date'
  | 'headers'
  | 'authenticated'
>;

/** Reads who, to whom, about what and in answer to what. Never throws. */
export function readEnvelope(fields: readonly HeaderField[], trusted: readonly string[]): Envelope {
  const from = readAddresses(firstValue(fields, 'from'))[0];
  const date = readDate(firstValue(fields, 'date'));
  const headers: Record<string, string> = {};
  for (const { name, value } of fields) {
    if (KEPT_HEADERS.has(name) && headers[name] === undefined) headers[name] = cleanLine(value, MAX_HEADER_CHARS);
  }
  const from_address = from?.address ?? '';
  return {
    from_address,
    from_name: from?.name ?? '',
    reply_to: addressList(firstValue(fields, 'reply-to'))[0] ?? '',
    to_addresses: addressList(allValues(fields, 'to').join(', ')),
    cc_addresses: addressList(allValues(fields, 'cc').join(', ')),
    subject: readText(firstValue(fields, 'subject')),
    message_id: readIds(firstValue(fields, 'message-id'))[0] ?? '',
    in_reply_to: readIds(firstValue(fields, 'in-reply-to'))[0] ?? '',
    refs: readIds(allValues(fields, 'references').join(' ')),
    ...(date === undefined ? {} : { date }),
    headers,
    authenticated: authenticatedDomain(fields, trusted, from_address),
  };
}

/** True when several From fields name different people: which one a program shows is anybody's guess (RFC 5322 §3.6). */
export function hasDuplicateFrom(fields: readonly HeaderField[]): boolean {
  const values = allValues(fields, 'from');
  return values.length > 1 && new Set(values.map((value) => readAddresses(value)[0]?.address ?? '')).size > 1;
}

/** First value of each field by name, for {@link judgeAutomated}. */
export function headerMap(fields: readonly HeaderField[]): Map<string, string> {
  const map = new Map<string, string>();
  for (const { name, value } of fields) if (!map.has(name)) map.set(name, value);
  return map;
}
