import type { Condition, Predicate, Rule } from '../domain/rulebook.ts';

/**
 * Does a rule above take every mail that this one would? Told for sure only, by comparing what the two ask; rules that
 * overlap in part are every day's business.
 */
export function coveredBy(rule: Rule, above: readonly Rule[]): Rule | undefined {
  return above.find((other) => wider(other.when, rule.when));
}

/** True when everything `narrow` matches is matched by `wide` too. */
function wider(wide: Condition, narrow: Condition): boolean {
  const asked = narrow.all ?? [];
  const all = (wide.all ?? []).every((p) => asked.some((q) => implies(q, p)));
  const none = (wide.none ?? []).every((p) => (narrow.none ?? []).some((q) => implies(p, q)));
  const any =
    wide.any === undefined ||
    asked.some((q) => wide.any!.some((p) => implies(q, p))) ||
    (narrow.any !== undefined && narrow.any.every((q) => wide.any!.some((p) => implies(q, p))));
  return all && none && any;
}

/** Lists of which one entry is enough, and lists that must all hold. */
const EITHER = ['motif', 'mailbox', 'public', 'flag', 'any_phrase', 'sender_domain', 'written_data'];

/** True when `q` cannot hold without `p`. */
function implies(q: Predicate, p: Predicate): boolean {
  const [key] = Object.keys(p);
  if (key === undefined || !(key in q) || Object.keys(p).length > 1) return JSON.stringify(q) === JSON.stringify(p);
  const [wide, narrow] = [p, q].map((each) =>
    [(each as Record<string, unknown>)[key]].flat().map((value) => JSON.stringify(value)),
  );
  if (EITHER.includes(key)) return narrow!.every((value) => wide!.includes(value));
  if (key === 'all_phrases') return wide!.every((value) => narrow!.includes(value));
  if (key === 'waiting_days_min' || key === 'prior_contacts_min' || key === 'model_min')
    return Number(narrow![0]) >= Number(wide![0]);
  if (key === 'date_within_days') return Number(narrow![0]) <= Number(wide![0]);
  return JSON.stringify(q) === JSON.stringify(p);
}
