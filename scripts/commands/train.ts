import { type FrozenFigures, percent, refusals } from '../../classifiers/compare.ts';
import { CORPUS, type Corpus, FROZEN, readCorpus } from '../../classifiers/files.ts';
import { AiguillageError } from '../../domain/errors.ts';
import { readCorrections, type Corrections } from '../../store/corrections.ts';
import { SYSTEM } from '../../store/database.ts';
import { appendAudit } from '../../store/events.ts';
import { activateModel, activeModelDigest, recordFigures, saveModel } from '../../store/models.ts';
import { activeDigest, rulebookFiles } from '../../store/rulebooks.ts';
import type { TrainedModel } from '../train-child.ts';
import { trainApart, TRAINING_LIMITS, type TrainingLimits } from '../training.ts';
import type { CommandContext, CommandOutput, StoreCommand } from './context.ts';
import { activeBytes, SHOWN_CHARS, whoAsks } from './model.ts';

/** Tests train on a few mails of their own. */
export interface TrainingSetup {
  readonly corpus: URL;
  readonly frozen: URL;
  readonly limits: TrainingLimits;
  readonly train: typeof trainApart;
}

const SHIPPED: TrainingSetup = { corpus: CORPUS, frozen: FROZEN, limits: TRAINING_LIMITS, train: trainApart };

/** One training at a time in a process: the second would only take the first one's core. */
let running = false;

/**
 * `train --with-corrections [--json]`: corpus and corrections make a new model, which is judged beside the active one on
 * the frozen set, and takes its place unless it is worse (exit 1). Exit 0 also when there is nothing new to learn.
 */
export function trainCommand(setup: TrainingSetup = SHIPPED): StoreCommand {
  return async (context, options) => {
    if (running) throw new AiguillageError('TOO_BUSY', 'A training is already under way.');
    running = true;
    try {
      return await learn(context, options, setup);
    } finally {
      running = false;
    }
  };
}

async function learn(
  { store, rulebook, clock }: CommandContext,
  options: Readonly<Record<string, unknown>>,
  setup: TrainingSetup,
): Promise<CommandOutput> {
  const frozen = await readFrozen(setup.frozen);
  const active = await activeBytes(store);
  const { corrections, rules } = await store.read(SYSTEM, async (tx) => ({
    corrections: await readCorrections(tx, await rulebook(tx)),
    rules: await rulebookFiles(tx, (await activeDigest(tx)) ?? ''),
  }));
  const trained = await setup.train(
    {
      corpus: setup.corpus.href,
      corrections: corrections.examples,
      frozen,
      active: active.bytes,
      rules,
    },
    setup.limits,
  );
  const refused = refusals(trained.before, trained.after);
  const outcome: Outcome =
    trained.digest === active.digest ? 'unchanged' : refused.length > 0 ? 'refused' : 'activated';
  const now = clock();
  const by = whoAsks(options);
  await store.write(SYSTEM, async (tx) => {
    if ((await activeModelDigest(tx)) !== active.digest) {
      throw new AiguillageError(
        'MODEL_TRAINING',
        'Another model became active meanwhile; train again to be judged by it.',
      );
    }
    await recordFigures(tx, active.digest, trained.before);
    const facts = { corrections: corrections.examples.length, corpus: trained.corpus_digest, by };
    if (outcome === 'refused') await appendAudit(tx, SYSTEM, now, 'model.refused', trained.digest, facts);
    if (outcome !== 'activated') return;
    const model = { ...trained, corrections: corrections.examples.length, figures: trained.after };
    await saveModel(tx, model, by, now);
    // The same bytes may be kept already, judged on an older set.
    await recordFigures(tx, trained.digest, trained.after);
    await appendAudit(tx, SYSTEM, now, 'model.trained', trained.digest, facts);
    await activateModel(tx, SYSTEM, trained.digest, now, by);
  });
  const report = { outcome, refused, before_digest: active.digest, corrections, trained };
  const exit = outcome === 'refused' ? 1 : 0;
  return { exit, stdout: options['json'] === true ? asJson(report) : asText(report) };
}

/** @throws AiguillageError MODEL_FROZEN_SET */
async function readFrozen(folder: URL): Promise<Corpus> {
  let frozen: Corpus;
  try {
    frozen = await readCorpus(folder);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new AiguillageError(
      'MODEL_FROZEN_SET',
      code === 'ENOENT' ? 'The folder classifiers/frozen does not exist.' : message,
      { cause: error },
    );
  }
  if (frozen.examples.length === 0) throw new AiguillageError('MODEL_FROZEN_SET', 'classifiers/frozen holds no mail.');
  return frozen;
}

type Outcome = 'activated' | 'refused' | 'unchanged';

interface Report {
  readonly outcome: Outcome;
  readonly refused: readonly string[];
  readonly before_digest: string;
  readonly corrections: Corrections;
  readonly trained: TrainedModel;
}

function asJson({ outcome, refused, before_digest, corrections, trained }: Report): string {
  return `${JSON.stringify({
    outcome,
    refused,
    digest: trained.digest,
    before_digest,
    corpus: trained.corpus_digest,
    examples: trained.examples,
    corrections: corrections.examples.length,
    skipped: corrections.skipped,
    before: trained.before,
    after: trained.after,
  })}\n`;
}

const SAID: Readonly<Record<Outcome, string>> = {
  activated: 'Le nouveau modèle décide à partir du prochain courriel. Pour revenir : model use',
  refused: 'Le nouveau modèle est moins bon : il n’est pas gardé, rien ne change. Modèle en service :',
  unchanged: 'Rien de nouveau à apprendre. Modèle en service :',
};

function asText({ outcome, refused, before_digest, corrections, trained }: Report): string {
  const { before, after } = trained;
  const line = (name: string, of: (figures: FrozenFigures) => number | null): string =>
    `  ${name} : ${percent(of(before))} → ${percent(of(after))}`;
  const marks = Object.entries(after.flags)
    .filter(([, flag]) => flag.level === 'P0' && flag.truth > 0)
    .map(([id]) => line(`rappel ${id} (P0)`, (figures) => figures.flags[id]?.recall ?? null));
  const left = Object.values(corrections.skipped).reduce((sum, n) => sum + n, 0);
  return `${[
    `${trained.examples} exemples, dont ${corrections.examples.length} corrections (${left} écartées). Modèle ${trained.digest.slice(0, SHOWN_CHARS)}.`,
    `Sur ${after.mails} courriels jamais appris, ancien → nouveau :`,
    line('motif juste', (figures) => figures.accuracy),
    line('motif acceptable', (figures) => figures.accepted),
    line('rappel P0 et P1', (figures) => figures.urgent.recall),
    ...marks,
    ...refused.map((reason) => `  refusé : ${reason}`),
    `${SAID[outcome]} ${before_digest.slice(0, SHOWN_CHARS)}`,
  ].join('\n')}\n`;
}
