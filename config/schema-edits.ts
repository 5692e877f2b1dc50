import { z } from 'zod';
import { date, id, level, publicName, sender, share, text, time } from './fields.ts';
import { LIMITS } from './limits.ts';
import { phrases } from './schema-rules.ts';

/** What the forms of the rules page may write: each one thing, in one file (config/rule-edits.ts). */

const example = z.string().trim().min(1).max(LIMITS.example_chars_max);
const examples = {
  match: z.array(example).min(1).max(10),
  no_match: z.array(example).min(1).max(10),
};

export const ruleEdit = z.discriminatedUnion('kind', [
  /** A rule of routing.yaml, e.g. made from a mail. */
  z.strictObject({
    kind: z.literal('rule'),
    id,
    why: text,
    /** All of these hold. */
    motif: id.optional(),
    mailbox: id.optional(),
    phrases,
    /** None of these. */
    none: phrases.optional(),
    then: z
      .strictObject({ queue: id.optional(), level: level.optional(), motif: id.optional() })
      .refine((value) => Object.keys(value).length > 0),
    /** The rule it goes in front of; the end of the file when left out. */
    before: id.optional(),
    ...examples,
  }),
  /** One more phrase in a list that stands there. */
  z.strictObject({
    kind: z.literal('phrase'),
    file: z.enum(['flags.yaml', 'routing.yaml', 'motifs-provisoires.yaml']),
    path: z
      .array(z.union([z.string().max(64), z.int().min(0).max(10_000)]))
      .min(3)
      .max(16),
    phrase: z.string().trim().min(1).max(LIMITS.phrase_chars_max),
  }),
  /** A team's capacity, and a contract's quota. */
  z.strictObject({
    kind: z.literal('pool'),
    id,
    capacity_per_open_hour: z.number().min(0).max(100_000).optional(),
    daily_quota: z.int().min(0).max(1_000_000).optional(),
    max_share: share.optional(),
    enabled: z.boolean().optional(),
  }),
  /** One line of opening hours. */
  z.strictObject({ kind: z.literal('hours'), calendar: id, line: z.int().min(0).max(50), from: time, to: time }),
  /** A subject sorted by its words until a day. */
  z.strictObject({
    kind: z.literal('temporary'),
    id,
    label: text,
    parent: id,
    why: text,
    from: date,
    until: date,
    level: level.optional(),
    phrases,
    ...examples,
  }),
  /** An address or a domain that says who writes. */
  z.strictObject({ kind: z.literal('sender'), sender, public: publicName }),
  /** An approved text: its words, who answers for it, its last day. */
  z
    .strictObject({
      kind: z.literal('template'),
      id,
      subject: text.optional(),
      body: z.string().trim().min(1).max(LIMITS.template_chars_max).optional(),
      owner: text.optional(),
      valid_until: date.optional(),
    })
    .refine(({ kind: _, id: __, ...said }) => Object.values(said).some((value) => value !== undefined)),
]);
export type RuleEdit = z.output<typeof ruleEdit>;
