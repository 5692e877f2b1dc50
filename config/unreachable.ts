import type { Rule } from '../domain/rulebook.ts';
import { implies } from './implies.ts';

/**
 * The rule above that takes every mail this one would. Told for sure only, by comparing what the two ask; rules that
 * overlap in part are every day's business.
 */
export function coveredBy(rule: Rule, above: readonly Rule[]): Rule | undefined {
  return above.find((other) => implies(rule.when, other.when));
}
