import type { CheckResult } from './check.ts';
import { formatProblem, type Problem } from './problems.ts';
import { decider } from './scenario-text.ts';
import type { ScenarioResult } from './scenarios.ts';

/** A case of a report: it passed unless it has a failure, or is skipped. */
interface Case {
  readonly name: string;
  readonly of: string;
  readonly file?: string;
  readonly line?: number;
  readonly failures: readonly string[];
  readonly skipped?: string;
  /** Warnings that do not fail it. */
  readonly out?: readonly string[];
}

/**
 * What `rules check` found as JUnit XML, for the machine that builds: a case a file, a case for each rule's examples, a
 * case a scenario.
 * @param strict warnings fail the file they stand in
 * @param more problems of files outside the set, by file: connections.yaml
 */
export function junitReport(
  result: CheckResult,
  strict: boolean,
  more: ReadonlyMap<string, string> = new Map(),
): string {
  const suites = [
    ['fichiers', fileCases(result, strict, more)],
    ['exemples', exampleCases(result)],
    ['scenarios', result.scenarios.map((scenario) => scenarioCase(scenario, result))],
  ] as const;
  const all = suites.flatMap(([, cases]) => cases);
  const body = suites.map(([name, cases]) => suiteXml(name, cases)).join('');
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="rules check"${counts(all)}>\n${body}</testsuites>\n`;
}

function fileCases({ files, problems }: CheckResult, strict: boolean, more: ReadonlyMap<string, string>): Case[] {
  const own = problems.filter(({ example_of }) => example_of === undefined);
  const names = new Set([...files, ...own.map(({ file }) => file), ...more.keys()]);
  return [...names].map((file) => {
    const [failures, out] = split(own, file, strict);
    const told = more.get(file);
    return { name: file, of: 'fichiers', file, failures: told === undefined ? failures : [...failures, told], out };
  });
}

function split(problems: readonly Problem[], file: string, strict: boolean): [string[], string[]] {
  const here = problems.filter((problem) => problem.file === file);
  const fails = ({ severity }: Problem): boolean => strict || severity === 'error';
  return [here.filter(fails).map(formatProblem), here.filter((each) => !fails(each)).map(formatProblem)];
}

function exampleCases({ example_sets, problems }: CheckResult): Case[] {
  return example_sets.map(({ of, place, count }) => {
    const failures = problems.filter(({ example_of }) => example_of === of).map(formatProblem);
    const { file, line } = place;
    return { name: `${of} (${count} exemples)`, of: 'exemples', file, line, failures };
  });
}

function scenarioCase(scenario: ScenarioResult, { rulebook }: CheckResult): Case {
  const { name, outcome, misses, decided, place } = scenario;
  const told = misses.map(({ what, expected, found }) => `${what} : attendu ${expected}, obtenu ${found}`);
  if (told.length > 0 && decided !== undefined && rulebook !== undefined)
    told.push(`décidé par ${decider(decided, rulebook)}`);
  return {
    name,
    of: 'scenarios',
    ...(place === undefined ? {} : { file: place.file, line: place.line }),
    failures: outcome === 'failed' ? [told.join('\n')] : [],
    ...(outcome === 'skipped' ? { skipped: 'pas de modèle, ou des erreurs à corriger d’abord' } : {}),
  };
}

function suiteXml(name: string, cases: readonly Case[]): string {
  return `  <testsuite name="${xml(name)}"${counts(cases)}>\n${cases.map(caseXml).join('')}  </testsuite>\n`;
}

function counts(cases: readonly Case[]): string {
  const failed = cases.filter(({ failures }) => failures.length > 0).length;
  const skipped = cases.filter((each) => each.skipped !== undefined).length;
  return ` tests="${cases.length}" failures="${failed}" errors="0" skipped="${skipped}" time="0"`;
}

function caseXml({ name, of, file, line, failures, skipped, out = [] }: Case): string {
  const place = `${file === undefined ? '' : ` file="${xml(file)}"`}${line === undefined ? '' : ` line="${line}"`}`;
  const inner = [
    ...(failures.length === 0
      ? []
      : [`<failure message="${xml(failures[0]!.split('\n', 1)[0]!)}">${xml(failures.join('\n'))}</failure>`]),
    ...(skipped === undefined ? [] : [`<skipped message="${xml(skipped)}"/>`]),
    ...(out.length === 0 ? [] : [`<system-out>${xml(out.join('\n'))}</system-out>`]),
  ];
  const head = `    <testcase classname="${xml(of)}" name="${xml(name)}"${place} time="0"`;
  return inner.length === 0 ? `${head}/>\n` : `${head}>${inner.join('')}</testcase>\n`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
  '\n': '&#10;',
  '\t': '&#9;',
};

/** Names come from people's files: nothing of them may end the document or an attribute, nor be no XML at all. */
function xml(text: string): string {
  return text
    .toWellFormed()
    .replace(/[^\t\n\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '\uFFFD')
    .replace(/[&<>"'\n\t]/g, (sign) => ENTITIES[sign]!);
}
