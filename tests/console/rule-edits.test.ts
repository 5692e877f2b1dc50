import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { masterOf } from '../../config/folder-note.ts';
import type { DraftView, FromMailView, RuleEdit } from '../../console/routes/rule-edits.ts';
import { excerptOf, idOf, linesOf, phraseOf } from '../../console/web/rules/words.ts';
import { SYSTEM } from '../../store/database.ts';
import { Rulebooks } from '../../store/rulebooks.ts';
import { validSet } from '../config/support.ts';
import { fixedModel } from '../support/book.ts';
import { putSet } from '../support/past-mail.ts';
import { ENGINES } from '../support/stores.ts';
import { openWorld, type Person, type World } from '../support/world.ts';

const RULE: RuleEdit = {
  ...{
    kind: 'rule',
    id: 'carte.hopital',
    why: 'Essai.',
    phrases: ['oubliée à l hôpital'],
    then: { queue: 'pole-at-mp' },
  },
  ...{ match: ['Ma carte est oubliée à l’hôpital.'], no_match: ['Ma carte est perdue.'] },
} as RuleEdit;

describe.each(ENGINES)('the forms of the rules, on %s', (engine) => {
  let world: World;
  let supervisor: Person;
  let active: string;
  beforeAll(async () => {
    const rulebooks = new Rulebooks();
    const model = fixedModel([{ motif: 'carte-vitale', score: 0.97 }]);
    world = await openWorld(engine, {
      rules: { rulebook: rulebooks.active, model: async () => model },
      rulebook: async () => world.store.read(SYSTEM, rulebooks.active),
    });
    supervisor = await world.person('supervisor');
    active = await putSet(world.store, validSet());
  });
  afterAll(() => world.close());

  const draft = async (): Promise<DraftView> => (await supervisor.get('/api/rules/draft')).json();
  const edit = (base: string, what: RuleEdit, keep: boolean) =>
    supervisor.post('/api/rules/edit', { base, edit: what, keep });

  test('the draft begins with the rules in force, and tells what there is to change', async () => {
    const { base, candidate, lists, pools } = await draft();
    expect([base, candidate]).toEqual([active, false]);
    expect(lists.length).toBeGreaterThan(0);
    expect(pools.map(({ id }) => id)).toContain('n1');
  });

  test('a check keeps nothing; what is kept is a candidate, never in force; the next edit builds on it', async () => {
    const tried = (await edit(active, RULE, false)).json();
    expect(tried).toMatchObject({ kept: false, file: 'routing.yaml' });
    expect(tried.problems.filter((problem: { severity: string }) => problem.severity === 'error')).toEqual([]);
    expect((await draft()).candidate).toBe(false);

    const kept = (await edit(active, RULE, true)).json();
    expect(kept.kept).toBe(true);
    const { base, candidate, rules } = await draft();
    expect([base, candidate]).toEqual([kept.digest, true]);
    expect(rules).toContain('carte.hopital');
    expect((await supervisor.get('/api/rules')).json()).toMatchObject({ active: { digest: active } });

    const stale = await edit('0'.repeat(64), { kind: 'pool', id: 'n1', capacity_per_open_hour: 7 }, true);
    expect([stale.statusCode, stale.json().error.code]).toEqual([409, 'RULES_OTHER_DIGEST']);
    const second = (await edit(base, { kind: 'pool', id: 'n1', capacity_per_open_hour: 7 }, true)).json();
    const anew = (await edit(active, { kind: 'pool', id: 'n1', capacity_per_open_hour: 9 }, false)).json();
    expect(anew.file).toBe('pools.yaml');
    expect((await supervisor.get(`/api/rules/draft?from=${active}`)).json().rules).not.toContain('carte.hopital');
    const { files } = (await supervisor.get(`/api/rules/${second.digest}`)).json();
    expect(files['routing.yaml']).toContain('id: carte.hopital');
    expect(files['pools.yaml']).toContain('capacity_per_open_hour: 7');
  });

  test('what does not load is told with its line and is not kept', async () => {
    const { base } = await draft();
    const broken = (await edit(base, { ...RULE, id: 'autre', match: ['Rien de tel.'] } as RuleEdit, true)).json();
    expect(broken.kept).toBe(false);
    expect(broken.problems).toContainEqual(expect.objectContaining({ severity: 'error', file: 'routing.yaml' }));
    expect((await edit(base, { kind: 'pool', id: 'absente' }, false)).statusCode).toBe(404);
    expect((await draft()).base).toBe(base);
  });

  test('from a mail: masked text, its reasons, and the reading on the audit trail', async () => {
    const body = 'Ma carte 1 85 05 78 006 084 91 est oubliée, joindre lea@membre.example.';
    const { id } = await world.conversation({ body });
    const mail = (await supervisor.post('/api/rules/from', { conversation: id })).json<FromMailView>();
    expect(mail).toMatchObject({ mailbox: 'pfs-assures', motif: 'carte-vitale', queue: 'n1', rule: null });
    expect(mail.text).toMatch(/^Ma carte [• ]+ est oubliée, joindre [•@.]+$/u);
    const audit = await world.store.read(SYSTEM, (tx) =>
      tx
        .selectFrom('audit')
        .select('data')
        .where('action', '=', 'conversation.read')
        .where('subject', '=', id)
        .execute(),
    );
    expect(audit).toEqual([{ data: { by: 'explain' } }]);
  });

  test('a candidate a colleague has kept meanwhile is never replaced unseen, from a form or from the files', async () => {
    const { base, over } = await draft();
    expect(base).toBe(over);
    const mine = { ...RULE, id: 'carte.mienne' } as RuleEdit;
    const answers = [
      await edit(active, mine, true),
      await supervisor.post('/api/rules/check', {
        files: Object.fromEntries(validSet({ 'routing.yaml': (text) => text.replace('version: 1', 'version: 1 # x') })),
        keep: true,
      }),
    ];
    for (const answer of answers) {
      expect([answer.statusCode, answer.json().error.code]).toEqual([409, 'RULES_OTHER_DIGEST']);
      expect(answer.json().error.message).toContain(supervisor.agent.display_name);
    }
    expect((await draft()).over).toBe(over);
    const seen = await supervisor.post('/api/rules/edit', { base: active, over, edit: mine, keep: true });
    expect(seen.json()).toMatchObject({ kept: true });
  });
});

test.each<[string, object]>([
  ['Oubliée à l’Hôpital.', { phrase: 'oubliée à l’hôpital' }],
  ['  « (carte | verte) »\n perdue… ', { phrase: 'carte verte perdue' }],
  ['', { refused: expect.any(String) }],
  ['• •• ••', { refused: expect.stringContaining('masqué') }],
  ['au 59100 Roubaix', { refused: expect.stringContaining('numéro') }],
  ['un deux trois quatre cinq six sept huit neuf dix onze douze treize', { refused: expect.stringContaining('12') }],
])('words chosen in a mail: %j', (chosen, said) => {
  expect(phraseOf(chosen)).toEqual(said);
});

test('short names, lines and excerpts', () => {
  expect(idOf('Œuvre : panne des Bornes !')).toBe('oeuvre-panne-des-bornes');
  expect(linesOf(' a \n\n b')).toEqual(['a', 'b']);
  const long = `${'Un mot après l’autre. '.repeat(30)}`;
  expect(excerptOf(long).length).toBeLessThanOrEqual(400);
  expect(excerptOf(long)).toMatch(/\.$/);
});

test('who has the last word is said: the database, or a folder that applies itself, also read-only', async () => {
  expect((await masterOf(undefined)).sentence).toContain('font foi');
  const dir = await mkdtemp(path.join(tmpdir(), 'regles-'));
  try {
    expect((await masterOf({ dir, autoapply: true })).sentence).toContain('entre en vigueur');
    expect((await masterOf({ dir, autoapply: false })).sentence).toContain('ne fait que proposer');
    // A mount cannot be made here, and root writes everywhere: a folder that is gone is not writable either.
    await rm(dir, { recursive: true });
    expect(await masterOf({ dir, autoapply: true })).toMatchObject({ read_only: true });
    expect((await masterOf({ dir, autoapply: true })).sentence).toContain('lecture seule');
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
});
