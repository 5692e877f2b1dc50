import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { SYSTEM } from '../../store/database.ts';
import { freshAccount, mail } from '../support/dovecot.ts';
import { freshProfile, ledgerOf, mailboxRow, probe, setLive, type InboxProbe } from '../support/inbox.ts';
import { startProxy } from '../support/proxy.ts';
import { freshPostgres, testServer, type FreshStore } from '../support/stores.ts';

let fresh: FreshStore;
const running: InboxProbe[] = [];
const start = (...args: Parameters<typeof probe>): InboxProbe => {
  const inbox = probe(...args);
  running.push(inbox);
  return inbox;
};
async function liveProfile(): Promise<string> {
  const profile_id = freshProfile();
  await setLive(fresh.store, profile_id);
  return profile_id;
}
beforeAll(async () => {
  fresh = await freshPostgres();
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((inbox) => inbox.stop()));
});
afterAll(() => fresh.close());

test('a live mailbox flags what is stored, and nothing that is not', async () => {
  const account = freshAccount();
  const profile_id = await liveProfile();
  await account.append([mail(), mail({ body: 'x'.repeat(5_000) })]);
  const connection = account.connection({ on_ingested: { flag: '\\Seen' }, max_mail_bytes: 4_000 });
  await start(fresh.store, connection, { profile_id }).synced();
  const { mails } = await account.look();
  // The second is over the limit: its original is only on the server.
  expect(mails.map((each) => each.flags.includes('\\Seen'))).toEqual([true, false]);
});

test('a crash between the commit and the move is made good by the next start', async () => {
  const account = freshAccount();
  const profile_id = await liveProfile();
  await account.append([mail(), mail()]);
  const proxy = await startProxy({ host: testServer('TEST_IMAP_HOST'), port: Number(testServer('TEST_IMAP_PORT')) });
  const connection = account.connection({ on_ingested: { move_to: 'Traites' } });
  const move = proxy.holdCommand('UID MOVE');
  const crashing = start(fresh.store, { ...connection, port: proxy.port }, { profile_id });
  await move.held;
  // Stored and owed, and still where it was.
  expect((await ledgerOf(fresh.store, profile_id)).map((row) => row.server_action)).toEqual(['move', 'move']);
  expect((await account.look()).mails).toHaveLength(2);
  const stopped = crashing.stop(0);
  await proxy.close();
  await stopped;

  await start(fresh.store, connection, { profile_id }).synced();
  expect((await account.look()).mails).toHaveLength(0);
  expect((await account.look('Traites')).mails).toHaveLength(2);
  expect((await ledgerOf(fresh.store, profile_id)).map((row) => row.server_action)).toEqual(['', '']);
});

test('what is owed is not done once the supervisor goes back to observing', async () => {
  const account = freshAccount();
  const profile_id = await liveProfile();
  await account.append([mail()]);
  const connection = account.connection({ on_ingested: { move_to: 'Nulle part' } });
  const first = start(fresh.store, connection, { profile_id });
  await first.synced();
  // The folder does not exist: reading goes on, and the refusal is visible.
  expect((await mailboxRow(fresh.store, profile_id)).last_error).toBe('MAIL_SERVER_ACTION: move refused');
  await first.stop();
  await fresh.store.write(SYSTEM, (tx) =>
    tx.updateTable('mailbox').set({ mode: 'observe' }).where('id', '=', profile_id).execute(),
  );
  await account.as((client) => client.mailboxCreate('Nulle part'));
  await start(fresh.store, connection, { profile_id }).synced();
  expect((await account.look()).mails).toHaveLength(1);
  expect((await mailboxRow(fresh.store, profile_id)).last_error).toBeNull();
});

test('mail moved to a folder that is read too is not a new request there', async () => {
  const account = freshAccount();
  const profile_id = await liveProfile();
  await account.append([mail()]);
  const connection = account.connection({ on_ingested: { move_to: 'Traites' }, folders: ['INBOX', 'Traites'] });
  const inbox = start(fresh.store, connection, { profile_id });
  await inbox.synced();
  await inbox.synced();
  expect((await ledgerOf(fresh.store, profile_id)).map((row) => [row.folder, row.outcome, row.server_action])).toEqual([
    ['INBOX', null, ''],
    ['Traites', 'duplicate', ''],
  ]);
  expect(inbox.named).toHaveLength(1);
});
