import { decodeBytes } from './charset.ts';
import { cleanText } from './clean.ts';
import {
  firstValue,
  mediaType,
  parameter,
  readAddresses,
  readFields,
  readIds,
  readText,
  type HeaderField,
} from './headers.ts';
import { openSource } from './source.ts';
import { stripTags } from './strip-tags.ts';
import { unquote } from './words.ts';

/** What a look at the beginning of a raw mail gives, without a parse. */
export interface RawScan {
  readonly fields: readonly HeaderField[];
  readonly subject: string;
  readonly from_address: string;
  readonly from_name: string;
  readonly message_id: string;
  /** The beginning of the first text part, decoded; '' when none begins within the look. */
  readonly text: string;
}

export const SCAN_BYTES = 16 * 1024;
/** Multiparts within multiparts that are opened on the way to the text. */
const MAX_LEVELS = 6;

/** Scans the first `bytes` of a raw mail. Bounded work, never throws; safe in the process that serves everybody. */
export function scanRaw(raw: Buffer, bytes = SCAN_BYTES): RawScan {
  const { header, body } = openSource(raw.subarray(0, bytes), bytes);
  const fields = readFields(header);
  const from = readAddresses(firstValue(fields, 'from').slice(0, 4_000))[0];
  return {
    fields,
    subject: readText(firstValue(fields, 'subject')),
    from_address: from?.address ?? '',
    from_name: from?.name ?? '',
    message_id: readIds(firstValue(fields, 'message-id').slice(0, 4_000))[0] ?? '',
    text: firstText(fields, body, 0),
  };
}

function firstText(fields: readonly HeaderField[], body: Buffer, level: number): string {
  const content = firstValue(fields, 'content-type');
  const type = mediaType(content) || 'text/plain';
  if (!type.startsWith('multipart/')) {
    return /^(?:text\/|message\/delivery-status)|^[^/]*$/.test(type)
      ? decodePart(body, firstValue(fields, 'content-transfer-encoding'), parameter(content, 'charset'), type)
      : '';
  }
  if (level >= MAX_LEVELS) return '';
  for (const part of parts(body, parameter(content, 'boundary'))) {
    const inner = openSource(part, SCAN_BYTES);
    const text = firstText(readFields(inner.header), inner.body, level + 1);
    if (text.trim() !== '') return text;
  }
  return '';
}

/** The first parts between `--boundary` lines; without a boundary, the first line that looks like one gives it. */
function parts(body: Buffer, declared: string): Buffer[] {
  const text = body.toString('latin1');
  const boundary = declared !== '' && text.includes(`--${declared}`) ? declared : (guessBoundaries(body)[0] ?? '');
  if (boundary === '') return [];
  const found: Buffer[] = [];
  let start = text.indexOf(`--${boundary}`);
  for (let i = 0; i < 8 && start >= 0; i += 1) {
    const line = text.indexOf('\n', start);
    if (line < 0) break;
    const end = text.indexOf(`\n--${boundary}`, line);
    found.push(body.subarray(line + 1, end < 0 ? body.length : end));
    start = end < 0 ? -1 : end + 1;
  }
  return found;
}

/** `--something`, white space allowed after it (RFC 2046 §5.1.1), then a Content- field; a ruler of dashes is none. */
const BEFORE_FIELD =
  /^--(?=[^\r\n]{0,198}[A-Za-z0-9])([!-~](?:[ -~]{0,197}[!-~])?)[ \t]{0,80}\r?\n(?=content-[a-z-]{1,40}[ \t]*:)/gim;
/** The same before an empty line: a part without any field. */
const BEFORE_BLANK = /^--(?=[^\r\n]{0,198}[A-Za-z0-9])([!-~](?:[ -~]{0,197}[!-~])?)[ \t]{0,80}\r?\n(?=\r?\n)/gim;

/** Boundaries that a body shows, whatever its header says: at most three, likeliest first. */
export function guessBoundaries(body: Buffer, strict = false): string[] {
  const text = body.toString('latin1', 0, 64_000);
  const found = [...text.matchAll(BEFORE_FIELD), ...(strict ? [] : text.matchAll(BEFORE_BLANK))];
  return [...new Set(found.slice(0, 100).map((match) => match[1]!))].slice(0, 3);
}

/** Transfer decoding (RFC 2045 §6), charset and, for HTML, tags off. A cut end is no problem. */
export function decodePart(body: Buffer, encoding: string, charset: string, type: string): string {
  const kind = encoding.replace(/\(.*$/s, '').trim().toLowerCase();
  let bytes: Uint8Array = body;
  if (kind === 'base64') bytes = Buffer.from(body.toString('latin1'), 'base64');
  else if (kind === 'quoted-printable') bytes = unquote(body.toString('latin1').replace(/=[ \t]{0,80}\r?\n/g, ''));
  const text = decodeBytes(bytes, charset);
  return type === 'text/html' ? stripTags(text) : cleanText(text);
}

/**
 * Subject and beginning of the text, for the order of work only: urgent mail overtakes a burst. No decision uses it, so
 * it may be rough; it must be quick and never fail.
 */
export function hintText(raw: Buffer): string {
  const { subject, text } = scanRaw(raw);
  return `${subject}\n${text}`;
}
