import { execFile } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
  chmodSync,
  mkdirSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';

/**
 * No container engine runs where these tests run. So: the compose file is read by docker-compose itself, and the image's
 * steps are replayed in a clean folder as an unprivileged user, with the root read-only for it.
 */
const ROOT = fileURLToPath(new URL('../', import.meta.url));
const run = promisify(execFile);
const image = mkdtempSync(path.join(tmpdir(), 'aig-image-'));
afterAll(() => rmSync(image, { recursive: true, force: true }));

describe('the containers', () => {
  test('docker-compose reads compose.yaml, and every service has the right role and no secret of its own', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'aig-compose-'));
    cpSync(`${ROOT}compose.yaml`, path.join(folder, 'compose.yaml'));
    writeFileSync(
      path.join(folder, '.env'),
      readFileSync(`${ROOT}.env.example`, 'utf8').replace(/=$/gm, '=une-valeur-pour-essayer-0123456789'),
    );
    const { stdout } = await run('docker-compose', ['--profile', 'tryout', 'config'], { cwd: folder });
    rmSync(folder, { recursive: true, force: true });
    const services = (
      parse(stdout) as {
        services: Record<string, { environment?: Record<string, string>; read_only?: boolean; command?: unknown }>;
      }
    ).services;
    const roles = Object.values(services).flatMap((service) => service.environment?.['ROLES']?.split(',') ?? []);
    expect(roles.sort()).toEqual(['bot', 'console', 'dispatch', 'ingest', 'reply', 'sla', 'sweep', 'triage']);
    for (const name of ['ingest', 'triage', 'reply', 'clocks', 'console']) expect(services[name]!.read_only).toBe(true);
    expect(JSON.stringify(services['redis']!.command)).toContain('noeviction');
    expect(Object.keys(services)).toContain('mail');
  });

  test('the image’s steps give a command line that an unprivileged user runs on a read-only root', async () => {
    const steps = readFileSync(`${ROOT}Dockerfile`, 'utf8');
    const copied = [...steps.matchAll(/^COPY (?!--)(.*) \S+$/gm)].flatMap((step) => step[1]!.split(' '));
    for (const name of new Set(copied)) {
      expect({ name, there: existsSync(ROOT + name) }).toEqual({ name, there: true });
      cpSync(ROOT + name, path.join(image, name), { recursive: true });
    }
    // Packages as the image has them: production only. Linking the installed ones keeps the network out of the test, so
    // what the image leaves out is hidden by name.
    const lock = JSON.parse(readFileSync(`${ROOT}package-lock.json`, 'utf8')) as {
      packages: Record<string, { dev?: boolean; optional?: boolean }>;
    };
    mkdirSync(path.join(image, 'node_modules'));
    for (const [name, entry] of Object.entries(lock.packages)) {
      const top = /^node_modules\/((?:@[^/]+\/)?[^/]+)$/.exec(name)?.[1];
      if (top === undefined || entry.dev === true || entry.optional === true) continue;
      const at = path.join(image, 'node_modules', top);
      mkdirSync(path.dirname(at), { recursive: true });
      if (existsSync(ROOT + name)) symlinkSync(ROOT + name, at);
    }
    chmodSync(image, 0o755);
    const node24 = path.dirname(process.execPath);
    const command = ['-c', `cd / && ${path.join(image, 'scripts/aiguillage')} rules check --json`];
    const env = { PATH: `${node24}:/usr/sbin:/sbin:/usr/bin:/bin`, HOME: '/nonexistent' };
    const { stdout } =
      process.getuid?.() === 0
        ? await run('runuser', ['-u', 'nobody', '--', 'env', `PATH=${env.PATH}`, 'sh', ...command], { env })
        : await run('sh', command, { env });
    expect(JSON.parse(stdout)).toMatchObject({ ok: true });
  }, 60_000);
});
