import { z } from 'zod';
import { BOT_TEXT_NAMES, type BotTexts } from '../domain/bot/terms.ts';
import { id, oneOrMore, share, text, version } from './fields.ts';
import { LIMITS } from './limits.ts';

/** bot.yaml and the head of bot/*.md. */
const menuEntry = z.strictObject({
  label: text,
  also: oneOrMore(text, 30).optional(),
  motif: id.optional(),
});

const texts = z.strictObject(
  Object.fromEntries(BOT_TEXT_NAMES.map((name) => [name, text])) as Record<keyof BotTexts, typeof text>,
);

export const botFile = z.strictObject({
  version,
  mailbox: id,
  failed_requests_max: z.int().min(1).max(10),
  ask_human: z.enum(['immediate', 'counts_as_failed']),
  answer_min: share,
  clarify: z.strictObject({ second_min: share, together_min: share }),
  idle_minutes: z.int().min(1).max(10_000),
  forget_hours: z.int().min(1).max(10_000),
  answer_timeout_ms: z.int().min(100).max(600_000),
  human_motifs: z.array(id).max(LIMITS.motifs_max),
  no_answer: z
    .array(z.strictObject({ motif: id, why: text }))
    .max(LIMITS.motifs_max)
    .default([]),
  menu: z.array(menuEntry).max(30).default([]),
  texts,
});
export const botAnswerHead = z.strictObject({ motif: id });

export type BotFile = z.output<typeof botFile>;
export type BotAnswerHead = z.output<typeof botAnswerHead>;
