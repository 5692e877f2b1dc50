import { Command } from 'commander';
import { AiguillageError } from '../domain/errors.ts';
import { auditCommands } from './cli-audit.ts';
import { reportCommands } from './cli-report.ts';
import { errorLine, inFrench } from './french.ts';
import { rulesCommands } from './cli-rules.ts';

/**
 * The command line (design §6). Every command is loaded when it is called: `classify` must not pay for a database. Exit
 * 0 fine, 1 problems found, 2 wrong use; logs go to stderr.
 */
const program = new Command('aiguillage')
  .description('Tri, routage et suivi des courriels d’une plateforme de services')
  .exitOverride()
  // A command's own options stand after its name: `report weekly --to` is not the --to of `report`.
  .enablePositionalOptions()
  .showHelpAfterError();

type Options = Record<string, unknown>;
/** Errors of the caller, not of the world: exit 2. */
const WRONG_USE: ReadonlySet<string> = new Set(['USAGE', 'BAD_INPUT', 'CONFIG_ENV', 'QUEUE_WITHOUT_DATABASE']);

async function store(command: string, options: Options): Promise<void> {
  const { runStoreCommand } = await import('./store-runner.ts');
  const output = await runStoreCommand(command, options);
  process.stdout.write(output.stdout);
  process.stderr.write(output.stderr ?? '');
  process.exitCode = output.exit;
}

program
  .command('demo')
  .description('embedded run on sample mail through a real IMAP connection')
  .option('--once', 'drain, print the summary of this run and exit')
  .option('--mails <n>', 'how many mails', '120')
  .option('--json', 'one JSON document on stdout')
  .action(async (options: Options) => (await import('./commands/demo.ts')).demo(options));
program
  .command('start')
  .description('run the roles of ROLES')
  .action(async () => (await import('./commands/start.ts')).start());
program
  .command('migrate')
  .description('bring the database to the newest schema')
  .action(async () => (await import('./commands/migrate.ts')).migrateCommand());
program
  .command('classify')
  .description('decide mails from stdin, no database needed')
  .requiredOption('--jsonl', 'one JSON object per line, in and out')
  .action(async () => {
    const bad = await (await import('./commands/classify.ts')).classify(process.stdin, process.stdout);
    process.exitCode = bad > 0 ? 2 : 0;
  });
const bot = program
  .command('bot')
  .description('play talks of members through the bot: which turn offers a person, no database needed')
  .option('--jsonl', 'one JSON object per line, in and out')
  .option('--assume-answered', 'each request gets an answer, so that only the member’s reactions make failures')
  .action(async (options: Options) => {
    if (options['jsonl'] !== true) throw new AiguillageError('USAGE', 'bot: --jsonl, or bot report.');
    const mode = options['assumeAnswered'] === true ? 'assume-answered' : 'embedded';
    const bad = await (await import('./commands/bot.ts')).bot(process.stdin, process.stdout, mode);
    process.exitCode = bad > 0 ? 2 : 0;
  });
bot
  .command('report')
  .description('talks without an adviser, failed requests by motif, offers and hand-overs, time to a person')
  .requiredOption('--from <day>', 'first day, YYYY-MM-DD')
  .requiredOption('--to <day>', 'last day, included')
  .option('--portal <id>', 'only this one')
  .option('--words', 'also what was asked when the bot failed, numbers masked; it is written down who looked')
  .option('--json', 'one JSON document')
  .action(async (options: Options) => store('bot report', { ...options, by: await loginName() }));
program
  .command('train')
  .description('train the motif model on classifiers/corpus')
  .option('--with-corrections', 'also on what people corrected; the new model decides unless it is worse')
  .option('--json', 'one JSON document')
  .action(async (options: Options) => {
    if (options['withCorrections'] === true) return store('train', { ...options, by: await loginName() });
    const { MODEL_FILE, trainAndWrite } = await import('../classifiers/train.ts');
    const { trainOnCores } = await import('./train-on-cores.ts');
    process.stdout.write(`${JSON.stringify(await trainAndWrite(MODEL_FILE, trainOnCores))}\n`);
  });

program
  .command('evaluate')
  .description('accuracy, calibration and flags of the model, beside the baseline')
  .option('--jsonl <file>', 'labelled mails; without it, held-out voices of the corpus')
  .option('--json', 'one JSON document')
  .action(async (options: Options) => (await import('./commands/evaluate.ts')).evaluateCommand(options));

program
  .command('corpus')
  .description('the training mails')
  .command('check')
  .description('labels, near-duplicates and addresses of the corpus and the frozen set')
  .action(async () => {
    process.exitCode = (await (await import('./commands/corpus.ts')).checkCorpusCommand()) > 0 ? 1 : 0;
  });

rulesCommands(program, store, loginName);

reportCommands(program, store);
auditCommands(program, store);
program
  .command('topics')
  .description('subjects that emerge among mails without a sure motif, and words that rise')
  .option('--since <days>', 'the last days, compared with those before', '14d')
  .option('--json', 'one JSON document')
  .action((options: Options) => store('topics', options));
program
  .command('reconcile')
  .description('servers against ledger')
  .option('--mailbox <id>', 'only this one')
  .option('--json', 'one JSON document')
  .action((options: Options) => store('reconcile', options));
program
  .command('queues')
  .description('jobs and conversations waiting')
  .option('--json', 'one JSON document')
  .action((options: Options) => store('queues', options));
program
  .command('requeue')
  .description('new jobs for messages that are stuck')
  .option('--message <id>', 'only this one')
  .option('--json', 'one JSON document')
  .action((options: Options) => store('requeue', options));
const history = program
  .command('import <path>')
  .description('fait entrer un historique : .mbox, dossier de .eml, ou CSV')
  .requiredOption('--mailbox <id>', 'la boîte d’où il vient')
  .option('--json', 'un document JSON')
  .action(async (path: string, options: Options) => {
    const { resolve } = await import('node:path');
    return store('import', { ...options, path: resolve(path) });
  });
inFrench(history);

const quarantine = program.command('quarantine').description('mails set aside');
quarantine
  .command('list')
  .option('--json', 'one JSON document')
  .action((options: Options) => store('quarantine list', options));
quarantine.command('show <id>').action((id: string) => store('quarantine show', { id }));
quarantine
  .command('replay <id>')
  .option('--json', 'one JSON document')
  .action((id: string, options: Options) => store('quarantine replay', { ...options, id }));

const agents = program.command('agents').description('local accounts');
agents
  .command('add <login>')
  .requiredOption('--role <role>', 'agent, referent, supervisor, partner, administrator or auditor')
  .option('--name <name>', 'name shown to colleagues')
  .option('--queues <ids>', 'desk queues, separated by commas, or all')
  .option('--pool <id>', 'partner pool')
  .option('--password <password>', '12 characters or more; made up when left out')
  .option('--json', 'one JSON document')
  .action((login: string, options: Options) => store('agents add', { ...options, login }));
agents
  .command('list')
  .option('--json', 'one JSON document')
  .action((options: Options) => store('agents list', options));

const mailbox = program.command('mailbox').description('mailboxes and their mode');
mailbox
  .command('list')
  .option('--json', 'one JSON document')
  .action((options: Options) => store('mailbox list', options));
mailbox
  .command('mode <id> <mode>')
  .description('observe: nothing is sent, flagged or moved; live: it is')
  .option('--json', 'one JSON document')
  .action((id: string, mode: string, options: Options) => store('mailbox mode', { ...options, id, mode }));

const model = program.command('model').description('trained models and the one that decides');
model
  .command('list')
  .description('every kept model: when, by whom, on what, its figures on the frozen set')
  .option('--json', 'one JSON document')
  .action((options: Options) => store('model list', options));
model
  .command('use <digest>')
  .description('make a kept model the one that decides; a unique beginning of its digest is enough')
  .option('--json', 'one JSON document')
  .action(async (digest: string, options: Options) =>
    store('model use', { ...options, digest, by: await loginName() }),
  );

/** Who sits at the terminal, for the audit trail; a container may have no name for its user. */
async function loginName(): Promise<string> {
  const { userInfo } = await import('node:os');
  try {
    return userInfo().username;
  } catch {
    return '';
  }
}

/** One line for a person; the stack is for LOG_LEVEL=debug. */
async function sentence(error: unknown): Promise<string> {
  if (error instanceof AiguillageError) return errorLine(error, process.argv[2] ?? '');
  if (process.env['LOG_LEVEL'] === 'debug' && error instanceof Error) return error.stack ?? error.message;
  const { name, message, code } = error as { name?: string; message?: string; code?: string };
  const said = code === undefined ? (message ?? '') : `${code}`;
  return `${name ?? 'Error'}: ${said} (LOG_LEVEL=debug shows where)`;
}

try {
  await program.parseAsync();
} catch (error) {
  const code = (error as { code?: unknown }).code;
  if (typeof code === 'string' && code.startsWith('commander.')) {
    process.exitCode = ['commander.help', 'commander.helpDisplayed', 'commander.version'].includes(code) ? 0 : 2;
  } else {
    process.stderr.write(`aiguillage: ${await sentence(error)}\n`);
    process.exitCode = error instanceof AiguillageError && WRONG_USE.has(error.code) ? 2 : 1;
  }
  // What was opened before the error (a socket, a pool) must not keep a failed process alive.
  if (process.exitCode !== 0) process.exit();
}
