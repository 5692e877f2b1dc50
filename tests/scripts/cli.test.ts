import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { LAUNCHER, runCommand } from '../support/processes.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'aig-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('the command line', () => {
  test('the demo drains its mails through IMAP and ends with one JSON document that adds up', async () => {
    const { exit, stdout, stderr } = await runCommand(['demo', '--once', '--mails', '40', '--json'], {
      AIGUILLAGE_DATA: folder,
      HTTP_PORT: '0',
    });
    expect({ exit, lines: stdout.trimEnd().split('\n').length, stderr: exit === 0 ? '' : stderr }).toEqual({
      exit: 0,
      lines: 1,
      stderr: '',
    });
    const summary = JSON.parse(stdout) as {
      put: number;
      ledger: Record<string, number>;
      conversations: number;
      unrouted: number;
      acks_sent: number;
      share_in_time: number;
    };
    expect(summary).toMatchObject({ put: 40, unrouted: 0 });
    expect(Object.values(summary.ledger).reduce((sum, n) => sum + n, 0)).toBe(40);
    expect(summary.conversations).toBe(summary.ledger['conversation']);
    expect(summary.acks_sent).toBeGreaterThan(0);
    expect(summary.share_in_time).toBeGreaterThan(0);
  }, 120_000);

  test('commands open the embedded store by themselves when nothing runs', async () => {
    const { exit, stdout } = await runCommand(['queues', '--json'], { AIGUILLAGE_DATA: folder });
    expect(exit).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ pipeline: { triage: { waiting: 0 } } });
  }, 60_000);

  test('the models are listed: a new database decides by the one that comes with the program', async () => {
    const { exit, stdout } = await runCommand(['model', 'list', '--json'], { AIGUILLAGE_DATA: folder });
    expect(exit).toBe(0);
    expect(JSON.parse(stdout)).toEqual([
      expect.objectContaining({ active: true, created_by: 'shipped', corrections: 0, figures: null }),
    ]);
  }, 60_000);

  test.each([
    [['classify'], 2, 'jsonl'],
    [['no-such-command'], 2, 'unknown command'],
    [['report', '--from', '2026-13-40', '--to', '2026-11-01'], 2, 'BAD_INPUT'],
    [['mailbox', 'mode', 'pfs-assures', 'loud'], 2, 'observe|live'],
    [['demo', '--mails', 'beaucoup'], 2, '--mails'],
    [['report', '--from', '2026-11-01', '--to', '2026-11-02', '--clock', 'solaire'], 2, 'working'],
    [['quarantine', 'replay', 'xyz'], 2, 'xyz'],
    [['model', 'use', 'xyz'], 2, 'hexadecimal'],
    [['report', '--from', '2026-11-01', '--to', '2026-11-02', '--as-of', '2999-01-01'], 2, '--as-of'],
  ])(
    'wrong use %j exits %i and says what is expected',
    async (args, code, said) => {
      const { exit, stdout, stderr } = await runCommand(args, { AIGUILLAGE_DATA: folder });
      expect({ exit, stdout }).toEqual({ exit: code, stdout: '' });
      expect(stderr).toContain(said);
      expect(stderr).not.toMatch(/\n\s+at /);
    },
    60_000,
  );

  test('an environment that cannot work is refused by name, without the value', async () => {
    const { exit, stderr } = await runCommand(['start'], {
      AIGUILLAGE_DATA: folder,
      QUEUE_URL: 'redis://:motdepasse@127.0.0.1:1',
    });
    expect(exit).toBe(2);
    expect(stderr).toContain('QUEUE_WITHOUT_DATABASE');
    expect(stderr).not.toContain('motdepasse');
  });

  test('classify answers line by line, in order, with nothing else on stdout', async () => {
    const child = spawn(LAUNCHER, ['classify', '--jsonl'], { stdio: ['pipe', 'pipe', 'inherit'] });
    const lines = [
      { id: 'a', subject: 'carte', body: 'Bonjour, j’ai perdu ma carte Vitale.' },
      { id: 'b', subject: '', body: 'Je vais me suicider.', at: '2026-11-22T10:00:00Z' },
      { id: 'c', subject: null, body: '' },
    ];
    let text = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
    child.stdin.end(lines.map((line) => JSON.stringify(line)).join('\n'));
    await once(child, 'close');
    const answers = text
      .trimEnd()
      .split('\n')
      .map(
        (line) =>
          JSON.parse(line) as {
            id: string;
            motif: string;
            flags: string[];
            queue: string;
            evidence: { text: string }[];
          },
      );
    expect(answers.map((answer) => answer.id)).toEqual(['a', 'b', 'c']);
    expect(answers[0]).toMatchObject({ motif: 'carte-vitale', level: 'n1', queue: 'n1', flags: [] });
    expect(answers[1]).toMatchObject({ flags: ['danger-vital'], queue: 'urgence-vitale' });
    expect(answers[1]!.evidence.map((span) => span.text).join(' ')).toContain('suicider');
  }, 60_000);

  test('classify says once which keys and mailboxes it does not know, and reads the rest', async () => {
    const child = spawn(LAUNCHER, ['classify', '--jsonl'], { stdio: ['pipe', 'pipe', 'pipe'] });
    const odd = { bodi: 'ma carte', mailbox: 'inconnue', subject: 'carte vitale perdue', motif: 'carte-vitale' };
    let out = '';
    let err = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => (out += chunk));
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => (err += chunk));
    child.stdin.end([1, 2].map((id) => JSON.stringify({ id, ...odd })).join('\n'));
    await once(child, 'close');
    expect(out.trimEnd().split('\n')).toHaveLength(2);
    expect(err.match(/Line 1: field bodi is not read/g)).toHaveLength(1);
    expect(err.match(/mailbox inconnue is not configured/g)).toHaveLength(1);
    // Labels belong to labelled mails.
    expect(err).not.toContain('field motif');
  }, 60_000);
});
