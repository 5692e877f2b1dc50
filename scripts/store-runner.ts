import { readEnv } from '../config/env.ts';
import { AiguillageError } from '../domain/errors.ts';
import { SYSTEM } from '../store/database.ts';
import { askOwner, ownDataFolder, type ControlAnswer, type ControlRequest } from './control.ts';
import type { CommandContext, CommandOutput } from './commands/context.ts';
import { STORE_COMMANDS } from './commands/store-commands.ts';
import { errorLine } from './french.ts';
import { createLogger, openStores, readConnections } from './wiring.ts';

/** Runs a store command wherever the store is: on DATABASE_URL, in the running embedded process, or on its own. */
export async function runStoreCommand(
  command: string,
  options: Readonly<Record<string, unknown>>,
): Promise<CommandOutput> {
  const env = readEnv();
  // A command's own log lines would only stand in the way of its answer.
  const log = createLogger({ log_level: env.log_level === 'info' ? 'warn' : env.log_level });
  if (env.database_url === undefined) {
    const answer = await askOwner(env.data, { command, options });
    if (answer !== undefined) return answer as CommandOutput;
  }
  const control = env.database_url === undefined ? await ownDataFolder(env.data) : undefined;
  const { store, queues, rulebooks, models } = await openStores(env, log);
  try {
    const book = await store.read(SYSTEM, rulebooks.active);
    const connections = (
      await readConnections(
        env,
        book.mailboxes.map((mailbox) => mailbox.id),
      )
    ).imap;
    return await runWith(
      { store, queues, rulebook: rulebooks.active, model: models.active, connections, clock: () => new Date(), log },
      { command, options },
    );
  } finally {
    await queues.close();
    await store.close();
    await control?.close();
  }
}

/** Answers a request on the control socket of the running process. */
export async function runForOwner(
  deps: Omit<CommandContext, 'clock'> & { clock?: (() => Date) | undefined },
  request: ControlRequest,
): Promise<ControlAnswer> {
  const { exit, stdout, stderr } = await runWith({ ...deps, clock: deps.clock ?? ((): Date => new Date()) }, request);
  return { exit, stdout, stderr: stderr ?? '' };
}

async function runWith(context: CommandContext, { command, options }: ControlRequest): Promise<CommandOutput> {
  const load = STORE_COMMANDS[command];
  if (load === undefined) return { exit: 2, stdout: '', stderr: `aiguillage: unknown command ${command}\n` };
  try {
    return await (
      await load()
    )(context, options);
  } catch (error) {
    if (!(error instanceof AiguillageError)) throw error;
    return {
      exit: error.code === 'USAGE' || error.code === 'BAD_INPUT' ? 2 : 1,
      stdout: '',
      stderr: `aiguillage: ${errorLine(error, command)}\n`,
    };
  }
}
