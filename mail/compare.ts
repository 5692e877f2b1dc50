import { readCursor } from '../store/cursors.ts';
import { SYSTEM } from '../store/database.ts';
import { highestUid, settledUids } from '../store/ledger-queries.ts';
import type { Session } from './context.ts';
import { gapsBetween } from './cursor.ts';
import { searchUids, stillThere } from './fetch.ts';
import { uidWindows, type OpenFolder } from './open-folder.ts';

/** A jump of the numbers larger than this is the server's numbering, not mail that somebody removed. */
const GAP_MAX = 1_000;

/** What separates the ledger from one folder. */
export interface Plan {
  /** UIDs on the server that are not settled in the ledger, ascending. */
  readonly wanted: readonly number[];
  /** Announced by the server since the last look, and already removed by somebody. */
  readonly gone: readonly number[];
  /** The UID up to which the server was searched. */
  readonly ceiling: number;
  readonly cursor: number | null;
  /** This numbering of the folder was never read. */
  readonly first: boolean;
}

/**
 * Compares the selected folder with the ledger.
 * @param deep looks at every UID and not only at those above the cursor, and so finds holes.
 */
export async function compare(session: Session, folder: OpenFolder, deep: boolean): Promise<Plan> {
  const { client, context } = session;
  const { max_mail_bytes } = context.connection;
  const { cursor, highest } = await context.store.read(SYSTEM, async (tx) => ({
    cursor: await readCursor(tx, folder),
    highest: await highestUid(tx, folder),
  }));
  if (cursor === null) context.attempts.renumbered(folder);
  const windows = deep || cursor === null ? uidWindows(folder) : [{ from: cursor + 1, to: undefined }];
  const wanted: number[] = [];
  let ceiling = Math.max((folder.uidnext ?? 1) - 1, cursor ?? 0);
  const beyond: number[] = [];
  for (const { from, to } of windows) {
    const found = await searchUids(client, from, to);
    const settled = await context.store.read(SYSTEM, (tx) => settledUids(tx, folder, { from, to }, max_mail_bytes));
    for (const uid of found) {
      if (!settled.has(uid)) wanted.push(uid);
      if (uid > highest) beyond.push(uid);
    }
    ceiling = Math.max(ceiling, found.at(-1) ?? 0);
  }
  const from = Math.max(cursor ?? ceiling, highest) + 1;
  const { gone, there } = await removed(session, folder, from, folder.uidnext === undefined ? 0 : ceiling, beyond);
  const all = there.length === 0 ? wanted : [...new Set([...wanted, ...there])].sort((a, b) => a - b);
  return { wanted: all, gone, ceiling, cursor, first: cursor === null };
}

/**
 * What arrived during a long reading: everything above `ceiling`. As a plan of its own, so that fresh mail is recorded
 * before the rest of a backlog.
 */
export async function compareAbove(session: Session, folder: OpenFolder, ceiling: number): Promise<Plan> {
  const found = await searchUids(session.client, ceiling + 1);
  const top = found.at(-1) ?? ceiling;
  const { gone, there } = await removed(session, folder, ceiling + 1, top, found);
  const wanted = [...new Set([...found, ...there])].sort((a, b) => a - b);
  return { wanted, gone, ceiling: top, cursor: ceiling, first: false };
}

/**
 * UIDs of `from`..`to` that the search did not name: mails that the server announced and somebody removed before we
 * looked. Asked for once more before they are called gone (law 1).
 */
async function removed(
  session: Session,
  folder: OpenFolder,
  from: number,
  to: number,
  found: readonly number[],
): Promise<{ gone: number[]; there: number[] }> {
  const gaps = gapsBetween(from, to, found, GAP_MAX);
  if (gaps === null) session.context.log.warn({ folder: folder.folder, from, to }, 'the numbering jumped');
  if (gaps === null || gaps.length === 0) return { gone: [], there: [] };
  const there = await stillThere(session.client, gaps);
  return { gone: gaps.filter((uid) => !there.has(uid)), there: [...there] };
}
