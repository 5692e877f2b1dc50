/** Real processes of the product (`scripts/aiguillage start`), for tests that kill them. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ResolvedConnection } from '../../mail/connection.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
export const LAUNCHER = path.join(ROOT, 'scripts/aiguillage');

export interface SiteMailbox {
  readonly id: string;
  readonly imap: ResolvedConnection;
  readonly smtp_port: number;
}

/** A configuration folder with connections to the test servers. */
export async function siteConfig(mailboxes: readonly SiteMailbox[]): Promise<{ dir: string; remove(): Promise<void> }> {
  const dir = await mkdtemp(path.join(tmpdir(), 'aig-config-'));
  await cp(path.join(ROOT, 'config'), dir, { recursive: true, filter: (file) => !file.endsWith('.ts') });
  const entries = mailboxes.map(
    ({ id, imap, smtp_port }) => `  - id: ${id}
    imap: { host: 127.0.0.1, port: ${imap.port}, security: insecure, login: ${imap.login}, password_env: TEST_IMAP_PASSWORD, folders: [INBOX] }
    smtp: { host: 127.0.0.1, port: ${smtp_port}, security: insecure }`,
  );
  await writeFile(path.join(dir, 'connections.yaml'), `version: 1\nmailboxes:\n${entries.join('\n')}\n...\n`);
  return { dir, remove: () => rm(dir, { recursive: true, force: true }) };
}

export interface RunningProcess {
  readonly child: ChildProcess;
  /** Resolves when the process says that it is ready. */
  readonly ready: Promise<void>;
  log(): string;
  kill(signal: NodeJS.Signals): Promise<void>;
}

export function startProcess(env: Readonly<Record<string, string>>): RunningProcess {
  const child = spawn(LAUNCHER, ['start'], {
    env: { PATH: process.env['PATH'] ?? '', HTTP_PORT: '0', LOG_LEVEL: 'info', TEST_IMAP_PASSWORD: 'secret', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  const ready = new Promise<void>((resolve, reject) => {
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
      if (text.includes('"msg":"ready"')) resolve();
    });
    child.once('exit', (code, signal) => reject(new Error(`ended with ${code ?? signal}: ${text.slice(-2_000)}`)));
  });
  ready.catch(() => {});
  const exited = once(child, 'exit');
  return {
    child,
    ready,
    log: () => text,
    kill: async (signal) => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill(signal);
      await exited;
    },
  };
}

/** Runs one command of the command line to its end. */
export async function runCommand(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<{ exit: number; stdout: string; stderr: string }> {
  const child = spawn(LAUNCHER, args, {
    env: { PATH: process.env['PATH'] ?? '', TEST_IMAP_PASSWORD: 'secret', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const out = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (out.stdout += chunk));
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (out.stderr += chunk));
  const [code] = (await once(child, 'close')) as [number | null];
  return { exit: code ?? -1, ...out };
}
