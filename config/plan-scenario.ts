import path from 'node:path';
import { readFile } from 'node:fs/promises';
import type { Lever } from '../domain/plan-levers.ts';
import type { PlanScenario } from '../domain/plan/scenario.ts';
import { Findings } from './context.ts';
import { validate } from './issues.ts';
import { LIMITS } from './limits.ts';
import { checkPlan, type PlanContext } from './plan-checks.ts';
import { changeSettings, relocated, type Changes } from './plan-changes.ts';
import { problemAt, sortProblems, type Problem } from './problems.ts';
import { calendarsFile } from './schema-desk.ts';
import { planFile, type PlanFile } from './schema-plan.ts';
import { motifsFile } from './schema-rules.ts';
import { canonicalText, SHIPPED_CONFIG } from './source.ts';
import { parseYaml, type YamlFile } from './yaml.ts';

export type { PlanContext } from './plan-checks.ts';

/** A scenario ready to run, with each of its levers as a scenario of its own. */
export interface PlanSet {
  readonly scenario: PlanScenario;
  readonly levers: readonly Lever[];
  readonly target?: PlanFile['target'];
  /** The same scenario with other settings, named as levers name them. */
  with(changes: Changes): { readonly scenario?: PlanScenario; readonly problems: readonly Problem[] };
}

/**
 * Validates a scenario and every lever of it; all problems at once, each at its line. Pure.
 * @param file name shown in problems
 */
export function loadPlan(file: string, content: string, context: PlanContext): { set?: PlanSet; problems: Problem[] } {
  const at = { file, line: 1, col: 1 };
  if (content.length > LIMITS.file_bytes_max) {
    return {
      problems: [
        problemAt(at, { what: 'fichier trop grand', expected: `au plus ${LIMITS.file_bytes_max} caractères` }),
      ],
    };
  }
  const yaml = parseYaml(file, canonicalText(content));
  const base = read(yaml, context);
  if (base.data === undefined) return { problems: sortProblems(base.problems) };
  const found = new Findings();
  found.unique(yaml, base.data.levers, ['levers']);
  const levers = base.data.levers.map(({ id, label, set }, i): Lever => {
    const changed = changed_by(yaml, set, ['levers', i, 'set'], context);
    found.problems.push(...changed.problems);
    return { id, label, scenario: changed.scenario ?? scenarioOf(base.data!) };
  });
  const { target } = base.data;
  if (target !== undefined) {
    // Both ends must be possible values of the setting, and neither may depend on how the search goes.
    for (const [i, value] of target.between.entries()) {
      const changed = changed_by(yaml, { [target.adjust]: value }, ['target', 'between', i], context, [
        'target',
        'adjust',
      ]);
      found.problems.push(...changed.problems);
    }
  }
  const problems = sortProblems([...base.problems, ...found.problems]);
  if (problems.length > 0) return { problems };
  return {
    problems,
    set: {
      scenario: scenarioOf(base.data),
      levers,
      target,
      with: (changes) => changed_by(yaml, changes, [], context),
    },
  };
}

function changed_by(
  yaml: YamlFile,
  changes: Changes,
  at: readonly (string | number)[],
  context: PlanContext,
  name_at = at,
): { scenario?: PlanScenario; problems: Problem[] } {
  const changed = changeSettings(yaml, planFile, changes, (name) => yaml.at(name_at === at ? [...at, name] : name_at));
  if (changed.value === undefined) return { problems: changed.problems };
  const { data, problems } = read(relocated(yaml, changed.value, yaml.at(at)), context);
  return data === undefined || problems.length > 0 ? { problems } : { problems, scenario: scenarioOf(data) };
}

function read(yaml: YamlFile, context: PlanContext): { data?: PlanFile; problems: Problem[] } {
  const { data, problems } = validate(planFile, yaml);
  if (data === undefined) return { problems };
  const found = new Findings();
  checkPlan(data, yaml, context, found);
  return { data, problems: found.problems };
}

/** Leaves out what only the file needs; gives the teams without an id theirs. */
function scenarioOf(data: PlanFile): PlanScenario {
  const { version: _version, target: _target, levers: _levers, review, n1, ...rest } = data;
  return {
    ...rest,
    n1: { id: 'n1', ...n1 },
    ...(review === undefined ? {} : { review: { id: 'review', ...review } }),
  } as PlanScenario;
}

/** calendars.yaml and motifs.yaml of a configuration folder; the rest of the set may be unfinished. */
export async function readPlanContext(dir: string): Promise<{ context?: PlanContext; problems: Problem[] }> {
  const load = async (file: string): Promise<YamlFile> =>
    parseYaml(file, canonicalText(await readFile(path.join(dir, file), 'utf8').catch(() => '')));
  const calendars = validate(calendarsFile, await load('calendars.yaml'));
  const motifs = validate(motifsFile, await load('motifs.yaml'));
  if (calendars.data === undefined || motifs.data === undefined) {
    return { problems: [...calendars.problems, ...motifs.problems] };
  }
  return {
    problems: [],
    context: { calendars: calendars.data.calendars, motifs: motifs.data.motifs.map(({ id }) => id) },
  };
}

/** A scenario that ships with the product; undefined when there is none of that name. */
export async function readShippedScenario(name: string): Promise<string | undefined> {
  if (!/^[a-z0-9-]{1,64}$/.test(name)) return undefined;
  return readFile(path.join(SHIPPED_CONFIG, 'scenarios', `${name}.yaml`), 'utf8').catch(() => undefined);
}
