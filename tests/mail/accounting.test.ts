import { createHash } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { SYSTEM } from '../../store/database.ts';
import { getRawBuffer } from '../../store/raw.ts';
import { freshAccount, mail } from '../support/dovecot.ts';
import { freshProfile, ledgerOf, messagesOf, probe, type InboxProbe } from '../support/inbox.ts';
import { ENGINES, freshStore, type FreshStore } from '../support/stores.ts';

const sha = (raw: Uint8Array): string => createHash('sha256').update(raw).digest('hex');
const hex = (bytes: Uint8Array | null): string => Buffer.from(bytes ?? []).toString('hex');

describe.each(ENGINES)('the account of every UID on %s', (engine) => {
  let fresh: FreshStore;
  const running: InboxProbe[] = [];
  const start = (...args: Parameters<typeof probe>): InboxProbe => {
    const inbox = probe(...args);
    running.push(inbox);
    return inbox;
  };
  beforeAll(async () => {
    fresh = await freshStore(engine);
  });
  afterEach(async () => {
    await Promise.all(running.splice(0).map((inbox) => inbox.stop()));
  });
  afterAll(() => fresh.close());

  test('a changed UIDVALIDITY loses nothing and replays nothing', async () => {
    const account = freshAccount();
    await account.append([mail(), mail(), mail()]);
    const profile_id = freshProfile();
    const before = start(fresh.store, account.connection(), { profile_id });
    await before.synced();
    await before.stop();
    const old = (await account.look()).uidvalidity;
    await account.renumber();
    await account.append([mail()]);
    expect((await account.look()).uidvalidity).not.toBe(old);

    const after = start(fresh.store, account.connection(), { profile_id });
    await after.synced();
    const ledger = await ledgerOf(fresh.store, profile_id);
    const now = ledger.filter((row) => row.uidvalidity !== old);
    expect(now.map((row) => row.outcome)).toEqual(['duplicate', 'duplicate', 'duplicate', null]);
    const firsts = ledger.filter((row) => row.uidvalidity === old);
    for (const row of now.slice(0, 3)) {
      expect(row.message_id).toBe(firsts.find((first) => hex(first.sha256) === hex(row.sha256))!.message_id);
    }
    expect(await messagesOf(fresh.store, profile_id)).toHaveLength(4);
    expect(after.named).toHaveLength(1);
    const cursors = await fresh.store.read(SYSTEM, (tx) =>
      tx.selectFrom('folder_cursor').selectAll().where('mailbox', '=', profile_id).orderBy('uidvalidity').execute(),
    );
    expect(cursors.map((row) => [row.current, row.last_uid])).toEqual([
      [false, 3],
      [true, 4],
    ]);
  });

  test('a mail moved by hand to another folder is a duplicate there, not a second request', async () => {
    const account = freshAccount();
    await account.append([mail()], 'Junk');
    const inbox = start(fresh.store, account.connection({ folders: ['INBOX', 'Junk'] }));
    await inbox.synced();
    await account.as(async (client) => {
      await client.mailboxOpen('Junk');
      await client.messageMove('1', 'INBOX', { uid: true });
    });
    await inbox.synced();
    const ledger = await ledgerOf(fresh.store, inbox.profile_id);
    expect(ledger.map((row) => [row.folder, row.outcome])).toEqual([
      ['INBOX', 'duplicate'],
      ['Junk', null],
    ]);
    expect(inbox.named).toHaveLength(1);
  });

  test('a mail over the limit is set aside with its headers, counted, and let in when the limit is raised', async () => {
    const account = freshAccount();
    const big = mail({ subject: 'Gros envoi', body: 'x'.repeat(200_000) });
    await account.append([mail(), big, mail()]);
    const profile_id = freshProfile();
    const small = start(fresh.store, account.connection({ max_mail_bytes: 100_000 }), { profile_id });
    await small.synced();
    await small.stop();
    expect((await ledgerOf(fresh.store, profile_id)).map((row) => row.outcome)).toEqual([null, 'quarantined', null]);
    const aside = await fresh.store.read(SYSTEM, (tx) =>
      tx.selectFrom('quarantine').selectAll().where('mailbox', '=', profile_id).execute(),
    );
    expect(aside).toMatchObject([{ uid: 2, size: big.length, reason: 'too-large', replayed_at: null }]);
    const headers = await fresh.store.read(SYSTEM, (tx) => getRawBuffer(tx, aside[0]!.sha256!, 65_536));
    expect(headers.toString()).toContain('Subject: Gros envoi');
    const events = await fresh.store.read(SYSTEM, (tx) =>
      tx.selectFrom('event').selectAll().where('type', '=', 'message.quarantined').execute(),
    );
    expect(events.filter((event) => event.data['mailbox'] === profile_id)).toMatchObject([
      { data: { mailbox: profile_id, reason: 'too-large', size: big.length } },
    ]);

    const large = start(fresh.store, account.connection({ max_mail_bytes: 1_000_000 }), { profile_id });
    await large.synced();
    const ledger = await ledgerOf(fresh.store, profile_id);
    expect(ledger.map((row) => row.outcome)).toEqual([null, null, null]);
    expect(hex(ledger[1]!.sha256)).toBe(sha(big));
    expect(large.named).toHaveLength(1);
  });

  test('a mail removed by somebody before we looked is accounted for as vanished', async () => {
    const account = freshAccount();
    await account.append([mail()]);
    const profile_id = freshProfile();
    const before = start(fresh.store, account.connection(), { profile_id });
    await before.synced();
    await before.stop();
    await account.append([mail(), mail(), mail()]);
    await account.expunge([2, 4]);
    const after = start(fresh.store, account.connection(), { profile_id });
    await after.synced();
    expect((await ledgerOf(fresh.store, profile_id)).map((row) => [row.uid, row.outcome])).toEqual([
      [1, null],
      [2, 'vanished'],
      [3, null],
      [4, 'vanished'],
    ]);
  });

  test('history that was removed long before the first reading is not called vanished', async () => {
    const account = freshAccount();
    await account.append(Array.from({ length: 5 }, () => mail()));
    await account.expunge([1, 2, 4]);
    const inbox = start(fresh.store, account.connection());
    await inbox.synced();
    expect((await ledgerOf(fresh.store, inbox.profile_id)).map((row) => [row.uid, row.outcome])).toEqual([
      [3, null],
      [5, null],
    ]);
  });
});
