import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { describe, expect, test } from '@jest/globals';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { composeMail } from '../../mail/compose.ts';
import { openSender } from '../../mail/delivery.ts';
import { startSink } from '../support/smtp-sink.ts';

const mail = await composeMail(
  {
    kind: 'reply',
    to_name: 'Jeanne Martin',
    to_address: 'jeanne@exemple.example',
    subject: 'Re: carte vitale',
    body: 'Bonjour,',
    message_id_header: '<a@caisse.example>',
    in_reply_to: '',
    refs: [],
  },
  { address: 'assures@caisse.example', label: 'PFS' },
  new Date('2026-03-27T17:00:00Z'),
);

/** A complete server, for TLS and logins. */
async function realServer(
  options: SMTPServerOptions,
): Promise<{ port: number; mails(): number; close(): Promise<void> }> {
  let mails = 0;
  const server = new SMTPServer({
    ...options,
    logger: false,
    onAuth: ({ password, accessToken }, _session, done) => {
      if (password === 'secret' || accessToken === 'fresh') return done(null, { user: 'pfs' });
      return accessToken === undefined ? done(new Error('Invalid login')) : done(null, { data: { status: '401' } });
    },
    onData: (stream, _session, done) => {
      stream.on('end', () => {
        mails += 1;
        done();
      });
      stream.resume();
    },
  });
  server.on('error', () => {});
  const listening = server.listen(0, '127.0.0.1');
  await once(listening, 'listening');
  return {
    port: (listening.address() as AddressInfo).port,
    mails: () => mails,
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}

describe('TLS and login', () => {
  test('a server without TLS gets nothing when TLS is required', async () => {
    const sink = await startSink();
    const strict = openSender({ host: '127.0.0.1', port: sink.port, security: 'starttls' });
    expect(await strict.send(mail, async () => true)).toMatchObject({ kind: 'deferred', phase: '', code: 'ETLS-502' });
    expect(sink.accepted).toEqual([]);
    await strict.close();
    await sink.close();
  });

  test('a certificate nobody vouches for gets nothing', async () => {
    const real = await realServer({});
    const strict = openSender({ host: '127.0.0.1', port: real.port, security: 'starttls' });
    expect(await strict.send(mail, async () => true)).toMatchObject({ kind: 'deferred', phase: '' });
    expect(real.mails()).toBe(0);
    await real.close();
  });

  test('a wrong password is about us: the mail waits, and leaves once the password is right', async () => {
    const real = await realServer({ disabledCommands: ['STARTTLS'], allowInsecureAuth: true });
    const account = { host: '127.0.0.1', port: real.port, security: 'insecure', login: 'pfs' } as const;
    const wrong = openSender({ ...account, auth: { password: 'old' } });
    expect(await wrong.send(mail, async () => true)).toMatchObject({ kind: 'deferred', phase: '', code: 'EAUTH-535' });
    const right = openSender({ ...account, auth: { password: 'secret' } });
    expect((await right.send(mail, async () => true)).kind).toBe('accepted');
    expect(real.mails()).toBe(1);
    await right.close();
    await real.close();
  });

  test('an expired token is renewed once', async () => {
    const real = await realServer({
      disabledCommands: ['STARTTLS'],
      allowInsecureAuth: true,
      authMethods: ['XOAUTH2'],
    });
    const tokens = ['expired', 'fresh'];
    const source = { token: async () => tokens[0]!, forget: () => void tokens.shift() };
    const account = { host: '127.0.0.1', port: real.port, security: 'insecure', login: 'pfs' } as const;
    const bearer = openSender({ ...account, auth: { tokens: source } });
    expect((await bearer.send(mail, async () => true)).kind).toBe('accepted');
    expect(tokens).toEqual(['fresh']);
    await bearer.close();
    await real.close();
  });
});
