import type { FetchMessageObject, FetchQueryObject, ImapFlow } from 'imapflow';
import { alive, assertAlive } from './connection.ts';
import { MailProblem } from './problems.ts';

/**
 * Reading mails from the selected folder. Nothing here ever takes an absent answer for an absent mail: after a dead
 * connection imapflow may answer with nothing, and a mail taken for gone would be lost.
 */
export interface MailHead {
  readonly uid: number;
  /** RFC822.SIZE. */
  readonly size: number;
  /** INTERNALDATE; null when the server gave none or nonsense. */
  readonly internal_date: Date | null;
}

export interface FetchedMail extends MailHead {
  readonly source: Buffer;
  /** `size-mismatch`: two fetches agreed on a length other than the announced one; what the server sends is kept. */
  readonly note?: 'size-mismatch';
}

/** UIDs in one command; servers take lines of 8 KB (RFC 7162 §4). */
export const HEADS_MAX = 500;
const HEADER_MAX_BYTES = 64 * 1024;

/** Every UID of the range, ascending; without `to` up to the last. @throws MailProblem MAIL_FOLDER, MAIL_CONNECTION */
export async function searchUids(client: ImapFlow, from: number, to?: number): Promise<number[]> {
  const found = await client.search({ uid: `${from}:${to ?? '*'}` }, { uid: true });
  assertAlive(client);
  // `false` is a refused command, not an empty folder.
  if (!Array.isArray(found)) throw new MailProblem('MAIL_FOLDER', 'search refused');
  // RFC 3501 §6.4.8: "n:*" always includes the last mail, even below n.
  return found.filter((uid) => uid >= from && uid <= (to ?? Infinity));
}

/** Of `uids`, those that the server still has. @throws MailProblem MAIL_FOLDER, MAIL_CONNECTION */
export async function stillThere(client: ImapFlow, uids: readonly number[]): Promise<Set<number>> {
  // Gives the server the occasion to bring its view of the folder up to date (RFC 3501 §6.1.2).
  await client.noop();
  const there = new Set<number>();
  for (const slice of slices(uids, HEADS_MAX)) {
    const found = await client.search({ uid: slice.join(',') }, { uid: true });
    assertAlive(client);
    if (!Array.isArray(found)) throw new MailProblem('MAIL_FOLDER', 'search refused');
    for (const uid of found) there.add(uid);
  }
  return there;
}

/** Sizes and dates. A UID that is missing from the answer may be gone, or unreadable: ask {@link stillThere}. */
export async function fetchHeads(client: ImapFlow, uids: readonly number[]): Promise<Map<number, MailHead>> {
  const heads = new Map<number, MailHead>();
  for (const message of await fetchAll(client, uids, { uid: true, size: true, internalDate: true })) {
    if (message.size === undefined) continue;
    heads.set(message.uid, { uid: message.uid, size: message.size, internal_date: dateOf(message) });
  }
  return heads;
}

/**
 * The mails themselves. One whose length differs from RFC822.SIZE was perhaps cut short: it is fetched once more, and
 * kept as it then comes, with a note (some servers only estimate the size).
 */
export async function fetchSources(client: ImapFlow, heads: readonly MailHead[]): Promise<Map<number, FetchedMail>> {
  const mails = new Map<number, FetchedMail>();
  const doubtful: MailHead[] = [];
  const byUid = new Map(heads.map((head) => [head.uid, head]));
  for (const message of await fetchAll(client, [...byUid.keys()], { uid: true, source: true })) {
    const head = byUid.get(message.uid);
    const source = sourceOf(message, head);
    if (head === undefined || source === undefined) continue;
    if (source.length === head.size) mails.set(head.uid, { ...head, source });
    else doubtful.push(head);
  }
  for (const head of doubtful) {
    const [message] = await fetchAll(client, [head.uid], { uid: true, size: true, source: true });
    const source = message === undefined ? undefined : sourceOf(message, head);
    if (source === undefined) continue;
    const exact = source.length === (message?.size ?? head.size);
    mails.set(head.uid, { ...head, size: source.length, source, ...(exact ? {} : { note: 'size-mismatch' as const }) });
  }
  return mails;
}

/** The header block, at most 64 KB of it; empty when the server will not give even that. */
export async function fetchHeaders(client: ImapFlow, uid: number): Promise<Buffer> {
  const [message] = await fetchAll(client, [uid], {
    uid: true,
    bodyParts: [{ key: 'HEADER', start: 0, maxLength: HEADER_MAX_BYTES }],
  });
  return message?.headers ?? Buffer.alloc(0);
}

/**
 * Groups mails for one command each: at most `max_count` mails and `max_bytes` octets; a larger mail goes alone.
 * The order is kept.
 */
export function* chunks(heads: readonly MailHead[], max_count: number, max_bytes: number): Generator<MailHead[]> {
  let chunk: MailHead[] = [];
  let bytes = 0;
  for (const head of heads) {
    if (chunk.length > 0 && (chunk.length >= max_count || bytes + head.size > max_bytes)) {
      yield chunk;
      chunk = [];
      bytes = 0;
    }
    chunk.push(head);
    bytes += head.size;
  }
  if (chunk.length > 0) yield chunk;
}

export function* slices<T>(items: readonly T[], max: number): Generator<T[]> {
  for (let from = 0; from < items.length; from += max) yield items.slice(from, from + max);
}

async function fetchAll(
  client: ImapFlow,
  uids: readonly number[],
  query: FetchQueryObject,
): Promise<FetchMessageObject[]> {
  assertAlive(client);
  const asked = new Set(uids);
  // fetchAll ends the command before we do anything else: a command inside the loop would wait for itself for ever.
  const messages = await client.fetchAll(uids.join(','), query, { uid: true });
  if (!alive(client)) throw new MailProblem('MAIL_CONNECTION', 'lost');
  // A server may add news of other mails to its answer.
  return messages.filter((message) => asked.has(message.uid));
}

function sourceOf(message: FetchMessageObject, head: MailHead | undefined): Buffer | undefined {
  if (Buffer.isBuffer(message.source)) return message.source;
  // An empty mail may come as NIL; a mail with octets that comes as NIL is one the server cannot read.
  return head?.size === 0 ? Buffer.alloc(0) : undefined;
}

function dateOf(message: FetchMessageObject): Date | null {
  if (message.internalDate === undefined) return null;
  const date = new Date(message.internalDate);
  return Number.isNaN(date.getTime()) ? null : date;
}
