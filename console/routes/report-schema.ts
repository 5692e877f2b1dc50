import { z } from 'zod';
import { id, instant } from './schemas.ts';

const count = z.int().min(0);
/** What is about to happen, in counts and sentences; nobody's name. */
export const outlook = z.object({
  at: instant,
  /** French, most breaches first: « … : 312 conversations dépasseront 48 h demain à 14 h 00 à ce rythme. » */
  sentences: z.array(z.string()),
  queues: z.array(
    z.object({
      queue: z.string(),
      label: z.string(),
      waiting: count,
      late: count,
      capacity: count,
      total: count,
      sentences: z.array(z.string()),
      breaches: z.array(z.object({ at: instant, policy: z.string(), count })),
    }),
  ),
  policies: z.array(
    z.object({
      policy: z.string(),
      promise: z.string(),
      open: count,
      warned: count,
      breached: count,
      next_due_at: instant.nullable(),
    }),
  ),
  legal: z.array(
    z.object({
      motif: z.string(),
      label: z.string(),
      silence: z.enum(['acceptance', 'rejection', 'none']),
      source: z.string(),
      open: count,
      passed: count,
      within_3_days: count,
      within_7_days: count,
      next_at: instant.nullable(),
    }),
  ),
  duties: z.object({
    pieces: z.object({ waiting: count, within_3_days: count, without_date: count, not_come: count }),
    redirected: z.object({ told: count, not_told: count, notices_not_sent: count }),
    acknowledgment: z.object({ missing: count }),
  }),
});
/** A reply to read again, and the measure that says why: characters, seconds, or hours until the member came back. */
export const reread = z.object({
  why: z.enum(['short', 'fast', 'reopened']),
  conversation: id,
  ref: z.string(),
  motif: z.string().nullable(),
  queue: z.string(),
  reply: z.string().nullable(),
  at: instant,
  measure: count,
});
