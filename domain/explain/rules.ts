import { shownEvidence, type Shown, type textsOf } from './evidence.ts';
import { sayPredicate } from './words.ts';
import type { Facts } from '../facts.ts';
import { compileParts, Scanner, type CompiledRulebook, type MatchContext } from '../match.ts';
import type { TraceStep } from '../route.ts';
import type { Rule } from '../rulebook.ts';

/** One predicate of a rule that was tried. */
export interface PredicateSeen {
  /** `none`: it must not be true. */
  readonly list: 'all' | 'any' | 'none';
  readonly says: string;
  readonly is: boolean;
  readonly evidence: readonly Shown[];
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
  return compiled.map(({ rule, parts }) => ({
    id: rule.id,
    held: tried.some((step) => step.id === rule.id && step.matched),
    why: rule.why,
    then: rule.then,
    predicates: parts.map(({ list, predicate, test }) => {
      const { matched, evidence } = test(facts, context);
      return { list, says: sayPredicate(predicate), is: matched, evidence: shownEvidence(evidence, texts) };
    }),
  }));
}
