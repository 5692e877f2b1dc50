/**
 * The real Dovecot of scripts/servers (TEST_IMAP_PORT), a fresh user per test.
 *   const account = freshAccount();
 *   await account.append([mail({ subject: 'a' })]);          // over IMAP, as a delivery would
 *   const connection = account.connection({ folders: [] });   // for startInbox
 */
import { randomBytes } from 'node:crypto';
import { mkdir, readdir, rm, stat, writeFile, chmod, chown } from 'node:fs/promises';
import path from 'node:path';
import { ImapFlow } from 'imapflow';
import type { ResolvedConnection } from '../../mail/connection.ts';
import { testServer } from './stores.ts';

export interface Appended {
  uid: number;
  raw: Buffer;
}

export interface Account {
  readonly login: string;
  connection(over?: Partial<ResolvedConnection>): ResolvedConnection;
  append(
    mails: readonly (Buffer | { raw: Buffer; at: Date; flags?: string[] })[],
    folder?: string,
  ): Promise<Appended[]>;
  /** Puts files straight into the maildir, many at once; the name may lie about the size, as a damaged store does. */
  drop(mails: readonly { raw: Buffer; at: Date; name_suffix?: string }[]): Promise<void>;
  /** Runs commands on a connection of its own. */
  as<T>(fn: (client: ImapFlow) => Promise<T>): Promise<T>;
  /** UIDs and flags of a folder, as another client sees them. */
  look(folder?: string): Promise<{ uidvalidity: number; uidnext: number; mails: { uid: number; flags: string[] }[] }>;
  expunge(uids: readonly number[], folder?: string): Promise<void>;
  /** The same mails under a new UIDVALIDITY, as after a restore or a migration of the server. */
  renumber(): Promise<void>;
}

export function freshAccount(): Account {
  const login = `u${randomBytes(6).toString('hex')}`;
  const host = testServer('TEST_IMAP_HOST');
  const port = Number(testServer('TEST_IMAP_PORT'));
  const maildir = path.join(testServer('TEST_MAIL_ROOT'), login);
  let dropped = 0;

  async function as<T>(fn: (client: ImapFlow) => Promise<T>): Promise<T> {
    const client = new ImapFlow({
      host,
      port,
      secure: false,
      auth: { user: login, pass: 'secret' },
      logger: false,
      disableAutoIdle: true,
    });
    await client.connect();
    try {
      return await fn(client);
    } finally {
      await client.logout().catch(() => client.close());
    }
  }

  return {
    login,
    as,
    connection: (over = {}) => ({
      host,
      port,
      security: 'insecure',
      login,
      auth: { password: 'secret' },
      folders: ['INBOX'],
      on_ingested: 'none',
      max_mail_bytes: 50 * 1024 * 1024,
      ...over,
    }),
    append: (mails, folder = 'INBOX') =>
      as(async (client) => {
        const appended: Appended[] = [];
        for (const each of mails) {
          const { raw, at, flags } = Buffer.isBuffer(each) ? { raw: each, at: undefined, flags: undefined } : each;
          const result = await client.append(folder, raw, flags ?? [], at);
          if (result === false || result.uid === undefined) throw new Error('append failed');
          appended.push({ uid: result.uid, raw });
        }
        return appended;
      }),
    async drop(mails) {
      // Made by Dovecot itself, so that it may write there.
      await as((client) => client.mailboxOpen('INBOX').then(() => {}));
      const owner = await stat(maildir);
      for (const { raw, at, name_suffix } of mails) {
        dropped += 1;
        const seconds = Math.floor(at.getTime() / 1000);
        const name = `${String(seconds).padStart(12, '0')}.${String(dropped).padStart(6, '0')}.test${name_suffix ?? ''}`;
        const temporary = path.join(maildir, 'tmp', name);
        await mkdir(path.dirname(temporary), { recursive: true });
        await writeFile(temporary, raw);
        await chmod(temporary, 0o600);
        if (process.getuid?.() === 0) await chown(temporary, owner.uid, owner.gid);
        const { utimes, rename } = await import('node:fs/promises');
        await utimes(temporary, seconds, seconds);
        await rename(temporary, path.join(maildir, 'new', name));
      }
    },
    look: (folder = 'INBOX') =>
      as(async (client) => {
        const box = await client.mailboxOpen(folder, { readOnly: true });
        const uidnext = box.uidNext;
        const mails = box.exists === 0 ? [] : await client.fetchAll('1:*', { uid: true, flags: true });
        return {
          uidvalidity: Number(box.uidValidity),
          uidnext,
          mails: mails.map((mail) => ({ uid: mail.uid, flags: [...(mail.flags ?? [])] })),
        };
      }),
    expunge: (uids, folder = 'INBOX') =>
      as(async (client) => {
        await client.mailboxOpen(folder);
        await client.messageDelete(uids.join(','), { uid: true });
      }),
    async renumber() {
      for (const name of await readdir(maildir)) {
        if (/^dovecot(-uidlist|\.index)/.test(name)) await rm(path.join(maildir, name), { force: true });
      }
    },
  };
}

export interface MailParts {
  subject?: string;
  from?: string;
  body?: string;
  headers?: Record<string, string>;
}

let serial = 0;
const run = randomBytes(4).toString('hex');

/** A small well-formed mail, different each time. */
export function mail(parts: MailParts = {}): Buffer {
  serial += 1;
  const headers = {
    From: parts.from ?? 'Camille Durand <camille.durand@assures.example>',
    To: 'contact@cpam.example',
    Subject: parts.subject ?? `Demande ${serial}`,
    'Message-ID': `<${run}.${serial}@assures.example>`,
    Date: 'Mon, 02 Nov 2026 09:00:00 +0100',
    ...parts.headers,
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n${parts.body ?? `Bonjour, demande ${serial}.`}\r\n`);
}
