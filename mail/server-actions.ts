import type { FolderKey } from '../store/cursors.ts';
import { SYSTEM } from '../store/database.ts';
import { checkToken } from '../store/leases.ts';
import { mailboxMode } from '../store/mailboxes.ts';
import { actionsDone, dropFormerActions, owedActions } from '../store/server-actions.ts';
import { assertAlive } from './connection.ts';
import type { Session } from './context.ts';
import { MailProblem } from './problems.ts';

/** One command for many: moving one at a time is 250 times slower (design §7). */
const ACTIONS_MAX = 500;

/**
 * Flags or moves the mails of the selected folder that are safely stored, and only those: the rows say what is owed, so a
 * crash in between is made good at the next pass. Doing it twice is harmless: a UID that was moved no longer exists.
 * @throws MailProblem MAIL_SERVER_ACTION when the server refuses; reading goes on without it.
 */
export async function performActions(session: Session, key: FolderKey): Promise<void> {
  const { client, context, fence } = session;
  const { on_ingested } = context.connection;
  if (!session.actions || on_ingested === 'none') return;
  for (;;) {
    // Looked up each time: the supervisor may have gone back to observing a moment ago.
    const uids = await context.store.read(SYSTEM, async (tx) =>
      (await mailboxMode(tx, context.mailbox)) === 'live' ? owedActions(tx, key, ACTIONS_MAX) : [],
    );
    if (uids.length === 0 || session.ending.aborted) return;
    assertAlive(client);
    const range = uids.join(',');
    const accepted =
      'flag' in on_ingested
        ? await client.messageFlagsAdd(range, [on_ingested.flag], { uid: true })
        : await client.messageMove(range, on_ingested.move_to, { uid: true });
    assertAlive(client);
    if (!accepted) throw new MailProblem('MAIL_SERVER_ACTION', 'flag' in on_ingested ? 'flag refused' : 'move refused');
    await context.store.write(SYSTEM, async (tx) => {
      await checkToken(tx, fence.name, fence.token);
      await actionsDone(tx, key, uids);
    });
  }
}

/** The folder has a new numbering: what was owed under the former one can no longer be done. */
export async function forgetFormerActions(session: Session, key: FolderKey): Promise<void> {
  const { context, fence } = session;
  await context.store.write(SYSTEM, async (tx) => {
    await checkToken(tx, fence.name, fence.token);
    await dropFormerActions(tx, key);
  });
}
