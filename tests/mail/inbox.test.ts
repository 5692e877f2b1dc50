import { createHash } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { openQueues } from '../../queues/queues.ts';
import { SYSTEM } from '../../store/database.ts';
import { getRawBuffer } from '../../store/raw.ts';
import { pgliteBackend } from '../../queues/backend.ts';
import { freshAccount, mail } from '../support/dovecot.ts';
import { freshProfile, ledgerOf, mailboxRow, messagesOf, probe, setLive, type InboxProbe } from '../support/inbox.ts';
import { startProxy } from '../support/proxy.ts';
import { ENGINES, freshStore, testServer, type FreshStore } from '../support/stores.ts';

const sha = (raw: Uint8Array): string => createHash('sha256').update(raw).digest('hex');
const hex = (bytes: Uint8Array | null): string => Buffer.from(bytes ?? []).toString('hex');
const HOUR_MS = 3_600_000;

describe.each(ENGINES)('an inbox on %s', (engine) => {
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

  test('every mail of INBOX and Junk is recorded once, with its octets, its INTERNALDATE and one job', async () => {
    const account = freshAccount();
    const now = Date.now();
    const sent = [3 * HOUR_MS, 1 * HOUR_MS, 2 * HOUR_MS].map((ago) => ({
      raw: mail(),
      at: new Date(Math.floor((now - ago) / 1000) * 1000),
    }));
    const junk = { raw: mail({ subject: 'Indésirable' }), at: new Date(Math.floor(now / 1000) * 1000 - 48 * HOUR_MS) };
    await account.append(sent);
    await account.append([junk], 'Junk');
    // No folder configured: Junk is found by its mark.
    const inbox = start(fresh.store, account.connection({ folders: [] }));
    await inbox.synced();

    const ledger = await ledgerOf(fresh.store, inbox.profile_id);
    expect(ledger.map((row) => [row.folder, row.uid, hex(row.sha256), row.outcome, row.internal_date])).toEqual([
      ...sent.map(({ raw, at }, i) => ['INBOX', i + 1, sha(raw), null, at]),
      ['Junk', 1, sha(junk.raw), null, junk.at],
    ]);
    const messages = await messagesOf(fresh.store, inbox.profile_id);
    expect(messages).toHaveLength(4);
    for (const message of messages) {
      expect(message).toMatchObject({ status: 'received', direction: 'incoming', origin: 'imap' });
      const row = ledger.find((each) => each.message_id === message.id)!;
      expect(message.received_at).toEqual(row.internal_date);
      const stored = await fresh.store.read(SYSTEM, (tx) => getRawBuffer(tx, message.sha256!, 1_000_000));
      expect(sha(stored)).toBe(hex(row.sha256));
    }
    // Earliest first; what is older than a day after the rest.
    const order = inbox.named.map(({ job }) => messages.find((message) => message.id === job.id)!.received_at);
    expect(order).toEqual([sent[0]!.at, sent[2]!.at, sent[1]!.at, junk.at]);
    expect(inbox.named.map((each) => each.priority)).toEqual(['normal', 'normal', 'normal', 'backfill']);
    const row = await mailboxRow(fresh.store, inbox.profile_id);
    expect(row.last_synced_at).not.toBeNull();
    expect(row.last_error).toBeNull();
  });

  test('nothing is marked read by reading it', async () => {
    const account = freshAccount();
    await account.append([mail()]);
    const inbox = start(fresh.store, account.connection());
    await inbox.synced();
    expect((await account.look()).mails).toEqual([{ uid: 1, flags: expect.not.arrayContaining(['\\Seen']) }]);
  });

  test('a mail that somebody read in Outlook before us is recorded like any other', async () => {
    const account = freshAccount();
    await account.append([{ raw: mail(), at: new Date(), flags: ['\\Seen'] }]);
    const inbox = start(fresh.store, account.connection());
    await inbox.synced();
    expect(await messagesOf(fresh.store, inbox.profile_id)).toHaveLength(1);
  });

  test('a new mail is recorded when the server announces it, long before the next comparison', async () => {
    const account = freshAccount();
    const inbox = start(fresh.store, account.connection(), { timings: { resync_ms: 600_000, heartbeat_ms: 300_000 } });
    await inbox.synced();
    await inbox.until('idle');
    const batch = inbox.nextBatch();
    await account.append([mail()]);
    expect(await batch).toMatchObject({ folder: 'INBOX', messages: 1 });
    await inbox.until('idle');
    // And again from the next IDLE.
    const second = inbox.nextBatch();
    await account.append([mail()]);
    expect(await second).toMatchObject({ messages: 1 });
    expect((await ledgerOf(fresh.store, inbox.profile_id)).map((row) => row.uid)).toEqual([1, 2]);
  });

  test('an urgent mail is named first, whatever its date', async () => {
    const account = freshAccount();
    const at = new Date();
    await account.append([
      { raw: mail(), at },
      { raw: mail({ subject: '=?utf-8?q?Plus_de_traitement=2C_c=27est_vital?=' }), at },
      {
        raw: mail({
          headers: { 'Content-Type': 'text/plain; charset=utf-8', 'Content-Transfer-Encoding': 'base64' },
          body: Buffer.from('mon pronostic vital est engagé').toString('base64'),
        }),
        at,
      },
    ]);
    const inbox = start(fresh.store, account.connection(), { urgentHint: (text) => /\bvital\b/.test(text) });
    await inbox.synced();
    const messages = await messagesOf(fresh.store, inbox.profile_id);
    const urgent = messages.filter((message) => message.urgent_hint).map((message) => message.id);
    expect(urgent).toHaveLength(2);
    expect(
      inbox.named
        .slice(0, 2)
        .map(({ job }) => job.id)
        .sort(),
    ).toEqual([...urgent].sort());
    expect(inbox.named.map((each) => each.priority)).toEqual(['urgent', 'urgent', 'normal']);
  });

  test('an outage of hundreds of mails is filled in, oldest included, with none lost or doubled', async () => {
    const account = freshAccount();
    await account.append([mail()]);
    const profile_id = freshProfile();
    const before = start(fresh.store, account.connection(), { profile_id });
    await before.synced();
    await before.stop();
    const missed = Array.from({ length: 420 }, (_, i) => ({
      raw: mail(),
      at: new Date(Date.now() - (420 - i) * 60 * 60_000),
    }));
    await account.drop(missed);
    const after = start(fresh.store, account.connection(), { profile_id });
    await after.synced();
    const ledger = await ledgerOf(fresh.store, profile_id);
    expect(ledger.map((row) => row.uid)).toEqual(Array.from({ length: 421 }, (_, i) => i + 1));
    const stored = new Set(ledger.map((row) => hex(row.sha256)));
    expect(missed.filter(({ raw }) => !stored.has(sha(raw)))).toHaveLength(0);
    expect(await messagesOf(fresh.store, profile_id)).toHaveLength(421);
    expect(new Set(after.named.map(({ job }) => job.id)).size).toBe(420);
    expect(Math.max(...after.batches.map((batch) => batch.messages))).toBeLessThanOrEqual(100);
  });

  test('a mail that arrives during a long back-fill does not wait for its end', async () => {
    const account = freshAccount();
    const backlog = Array.from({ length: 400 }, () => ({ raw: mail(), at: new Date(Date.now() - 72 * HOUR_MS) }));
    await account.drop(backlog);
    const proxy = await startProxy({ host: testServer('TEST_IMAP_HOST'), port: Number(testServer('TEST_IMAP_PORT')) });
    const fetch = proxy.holdCommand('BODY.PEEK[]');
    const connection = account.connection({ port: proxy.port });
    const inbox = start(fresh.store, connection, { timings: { round_mails: 100 } });
    await fetch.held;
    await account.append([mail()]);
    fetch.release();
    await inbox.synced();
    const messages = await messagesOf(fresh.store, inbox.profile_id);
    expect(messages).toHaveLength(401);
    const place = inbox.named.findIndex(({ priority }) => priority === 'normal');
    // After the round that was under way, and before the next.
    expect(place).toBe(100);
    const cursor = await fresh.store.read(SYSTEM, (tx) =>
      tx
        .selectFrom('folder_cursor')
        .select('last_uid')
        .where('mailbox', '=', inbox.profile_id)
        .executeTakeFirstOrThrow(),
    );
    expect(cursor.last_uid).toBe(401);
    await inbox.stop();
    await proxy.close();
  });

  test('a misspelt folder is named in the last error and the other folders are read', async () => {
    const account = freshAccount();
    await account.append([mail()]);
    const inbox = start(fresh.store, account.connection({ folders: ['INBOX', 'Reclamatoins'] }));
    await inbox.synced();
    expect(await ledgerOf(fresh.store, inbox.profile_id)).toHaveLength(1);
    const row = await mailboxRow(fresh.store, inbox.profile_id);
    expect(row.last_error).toBe('MAIL_FOLDER: Reclamatoins missing');
    expect(row.last_synced_at).not.toBeNull();
    // Somebody creates it: read at the next pass, and the error is gone.
    await account.as((client) => client.mailboxCreate('Reclamatoins'));
    await account.append([mail()], 'Reclamatoins');
    await inbox.synced();
    expect(await ledgerOf(fresh.store, inbox.profile_id)).toHaveLength(2);
    expect((await mailboxRow(fresh.store, inbox.profile_id)).last_error).toBeNull();
  });

  test('the embedded database never flags or moves; a real one only once the mailbox is live', async () => {
    const account = freshAccount();
    const profile_id = freshProfile();
    const connection = account.connection({ on_ingested: { move_to: 'Traites' } });
    await account.append([mail()]);
    const observing = start(fresh.store, connection, { profile_id });
    await observing.synced();
    expect((await account.look()).mails).toHaveLength(1);
    await setLive(fresh.store, profile_id);
    await account.append([mail()]);
    await observing.synced();
    const inboxUids = (await account.look()).mails.map((each) => each.uid);
    // What came while observing stays where it is.
    expect(inboxUids).toEqual(engine === 'pglite' ? [1, 2] : [1]);
    expect((await account.look('Traites')).mails).toHaveLength(engine === 'pglite' ? 0 : 1);
    expect((await ledgerOf(fresh.store, profile_id)).map((row) => row.server_action)).toEqual(['', '']);
  });

  if (engine === 'pglite') {
    test('the jobs are in the real queue of the same database', async () => {
      const account = freshAccount();
      await account.append([mail(), mail()]);
      const queues = openQueues(pgliteBackend(fresh.store), () => {});
      try {
        const inbox = start(fresh.store, account.connection(), { queues });
        await inbox.synced();
        expect((await queues.counts('triage')).waiting).toBe(2);
      } finally {
        await queues.close();
      }
    });
  }
});
