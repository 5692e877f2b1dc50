import type { z } from 'zod';
import { AiguillageError } from '../domain/errors.ts';
import type { Rulebook } from '../domain/rulebook.ts';
import { checkConditions } from './conditions.ts';
import { Findings, type Loaded, type LoadedSet, type LoadedTemplate } from './context.ts';
import { validate } from './issues.ts';
import { LIMITS } from './limits.ts';
import { formatProblems, sortProblems, suggest, type Problem } from './problems.ts';
import { checkProvisional, resolveProvisional } from './provisional.ts';
import { checkReferences } from './references.ts';
import { calendarsFile, mailboxesFile, poolsFile, slaFile } from './schema-desk.ts';
import { provisionalFile } from './schema-provisional.ts';
import { flagsFile, motifsFile, routingFile } from './schema-rules.ts';
import { testsFile, type Scenario } from './schema-tests.ts';
import { canonicalFiles, digestOf, OPTIONAL_FILES, REPLIES, REQUIRED_FILES, type ConfigFiles } from './source.ts';
import { checkTemplates } from './template-checks.ts';
import { readTemplate } from './templates.ts';
import { parseYaml } from './yaml.ts';

export interface LoadResult {
  /** Absent when there is at least one error. */
  readonly rulebook?: Rulebook;
  /** Every problem found, in reading order; warnings alone do not keep a set from loading. */
  readonly problems: readonly Problem[];
  /** sha-256 over the canonical texts, also of a set that does not load. */
  readonly digest: string;
  /** The scenarios of routing.test.yaml, for `rules check`. */
  readonly scenarios: readonly Scenario[];
}

/**
 * Validates a configuration set and builds its rulebook. Pure: it reads no file and touches nothing that is live, so a
 * set that does not hold can never replace one that does (law 11).
 */
export function loadRulebook(files: ConfigFiles): LoadResult {
  const texts = canonicalFiles(files);
  const digest = digestOf(files);
  const found = new Findings();
  checkNames(texts, found);
  const set = readSet(texts, found);
  if (set !== undefined) {
    checkReferences(set, found);
    checkConditions(set, found);
    checkProvisional(set, found);
    checkTemplates(set, found);
  }
  const problems = sortProblems(found.problems).slice(0, LIMITS.problems_max);
  const scenarios = set?.tests?.data.tests ?? [];
  if (set === undefined || problems.some((problem) => problem.severity === 'error'))
    return { problems, digest, scenarios };
  return { rulebook: build(set, digest), problems, digest, scenarios };
}

/** The rulebook, or CONFIG_INVALID with every problem in its message. */
export function loadOrThrow(files: ConfigFiles): Rulebook {
  const { rulebook, problems } = loadRulebook(files);
  if (rulebook === undefined) throw new AiguillageError('CONFIG_INVALID', `\n${formatProblems(problems)}`);
  return rulebook;
}

function checkNames(texts: ConfigFiles, found: Findings): void {
  const known: string[] = [...REQUIRED_FILES, ...OPTIONAL_FILES];
  let chars = 0;
  for (const [file, text] of texts) {
    const at = { file, line: 1, col: 1 };
    chars += text.length;
    if (!known.includes(file) && !(file.startsWith(REPLIES) && file.endsWith('.md'))) {
      const near = suggest(file, known);
      found.error(at, {
        what: 'fichier inconnu',
        expected: known.join(', '),
        ...(near === undefined ? {} : { did_you_mean: near }),
      });
    }
    if (text.length > LIMITS.file_bytes_max)
      found.error(at, { what: 'fichier trop grand', expected: `au plus ${LIMITS.file_bytes_max} caractères` });
    // PostgreSQL refuses both, so the set could be validated but never stored.
    const poison = /\0|\p{Surrogate}/u.exec(text);
    if (poison !== null) {
      const before = text.slice(0, poison.index).split('\n');
      found.error(
        { file, line: before.length, col: before.at(-1)!.length + 1 },
        { what: 'caractère impossible (NUL ou moitié de caractère)' },
      );
    }
  }
  if (texts.size > LIMITS.files_max || chars > LIMITS.set_bytes_max) {
    found.error(
      { file: '.', line: 1, col: 1 },
      {
        what: 'ensemble trop grand',
        expected: `au plus ${LIMITS.files_max} fichiers et ${LIMITS.set_bytes_max} caractères`,
      },
    );
  }
}

/** Every file through its schema; undefined when one of them failed, since names could not be followed. */
function readSet(texts: ConfigFiles, found: Findings): LoadedSet | undefined {
  if (found.problems.length > 0) return undefined;
  let whole = true;
  const read = <T extends z.ZodType>(file: string, schema: T): Loaded<z.output<T>> | undefined => {
    const text = texts.get(file);
    if (text === undefined) {
      found.error({ file, line: 1, col: 1 }, { what: 'le fichier manque' });
      whole = false;
      return undefined;
    }
    const yaml = parseYaml(file, text);
    const { data, problems } = validate(schema, yaml);
    found.problems.push(...problems);
    if (data === undefined) whole = false;
    return data === undefined ? undefined : { data, yaml };
  };
  const motifs = read('motifs.yaml', motifsFile);
  const flags = read('flags.yaml', flagsFile);
  const routing = read('routing.yaml', routingFile);
  const pools = read('pools.yaml', poolsFile);
  const calendars = read('calendars.yaml', calendarsFile);
  const sla = read('sla.yaml', slaFile);
  const mailboxes = read('mailboxes.yaml', mailboxesFile);
  const tests = texts.has('routing.test.yaml') ? read('routing.test.yaml', testsFile) : undefined;
  const provisional = texts.has('motifs-provisoires.yaml')
    ? read('motifs-provisoires.yaml', provisionalFile)
    : undefined;
  // Its keys are the bot's own affair; that it is whole and readable is checked with the rest.
  const bot = texts.get('bot.yaml');
  if (bot !== undefined) found.problems.push(...parseYaml('bot.yaml', bot).problems);
  const templates: LoadedTemplate[] = [];
  for (const [file, text] of texts) {
    if (!file.startsWith(REPLIES)) continue;
    const { template, problems } = readTemplate(file, text);
    found.problems.push(...problems);
    if (template === undefined) whole = false;
    else templates.push(template);
  }
  if (!whole) return undefined;
  const set = {
    ...{ motifs, flags, routing, pools, calendars, sla, mailboxes, templates },
    ...(tests === undefined ? {} : { tests }),
    ...(provisional === undefined ? {} : { provisional }),
  } as unknown as Omit<LoadedSet, 'all_motifs'>;
  const entries = set.provisional?.data.provisional_motifs ?? [];
  return { ...set, all_motifs: resolveProvisional(set.motifs.data.motifs, entries) };
}

function build(set: LoadedSet, digest: string): Rulebook {
  return {
    digest,
    motifs: set.all_motifs,
    flags: set.flags.data.flags,
    rules: set.routing.data.rules,
    queues: set.pools.data.queues,
    calendars: set.calendars.data.calendars,
    slas: set.sla.data.slas,
    mailboxes: set.mailboxes.data.mailboxes,
    senders: set.mailboxes.data.senders,
    templates: set.templates.map(({ data }) => data),
    thresholds: set.routing.data.thresholds,
    direct_queues: set.pools.data.direct_queues,
  };
}
