import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { VALID } from '../config/support.ts';
import { runCommand } from '../support/processes.ts';

/** `rules check` as people and machines call it; what it finds is tested in tests/config. */
let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'aig-check-'));
  await cp(VALID, path.join(dir, 'set'), { recursive: true });
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const check = (...args: string[]) =>
  runCommand(['rules', 'check', ...args], { AIGUILLAGE_DATA: path.join(dir, 'data') });
const change = async (file: string, by: (text: string) => string): Promise<void> => {
  const name = path.join(dir, 'set', file);
  await writeFile(name, by(await readFile(name, 'utf8')));
};

describe('rules check', () => {
  test('a good set: one sentence with what it holds, exit 0', async () => {
    const { exit, stdout, stderr } = await check(path.join(dir, 'set'));
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' });
    expect(stdout).toMatch(
      /^Configuration valide \(.*\) : 3 motifs, 3 signalements, 2 règles, 7 files, 1 scénarios\. Empreinte [0-9a-f]{12}\.\n$/,
    );
  });

  test('a folder that is not there: one sentence on stderr, exit 2, not a list of files', async () => {
    const { exit, stdout, stderr } = await check(path.join(dir, 'nulle-part'));
    expect({ exit, stdout }).toEqual({ exit: 2, stdout: '' });
    expect(stderr).toBe(`« ${path.join(dir, 'nulle-part')} » : ce dossier n’existe pas.\n`);
  });

  test('a warning is told, and is a problem when one is strict', async () => {
    await change('flags.yaml', (text) => text.replace('    queue: rca\n', ''));
    const { exit, stdout } = await check(path.join(dir, 'set'), '--strict');
    expect(exit).toBe(1);
    expect(stdout).toContain('flags.yaml:14:9  avertissement : signalement urgent sans file');
    expect(stdout).toContain('0 erreur, 1 avertissement, 0 scénario en échec.');
  });

  test('a failed scenario is told in words with the rule that decided, and as an object with --json', async () => {
    await change('routing.test.yaml', (text) => text.replace('expect: { queue: n1 }', 'expect: { queue: rca }'));
    const told = await check(path.join(dir, 'set'));
    expect(told.exit).toBe(1);
    expect(told.stdout).toContain('file : attendu rca (Relation attentionnée), obtenu n1 (Niveau 1)');
    expect(told.stdout).not.toContain('{');
    const { exit, stdout } = await check(path.join(dir, 'set'), '--json');
    expect(exit).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      ok: false,
      problems: [],
      scenarios: [{ outcome: 'failed', decided: { queue: 'n1', rule: 'motif.carte-vitale' }, place: { line: 3 } }],
    });
  });

  test('a JUnit report goes alone to stdout, and not beside JSON', async () => {
    await change('routing.yaml', (text) => text.replace('ma carte a été volée', 'ma carte est là'));
    const alone = await check(path.join(dir, 'set'), '--junit', '-');
    expect(alone.exit).toBe(1);
    expect(alone.stdout).toMatch(
      /^<\?xml [^]*<testsuites name="rules check" tests="\d+" failures="1"[^]*<\/testsuites>\n$/,
    );
    const both = await check(path.join(dir, 'set'), '--junit', '-', '--json');
    expect({ exit: both.exit, stdout: both.stdout }).toEqual({ exit: 2, stdout: '' });
  });

  test('a JUnit report goes to a file beside the sentences', async () => {
    const file = path.join(dir, 'rapport.xml');
    const { exit, stdout } = await check(path.join(dir, 'set'), '--junit', file);
    expect(exit).toBe(0);
    expect(stdout).toContain('Configuration valide');
    expect(await readFile(file, 'utf8')).toContain('failures="0"');
  });
});
