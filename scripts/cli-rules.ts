import { Option, type Command } from 'commander';
import { inFrench } from './french.ts';

type Options = Record<string, unknown>;
/** Runs a command where the store is. */
type StoreCall = (command: string, options: Options) => Promise<void>;

/** `rules …`: the supervisors' rules as code (design §6). Each command is loaded when it is called. */
export function rulesCommands(program: Command, store: StoreCall, loginName: () => Promise<string>): void {
  const rules = program
    .command('rules')
    .description('les règles de tri : vérifier, comprendre, essayer, appliquer, revenir en arrière');
  rules
    .command('check [dir]')
    .description('toutes les fautes d’un dossier de règles, à fichier:ligne:colonne')
    .option('--json', 'un document JSON')
    .option('--strict', 'un avertissement vaut une faute')
    .option('--junit <file>', 'un rapport JUnit (XML) dans ce fichier, « - » pour la sortie')
    .action(async (dir: string | undefined, options: Options) => {
      process.exitCode = await (await import('./commands/rules.ts')).check(dir, options);
    });
  rules
    .command('explain <mail>')
    .description('pourquoi un courriel va où il va : un fichier, « - » pour un texte collé, ou sa référence')
    .option('--text', 'ce qui est collé est un simple texte')
    .option('--mailbox <id>', 'la boîte où il arrive')
    .option('--at <instant>', 'quand il arrive, avec le décalage horaire')
    .option('--load <file>', 'le travail qui attend avant lui (YAML)')
    .option('--with <dir>', 'avec les règles de ce dossier ; sinon celles en vigueur')
    .option('--json', 'un document JSON')
    .action(async (mail: string, options: Options) => {
      const { explainPasted, needsStore } = await import('./commands/rules-explain.ts');
      if (!needsStore(mail, options)) return explainPasted(mail, options);
      return store('rules explain', { ...(await absolute(options)), id: mail, by: await loginName() });
    });
  rules
    .command('simulate')
    .description('ce qu’un dossier de règles aurait changé sur le courrier passé')
    .requiredOption('--with <dir>', 'le dossier à essayer')
    .option('--since <days>', 'le courrier conservé de ces derniers jours ; 30d si rien n’est dit')
    .addOption(
      new Option('--mails <file>', 'plutôt les courriels d’un fichier (JSON par ligne) ; sans base').conflicts('since'),
    )
    .option('--record', 'avec --mails : contre les règles en vigueur, et retenu pour apply')
    .option('--max-moved <share>', 'signale quand plus de courriels bougent, par exemple 2%')
    .option('--list <file>', 'écrit là tous les courriels déplacés')
    .option('--json', 'un document JSON')
    .action(async (options: Options) => {
      if (options['mails'] === undefined || options['record'] === true)
        return store('rules simulate', { ...(await absolute(options)), by: await loginName() });
      const { exit, stdout } = await (await import('./commands/rules-simulate.ts')).simulateFile(options);
      process.stdout.write(stdout);
      process.exitCode = exit;
    });
  rules
    .command('apply <dir>')
    .description('met en vigueur les règles d’un dossier')
    .requiredOption('--digest <digest>', 'l’empreinte donnée par l’essai, huit signes au moins')
    .option('--unsimulated <reason>', 'sans essai ; la raison est gardée')
    .option('--json', 'un document JSON')
    .action(async (dir: string, options: Options) =>
      store('rules apply', { ...(await absolute({ ...options, dir })), by: await loginName() }),
    );
  rules
    .command('rollback')
    .description('revient aux règles d’avant, un pas de plus à chaque fois')
    .option('--to <digest>', 'à des règles précises, qui ont déjà été en vigueur')
    .option('--json', 'un document JSON')
    .action(async (options: Options) => store('rules rollback', { ...options, by: await loginName() }));
  rules
    .command('history')
    .description('règles en vigueur, proposées, essayées')
    .option('--json', 'un document JSON')
    .action((options: Options) => store('rules history', options));
  rules
    .command('export <dir>')
    .description('écrit dans un dossier les règles en vigueur, ou d’autres qui sont gardées')
    .option('--digest <digest>', 'leur empreinte, huit signes au moins')
    .option('--json', 'un document JSON')
    .action(async (dir: string, options: Options) => store('rules export', await absolute({ ...options, dir })));
  rules
    .command('replay')
    .description('refait des décisions passées, chacune avec ses règles et son modèle')
    .option('--since <days>', 'les décisions de ces derniers jours', '30d')
    .option('--limit <n>', 'les plus récentes, au plus tant', '1000')
    .option('--json', 'un document JSON')
    .action((options: Options) => store('rules replay', options));
  inFrench(rules);

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
