import type { Evidence, Facts } from './facts.ts';
import type { TraceStep } from './route.ts';
import type { Condition, Example, Flag, FlagLevel, Motif, Predicate, Rule, Rulebook } from './rulebook.ts';
import { compileTest, NOTHING_GIVEN, type Given, type MatchContext, type Test } from './match/predicates.ts';
import { Reading, type Place } from './match/reading.ts';
import { Scanner } from './match/scan.ts';

/**
 * Conditions on mail, compiled once for a rulebook. Pure: the same facts and context give the same answer, and every
 * answer says what it saw. A mail is read once however many flags and rules look at it.
 */
export type { MatchContext } from './match/predicates.ts';
export { parsePhrase, PhraseError } from './match/phrase.ts';
export { Scanner } from './match/scan.ts';

export interface MatchResult {
  readonly matched: boolean;
  /** Empty when nothing matched, and where only facts outside the text decided. */
  readonly evidence: readonly Evidence[];
}
export interface FlagResult extends MatchResult {
  /** The flag's own level, or the raised one; meaningless when not matched. */
  readonly level: FlagLevel;
}
export type CompiledCondition = (facts: Facts, context: MatchContext) => MatchResult;
export type CompiledFlag = (facts: Facts, context: MatchContext) => FlagResult;

export interface CompiledRulebook extends Rulebook {
  readonly compiled: {
    /** By flag id. Inside a flag's condition, `flag:` asks the flags above it in the file. */
    readonly flags: ReadonlyMap<string, CompiledFlag>;
    /** By rule id. */
    readonly rules: ReadonlyMap<string, CompiledCondition>;
    /** By motif id, provisional motifs only. */
    readonly provisional: ReadonlyMap<string, CompiledCondition>;
    /** What every decision goes through or looks up, made ready once. */
    readonly inOrder: {
      /** Each with what its explanation says where it did not hold, as nearly always. */
      readonly flags: readonly (readonly [flag: Flag, test: CompiledFlag, missed: TraceStep])[];
      readonly rules: readonly (readonly [rule: Rule, test: CompiledCondition, missed: TraceStep])[];
      readonly motifs: ReadonlyMap<string, Motif>;
    };
  };
}

const NO_MATCH: MatchResult = { matched: false, evidence: [] };

/**
 * Compiles a validated rulebook.
 * @param scanner shared by sets that will read the same mails one after the other: each mail is then scanned once
 * @throws PhraseError or a regex error when it was not validated
 */
export function compileRulebook(book: Rulebook, scanner = new Scanner()): CompiledRulebook {
  const read = reader(scanner);
  const up = new Map<string, Test>();
  const flags = new Map<string, CompiledFlag>();
  for (const flag of book.flags) {
    // Only what stands above is known here, so that no two flags can wait for each other.
    const above = new Map(up);
    const asked = (id: string, reading: Reading, context: MatchContext): boolean =>
      above.get(id)?.(reading, context, NOTHING_GIVEN).is === true;
    const when = compileTest(flag.when, scanner, asked, flag.id);
    const raise = flag.raise === undefined ? undefined : compileTest(flag.raise.when, scanner, asked, flag.id);
    up.set(flag.id, when);
    flags.set(flag.id, (facts, context) => {
      const reading = read(facts);
      const { is, places } = when(reading, context, NOTHING_GIVEN);
      if (is !== true) return { ...NO_MATCH, level: flag.level };
      const raised = raise?.(reading, context, NOTHING_GIVEN);
      const high = raised?.is === true;
      return {
        matched: true,
        level: high ? flag.raise!.level : flag.level,
        evidence: evidence([...places, ...(high ? raised.places : [])], `flag:${flag.id}`),
      };
    });
  }
  const rules = new Map<string, CompiledCondition>();
  for (const rule of book.rules) rules.set(rule.id, result(compileTest(rule.when, scanner), read, `rule:${rule.id}`));
  const provisional = new Map<string, CompiledCondition>();
  for (const { id, provisional: terms } of book.motifs)
    if (terms !== undefined) provisional.set(id, result(compileTest(terms.when, scanner), read, `motif:${id}`));
  const inOrder = {
    flags: book.flags.map((flag) => [flag, flags.get(flag.id)!, missed('flag', flag.id)] as const),
    rules: book.rules.map((rule) => [rule, rules.get(rule.id)!, missed('rule', rule.id)] as const),
    motifs: new Map(book.motifs.map((motif) => [motif.id, motif])),
  };
  return { ...book, compiled: { flags, rules, provisional, inOrder } };
}

function missed(step: TraceStep['step'], id: string): TraceStep {
  return { step, id, matched: false, detail: '', evidence: [] };
}

/** One condition on its own, for tests and for trying a rule in the console. */
export function compileCondition(condition: Condition, evidence_for: string): CompiledCondition {
  const scanner = new Scanner();
  return result(compileTest(condition, scanner), reader(scanner), evidence_for);
}

/** One predicate of a condition, to be looked at on its own. */
export interface ConditionPart {
  readonly list: 'all' | 'any' | 'none';
  readonly predicate: Predicate;
  readonly test: CompiledCondition;
}

/** The predicates of a condition one by one: the same tests as the condition's own, to show which of them held. */
export function compileParts(condition: Condition, evidence_for: string, scanner = new Scanner()): ConditionPart[] {
  const read = reader(scanner);
  const of = (list: ConditionPart['list']): ConditionPart[] =>
    (condition[list] ?? []).map((predicate) => ({
      list,
      predicate,
      test: result(compileTest({ all: [predicate] }, scanner), read, evidence_for),
    }));
  return [...of('all'), ...of('any'), ...of('none')];
}

/** Does a condition recognise an example? What the example leaves out is given (domain/rulebook.ts, Example). */
export function compileForExamples(condition: Condition): (example: Example, model_agrees: boolean) => boolean {
  const scanner = new Scanner();
  const test = compileTest(condition, scanner, () => false);
  return (example, model_agrees) => {
    const { facts, context, given } = exampleFacts(example);
    // Examples try the words. A model that agrees helps no mail along whose words say nothing.
    const model_flags = model_agrees ? undefined : new Map<string, number>();
    return test(new Reading(facts, scanner), { ...context, model_flags }, given).is !== false;
  };
}

/**
 * What a condition says of an example: undefined where the example leaves out all that it asks for.
 * @param assume take what the example leaves out as given; else as absent, as in a mail that says no more
 */
export function compileForCases(condition: Condition): (example: Example, assume: boolean) => boolean | undefined {
  const scanner = new Scanner();
  const test = compileTest(condition, scanner, () => false);
  return (example, assume) => {
    const { facts, context, given } = exampleFacts(example);
    const model_flags = new Map<string, number>();
    return test(new Reading(facts, scanner), { ...context, model_flags }, assume ? given : NOTHING_GIVEN).is;
  };
}

/** A Wednesday, so that « lundi » and « demain » in examples mean the same for ever. */
const EXAMPLE_DAY = '2026-03-18T10:00:00+01:00';

function exampleFacts(example: Example): { facts: Facts; context: MatchContext; given: Given } {
  const told: Exclude<Example, string> = typeof example === 'string' ? { body: example } : example;
  const given = new Set<string>();
  const unless = <T>(name: string, value: T | undefined, otherwise: T): T => {
    if (value === undefined) given.add(name);
    return value ?? otherwise;
  };
  const received_at = told.at ?? EXAMPLE_DAY;
  const facts: Facts = {
    channel: 'mail',
    subject: told.subject ?? '',
    body: told.body,
    quoted: '',
    mailbox: unless('mailbox', told.mailbox, ''),
    public: unless('public', told.public, 'assure'),
    from: unless('from', told.from, ''),
    attachments: unless('attachments', told.attachments, []),
    prior_contacts: unless('prior_contacts', told.prior_contacts, 0),
    received_at,
  };
  const context: MatchContext = {
    now: new Date(received_at),
    motif: unless('motif', told.motif, ''),
    level: unless('level', told.level, 'n1'),
    flags: unless('flag', told.flags, []),
  };
  return { facts, context, given: given as Given };
}

/** Reads a mail once: flags and rules of one decision come with the same facts object. */
function reader(scanner: Scanner): (facts: Facts) => Reading {
  let last: Reading | undefined;
  return (facts) => (last?.facts === facts ? last : (last = new Reading(facts, scanner)));
}

function result(test: Test, read: (facts: Facts) => Reading, evidence_for: string): CompiledCondition {
  return (facts, context) => {
    const { is, places } = test(read(facts), context, NOTHING_GIVEN);
    return is === true ? { matched: true, evidence: evidence(places, evidence_for) } : NO_MATCH;
  };
}

/** One entry a place, in reading order. */
function evidence(places: readonly Place[], evidence_for: string): Evidence[] {
  const seen = new Map<string, Evidence>();
  for (const place of places) seen.set(`${place.part} ${place.start} ${place.end}`, { for: evidence_for, ...place });
  return [...seen.values()];
}
