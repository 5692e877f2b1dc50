import type { MotifModel } from '../domain/facts.ts';
import { compileRulebook } from '../domain/match.ts';
import type { Rulebook } from '../domain/rulebook.ts';
import { loadRulebook } from './load.ts';
import { problemAt, sortProblems, type Problem } from './problems.ts';
import { runScenario, type ScenarioResult } from './scenarios.ts';
import { readFolder, type ConfigFiles } from './source.ts';
import { coveredBy } from './unreachable.ts';
import { parseYaml } from './yaml.ts';

export interface CheckResult {
  /** Errors and warnings, in reading order. */
  readonly problems: readonly Problem[];
  readonly scenarios: readonly ScenarioResult[];
  readonly digest: string;
  /** Absent when the set does not load. */
  readonly rulebook?: Rulebook;
  /** No error and no failed scenario; warnings are allowed. */
  readonly ok: boolean;
}

/** What `rules check` says of a folder. Reads it and nothing else. */
export async function checkFolder(dir: string, model?: MotifModel): Promise<CheckResult> {
  const { files, problems } = await readFolder(dir);
  if (problems.length === 0) return checkRules(files, model);
  // What can be read is checked all the same: one missing file should not hide ten other faults.
  const missing = new Set(problems.map((problem) => problem.file));
  const rest = loadRulebook(files);
  const all = sortProblems([...problems, ...rest.problems.filter((problem) => !missing.has(problem.file))]);
  return { problems: all, scenarios: [], digest: rest.digest, ok: false };
}

/** The same for texts at hand: a candidate from the console. */
export function checkRules(files: ConfigFiles, model?: MotifModel): CheckResult {
  const { rulebook, problems, digest, scenarios } = loadRulebook(files);
  if (rulebook === undefined) return { problems, scenarios: [], digest, ok: false };
  const book = compileRulebook(rulebook);
  const results = scenarios.map((scenario) => runScenario(scenario, book, model));
  return {
    problems: sortProblems([...problems, ...warnings(rulebook, files)]),
    scenarios: results,
    digest,
    rulebook,
    ok: results.every(({ outcome }) => outcome !== 'failed'),
  };
}

/** What loads but is probably not meant. */
function warnings(book: Rulebook, files: ConfigFiles): Problem[] {
  const found: Problem[] = [];
  const places = new Map<string, ReturnType<typeof parseYaml>>();
  const warn = (file: string, path: (string | number)[], what: string, value: string, expected?: string): void => {
    const yaml = places.get(file) ?? parseYaml(file, files.get(file) ?? '');
    places.set(file, yaml);
    found.push(problemAt(yaml.at(path), { what, value, ...(expected === undefined ? {} : { expected }) }, 'warning'));
  };
  book.rules.forEach((rule, i) => {
    const by = coveredBy(rule, book.rules.slice(0, i));
    if (by !== undefined)
      warn('routing.yaml', ['rules', i, 'id'], `règle jamais atteinte : « ${by.id} » prend tout avant elle`, rule.id);
    if (rule.then.level === 'expert' && rule.then.queue === 'n1')
      warn('routing.yaml', ['rules', i, 'then'], 'niveau expert envoyé dans la file n1', rule.id);
  });
  book.flags.forEach((flag, i) => {
    if ((flag.level === 'P0' || flag.level === 'P1') && flag.queue === undefined) {
      warn(
        'flags.yaml',
        ['flags', i, 'id'],
        'signalement urgent sans file : il ne change pas la destination',
        flag.id,
        'la clé queue',
      );
    }
  });
  const used = usedNames(book);
  book.queues.forEach((queue, i) => {
    // Work reaches these by their kind, by a contract or by hand.
    if (
      queue.kind !== 'partner' &&
      queue.kind !== 'review' &&
      queue.kind !== 'human-triage' &&
      queue.kind !== 'supervisor' &&
      !used.queues.has(queue.id)
    ) {
      warn(
        'pools.yaml',
        ['queues', i, 'id'],
        'file où rien n’arrive',
        queue.id,
        'un motif, une règle, un signalement ou une boîte qui la nomme',
      );
    }
    if (queue.capacity_per_open_hour === 0)
      warn(
        'pools.yaml',
        ['queues', i, 'capacity_per_open_hour'],
        'capacité nulle : la prévision la croit à l’arrêt',
        queue.id,
      );
  });
  book.slas.forEach((sla, i) => {
    if (!used.slas.has(sla.id)) warn('sla.yaml', ['slas', i, 'id'], 'délai qu’aucune boîte ne nomme', sla.id);
  });
  book.motifs.forEach((motif, i) => {
    const templated = book.templates.some((template) => template.kind !== 'ack' && template.motifs.includes(motif.id));
    if (motif.provisional === undefined && motif.level === 'n1' && motif.is_request && !templated)
      warn('motifs.yaml', ['motifs', i, 'id'], 'motif de niveau 1 sans modèle de réponse', motif.id);
  });
  return found;
}

function usedNames(book: Rulebook): { queues: Set<string>; slas: Set<string> } {
  const queues = new Set<string>();
  for (const motif of book.motifs) queues.add(motif.pole);
  for (const rule of book.rules) if (rule.then.queue !== undefined) queues.add(rule.then.queue);
  for (const flag of book.flags) if (flag.queue !== undefined) queues.add(flag.queue);
  for (const box of book.mailboxes) if (box.default_queue !== undefined) queues.add(box.default_queue);
  return { queues, slas: new Set(book.mailboxes.map((box) => box.sla)) };
}
