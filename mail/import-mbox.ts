import { createReadStream } from 'node:fs';
import { separatorDate } from './import-dates.ts';

/** One mail of an archive. */
export interface ArchivedMail {
  /** With CRLF line ends; of a mail over the limit only its beginning. */
  readonly raw: Buffer;
  /** Octets of the whole mail. */
  readonly size: number;
  readonly received_at: Date | undefined;
}

const LF = 0x0a;
const CR = 0x0d;
const FROM = Buffer.from('From ');
const LINE_MAX_BYTES = 16 * 1024 * 1024;

/**
 * The mails of an mbox file (RFC 4155), streamed. A separator is a "From " line with a date, at the start or after an
 * empty line, so that a sentence that begins with "From " does not cut a mail in two; ">From " is unquoted by one sign
 * (mboxrd).
 * @param max_bytes what is kept of one mail; its size is counted in full.
 */
export async function* readMbox(file: string, max_bytes: number): AsyncGenerator<ArchivedMail, void, undefined> {
  let mail: MailBuilder | undefined;
  let after_empty = true;
  for await (const line of lines(file)) {
    const separator =
      after_empty && line.subarray(0, 5).equals(FROM) ? separatorDate(line.toString('latin1')) : undefined;
    if (separator !== undefined) {
      if (mail !== undefined) yield mail.end();
      mail = new MailBuilder(separator, max_bytes);
      after_empty = false;
      continue;
    }
    after_empty = line.length === 0;
    mail?.add(unquote(line));
  }
  if (mail !== undefined) yield mail.end();
}

class MailBuilder {
  readonly #received_at: Date;
  readonly #max_bytes: number;
  readonly #lines: Buffer[] = [];
  #kept = 0;
  #size = 0;
  #empty_end = false;

  constructor(received_at: Date, max_bytes: number) {
    this.#received_at = received_at;
    this.#max_bytes = max_bytes;
  }

  add(line: Buffer): void {
    this.#empty_end = line.length === 0;
    this.#size += line.length + 2;
    if (this.#size > this.#max_bytes) return;
    this.#kept += 1;
    this.#lines.push(line);
  }

  end(): ArchivedMail {
    // The empty line before the next separator belongs to the file, not to the mail.
    const whole = this.#size <= this.#max_bytes;
    if (whole && this.#empty_end) this.#lines.length = this.#kept - 1;
    const raw = Buffer.concat(this.#lines.flatMap((line) => [line, CRLF]));
    return { raw, size: whole ? raw.length : this.#size, received_at: this.#received_at };
  }
}

const CRLF = Buffer.from('\r\n');

function unquote(line: Buffer): Buffer {
  if (line[0] !== 0x3e) return line;
  let signs = 1;
  while (line[signs] === 0x3e) signs += 1;
  return line.subarray(signs, signs + 5).equals(FROM) ? line.subarray(1) : line;
}

/** Lines without their ends, whichever they are; a line of more than 16 MB comes in pieces. */
async function* lines(file: string): AsyncGenerator<Buffer, void, undefined> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const data of createReadStream(file, { highWaterMark: 256 * 1024 })) {
    let from = 0;
    const block: Buffer = rest.length === 0 ? (data as Buffer) : Buffer.concat([rest, data as Buffer]);
    for (let at = block.indexOf(LF); at >= 0; at = block.indexOf(LF, from)) {
      yield block.subarray(from, at > from && block[at - 1] === CR ? at - 1 : at);
      from = at + 1;
    }
    rest = block.subarray(from);
    if (rest.length > LINE_MAX_BYTES) {
      yield rest;
      rest = Buffer.alloc(0);
    }
  }
  if (rest.length > 0) yield rest.at(-1) === CR ? rest.subarray(0, -1) : rest;
}

/** Line ends as mail has them on the wire (RFC 5322 §2.1), so that an archived mail has the digest it has on the server. */
export function withCrlf(raw: Buffer): Buffer {
  return Buffer.from(raw.toString('latin1').replace(/\r?\n/g, '\r\n'), 'latin1');
}
