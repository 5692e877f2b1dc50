import { once } from 'node:events';
import type { AddressInfo, Server } from 'node:net';
import hoodiecrow from 'hoodiecrow-imap';

/** One sample mailbox behind a real IMAP connection, in memory; it has a new UIDVALIDITY at each start. */
export interface SampleMailbox {
  readonly port: number;
  append(raw: string, received_at: Date): void;
  close(): Promise<void>;
}

export const SAMPLE_LOGIN = { user: 'demo', password: 'demo' };

interface Hoodiecrow {
  server: Server;
  listen(port: number, host: string): void;
  appendMessage(mailbox: string, flags: string[], internaldate: string, raw: string): void;
  formatInternalDate(date: Date): string;
}

export async function startSampleMailbox(): Promise<SampleMailbox> {
  const imap = hoodiecrow({
    plugins: ['ID', 'IDLE', 'UIDPLUS', 'LITERALPLUS', 'SPECIAL-USE'],
    users: { [SAMPLE_LOGIN.user]: { password: SAMPLE_LOGIN.password } },
    storage: {
      INBOX: { messages: [], uidvalidity: Math.floor(Date.now() / 1000) },
      '': { separator: '/', folders: { Junk: { 'special-use': '\\Junk' } } },
    },
  }) as Hoodiecrow;
  const sockets = new Set<{ destroy(): void }>();
  imap.server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  imap.listen(0, '127.0.0.1');
  await once(imap.server, 'listening');
  return {
    port: (imap.server.address() as AddressInfo).port,
    append: (raw, received_at) => imap.appendMessage('INBOX', [], imap.formatInternalDate(received_at), raw),
    close: async () => {
      const closed = once(imap.server, 'close');
      imap.server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
