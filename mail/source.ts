/**
 * The raw mail as bytes, made readable. Old programs, mbox exports and careless gateways break the frame around the
 * text; the repairs here are small, deterministic and done before any parser looks, so that the parts of a mail keep
 * their numbers.
 */
export interface MailSource {
  /** Header block without the empty line. */
  readonly header: Buffer;
  readonly body: Buffer;
  /** Both, repaired, as the MIME parser reads them. */
  readonly whole: Buffer;
}

const LF = 0x0a;
const CR = 0x0d;
/** A name of an RFC 5322 field and its colon. */
const FIELD = /^(?!--)[!-9;-~]{1,76}[ \t]*:/;
/** Fields that show a line still belongs to a header with junk in it. */
const KNOWN_FIELD =
  /^(?:from|to|cc|subject|date|message-id|received|content-[a-z-]+|mime-version|reply-to|return-path|sender|references|in-reply-to|x-[a-z0-9-]+)[ \t]*:/i;
const BLANK = Buffer.from('\r\n');

/** Prepares a raw mail. Linear; returns views of `raw` where nothing had to be mended. */
export function openSource(raw: Buffer, max_header_bytes = 2_000_000): MailSource {
  const bytes = dropEnvelope(mendLineEnds(raw));
  const source = divide(bytes, max_header_bytes);
  if (source.header.length > 4_096 || source.header.length === 0 || hasKnownField(source.header)) return source;
  // « Bonjour : » is a line of text, not a header.
  return { header: bytes.subarray(0, 0), body: bytes, whole: Buffer.concat([BLANK, bytes]) };
}

function hasKnownField(header: Buffer): boolean {
  return header
    .toString('latin1')
    .split('\n')
    .some((line) => KNOWN_FIELD.test(line));
}

function divide(bytes: Buffer, max_header_bytes: number): MailSource {
  let at = 0;
  const limit = Math.min(bytes.length, max_header_bytes + 4);
  while (at < limit) {
    const found = bytes.indexOf(LF, at);
    const next = found < 0 ? bytes.length : found + 1;
    const length = lineLength(bytes, at, next);
    if (length === 0) return { header: bytes.subarray(0, at), body: bytes.subarray(next), whole: bytes };
    // No empty line, or one with spaces on it: the text begins here, and the parser must be told so.
    const spaces = isSpace(bytes, at, length) && !FIELD.test(bytes.toString('latin1', next, next + 80));
    const ends = spaces || (!isHeaderLine(bytes, at, length) && (isBoundary(bytes, at) || !headerGoesOn(bytes, next)));
    if (ends) {
      const header = bytes.subarray(0, at);
      const body = bytes.subarray(spaces ? next : at);
      return { header, body, whole: Buffer.concat([header, BLANK, body]) };
    }
    at = next;
  }
  return { header: bytes.subarray(0, at), body: bytes.subarray(at), whole: bytes };
}

/** Line ends of old Macs: CR alone. A parser of lines sees one endless header and no text. */
function mendLineEnds(raw: Buffer): Buffer {
  const start = raw.subarray(0, 4_096);
  const lf = start.indexOf(LF);
  const cr = start.indexOf(CR);
  if (cr < 0 || (lf >= 0 && lf < cr) || start[cr + 1] === LF || cr === start.length - 1) return raw;
  const mended = Buffer.from(raw);
  for (let i = mended.indexOf(CR); i >= 0; i = mended.indexOf(CR, i + 1)) if (mended[i + 1] !== LF) mended[i] = LF;
  return mended;
}

/** Byte-order mark, empty lines and the `From ` line of an mbox before the first field (RFC 4155). */
function dropEnvelope(bytes: Buffer): Buffer {
  let at = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  for (;;) {
    const found = bytes.indexOf(LF, at);
    if (found < 0 || found - at > 2_000) break;
    const line = bytes.toString('latin1', at, found);
    if (line.trim() !== '' && !/^>?From /.test(line)) break;
    at = found + 1;
  }
  return bytes.subarray(at);
}

function lineLength(bytes: Buffer, start: number, next: number): number {
  let end = next;
  if (end > start && bytes[end - 1] === LF) end -= 1;
  if (end > start && bytes[end - 1] === CR) end -= 1;
  return end - start;
}

function isHeaderLine(bytes: Buffer, at: number, length: number): boolean {
  const first = bytes[at];
  if (first === 0x20 || first === 0x09) return at > 0;
  return FIELD.test(bytes.toString('latin1', at, at + Math.min(length, 80)));
}

function isSpace(bytes: Buffer, at: number, length: number): boolean {
  for (let i = at; i < at + length; i += 1) if (bytes[i] !== 0x20 && bytes[i] !== 0x09) return false;
  return true;
}

function isBoundary(bytes: Buffer, at: number): boolean {
  return bytes[at] === 0x2d && bytes[at + 1] === 0x2d;
}

/** One of the next lines before an empty one is a well-known field: the odd line was junk inside the header. */
function headerGoesOn(bytes: Buffer, from: number): boolean {
  let at = from;
  for (let i = 0; i < 4 && at < bytes.length; i += 1) {
    const found = bytes.indexOf(LF, at);
    const next = found < 0 ? bytes.length : found + 1;
    if (lineLength(bytes, at, next) === 0) return false;
    if (KNOWN_FIELD.test(bytes.toString('latin1', at, Math.min(at + 80, next)))) return true;
    at = next;
  }
  return false;
}
