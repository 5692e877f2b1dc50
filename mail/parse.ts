import { splitQuotes } from '../domain/text/quotes.ts';
import { splitSignature } from '../domain/text/signature.ts';
import { cut, safeFileName } from './clean.ts';
import { hasDuplicateFrom, readEnvelope } from './envelope.ts';
import { readFields } from './headers.ts';
import { judge } from './judge.ts';
import type { MimeAttachment } from './mime.ts';
import { readNested } from './nested.ts';
import {
  DEFAULT_LIMITS,
  type ExtractedAttachment,
  type ParsedAttachment,
  type ParsedMail,
  type ParseLimits,
  type ParseOptions,
  type ParseProblem,
} from './parsed.ts';
import { openSource } from './source.ts';
import { readStructure, type Structure } from './structure.ts';

export type {
  ExtractedAttachment,
  ParsedMail,
  ParsedAttachment,
  ParseLimits,
  ParseOptions,
  ParseProblem,
} from './parsed.ts';
export type { ParsePool } from './parse-pool.ts';

/** An inline image up to this size is a pixel or a line of somebody's signature, not a document (octets). */
const TINY_IMAGE_BYTES = 8_192;
/** Attached messages that are read for their text. */
const MAX_NESTED = 20;
const SIGNATURE_FILE = /^application\/(?:pgp-signature|(?:x-)?pkcs7-signature)$/;
const READ_WHOLE = /^(?:message\/(?:rfc822|global|delivery-status|global-delivery-status)|text\/rfc822-headers)$/;

/**
 * Parses a raw mail in this process. Hostile mail can take minutes and gigabytes here: call it through the pool
 * (parse-pool.ts), which runs it in a child that can be killed.
 */
export async function parseMail(raw: Buffer, options: ParseOptions = {}): Promise<ParsedMail> {
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const source = openSource(raw, limits.max_header_bytes);
  const fields = readFields(source.header);
  const problems = new Set<ParseProblem>();
  const structure = await readStructure(source, fields, mimeOptions(limits, keepNested()));
  if (structure.repaired) problems.add('raw-fallback');
  if (structure.stopped !== undefined) problems.add(structure.stopped);
  if (hasDuplicateFrom(fields)) problems.add('duplicate-from');

  const delivery_status = deliveryStatus(structure);
  const whole = structure.text === '' && structure.attachments.length === 0 ? delivery_status : structure.text;
  const full_text = cut(whole, limits.max_text_chars);
  if (structure.truncated || full_text.length < whole.length) problems.add('text-truncated');
  const split = splitQuotes(full_text);
  const { body, signature } = splitSignature(split.body);
  const nested = await readNested(structure, limits, mimeOptions(limits, keepNested()));
  const quoted = cut([split.quoted, nested.text].filter((text) => text !== '').join('\n\n'), limits.max_text_chars);
  return {
    ...readEnvelope(fields, options.trusted_authserv_ids ?? []),
    body,
    quoted,
    signature,
    full_text,
    attachments: listAttachments(structure),
    ...judge(fields, full_text, delivery_status, nested.returned_headers),
    problem: problems.size === 0 ? null : [...problems].join(','),
  };
}

function keepNested(): (attachment: Pick<MimeAttachment, 'type'>) => boolean {
  let kept = 0;
  return ({ type }) => READ_WHOLE.test(type) && ++kept <= MAX_NESTED;
}

function mimeOptions(limits: ParseLimits, keep: (attachment: Pick<MimeAttachment, 'part' | 'type'>) => boolean) {
  const { max_parts, max_header_bytes, max_leaf_bytes } = limits;
  return { max_parts, max_header_bytes, max_leaf_bytes, keep, max_kept_bytes: max_leaf_bytes };
}

/** The report may stand among the text parts or, with a disposition of its own, among the attachments. */
function deliveryStatus(structure: Structure): string {
  const attached = structure.attachments.filter((part) => /^message\/(?:global-)?delivery-status$/.test(part.type));
  return [structure.delivery_status, ...attached.map((part) => Buffer.concat(part.content ?? []).toString('utf8'))]
    .join('\n\n')
    .trim();
}

function listAttachments(structure: Structure): ParsedAttachment[] {
  // With no text at all even a small picture is what the mail is about.
  const smallest = structure.text === '' ? 0 : TINY_IMAGE_BYTES;
  return structure.attachments
    .filter(({ type }) => !SIGNATURE_FILE.test(type))
    .filter(({ type, inline, size }) => !inline || !type.startsWith('image/') || size > smallest)
    .map(({ part, name, type, size }) => ({ part, name: safeFileName(name, type, part), type: safeType(type), size }));
}

function safeType(type: string): string {
  return /^[a-z0-9][a-z0-9!#$&^_.+-]{0,126}\/[a-z0-9][a-z0-9!#$&^_.+-]{0,126}$/.test(type)
    ? type
    : 'application/octet-stream';
}

/** Reads attachment `part` again from the raw mail; null when there is none. In this process: see {@link parseMail}. */
export async function extractPart(
  raw: Buffer,
  part: number,
  options: ParseOptions = {},
): Promise<ExtractedAttachment | null> {
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const source = openSource(raw, limits.max_header_bytes);
  const structure = await readStructure(source, readFields(source.header), {
    ...mimeOptions(limits, (attachment) => attachment.part === part),
    max_kept_bytes: raw.length,
  });
  const found = structure.attachments[part];
  if (found === undefined) return null;
  return {
    name: safeFileName(found.name, found.type, part),
    type: safeType(found.type),
    content: Buffer.concat(found.content ?? []),
  };
}
