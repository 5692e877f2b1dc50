import { cp, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { checkFolder } from '../../config/check.ts';
import { formatProblems } from '../../config/problems.ts';
import { canonicalText, digestOf, readConfigFolder, readFolder } from '../../config/source.ts';
import { hasCode } from '../../domain/errors.ts';
import { VALID, validSet } from './support.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'aiguillage-config-'));
  await cp(VALID, dir, { recursive: true });
});
afterEach(() => rm(dir, { recursive: true, force: true }));

async function faults(): Promise<string> {
  return formatProblems((await readFolder(dir)).problems);
}

describe('a configuration folder', () => {
  test('is read whole, replies included, programs and connections left out', async () => {
    await writeFile(path.join(dir, 'load.ts'), 'export {};');
    await writeFile(path.join(dir, 'connections.yaml'), 'version: 1\n');
    const files = await readConfigFolder(dir);
    expect([...files.keys()]).toEqual([
      'calendars.yaml',
      'flags.yaml',
      'mailboxes.yaml',
      'motifs.yaml',
      'pools.yaml',
      'replies/accuse.md',
      'replies/carte.md',
      'routing.test.yaml',
      'routing.yaml',
      'sla.yaml',
    ]);
    expect(digestOf(files)).toBe(digestOf(validSet()));
  });

  test('that lacks files says so of each of them', async () => {
    await rm(path.join(dir, 'sla.yaml'));
    await rm(path.join(dir, 'pools.yaml'));
    expect(await faults()).toBe('pools.yaml:1:1  le fichier manque\nsla.yaml:1:1  le fichier manque');
  });

  test('that does not exist is refused', async () => {
    await rm(dir, { recursive: true });
    expect(await faults()).toBe('.:1:1  ce dossier n’existe pas');
  });

  test('that holds no rules is told in one sentence, not as a list of missing files', async () => {
    for (const name of await readdir(dir)) await rm(path.join(dir, name), { recursive: true });
    await writeFile(path.join(dir, 'lisez-moi.txt'), 'rien');
    expect(await faults()).toMatch(/^\.:1:1 {2}ce dossier ne contient aucun fichier de règles ; attendu : [^\n]*$/);
    expect((await checkFolder(dir)).problems).toHaveLength(1);
  });

  test('with links that go round in circles is refused', async () => {
    await rm(path.join(dir, 'sla.yaml'));
    await symlink('b.yaml', path.join(dir, 'sla.yaml'));
    await symlink('sla.yaml', path.join(dir, 'b.yaml'));
    expect(await faults()).toContain('sla.yaml:1:1  les liens symboliques tournent en rond');
  });

  test('whose files are links is read: that is how a cluster mounts it', async () => {
    await cp(path.join(dir, 'sla.yaml'), path.join(dir, 'sla.real'));
    await rm(path.join(dir, 'sla.yaml'));
    await symlink('sla.real', path.join(dir, 'sla.yaml'));
    expect(await faults()).toBe('');
  });

  test('with a file over one megabyte, a folder for a file, or bytes that are no text is refused', async () => {
    await writeFile(path.join(dir, 'sla.yaml'), Buffer.alloc(1_000_001, 0x20));
    await rm(path.join(dir, 'pools.yaml'));
    await mkdir(path.join(dir, 'pools.yaml'));
    await writeFile(path.join(dir, 'motifs.yaml'), Buffer.from([0x6c, 0xe9, 0x0a]));
    expect((await faults()).split('\n')).toEqual([
      'motifs.yaml:1:1  le fichier n’est pas en UTF-8',
      'pools.yaml:1:1  ce n’est pas un fichier ordinaire',
      'sla.yaml:1:1  le fichier dépasse 1000000 octets',
    ]);
  });

  test('is refused by readConfigFolder with a coded error that names every fault', async () => {
    await rm(path.join(dir, 'sla.yaml'));
    const error = await readConfigFolder(dir).catch((thrown: unknown) => thrown);
    expect(hasCode(error, 'CONFIG_INVALID')).toBe(true);
    expect((error as Error).message).toContain('sla.yaml:1:1  le fichier manque');
  });

  test('that lacks one file is still checked for the faults of the others', async () => {
    await rm(path.join(dir, 'sla.yaml'));
    await writeFile(path.join(dir, 'motifs.yaml'), 'version: 1\nmotifs: []\n...\n');
    const { problems, ok } = await checkFolder(dir);
    expect(ok).toBe(false);
    expect(problems.map(({ file }) => file)).toEqual(['motifs.yaml', 'sla.yaml']);
  });
});

describe('the digest', () => {
  test('is the same for texts that mean the same', () => {
    const windows = new Map(
      [...validSet()].map(([name, text]) => [name, `\uFEFF${text.replaceAll('\n', '\r\n')}\r\n`]),
    );
    const decomposed = new Map(
      [...validSet()].map(([name, text]) => [name, text.normalize('NFD').replaceAll('\n', '  \n')]),
    );
    expect(digestOf(windows)).toBe(digestOf(validSet()));
    expect(digestOf(decomposed)).toBe(digestOf(validSet()));
  });

  test('changes with any word, and with a text that moves to another file', () => {
    const changed = validSet({ 'sla.yaml': (text) => text.replace('48', '47') });
    const renamed = validSet({ 'replies/carte.md': null, 'replies/carte2.md': validSet().get('replies/carte.md')! });
    expect(digestOf(changed)).not.toBe(digestOf(validSet()));
    expect(digestOf(renamed)).not.toBe(digestOf(validSet()));
  });

  test('leaves connections out: moving a server changes no decision', () => {
    expect(digestOf(validSet({ 'connections.yaml': 'version: 1\n' }))).toBe(digestOf(validSet()));
  });

  test('canonical text is its own canonical text', () => {
    for (const text of validSet().values()) expect(canonicalText(canonicalText(text))).toBe(canonicalText(text));
  });
});
