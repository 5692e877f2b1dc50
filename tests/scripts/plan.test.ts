import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { PlanResult } from '../../domain/plan.ts';
import type { PlanOutput } from '../../domain/plan-levers.ts';
import { SHIPPED } from '../config/support.ts';
import { runCommand } from '../support/processes.ts';

const ROUBAIX = `${SHIPPED}scenarios/roubaix-tourcoing-2021.yaml`;
const SMALL = `${SHIPPED}scenarios/lundi-de-pointe.yaml`;
const CHILD = fileURLToPath(new URL('../support/plan-child.ts', import.meta.url));
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'aig-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('Roubaix-Tourcoing, September to December 2021', () => {
  let base: PlanResult;
  let cpu_ms: number;
  let shares: Record<string, number>;
  beforeAll(async () => {
    const levers = ['hainaut-septembre', 'dix-agents', 'sans-hainaut'];
    const { stdout } = await promisify(execFile)(process.execPath, [CHILD, ROUBAIX, ...levers], { maxBuffer: 1e8 });
    ({ base, cpu_ms, shares } = JSON.parse(stdout) as { base: PlanResult; cpu_ms: number; shares: typeof shares });
  }, 200_000);

  test('gives the published 71.9 % of the published 575,874 mails, on the elapsed clock', () => {
    expect(base.sla).toEqual({ hours: 48, clock: 'elapsed' });
    expect(base.total.received).toBe(575_874);
    expect(Math.abs(base.total.share.elapsed! - 0.719)).toBeLessThanOrEqual(0.005);
    expect(base.total.share.working!).toBeGreaterThan(base.total.share.elapsed!);
  });

  test('with the help it was measured with: 543 a working day at the front desks, Hainaut from November', () => {
    const moved = (id: string): readonly number[] => base.teams.find((team) => team.id === id)!.moved_by_month!;
    const desks = moved('accueil').reduce((sum, count) => sum + count, 0);
    // 137,904 in a year of 254 working days, over the 86 of the window.
    expect(Math.abs(desks / ((137_904 * 86) / 254) - 1)).toBeLessThan(0.02);
    expect(moved('hainaut').slice(0, 2)).toEqual([0, 0]);
    expect(Math.min(...moved('hainaut').slice(2))).toBeGreaterThan(5_000);
    expect(base.regimes.map(({ from }) => from)).toEqual(['2021-09-01', '2021-11-01', '2021-12-07']);
  });

  test('in less than ten seconds of one core', () => {
    expect(cpu_ms).toBeLessThan(10_000);
  });

  test('more help moves the share up, less moves it down', () => {
    const share = base.total.share.elapsed!;
    expect(shares['hainaut-septembre']).toBeGreaterThan(share + 0.02);
    expect(shares['dix-agents']).toBeGreaterThan(share + 0.02);
    expect(shares['sans-hainaut']).toBeLessThan(share - 0.02);
  });
});

describe('the command', () => {
  test('prints the figures on both clocks and a line for each lever, in French', async () => {
    const { exit, stdout, stderr } = await runCommand(['plan', '--scenario', SMALL], {});
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' });
    expect(stdout).toMatch(/Traités sous 48 h +\d+,\d % \(horloge ouvrée\), \d+,\d % \(horloge calendaire\)/);
    const lines = stdout.slice(stdout.indexOf('\nLeviers')).split('\n');
    expect(lines.filter((line) => /^ {2}\S.*\d,\d %/.test(line))).toHaveLength(5);
    expect(stdout).toMatch(/Un agent de plus +\d+,\d % +\+\d+,\d pt/);
  }, 60_000);

  test('--json is one document, with the levers asked for', async () => {
    const { exit, stdout } = await runCommand(['plan', '--scenario', SMALL, '--json', '--lever', 'un-agent'], {});
    const output = JSON.parse(stdout) as PlanOutput;
    expect({ exit, lines: stdout.trimEnd().split('\n').length, target: output.target }).toEqual({
      exit: 0,
      lines: 1,
      target: null,
    });
    expect(output.levers.map(({ id }) => id)).toEqual(['un-agent']);
    expect(output.levers[0]!.total.share.working!).toBeGreaterThan(output.total.share.working!);
    expect(output.days).toHaveLength(28);
    const none = await runCommand(['plan', '--scenario', SMALL, '--json', '--no-levers'], {});
    expect((JSON.parse(none.stdout) as PlanOutput).levers).toEqual([]);
  }, 60_000);

  test('a scenario that misses its target says so and exits 1; --calibrate finds what meets it', async () => {
    const file = path.join(folder, 'cale.yaml');
    const target = 'target: { share: 0.9, tolerance: 0.01, received: 15000, adjust: n1.agents, between: [9, 16] }\n';
    const small = await readFile(SMALL, 'utf8');
    await writeFile(file, small.replace('\narrivals:', `\n${target}\narrivals:`));
    const missed = await runCommand(['plan', '--scenario', file, '--no-levers'], {});
    expect(missed.exit).toBe(1);
    expect(missed.stdout).toContain('CALAGE MANQUÉ');
    const { exit, stdout } = await runCommand(['plan', '--scenario', file, '--calibrate', '--json'], {});
    const found = JSON.parse(stdout) as { setting: number; first_contacts: number; received: number };
    expect([exit, found.received]).toEqual([0, 15_000]);
    const fitted = (await readFile(file, 'utf8'))
      .replace('agents: 10,', `agents: ${found.setting},`)
      .replace('first_contacts: 16000', `first_contacts: ${found.first_contacts}`);
    await writeFile(file, fitted);
    const met = await runCommand(['plan', '--scenario', file, '--no-levers'], {});
    expect(met.exit).toBe(0);
    expect(met.stdout).toContain('Calage atteint');
  }, 120_000);

  test('a fault of the file is told at its place, exit 1', async () => {
    const file = path.join(folder, 'faute.yaml');
    await writeFile(file, (await readFile(SMALL, 'utf8')).replace('calendar: accueil', 'calendar: acueil'));
    const { exit, stdout } = await runCommand(['plan', '--scenario', file], {});
    expect(exit).toBe(1);
    expect(stdout).toMatch(/faute\.yaml:\d+:\d+ {2}calendrier inconnu.*vouliez-vous dire « accueil »/);
  }, 60_000);

  test.each([
    [['plan'], '--scenario'],
    [['plan', '--scenario', '/nowhere.yaml'], 'cannot be read'],
    [['plan', '--scenario', SMALL, '--lever', 'rien'], 'reponses-groupees'],
    [['plan', '--scenario', SMALL, '--calibrate'], 'no target'],
  ])(
    'wrong use %j exits 2 and says what is expected',
    async (args, said) => {
      const { exit, stdout, stderr } = await runCommand(args, {});
      expect({ exit, stdout }).toEqual({ exit: 2, stdout: '' });
      expect(stderr).toContain(said);
    },
    60_000,
  );
});
