import { z } from 'zod';
import type { Condition, Examples, Level } from '../domain/rulebook.ts';
import { date, id, level, text, version } from './fields.ts';
import { LIMITS } from './limits.ts';
import { condition, examples, phrases } from './schema-rules.ts';

/** motifs-provisoires.yaml: a new subject, sorted by its words until the model knows it. */
const provisional = z
  .strictObject({
    id,
    label: text,
    parent: id,
    why: text,
    from: date,
    until: date.optional(),
    level: level.optional(),
    pole: id.optional(),
    phrases: phrases.optional(),
    when: condition.optional(),
    examples,
  })
  .superRefine(({ from, until, ...value }, context) => {
    const refuse = (path: string, message: string): void => context.addIssue({ code: 'custom', path: [path], message });
    if (until !== undefined && until < from) refuse('until', `un jour qui n’est pas avant from (${from})`);
    if (value.phrases === undefined && value.when === undefined)
      refuse('phrases', 'une liste d’expressions, ou une condition when');
    if (value.phrases !== undefined && value.when !== undefined)
      refuse('when', 'rien ici : phrases et when ne vont pas ensemble');
  });
export const provisionalFile = z.strictObject({
  version,
  // An empty list, or the key alone: there is no new subject today.
  provisional_motifs: z.preprocess((value) => value ?? [], z.array(provisional).max(LIMITS.provisional_motifs_max)),
});

/** One entry as it is written. */
export interface ProvisionalEntry {
  readonly id: string;
  readonly label: string;
  readonly parent: string;
  readonly why: string;
  readonly from: string;
  readonly until?: string;
  readonly level?: Level;
  readonly pole?: string;
  /** Any of these; short for a `when` with one any_phrase. Exactly one of the two is there. */
  readonly phrases?: readonly string[];
  readonly when?: Condition;
  readonly examples: Examples;
}
export type ProvisionalFile = { version: 1; provisional_motifs: ProvisionalEntry[] };
