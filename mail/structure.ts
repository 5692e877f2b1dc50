import { firstValue, mediaType, parameter, type HeaderField } from './headers.ts';
import { readMime, type MimeAttachment, type MimeOptions, type MimeTree } from './mime.ts';
import { decodePart, guessBoundary } from './raw.ts';
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
    if (!isEmpty(structure)) return structure;
  }
  const declared = toStructure(await readMime(source.whole, options), false);
  if (!isEmpty(declared) || !hasInk(source.body)) return declared;
  const boundary = guessBoundary(source.body);
  if (boundary !== '') {
    const structure = await asMultipart(source, boundary, options);
    if (!isEmpty(structure)) return structure;
  }
  const type = firstValue(fields, 'content-type');
  const text = decodePart(
    source.body.subarray(0, options.max_leaf_bytes),
    firstValue(fields, 'content-transfer-encoding'),
    parameter(type, 'charset'),
    /<(?:html|body|div|p|br|table)\b/i.test(source.body.toString('latin1', 0, 4_096)) ? 'text/html' : 'text/plain',
  ).trim();
  return { ...declared, text, truncated: source.body.length > options.max_leaf_bytes, repaired: text !== '' };
}

/** A body that begins as a multipart under a header that says text: the root's Content-Type was lost on the way. */
function hiddenBoundary(source: MailSource, fields: readonly HeaderField[]): string {
  const type = mediaType(firstValue(fields, 'content-type'));
  if (type !== '' && type !== 'text/plain') return '';
  const boundary = guessBoundary(source.body.subarray(0, 1_000));
  return boundary !== '' && source.body.includes(`--${boundary}--`) ? boundary : '';
}

/** The parser takes the first Content-Type field, so ours goes before the others. */
async function asMultipart(source: MailSource, boundary: string, options: MimeOptions): Promise<Structure> {
  if (/["\\]/.test(boundary)) return toStructure(await readMime(Buffer.alloc(0), options), true);
  const field = `Content-Type: multipart/mixed; boundary="${boundary}"\r\nContent-Transfer-Encoding: 8bit\r\n`;
  const rest = Buffer.from(
    source.header.toString('latin1').replace(/^content-(?:type|transfer-encoding)[ \t]*:/gim, 'X-Lost:'),
    'latin1',
  );
  const end = rest.length === 0 || rest.at(-1) === 0x0a ? '\r\n' : '\r\n\r\n';
  const whole = Buffer.concat([Buffer.from(field), rest, Buffer.from(end), source.body]);
  return toStructure(await readMime(whole, options), true);
}

function toStructure(tree: MimeTree, repaired: boolean): Structure {
  return { ...chooseText(tree.root), attachments: tree.attachments, stopped: tree.stopped, parts: tree.parts, repaired };
}

function isEmpty(structure: Structure): boolean {
  return structure.text === '' && structure.delivery_status === '' && structure.attachments.length === 0;
}

/** Anything but white space. */
function hasInk(body: Buffer): boolean {
  return body.some((byte) => byte > 0x20);
}
