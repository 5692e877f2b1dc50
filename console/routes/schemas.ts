import { z } from 'zod';
import { SNOOZE_REASONS } from '../../domain/aside.ts';
import { CLOSING_CODES } from '../../domain/conversation.ts';
import { ROLES } from '../../store/agents.ts';

/** Shapes several routes share. Answers are written through their schema: what it does not name does not leave. */

export const id = z.uuid();
/** Ids of the supervisors' configuration: motifs, queues, mailboxes, templates, flags. */
export const name = z
  .string()
  .min(1)
  .max(100)
  .regex(/^[\w.:-]+$/);
export const instant = z.iso.datetime();
export const day = z.iso.date();
export const text = (max: number) => z.string().trim().min(1).max(max);

export const idParams = z.strictObject({ id });

export const statuses = ['queued', 'assigned', 'waiting', 'answered', 'closed'] as const;
export const status = z.enum(statuses);
export const closingCode = z.enum(CLOSING_CODES as unknown as [string, ...string[]]);
export const role = z.enum(ROLES as unknown as [string, ...string[]]);

export const finding = z.object({
  code: z.string(),
  severity: z.enum(['refuse', 'warn']),
  message: z.string(),
  start: z.int(),
  end: z.int(),
});

export const listed = z.object({
  id,
  ref: z.string(),
  mailbox: z.string(),
  channel: z.enum(['mail', 'bot']),
  subject: z.string(),
  sender_name: z.string(),
  status,
  queue: z.string(),
  level: z.enum(['n1', 'expert']),
  motif: z.string().nullable(),
  motif_confirmed: z.string().nullable(),
  abstained: z.boolean(),
  flags: z.array(z.string()),
  urgency: z.int(),
  due_elapsed_at: instant.nullable(),
  due_working_at: instant.nullable(),
  legal_due_at: instant.nullable(),
  first_received_at: instant,
  last_received_at: instant,
  holder: id.nullable(),
  held_until: instant.nullable(),
  closing_code: z.string().nullable(),
  /** A newcomer's reply to it waits to be read. */
  in_reading: z.boolean(),
});

/** One that is set aside, or was given back. */
export const asideRow = listed.extend({
  snoozed_until: instant.nullable(),
  snooze_reason: z.enum(SNOOZE_REASONS).nullable(),
  /** Who set it aside. */
  by: z.string().nullable(),
  given_back: z.int(),
});

/** A series under way. */
export const series = z.object({
  id,
  queue: z.string(),
  motif: z.string(),
  items: z.array(z.object({ conversation: id, ref: z.string(), open: z.boolean() })),
});

/** Dates of the store as the ISO text of the API. */
export const iso = (date: Date): string => date.toISOString();
export const isoOrNull = (date: Date | null): string | null => (date === null ? null : date.toISOString());
