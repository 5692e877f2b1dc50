import addressparser from 'nodemailer/lib/addressparser';
import { cleanLine } from './clean.ts';
import { decodeBytes } from './charset.ts';
import { decodeWords } from './words.ts';

/** One header field: lower-case name, value unfolded and decoded from bytes, encoded words still in it. */
export interface HeaderField {
  readonly name: string;
  readonly value: string;
}

export interface MailAddress {
  /** Lower case, exactly one "@", no white space or brackets; '' when the field named nobody reachable. */
  readonly address: string;
  readonly name: string;
}

const MAX_FIELDS = 5_000;
/** An address field longer than this is read as far as here: a thousand addressees need no more. */
const MAX_ADDRESS_CHARS = 64_000;
const MAX_ADDRESSES = 1_000;
const MAX_REFERENCES = 200;
/** RFC 5322 §2.1.1: no line is longer, so no Message-ID is. */
const MAX_ID_CHARS = 998;

const FIELD_NAME = /^([!-9;-~]{1,76})[ \t]*:/;

/** Splits a header block into fields, in order. Lines that are no field (RFC 5322 §2.2) are skipped. */
export function readFields(block: Uint8Array): HeaderField[] {
  const fields: { name: string; parts: string[] }[] = [];
  const raw = Buffer.from(block.buffer, block.byteOffset, block.byteLength).toString('latin1');
  for (const line of raw.split('\n')) {
    const text = line.endsWith('\r') ? line.slice(0, -1) : line;
    if (/^[ \t]/.test(text)) {
      fields.at(-1)?.parts.push(text);
      continue;
    }
    const match = FIELD_NAME.exec(text);
    if (match === null || fields.length >= MAX_FIELDS) continue;
    fields.push({ name: match[1]!.toLowerCase(), parts: [text.slice(match[0].length)] });
  }
  return fields.map(({ name, parts }) => ({ name, value: bytesToText(parts.join(' ')).trim() }));
}

/** Fields with bytes over 127 are against RFC 5322 and common: UTF-8 (RFC 6532) or windows-1252. */
function bytesToText(latin1: string): string {
  return /[\u0080-\u00FF]/.test(latin1) ? decodeBytes(Buffer.from(latin1, 'latin1')) : latin1;
}

/** Value of the first field of this name, as it stands, or ''. */
export function firstValue(fields: readonly HeaderField[], name: string): string {
  return fields.find((field) => field.name === name)?.value ?? '';
}

export function allValues(fields: readonly HeaderField[], name: string): string[] {
  return fields.filter((field) => field.name === name).map((field) => field.value);
}

/** Subject and the like: encoded words decoded, one clean line. */
export function readText(value: string): string {
  return cleanLine(decodeWords(value.slice(0, 16_000)));
}

/**
 * Addresses of a field. The structure is read before encoded words are decoded: a decoded name may contain `<` or `,`
 * and must not become an address (RFC 2047 §5).
 */
export function readAddresses(value: string): MailAddress[] {
  const found: MailAddress[] = [];
  let parsed: { address?: string; name?: string }[];
  try {
    parsed = addressparser(value.slice(0, MAX_ADDRESS_CHARS), { flatten: true });
  } catch {
    return found;
  }
  for (const entry of parsed.slice(0, MAX_ADDRESSES)) {
    const address = plainAddress(entry.address ?? '');
    const name = cleanLine(decodeWords(entry.name ?? ''), 200);
    // Some programs put the address into the name and nothing else: `From: "marie@exemple.example"`.
    found.push({ address: address === '' ? plainAddress(name) : address, name });
  }
  return found;
}

function plainAddress(text: string): string {
  const address = cleanLine(text, 320)
    .toLowerCase()
    .replace(/\p{Cf}/gu, '');
  return /^[^\s@<>(),;:"\\]+@[^\s@<>(),;:"\\]+$/.test(address) ? address : '';
}

/** Lower-case addresses without repeats. */
export function addressList(value: string): string[] {
  return [...new Set(readAddresses(value).map((entry) => entry.address))].filter((address) => address !== '');
}

/** Message-IDs in angle brackets, in order, without repeats; an id without brackets gets them. */
export function readIds(value: string): string[] {
  const text = cleanLine(value, 100_000);
  const ids =
    text.match(/<[^<>\s]{1,996}>/g) ?? text.split(/[\s,]+/).filter((id) => id.includes('@') && !/[<>]/.test(id));
  const bracketed = ids.map((id) => (id.startsWith('<') ? id : `<${id}>`)).filter((id) => id.length <= MAX_ID_CHARS);
  const unique = [...new Set(bracketed)];
  // The first names the thread, the last ones its latest turns.
  return unique.length <= MAX_REFERENCES ? unique : [unique[0]!, ...unique.slice(1 - MAX_REFERENCES)];
}

/** The Date field as an ISO instant; undefined when it cannot be read or lies outside 1970–9999. */
export function readDate(value: string): string | undefined {
  const text = cleanLine(value, 100)
    .replace(/\([^()]*\)/g, ' ')
    .trim();
  if (text === '') return undefined;
  // Without a zone the result would depend on the zone of this machine.
  const zoned = /(?:[+-]\d{4}|\b[A-Z]{1,4}|Z)$/i.test(text) ? text : `${text} +0000`;
  const date = new Date(zoned);
  const year = date.getUTCFullYear();
  return Number.isNaN(year) || year < 1970 || year > 9999 ? undefined : date.toISOString();
}

/** A `name=value` parameter of a structured field (RFC 2045 §5.1), quotes removed, '' when absent. */
export function parameter(value: string, name: string): string {
  for (const piece of value.slice(0, 4_000).split(';').slice(1)) {
    const equals = piece.indexOf('=');
    if (equals < 0 || piece.slice(0, equals).trim().toLowerCase() !== name) continue;
    const text = piece.slice(equals + 1).trim();
    return text.startsWith('"') ? (text.slice(1).split('"')[0] ?? '') : (text.split(/\s/)[0] ?? '');
  }
  return '';
}

/** `text/plain` of a Content-Type value, lower case. */
export function mediaType(value: string): string {
  return (value.split(';')[0] ?? '')
    .replace(/\([^()]*\)/g, '')
    .trim()
    .toLowerCase();
}
