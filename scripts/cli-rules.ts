import { Option, type Command } from 'commander';

type Options = Record<string, unknown>;
/** Runs a command where the store is. */
type StoreCall = (command: string, options: Options) => Promise<void>;

/** `rules …`: the supervisors' rules as code (design §6). Each command is loaded when it is called. */
export function rulesCommands(program: Command, store: StoreCall, loginName: () => Promise<string>): void {
  const rules = program.command('rules').description('the supervisors’ rules');
  rules
    .command('check [dir]')
    .description('every problem of a configuration folder, at file:line:col')
    .option('--json', 'one JSON document')
    .option('--strict', 'warnings are problems')
    .option('--junit <file>', 'JUnit XML there, « - » for stdout')
    .action(async (dir: string | undefined, options: Options) => {
      process.exitCode = await (await import('./commands/rules.ts')).check(dir, options);
    });
  rules
    .command('explain <mail>')
    .description('why a mail goes where it goes: a mail file, « - » for pasted text, or the name of a stored one')
    .option('--text', 'stdin is pasted text')
    .option('--mailbox <id>', 'the mailbox it came to')
    .option('--at <instant>', 'when it arrived, with its offset')
    .option('--load <file>', 'the work that stands before it, YAML')
    .option('--with <dir>', 'with the rules of this folder')
    .option('--json', 'one JSON document')
    .action(async (mail: string, options: Options) => {
      const { explainPasted, needsStore } = await import('./commands/rules-explain.ts');
      if (!needsStore(mail, options)) return explainPasted(mail, options);
      return store('rules explain', { ...(await absolute(options)), id: mail });
    });
  rules
    .command('simulate')
    .description('what a folder of rules would have changed on past mail')
    .requiredOption('--with <dir>', 'the rules to try')
    .option('--since <days>', 'stored mail of the last days, 30d when left out')
    .addOption(
      new Option('--mails <file>', 'mails of a file instead, as classify takes them; no database').conflicts('since'),
    )
    .option('--record', 'with --mails: against the active set of the store, and kept for apply')
    .option('--max-moved <share>', 'exit 1 when more mails move, e.g. 2%')
    .option('--list <file>', 'write every moved mail there')
    .option('--json', 'one JSON document')
    .action(async (options: Options) => {
      if (options['mails'] === undefined || options['record'] === true)
        return store('rules simulate', { ...(await absolute(options)), by: await loginName() });
      const { exit, stdout } = await (await import('./commands/rules-simulate.ts')).simulateFile(options);
      process.stdout.write(stdout);
      process.exitCode = exit;
    });
  rules
    .command('apply <dir>')
    .description('make the rules of a folder the active ones, in every process at once')
    .requiredOption('--digest <digest>', 'of the set that was simulated')
    .option('--unsimulated <reason>', 'without a simulation; the reason is kept')
    .option('--json', 'one JSON document')
    .action(async (dir: string, options: Options) =>
      store('rules apply', { ...(await absolute({ ...options, dir })), by: await loginName() }),
    );
  rules
    .command('rollback')
    .description('back to the rules before these')
    .option('--to <digest>', 'to a set that was active once')
    .option('--json', 'one JSON document')
    .action(async (options: Options) => store('rules rollback', { ...options, by: await loginName() }));
  rules
    .command('history')
    .description('active, proposed and simulated rules')
    .option('--json', 'one JSON document')
    .action((options: Options) => store('rules history', options));
  rules
    .command('replay')
    .description('make stored decisions again, each with its own rules and model')
    .option('--since <days>', 'decisions of the last days', '30d')
    .option('--limit <n>', 'the newest so many', '1000')
    .option('--json', 'one JSON document')
    .action((options: Options) => store('rules replay', options));

  program
    .command('plan')
    .description(
      'load simulation of a scenario: share in time on both clocks, backlog, moved volume, cost of each lever',
    )
    .requiredOption('--scenario <file>', 'a scenario such as config/scenarios/roubaix-tourcoing-2021.yaml')
    .option('--lever <ids...>', 'only these levers')
    .option('--no-levers', 'the base run alone')
    .option('--calibrate', 'look for the settings with which the scenario meets its target')
    .option('--json', 'one JSON document')
    .action(async (options: Options) => {
      process.exitCode = await (await import('./commands/plan.ts')).planCommand(options);
    });
}

/** Paths of options as the process that runs the command finds them: it may have been started elsewhere. */
async function absolute(options: Options): Promise<Options> {
  const { resolve } = await import('node:path');
  const paths = ['with', 'mails', 'list', 'dir'].filter((name) => typeof options[name] === 'string');
  return { ...options, ...Object.fromEntries(paths.map((name) => [name, resolve(options[name] as string)])) };
}
