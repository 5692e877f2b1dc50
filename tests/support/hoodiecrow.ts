/**
 * The small in-process IMAP server that the try-out uses: no SPECIAL-USE, no UIDPLUS unless asked, forgets everything at
 * the end and starts with another UIDVALIDITY.
 *   const server = await startHoodiecrow({ uidvalidity: 7, inbox: [raw] });
 */
import { createRequire } from 'node:module';
import type { AddressInfo, Server, Socket } from 'node:net';
import type { ResolvedConnection } from '../../mail/connection.ts';

interface HoodiecrowServer {
  server: Server;
  listen(port: number, host: string, done: () => void): void;
  appendMessage(folder: string, flags: string[], internaldate: string | Date | undefined, raw: string): unknown;
}

const create = createRequire(import.meta.url)('hoodiecrow-imap') as (options: unknown) => HoodiecrowServer;

export interface Hoodiecrow {
  readonly port: number;
  connection(over?: Partial<ResolvedConnection>): ResolvedConnection;
  deliver(raw: Buffer, folder?: string): void;
  close(): Promise<void>;
}

export interface HoodiecrowOptions {
  uidvalidity?: number;
  inbox?: readonly Buffer[];
  folders?: Record<string, readonly Buffer[]>;
  plugins?: string[];
  access_token?: string;
  tls?: { key: string; cert: string };
}

export async function startHoodiecrow(options: HoodiecrowOptions = {}): Promise<Hoodiecrow> {
  const uidvalidity = options.uidvalidity ?? 1;
  const box = (mails: readonly Buffer[]): object => ({
    uidvalidity,
    messages: mails.map((raw) => ({ raw: raw.toString('latin1') })),
  });
  const folders = Object.entries(options.folders ?? {}).map(([name, mails]) => [name, box(mails)]);
  const imap = create({
    plugins: options.plugins ?? ['ID', 'IDLE', 'LITERALPLUS'],
    ...(options.tls === undefined ? {} : { secureConnection: true, credentials: options.tls }),
    users: {
      testuser: {
        password: 'testpass',
        xoauth2: { accessToken: options.access_token ?? 'x', sessionTimeout: 3_600_000 },
      },
    },
    storage: { INBOX: box(options.inbox ?? []), '': { folders: Object.fromEntries(folders) } },
  });
  const sockets = new Set<Socket>();
  imap.server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => imap.listen(0, '127.0.0.1', resolve));
  const { port } = imap.server.address() as AddressInfo;
  return {
    port,
    connection: (over = {}) => ({
      host: '127.0.0.1',
      port,
      security: 'insecure',
      login: 'testuser',
      auth: { password: 'testpass' },
      folders: [],
      on_ingested: 'none',
      max_mail_bytes: 50 * 1024 * 1024,
      ...over,
    }),
    deliver: (raw, folder = 'INBOX') => void imap.appendMessage(folder, [], undefined, raw.toString('latin1')),
    close: async () => {
      const closed = new Promise<void>((resolve) => imap.server.close(() => resolve()));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
