import { loadModel } from '../../classifiers/train.ts';
import { checkFolder } from '../../config/check.ts';
import { formatProblem } from '../../config/problems.ts';
import { readEnv } from '../../config/env.ts';
import { AiguillageError } from '../../domain/errors.ts';
import { SHIPPED_CONFIG } from '../../config/source.ts';
import { readConnections } from '../wiring.ts';

/** `rules check [dir]`: all problems and scenarios at once. @returns the exit code: 1 when something must be mended */
export async function check(dir: string | undefined, options: Readonly<Record<string, unknown>>): Promise<0 | 1> {
  const env = readEnv();
  const folder = dir ?? env.config_dir ?? SHIPPED_CONFIG;
  const { problems, scenarios, digest, rulebook, ok } = await checkFolder(folder, await loadModel());
  const connections = await checkConnections(
    { ...env, config_dir: folder },
    rulebook?.mailboxes.map((mailbox) => mailbox.id) ?? [],
  );
  const good = ok && connections === undefined && !(options['strict'] === true && problems.length > 0);
  const exit = good ? 0 : 1;
  if (options['json'] === true) {
    process.stdout.write(
      `${JSON.stringify({ ok: good, folder, digest, problems, connections: connections ?? null, scenarios })}\n`,
    );
    return exit;
  }
  for (const problem of problems) process.stdout.write(`${formatProblem(problem)}\n`);
  if (connections !== undefined) process.stdout.write(`${connections}\n`);
  const failed = scenarios.filter((scenario) => scenario.outcome === 'failed');
  for (const scenario of failed) process.stdout.write(`${JSON.stringify(scenario)}\n`);
  if (rulebook === undefined || !good) {
    process.stdout.write(
      `${folder} : ${problems.length + (connections === undefined ? 0 : 1)} problème(s), ${failed.length} scénario(s) en échec.\n`,
    );
    return exit;
  }
  const { motifs, flags, rules, queues } = rulebook;
  const provisional = motifs.filter((motif) => motif.provisional !== undefined).length;
  const named =
    provisional === 0
      ? `${motifs.length} motifs`
      : `${motifs.length - provisional} motifs et ${provisional} provisoire(s)`;
  process.stdout.write(
    `Configuration valide (${folder}) : ${named}, ${flags.length} signalements, ${rules.length} règles, ${queues.length} files, ${scenarios.length} scénarios. Empreinte ${digest.slice(0, 12)}.\n`,
  );
  return exit;
}

/** connections.yaml stands outside the rules, but whoever edits it expects to be told here. A missing secret is not a fault of the file. */
async function checkConnections(
  env: Parameters<typeof readConnections>[0],
  mailboxes: readonly string[],
): Promise<string | undefined> {
  try {
    await readConnections(env, mailboxes);
    return undefined;
  } catch (error) {
    if (error instanceof AiguillageError && error.code === 'CONFIG_ENV') {
      process.stderr.write(`${error.message}\n`);
      return undefined;
    }
    return (error as Error).message;
  }
}
