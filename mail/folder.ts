import type { BatchResult } from '../store/ledger.ts';
import { collect, type Collected } from './collect.ts';
import { commit, moveCursor } from './commit.ts';
import { compare, compareAbove } from './compare.ts';
import type { Session } from './context.ts';
import { Outstanding, pickRound } from './cursor.ts';
import { openFolder, type OpenFolder } from './open-folder.ts';
import { MailProblem } from './problems.ts';
import { forgetFormerActions, performActions } from './server-actions.ts';

export interface FolderReport {
  /** Name as the server writes it. */
  readonly folder: string;
  /** What the server refused without harm to the reading. */
  readonly problem?: MailProblem;
}

/**
 * Brings the ledger in step with one folder: records every mail that is not in it yet, in rounds. Between two rounds of a
 * long back-fill the mails that arrive get their turn first.
 * @param deep compares every UID of the folder and not only those above the cursor, and so finds holes.
 */
export async function syncFolder(session: Session, folder: string, deep: boolean): Promise<FolderReport> {
  const { context, client } = session;
  const key = await openFolder(client, context.mailbox, folder, !session.actions);
  const plan = await compare(session, key, deep);
  if (plan.first) await forgetFormerActions(session, key);
  const outstanding = new Outstanding(plan.wanted, plan.ceiling);
  const record = recorder(session, key, outstanding);
  await record({ mails: [], too_large: [], gone: [...plan.gone] });
  const now_ms = context.clock().getTime();
  let left = plan.wanted.filter((uid) => !context.attempts.paused(key, uid, now_ms));
  let { ceiling } = plan;
  while (left.length > 0 && !session.ending.aborted) {
    const picked = pickRound(left, context.timings.round_mails);
    for await (const batch of collect(session, key, picked.round, plan.first)) {
      await record(batch);
      if (session.ending.aborted) break;
    }
    left = picked.left;
    if (left.length === 0 || session.ending.aborted) break;
    const arrived = await compareAbove(session, key, ceiling);
    outstanding.add(arrived.wanted, arrived.ceiling);
    await record({ mails: [], too_large: [], gone: [...arrived.gone] });
    left = [...left, ...arrived.wanted];
    ceiling = arrived.ceiling;
  }
  await record.end(plan.cursor);
  const problem = await actionsProblem(session, key);
  return { folder: key.folder, ...(problem === undefined ? {} : { problem }) };
}

interface Recorder {
  (batch: Collected): Promise<BatchResult | undefined>;
  /** Writes the cursor when no batch did. */
  end(before: number | null): Promise<void>;
}

function recorder(session: Session, key: OpenFolder, outstanding: Outstanding): Recorder {
  let written: number | undefined;
  const record = async (batch: Collected): Promise<BatchResult | undefined> => {
    const uids = [
      ...batch.mails.map((mail) => mail.uid),
      ...batch.too_large.map(({ head }) => head.uid),
      ...batch.gone,
    ];
    if (uids.length === 0) return undefined;
    outstanding.settle(uids);
    written = outstanding.cursor();
    return commit(session, key, batch, written);
  };
  const end = async (before: number | null): Promise<void> => {
    if (outstanding.cursor() !== (written ?? before)) await moveCursor(session, key, outstanding.cursor());
  };
  return Object.assign(record, { end });
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
