import { createHash } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { freshAccount, mail, type Account } from '../support/dovecot.ts';
import { freshProfile, ledgerOf, mailboxRow, messagesOf, probe, type InboxProbe } from '../support/inbox.ts';
import { startProxy, type Proxy } from '../support/proxy.ts';
import { freshPostgres, testServer, type FreshStore } from '../support/stores.ts';

const sha = (raw: Uint8Array): string => createHash('sha256').update(raw).digest('hex');

let fresh: FreshStore;
const running: InboxProbe[] = [];
const proxies: Proxy[] = [];
const start = (...args: Parameters<typeof probe>): InboxProbe => {
  const inbox = probe(...args);
  running.push(inbox);
  return inbox;
};
async function behindProxy(): Promise<{
  account: Account;
  proxy: Proxy;
  connection: ReturnType<Account['connection']>;
}> {
  const account = freshAccount();
  const proxy = await startProxy({ host: testServer('TEST_IMAP_HOST'), port: Number(testServer('TEST_IMAP_PORT')) });
  proxies.push(proxy);
  return { account, proxy, connection: account.connection({ port: proxy.port }) };
}

/** Law 1: each mail that was put in the mailbox has exactly one ledger row with its digest, and one message. */
async function expectEachOnce(profile_id: string, mails: readonly Buffer[]): Promise<void> {
  const ledger = await ledgerOf(fresh.store, profile_id);
  const stored = ledger.map((row) => Buffer.from(row.sha256 ?? []).toString('hex')).sort();
  expect(stored).toEqual(mails.map(sha).sort());
  expect(new Set(ledger.map((row) => row.message_id)).size).toBe(mails.length);
  expect(await messagesOf(fresh.store, profile_id)).toHaveLength(mails.length);
}

beforeAll(async () => {
  fresh = await freshPostgres();
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((inbox) => inbox.stop()));
  await Promise.all(proxies.splice(0).map((proxy) => proxy.close()));
});
afterAll(() => fresh.close());

describe('a connection that fails', () => {
  test('cut in the middle of fetching, again and again, loses nothing and doubles nothing', async () => {
    const { account, proxy, connection } = await behindProxy();
    const mails = Array.from({ length: 60 }, () => mail({ body: 'x'.repeat(4_000) }));
    await account.drop(mails.map((raw) => ({ raw, at: new Date() })));
    proxy.cutAfter(30_000);
    const inbox = start(fresh.store, connection);
    // Each connection gets a little further; the cut falls inside a mail.
    for (let i = 0; i < 3; i += 1) await proxy.nextConnection();
    proxy.cutAfter(120_000);
    await proxy.nextConnection();
    proxy.cutAfter(null);
    await inbox.synced();
    expect(proxy.cuts()).toBeGreaterThanOrEqual(3);
    await expectEachOnce(inbox.profile_id, mails);
    expect((await mailboxRow(fresh.store, inbox.profile_id)).last_error).toBeNull();
  });

  test('killed while it idles is opened again, and what came meanwhile is read', async () => {
    const { account, proxy, connection } = await behindProxy();
    const inbox = start(fresh.store, connection);
    await inbox.synced();
    await inbox.until('idle');
    proxy.refuse(true);
    proxy.drop();
    await inbox.until('backoff');
    const mails = [mail(), mail()];
    await account.append(mails);
    proxy.refuse(false);
    await inbox.synced();
    await expectEachOnce(inbox.profile_id, mails);
  });

  test('that died without a sign is found by the heartbeat', async () => {
    const { account, proxy, connection } = await behindProxy();
    const inbox = start(fresh.store, connection, { timings: { heartbeat_ms: 50, command_timeout_ms: 300 } });
    await inbox.synced();
    await inbox.until('idle');
    proxy.blackHole(true);
    const mails = [mail()];
    await account.append(mails);
    await inbox.until('backoff');
    expect((await mailboxRow(fresh.store, inbox.profile_id)).last_error).toMatch(/^MAIL_CONNECTION: /);
    proxy.drop();
    proxy.blackHole(false);
    await inbox.synced();
    await expectEachOnce(inbox.profile_id, mails);
  });

  test('stopped in the middle of a back-fill leaves a ledger from which the next start goes on', async () => {
    const account = freshAccount();
    const mails = Array.from({ length: 250 }, () => mail());
    await account.drop(mails.map((raw) => ({ raw, at: new Date() })));
    const profile_id = freshProfile();
    const first = start(fresh.store, account.connection(), { profile_id });
    await first.nextBatch();
    await first.stop();
    const half = await ledgerOf(fresh.store, profile_id);
    expect(half.length).toBeLessThan(250);
    const second = start(fresh.store, account.connection(), { profile_id });
    await second.synced();
    await expectEachOnce(profile_id, mails);
  });
});

describe('a mail that is removed while we read', () => {
  test('between search and fetch is accounted for as vanished, and the others are recorded', async () => {
    const { account, proxy, connection } = await behindProxy();
    const mails = [mail(), mail(), mail()];
    await account.append(mails);
    const fetch = proxy.holdCommand('BODY.PEEK[]');
    const inbox = start(fresh.store, connection);
    await fetch.held;
    await account.expunge([2]);
    fetch.release();
    await inbox.synced();
    const ledger = await ledgerOf(fresh.store, inbox.profile_id);
    expect(ledger.map((row) => [row.uid, row.outcome])).toEqual([
      [1, null],
      [2, 'vanished'],
      [3, null],
    ]);
    expect(await messagesOf(fresh.store, inbox.profile_id)).toHaveLength(2);
  });

  test('a connection that dies at that moment never makes the others vanish', async () => {
    const { account, proxy, connection } = await behindProxy();
    const mails = [mail(), mail(), mail()];
    await account.append(mails);
    const search = proxy.holdCommand('UID SEARCH');
    const inbox = start(fresh.store, connection);
    await search.held;
    proxy.drop();
    search.release();
    await inbox.synced();
    await expectEachOnce(inbox.profile_id, mails);
  });
});

describe('a mail that cannot be fetched', () => {
  test('because it breaks the connection each time, holds up no other, is named, and is read once it can be', async () => {
    const { account, proxy, connection } = await behindProxy();
    const poison = mail({ body: 'POISON' });
    const before = [mail(), mail()];
    const after = [mail(), mail()];
    await account.append([...before, poison, ...after]);
    proxy.cutAt('POISON');
    let now_ms = Date.now();
    const inbox = start(fresh.store, connection, { clock: () => new Date(now_ms) });
    await inbox.synced();
    expect(proxy.cuts()).toBeGreaterThanOrEqual(3);
    await expectEachOnce(inbox.profile_id, [...before, ...after]);
    expect((await mailboxRow(fresh.store, inbox.profile_id)).last_error).toBe('MAIL_FETCH: 1');
    // New mail still flows past it.
    const later = mail();
    await account.append([later]);
    await inbox.synced();
    await expectEachOnce(inbox.profile_id, [...before, ...after, later]);
    // It is tried again after its pause.
    proxy.cutAt(null);
    now_ms += 3_600_000;
    await inbox.synced();
    await expectEachOnce(inbox.profile_id, [...before, poison, ...after, later]);
    expect((await mailboxRow(fresh.store, inbox.profile_id)).last_error).toBeNull();
  });

  test('because the server itself breaks off at it (a damaged store), holds up no other and is named', async () => {
    const account = freshAccount();
    const good = [mail(), mail()];
    const damaged = mail({ body: 'taille fausse' });
    const at = new Date();
    await account.drop([
      { raw: good[0]!, at },
      // Dovecot believes the size in the name, finds another when it reads the file, and ends the connection.
      { raw: damaged, at, name_suffix: `,S=${damaged.length + 500},W=${damaged.length + 500}` },
      { raw: good[1]!, at },
    ]);
    const inbox = start(fresh.store, account.connection());
    await inbox.synced();
    await expectEachOnce(inbox.profile_id, good);
    expect((await mailboxRow(fresh.store, inbox.profile_id)).last_error).toBe('MAIL_FETCH: 1');
  });
});
