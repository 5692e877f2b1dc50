import type { ImapFlow } from 'imapflow';
import { settledUids, highestUid } from '../store/ledger-queries.ts';
import { readCursor, type FolderKey } from '../store/cursors.ts';
import { SYSTEM } from '../store/database.ts';
import { collect } from './collect.ts';
import { commit, moveCursor } from './commit.ts';
import { assertAlive } from './connection.ts';
import type { Session } from './context.ts';
import { gapsBetween, Outstanding, pickRound } from './cursor.ts';
import { searchUids, stillThere } from './fetch.ts';
import { MailProblem, refusal } from './problems.ts';
import { forgetFormerActions, performActions } from './server-actions.ts';

/** A jump of the numbers larger than this is the server's numbering, not mail that somebody removed. */
const GAP_MAX = 1_000;

export interface FolderReport {
  /** Name as the server writes it. */
  readonly folder: string;
  readonly recorded: number;
  /** Mails are left for another round. */
  readonly more: boolean;
  /** What the server refused without harm to the reading. */
  readonly problem?: MailProblem;
}

/** A folder as it was when it was opened. */
export interface OpenFolder extends FolderKey {
  /** Every mail present at that moment has a smaller UID; undefined when the server does not say. */
  readonly uidnext: number | undefined;
}

/** Selects a folder. @throws MailProblem MAIL_FOLDER, MAIL_CONNECTION */
export async function openFolder(
  client: ImapFlow,
  mailbox: string,
  folder: string,
  read_only: boolean,
): Promise<OpenFolder> {
  try {
    // Always the command itself, even when the folder is selected: its answer tells UIDVALIDITY and UIDNEXT of now.
    const box = await client.mailboxOpen(folder, { readOnly: read_only });
    assertAlive(client);
    const uidvalidity = Number(box?.uidValidity ?? 0);
    if (!Number.isSafeInteger(uidvalidity) || uidvalidity <= 0) {
      throw new MailProblem('MAIL_FOLDER', `${folder} without UIDVALIDITY`);
    }
    return { mailbox, folder: box.path, uidvalidity, uidnext: box.uidNext > 0 ? box.uidNext : undefined };
  } catch (error) {
    const why = refusal(error);
    if (why !== undefined) throw new MailProblem('MAIL_FOLDER', `${folder} ${why}`, error);
    throw error;
  }
}

/**
 * Brings the ledger in step with one folder: records every mail that is not in it yet, at most one round of them.
 * @param deep compares every UID of the folder and not only those above the cursor, and so finds holes.
 */
export async function syncFolder(session: Session, folder: string, deep: boolean): Promise<FolderReport> {
  const { context } = session;
  const key = await openFolder(session.client, context.mailbox, folder, !session.actions);
  const plan = await compare(session, key, deep);
  if (plan.first) await forgetFormerActions(session, key);
  const outstanding = new Outstanding(plan.wanted, plan.ceiling);
  let recorded = 0;
  const record = async (batch: Parameters<typeof commit>[2]): Promise<void> => {
    outstanding.settle([
      ...batch.mails.map((mail) => mail.uid),
      ...batch.too_large.map(({ head }) => head.uid),
      ...batch.gone,
    ]);
    const result = await commit(session, key, batch, outstanding.cursor());
    recorded += result.messages.length + result.duplicates + result.quarantined + result.vanished;
  };
  if (plan.gone.length > 0) await record({ mails: [], too_large: [], gone: plan.gone });
  const now_ms = context.clock().getTime();
  const ready = plan.wanted.filter((uid) => !context.attempts.paused(key, uid, now_ms));
  const round = pickRound(ready);
  for await (const batch of collect(session, key, round, plan.first)) {
    if (batch.mails.length + batch.too_large.length + batch.gone.length > 0) await record(batch);
    if (session.ending.aborted) break;
  }
  if (outstanding.cursor() !== plan.cursor && recorded === 0) await moveCursor(session, key, outstanding.cursor());
  const problem = await actionsProblem(session, key);
  const more = ready.length > round.length;
  return { folder: key.folder, recorded, more, ...(problem === undefined ? {} : { problem }) };
}

async function actionsProblem(session: Session, key: OpenFolder): Promise<MailProblem | undefined> {
  try {
    await performActions(session, key);
    return undefined;
  } catch (error) {
    if (error instanceof MailProblem && error.code === 'MAIL_SERVER_ACTION') return error;
    throw error;
  }
}

interface Plan {
  /** UIDs on the server that are not in the ledger, ascending. */
  wanted: number[];
  /** Announced by the server since the last look, and already removed by somebody. */
  gone: number[];
  ceiling: number;
  cursor: number | null;
  /** This numbering of the folder was never read. */
  first: boolean;
}

async function compare(session: Session, key: OpenFolder, deep: boolean): Promise<Plan> {
  const { client, context } = session;
  const known = await context.store.read(SYSTEM, async (tx) => {
    const cursor = await readCursor(tx, key);
    const from = deep || cursor === null ? 1 : cursor + 1;
    const settled = await settledUids(tx, key, from, context.connection.max_mail_bytes);
    return { cursor, from, settled, highest: await highestUid(tx, key) };
  });
  const found = await searchUids(client, known.from);
  let wanted = found.filter((uid) => !known.settled.has(uid));
  const ceiling = Math.max((key.uidnext ?? 1) - 1, found.at(-1) ?? 0, known.cursor ?? 0);
  let gone: number[] = [];
  if (known.cursor === null) {
    context.attempts.renumbered(key);
  } else if (key.uidnext !== undefined) {
    const from = Math.max(known.cursor, known.highest) + 1;
    const gaps = gapsBetween(from, key.uidnext - 1, found, GAP_MAX);
    if (gaps === null) context.log.warn({ folder: key.folder, from, uidnext: key.uidnext }, 'the numbering jumped');
    else if (gaps.length > 0) {
      const there = await stillThere(client, gaps);
      gone = gaps.filter((uid) => !there.has(uid));
      wanted = [...new Set([...wanted, ...there])].sort((a, b) => a - b);
    }
  }
  return { wanted, gone, ceiling, cursor: known.cursor, first: known.cursor === null };
}
