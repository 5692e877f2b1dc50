import { createHash } from 'node:crypto';
import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { importMail, type ImportReport } from '../../mail/import.ts';
import { cellDate, headerDate, separatorDate } from '../../mail/import-dates.ts';
import { readMbox } from '../../mail/import-mbox.ts';
import { SYSTEM, type Store } from '../../store/database.ts';
import { getRawBuffer } from '../../store/raw.ts';
import { freshAccount, mail } from '../support/dovecot.ts';
import { freshProfile, ledgerOf, messagesOf, probe } from '../support/inbox.ts';
import { quiet } from '../support/quiet.ts';
import { freshPglite, type FreshStore } from '../support/stores.ts';

const NOW = new Date('2026-11-02T08:00:00Z');
const sha = (raw: Uint8Array): string => createHash('sha256').update(raw).digest('hex');
const hex = (bytes: Uint8Array | null): string => Buffer.from(bytes ?? []).toString('hex');

let fresh: FreshStore;
let folder: string;
beforeAll(async () => {
  fresh = await freshPglite();
  folder = await mkdtemp(path.join(tmpdir(), 'import-'));
});
afterAll(async () => {
  await fresh.close();
  await rm(folder, { recursive: true });
});

const bring = (mailbox: string, file: string, over = {}): Promise<ImportReport> =>
  importMail({ store: fresh.store, mailbox, path: path.join(folder, file), log: quiet, clock: () => NOW, ...over });
const file = (name: string, text: string | Buffer): Promise<void> => writeFile(path.join(folder, name), text);
const mbox = (mails: readonly Buffer[]): string =>
  mails.map((raw) => `From - Mon Oct 26 09:30:00 2026\n${raw.toString('latin1').replace(/\r\n/g, '\n')}\n`).join('');

test('an mbox file is brought in with its dates, as history', async () => {
  const mails = [mail(), mail()];
  await file('a.mbox', mbox(mails));
  const profile = freshProfile();
  const named: unknown[] = [];
  const queues = {
    enqueue: (...call: unknown[]) => {
      named.push(call);
      return Promise.resolve();
    },
  };
  expect(await bring(profile, 'a.mbox', { queues })).toEqual({
    read: 2,
    imported: 2,
    duplicates: 0,
    too_large: 0,
    unusable: 0,
  });
  const ledger = await ledgerOf(fresh.store, profile);
  expect(ledger.map((row) => [row.folder, row.uidvalidity, row.uid, hex(row.sha256)])).toEqual(
    mails.map((raw, i) => ['import:a.mbox', 1, i + 1, sha(raw)]),
  );
  const messages = await messagesOf(fresh.store, profile);
  expect(messages.map((message) => [message.origin, message.received_at.toISOString()])).toEqual([
    ['import', '2026-10-26T09:30:00.000Z'],
    ['import', '2026-10-26T09:30:00.000Z'],
  ]);
  expect(named).toEqual([['triage', ledger.map((row) => ({ id: row.message_id, rev: 0 })), { priority: 'backfill' }]]);
});

test('the same archive again adds nothing; longer, or in another order, only what is new', async () => {
  const profile = freshProfile();
  const mails = [mail(), mail(), mail()];
  await file('b.mbox', mbox(mails.slice(0, 2)));
  await bring(profile, 'b.mbox');
  expect(await bring(profile, 'b.mbox')).toMatchObject({ imported: 0, duplicates: 2 });
  await file('b.mbox', mbox([mails[2]!, mails[1]!, mails[0]!]));
  expect(await bring(profile, 'b.mbox')).toMatchObject({ imported: 1, duplicates: 2 });
  expect((await ledgerOf(fresh.store, profile)).map((row) => [row.uid, hex(row.sha256)])).toEqual(
    mails.map((raw, i) => [i + 1, sha(raw)]),
  );
});

test('a transaction that lost against another and ran again is counted once', async () => {
  const profile = freshProfile();
  await file('lost.mbox', mbox([mail(), mail()]));
  await bring(profile, 'lost.mbox');
  const lost = new Set<unknown>();
  const store: Store = {
    ...fresh.store,
    write: (actor, fn) =>
      fresh.store.write(actor, async (tx) => {
        const result = await fn(tx);
        if (lost.has(fn)) return result;
        lost.add(fn);
        throw Object.assign(new Error('deadlock detected'), { code: '40P01' });
      }),
  };
  await file('lost.mbox', mbox([mail(), mail(), mail()]));
  expect(await bring(profile, 'lost.mbox', { store })).toMatchObject({ read: 3, imported: 3, duplicates: 0 });
  expect(await bring(profile, 'lost.mbox', { store })).toMatchObject({ read: 3, imported: 0, duplicates: 3 });
});

test('a mail that was already read from the server is not brought in a second time', async () => {
  const profile_id = freshProfile();
  const account = freshAccount();
  const raw = mail();
  await account.append([raw]);
  const inbox = probe(fresh.store, account.connection(), { profile_id });
  await inbox.synced();
  await inbox.stop();
  await file('c.mbox', mbox([raw, mail()]));
  expect(await bring(profile_id, 'c.mbox')).toMatchObject({ read: 2, imported: 1, duplicates: 1 });
  expect((await ledgerOf(fresh.store, profile_id)).map((row) => [row.folder, row.outcome])).toEqual([
    ['INBOX', null],
    ['import:c.mbox', 'duplicate'],
    ['import:c.mbox', null],
  ]);
});

test('a folder of .eml files is brought in, subfolders included; a mail over the limit is set aside', async () => {
  const profile = freshProfile();
  await mkdir(path.join(folder, 'eml/2025'), { recursive: true });
  await file(
    'eml/1.eml',
    mail({
      headers: {
        Date: 'Tue, 20 Oct 2026 10:00:00 +0200',
        Received: 'by mx.example; Tue, 20 Oct 2026 10:05:00 +0200 (CEST)',
      },
    }),
  );
  await file('eml/2025/2.eml', mail({ body: 'x'.repeat(5_000) }));
  await file('eml/notes.txt', 'rien');
  expect(await bring(profile, 'eml', { max_mail_bytes: 2_000 })).toMatchObject({ read: 2, imported: 1, too_large: 1 });
  expect((await messagesOf(fresh.store, profile))[0]!.received_at.toISOString()).toBe('2026-10-20T08:05:00.000Z');
  expect(await bring(profile, 'eml', { max_mail_bytes: 2_000 })).toMatchObject({
    imported: 0,
    duplicates: 2,
    too_large: 0,
  });
});

test('a table becomes mails, whatever its cells hold', async () => {
  const profile = freshProfile();
  const rows = [
    'subject;from;body;received_at',
    '"Indemnités ; retard";"Durand, Camille <camille@assures.example>";"Bonjour,',
    'dit-elle ""à la fin""";26/10/2026 09:30',
    'sans date;x@assures.example;texte;jamais',
  ];
  // As a French spreadsheet writes it.
  await file('d.csv', Buffer.from(`${rows.join('\r\n')}\r\n`, 'latin1'));
  expect(await bring(profile, 'd.csv')).toMatchObject({ read: 2, imported: 1, unusable: 1 });
  const [message] = await messagesOf(fresh.store, profile);
  expect(message!.received_at.toISOString()).toBe('2026-10-26T08:30:00.000Z');
  const raw = (await fresh.store.read(SYSTEM, (tx) => getRawBuffer(tx, message!.sha256!, 100_000))).toString();
  expect(raw).toMatch(/^From: "Durand, Camille" <camille@assures\.example>\r$/m);
  expect(Buffer.from(raw.split('\r\n\r\n')[1]!, 'base64').toString()).toBe('Bonjour,\r\ndit-elle "à la fin"');
  expect(await bring(profile, 'd.csv')).toMatchObject({ imported: 0, duplicates: 1 });
});

test('an archive that is not there, or a table without its columns, is refused with a code', async () => {
  await expect(bring('m', 'nulle-part.mbox')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  await file('e.csv', 'a,b\n1,2\n');
  await expect(bring('m', 'e.csv')).rejects.toMatchObject({ code: 'BAD_INPUT' });
});

describe('an mbox file', () => {
  const read = async (text: string, max_bytes = 10_000): Promise<{ raw: string; size: number }[]> => {
    await file('x.mbox', text);
    const mails = [];
    for await (const each of readMbox(path.join(folder, 'x.mbox'), max_bytes))
      mails.push({ raw: each.raw.toString(), size: each.size });
    return mails;
  };
  const LINE = 'From a@b.example Mon Oct 26 09:30:00 2026\n';

  test.each([
    [
      'a sentence that begins with From',
      `${LINE}A: b\n\nFrom here on, nothing.\n\n`,
      ['A: b\r\n\r\nFrom here on, nothing.\r\n'],
    ],
    [
      'a date line that does not follow an empty line',
      `${LINE}A: b\n\ntext\n${LINE}\n`,
      [`A: b\r\n\r\ntext\r\n${LINE.trim()}\r\n`],
    ],
    ['a quoted separator', `${LINE}A: b\n\n>From x\n>>From y\n> z\n\n`, ['A: b\r\n\r\nFrom x\r\n>From y\r\n> z\r\n']],
    ['no line end at the end', `${LINE}A: b\n\ntext`, ['A: b\r\n\r\ntext\r\n']],
    ['CRLF line ends', `${LINE}A: b\r\n\r\ntext\r\n\r\n${LINE}C: d\r\n\r\n`, ['A: b\r\n\r\ntext\r\n', 'C: d\r\n']],
  ])('with %s', async (_, text, expected) => {
    expect((await read(text)).map((each) => each.raw)).toEqual(expected);
  });

  test('with a mail over the limit keeps its beginning and counts the rest', async () => {
    const [first, second] = await read(`${LINE}A: b\n\n${'y'.repeat(50)}\n${'z'.repeat(50)}\n\n${LINE}C: d\n\n`, 70);
    expect(first).toEqual({ raw: `A: b\r\n\r\n${'y'.repeat(50)}\r\n`, size: 114 });
    expect(second!.raw).toBe('C: d\r\n');
  });
});

describe('the date of an archived mail', () => {
  test.each([
    ['From a@b.example Mon Oct 26 09:30:00 2026', '2026-10-26T09:30:00.000Z'],
    ['From - Sun Oct  4 09:30:00 2026', '2026-10-04T09:30:00.000Z'],
    ['From 1234@xxx Mon Oct 26 09:30:00 +0100 2026', '2026-10-26T08:30:00.000Z'],
    ['From a@b.example Mon Oct 26 09:30 2026', '2026-10-26T09:30:00.000Z'],
    ['From here to there', undefined],
  ])('of the separator %p', (line, expected) => {
    expect(separatorDate(line)?.toISOString()).toBe(expected);
  });

  test.each([
    [
      'the topmost Received',
      'Received: by b;\r\n Mon, 26 Oct 2026 10:00:00 +0100 (CET)\r\nReceived: by a; Mon, 26 Oct 2026 08:00:00 +0100\r\nDate: Mon, 26 Oct 2026 07:00:00 +0100\r\n\r\n',
      '2026-10-26T09:00:00.000Z',
    ],
    ['Date when there is no Received', 'Date: Mon, 26 Oct 2026 07:00:00 +0100\r\n\r\n', '2026-10-26T06:00:00.000Z'],
    ['nothing from a clock that was never set', 'Date: Thu, 01 Jan 1970 00:00:00 +0000\r\n\r\n', undefined],
    ['nothing from the body', 'A: b\r\n\r\nDate: Mon, 26 Oct 2026 07:00:00 +0100\r\n', undefined],
    ['nothing from nonsense', 'Date: hier\r\n\r\n', undefined],
  ])('is taken from %s', (_, head, expected) => {
    expect(headerDate(head, NOW)?.toISOString()).toBe(expected);
  });

  test.each([
    ['26/10/2026 09:30', '2026-10-26T08:30:00.000Z'],
    ['24/10/2026', '2026-10-23T22:00:00.000Z'],
    ['2026-10-26T09:30:00+01:00', '2026-10-26T08:30:00.000Z'],
    ['2026-10-26 09:30:00', '2026-10-26T08:30:00.000Z'],
    ['demain', undefined],
  ])('of the cell %p', (cell, expected) => {
    expect(cellDate(cell)?.toISOString()).toBe(expected);
  });
});
