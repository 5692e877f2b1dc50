import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { SYSTEM } from '../../store/database.ts';
import { recordBatch, type BatchResult, type IngestedMail, type LedgerBatch } from '../../store/ledger.ts';
import { ingestRate, ledgerCounts, settledUids } from '../../store/ledger-queries.ts';
import { packRaw } from '../../store/raw.ts';
import { mail } from '../support/dovecot.ts';
import { freshProfile, ledgerOf, messagesOf } from '../support/inbox.ts';
import { ENGINES, freshStore, type FreshStore } from '../support/stores.ts';

const NOW = new Date('2026-11-02T08:00:00Z');
const KEY = { folder: 'INBOX', uidvalidity: 1 };

async function ingested(uid: number, raw: Buffer): Promise<IngestedMail> {
  return { uid, raw: await packRaw(raw), internal_date: NOW, urgent_hint: false };
}

describe.each(ENGINES)('the ledger on %s', (engine) => {
  let fresh: FreshStore;
  beforeAll(async () => {
    fresh = await freshStore(engine);
  });
  afterAll(() => fresh.close());
  const record = (mailbox: string, batch: Partial<LedgerBatch>): Promise<BatchResult> =>
    fresh.store.write(SYSTEM, (tx) => recordBatch(tx, { ...KEY, mailbox, origin: 'imap', mails: [], ...batch }, NOW));

  test('the same UID again changes nothing', async () => {
    const mailbox = freshProfile();
    const mails = [await ingested(1, mail())];
    expect(await record(mailbox, { mails })).toMatchObject({ messages: [{ rev: 0 }], known: 0 });
    expect(await record(mailbox, { mails: [await ingested(1, mail())], vanished: [1] })).toMatchObject({
      messages: [],
      vanished: 0,
    });
    expect(await ledgerOf(fresh.store, mailbox)).toMatchObject([{ uid: 1, outcome: null }]);
    expect(await messagesOf(fresh.store, mailbox)).toHaveLength(1);
  });

  test('a content that comes twice in one batch, or later, is a duplicate of the first', async () => {
    const mailbox = freshProfile();
    const raw = mail();
    const batch = { mails: [await ingested(1, raw), await ingested(2, raw)] };
    expect(await record(mailbox, batch)).toMatchObject({ messages: [{}], duplicates: 1 });
    expect(await record(mailbox, { mails: [await ingested(3, raw)] })).toMatchObject({ messages: [], duplicates: 1 });
    const [first, ...rest] = await ledgerOf(fresh.store, mailbox);
    expect(rest.map((row) => [row.outcome, row.message_id])).toEqual([
      ['duplicate', first!.message_id],
      ['duplicate', first!.message_id],
    ]);
  });

  test('the same content in two mailboxes is two messages with one original', async () => {
    const raw = mail();
    const mailboxes = [freshProfile(), freshProfile()];
    for (const mailbox of mailboxes) await record(mailbox, { mails: [await ingested(1, raw)] });
    for (const mailbox of mailboxes) expect(await messagesOf(fresh.store, mailbox)).toHaveLength(1);
    const { sha256 } = await packRaw(raw);
    const rows = await fresh.store.read(SYSTEM, (tx) =>
      tx.selectFrom('raw_mail').select('size').where('sha256', '=', sha256).execute(),
    );
    expect(rows).toEqual([{ size: raw.length }]);
  });

  test('a mail over the limit is set aside once, also under a new numbering', async () => {
    const mailbox = freshProfile();
    const headers = await packRaw(Buffer.from('Subject: gros\r\n\r\n'));
    const too_large = [{ uid: 1, size: 90_000_000, internal_date: NOW, headers }];
    expect(await record(mailbox, { too_large })).toMatchObject({ quarantined: 1, duplicates: 0 });
    expect(await record(mailbox, { too_large, uidvalidity: 2 })).toMatchObject({ quarantined: 0, duplicates: 1 });
    const rows = await fresh.store.read(SYSTEM, (tx) =>
      tx.selectFrom('quarantine').select('uid').where('mailbox', '=', mailbox).execute(),
    );
    expect(rows).toHaveLength(1);
  });

  test('what is owed to the server is noted for what is stored, while the mailbox is live', async () => {
    const mailbox = freshProfile();
    const headers = await packRaw(Buffer.from('Subject: gros\r\n\r\n'));
    const too_large = [{ uid: 2, size: 90_000_000, internal_date: NOW, headers }];
    await record(mailbox, { mails: [await ingested(1, mail())], action: 'move' });
    await fresh.store.write(SYSTEM, (tx) =>
      tx.updateTable('mailbox').set({ mode: 'live' }).where('id', '=', mailbox).execute(),
    );
    await record(mailbox, { mails: [await ingested(4, mail())], too_large, vanished: [3], action: 'move' });
    expect((await ledgerOf(fresh.store, mailbox)).map((row) => row.server_action)).toEqual(['', '', '', 'move']);
  });

  test('settled UIDs leave out what is worth another look', async () => {
    const mailbox = freshProfile();
    const headers = await packRaw(Buffer.from('Subject: gros\r\n\r\n'));
    const too_large = [{ uid: 2, size: 5_000, internal_date: NOW, headers }];
    await record(mailbox, { mails: [await ingested(1, mail())], too_large, vanished: [3] });
    const settled = (from: number, max: number): Promise<Set<number>> =>
      fresh.store.read(SYSTEM, (tx) => settledUids(tx, { ...KEY, mailbox }, { from, to: 2 }, max));
    expect([...(await settled(1, 4_000))].sort()).toEqual([1, 2]);
    expect([...(await settled(1, 5_000))]).toEqual([1]);
    expect([...(await settled(2, 4_000))]).toEqual([2]);
  });

  test('counts and rate are those of the mailbox and of the time asked for', async () => {
    const mailbox = freshProfile();
    await record(mailbox, { mails: [await ingested(1, mail()), await ingested(2, mail())], vanished: [3] });
    const counts = await fresh.store.read(SYSTEM, (tx) => ledgerCounts(tx, mailbox));
    expect(counts).toMatchObject({ pending: 2, vanished: 1, conversation: 0 });
    const before = new Date(NOW.getTime() - 60_000);
    const all = await fresh.store.read(SYSTEM, (tx) => ledgerCounts(tx));
    const rows = Object.values(all).reduce((sum, n) => sum + n, 0);
    expect(await fresh.store.read(SYSTEM, (tx) => ingestRate(tx, before, NOW))).toBe(rows);
    expect(await fresh.store.read(SYSTEM, (tx) => ingestRate(tx, NOW, new Date(NOW.getTime() + 1)))).toBe(0);
  });
});
