import { shownEvidence, type Shown, type textsOf } from './evidence.ts';
import { DeniedPhrases } from './denied.ts';
import { sayPredicate } from './words.ts';
import type { Facts } from '../facts.ts';
import { compileParts, Scanner, type CompiledRulebook, type ConditionPart, type MatchContext } from '../match.ts';
import type { TraceStep } from '../route.ts';
import type { Rule } from '../rulebook.ts';

/** One predicate of a rule that was tried. */
export interface PredicateSeen {
  /** `none`: it must not be true. */
  readonly list: 'all' | 'any' | 'none';
  readonly says: string;
  readonly is: boolean;
  readonly evidence: readonly Shown[];
  /** Its phrases that do stand in the mail, but denied (« pas eu la prime »); only where that kept it from holding. */
  readonly denied: readonly Shown[];
}

/** One rule in the order of the file. The first that holds decides; those below it are not tried. */
export interface RuleTried {
  readonly id: string;
  readonly held: boolean;
  readonly why: string;
  readonly then: Rule['then'];
  readonly predicates: readonly PredicateSeen[];
}

/**
 * The rules a decision tried, predicate by predicate.
 * @param tried the `rule` steps of its trace: what production saw decides whether a rule held
 */
export function explainRules(
  book: CompiledRulebook,
  facts: Facts,
  context: MatchContext,
  tried: readonly TraceStep[],
  texts: ReturnType<typeof textsOf>,
): RuleTried[] {
  const scanner = new Scanner();
  const compiled = book.rules
    .filter(({ id }) => tried.some((step) => step.id === id))
    .map((rule) => ({ rule, parts: compileParts(rule.when, `rule:${rule.id}`, scanner) }));
  const held = new Set(tried.filter((step) => step.matched).map(({ id }) => id));
  const failed = compiled.filter(({ rule }) => !held.has(rule.id)).flatMap(({ parts }) => parts.filter(isAsked));
  const denied = new DeniedPhrases(
    facts,
    failed.map(({ predicate }) => predicate),
  );
  return compiled.map(({ rule, parts }) => ({
    id: rule.id,
    held: held.has(rule.id),
    why: rule.why,
    then: rule.then,
    predicates: parts.map((part) => {
      const { list, predicate, test } = part;
      const { matched, evidence } = test(facts, context);
      return {
        ...{ list, says: sayPredicate(predicate), is: matched, evidence: shownEvidence(evidence, texts) },
        denied: !matched && !held.has(rule.id) && isAsked(part) ? denied.of(predicate, texts) : [],
      };
    }),
  }));
}

/** Of what must not stand in the mail nothing is missing. */
function isAsked({ list }: ConditionPart): boolean {
  return list !== 'none';
}
