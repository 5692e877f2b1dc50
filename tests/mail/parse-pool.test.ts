import { afterEach, describe, expect, test } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createParsePool, type ParsePool, type ParsePoolOptions } from '../../mail/parse-pool.ts';

const pools: ParsePool[] = [];
function open(options: ParsePoolOptions = {}): ParsePool {
  const pool = createParsePool(options);
  pools.push(pool);
  return pool;
}
afterEach(async () => {
  await Promise.all(pools.splice(0).map((pool) => pool.close()));
});

const child = (name: string): URL => new URL(`../fixtures/children/${name}.ts`, import.meta.url);
const mail = (subject: string, text = 'Bonjour, ma carte vitale est perdue.'): Buffer =>
  Buffer.from(
    `From: Marie <marie@courriel.example>\r\nSubject: ${subject}\r\nMessage-ID: <m@courriel.example>\r\n\r\n${text}`,
  );
/** Running, and not merely unburied: an orphan that nobody waits for stays a zombie. */
function isRunning(pid: number): boolean {
  if (!existsSync(`/proc/${pid}/stat`)) return false;
  return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'latin1'));
}
const scanned = {
  from_address: 'marie@courriel.example',
  message_id: '<m@courriel.example>',
  body: 'Bonjour, ma carte vitale est perdue.',
};

describe('mails are parsed in children that are used again', () => {
  test('many mails, two children, each its own answer', async () => {
    const pool = open();
    const subjects = Array.from({ length: 60 }, (_, i) => `demande ${i}`);
    const parsed = await Promise.all(subjects.map((subject) => pool.parse(mail(subject))));
    expect(parsed.map(({ subject }) => subject)).toEqual(subjects);
    expect(pool.stats()).toMatchObject({ alive: 2, waiting: 0, lost: 0 });
  });

  test('a child is replaced after its share of mails', async () => {
    const pool = open({ children: 1, max_mails_per_child: 2 });
    const seen = new Set<number>();
    for (let i = 0; i < 4; i += 1) {
      await pool.parse(mail(`${i}`));
      for (const pid of pool.stats().pids) seen.add(pid);
    }
    expect(pool.stats()).toMatchObject({ lost: 0 });
    expect(seen.size).toBe(2);
  });

  test('attachments are read in the child too', async () => {
    const raw = readFileSync(new URL('../fixtures/mail/noms-de-fichiers.eml', import.meta.url));
    const pool = open({ children: 1 });
    const found = await pool.extractAttachment(raw, 0);
    expect(found).toMatchObject({ name: 'passwd.pdf', type: 'application/pdf' });
    expect(Buffer.from(found!.content).toString()).toBe('%PDF-1 un');
    expect(await pool.extractAttachment(raw, 50)).toBeNull();
  });

  test('options reach the child', async () => {
    const raw = Buffer.from(
      'Authentication-Results: mx.cpam.example; dmarc=pass header.from=courriel.example\r\nFrom: m@courriel.example\r\n\r\nx',
    );
    expect(
      (await open({ children: 1, parse: { trusted_authserv_ids: ['mx.cpam.example'] } }).parse(raw)).authenticated,
    ).toBe('courriel.example');
  });
});

describe('a mail that exceeds costs its child and nothing else', () => {
  test('too long: killed, scanned, noted; the next mail finds a new child', async () => {
    const pool = open({ children: 1, entry: child('endless'), timeout_ms: 300 });
    const parsing = pool.parse(mail('boucle'));
    const before = new Promise<number[]>((resolve) => setImmediate(() => resolve([...pool.stats().pids])));
    expect(await parsing).toMatchObject({ ...scanned, subject: 'boucle', problem: 'timeout' });
    const [pid] = await before;
    const deadline = Date.now() + 5_000;
    while (isRunning(pid!) && Date.now() < deadline) await new Promise((resolve) => setImmediate(resolve));
    expect(isRunning(pid!)).toBe(false);
    expect(pool.stats()).toMatchObject({ alive: 0, lost: 1 });
    expect((await pool.parse(mail('encore'))).problem).toBe('timeout');
    expect(pool.stats()).toMatchObject({ lost: 2 });
  });

  test('too much memory: noted as such, and a small mail passes afterwards', async () => {
    const pool = open({ children: 1, max_old_space_mb: 24, timeout_ms: 60_000 });
    const big = Buffer.from(
      `From: Marie <marie@courriel.example>\r\nSubject: gros\r\nContent-Type: text/html\r\n\r\n${'<p>bonjour</p>'.repeat(200_000)}`,
    );
    const parsed = await pool.parse(big);
    expect(parsed).toMatchObject({ subject: 'gros', from_address: 'marie@courriel.example', problem: 'memory' });
    expect(parsed.body).toContain('bonjour');
    expect(await pool.parse(mail('petit'))).toMatchObject({ subject: 'petit', problem: null });
  });

  test('a child that dies: noted, never tried twice', async () => {
    const pool = open({ children: 1, entry: child('crashing') });
    expect(await pool.parse(mail('mort'))).toMatchObject({ ...scanned, subject: 'mort', problem: 'failed' });
    expect(pool.stats()).toMatchObject({ lost: 1 });
  });

  test('a program that never starts ends as failed', async () => {
    const pool = open({ children: 1, entry: child('mute'), start_timeout_ms: 300 });
    expect((await pool.parse(mail('muet'))).problem).toBe('failed');
    const missing = open({ children: 1, entry: child('absent') });
    expect((await missing.parse(mail('absent'))).problem).toBe('failed');
  });

  test('an attachment that cannot be read is nothing, not an error', async () => {
    expect(await open({ children: 1, entry: child('crashing') }).extractAttachment(mail('x'), 0)).toBeNull();
  });

  test('closing ends what waits and what runs', async () => {
    const pool = open({ children: 1, entry: child('endless') });
    const parsing = [pool.parse(mail('a')), pool.parse(mail('b'))];
    await pool.close();
    expect((await Promise.all(parsing)).map(({ problem }) => problem)).toEqual(['failed', 'failed']);
    expect((await pool.parse(mail('après'))).problem).toBe('failed');
  });
});

describe('a child that an attacker has taken over', () => {
  test('reads nothing outside the program, writes nothing, starts nothing, knows no secret', async () => {
    process.env['PGPASSWORD'] = 'secret';
    const parsed = await open({ children: 1, entry: child('curious') }).parse(mail('x'));
    delete process.env['PGPASSWORD'];
    expect(parsed.subject).toBe('read:no write:no spawn:no environment:0');
  });

  test('does not outlive a parent that was killed, not even in an endless loop', async () => {
    const parent = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', fileURLToPath(child('parent'))], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let pid = 0;
    try {
      const [line] = (await once(parent.stdout, 'data')) as [Buffer];
      pid = Number(line.toString());
      expect(isRunning(pid)).toBe(true);
      parent.kill('SIGKILL');
      await once(parent, 'exit');
      const deadline = Date.now() + 15_000;
      while (isRunning(pid) && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 50));
      expect(isRunning(pid)).toBe(false);
    } finally {
      parent.kill('SIGKILL');
      if (pid !== 0 && isRunning(pid)) process.kill(pid, 'SIGKILL');
    }
  });
});
