import type { MotifModel } from '../domain/facts.ts';
import { compileRulebook } from '../domain/match.ts';
import type { Rulebook } from '../domain/rulebook.ts';
import { adviseOn } from './advice.ts';
import type { ExampleSet } from './contents.ts';
import { loadRulebook } from './load.ts';
import { sortProblems, type Problem } from './problems.ts';
import { runScenario, type ScenarioResult } from './scenarios.ts';
import { adviseOnDates } from './template-dates.ts';
import { canonicalFiles, readFolder, type ConfigFiles } from './source.ts';

export interface CheckResult {
  /** Errors and warnings, in reading order. */
  readonly problems: readonly Problem[];
  /** All those of routing.test.yaml that can be read; not run (`skipped`) while there are errors. */
  readonly scenarios: readonly ScenarioResult[];
  readonly digest: string;
  /** Absent when the set does not load. */
  readonly rulebook?: Rulebook;
  /** No error and no failed scenario; warnings are allowed. */
  readonly ok: boolean;
  /** Names of the files that were read. */
  readonly files: readonly string[];
  /** Rules, flags and provisional motifs that brought examples. */
  readonly example_sets: readonly ExampleSet[];
}

/** What `rules check` says of a folder. Reads it and nothing else. */
export async function checkFolder(dir: string, model?: MotifModel, now?: Date): Promise<CheckResult> {
  const { files, problems } = await readFolder(dir);
  if (problems.length === 0) return checkRules(files, model, now);
  const names = [...files.keys()];
  // No folder, or nothing in it: that is the whole story, and not eight missing files.
  if (files.size === 0) return { problems, scenarios: [], digest: '', ok: false, files: names, example_sets: [] };
  // What can be read is checked all the same: one missing file should not hide ten other faults.
  const missing = new Set(problems.map((problem) => problem.file));
  const rest = checkRules(files, model, now);
  const all = sortProblems([...problems, ...rest.problems.filter((problem) => !missing.has(problem.file))]);
  const { scenarios, digest, example_sets } = rest;
  return { problems: all, scenarios, digest, ok: false, files: names, example_sets };
}

/**
 * The same for texts at hand: a candidate from the console.
 * @param now the day it is, for texts that end; without it nothing is said about dates
 */
export function checkRules(files: ConfigFiles, model?: MotifModel, now?: Date): CheckResult {
  const texts = canonicalFiles(files);
  const { rulebook, problems, digest, scenarios, scenario_places, example_sets } = loadRulebook(files);
  const names = [...texts.keys()];
  const placed = (result: ScenarioResult, i: number): ScenarioResult => ({ ...result, place: scenario_places[i]! });
  if (rulebook === undefined) {
    const results = scenarios.map(({ name }, i) => placed({ name, outcome: 'skipped', misses: [] }, i));
    return { problems, scenarios: results, digest, ok: false, files: names, example_sets };
  }
  const book = compileRulebook(rulebook);
  const results = scenarios.map((scenario, i) => placed(runScenario(scenario, book, model), i));
  return {
    problems: sortProblems([
      ...problems,
      ...adviseOn(rulebook, texts, model),
      ...(now === undefined ? [] : adviseOnDates(texts, now)),
    ]),
    scenarios: results,
    digest,
    rulebook,
    ok: results.every(({ outcome }) => outcome !== 'failed'),
    files: names,
    example_sets,
  };
}
