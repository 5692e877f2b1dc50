import { maskPersonal } from './privacy.ts';
import { oneLine } from './template.ts';

/** How an answer hangs on the message it answers (RFC 5322 §3.6.4) and how our own Message-IDs are made (law 10). */

/**
 * What mail programs put before the subject of an answer or a forward; French Outlook writes « RE : » and « TR : ».
 * Not « Réf : » nor « RV : », with which people begin subjects of their own.
 */
const PREFIX = /^(?:re|ré|rép|tr|fw|fwd|aw|wg|antw)(?:\s?\[\d{1,3}\]|\s?\(\d{1,3}\))?\s?[:：]\s*/iu;
const SUBJECT_CHARS_MAX = 180;
const PREFIXES_MAX = 50;

/**
 * `Re: ` once, whatever stood before; never a line end. Personal numbers a member put there are hidden: subject lines are
 * shown by every program on the way (domain §2.5). A mail without a subject gets a plain one.
 */
export function replySubject(subject: string): string {
  const bare = maskPersonal(bareSubject(subject));
  return `Re: ${bare === '' ? 'Votre message' : bare}`;
}

/** The subject without reply and forward prefixes, on one line, cut at {@link SUBJECT_CHARS_MAX} characters. */
export function bareSubject(subject: string): string {
  let bare = oneLine(subject.slice(0, 4 * SUBJECT_CHARS_MAX));
  for (let i = 0; i < PREFIXES_MAX; i += 1) {
    const next = bare.replace(PREFIX, '');
    if (next === bare) break;
    bare = next;
  }
  // By code points: half a surrogate pair is not text.
  return [...bare].slice(0, SUBJECT_CHARS_MAX).join('').trim();
}

/** What is needed of the message answered. */
export interface Answered {
  readonly message_id: string;
  readonly in_reply_to: string;
  readonly refs: readonly string[];
}

export interface ThreadHeaders {
  /** `<…@…>`, or empty when the message answered has no usable Message-ID. */
  readonly in_reply_to: string;
  /** Oldest first; empty when there is nothing to refer to. */
  readonly refs: string[];
}

const REFS_MAX = 20;
const MESSAGE_ID_CHARS_MAX = 250;
const NORMALISED_CHARS_MAX = 2_000;
/** Stricter than RFC 5322 §3.6.4: no quoted strings, no comments, no spaces; what does not fit is dropped, not repaired. */
const MESSAGE_ID = /^<[^\s<>@\p{Cc}]+@[^\s<>@\p{Cc}]+>$/u;

/**
 * In-Reply-To and References for an answer (RFC 5322 §3.6.4): the references of the message answered, or its
 * In-Reply-To when it has none, then its own id. A long chain keeps its first id and the latest ones, as RFC 5537
 * §3.4.4 does, since a header that grows with every answer ends in a refused mail.
 */
export function threadHeaders(answered: Answered): ThreadHeaders {
  const own = messageIdOf(answered.message_id);
  const parents = answered.refs.length > 0 ? answered.refs : [answered.in_reply_to];
  const chain: string[] = [];
  // From the newest on: the tail of a hostile list of thousands is all that is looked at.
  for (const raw of [...parents.slice(0, 1), ...parents.slice(1).slice(-REFS_MAX), answered.message_id]) {
    const id = messageIdOf(raw);
    if (id !== '' && !chain.includes(id)) chain.push(id);
  }
  const refs = chain.length <= REFS_MAX ? chain : [chain[0]!, ...chain.slice(chain.length - REFS_MAX + 1)];
  return { in_reply_to: own, refs };
}

/** The id in angle brackets when it is one we would put in a header, else empty. */
export function messageIdOf(raw: string): string {
  if (raw.length > 2 * MESSAGE_ID_CHARS_MAX) return '';
  const trimmed = raw.trim();
  const id = trimmed.startsWith('<') ? trimmed : `<${trimmed}>`;
  return id.length <= MESSAGE_ID_CHARS_MAX && MESSAGE_ID.test(id) ? id : '';
}

/** The parts of one of our Message-IDs: `<ag-7k3m-2qx5-c.random.token@domain>`, lower case throughout. */
export interface OwnMessageId {
  readonly ref: string;
  readonly random: string;
  readonly token: string;
}

const OWN = /^(ag-[0-9a-z]{4}-[0-9a-z]{4}-[0-9a-z])\.([0-9a-f]{16})\.([0-9a-f]{32})@[^@]+$/;

/** Writes our Message-ID. Hexadecimal and lower case, because some gateways change the case of what they quote. */
export function formatMessageId(parts: OwnMessageId, domain: string): string {
  return `<${parts.ref.toLowerCase()}.${parts.random}.${parts.token}@${domain.toLowerCase()}>`;
}

/** Reads a Message-ID of ours back; undefined for anybody else's. Says nothing about whether the token is genuine. */
export function parseMessageId(id: string): OwnMessageId | undefined {
  const found = OWN.exec(normaliseMessageId(id));
  return found === null ? undefined : { ref: found[1]!.toUpperCase(), random: found[2]!, token: found[3]! };
}

/**
 * One spelling for ids that mean the same: without spaces, outer brackets or case. More lenient than what we would put
 * in a header, since a thread must hold together also where an id has no « @ ». Empty when there is nothing to compare.
 */
export function normaliseMessageId(id: string): string {
  if (id.length > NORMALISED_CHARS_MAX) return '';
  return id
    .replace(/[\s\p{Cc}]+/gu, '')
    .replace(/^<+|>+$/g, '')
    .toLowerCase();
}

/** The domain part of an address, lower case; `localhost.invalid` when there is none (RFC 2606). */
export function domainOf(address: string): string {
  const domain = address.slice(address.lastIndexOf('@') + 1).toLowerCase();
  return address.includes('@') && /^[a-z0-9.-]+$/.test(domain) ? domain : 'localhost.invalid';
}
