/**
 * A first look at a raw mail, for the order of work only: the decoded subject and the start of the text, so that urgent
 * mail overtakes a burst. No decision ever uses it, so it may be rough; it must only be quick and never fail.
 */
const HEAD_BYTES = 16 * 1024;

/** Subject, a line end, and the readable part of the first 16 KB of the mail. */
export function hintText(raw: Buffer): string {
  const head = raw.subarray(0, HEAD_BYTES).toString('latin1');
  const end = /\r?\n\r?\n/.exec(head);
  const headers = head.slice(0, end?.index ?? head.length).replace(/\r?\n[ \t]+/g, ' ');
  const subject = /^subject:[ \t]*(.*)$/im.exec(headers)?.[1] ?? '';
  const body = end === null ? '' : firstText(headers, head.slice(end.index + end[0].length));
  return `${decodeWords(subject)}\n${body.replace(/<[^<>]{0,500}>/g, ' ')}`;
}

/** RFC 2047 encoded words. */
function decodeWords(text: string): string {
  return text
    .replace(/(\?=)\s+(=\?)/g, '$1$2')
    .replace(/=\?([^?\s]{1,40})\?([bq])\?([^?\s]*)\?=/gi, (_, charset: string, kind: string, value: string) =>
      kind.toLowerCase() === 'b'
        ? decode(Buffer.from(value, 'base64'), charset)
        : decode(quotedPrintable(value.replace(/_/g, ' ')), charset),
    );
}

/** The first text part that begins within the look, decoded; the whole when there is no structure. */
function firstText(headers: string, body: string): string {
  if (!/^content-type:[ \t]*multipart\//im.test(headers)) return decodePart(headers, body);
  const start = /^content-type:[ \t]*text\//im.exec(body);
  if (start === null) return '';
  const from = body.lastIndexOf('\n--', start.index) + 1;
  const part = body.slice(from);
  const end = /\r?\n\r?\n/.exec(part);
  if (end === null) return '';
  const text = part.slice(end.index + end[0].length);
  const boundary = /\r?\n--/.exec(text);
  return decodePart(part.slice(0, end.index), boundary === null ? text : text.slice(0, boundary.index));
}

function decodePart(headers: string, body: string): string {
  const encoding = /^content-transfer-encoding:[ \t]*([\w-]+)/im.exec(headers)?.[1]?.toLowerCase();
  const charset = /charset="?([\w.:-]{1,40})/i.exec(headers)?.[1] ?? 'utf-8';
  if (encoding === 'base64') return decode(Buffer.from(body, 'base64'), charset);
  if (encoding === 'quoted-printable') return decode(quotedPrintable(body.replace(/=[ \t]*\r?\n/g, '')), charset);
  return decode(Buffer.from(body, 'latin1'), charset);
}

function quotedPrintable(text: string): Buffer {
  const bytes = text.replace(/=([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1');
}

function decode(bytes: Buffer, charset: string): string {
  try {
    return new TextDecoder(charset).decode(bytes);
  } catch {
    return bytes.toString('utf8');
  }
}
