import { z } from 'zod';
import { finding, id, instant, name, status, text } from './schemas.ts';
import { BOT_ANSWER_CHARS_MAX, SENTENCE_CHARS_MAX } from '../../domain/wave/words.ts';
import { DISMISSALS } from '../../store/waves.ts';

/** Shapes of the wave routes. */

const count = z.int().min(0);

export const wave = z.object({
  id,
  status: z.enum(['proposed', 'active', 'dismissed', 'ended']),
  label: z.string().nullable(),
  /** What its mails have in common: words that at least three people wrote. */
  words: z.array(z.string()),
  /** People of the hours in which it was found, and the usual number at that hour of that weekday. */
  people: count,
  usual: z.number(),
  since: instant,
  found_at: instant,
  ends_at: instant.nullable(),
  template: z.string().nullable(),
  sentence: z.string().nullable(),
  bot_answer: z.string().nullable(),
  motif: z.string().nullable(),
  phrases: z.array(z.string()),
  decided_by: id.nullable(),
  decided_at: instant.nullable(),
  /** Of a dismissal; `lapsed`: nobody looked at it in time. */
  reason: z.string().nullable(),
  ended_by: id.nullable(),
  ended_at: instant.nullable(),
  members: count,
  open: count,
  group_answered: count,
});

export const scan = z.object({ scanned_at: instant, mails: count, share: z.number(), found: count }).nullable();

export const member = z.object({
  conversation: id,
  ref: z.string(),
  subject: z.string(),
  status,
  queue: z.string(),
  first_received_at: instant,
  similarity: z.number(),
  /** `found` by the search, `gathered` from earlier mail, `joined` on arrival. */
  how: z.enum(['found', 'gathered', 'joined']),
});

export const nameAsk = z.strictObject({
  label: text(120),
  ends_at: instant,
  template: name.nullable().default(null),
  sentence: text(SENTENCE_CHARS_MAX).nullable().default(null),
  bot_answer: text(BOT_ANSWER_CHARS_MAX).nullable().default(null),
  motif: name.nullable().default(null),
  phrases: z.array(text(200)).max(20).default([]),
});
export const nameAnswer = z.object({ wave, findings: z.array(finding) });
export const dismissAsk = z.strictObject({ reason: z.enum(DISMISSALS) });

export const groupPreview = z.object({
  wave: id,
  /** To be given back with an approval: of exactly this list and these words. */
  digest: z.string(),
  template: z.object({ id: z.string(), subject: z.string(), body: z.string() }),
  /** Likeness asked for, and most sendings at once. */
  similarity_min: z.number(),
  group_max: count,
  items: z.array(
    z.object({
      conversation: id,
      ref: z.string(),
      sender_name: z.string(),
      subject: z.string(),
      received_at: instant,
      queue: z.string(),
      similarity: z.number(),
      excerpt: z.string(),
    }),
  ),
  /** As good, but over group_max: they come with the next list. */
  later: count,
  excluded: z.array(
    z.object({ conversation: id, ref: z.string(), received_at: instant, why: z.string(), label: z.string() }),
  ),
  /** The first, the middle and the least alike, whole: the mail and the answer it would get. */
  samples: z.array(
    z.object({ ref: z.string(), mail: z.string(), to: z.string(), subject: z.string(), answer: z.string() }),
  ),
});

export const approveAsk = z.strictObject({ digest: z.string().regex(/^[0-9a-f]{64}$/) });

export const group = z.object({
  id,
  wave: id,
  approved_by: id,
  approved_at: instant,
  finished_at: instant.nullable(),
  template: z.string(),
  digest: z.string(),
  pending: count,
  sent: count,
  skipped: count,
  taken_back: count,
  items: z.array(
    z.object({
      conversation: id,
      ref: z.string(),
      status: z.enum(['pending', 'sent', 'skipped']),
      /** Why it was left, and what to say about it. */
      reason: z.string().nullable(),
      label: z.string().nullable(),
      delivery: id.nullable(),
      delivery_status: z.string().nullable(),
    }),
  ),
});
export type GroupView = z.infer<typeof group>;
