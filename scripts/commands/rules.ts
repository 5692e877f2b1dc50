import { loadModel } from '../../classifiers/train.ts';
import { checkFolder } from '../../config/check.ts';
import { formatProblem } from '../../config/problems.ts';
import { SHIPPED_CONFIG } from '../wiring.ts';

/** `rules check [dir]`: all problems and scenarios at once. @returns the exit code: 1 when something must be mended */
export async function check(dir: string | undefined, options: Readonly<Record<string, unknown>>): Promise<0 | 1> {
  const { problems, scenarios, digest, rulebook, ok } = await checkFolder(dir ?? SHIPPED_CONFIG, await loadModel());
  const good = ok && !(options['strict'] === true && problems.length > 0);
  const exit = good ? 0 : 1;
  if (options['json'] === true) {
    process.stdout.write(`${JSON.stringify({ ok: good, digest, problems, scenarios })}\n`);
    return exit;
  }
  for (const problem of problems) process.stdout.write(`${formatProblem(problem)}\n`);
  const failed = scenarios.filter((scenario) => scenario.outcome === 'failed');
  for (const scenario of failed) process.stdout.write(`${JSON.stringify(scenario)}\n`);
  if (rulebook === undefined || !good) {
    process.stdout.write(`${problems.length} problème(s), ${failed.length} scénario(s) en échec.\n`);
    return exit;
  }
  const { motifs, flags, rules, queues } = rulebook;
  process.stdout.write(
    `Configuration valide : ${motifs.length} motifs, ${flags.length} signalements, ${rules.length} règles, ${queues.length} files, ${scenarios.length} scénarios. Empreinte ${digest.slice(0, 12)}.\n`,
  );
  return exit;
}
