import { firstValue, mediaType, parameter, type HeaderField } from './headers.ts';
import { readMime, type MimeAttachment, type MimeOptions, type MimeTree } from './mime.ts';
import { decodePart, guessBoundaries } from './raw.ts';
import type { MailSource } from './source.ts';
import { chooseText, type ChosenText } from './text.ts';

/** The parts of a mail, with what had to be done to find them. */
export interface Structure extends ChosenText {
  readonly attachments: readonly MimeAttachment[];
  readonly stopped: MimeTree['stopped'];
  /** The declared structure gave nothing and the text was found another way. */
  readonly repaired: boolean;
  readonly parts: number;
}

/**
 * Reads a mail as it declares itself; when that gives neither text nor attachment although there is a body, reads it as
 * the multipart its body shows, else as plain text. The same mail always takes the same way, so part numbers hold.
 */
export async function readStructure(
  source: MailSource,
  fields: readonly HeaderField[],
  options: MimeOptions,
): Promise<Structure> {
  const hidden = hiddenBoundary(source, fields);
  if (hidden !== '') {
    const structure = await asMultipart(source, hidden, options);
    if (!isEmpty(structure)) return withPreamble(structure, source, fields, hidden);
  }
  const type = firstValue(fields, 'content-type');
  const declared = toStructure(await readMime(source.whole, options), false);
  if (!isEmpty(declared)) return withPreamble(declared, source, fields, parameter(type, 'boundary'));
  // Its parts were found and hold nothing but white space: an empty mail, well formed.
  if (!hasInk(source.body) || (declared.leaves > 0 && declared.parts > 1)) return declared;
  for (const boundary of guessBoundaries(source.body)) {
    const structure = await asMultipart(source, boundary, options);
    if (!isEmpty(structure)) return withPreamble(structure, source, fields, boundary);
  }
  const text = dropFrames(decodeRoot(source.body.subarray(0, options.max_leaf_bytes), fields)).trim();
  return { ...declared, text, truncated: source.body.length > options.max_leaf_bytes, repaired: text !== '' };
}

/** A body that begins as a multipart under a header that says text: the root's Content-Type was lost on the way. */
function hiddenBoundary(source: MailSource, fields: readonly HeaderField[]): string {
  const type = mediaType(firstValue(fields, 'content-type'));
  if (type !== '' && type !== 'text/plain') return '';
  const boundary = guessBoundaries(source.body.subarray(0, 1_000), true)[0] ?? '';
  return boundary !== '' && source.body.includes(`--${boundary}--`) ? boundary : '';
}

/** The parser takes the first Content-Type field, so ours goes before the others. */
async function asMultipart(source: MailSource, boundary: string, options: MimeOptions): Promise<Structure> {
  const value = boundary.replace(/["\\]/g, '\\$&');
  const field = `Content-Type: multipart/mixed; boundary="${value}"\r\nContent-Transfer-Encoding: 8bit\r\n`;
  const header = source.header.toString('latin1').replace(/^content-(?:type|transfer-encoding)[ \t]*:/gim, 'X-Lost:');
  const end = header === '' || header.endsWith('\n') ? '\r\n' : '\r\n\r\n';
  // White space after a boundary is allowed (RFC 2046 §5.1.1, transport padding) and unknown to the parser.
  const body = source.body.toString('latin1').replace(/^(--[^\r\n]{1,200}?)[ \t]{1,80}(?=\r?\n)/gm, '$1');
  return toStructure(await readMime(Buffer.from(field + header + end + body, 'latin1'), options), true);
}

/** What mail programs of 1995 showed instead of the parts. */
const MIME_NOTICE =
  /(?:this is an? |ceci est un |dies ist eine )[\w /-]{0,60}(?:multi-?part|mime|pgp)|mime[- ](?:format|encapsulated|compliant|aware)|format mime/i;

/** Words before the first boundary are for nobody (RFC 2046 §5.1.1), unless no part has any: then they are the mail. */
function withPreamble(
  structure: Structure,
  source: MailSource,
  fields: readonly HeaderField[],
  boundary: string,
): Structure {
  if (structure.text !== '' || boundary === '') return structure;
  const end = source.body.indexOf(`--${boundary}`);
  if (end <= 0 || end > 64_000) return structure;
  const text = decodeRoot(source.body.subarray(0, end), fields).trim();
  if (text === '' || (MIME_NOTICE.test(text) && text.length < 400)) return structure;
  return { ...structure, text, repaired: true };
}

function decodeRoot(body: Buffer, fields: readonly HeaderField[]): string {
  return decodePart(
    body,
    firstValue(fields, 'content-transfer-encoding'),
    parameter(firstValue(fields, 'content-type'), 'charset'),
    /<(?:html|body|div|p|br|table)\b/i.test(body.toString('latin1', 0, 4_096)) ? 'text/html' : 'text/plain',
  );
}

/** Takes boundary lines and the Content- fields under them out of a text that could only be read raw. */
function dropFrames(text: string): string {
  let inFields = true;
  const kept: string[] = [];
  for (const line of text.split('\n')) {
    if (
      (/^--[^\s-]|^------?[=_A-Za-z0-9]/.test(line) && line.length < 200) ||
      (MIME_NOTICE.test(line) && kept.length === 0)
    )
      inFields = true;
    else if (inFields && line.trim() === '' && kept.length > 0) inFields = false;
    else if (inFields && /^(?:content-[a-z-]{1,40}[ \t]*:|[ \t]|boundary=|charset=)/i.test(line)) continue;
    else {
      inFields = false;
      kept.push(line);
    }
  }
  return kept.join('\n');
}

function toStructure(tree: MimeTree, repaired: boolean): Structure {
  return {
    ...chooseText(tree.root),
    attachments: tree.attachments,
    stopped: tree.stopped,
    parts: tree.parts,
    repaired,
  };
}

function isEmpty(structure: Structure): boolean {
  return structure.text === '' && structure.delivery_status === '' && structure.attachments.length === 0;
}

/** Anything but white space. */
function hasInk(body: Buffer): boolean {
  return body.some((byte) => byte > 0x20);
}
