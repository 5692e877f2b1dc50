import { Option, type Command } from 'commander';
import { BREAKDOWNS } from '../domain/figure.ts';
import { AiguillageError } from '../domain/errors.ts';

type Options = Record<string, unknown>;
/** Runs a store command and prints its answer. */
type Run = (command: string, options: Options) => Promise<void>;

/** `report` and what stands beside it: forecast, weekly report, second reading, telling the log again. */
export function reportCommands(program: Command, store: Run): void {
  const report = program
    .command('report')
    .description('share handled in time, from the event log alone')
    // Else its own --to would take that of `report weekly`.
    .enablePositionalOptions()
    .option('--from <day>', 'first day, YYYY-MM-DD')
    .option('--to <day>', 'last day, included')
    .addOption(new Option('--by <what>', 'break down').choices(BREAKDOWNS))
    .addOption(new Option('--clock <clock>', 'which clock').choices(['elapsed', 'working']).default('elapsed'))
    .option('--as-of <instant>', 'as it stood then')
    .addOption(new Option('--known <when>', 'as it was known').choices(['then', 'now']).default('now'))
    .option('--reviews', 'with --json: what became of the transfers that were reviewed')
    .option('--json', 'one JSON document')
    .addOption(
      new Option('--csv', 'for a French spreadsheet: semicolons, decimal commas, no formula').conflicts('json'),
    )
    .action(async (options: Options) => {
      if (options['from'] === undefined || options['to'] === undefined) {
        throw new AiguillageError('USAGE', 'report: --from and --to are needed, days written YYYY-MM-DD.');
      }
      await store('report', options);
    });
  report
    .command('forecast')
    .description('who will pass the deadline at this pace, delays fixed by law, and duties')
    .option('--json', 'one JSON document')
    .action((options: Options) => store('report forecast', options));
  report
    .command('weekly')
    .description('the seven days that end with --to, as one HTML file to read or print')
    .requiredOption('--to <day>', 'last day, YYYY-MM-DD')
    .option('--out <file>', 'write the HTML there; else it goes to stdout')
    .addOption(new Option('--json', 'the numbers as one JSON document').conflicts('out'))
    .action(async ({ out, ...options }: Options) => {
      if (typeof out !== 'string') return store('report weekly', options);
      const { runStoreCommand } = await import('./store-runner.ts');
      const { stdout, stderr, exit } = await runStoreCommand('report weekly', options);
      if (exit === 0) await (await import('node:fs/promises')).writeFile(out, stdout);
      process.stderr.write(stderr ?? '');
      process.exitCode = exit;
    });
  report
    .command('second-reading')
    .description('replies that were short or fast, or after which the member came back; nobody’s name')
    .requiredOption('--from <day>', 'first day, YYYY-MM-DD')
    .requiredOption('--to <day>', 'last day, included')
    .option('--json', 'one JSON document')
    .action((options: Options) => store('report second-reading', options));
  report
    .command('retell')
    .description('throw away what is told of the event log and tell it again')
    .option('--json', 'one JSON document')
    .action((options: Options) => store('report retell', options));
}
