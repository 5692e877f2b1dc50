import { Option, type Command } from 'commander';
import { BREAKDOWNS } from '../domain/figure.ts';
import { AiguillageError } from '../domain/errors.ts';
import { inFrench } from './french.ts';

type Options = Record<string, unknown>;
/** Runs a store command and prints its answer. */
type Run = (command: string, options: Options) => Promise<void>;

/** `report` and what stands beside it: forecast, weekly report, second reading, telling the log again. */
export function reportCommands(program: Command, store: Run): void {
  const report = program
    .command('report')
    .description('part traitée dans le délai, d’après le seul journal des événements')
    // Else its own --to would take that of `report weekly`.
    .enablePositionalOptions()
    .option('--from <day>', 'premier jour, AAAA-MM-JJ')
    .option('--to <day>', 'dernier jour, compris')
    .addOption(new Option('--by <what>', 'détail').choices(BREAKDOWNS))
    .addOption(
      new Option('--clock <clock>', 'quelle horloge : elapsed (calendaire), working (ouvrée)')
        .choices(['elapsed', 'working'])
        .default('elapsed'),
    )
    .option('--as-of <instant>', 'situation à cet instant')
    .addOption(
      new Option('--known <when>', 'telle qu’on la savait alors (then), ou à présent (now)')
        .choices(['then', 'now'])
        .default('now'),
    )
    .option('--reviews', 'avec --json : ce que sont devenus les transferts relus')
    .option('--json', 'un document JSON')
    .addOption(new Option('--csv', 'pour un tableur français : points-virgules, virgules décimales').conflicts('json'))
    .action(async (options: Options) => {
      if (options['from'] === undefined || options['to'] === undefined) {
        throw new AiguillageError('USAGE', 'report : il faut --from et --to, des jours écrits AAAA-MM-JJ.');
      }
      await store('report', options);
    });
  report
    .command('forecast')
    .description('qui dépassera le délai à ce rythme, délais de loi, permanences')
    .option('--json', 'un document JSON')
    .action((options: Options) => store('report forecast', options));
  report
    .command('weekly')
    .description('les sept jours qui finissent à --to, en une page HTML à lire ou imprimer')
    .requiredOption('--to <day>', 'dernier jour, AAAA-MM-JJ')
    .option('--out <file>', 'écrit la page là ; sinon elle va à la sortie')
    .addOption(new Option('--json', 'les chiffres, en un document JSON').conflicts('out'))
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
    .description('réponses brèves, rapides, ou après lesquelles l’assuré est revenu ; sans aucun nom')
    .requiredOption('--from <day>', 'premier jour, AAAA-MM-JJ')
    .requiredOption('--to <day>', 'dernier jour, compris')
    .option('--json', 'un document JSON')
    .action((options: Options) => store('report second-reading', options));
  report
    .command('retell')
    .description('recompte tout depuis le journal des événements')
    .option('--json', 'un document JSON')
    .action((options: Options) => store('report retell', options));
  inFrench(report);
}
