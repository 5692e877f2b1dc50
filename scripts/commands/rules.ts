import { loadRulebook } from '../../config/load.ts';
import { formatProblem } from '../../config/problems.ts';
import { readConfigFolder } from '../../config/source.ts';
import { SHIPPED_CONFIG } from '../wiring.ts';

/** `rules check [dir]`: all problems at once. @returns the exit code: 1 when something must be mended */
export async function check(dir: string | undefined, options: Readonly<Record<string, unknown>>): Promise<0 | 1> {
  const { problems, digest, rulebook } = loadRulebook(await readConfigFolder(dir ?? SHIPPED_CONFIG));
  const bad =
    options['strict'] === true ? problems.length > 0 : problems.some((problem) => problem.severity === 'error');
  if (options['json'] === true) {
    process.stdout.write(`${JSON.stringify({ ok: !bad, digest, problems })}\n`);
  } else {
    for (const problem of problems) process.stdout.write(`${formatProblem(problem)}\n`);
    const counts =
      rulebook === undefined
        ? ''
        : ` : ${rulebook.motifs.length} motifs, ${rulebook.flags.length} signalements, ${rulebook.rules.length} règles, ${rulebook.queues.length} files`;
    process.stdout.write(
      bad ? `${problems.length} problème(s).\n` : `Configuration valide${counts}. Empreinte ${digest.slice(0, 12)}.\n`,
    );
  }
  return bad ? 1 : 0;
}
