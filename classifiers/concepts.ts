import type { MotifInput } from '../domain/facts.ts';

/** Named criteria the model weighs; placeholder until detectors are added one by one with their tests. */
export function concepts(_input: MotifInput): string[] {
  return [];
}
