import { createWriteStream, type WriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import { loadModel } from '../../classifiers/train.ts';
import { AiguillageError } from '../../domain/errors.ts';
import type { MotifModel } from '../../domain/facts.ts';
import type { Rulebook } from '../../domain/rulebook.ts';
import { BackTest } from '../../domain/simulate.ts';
import type { MovedMail } from '../../domain/simulate/change.ts';
import { subjectsOf } from '../../store/back-test.ts';
import { SYSTEM } from '../../store/database.ts';
import { recordSimulation } from '../../store/rulebook-simulations.ts';
import { addAll, simulateStored, Slices, type StoredSimulation } from '../../store/simulation.ts';
import { text, type CommandOutput, type StoreCommand } from './context.ts';
import { readMails } from './rules-mails.ts';
import { ownFolder, readSet } from './rules-sets.ts';
import { simulationText } from './simulation-text.ts';

type Options = Readonly<Record<string, unknown>>;

const DAY_MS = 86_400_000;
const DAYS_MAX = 1_000;
const DEFAULT_SINCE = '30d';
const MAILS_MAX = 200_000;
const TIMEOUT_MS = 3_600_000;
const NO_SUBJECTS: ReadonlyMap<string, string> = new Map();

/** `rules simulate` in JSON: the simulation, and whether it keeps within `--max-moved`. */
export interface SimulationAnswer extends StoredSimulation {
  /** 0–1; null without a budget. */
  readonly max_moved: number | null;
  readonly within_budget: boolean;
  /** Kept in the store, so that `apply` takes this set. */
  readonly recorded: boolean;
  /** Mails of a file that had no instant. */
  readonly undated: number;
}

/** `rules simulate --with DIR --mails FILE`: no database; the baseline is the set this machine would start with. */
export async function simulateFile(options: Options): Promise<CommandOutput> {
  const { rulebook: baseline } = await readSet(ownFolder());
  const { simulation, subjects } = await onFile(options, baseline, await loadModel(), new Date());
  return answer(options, simulation, false, subjects);
}

/** `rules simulate --with DIR [--since 30d]`: stored mail, against the active set; also `--mails FILE --record`. */
export const simulateCommand: StoreCommand = async ({ store, rulebook, model, clock }, options) => {
  const { baseline, reads } = await store.read(SYSTEM, async (tx) => ({
    baseline: await rulebook(tx),
    reads: await model(tx),
  }));
  const now = clock();
  const { simulation, subjects } =
    text(options, 'mails') === undefined
      ? await onStore(options, { store, baseline, model: reads, now })
      : await onFile(options, baseline, reads, now);
  await store.write(SYSTEM, (tx) => recordSimulation(tx, SYSTEM, simulation, text(options, 'by'), clock()));
  return answer(options, simulation, true, subjects);
};

async function onStore(
  options: Options,
  given: { store: Parameters<typeof simulateStored>[0]; baseline: Rulebook; model: MotifModel; now: Date },
) {
  const { store, baseline, model, now } = given;
  const since = new Date(now.getTime() - daysOf(text(options, 'since') ?? DEFAULT_SINCE) * DAY_MS);
  const { rulebook: candidate } = await readSet(required(options, 'with'));
  const told = await listing(options, (on_moved) =>
    simulateStored(store, {
      ...{ baseline, candidate, model, since, on_moved },
      until: now,
      mails_max: MAILS_MAX,
      timeout_ms: TIMEOUT_MS,
    }),
  );
  const listed = told.list.map(({ id }) => id);
  // Only for a person at the terminal: neither kept nor in the JSON.
  const subjects = options['json'] === true ? NO_SUBJECTS : await store.read(SYSTEM, (tx) => subjectsOf(tx, listed));
  return { simulation: { ...told, undated: 0 }, subjects };
}

async function onFile(options: Options, baseline: Rulebook, model: MotifModel, now: Date) {
  const { rulebook: candidate } = await readSet(required(options, 'with'));
  const { mails, undated } = await readMails(required(options, 'mails'), baseline, now);
  const test = new BackTest(baseline, candidate, model);
  await listing(options, (on_moved) => addAll(test, mails, new Slices({ timeout_ms: TIMEOUT_MS }), on_moved));
  return {
    simulation: { ...test.result(), erased: 0, untriaged: 0, cut: false, undated },
    subjects: new Map(mails.map(({ id, facts }) => [id, facts.subject])),
  };
}

function answer(
  options: Options,
  simulation: Omit<SimulationAnswer, 'max_moved' | 'within_budget' | 'recorded'>,
  recorded: boolean,
  subjects: ReadonlyMap<string, string>,
): CommandOutput {
  const max_moved = budgetOf(text(options, 'maxMoved'));
  const within_budget = max_moved === null || (simulation.moved_share ?? 0) <= max_moved;
  const told: SimulationAnswer = { ...simulation, max_moved, within_budget, recorded };
  return {
    exit: within_budget ? 0 : 1,
    stdout: options['json'] === true ? `${JSON.stringify(told)}\n` : simulationText(told, subjects),
  };
}

/** Writes every moved mail to `--list FILE` as JSON lines: ids, queues and causes, no text. */
async function listing<T>(options: Options, run: (on_moved: (moved: MovedMail) => void) => Promise<T>): Promise<T> {
  const file = text(options, 'list');
  if (file === undefined) return run(() => {});
  const output: WriteStream = createWriteStream(file, { mode: 0o600 });
  try {
    return await run((moved) => void output.write(`${JSON.stringify(moved)}\n`));
  } finally {
    output.end();
    await finished(output);
  }
}

function required(options: Options, name: string): string {
  const value = text(options, name);
  if (value === undefined) throw new AiguillageError('USAGE', `Il manque --${name}.`);
  return value;
}

/** @throws AiguillageError BAD_INPUT */
function daysOf(since: string): number {
  const days = Number(/^(\d{1,4})d$/.exec(since)?.[1] ?? Number.NaN);
  if (days >= 1 && days <= DAYS_MAX) return days;
  throw new AiguillageError('BAD_INPUT', `--since : un nombre de jours tel que 30d, de 1 à ${DAYS_MAX}.`);
}

/** « 2% » as 0.02. A bare number could mean either. @throws AiguillageError BAD_INPUT */
function budgetOf(share: string | undefined): number | null {
  if (share === undefined) return null;
  const percent = Number(/^(\d{1,3}(?:\.\d+)?)\s*%$/.exec(share)?.[1] ?? Number.NaN);
  if (percent >= 0 && percent <= 100) return percent / 100;
  throw new AiguillageError('BAD_INPUT', '--max-moved : une part telle que 2%.');
}
