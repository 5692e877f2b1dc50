import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { startPortal, type StubPortal } from '../../scripts/tryout/portal.ts';

const CHILD = fileURLToPath(new URL('../support/portal-child.ts', import.meta.url));
const SECRET = 'secret-de-la-caisse-0123456789abcdef';
const folder = mkdtempSync(path.join(os.tmpdir(), 'aiguillage-portal-'));
const file = (name: string): string => path.join(folder, name);
let portal: StubPortal;

beforeAll(async () => {
  execFileSync(
    'openssl',
    // prettier-ignore
    ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2', '-subj', '/CN=portail.example',
      '-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', file('key.pem'), '-out', file('cert.pem')],
    { stdio: 'ignore' },
  );
  const [key, cert] = ['key.pem', 'cert.pem'].map((name) => readFileSync(file(name), 'utf8'));
  portal = await startPortal(SECRET, { key: key!, cert: cert! });
});
afterAll(async () => {
  await portal.close();
  rmSync(folder, { recursive: true });
});

async function send(trusted?: string): Promise<unknown> {
  const { stdout } = await promisify(execFile)(process.execPath, [CHILD, portal.url, SECRET], {
    env: trusted === undefined ? {} : { NODE_EXTRA_CA_CERTS: trusted },
  });
  return JSON.parse(stdout);
}

test('an answer reaches a portal whose certificate is vouched for, once, over TLS', async () => {
  expect(await send(file('cert.pem'))).toMatchObject({ result: { kind: 'accepted' }, leaving: true });
  expect(portal.shown).toMatchObject([{ delivery: 'd1', body: 'Bonjour.' }]);
  expect(portal.requests).toEqual([{ signed: true, idempotency_key: 'd1' }]);
});

test('a portal nobody vouches for gets nothing: no answer leaves, and it is tried again', async () => {
  const before = portal.requests.length;
  expect(await send()).toMatchObject({
    result: { kind: 'deferred', code: 'PORTAL-DEPTH_ZERO_SELF_SIGNED_CERT' },
    leaving: false,
  });
  expect(portal.requests).toHaveLength(before);
});
