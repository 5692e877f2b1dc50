import { SAMPLE_LOGIN, startSampleMailbox, type SampleMailbox } from './imap-server.ts';
import { startSmtpSink, type SmtpSink } from './smtp-sink.ts';
import {
  NO_CONNECTIONS,
  type Connections,
  type ImapConnection,
  type SmtpConnection,
} from '../../config/connections.ts';

/** The world around the demo: one IMAP server a sample mailbox, and an SMTP server that takes everything. */
export interface SampleWorld {
  readonly mailboxes: ReadonlyMap<string, SampleMailbox>;
  readonly smtp: SmtpSink;
  readonly connections: Connections;
  close(): Promise<void>;
}

const MAIL_BYTES_MAX = 20 * 1024 * 1024;

export async function startSampleWorld(ids: readonly string[]): Promise<SampleWorld> {
  const smtp = await startSmtpSink();
  const mailboxes = new Map<string, SampleMailbox>();
  const imap = new Map<string, ImapConnection>();
  const outgoing = new Map<string, SmtpConnection>();
  for (const id of ids) {
    const mailbox = await startSampleMailbox();
    mailboxes.set(id, mailbox);
    imap.set(id, {
      host: '127.0.0.1',
      port: mailbox.port,
      security: 'insecure',
      login: SAMPLE_LOGIN.user,
      auth: { password: SAMPLE_LOGIN.password },
      folders: ['INBOX'],
      on_ingested: 'none',
      max_mail_bytes: MAIL_BYTES_MAX,
    });
    outgoing.set(id, { host: '127.0.0.1', port: smtp.port, security: 'insecure', ack_sender: 'null' });
  }
  return {
    mailboxes,
    smtp,
    connections: { ...NO_CONNECTIONS, imap, smtp: outgoing },
    close: async () => {
      await Promise.all([...mailboxes.values()].map((mailbox) => mailbox.close()));
      await smtp.close();
    },
  };
}
