import { cp, mkdtemp, open, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { canonicalFiles, digestOf, readConfigFolder } from '../../config/source.ts';
import { SYSTEM } from '../../store/database.ts';
import { rulesState } from '../../store/rulebook-state.ts';
import { Rulebooks } from '../../store/rulebooks.ts';
import { VALID } from '../config/support.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { freshAccount, mail, type Account } from '../support/dovecot.ts';
import { putSet } from '../support/past-mail.ts';
import { until } from '../support/until.ts';

/** A pattern that takes V8 longer than the universe on the mail below, in a rule that is live all along. */
const SLOW_RULE = `rules:
  - id: motif.catastrophique
    why: Une expression régulière ne bloque jamais le tri.
    when: { all: [{ regex: "(a+)+$" }, { any_phrase: [jamais écrit] }] }
    then: { queue: rca }
    examples: { match: [jamais écrit aaa], no_match: [bonjour] }
`;
const HANGS_V8 = `Bonjour ${'a'.repeat(30_000)}!`;
const ALIAS_BOMB = `version: 1\na: &a [x, x, x, x, x, x, x, x, x]\n${'bcdefghijk'
  .split('')
  .map((name, i) => `${name}: &${name} [${Array(9).fill(`*${'abcdefghijk'[i]}`).join(', ')}]`)
  .join('\n')}\nmotifs: [*k]\n...\n`;

/** The whole process on Redis and PostgreSQL; hostile-rules.test.ts does the same to the reloader on PGlite. */
describe('a writer that breaks the rules while mail flows in by IMAP', () => {
  let dir: string;
  let app: TestApp;
  let account: Account;
  let good: string;
  let sent = 0;

  beforeEach(async () => {
    dir = await mkdtemp(path.join(tmpdir(), 'aig-rules-'));
    await cp(VALID, dir, { recursive: true });
    await edit('routing.yaml', (text) => text.replace('rules:\n', SLOW_RULE));
    account = freshAccount();
    sent = 0;
    app = await startApp('redis', {
      roles: ['ingest', 'triage', 'dispatch', 'sweep'],
      connections: new Map([['assures', account.connection()]]),
      deps: { rulebook: new Rulebooks().active, rules: { dir, autoapply: true, settle_ms: 20 } },
    });
    good = await putSet(app.store, canonicalFiles(await readConfigFolder(dir)));
    await app.app.reload();
  }, 60_000);
  afterEach(async () => {
    await app.close();
    await rm(dir, { recursive: true, force: true });
  }, 60_000);

  /** As an editor that saves well: the new file takes the old one's place at once. */
  async function edit(name: string, by: (text: string) => string): Promise<void> {
    const file = path.join(dir, name);
    await writeFile(`${file}.new`, by(await readFile(file, 'utf8')));
    await rename(`${file}.new`, file);
  }
  /** As a copy that dies in the middle of a line, or of nothing: at the end of one. */
  async function cut(name: string, at_line_end: boolean): Promise<void> {
    const text = await readFile(path.join(VALID, name), 'utf8');
    const half = text.indexOf('\n', text.length / 2) + 1;
    const handle = await open(path.join(dir, name), 'w');
    await handle.write(text.slice(0, Math.floor(half / 2)));
    await handle.sync();
    await handle.write(text.slice(Math.floor(half / 2), at_line_end ? half : half - 4));
    await handle.close();
  }
  const send = async (body: string): Promise<void> => {
    sent += 1;
    await account.append([mail({ subject: `n° ${sent}`, body, from: `m${sent}@assures.example` })]);
  };
  const decided = () =>
    app.store.read(SYSTEM, (tx) =>
      tx
        .selectFrom('decision')
        .select(['rulebook_digest', 'routed'])
        .where('routed', 'is not', null)
        .orderBy('made_at')
        .execute(),
    );
  const state = () => app.store.read(SYSTEM, (tx) => rulesState(tx));

  test('the last good set decides every mail, the failure is seen, and the repaired set takes over', async () => {
    const broken: (() => Promise<void>)[] = [
      () => cut('flags.yaml', true),
      () => cut('routing.yaml', false),
      () => writeFile(path.join(dir, 'motifs.yaml'), ALIAS_BOMB),
      () => cut('pools.yaml', true),
      () => writeFile(path.join(dir, 'calendars.yaml'), ''),
    ];
    const writing = (async () => {
      for (const spoil of broken) {
        await spoil();
        await app.app.reload();
      }
    })();
    for (const body of ['ma carte est perdue', HANGS_V8, 'où en est ma carte ?', HANGS_V8]) await send(body);
    await writing;
    await until(async () => (await decided()).length === sent, 40_000);

    const rows = await decided();
    expect(new Set(rows.map((row) => row.rulebook_digest))).toEqual(new Set([good]));
    const during = await state();
    expect(during.active).toMatchObject({ digest: good });
    expect(during.history).toHaveLength(1);
    const refused = during.proposals.filter(({ outcome }) => outcome === 'refused');
    expect(refused.length).toBeGreaterThanOrEqual(broken.length);
    const said = refused.flatMap(({ problems }) => problems).join('\n');
    expect(said).toMatch(/flags\.yaml:\d+:\d+ {2}le fichier est coupé/);
    expect(said).toMatch(/motifs\.yaml:\d+:\d+ {2}trop de (?:renvois|valeurs)/);
    const { body: metrics } = await app.app.http.inject('/metrics');
    expect(metrics).toMatch(/^aiguillage_rules_proposed\{state="refused"\} 1$/m);
    expect(metrics).toMatch(/^aiguillage_rules_reload_total\{outcome="refused"\} \d+$/m);

    await cp(VALID, dir, { recursive: true });
    await edit('motifs.yaml', (text) => text.replace('label: Carte Vitale', 'label: La carte Vitale'));
    await app.app.reload();
    const repaired = digestOf(await readConfigFolder(dir));
    expect((await state()).active).toMatchObject({ digest: repaired, how: 'auto', from_digest: good });
    expect((await state()).refused).toBeNull();
    await send('et maintenant, ma carte ?');
    await until(async () => (await decided()).length === sent, 40_000);
    const all = await decided();
    expect(all.at(-1)!.rulebook_digest).toBe(repaired);
    // One set decides and routes a mail, whatever was applied in between.
    for (const row of all) expect((row.routed as { rulebook: string }).rulebook).toBe(row.rulebook_digest);
  }, 120_000);
});
