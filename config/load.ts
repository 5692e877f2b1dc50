import type { z } from 'zod';
import { AiguillageError } from '../domain/errors.ts';
import type { Rulebook } from '../domain/rulebook.ts';
import { botTerms, checkBot, readAnswers } from './bot-answers.ts';
import { checkConditions } from './conditions.ts';
import { exampleSetsOf, scenarioPlacesOf, type ExampleSet } from './contents.ts';
import { Findings, ids, type Loaded, type LoadedSet, type LoadedTemplate } from './context.ts';
import { validate } from './issues.ts';
import { LIMITS } from './limits.ts';
import { formatProblems, sortProblems, suggest, type Place, type Problem } from './problems.ts';
import { checkProvisional, resolveProvisional } from './provisional.ts';
import { checkReferences } from './references.ts';
import { remainsOf } from './remains.ts';
import { checkWork } from './references-work.ts';
import { botFile } from './schema-bot.ts';
import { calendarsFile, mailboxesFile, poolsFile, slaFile } from './schema-desk.ts';
import { figureFile } from './schema-figure.ts';
import { provisionalFile } from './schema-provisional.ts';
import { flagsFile, motifsFile, routingFile } from './schema-rules.ts';
import { orderFile, presenceFile, reviewsFile, rotaFile, wavesFile } from './schema-work.ts';
import { testsFile, type Scenario } from './schema-tests.ts';
import {
  canonicalFiles,
  digestOf,
  OPTIONAL_FILES,
  REPLIES,
  REQUIRED_FILES,
  TEXT_FOLDERS,
  type ConfigFiles,
} from './source.ts';
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
  /** The scenarios of routing.test.yaml that can be read, for `rules check`. */
  readonly scenarios: readonly Scenario[];
  /** Where each of them stands. */
  readonly scenario_places: readonly Place[];
  readonly example_sets: readonly ExampleSet[];
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
    checkWork(set, found);
    checkConditions(set, found);
    checkProvisional(set, found);
    checkTemplates(set, found);
    if (set.bot !== undefined)
      checkBot(set.bot, { motifs: set.all_motifs, mailboxes: ids(set.mailboxes.data.mailboxes) }, found);
  }
  const problems = sortProblems(found.problems).slice(0, LIMITS.problems_max);
  if (set === undefined) return { problems, digest, scenarios: [], scenario_places: [], example_sets: [] };
  const contents = {
    scenarios: set.tests?.data.tests ?? [],
    scenario_places: scenarioPlacesOf(set),
    example_sets: exampleSetsOf(set),
  };
  if (problems.some((problem) => problem.severity === 'error')) return { problems, digest, ...contents };
  return { rulebook: build(set, digest), problems, digest, ...contents };
}

/** The rulebook, or CONFIG_INVALID with every problem in its message. */
export function loadOrThrow(files: ConfigFiles): Rulebook {
  const { rulebook, problems } = loadRulebook(files);
  if (rulebook === undefined) throw new AiguillageError('CONFIG_INVALID', `\n${formatProblems(problems)}`);
  return rulebook;
}

const POISON: readonly (readonly [RegExp, string])[] = [
  // PostgreSQL refuses both, so the set could be validated but never stored.
  [/\0|\p{Surrogate}/u, 'caractère impossible (NUL ou moitié de caractère)'],
  // A rule would be read otherwise than it is applied (UTR 36 §2.6, bidirectional text spoofing).
  [/[\u202a-\u202e\u2066-\u2069]/u, 'caractère invisible qui retourne le sens de lecture'],
];

function checkNames(texts: ConfigFiles, found: Findings): void {
  const known: string[] = [...REQUIRED_FILES, ...OPTIONAL_FILES];
  let chars = 0;
  for (const [file, text] of texts) {
    const at = { file, line: 1, col: 1 };
    chars += text.length;
    if (!known.includes(file) && !isText(file)) {
      const near = suggest(file, known);
      found.error(at, {
        what: 'fichier inconnu',
        expected: known.join(', '),
        ...(near === undefined ? {} : { did_you_mean: near }),
      });
    }
    if (text.length > LIMITS.file_bytes_max)
      found.error(at, { what: 'fichier trop grand', expected: `au plus ${LIMITS.file_bytes_max} caractères` });
    for (const [poison, what] of POISON) {
      const place = poison.exec(text);
      if (place === null) continue;
      const before = text.slice(0, place.index).split('\n');
      found.error({ file, line: before.length, col: before.at(-1)!.length + 1 }, { what });
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

function isText(file: string): boolean {
  return TEXT_FOLDERS.some((folder) => file.startsWith(folder)) && file.endsWith('.md');
}

/**
 * Every file through its schema. Of one that failed, what holds is kept, so that names can be followed all the same and
 * every problem is told at once; undefined when the texts themselves cannot be read.
 */
function readSet(texts: ConfigFiles, found: Findings): LoadedSet | undefined {
  if (found.problems.length > 0) return undefined;
  const read = <T extends z.ZodType>(file: string, schema: T): Loaded<z.output<T>> | undefined => {
    const text = texts.get(file);
    if (text === undefined) {
      found.error({ file, line: 1, col: 1 }, { what: 'le fichier manque' });
      return remainsOf(schema, file, text, found);
    }
    const yaml = parseYaml(file, text);
    const { data, problems } = validate(schema, yaml);
    found.problems.push(...problems);
    return data === undefined ? remainsOf(schema, file, text, found) : { data, yaml };
  };
  const motifs = read('motifs.yaml', motifsFile);
  const flags = read('flags.yaml', flagsFile);
  const routing = read('routing.yaml', routingFile);
  const pools = read('pools.yaml', poolsFile);
  const calendars = read('calendars.yaml', calendarsFile);
  const sla = read('sla.yaml', slaFile);
  const mailboxes = read('mailboxes.yaml', mailboxesFile);
  const optional = <T extends z.ZodType>(file: string, schema: T): Loaded<z.output<T>> | undefined =>
    texts.has(file) ? read(file, schema) : undefined;
  const tests = optional('routing.test.yaml', testsFile);
  const provisional = optional('motifs-provisoires.yaml', provisionalFile);
  const order = optional('order.yaml', orderFile);
  const presence = optional('presence.yaml', presenceFile);
  const reviews = optional('reviews.yaml', reviewsFile);
  const rota = optional('rota.yaml', rotaFile);
  const waves = optional('waves.yaml', wavesFile);
  const figure = optional('figure.yaml', figureFile);
  const settings = optional('bot.yaml', botFile);
  const templates: LoadedTemplate[] = [];
  for (const [file, text] of texts) {
    if (!file.startsWith(REPLIES)) continue;
    const { template, problems } = readTemplate(file, text);
    found.problems.push(...problems);
    if (template === undefined) found.lose(REPLIES, 'all');
    else templates.push(template);
  }
  const set = {
    ...{ motifs, flags, routing, pools, calendars, sla, mailboxes, templates },
    ...(settings === undefined ? {} : { bot: { settings, answers: readAnswers(texts, found) } }),
    ...(tests === undefined ? {} : { tests }),
    ...(provisional === undefined ? {} : { provisional }),
    ...(order === undefined ? {} : { order }),
    ...(presence === undefined ? {} : { presence }),
    ...(reviews === undefined ? {} : { reviews }),
    ...(rota === undefined ? {} : { rota }),
    ...(waves === undefined ? {} : { waves }),
    ...(figure === undefined ? {} : { figure }),
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
    ...(set.bot === undefined ? {} : { bot: botTerms(set.bot, set.all_motifs) }),
    ...(set.order === undefined ? {} : { order: set.order.data.order }),
    ...(set.presence === undefined ? {} : { presence: set.presence.data.presence }),
    ...(set.reviews === undefined ? {} : { reviews: set.reviews.data.reviews }),
    ...(set.rota === undefined ? {} : { rota: set.rota.data.rota }),
    ...(set.waves === undefined ? {} : { waves: set.waves.data.waves }),
    ...(set.figure === undefined ? {} : { figure: set.figure.data.figure }),
  };
}
