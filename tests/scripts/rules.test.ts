import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { CommandContext } from '../../scripts/commands/context.ts';
import { factsOfText } from '../../scripts/commands/explain-input.ts';
import { apply, history, rollback } from '../../scripts/commands/rules-apply.ts';
import { exportRules } from '../../scripts/commands/rules-export.ts';
import { readMails } from '../../scripts/commands/rules-mails.ts';
import { readSet } from '../../scripts/commands/rules-sets.ts';
import { simulateCommand, type SimulationAnswer } from '../../scripts/commands/rules-simulate.ts';
import { SYSTEM } from '../../store/database.ts';
import { activeDigest, Rulebooks } from '../../store/rulebooks.ts';
import { validSet, VALID } from '../config/support.ts';
import { fixedModel, testBook } from '../support/book.ts';
import { putSet } from '../support/past-mail.ts';
import { runCommand } from '../support/processes.ts';
import { quiet } from '../support/quiet.ts';
import { freshPglite, type FreshStore } from '../support/stores.ts';

const NEW_RULE = `rules:
  - id: carte.ailleurs
    why: Essai.
    when: { all: [{ any_phrase: [carte verte] }] }
    then: { queue: pole-at-mp }
    examples: { match: [ma carte verte], no_match: [bonjour] }
`;
const MAILS = [
  {
    id: 'a',
    at: '2026-03-16T09:00:00+01:00',
    mailbox: 'assures',
    subject: 'carte 2 69 05 49 588 157 80',
    body: 'Ma carte verte est perdue.',
    motif: 'carte-vitale',
  },
  {
    id: 'b',
    at: '2026-03-16T10:00:00+01:00',
    mailbox: 'assures',
    subject: '',
    body: 'Quelle date pour mon accident du travail ?',
  },
];

let folder: string;
let candidate: string;
let mails: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'aig-rules-'));
  candidate = await writeSet('candidat', { 'routing.yaml': (text) => text.replace('rules:\n', NEW_RULE) });
  mails = path.join(folder, 'courriels.jsonl');
  await writeFile(mails, MAILS.map((each) => JSON.stringify(each)).join('\n'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function writeSet(name: string, changes: Parameters<typeof validSet>[0]): Promise<string> {
  const dir = path.join(folder, name);
  await mkdir(path.join(dir, 'replies'), { recursive: true });
  for (const [file, text] of validSet(changes)) await writeFile(path.join(dir, file), text);
  return dir;
}

describe('rules without a database', () => {
  const run = (args: string[]) =>
    runCommand(['rules', ...args], { CONFIG_DIR: VALID, AIGUILLAGE_DATA: path.join(folder, 'data') });

  test('simulate is a gate: exit 1 over budget, one JSON document, every moved mail in the list, no data folder', async () => {
    const list = path.join(folder, 'liste.jsonl');
    const { exit, stdout } = await run([
      'simulate',
      '--with',
      candidate,
      '--mails',
      mails,
      '--max-moved',
      '2%',
      '--list',
      list,
      '--json',
    ]);
    const answer = JSON.parse(stdout) as SimulationAnswer;
    expect(answer).toMatchObject({
      mails: 2,
      moved: 1,
      max_moved: 0.02,
      within_budget: false,
      recorded: false,
      undated: 0,
    });
    expect(answer.by_cause).toMatchObject([{ part: 'rule:carte.ailleurs' }]);
    expect(exit).toBe(1);
    expect(JSON.parse(await readFile(list, 'utf8'))).toMatchObject({ id: 'a', queue: ['n1', 'pole-at-mp'] });
    expect(await readdir(folder)).not.toContain('data');
  }, 60_000);

  test('explain reads a mail file in the child, and says the whole reasoning in French', async () => {
    const file = path.join(folder, 'courriel.eml');
    await writeFile(
      file,
      [
        'From: Camille <camille@membre.example>',
        'To: contact@caisse.example',
        'Subject: carte',
        'Date: Mon, 16 Mar 2026 09:00:00 +0100',
        'Content-Type: text/plain; charset=utf-8',
        '',
        'Ma carte verte est perdue.',
        '',
      ].join('\r\n'),
    );
    const { exit, stdout } = await run(['explain', file, '--with', candidate]);
    expect(exit).toBe(0);
    expect(stdout).toMatch(/^Reçu lun\. 16\/03\/2026 09:00, boîte assures\./);
    expect(stdout).toContain('✓ carte.ailleurs → queue pole-at-mp');
    expect(stdout).toContain('→ « carte verte »');
    expect(stdout).toMatch(/^Échéances +courriel-48h/m);
    expect(stdout).not.toContain('camille@');
  }, 60_000);

  test.each([
    [['simulate', '--mails', 'x.jsonl'], '--with'],
    [['simulate', '--with', 'ailleurs', '--mails', 'absent.jsonl'], 'CONFIG_INVALID'],
    [['apply', 'x'], 'il manque l’option --digest'],
    [['rollback', '--to'], 'il manque une valeur après --to'],
  ])(
    'wrong use %j says what is missing',
    async (args, said) => {
      const { exit, stdout, stderr } = await run(args);
      expect({ stdout, wrong: exit !== 0 }).toEqual({ stdout: '', wrong: true });
      expect(stderr).toContain(said);
    },
    60_000,
  );
});

describe('mails of a file', () => {
  const read = async (lines: string): ReturnType<typeof readMails> => {
    const file = path.join(folder, 'lu.jsonl');
    await writeFile(file, lines);
    return readMails(file, testBook(), new Date('2026-03-18T10:00:00Z'));
  };

  test('come in the order of their arrival, with what their labels say', async () => {
    const { mails: found, undated } = await read(
      [
        { id: 2, body: 'sans date', flags: [] },
        { id: 1, at: '2026-03-16T09:00:00Z', body: 'x', motif: 'a', accept: ['b'], level: 'n1', flags: ['f'] },
      ]
        .map((each) => JSON.stringify(each))
        .join('\n\n'),
    );
    expect(undated).toBe(1);
    expect(found.map(({ id, said }) => [id, said])).toEqual([
      ['1', { motifs: ['a', 'b'], level: 'n1', flags: ['f'], no_flags: 'others' }],
      ['2', { flags: [], no_flags: 'others' }],
    ]);
  });

  test.each([
    ['{"id":1}\n{', 'Ligne 2 : ce n’est pas un objet JSON'],
    ['{"body":"x"}', 'champ « id »'],
    ['{"id":1,"at":"hier"}', 'champ « at »'],
  ])('%j is refused with its line', async (lines, said) => {
    await expect(read(lines)).rejects.toMatchObject({ code: 'BAD_INPUT', message: expect.stringContaining(said) });
  });

  test('a file that is not there is the caller’s mistake', async () => {
    await expect(readMails('/nulle/part', testBook(), new Date())).rejects.toMatchObject({ code: 'BAD_INPUT' });
  });
});

describe('pasted text', () => {
  const now = new Date('2026-03-18T10:00:00Z');
  test('has its subject in a first line that says so, and no signature', () => {
    expect(factsOfText('Objet : carte\nBonjour, perdue.\n-- \nCamille', {}, testBook(), now)).toMatchObject({
      subject: 'carte',
      body: 'Bonjour, perdue.',
      mailbox: 'pfs-assures',
      received_at: now.toISOString(),
    });
  });
  test.each([
    ['nothing', '  ', {}],
    ['an unknown mailbox', 'x', { mailbox: 'inconnue' }],
    ['an instant without its offset', 'x', { at: '2026-03-18T10:00:00' }],
  ])('%s is refused', (_name, text, given) => {
    expect(() => factsOfText(text, given, testBook(), now)).toThrow(expect.objectContaining({ code: 'BAD_INPUT' }));
  });
});

describe('rules in the store', () => {
  let fresh: FreshStore;
  let context: CommandContext;
  let active: string;
  let digest: string;
  beforeAll(async () => {
    fresh = await freshPglite();
    active = await putSet(fresh.store, validSet());
    context = {
      store: fresh.store,
      queues: undefined as never,
      rulebook: new Rulebooks().active,
      model: async () => fixedModel([{ motif: 'carte-vitale', score: 0.97 }]),
      connections: new Map(),
      clock: () => new Date(),
      log: quiet,
    };
  });
  afterAll(() => fresh.close());
  const now = () => fresh.store.read(SYSTEM, activeDigest);

  test('a set nobody tried is refused; a try on no mail shows nothing', async () => {
    const tried = await simulateCommand(context, { with: candidate, json: true, by: 'camille' });
    ({ candidate: digest } = JSON.parse(tried.stdout) as SimulationAnswer);
    expect(JSON.parse(tried.stdout)).toMatchObject({ mails: 0, baseline: active, recorded: true });
    await expect(apply(context, { dir: candidate, digest })).rejects.toMatchObject({ code: 'RULES_NOT_SIMULATED' });
  });

  test('tried on a file and kept, it is applied under its digest, by name, and rolled back', async () => {
    const told = await simulateCommand(context, { with: candidate, mails, by: 'camille' });
    expect(told.exit).toBe(0);
    expect(told.stdout).toContain(`rules apply DOSSIER --digest ${digest}`);
    const over = await simulateCommand(context, { with: candidate, mails, maxMoved: '2%' });
    expect(over.stdout).toContain('DÉPASSÉ');
    expect(over.stdout).not.toContain('Pour l’appliquer');
    expect(over.stdout).toMatch(/^a +« carte [^0-9]+ » +n1 ⇒ pole-at-mp/m);
    expect(told.stdout).toMatch(/^rule:carte\.ailleurs +s’applique désormais +1/m);
    const done = await apply(context, { dir: candidate, digest: digest.slice(0, 8), by: 'camille' });
    expect(done.stdout).toContain(`En vigueur : ${digest.slice(0, 12)}, à la place de ${active.slice(0, 12)}.`);
    expect(await now()).toBe(digest);
    // No folder of this test holds either set: both say what the folder will do at its next change.
    expect(done.stdout).toMatch(/^Attention : le dossier « config » .* ne contient pas les règles en vigueur/m);
    expect(JSON.parse((await rollback(context, { by: 'alex', json: true })).stdout)).toEqual({
      ...{ active, from: digest },
      warning: expect.stringContaining('avec ce que vous venez de retirer'),
    });
    await expect(rollback(context, {})).rejects.toMatchObject({ code: 'RULES_NO_PREVIOUS' });
    const { stdout } = await history(context, {});
    expect(stdout).toMatch(new RegExp(`^\\* +${active.slice(0, 12)} .* alex +retour arrière`, 'm'));
    expect(stdout).toMatch(new RegExp(`^ +${digest.slice(0, 12)} .* camille +appliqué`, 'm'));
  });

  test('a folder that changed since it was tried is refused with both digests', async () => {
    const changed = await writeSet('change', {
      'motifs.yaml': (text) => text.replace('label: Carte Vitale', 'label: X'),
    });
    const error = await apply(context, { dir: changed, digest }).catch((thrown: unknown) => thrown as Error);
    expect(error).toMatchObject({ code: 'RULES_OTHER_DIGEST', message: expect.stringContaining(digest) });
    expect(await now()).toBe(active);
  });

  test('a set whose scenarios fail is refused, whatever the reason given', async () => {
    const failing = await writeSet('echec', { 'routing.test.yaml': (text) => text.replace('queue: n1', 'queue: rca') });
    const tried = await simulateCommand(context, { with: failing, mails, json: true });
    const { candidate: wanted } = JSON.parse(tried.stdout) as SimulationAnswer;
    await expect(apply(context, { dir: failing, digest: wanted, unsimulated: 'pressé' })).rejects.toMatchObject({
      code: 'RULES_SCENARIOS',
      message: expect.stringContaining('une carte reste au niveau 1'),
    });
  });

  test('what is in force is written out, over a kept set too, and never over rules that stand only there', async () => {
    const dir = path.join(folder, 'sortie');
    expect((await exportRules(context, { dir })).stdout).toContain(`empreinte ${active.slice(0, 12)}.`);
    expect((await readSet(dir)).digest).toBe(active);
    await writeFile(path.join(dir, 'notes.txt'), 'à garder');
    await exportRules(context, { dir, digest: digest.slice(0, 8) });
    expect((await readSet(dir)).digest).toBe(digest);
    expect(await readdir(dir)).toContain('notes.txt');
    await writeFile(path.join(dir, 'routing.yaml'), 'version: 1\nrules: [] # à moi\n...\n');
    await expect(exportRules(context, { dir })).rejects.toMatchObject({ code: 'BAD_INPUT' });
    expect(await readFile(path.join(dir, 'routing.yaml'), 'utf8')).toContain('# à moi');
    await expect(exportRules(context, { dir, digest: 'abcdef01' })).rejects.toMatchObject({
      code: 'CONFIG_UNKNOWN_DIGEST',
    });
  });

  test.each([
    [simulateCommand, { with: '', mails: 'x' }, 'USAGE'],
    [simulateCommand, { with: VALID, since: 'hier' }, 'BAD_INPUT'],
    [apply, { dir: VALID, digest: 'abc' }, 'BAD_INPUT'],
    [rollback, { to: 'abc' }, 'BAD_INPUT'],
  ])('wrong options are refused', async (command, options, code) => {
    await expect(command(context, options)).rejects.toMatchObject({ code });
  });

  test('a budget that could be read two ways is refused', async () => {
    const options = { with: candidate, mails, maxMoved: '2' };
    await expect(simulateCommand(context, options)).rejects.toMatchObject({ code: 'BAD_INPUT' });
  });
});
