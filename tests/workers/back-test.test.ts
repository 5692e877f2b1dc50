import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { loadOrThrow } from '../../config/load.ts';
import type { Rulebook } from '../../domain/rulebook.ts';
import type { CommandContext, CommandOutput } from '../../scripts/commands/context.ts';
import { explainCommand } from '../../scripts/commands/rules-explain.ts';
import { replayCommand } from '../../scripts/commands/rules-replay.ts';
import { SYSTEM } from '../../store/database.ts';
import { appendEvents } from '../../store/events.ts';
import type { StoredExplanation } from '../../store/explained.ts';
import type { ReplayReport } from '../../store/replays.ts';
import { simulateStored, type SimulationAsk } from '../../store/simulation.ts';
import { pastMail, type PastMailWorld } from '../support/past-mail.ts';
import { quiet } from '../support/quiet.ts';
import type { Engine } from '../support/stores.ts';

/** The production store holds the thousand; the embedded one runs the same code. */
const SIZES: readonly [Engine, number][] = [
  ['pglite', 80],
  ['postgres', 1_000],
];
/** Some of the corpus end as automated mail or as the copy of another, which nobody decides. */
const SPARE = 40;

describe.each(SIZES)('a month of decided mail on %s', (engine, size) => {
  let world: PastMailWorld;
  let context: CommandContext;
  /** The set that decided the mails, once more. */
  let same: Rulebook;
  beforeAll(async () => {
    world = await pastMail(engine, size + SPARE);
    same = loadOrThrow(world.files);
    context = {
      store: world.store,
      queues: undefined as never,
      rulebook: world.rulebooks.active,
      model: world.models.active,
      connections: new Map(),
      clock: () => new Date(),
      log: quiet,
    };
  }, 300_000);
  afterAll(() => world.close(), 60_000);

  const json = <T>({ stdout }: CommandOutput): T => JSON.parse(stdout) as T;
  const owner = async (text: string): Promise<void> => {
    const client = await world.store.pool.connect();
    await client.query(text);
    client.release();
  };

  test(`${size} decisions made again with their own rules and model are all equal`, async () => {
    const output = await replayCommand(context, { limit: String(size), json: true });
    const report = json<ReplayReport>(output);
    expect(report.different).toEqual([]);
    expect(report).toMatchObject({ replayed: size, equal: size, not_replayable: {} });
    expect(output.exit).toBe(0);
    // Both sets had their share, and repeats were among them.
    const made = await world.store.read(SYSTEM, (tx) =>
      tx.selectFrom('decision').select(['rulebook_digest', 'inputs', 'routed']).execute(),
    );
    for (const digest of world.digests) {
      expect(made.filter((row) => row.rulebook_digest === digest).length).toBeGreaterThan(size / 3);
    }
    expect(made.some((row) => (row.inputs as { history: unknown[] }).history.length > 0)).toBe(true);
    expect(made.every((row) => (row.routed as { rulebook: string }).rulebook === row.rulebook_digest)).toBe(true);
  }, 120_000);

  const ask = async (candidate: Rulebook, more: Partial<SimulationAsk> = {}) => {
    const { baseline, model } = await world.store.read(SYSTEM, async (tx) => ({
      baseline: await world.rulebooks.active(tx),
      model: await world.models.active(tx),
    }));
    return simulateStored(world.store, {
      ...{ baseline, candidate, model },
      since: new Date(world.now.getTime() - 31 * 86_400_000),
      until: world.now,
      mails_max: 10_000,
      timeout_ms: 120_000,
      ...more,
    });
  };
  const renaming = (from: string, to: string): Rulebook =>
    loadOrThrow(new Map(world.files).set('routing.yaml', world.files.get('routing.yaml')!.replace(from, to)));
  const conversations = () =>
    world.store.read(SYSTEM, (tx) =>
      tx
        .selectFrom('conversation')
        .select(['id', 'ref', 'queue', 'motif', 'flags'])
        .orderBy('first_received_at')
        .execute(),
    );

  test('the set that decided them moves none of them; threads count once, by their first mail', async () => {
    const rows = await conversations();
    const result = await ask(same);
    expect(result).toMatchObject({ mails: rows.length, moved: 0, erased: 0, cut: false });
    expect(rows.length).toBeLessThan(size + SPARE);
  }, 60_000);

  test('what agents corrected is counted for and against a candidate', async () => {
    const rows = await conversations();
    const card = rows.filter((row) => row.motif === 'carte-vitale' && row.flags.length === 0).slice(0, 5);
    const n = card.length;
    expect(n).toBeGreaterThan(0);
    const by = { kind: 'agent', id: '01890000-0000-7000-8000-000000000001', role: 'agent' } as const;
    await world.store.write(SYSTEM, (tx) =>
      appendEvents(
        tx,
        by,
        new Date(),
        card.map(({ id }) => ({
          type: 'conversation.transferred' as const,
          occurred_at: new Date(),
          conversation_id: id,
          data: { from: 'n1', to: 'pole-gdb', reason: 'expert_needed' },
        })),
      ),
    );
    const rules = `rules:\n  - id: carte.au-pole\n    why: Essai.\n    when: { all: [{ motif: carte-vitale }] }\n    then: { queue: pole-gdb }\n    examples: { match: [carte], no_match: [{ body: x, motif: mediation-saisine }] }\n`;
    const moved: string[] = [];
    const result = await ask(renaming('rules:\n', rules), { on_moved: ({ id }) => moved.push(id) });
    expect(result).toMatchObject({
      said: { queue: { judged: n, right_before: 0, right_after: n, toward: n, away: 0 } },
    });
    expect(result).toMatchObject({ by_cause: [{ part: 'rule:carte.au-pole', where: 'candidate', toward: n }] });
    expect(moved).toHaveLength(result.moved);
  }, 60_000);

  test('the newest mails are kept where there are too many', async () => {
    const result = await ask(same, { mails_max: 50 });
    expect(result).toMatchObject({ mails: 50, cut: true });
  }, 60_000);

  test('gives up in time, says so, and holds no transaction', async () => {
    let clock = 0;
    const slow = ask(same, { timeout_ms: 1_000, elapsed_ms: () => (clock += 100) });
    await expect(slow).rejects.toMatchObject({ code: 'TOO_BUSY' });
    expect(await conversations()).not.toHaveLength(0);
  });

  test('the desk is served while a back-test runs', async () => {
    let reads = 0;
    let done = false;
    // A clock on which each mail takes a slice: how often others come in does not depend on the machine.
    let clock = 0;
    const running = ask(same, { elapsed_ms: () => (clock += 10) }).finally(() => (done = true));
    while (!done) {
      await conversations();
      // PGlite answers within one turn of the loop; a desk's requests come in turns of their own.
      await nextTurn();
      reads += 1;
    }
    await running;
    expect(reads).toBeGreaterThan(10);
  }, 60_000);

  test('a past conversation is explained with the rules of its day, beside today’s', async () => {
    const [first] = await conversations();
    const output = await explainCommand(context, {
      id: first!.ref.toLowerCase().replaceAll('-', ' '),
      by: 'marie',
      json: true,
    });
    const told = json<StoredExplanation>(output);
    expect(told).toMatchObject({
      ref: first!.ref,
      replay: { kind: 'equal' },
      stored: { rulebook: world.digests[0], queue: first!.queue },
      then: { rulebook: world.digests[0] },
      today: { rulebook: world.digests[1] },
      differences: [],
    });
    const reads = await world.store.read(SYSTEM, (tx) =>
      tx.selectFrom('audit').select('data').where('action', '=', 'conversation.read').execute(),
    );
    expect(reads).toEqual([{ data: { by: 'explain', login: 'marie' } }]);
    const text = (await explainCommand(context, { id: first!.id })).stdout;
    expect(text).toContain('Refaite avec les règles et le modèle de son jour : identique.');
    expect(text).toContain('la même décision');
    for (const id of [told.message, '<m0@courriel.example>']) {
      expect(json<StoredExplanation>(await explainCommand(context, { id, json: true })).ref).toBe(first!.ref);
    }
    await expect(explainCommand(context, { id: 'AG-2222-2222-2' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  }, 60_000);

  test('an erased text is left out of a back-test and said not to be replayable; a tampered row is found', async () => {
    const before = await ask(same);
    const [first, second, third] = await conversations();
    await owner(`update aiguillage.message set body = '', subject = '' where conversation_id = '${first!.id}'`);
    await owner(`update aiguillage.decision set engine = '0' where conversation_id = '${second!.id}'`);
    await owner(
      `update aiguillage.decision set outcome = jsonb_set(outcome, '{motif}', '"autre"') where conversation_id = '${third!.id}'`,
    );
    expect(await ask(same)).toMatchObject({ mails: before.mails - 1, erased: 1 });
    const output = await replayCommand(context, { limit: String(size + SPARE), json: true });
    const report = json<ReplayReport>(output);
    expect(output.exit).toBe(1);
    expect(report.not_replayable['erased']).toBeGreaterThan(0);
    expect(report.not_replayable['engine']).toBeGreaterThan(0);
    expect(report.different[0]!.fields).toContain('motif');
    const told = json<StoredExplanation>(await explainCommand(context, { id: first!.ref, json: true }));
    expect(told).toMatchObject({ replay: { why: 'erased' }, then: null, today: null });
  }, 120_000);
});
