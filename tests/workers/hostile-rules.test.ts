import { cp, mkdtemp, open, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { canonicalFiles, readConfigFolder } from '../../config/source.ts';
import { importMail } from '../../mail/import.ts';
import { SYSTEM } from '../../store/database.ts';
import { Rulebooks } from '../../store/rulebooks.ts';
import { startReload } from '../../workers/reload.ts';
import type { ReloadOutcome } from '../../config/reload.ts';
import { VALID } from '../config/support.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { putSet } from '../support/past-mail.ts';
import { quiet } from '../support/quiet.ts';
import { until } from '../support/until.ts';

const MAILS = 60;
/** Every tenth mail would keep a backtracking engine busy for longer than the sun will shine. */
const HANGING = `${'a'.repeat(100_000)}!`;

const RULE = `rules:
  - id: a.la-fin
    why: Une expression qui arrête les moteurs ordinaires.
    when:
      all:
        - regex: '(a+)+$'
    then: { level: n1 }
    examples:
      match: [aaaa]
      no_match: [ma carte est perdue]
`;

/** Ten lines that would be ten billion phrases. */
const BOMB = `version: 1
${Array.from(
  { length: 10 },
  (_, i) =>
    `a${i}: &a${i} [${
      i === 0
        ? 'carte'
        : Array(10)
            .fill(`*a${i - 1}`)
            .join(', ')
    }]`,
).join('\n')}
rules: *a9
...
`;

describe('rules that break while mail flows', () => {
  let dir: string;
  let app: TestApp;
  const rulebooks = new Rulebooks();
  beforeAll(async () => {
    dir = await mkdtemp(path.join(tmpdir(), 'aig-hostile-'));
    await cp(VALID, dir, { recursive: true });
    const routing = path.join(dir, 'routing.yaml');
    await writeFile(
      routing,
      (await readFile(routing, 'utf8')).replace('rules:\n', () => RULE),
    );
    app = await startApp('pglite', { roles: ['triage', 'dispatch'], deps: { rulebook: rulebooks.active } });
  }, 60_000);
  afterAll(async () => {
    await app.close();
    await rm(dir, { recursive: true, force: true });
  }, 60_000);

  test('no mail is decided by half a set, none is lost, and no pattern keeps a worker', async () => {
    const { store } = app;
    const good = await putSet(store, canonicalFiles(await readConfigFolder(dir)));
    const outcomes: ReloadOutcome['kind'][] = [];
    const reloader = startReload({
      ...{ store, rulebook: rulebooks.active, dir, autoapply: true, log: quiet, settle_ms: 5 },
      clock: () => new Date(),
      count: (kind) => outcomes.push(kind),
    });
    const seen = (kind: ReloadOutcome['kind'], count: number) =>
      until(async () => outcomes.filter((each) => each === kind).length >= count, 60_000);
    const put = async (text: string): Promise<void> => {
      await writeFile(path.join(dir, 'routing.yaml.new'), text);
      await rename(path.join(dir, 'routing.yaml.new'), path.join(dir, 'routing.yaml'));
    };
    const whole = await readFile(path.join(dir, 'routing.yaml'), 'utf8');
    const decided = async () =>
      (await store.read(SYSTEM, (tx) => tx.selectFrom('message').select('status').execute())).filter(
        ({ status }) => status === 'dispatched',
      ).length;

    const file = path.join(dir, 'courrier.mbox');
    await writeFile(file, Array.from({ length: MAILS }, (_, i) => mboxMail(i)).join('\n'));
    const flow = importMail({ store, queues: app.queues, mailbox: 'assures', path: file, log: quiet });

    await until(async () => (await decided()) > 0, 120_000);
    await put(whole.slice(0, Math.floor(whole.length / 2)));
    await seen('refused', 1);
    await put(BOMB);
    await seen('refused', 2);
    // A writer that dies half-way: the file is there, in pieces that come one by one, and never whole.
    const handle = await open(path.join(dir, 'routing.yaml'), 'w');
    for (const line of whole.split('\n').slice(0, -2)) await handle.write(`${line}\n`);
    await handle.close();
    await seen('refused', 3);
    await flow;
    expect(await store.read(SYSTEM, rulebooks.active)).toMatchObject({ digest: good });

    await put(whole.replace('Une carte volée demande', 'Une carte volée ou perdue demande'));
    await seen('candidate', 1);
    await until(async () => (await decided()) === MAILS, 120_000);
    await reloader.close();

    const next = (await store.read(SYSTEM, rulebooks.active)).digest;
    expect(next).not.toBe(good);
    const rows = await store.read(SYSTEM, (tx) =>
      tx.selectFrom('decision').select(['rulebook_digest', 'routed']).execute(),
    );
    expect(rows).toHaveLength(MAILS);
    expect([...new Set(rows.map((row) => row.rulebook_digest))].filter((digest) => digest !== next)).toEqual([good]);
    const history = await store.read(SYSTEM, (tx) => tx.selectFrom('rulebook_history').select('digest').execute());
    expect(new Set(history.map(({ digest }) => digest))).toEqual(new Set([good, next]));
    expect(outcomes.filter((kind) => kind === 'failed')).toEqual([]);
  }, 240_000);
});

function mboxMail(i: number): string {
  return [
    `From m${i}@courriel.example Mon Mar 23 10:00:00 2026`,
    `From: m${i}@courriel.example`,
    'To: contact@caisse.example',
    'Subject: carte',
    `Message-ID: <h${i}@courriel.example>`,
    'Content-Type: text/plain; charset=utf-8',
    '',
    i % 10 === 0 ? HANGING.replace(/a{900}/g, '$&\n') : `Ma carte est perdue, message ${i}.`,
    '',
  ].join('\n');
}
