import type { Command } from 'commander';
import { ERROR_CODES, type AiguillageError, type ErrorCode } from '../domain/errors.ts';

/** The commands of supervisors speak French; those of whoever runs the service do not (the codes are the same). */
const SUPERVISORS: ReadonlySet<string> = new Set(['rules', 'report', 'import']);

const SENTENCES: Partial<Record<ErrorCode, string>> = {
  BAD_INPUT: 'Une valeur n’a pas la forme attendue.',
  CONFIG_INVALID: 'Ces règles contiennent des fautes, chacune dite avec fichier:ligne:colonne.',
  CONFIG_UNKNOWN_DIGEST: 'Empreinte inconnue.',
  CONTROL_UNREACHABLE: 'Le service qui tourne n’a pas répondu ; réessayez dans un instant.',
  NOT_FOUND: 'Rien n’existe sous ce nom, ou rien que vous puissiez voir.',
  RULES_NO_PREVIOUS:
    'Il n’y a pas de règles antérieures auxquelles revenir ; `rules rollback --to` et une empreinte de `rules history` en remet de précises.',
  RULES_NOT_SIMULATED: 'Ces règles n’ont pas été essayées sur le courrier passé face à celles en vigueur.',
  RULES_OTHER_DIGEST: 'Ces règles ne sont pas celles de l’empreinte donnée.',
  RULES_SCENARIOS: 'Des scénarios de routing.test.yaml échouent.',
  STORE_LOCK_TIMEOUT: 'Le service est très sollicité ; réessayez dans un instant.',
  STORE_SECOND_OWNER: 'Un autre processus tient déjà les données de ce dossier.',
  TOO_BUSY: 'Le service est très sollicité ; réessayez dans un instant.',
  USAGE: 'La commande n’est pas complète, ou porte un mot de trop.',
};

/** Details that code below the command line gives in English, since everybody calls it. */
const DETAILS: readonly (readonly [RegExp, string])[] = [
  [/^Expected a day written YYYY-MM-DD\.$/, 'Un jour s’écrit AAAA-MM-JJ.'],
  [/^Expected an instant with its offset\.$/, 'Un instant s’écrit avec son décalage : 2026-11-22T09:00:00+01:00.'],
  [/^The last day is before (.*)\.$/, 'Le dernier jour est avant le $1.'],
  [/^as_of: expected an instant that has passed\.$/, '--as-of : un instant passé.'],
  [/^The simulation took longer than (\d+) ms; take fewer days\.$/, 'L’essai a dépassé $1 ms ; prenez moins de jours.'],
  [/^None is active\.$/, 'Aucune règle n’est en vigueur.'],
];

/** « CODE : sentence detail » for a command line; French for supervisors. @param command its words, `rules apply` */
export function errorLine(error: AiguillageError, command: string): string {
  const french = SENTENCES[error.code];
  const english: string = ERROR_CODES[error.code];
  if (french === undefined || !isSupervisors(command) || !error.message.startsWith(english))
    return `${error.code}: ${error.message}`;
  const detail = error.message.slice(english.length).replace(/^ /, '');
  const told = DETAILS.reduce((text, [pattern, said]) => text.replace(pattern, said), detail);
  return `${error.code} : ${told === '' ? french : `${french}${told.startsWith('\n') ? '' : ' '}${told}`}`;
}

function isSupervisors(command: string): boolean {
  return SUPERVISORS.has(command.split(' ', 1)[0] ?? '');
}

const TITLES: Readonly<Record<string, string>> = {
  'Usage:': 'Emploi :',
  'Arguments:': 'Arguments :',
  'Options:': 'Options :',
  'Commands:': 'Commandes :',
};

/** What commander says of a command that was not written as it should. */
const MISUSES: readonly (readonly [RegExp, string])[] = [
  [/^error: missing required argument '(.*)'/, 'il manque « $1 » après la commande'],
  [/^error: required option '(.*)' not specified/, 'il manque l’option $1'],
  [/^error: option '(.*)' argument missing/, 'il manque une valeur après $1'],
  [/^error: unknown option '(.*?)'/, 'option inconnue : $1'],
  [/^error: unknown command '(.*?)'/, 'commande inconnue : $1'],
  [/^error: too many arguments.*/, 'il y a un mot de trop'],
  [/^error: option '(.*)' cannot be used with option '(.*)'/, '$1 et $2 ne vont pas ensemble'],
  [/^error: option '(.*)' argument '(.*)' is invalid\. Allowed choices are (.*)\./, '$1 : une valeur parmi $3'],
  [/\(Did you mean (.*)\?\)/, '(vouliez-vous dire $1 ?)'],
];

/** Help and complaints of a command and those below it in French; to be called when all of them are there. */
export function inFrench(command: Command): void {
  command
    .helpOption('-h, --help', 'affiche cette aide')
    .configureHelp({
      styleTitle: (title) => TITLES[title] ?? title,
      styleOptionDescription: french,
      styleArgumentDescription: french,
    })
    .configureOutput({
      outputError: (text, write) =>
        write(`aiguillage : ${MISUSES.reduce((said, [pattern, told]) => said.replace(pattern, told), text)}`),
    });
  if (command.commands.length > 0) command.helpCommand('help [command]', 'affiche l’aide d’une commande');
  for (const below of command.commands) inFrench(below);
}

function french(description: string): string {
  return description.replace('(choices: ', '(choix : ').replace('default: ', 'à défaut : ');
}
