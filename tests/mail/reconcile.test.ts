import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { ResolvedConnection } from '../../mail/connection.ts';
import { reconcile, type ReconcileReport } from '../../mail/reconcile.ts';
import { SYSTEM } from '../../store/database.ts';
import { startIngest } from '../../workers/ingest.ts';
import { freshAccount, mail } from '../support/dovecot.ts';
import { freshProfile, ledgerOf, probe } from '../support/inbox.ts';
import { quiet } from '../support/quiet.ts';
import { freshPostgres, type FreshStore } from '../support/stores.ts';

let fresh: FreshStore;
beforeAll(async () => {
  fresh = await freshPostgres();
});
afterAll(() => fresh.close());

const account = (mailbox: string, connection: ResolvedConnection): Promise<ReconcileReport> =>
  reconcile({ store: fresh.store, connections: new Map([[mailbox, connection]]) });

async function readOnce(connection: ResolvedConnection, profile_id: string): Promise<void> {
  const inbox = probe(fresh.store, connection, { profile_id });
  await inbox.synced();
  await inbox.stop();
}

test('a mailbox that was read in full is in order, and what is on its way is counted apart', async () => {
  const user = freshAccount();
  const profile_id = freshProfile();
  await user.append([mail(), mail()]);
  await user.append([mail()], 'Junk');
  const connection = user.connection({ folders: [] });
  await readOnce(connection, profile_id);
  await fresh.store.write(SYSTEM, (tx) =>
    tx
      .updateTable('ledger')
      .set({ outcome: 'conversation' })
      .where('mailbox', '=', profile_id)
      .where('uid', '=', 1)
      .execute(),
  );
  // Gone from the server since: fine.
  await user.expunge([1]);
  expect(await account(profile_id, connection)).toEqual({
    ok: true,
    mailboxes: [
      {
        mailbox: profile_id,
        ok: true,
        errors: [],
        folders: [
          {
            folder: 'INBOX',
            uidvalidity: expect.any(Number),
            uidnext: 3,
            server_uids: 1,
            missing: [],
            missing_count: 0,
            pending: 1,
          },
          {
            folder: 'Junk',
            uidvalidity: expect.any(Number),
            uidnext: 2,
            server_uids: 1,
            missing: [],
            missing_count: 0,
            pending: 0,
          },
        ],
      },
    ],
  });
});

test('a hole in the ledger below the cursor is found, and filled by the next connection', async () => {
  const user = freshAccount();
  const profile_id = freshProfile();
  await user.append([mail(), mail(), mail()]);
  await readOnce(user.connection(), profile_id);
  // As the owner: the application itself may not delete from the ledger.
  await fresh.store.pool.query('delete from aiguillage.ledger where mailbox = $1 and uid = 2', [profile_id]);
  const report = await account(profile_id, user.connection());
  expect(report.ok).toBe(false);
  expect(report.mailboxes[0]?.folders[0]).toMatchObject({ server_uids: 3, missing: [2], missing_count: 1, pending: 2 });
  await readOnce(user.connection(), profile_id);
  expect((await account(profile_id, user.connection())).ok).toBe(true);
});

test('a mail the ledger wrongly calls vanished is found, and fetched by the next connection', async () => {
  const user = freshAccount();
  const profile_id = freshProfile();
  await user.append([mail()]);
  await readOnce(user.connection(), profile_id);
  await user.append([mail()]);
  const { uidvalidity } = await user.look();
  await fresh.store.write(SYSTEM, (tx) =>
    tx
      .insertInto('ledger')
      .values({
        mailbox: profile_id,
        folder: 'INBOX',
        uidvalidity,
        uid: 2,
        outcome: 'vanished',
        recorded_at: new Date(),
      })
      .execute(),
  );
  expect((await account(profile_id, user.connection())).mailboxes[0]?.folders[0]).toMatchObject({ missing: [2] });
  await readOnce(user.connection(), profile_id);
  expect((await ledgerOf(fresh.store, profile_id)).map((row) => row.outcome)).toEqual([null, null]);
  expect((await account(profile_id, user.connection())).ok).toBe(true);
});

test('a folder or a server that cannot be read is not in order', async () => {
  const user = freshAccount();
  const profile_id = freshProfile();
  await user.append([mail()]);
  const connection = user.connection({ folders: ['INBOX', 'Ailleurs'] });
  await readOnce(connection, profile_id);
  expect(await account(profile_id, connection)).toMatchObject({
    ok: false,
    mailboxes: [{ ok: false, errors: ['MAIL_FOLDER: Ailleurs missing'], folders: [{ folder: 'INBOX', missing: [] }] }],
  });
  expect(await account(profile_id, { ...connection, port: 1 })).toMatchObject({
    ok: false,
    mailboxes: [{ folders: [], errors: ['MAIL_CONNECTION: ECONNREFUSED'] }],
  });
});

test('several mailboxes are read side by side, each into its own ledger', async () => {
  const users = [freshAccount(), freshAccount()];
  for (const user of users) await user.append([mail()]);
  const connections = new Map(users.map((user) => [freshProfile(), user.connection()]));
  const ingest = startIngest({
    store: fresh.store,
    queues: { enqueue: () => Promise.resolve() },
    connections,
    log: quiet,
    holder: 'test',
  });
  await ingest.synced();
  expect(ingest.status().map((status) => [status.problem, status.last_synced_at !== null])).toEqual([
    [null, true],
    [null, true],
  ]);
  await ingest.stop();
  for (const mailbox of connections.keys()) expect(await ledgerOf(fresh.store, mailbox)).toHaveLength(1);
  expect(await reconcile({ store: fresh.store, connections })).toMatchObject({ ok: true });
  const [only] = connections.keys();
  expect((await reconcile({ store: fresh.store, connections, mailbox: only! })).mailboxes).toHaveLength(1);
});
