import { setImmediate } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { CORPUS } from '../../classifiers/files.ts';
import { hasCode } from '../../domain/errors.ts';
import type { CommandContext, CommandOutput } from '../../scripts/commands/context.ts';
import { list, use } from '../../scripts/commands/model.ts';
import { trainCommand, type TrainingSetup } from '../../scripts/commands/train.ts';
import { trainApart, TRAINING_LIMITS, type TrainingLimits } from '../../scripts/training.ts';
import { SYSTEM } from '../../store/database.ts';
import { activeModelDigest, listModels, Models } from '../../store/models.ts';
import { Rulebooks } from '../../store/rulebooks.ts';
import {
  exampleFolder,
  FROZEN_MAILS,
  putConfirmed,
  putModel,
  putRules,
  smallCorpus,
  type ExampleFolder,
} from '../support/learning.ts';
import { quiet } from '../support/quiet.ts';
import { ENGINES, freshStore, type FreshStore } from '../support/stores.ts';

let corpus: ExampleFolder;
let frozen: ExampleFolder;
let empty: ExampleFolder;
beforeAll(async () => {
  corpus = await exampleFolder(smallCorpus());
  frozen = await exampleFolder(FROZEN_MAILS);
  empty = await exampleFolder([]);
});
afterAll(() => Promise.all([corpus, frozen, empty].map((folder) => folder.remove())));

/** A test shares its cores with others, and waits. */
const LIMITS: TrainingLimits = { ...TRAINING_LIMITS, nice: 0 };

/** Requests the small corpus does not know, with the right motif: what a day of corrections brings. */
const GOOD = ['mon tiers payant est refusé', 'la borne ne lit pas ma puce', 'on me demande une carte à jour'].flatMap(
  (words) => [0, 1, 2].map((n) => ({ body: `Bonjour, ${words} (${n}), que faire ?`, motif: 'carte-vitale' })),
);
/** Somebody at the desk who says the opposite of what is so, all day. */
const WRONG = smallCorpus().flatMap((mail) =>
  [0, 1, 2].map((n) => ({
    body: `${mail.body} (${n})`,
    motif: mail.motif === 'carte-vitale' ? 'deuil-perinatal' : 'carte-vitale',
  })),
);

describe.each(ENGINES)('learning from corrections on %s', (engine) => {
  let fresh: FreshStore;
  let context: CommandContext;
  let first: string;
  beforeEach(async () => {
    fresh = await freshStore(engine);
    await putRules(fresh.store);
    first = await putModel(fresh.store, 'premier');
    context = {
      store: fresh.store,
      queues: undefined as never,
      rulebook: new Rulebooks().active,
      model: new Models().active,
      connections: new Map(),
      clock: () => new Date(),
      log: quiet,
    };
  });
  afterEach(() => fresh.close());

  const train = (
    setup: Partial<TrainingSetup> = {},
    options: Record<string, unknown> = { json: true, by: 'camille' },
  ) =>
    trainCommand({ corpus: corpus.url, frozen: frozen.url, limits: LIMITS, train: trainApart, ...setup })(
      context,
      options,
    );
  const active = () => fresh.store.read(SYSTEM, activeModelDigest);
  const audit = () =>
    fresh.store.read(SYSTEM, (tx) =>
      tx.selectFrom('audit').select(['action', 'subject', 'data']).where('action', 'like', 'model.%').orderBy('seq').execute(),
    ); // prettier-ignore
  const failure = (promise: Promise<unknown>): Promise<unknown> => promise.then(() => undefined, (thrown: unknown) => thrown); // prettier-ignore
  type Told = Record<string, never> & {
    digest: string;
    refused: string[];
    corrections: number;
    examples: number;
    outcome: string;
  };
  const told = (output: CommandOutput) => JSON.parse(output.stdout) as Told;

  test('right corrections make a model that takes over, with its figures, its corrections and an audit row', async () => {
    await putConfirmed(fresh.store, GOOD);
    const output = await train();
    expect({ exit: output.exit, ...told(output) }).toMatchObject({
      exit: 0,
      outcome: 'activated',
      refused: [],
      before_digest: first,
      corrections: GOOD.length,
      examples: smallCorpus().length + GOOD.length,
      after: { mails: FROZEN_MAILS.length, urgent: { recall: 1 } },
    });
    const { digest } = told(output);
    expect(await active()).toBe(digest);
    expect(digest).not.toBe(first);
    expect(await audit()).toEqual(
      expect.arrayContaining([
        { action: 'model.trained', subject: digest, data: expect.objectContaining({ corrections: GOOD.length, by: 'command:camille' }) },
        { action: 'model.activated', subject: digest, data: { from: first, by: 'command:camille' } },
      ]),
    ); // prettier-ignore
    const listed = JSON.parse((await list(context, { json: true })).stdout) as { digest: string }[];
    expect(listed).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ digest, active: true, corrections: GOOD.length, created_by: 'command:camille' }),
        expect.objectContaining({ digest: first, active: false, figures: expect.objectContaining({ accuracy: expect.any(Number) }) }),
      ]),
    ); // prettier-ignore
    // The same corrections again are the same model: nothing to do.
    const again = await train({}, {});
    expect(again).toMatchObject({ exit: 0, stdout: expect.stringContaining('Rien de nouveau à apprendre') });
    expect(await active()).toBe(digest);
  });

  test('wrong corrections are refused with the figures of both, nothing is kept, and the refusal is on record', async () => {
    await putConfirmed(fresh.store, WRONG);
    const output = await train();
    expect({ exit: output.exit, outcome: told(output).outcome }).toEqual({ exit: 1, outcome: 'refused' });
    expect(told(output).refused.join()).toMatch(/motif accuracy \d+\.\d % → \d+\.\d %/);
    expect(told(output)).toMatchObject({ before: { accuracy: 1 }, after: { accuracy: expect.any(Number) } });
    expect(await active()).toBe(first);
    expect((await fresh.store.read(SYSTEM, listModels)).map((model) => model.digest)).toEqual([first]);
    expect((await audit()).at(-1)).toMatchObject({ action: 'model.refused', subject: told(output).digest });
  });

  test('one command goes back, from a beginning of the digest, and says how to return', async () => {
    await putConfirmed(fresh.store, GOOD);
    const said = (await train({}, {})).stdout;
    expect(said).toMatch(/motif juste : \d+\.\d % → \d+\.\d %\n.*\n.*rappel P0 et P1 : 100\.0 % → 100\.0 %\n/);
    expect(said).toContain(`Pour revenir : model use ${first.slice(0, 12)}`);
    const digest = (await active())!;
    const back = await use(context, { digest: first.slice(0, 8), by: 'camille' });
    expect(back).toMatchObject({ exit: 0, stdout: expect.stringContaining(`model use ${digest.slice(0, 12)}`) });
    expect(await active()).toBe(first);
    expect(JSON.parse((await use(context, { digest: first, json: true })).stdout)).toMatchObject({ changed: false });
    expect(hasCode(await failure(use(context, { digest: 'ffffffff' })), 'MODEL_UNKNOWN')).toBe(true);
    expect(hasCode(await failure(use(context, {})), 'USAGE')).toBe(true);
    expect((await list(context, {})).stdout).toMatch(new RegExp(`^\\*\\s+${first.slice(0, 12)} `, 'm'));
  });

  // What follows asks nothing of the engine.
  if (engine === 'postgres') return;

  test('without mails to judge by, nothing is trained', async () => {
    for (const url of [new URL('./nowhere/', empty.url), empty.url]) {
      const error = await failure(train({ frozen: url }));
      expect(hasCode(error, 'MODEL_FROZEN_SET') && error.message).toContain('classifiers/frozen');
    }
    expect(await active()).toBe(first);
  });

  test('a training that takes too long is ended, and the active model goes on', async () => {
    // The whole corpus cannot be learnt in this time, nor the process started.
    const error = await failure(train({ corpus: CORPUS, limits: { ...LIMITS, timeout_ms: 50 } }));
    expect(hasCode(error, 'MODEL_TRAINING') && error.message).toContain('0.05 s');
    expect(await active()).toBe(first);
  });

  test('a training whose corpus cannot be read fails without a word of it', async () => {
    const error = await failure(train({ corpus: new URL('./nowhere/', corpus.url) }));
    expect(hasCode(error, 'MODEL_TRAINING') && error.message).toContain('reading the corpus (ENOENT)');
    expect(await active()).toBe(first);
  });

  test('a model that somebody else made active meanwhile is not replaced unjudged', async () => {
    await putConfirmed(fresh.store, GOOD);
    let second = '';
    const error = await failure(
      train({
        train: async (request, limits) => {
          second = await putModel(fresh.store, 'second');
          return trainApart(request, limits);
        },
      }),
    );
    expect(hasCode(error, 'MODEL_TRAINING') && error.message).toContain('meanwhile');
    expect(await active()).toBe(second);
  });

  test('one training at a time, in a process of its own: this one goes on working', async () => {
    let turns = 0;
    let ended = false;
    const training = train().finally(() => (ended = true));
    expect(hasCode(await failure(train()), 'TOO_BUSY')).toBe(true);
    while (!ended && turns < 50) {
      turns += 1;
      await active();
      // PGlite answers within the same turn of the loop; the training's answer comes in a later one.
      await setImmediate();
    }
    expect(told(await training).outcome).toBe('activated');
    expect(turns).toBeGreaterThan(20);
  });
});
