import { compileForCases } from '../domain/match.ts';
import type { Condition, Example, Predicate, Rule } from '../domain/rulebook.ts';
import type { ProblemText } from './problems.ts';
import { coveredBy } from './unreachable.ts';
import type { Path } from './yaml.ts';

/** Rules stand in each other's way only through their order, so these are warnings, each naming both rules. */
export interface OrderDoubt extends ProblemText {
  readonly path: Path;
}

type Case = Exclude<Example, string>;

/**
 * A rule never reached, an example of its own that a rule above takes, and two rules that each claim the other's
 * examples and do not agree on what follows.
 */
export function orderDoubts(rules: readonly Rule[]): OrderDoubt[] {
  const tried = rules.map((rule) => ({
    rule,
    test: compileForCases(rule.when),
    cases: rule.examples.match.map(toCase),
  }));
  const found: OrderDoubt[] = [];
  tried.forEach(({ rule, cases }, i) => {
    const path = ['rules', i];
    const above = tried.slice(0, i);
    const by = coveredBy(
      rule,
      above.map((each) => each.rule),
    );
    if (by !== undefined) {
      const what = `règle jamais atteinte : « ${by.id} » prend tout avant elle`;
      found.push({ path: [...path, 'id'], what, value: rule.id });
      return;
    }
    for (const other of above) {
      if (sameOutcome(rule, other.rule)) continue;
      const full = cases.map((each) => completed(each, rule));
      const taken = full.findIndex((variants) => variants.every((each) => other.test(each, false) === true));
      if (taken >= 0) {
        found.push({
          path: [...path, 'examples', 'match', taken],
          what: `cet exemple va à la règle « ${other.rule.id} », placée plus haut, avec une autre suite`,
          value: cases[taken]!.body,
          expected: `une exception (none) dans « ${other.rule.id} », ou un autre exemple`,
        });
      } else if (
        asksWords(rule.when) &&
        asksWords(other.rule.when) &&
        claims(other.test, full) &&
        claims(
          tried[i]!.test,
          other.cases.map((each) => completed(each, other.rule)),
        )
      )
        found.push({
          path: [...path, 'id'],
          what: `cette règle et « ${other.rule.id} » se recouvrent : chacune reconnaît un exemple de l’autre, et leurs suites diffèrent`,
          value: rule.id,
          expected: `une condition qui les sépare ; sans elle « ${other.rule.id} », placée plus haut, l’emporte`,
        });
    }
  });
  return found;
}

function claims(test: ReturnType<typeof compileForCases>, cases: readonly (readonly Case[])[]): boolean {
  return cases.some((variants) => variants.some((each) => test(each, true) === true));
}

function sameOutcome(a: Rule, b: Rule): boolean {
  return a.then.motif === b.then.motif && a.then.level === b.then.level && a.then.queue === b.then.queue;
}

function toCase(example: Example): Case {
  return typeof example === 'string' ? { body: example } : example;
}

const VARIANTS_MAX = 60;

/** The example with what its own rule asks for besides words; one variant for each value a list allows. */
function completed(example: Case, rule: Rule): Case[] {
  let variants: Case[] = [example];
  for (const predicate of required(rule.when)) {
    const told = toldBy(predicate);
    if (told === undefined || variants[0]![told.key] !== undefined) continue;
    variants = variants.flatMap((each) => told.values.map((value) => ({ ...each, [told.key]: value }) as Case));
    if (variants.length > VARIANTS_MAX) return [example];
  }
  return variants;
}

/** Two rules of which one looks at no words meet on every mail; who made them knows. */
function asksWords({ all, any }: Condition): boolean {
  const words = (part: Predicate): boolean =>
    'any_phrase' in part ||
    'all_phrases' in part ||
    'regex' in part ||
    (('all' in part || 'any' in part || 'none' in part) && asksWords(part));
  return all?.some(words) === true || any?.some(words) === true;
}

function required(condition: Condition): Predicate[] {
  return (condition.all ?? []).flatMap((part) =>
    'all' in part || 'any' in part || 'none' in part ? required(part) : [part],
  );
}

function toldBy(predicate: Predicate): { key: keyof Case; values: readonly unknown[] } | undefined {
  if ('motif' in predicate) return { key: 'motif', values: [predicate.motif].flat() };
  if ('level' in predicate) return { key: 'level', values: [predicate.level] };
  if ('mailbox' in predicate) return { key: 'mailbox', values: [predicate.mailbox].flat() };
  if ('public' in predicate) return { key: 'public', values: [predicate.public].flat() };
  if ('flag' in predicate) return { key: 'flags', values: [predicate.flag].flat().map((id) => [id]) };
  if ('prior_contacts_min' in predicate) return { key: 'prior_contacts', values: [predicate.prior_contacts_min] };
  if ('has_attachment' in predicate)
    return { key: 'attachments', values: [predicate.has_attachment ? ['piece.pdf'] : []] };
  return undefined;
}
