import { z } from 'zod';
import type { Condition, Example, Flag, Motif, Predicate, Rule, Thresholds } from '../domain/rulebook.ts';
import { flagLevel, id, level, oneOrMore, publicName, sender, share, text, version, yesNo } from './fields.ts';
import { LIMITS } from './limits.ts';

/** motifs.yaml, flags.yaml, routing.yaml. Unknown keys are refused: a misspelt `none` would silently widen a rule. */
export const phrases = z.array(z.string().trim().min(1).max(LIMITS.phrase_chars_max)).min(1).max(LIMITS.phrases_max);

/** One key per line of a condition, so that a supervisor reads it as one sentence. */
const predicateKeys = {
  motif: oneOrMore(id, LIMITS.motifs_max).optional(),
  level: level.optional(),
  flag: oneOrMore(id, LIMITS.flags_max).optional(),
  mailbox: oneOrMore(id, LIMITS.mailboxes_max).optional(),
  public: oneOrMore(publicName, 10).optional(),
  any_phrase: phrases.optional(),
  all_phrases: phrases.optional(),
  regex: z.string().min(1).max(LIMITS.regex_chars_max).optional(),
  sender_domain: z.array(sender).min(1).max(200).optional(),
  has_attachment: yesNo.optional(),
  waiting_days_min: z.int().min(1).max(3_660).optional(),
  date_within_days: z.int().min(0).max(366).optional(),
  written_data: z
    .array(z.enum(['nir', 'iban', 'card', 'nir-like', 'iban-like']))
    .min(1)
    .max(5)
    .optional(),
  foreign_language: yesNo.optional(),
  model_min: share.optional(),
  model_hears: z.strictObject({ flag: id, min: share }).optional(),
  prior_contacts_min: z.int().min(1).max(1_000).optional(),
};

const inside: z.ZodType<Predicate[]> = z.lazy(() => z.array(predicate).min(1).max(LIMITS.predicates_max));
const groupKeys = { all: inside.optional(), any: inside.optional(), none: inside.optional() };
const GROUPS = Object.keys(groupKeys);

/** Zod leaves `undefined` for absent keys out of the output already; the domain's exact optional types want that. */
const predicate = z.strictObject({ ...predicateKeys, ...groupKeys }).superRefine((value, context) => {
  const keys = Object.keys(value);
  if (keys.length > 0 && keys.every((key) => GROUPS.includes(key))) return;
  if (keys.length !== 1) {
    context.addIssue({ code: 'custom', message: 'une seule clé par ligne de condition (un tiret pour chacune)' });
  }
}) as unknown as z.ZodType<Predicate>;

export const condition = z.strictObject(groupKeys).refine((value) => Object.keys(value).length > 0, {
  error: 'au moins all, any ou none',
}) as unknown as z.ZodType<Condition>;

const exampleText = z.string().trim().min(1).max(LIMITS.example_chars_max);
const exampleCase = z.strictObject({
  subject: exampleText.optional(),
  body: exampleText,
  motif: id.optional(),
  level: level.optional(),
  flags: z.array(id).max(LIMITS.flags_max).optional(),
  mailbox: id.optional(),
  public: publicName.optional(),
  from: z.email().optional(),
  attachments: z.array(exampleText).max(20).optional(),
  at: z.iso.datetime({ offset: true, error: 'un instant AAAA-MM-JJTHH:MM:SS+02:00' }).optional(),
  prior_contacts: z.int().min(0).max(1_000).optional(),
});
const example = z.union([exampleText, exampleCase]) as unknown as z.ZodType<Example>;
export const examples = z.strictObject({
  match: z.array(example).min(1).max(LIMITS.examples_max),
  no_match: z.array(example).min(1).max(LIMITS.examples_max),
});

const legalClock = z.strictObject({
  amount: z.int().min(1).max(400),
  unit: z.enum(['days', 'working-days', 'months']),
  silence: z.enum(['acceptance', 'rejection', 'none']),
  source: text,
});

const motif = z.strictObject({
  id,
  number: z.int().min(1).max(999),
  label: text,
  publics: z.array(publicName).min(1).max(6),
  level,
  level_by_text: yesNo.optional(),
  pole: id,
  legal_clock: legalClock.optional(),
  teleservice: z
    .url({ protocol: /^https$/, error: 'une adresse https://…' })
    .max(300)
    .optional(),
  pieces: z.array(text).max(20).default([]),
  is_request: yesNo.default(true),
  restricted: yesNo.default(false),
  repeat_window_days: z.int().min(1).max(366).optional(),
});
export const motifsFile = z.strictObject({ version, motifs: z.array(motif).min(1).max(LIMITS.motifs_max) });

const flag = z.strictObject({
  id,
  label: text,
  level: flagLevel,
  queue: id.optional(),
  why: text,
  when: condition,
  raise: z.strictObject({ level: flagLevel, when: condition }).optional(),
  examples,
});
export const flagsFile = z.strictObject({ version, flags: z.array(flag).min(1).max(LIMITS.flags_max) });

const outcome = z
  .strictObject({ level: level.optional(), queue: id.optional(), motif: id.optional() })
  .refine((value) => Object.keys(value).length > 0, { error: 'au moins level, queue ou motif' });
const rule = z.strictObject({ id, why: text, when: condition, then: outcome, examples });
export const routingFile = z.strictObject({
  version,
  thresholds: z.strictObject({ target_accuracy: share.optional(), motif_min: share.optional(), queue_min: share }),
  rules: z.array(rule).max(LIMITS.rules_max),
});

export type MotifsFile = { version: 1; motifs: Motif[] };
export type FlagsFile = { version: 1; flags: Flag[] };
export type RoutingFile = { version: 1; thresholds: Thresholds; rules: Rule[] };
