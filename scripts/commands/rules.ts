import { counted } from '../../domain/counted.ts';
import { writeFile } from 'node:fs/promises';
import { loadModel } from '../../classifiers/train.ts';
import { checkFolder, type CheckResult } from '../../config/check.ts';
import { readEnv } from '../../config/env.ts';
import { junitReport } from '../../config/junit.ts';
import { formatProblem } from '../../config/problems.ts';
import { scenarioText } from '../../config/scenario-text.ts';
import { CONNECTIONS_FILE, SHIPPED_CONFIG } from '../../config/source.ts';
import { SIGN_IN_FILE } from '../../config/sign-in.ts';
import { AiguillageError } from '../../domain/errors.ts';
import type { Rulebook } from '../../domain/rulebook.ts';
import { checkSignIn } from '../sign-in-ways.ts';
import { readConnections } from '../wiring.ts';

type Options = Readonly<Record<string, unknown>>;

/**
 * `rules check [dir]`: all problems and scenarios at once, for people, as JSON, or as JUnit XML.
 * @returns the exit code: 1 when something must be mended, 2 when there is nothing to check
 * @throws AiguillageError USAGE when two reports are asked for on stdout
 */
export async function check(dir: string | undefined, options: Options): Promise<0 | 1 | 2> {
  const env = readEnv();
  const folder = dir ?? env.config_dir ?? SHIPPED_CONFIG;
  const strict = options['strict'] === true;
  const junit = typeof options['junit'] === 'string' ? options['junit'] : undefined;
  if (junit === '-' && options['json'] === true)
    throw new AiguillageError(
      'USAGE',
      '--json et --junit - écrivent tous deux à la sortie ; donnez un fichier à --junit.',
    );
  const result = await checkFolder(folder, await loadModel(), new Date());
  if (result.files.length === 0) {
    process.stderr.write(`« ${folder} » : ${sentenceOf(result)}.\n`);
    if (options['json'] === true) process.stdout.write(json(result, folder, false, new Map()));
    return 2;
  }
  const connections = await checkConnections({ ...env, config_dir: folder }, result.rulebook);
  const sign_in = await checkSignIn(folder, result.rulebook);
  const outside = new Map(
    [[CONNECTIONS_FILE, connections] as const, [SIGN_IN_FILE, sign_in] as const].flatMap(([file, said]) =>
      said === undefined ? [] : [[file, said]],
    ),
  );
  const good = result.ok && outside.size === 0 && !(strict && result.problems.length > 0);
  if (junit !== undefined) {
    const report = junitReport(result, strict, outside);
    if (junit === '-') process.stdout.write(report);
    else await writeFile(junit, report);
  }
  if (junit !== '-')
    process.stdout.write(
      options['json'] === true ? json(result, folder, good, outside) : text(result, folder, good, outside),
    );
  return good ? 0 : 1;
}

/** The one thing to say where no file could be read. */
function sentenceOf({ problems }: CheckResult): string {
  return problems[0]?.what ?? 'aucun fichier';
}

/** What is wrong with the files of the folder that are no rules, by file. */
type Outside = ReadonlyMap<string, string>;

function json(result: CheckResult, folder: string, ok: boolean, outside: Outside): string {
  const { digest, problems, scenarios } = result;
  const [connections, sign_in] = [CONNECTIONS_FILE, SIGN_IN_FILE].map((file) => outside.get(file) ?? null);
  return `${JSON.stringify({ ok, folder, digest, problems, connections, sign_in, scenarios })}\n`;
}

function text(result: CheckResult, folder: string, good: boolean, outside: Outside): string {
  const { problems, scenarios, rulebook, digest } = result;
  const lines = problems.map(formatProblem);
  lines.push(...outside.values());
  const failed = scenarios.filter((scenario) => scenario.outcome === 'failed');
  if (rulebook !== undefined) for (const scenario of failed) lines.push(scenarioText(scenario, rulebook));
  const errors = problems.filter(({ severity }) => severity === 'error').length + outside.size;
  const warned = problems.length - errors + outside.size;
  const warnings = warned === 0 ? '' : `, ${counted(warned, 'avertissement')}`;
  if (rulebook === undefined || !good) {
    const untried =
      rulebook === undefined && scenarios.length > 0 ? ` Les ${scenarios.length} scénarios n’ont pas été joués.` : '';
    lines.push(
      `${folder} : ${counted(errors, 'erreur')}${warnings}, ${counted(failed.length, 'scénario')} en échec.${untried}`,
    );
  } else {
    lines.push(
      `Configuration valide (${folder}) : ${contentsOf(rulebook)}, ${scenarios.length} scénarios${warnings}. Empreinte ${digest.slice(0, 12)}.`,
    );
  }
  return `${lines.join('\n')}\n`;
}

function contentsOf({ motifs, flags, rules, queues }: Rulebook): string {
  const provisional = motifs.filter((motif) => motif.provisional !== undefined).length;
  const named =
    provisional === 0
      ? `${motifs.length} motifs`
      : `${motifs.length - provisional} motifs et ${counted(provisional, 'provisoire')}`;
  return `${named}, ${flags.length} signalements, ${rules.length} règles, ${queues.length} files`;
}

/** connections.yaml stands outside the rules, but whoever edits it expects to be told here. A missing secret is not a fault of the file. */
async function checkConnections(
  env: Parameters<typeof readConnections>[0],
  rulebook: Rulebook | undefined,
): Promise<string | undefined> {
  // Which mailboxes exist is not known while mailboxes.yaml may be at fault.
  if (rulebook === undefined) return undefined;
  try {
    await readConnections(
      env,
      rulebook.mailboxes.map(({ id }) => id),
    );
    return undefined;
  } catch (error) {
    if (error instanceof AiguillageError && error.code === 'CONFIG_ENV') {
      process.stderr.write(`${error.message}\n`);
      return undefined;
    }
    return (error as Error).message;
  }
}
