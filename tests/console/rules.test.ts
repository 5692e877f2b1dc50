import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { simulate } from '../../console/actions/rules.ts';
import { digestOf } from '../../config/source.ts';
import { SYSTEM } from '../../store/database.ts';
import { Rulebooks } from '../../store/rulebooks.ts';
import { validSet } from '../config/support.ts';
import { fixedModel } from '../support/book.ts';
import { putSet } from '../support/past-mail.ts';
import { ENGINES } from '../support/stores.ts';
import { openWorld, type Person, type World } from '../support/world.ts';

const MODEL = fixedModel([{ motif: 'carte-vitale', score: 0.97 }]);
const set = (label: string) =>
  validSet({ 'motifs.yaml': (text) => text.replace('label: Carte Vitale', `label: ${label}`) });
/** Every card goes to the bereavement team: nothing anybody would want, and easy to see. */
const MOVING = validSet({
  'routing.yaml': (text) =>
    text.replace(
      'rules:\n',
      'rules:\n  - id: carte.ailleurs\n    why: Essai.\n    when: { all: [{ any_phrase: [carte verte] }] }\n    then: { queue: pole-at-mp }\n    examples: { match: [ma carte verte], no_match: [bonjour] }\n',
    ),
});
const object = (files: ReadonlyMap<string, string>) => Object.fromEntries(files);

describe.each(ENGINES)('the rules in the console, on %s', (engine) => {
  let world: World;
  let supervisor: Person;
  let administrator: Person;
  let active: string;
  beforeAll(async () => {
    const rulebooks = new Rulebooks();
    world = await openWorld(engine, {
      rules: { rulebook: rulebooks.active, model: async () => MODEL },
      rulebook: async () => world.store.read(SYSTEM, rulebooks.active),
    });
    supervisor = await world.person('supervisor');
    administrator = await world.person('administrator');
    active = await putSet(world.store, set('Une'));
  });
  afterAll(() => world.close());

  const audit = (action: string) =>
    world.store.read(SYSTEM, (tx) =>
      tx.selectFrom('audit').select(['actor', 'subject', 'data']).where('action', '=', action).orderBy('seq').execute(),
    );

  test('show what is active, and the files behind a digest', async () => {
    const { body } = await supervisor.get('/api/rules');
    expect(JSON.parse(body)).toMatchObject({ active: { digest: active, how: 'seed' }, candidate: null, refused: null });
    const files = JSON.parse((await supervisor.get(`/api/rules/${active}`)).body) as { files: Record<string, string> };
    expect(files.files['motifs.yaml']).toContain('label: Une');
    expect((await supervisor.get(`/api/rules/${'0'.repeat(64)}`)).statusCode).toBe(404);
    expect((await supervisor.get('/api/rules/hier')).statusCode).toBe(400);
  });

  test('a broken set is told with its places, and never kept', async () => {
    const broken = { ...object(set('Deux')), 'flags.yaml': 'version: 1\nflags: [\n' };
    const answer = await supervisor.post('/api/rules/check', { files: broken, keep: true });
    expect(answer.json()).toMatchObject({
      ok: false,
      kept: false,
      problems: [{ severity: 'error', file: 'flags.yaml' }],
    });
    expect((await supervisor.get('/api/rules')).json().candidate).toBeNull();
  });

  test('a set of absurd size is refused before it is read', async () => {
    const files = Object.fromEntries(Array.from({ length: 400 }, (_, i) => [`replies/${i}.md`, 'x']));
    expect((await supervisor.post('/api/rules/check', { files })).statusCode).toBe(400);
  });

  test('a candidate is kept, tried on past mail, applied and rolled back; each act is in the audit trail', async () => {
    await world.conversation({ body: 'Ma carte verte est perdue.', queue: 'n1' });
    await world.conversation({ body: 'Où en est ma demande ?', queue: 'n1' });
    const checked = await supervisor.post('/api/rules/check', { files: object(MOVING), keep: true });
    const digest = digestOf(MOVING);
    expect(checked.json()).toMatchObject({ ok: true, kept: true, digest, scenarios: { run: 1, failed: [] } });
    expect((await supervisor.get('/api/rules')).json()).toMatchObject({ candidate: { digest, source: 'console' } });

    const early = await supervisor.post('/api/rules/apply', { digest });
    expect([early.statusCode, early.json().error.code]).toEqual([409, 'RULES_NOT_SIMULATED']);

    const simulation = (await administrator.post('/api/rules/simulate', { digest, days: 30 })).json();
    expect(simulation).toMatchObject({
      baseline: active,
      candidate: digest,
      mails: 2,
      moved: 1,
      by_queue: [{ from: 'n1', to: 'pole-at-mp', mails: 1 }],
      by_cause: [{ part: 'rule:carte.ailleurs' }],
    });
    expect(JSON.stringify(simulation)).not.toContain('perdue');

    const applied = await supervisor.post('/api/rules/apply', { digest });
    expect(applied.json()).toEqual({ active: digest, from: active, warning: null });
    expect((await supervisor.get('/api/rules')).json()).toMatchObject({
      active: { digest, how: 'apply', from_digest: active, activated_by: `agent:${supervisor.agent.id}` },
      candidate: null,
      simulations: [{ digest, baseline: active, mails: 2, moved: 1 }],
    });
    const back = await administrator.post('/api/rules/rollback', {});
    expect(back.json()).toEqual({ active, from: digest, warning: null });

    const who = (person: Person) => `agent:${person.agent.id}`;
    expect(await audit('rulebook.proposed')).toEqual([{ actor: who(supervisor), subject: digest, data: {} }]);
    expect(await audit('rulebook.simulated')).toMatchObject([{ actor: who(administrator), subject: digest }]);
    expect((await audit('rulebook.activated')).slice(1)).toMatchObject([
      { actor: who(supervisor), subject: digest, data: { how: 'apply', from: active } },
      { actor: who(administrator), subject: active, data: { how: 'rollback', from: digest } },
    ]);
  });

  test('an urgent fix is applied without a simulation, with its reason', async () => {
    const files = set('Trois');
    await supervisor.post('/api/rules/check', { files: object(files), keep: true });
    const digest = digestOf(files);
    expect((await supervisor.post('/api/rules/apply', { digest, unsimulated: '  ' })).statusCode).toBe(400);
    const answer = await supervisor.post('/api/rules/apply', { digest, unsimulated: 'numéro d’urgence faux' });
    expect(answer.json()).toMatchObject({ active: digest });
    expect((await supervisor.get('/api/rules')).json().history[0]).toMatchObject({
      digest,
      reason: 'numéro d’urgence faux',
    });
    await supervisor.post('/api/rules/rollback', {});
  });

  test('a set whose scenarios fail is not applied', async () => {
    const files = validSet({
      'routing.test.yaml': (text) => text.replace('expect: { queue: n1 }', 'expect: { queue: rca }'),
    });
    const checked = (await supervisor.post('/api/rules/check', { files: object(files), keep: true })).json();
    expect(checked).toMatchObject({ ok: false, scenarios: { failed: ['une carte reste au niveau 1'] } });
    const answer = await supervisor.post('/api/rules/apply', { digest: checked.digest, unsimulated: 'pressé' });
    expect([answer.statusCode, answer.json().error.code]).toEqual([422, 'RULES_SCENARIOS']);
    expect(answer.json().error.message).toContain('une carte reste au niveau 1');
  });

  test('one back-test at a time: the second is told to wait', async () => {
    const digest = digestOf(MOVING);
    // The first is held before its first read, so that the second meets it on a fast machine as on a slow one.
    let go = () => {};
    const held = new Promise<void>((resolve) => {
      go = resolve;
    });
    const read: World['store']['read'] = async (actor, work) => {
      await held;
      return world.store.read(actor, work);
    };
    const store = new Proxy(world.store, { get: (of, key) => (key === 'read' ? read : Reflect.get(of, key)) });
    const first = simulate({ ...world.deps, store }, supervisor.agent, { digest, days: 1 });
    const second = await supervisor.post('/api/rules/simulate', { digest, days: 1 });
    expect([second.statusCode, second.json().error.code]).toEqual([503, 'TOO_BUSY']);
    go();
    expect(await first).toMatchObject({ candidate: digest });
    expect((await supervisor.post('/api/rules/simulate', { digest, days: 1 })).statusCode).toBe(200);
  });

  test.each([
    ['more days than a page may ask for', { digest: '0'.repeat(64), days: 400 }, 400],
    ['a set nobody kept', { digest: '0'.repeat(64), days: 30 }, 404],
  ])('a back-test of %s is refused', async (_name, ask, status) => {
    expect((await supervisor.post('/api/rules/simulate', ask)).statusCode).toBe(status);
  });

  test('pasted text is explained, also with a candidate, and nothing of it is kept', async () => {
    const ask = { mailbox: 'assures', body: 'Ma carte verte est perdue. 2 69 05 49 588 157 80' };
    const now = (await supervisor.post('/api/rules/explain', ask)).json();
    expect(now).toMatchObject({ rulebook: active, motif: { id: 'carte-vitale' }, queue: { id: 'n1' } });
    const then = (await supervisor.post('/api/rules/explain', { ...ask, with: digestOf(MOVING) })).json();
    expect(then).toMatchObject({ queue: { id: 'pole-at-mp', rule: 'carte.ailleurs' } });
    expect(then.rules[0]).toMatchObject({
      id: 'carte.ailleurs',
      held: true,
      predicates: [{ is: true, evidence: [{ text: 'carte verte' }] }],
    });
    expect(JSON.stringify(then)).not.toContain('588');
    expect((await supervisor.post('/api/rules/explain', { ...ask, mailbox: 'inconnue' })).statusCode).toBe(400);
  });

  test('a past conversation is explained to a supervisor, which is audited as a reading', async () => {
    const { id, ref } = await world.conversation({ body: 'Ma carte verte est perdue.' });
    const told = (await supervisor.post('/api/rules/explain', { name: ref })).json();
    expect(told).toMatchObject({
      ref,
      stored: { motif: 'carte-vitale' },
      replay: { kind: 'not-replayable' },
      today: { rulebook: active },
    });
    expect((await audit('conversation.read')).at(-1)).toMatchObject({ subject: id, data: { by: 'explain' } });
    expect((await supervisor.post('/api/rules/explain', { name: 'AG-2222-2222-2' })).statusCode).toBe(404);
    // An administrator keeps the machine, not the mail.
    expect((await administrator.post('/api/rules/explain', { name: ref })).statusCode).toBe(403);
  });
});
