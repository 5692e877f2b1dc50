import type { Public } from '../domain/rulebook.ts';
import type { Labels } from './examples.ts';
import { NO, UNKNOWN, YES } from './svm.ts';

/**
 * The questions one model answers at once, each a yes/no machine over the same features: which motif, which flags, who
 * writes, expert or level 1. They are trained apart: a flag never changes the motif (domain §3.6-3).
 */
export interface Heads {
  readonly motifs: readonly string[];
  readonly flags: readonly string[];
  readonly publics: readonly Public[];
}

/** Fewer examples than this teach nothing about a flag. */
const FLAG_EXAMPLES_MIN = 12;

export function headsOf(examples: readonly Labels[]): Heads {
  const flags = new Map<string, number>();
  for (const flag of examples.flatMap((example) => example.flags ?? [])) flags.set(flag, (flags.get(flag) ?? 0) + 1);
  return {
    motifs: [...new Set(examples.map((example) => example.motif))].sort(),
    flags: [...flags.keys()].filter((flag) => flags.get(flag)! >= FLAG_EXAMPLES_MIN).sort(),
    publics: [...new Set(examples.map((example) => example.public))].sort(),
  };
}

/** Motifs, flags, publics, and one for the level. */
export function countHeads(heads: Heads): number {
  return heads.motifs.length + heads.flags.length + heads.publics.length + 1;
}

/** Rows × heads of {@link YES}, {@link NO} or {@link UNKNOWN}. */
export function answersOf(examples: readonly Labels[], heads: Heads): Uint8Array {
  const width = countHeads(heads);
  const answers = new Uint8Array(examples.length * width).fill(NO);
  for (const [i, example] of examples.entries()) {
    let at = i * width;
    for (const motif of heads.motifs) {
      // A second need is in the text all the same: it is no example of a mail without it.
      if (motif === example.motif) answers[at] = YES;
      else if (example.secondary?.includes(motif) === true) answers[at] = UNKNOWN;
      at += 1;
    }
    for (const flag of heads.flags) answers[at++] = example.flags.includes(flag) ? YES : NO;
    for (const kind of heads.publics) answers[at++] = kind === example.public ? YES : NO;
    answers[at] = example.level === 'expert' ? YES : NO;
  }
  return answers;
}
