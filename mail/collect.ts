import type { FolderKey } from '../store/cursors.ts';
import { alive, lastFailure } from './connection.ts';
import type { Session } from './context.ts';
import {
  chunks,
  fetchHeaders,
  fetchHeads,
  fetchSources,
  HEADS_MAX,
  slices,
  stillThere,
  type FetchedMail,
  type MailHead,
} from './fetch.ts';

/** One batch, ready to be committed. */
export interface Collected {
  readonly mails: FetchedMail[];
  readonly too_large: { readonly head: MailHead; readonly headers: Buffer }[];
  /** The server announced them once and says that it no longer has them. */
  readonly gone: number[];
}

export const BATCH_MAX = 100;
export const BATCH_BYTES = 8 * 1024 * 1024;
const RECENT_MS = 24 * 3_600_000;

/**
 * Fetches mails in batches of at most 100 and 8 MB. Mails of the last 24 hours come first; those that took part in a
 * failed fetch come last, one at a time, so that one bad mail never stands before the others (zammad #2754).
 * @param newest_first on the first reading of a folder: the batch with the highest UIDs goes first, so that what is
 *   later missing above it is known to have been removed, and not to be old history.
 */
export async function* collect(
  session: Session,
  key: FolderKey,
  uids: readonly number[],
  newest_first: boolean,
): AsyncGenerator<Collected, void, undefined> {
  const { attempts } = session.context;
  const trusted = uids.filter((uid) => !attempts.suspect(key, uid));
  const heads = new Map<number, MailHead>();
  for (const slice of slices(trusted, HEADS_MAX)) {
    for (const [uid, head] of await careful(session, key, slice, fetchHeads)) heads.set(uid, head);
  }
  yield* group(session, key, trusted, inOrder([...heads.values()], session.context.clock(), newest_first));
  for (const uid of uids.filter((each) => attempts.suspect(key, each))) {
    if (session.ending.aborted) return;
    const alone = await careful(session, key, [uid], fetchHeads);
    yield* group(session, key, [uid], [...alone.values()]);
  }
}

async function* group(
  session: Session,
  key: FolderKey,
  uids: readonly number[],
  heads: readonly MailHead[],
): AsyncGenerator<Collected> {
  const { attempts, connection } = session.context;
  const answered = new Set(heads.map((head) => head.uid));
  const missing = uids.filter((uid) => !answered.has(uid));
  if (missing.length > 0) yield { mails: [], too_large: [], gone: await goneOf(session, key, missing) };
  const fits: MailHead[] = [];
  for (const head of heads) {
    const size = attempts.oversize(key, head.uid) ?? head.size;
    if (size <= connection.max_mail_bytes) {
      fits.push(head);
      continue;
    }
    const [headers] = (
      await careful(
        session,
        key,
        [head.uid],
        async (client, [uid]) => new Map([[uid!, await fetchHeaders(client, uid!)]]),
      )
    ).values();
    yield { mails: [], too_large: [{ head: { ...head, size }, headers: headers ?? Buffer.alloc(0) }], gone: [] };
  }
  const byUid = new Map(fits.map((head) => [head.uid, head]));
  for (const chunk of chunks(fits, BATCH_MAX, BATCH_BYTES)) {
    if (session.ending.aborted) return;
    const asked = chunk.map((head) => head.uid);
    const found = await careful(session, key, asked, (client, some) =>
      fetchSources(
        client,
        some.map((uid) => byUid.get(uid)!),
      ),
    );
    const absent = asked.filter((uid) => !found.has(uid));
    const gone = absent.length === 0 ? [] : await goneOf(session, key, absent);
    yield { mails: chunk.flatMap((head) => found.get(head.uid) ?? []), too_large: [], gone };
  }
}

/**
 * Asks for all at once and, when the server refuses, for each alone. What is then missing from the result could not be
 * had. When the connection breaks, all are noted: next time they are asked for one at a time.
 */
async function careful<T>(
  session: Session,
  key: FolderKey,
  uids: readonly number[],
  ask: (client: Session['client'], uids: readonly number[]) => Promise<Map<number, T>>,
): Promise<Map<number, T>> {
  const { client, context } = session;
  try {
    return await ask(client, uids);
  } catch (error) {
    if (!alive(client)) {
      const literal = (lastFailure(client) as { literalSize?: unknown } | undefined)?.literalSize;
      const oversize = typeof literal === 'number' ? literal : undefined;
      if (!session.ending.aborted) context.attempts.failed(key, uids, context.clock().getTime(), oversize);
      throw error;
    }
    // The server asks us to slow down: that is no fault of a mail.
    if ((error as { code?: unknown }).code === 'ETHROTTLE') throw error;
    if (uids.length === 1) return new Map();
    const all = new Map<number, T>();
    for (const uid of uids) for (const [each, value] of await careful(session, key, [uid], ask)) all.set(each, value);
    return all;
  }
}

/** Of mails that did not come, those the server no longer has; the others have failed once more. */
async function goneOf(session: Session, key: FolderKey, uids: readonly number[]): Promise<number[]> {
  const there = await stillThere(session.client, uids);
  const now_ms = session.context.clock().getTime();
  for (const uid of uids) if (there.has(uid)) session.context.attempts.failed(key, [uid], now_ms);
  return uids.filter((uid) => !there.has(uid));
}

function inOrder(heads: readonly MailHead[], now: Date, newest_first: boolean): MailHead[] {
  const time = (head: MailHead): number => head.internal_date?.getTime() ?? now.getTime();
  const since = now.getTime() - RECENT_MS;
  const recent = heads.filter((head) => time(head) >= since).sort((a, b) => time(a) - time(b));
  const older = heads.filter((head) => time(head) < since).sort((a, b) => a.uid - b.uid);
  const ordered = [...recent, ...older];
  if (!newest_first || ordered.length <= BATCH_MAX) return ordered;
  const top = new Set([...heads].sort((a, b) => b.uid - a.uid).slice(0, BATCH_MAX));
  return [...ordered.filter((head) => top.has(head)), ...ordered.filter((head) => !top.has(head))];
}
