import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { mail } from '../support/dovecot.ts';
import { startHoodiecrow, type Hoodiecrow } from '../support/hoodiecrow.ts';
import { freshProfile, ledgerOf, mailboxRow, messagesOf, probe, type InboxProbe } from '../support/inbox.ts';
import { freshPglite, type FreshStore } from '../support/stores.ts';

let fresh: FreshStore;
const running: InboxProbe[] = [];
const servers: Hoodiecrow[] = [];
const start = (...args: Parameters<typeof probe>): InboxProbe => {
  const inbox = probe(...args);
  running.push(inbox);
  return inbox;
};
const serve = async (...args: Parameters<typeof startHoodiecrow>): Promise<Hoodiecrow> => {
  const server = await startHoodiecrow(...args);
  servers.push(server);
  return server;
};
beforeAll(async () => {
  fresh = await freshPglite();
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((inbox) => inbox.stop()));
  await Promise.all(servers.splice(0).map((server) => server.close()));
});
afterAll(() => fresh.close());

test('the try-out server is read like any other, and what it delivers later is announced', async () => {
  const accents = Buffer.from('From: a@assures.example\r\nSubject: caf\xe9\r\n\r\nd\xe9j\xe0 vu\r\n', 'latin1');
  const server = await serve({ inbox: [mail(), accents], folders: { Junk: [mail()] } });
  const inbox = start(fresh.store, server.connection());
  await inbox.synced();
  // Without SPECIAL-USE the folder is known by its name.
  expect((await ledgerOf(fresh.store, inbox.profile_id)).map((row) => [row.folder, row.size])).toEqual([
    ['INBOX', expect.any(Number)],
    ['INBOX', accents.length],
    ['Junk', expect.any(Number)],
  ]);
  await inbox.until('idle');
  const batch = inbox.nextBatch();
  server.deliver(mail());
  expect(await batch).toMatchObject({ folder: 'INBOX', messages: 1 });
});

test('a restart of the try-out server, with the same mails under another UIDVALIDITY, adds nothing', async () => {
  const profile_id = freshProfile();
  const mails = [mail(), mail()];
  const first = await serve({ uidvalidity: 11, inbox: mails });
  const before = start(fresh.store, first.connection(), { profile_id });
  await before.synced();
  await before.stop();
  const second = await serve({ uidvalidity: 12, inbox: [...mails, mail()] });
  const after = start(fresh.store, second.connection(), { profile_id });
  await after.synced();
  expect(await messagesOf(fresh.store, profile_id)).toHaveLength(3);
  expect(after.named).toHaveLength(1);
});

test('a server without IDLE is asked again and again', async () => {
  const server = await serve({ plugins: [] });
  const inbox = start(fresh.store, server.connection(), { timings: { heartbeat_ms: 20 } });
  await inbox.synced();
  const batch = inbox.nextBatch();
  server.deliver(mail());
  expect(await batch).toMatchObject({ messages: 1 });
});

test('a refused login is visible with its code and tried again', async () => {
  const server = await serve({ inbox: [mail()] });
  const inbox = start(fresh.store, server.connection({ auth: { password: 'wrong' } }));
  await inbox.until('backoff');
  expect((await mailboxRow(fresh.store, inbox.profile_id)).last_error).toBe('MAIL_LOGIN: refused');
  await inbox.until('connecting');
  await inbox.until('backoff');
});

test('an access token is asked for with the refresh token, used to log in, and kept', async () => {
  const asked: string[] = [];
  const endpoint = createServer((request: IncomingMessage, response) => {
    let body = '';
    request.on('data', (data: Buffer) => (body += data.toString()));
    request.on('end', () => {
      asked.push(body);
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ access_token: 'jeton', expires_in: 3600 }));
    });
  });
  await new Promise<void>((resolve) => endpoint.listen(0, '127.0.0.1', resolve));
  try {
    const server = await serve({
      inbox: [mail()],
      plugins: ['ID', 'IDLE', 'SASL-IR', 'XOAUTH2'],
      access_token: 'jeton',
    });
    const token_url = `http://127.0.0.1:${(endpoint.address() as AddressInfo).port}/token`;
    const oauth2 = { token_url, client_id: 'app', client_secret: 's&cret', refresh_token: 'r' };
    const inbox = start(fresh.store, server.connection({ auth: { oauth2 } }));
    await inbox.synced();
    expect(await ledgerOf(fresh.store, inbox.profile_id)).toHaveLength(1);
    expect(asked.map((body) => Object.fromEntries(new URLSearchParams(body)))).toEqual([
      { client_id: 'app', client_secret: 's&cret', grant_type: 'refresh_token', refresh_token: 'r' },
    ]);
  } finally {
    await new Promise((resolve) => endpoint.close(resolve));
  }
});

test('a private certificate authority is trusted when it is given, and only then', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'ca-'));
  const file = (name: string): string => path.join(folder, name);
  try {
    execFileSync(
      'openssl',
      // prettier-ignore
      ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2', '-subj', '/CN=mail.cpam.example',
        '-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', file('key.pem'), '-out', file('cert.pem')],
      { stdio: 'ignore' },
    );
    const cert = readFileSync(file('cert.pem'), 'utf8');
    const server = await serve({ inbox: [mail()], tls: { key: readFileSync(file('key.pem'), 'utf8'), cert } });
    const distrustful = start(fresh.store, server.connection({ security: 'tls' }));
    await distrustful.until('backoff');
    expect(distrustful.status().problem).toBe('MAIL_CONNECTION: tls DEPTH_ZERO_SELF_SIGNED_CERT');
    const trusting = start(fresh.store, server.connection({ security: 'tls', tls_ca: cert }));
    await trusting.synced();
    expect(await ledgerOf(fresh.store, trusting.profile_id)).toHaveLength(1);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
