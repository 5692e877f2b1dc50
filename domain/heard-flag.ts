import type { Condition, Predicate } from './rulebook.ts';

/**
 * The flag without whose reading by the model a condition cannot hold (`model_hears`), or undefined where other words are
 * enough. A flag with such a condition is a doubt about the other: it has no machine of its own, its evidence is the
 * other's, and it labels nothing.
 */
export function heardFlag({ all = [], any = [] }: Condition): string | undefined {
  const needed = all.map(heardBy).find((flag) => flag !== undefined);
  if (needed !== undefined) return needed;
  const ways = any.map(heardBy);
  return ways.includes(undefined) ? undefined : ways[0];
}

function heardBy(part: Predicate): string | undefined {
  if ('model_hears' in part) return part.model_hears.flag;
  return 'all' in part || 'any' in part ? heardFlag(part) : undefined;
}
