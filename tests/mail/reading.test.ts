/** The pure parts of reading a mailbox. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { AiguillageError } from '../../domain/errors.ts';
import { Attempts, FAILURES_VISIBLE } from '../../mail/attempts.ts';
import { backoff, Bell } from '../../mail/bell.ts';
import { gapsBetween, Outstanding, pickRound } from '../../mail/cursor.ts';
import { chunks, type MailHead } from '../../mail/fetch.ts';
import { hintText } from '../../mail/raw.ts';
import { tokenSource } from '../../mail/oauth2.ts';
import { uidWindows } from '../../mail/open-folder.ts';
import { problemLine, problemOf } from '../../mail/problems.ts';

const uids = fc
  .uniqueArray(fc.integer({ min: 1, max: 500 }), { maxLength: 60 })
  .map((all) => all.sort((a, b) => a - b));

describe('the cursor', () => {
  test('never passes a mail that is not settled, and reaches the end once all are', () => {
    fc.assert(
      fc.property(uids, fc.func(fc.nat()), (open, rank) => {
        const ceiling = Math.max(500, ...open);
        const outstanding = new Outstanding(open, ceiling);
        const order = [...open].sort((a, b) => rank(a) - rank(b) || a - b);
        const left = new Set(open);
        let last = outstanding.cursor();
        for (const uid of order) {
          outstanding.settle([uid]);
          left.delete(uid);
          const cursor = outstanding.cursor();
          expect(cursor).toBeGreaterThanOrEqual(last);
          for (const each of left) expect(cursor).toBeLessThan(each);
          last = cursor;
        }
        expect(last).toBe(ceiling);
      }),
    );
  });

  test('a round takes both ends of a backlog and never more than its limit', () => {
    fc.assert(
      fc.property(uids, fc.integer({ min: 2, max: 40 }), (all, max) => {
        const { round, left } = pickRound(all, max, Math.floor(max / 2));
        expect([...round, ...left].sort((a, b) => a - b)).toEqual(all);
        expect(round).toHaveLength(Math.min(all.length, max));
        if (all.length > 0) expect(round).toEqual(expect.arrayContaining([all[0], all.at(-1)]));
      }),
    );
  });

  test('the ranges searched cover every UID once, in about as many as the mails call for', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 4_294_967_295 }), fc.integer({ min: 0, max: 500 }), (uidnext, exists) => {
        const windows = [...uidWindows({ uidnext, exists }, 50)];
        expect(windows.length).toBeLessThanOrEqual(Math.max(1, Math.ceil(exists / 50)));
        let next = 1;
        for (const { from, to } of windows) {
          expect(from).toBe(next);
          next = (to ?? Infinity) + 1;
        }
        expect(next).toBe(Infinity);
      }),
    );
    expect([...uidWindows({ uidnext: undefined, exists: 500 }, 50)]).toEqual([{ from: 1, to: undefined }]);
  });

  test('gaps are what the server did not name, and a jump of the numbering is none', () => {
    expect(gapsBetween(3, 8, [1, 4, 7, 9], 10)).toEqual([3, 5, 6, 8]);
    expect(gapsBetween(3, 2, [], 10)).toEqual([]);
    expect(gapsBetween(3, 4_000_000_000, [5], 10)).toBeNull();
  });
});

test('batches keep the order and both limits, and a mail larger than a batch goes alone', () => {
  const sizes = fc.array(fc.integer({ min: 0, max: 300 }), { maxLength: 50 });
  fc.assert(
    fc.property(sizes, fc.integer({ min: 1, max: 7 }), (all, max_count) => {
      const heads = all.map((size, uid): MailHead => ({ uid, size, internal_date: null }));
      const batches = [...chunks(heads, max_count, 200)];
      expect(batches.flat()).toEqual(heads);
      for (const batch of batches) {
        expect(batch.length).toBeLessThanOrEqual(max_count);
        const bytes = batch.reduce((sum, head) => sum + head.size, 0);
        expect(bytes <= 200 || batch.length === 1).toBe(true);
      }
    }),
  );
});

describe('the memory of failed fetches', () => {
  const key = { mailbox: 'm', folder: 'INBOX', uidvalidity: 1 };

  test('a mail that failed among others is only suspected; alone it is named at the third failure and paused ever longer', () => {
    const attempts = new Attempts();
    attempts.failed(key, [1, 2], 0);
    attempts.failed(key, [1, 2], 0);
    attempts.failed(key, [1, 2], 0);
    expect([attempts.suspect(key, 1), attempts.suspect(key, 3), attempts.unfetchable()]).toEqual([true, false, 0]);
    for (let i = 0; i < FAILURES_VISIBLE; i += 1) attempts.failed(key, [1], 0);
    expect([attempts.unfetchable(key), attempts.paused(key, 1, 59_999), attempts.paused(key, 1, 60_000)]).toEqual([
      1,
      true,
      false,
    ]);
    attempts.failed(key, [1], 60_000);
    expect([attempts.paused(key, 1, 179_999), attempts.paused(key, 1, 180_000)]).toEqual([true, false]);
    for (let i = 0; i < 40; i += 1) attempts.failed(key, [1], 0);
    expect(attempts.paused(key, 1, 3_600_000)).toBe(false);
    attempts.settled(key, [1]);
    expect(attempts.unfetchable()).toBe(0);
  });

  test('a new numbering of the folder forgets the former one, and only that', () => {
    const attempts = new Attempts();
    const next = { ...key, uidvalidity: 2 };
    const other = { ...key, folder: 'INBOX.a' };
    for (const each of [key, next, other]) attempts.failed(each, [1], 0);
    attempts.renumbered(next);
    expect([key, next, other].map((each) => attempts.suspect(each, 1))).toEqual([false, true, true]);
  });
});

test('the pause after failures doubles up to its limit', () => {
  const limits = { backoff_min_ms: 1_000, backoff_max_ms: 60_000 };
  expect([1, 2, 3, 6, 7, 1_000].map((failures) => backoff(failures, limits))).toEqual([
    1_000, 2_000, 4_000, 32_000, 60_000, 60_000,
  ]);
});

test('a bell that rang before anybody waited is not missed', async () => {
  const bell = new Bell();
  bell.ring();
  await bell.wait(60_000);
  expect(bell.take()).toBe(true);
  expect(bell.take()).toBe(false);
});

describe('the first look for urgency', () => {
  const hint = (text: string, encoding: BufferEncoding = 'utf8'): string => hintText(Buffer.from(text, encoding));
  test.each([
    ['an encoded subject', 'Subject: =?utf-8?B?ZMOpY8Oocw==?= =?iso-8859-1?q?_=E9vident?=\r\n\r\n', 'décès évident\n'],
    ['a folded subject', 'Subject: a\r\n b\r\n\r\nc', 'a b\nc'],
    ['a plain body', 'Subject: s\n\nje vais mourir', 's\nje vais mourir'],
    [
      'quoted-printable',
      'Subject: s\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nd=C3=A9c=\r\n=C3=A8s',
      's\ndécès',
    ],
    [
      'the text part of a multipart',
      'Subject: s\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Transfer-Encoding: base64\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nZMOpY8Oocw==\r\n--b--\r\n',
      's\ndécès',
    ],
    [
      'HTML, its marks removed',
      'Subject: s\r\nContent-Type: text/html\r\n\r\n<p>fin <b>de vie</b></p>',
      's\nfin de vie',
    ],
    ['an unknown charset', 'Subject: =?x-none?q?abc?=\r\n\r\n', 'abc\n'],
    ['nothing at all', '', '\n'],
  ])('reads %s', (_, text, expected) => {
    expect(hint(text)).toBe(expected);
  });

  test('never fails, whatever the octets, and looks at the beginning only', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => typeof hintText(Buffer.from(bytes)) === 'string'),
    );
    expect(hintText(Buffer.from(`Subject: s\r\n\r\n${'x'.repeat(1_000_000)}`)).length).toBeLessThan(20_000);
  });
});

describe('what is said of a failure', () => {
  test.each([
    [{ code: 'ECONNREFUSED', message: 'connect 10.0.0.1' }, 'MAIL_CONNECTION: ECONNREFUSED'],
    [{ code: 'CERT_HAS_EXPIRED' }, 'MAIL_CONNECTION: tls CERT_HAS_EXPIRED'],
    [{ authenticationFailed: true, response: 'NO camille@assures.example unknown' }, 'MAIL_LOGIN: refused'],
    [{ authenticationFailed: true, serverResponseCode: 'AUTHENTICATIONFAILED' }, 'MAIL_LOGIN: AUTHENTICATIONFAILED'],
    [{ code: 'camille@assures.example said no' }, 'MAIL_CONNECTION: Error'],
    [new AiguillageError('STORE_QUERY', '(57P01).'), 'STORE_QUERY'],
    [undefined, 'MAIL_CONNECTION: unknown'],
  ])('of %j holds a code and nothing the server wrote', (thrown, expected) => {
    const error = thrown === undefined || thrown instanceof Error ? thrown : Object.assign(new Error('x'), thrown);
    expect(problemLine(error)).toBe(expected);
    expect(problemOf(error).message).not.toContain('camille');
  });
});

describe('an access token', () => {
  let server: Server;
  let answer: { status: number; body: string };
  let asked: URLSearchParams[];
  let url: string;
  beforeAll(async () => {
    server = createServer((request, response) => {
      let body = '';
      request.on('data', (data: Buffer) => (body += data.toString()));
      request.on('end', () => {
        asked.push(new URLSearchParams(body));
        response.writeHead(answer.status, { 'content-type': 'application/json' }).end(answer.body);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));

  test('is kept until shortly before its end, and asked for again when the server refused it', async () => {
    asked = [];
    answer = { status: 200, body: '{"access_token":"t","expires_in":600}' };
    let now_ms = 0;
    const source = tokenSource(
      { token_url: url, client_id: 'c', client_secret: 's', scope: 'imap' },
      () => new Date(now_ms),
    );
    expect([await source.token(), await source.token()]).toEqual(['t', 't']);
    expect(asked).toHaveLength(1);
    expect(Object.fromEntries(asked[0]!)).toEqual({
      client_id: 'c',
      client_secret: 's',
      scope: 'imap',
      grant_type: 'client_credentials',
    });
    now_ms = 541_000;
    await source.token();
    expect(asked).toHaveLength(2);
    source.forget();
    await source.token();
    expect(asked).toHaveLength(3);
  });

  test('a refresh token that the server replaces is used from then on', async () => {
    asked = [];
    answer = { status: 200, body: '{"access_token":"t","expires_in":600,"refresh_token":"r2"}' };
    const source = tokenSource({ token_url: url, client_id: 'c', refresh_token: 'r1' });
    await source.token();
    source.forget();
    await source.token();
    expect(asked.map((form) => form.get('refresh_token'))).toEqual(['r1', 'r2']);
  });

  test.each([
    [
      400,
      '{"error":"invalid_grant","error_description":"camille@assures.example"}',
      'MAIL_LOGIN: token endpoint 400 invalid_grant',
    ],
    [200, '{}', 'MAIL_LOGIN: token endpoint 200'],
    [502, '<html>', 'MAIL_LOGIN: token endpoint 502'],
    [200, 'x'.repeat(100_000), 'MAIL_CONNECTION: token endpoint did not answer'],
  ])('refused with %d is an error with a code and no secret', async (status, body, expected) => {
    asked = [];
    answer = { status, body };
    const error = await tokenSource({ token_url: url, client_id: 'c', client_secret: 's&cret' })
      .token()
      .catch((thrown: unknown) => thrown);
    expect(problemLine(error)).toBe(expected);
    expect(String(error)).not.toMatch(/camille|s&cret/);
  });
});
