import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { resolveConnections } from '../../config/connections.ts';
import { SHIPPED } from './support.ts';

const BOX = `version: 1
trusted_authserv_ids: [mx.caisse.example]
mailboxes:
  - id: assures
    imap: { host: imap.caisse.example, port: 993, login: contact@caisse.example, password_env: ASSURES_IMAP, folders: [INBOX, "\\\\Junk"], on_ingested: { flag: $Recu }, max_mail_mb: 25 }
    smtp: { host: smtp.caisse.example, port: 587, login: contact@caisse.example, password_env: ASSURES_SMTP }
...
`;
const SECRETS = { ASSURES_IMAP: 'hunter2-secret', ASSURES_SMTP: 'other' };

function refusal(text: string, env: Record<string, string> = SECRETS): string {
  try {
    resolveConnections(text, ['assures'], env);
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('accepted');
}

describe('connections.yaml', () => {
  test('as shipped reads no mailbox', () => {
    const shipped = resolveConnections(readFileSync(`${SHIPPED}connections.yaml`, 'utf8'), [], {});
    expect(shipped.imap.size + shipped.smtp.size).toBe(0);
  });

  test('takes secrets from the environment by their names', () => {
    const { imap, smtp, trusted_authserv_ids } = resolveConnections(BOX, ['assures'], SECRETS);
    expect(imap.get('assures')).toEqual({
      host: 'imap.caisse.example',
      port: 993,
      security: 'tls',
      login: 'contact@caisse.example',
      auth: { password: 'hunter2-secret' },
      folders: ['INBOX', '\\Junk'],
      on_ingested: { flag: '$Recu' },
      max_mail_bytes: 25 * 1024 * 1024,
    });
    expect(smtp.get('assures')).toMatchObject({ security: 'starttls', auth: { password: 'other' } });
    expect(trusted_authserv_ids).toEqual(['mx.caisse.example']);
  });

  test('names every variable that is not set', () => {
    expect(refusal(BOX, {})).toMatch(/ASSURES_IMAP, ASSURES_SMTP/);
  });

  test('with a password written in it is refused without repeating it', () => {
    const message = refusal(BOX.replace('password_env: ASSURES_IMAP', 'password: hunter2-secret'));
    expect(message).toContain('clé inconnue « password »');
    expect(message).not.toContain('hunter2-secret');
  });

  test('with a password in place of the variable name is refused without repeating it', () => {
    expect(refusal(BOX.replace('ASSURES_IMAP', 'hunter2-secret'))).not.toContain('hunter2-secret');
  });

  test('of a mailbox that mailboxes.yaml does not know is refused with its place', () => {
    expect(refusal(BOX.replace('id: assures', 'id: assure'))).toContain('connections.yaml:4:9');
  });

  test('cut at a line end is refused', () => {
    expect(refusal(BOX.replace('...\n', ''))).toContain('le fichier est coupé');
  });
});
