import type { Condition } from './rulebook.ts';

/**
 * The flag a condition listens for in the model (`model_hears`), or undefined. Such a flag is a doubt about the other: it
 * has no machine of its own, its evidence is the other's, and it labels nothing.
 */
export function heardFlag({ all = [], any = [] }: Condition): string | undefined {
  for (const part of [...all, ...any]) {
    if ('model_hears' in part) return part.model_hears.flag;
    const inside = 'all' in part || 'any' in part ? heardFlag(part) : undefined;
    if (inside !== undefined) return inside;
  }
  return undefined;
}
