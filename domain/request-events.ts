import { z } from 'zod';
import { AiguillageError } from './errors.ts';
import { CLOSING_CODES, REPLY_TYPES, stopsClock, type ClosingCode, type ReplyType } from './conversation.ts';

/**
 * What the events of a request carry. Writers (store/requests.ts) and the reader (domain/figure.ts) share these shapes;
 * a released field keeps its meaning for ever, because old figures are computed from old events (law 6). Ids, codes and
 * instants only.
 */

const instant = z.iso.datetime({ offset: true });
const id = z.string().min(1).max(200);
const ids = z.array(z.string().min(1).max(100)).max(10_000);

/** data of `request.received`: everything the clocks of this message will ever need. */
export const requestReceived = z.object({
  /** Id of the SLA policy of its day. */
  policy: id,
  /** Its promise, hours on both clocks. */
  hours: z.number().positive(),
  headline: z.enum(['elapsed', 'working']),
  due_elapsed_at: instant,
  due_working_at: instant,
  legal_due_at: instant.nullable().default(null),
  /** The owner's working calendar, kept here so that a later change of configuration leaves old figures alone. */
  calendar: z.object({ zone: id, alsace_moselle: z.enum(['none', 'with-good-friday', 'without-good-friday']) }),
  mailbox: id,
  /** Null when nobody could say yet, e.g. a mail in quarantine. */
  motif: id.nullable(),
  /** The motif of the nomenclature a provisional motif counts under, kept here so that retiring it changes no figure. */
  motif_parent: id.optional(),
  level: z.enum(['n1', 'expert']).nullable(),
  queue: id.nullable(),
  /** The partner pool its conversation is in when the message joins it; later hand-overs have events of their own. */
  pool: id.nullable().default(null),
  origin: z.enum(['imap', 'import', 'bot', 'desk']),
  /** Somebody only tried the chat page: in no figure. */
  trial: z.literal(true).optional(),
});
export type RequestReceived = z.infer<typeof requestReceived>;

/** data of `request.answered`: a substantive human answer stopped these clocks. */
export const requestAnswered = z.object({
  reply_type: z.enum(REPLY_TYPES as [ReplyType, ...ReplyType[]]),
  /** Calls only: false when nobody was reached or nothing was settled. Such a call stops nothing. */
  conclusive: z.boolean().optional(),
  /** The approved text it began with; no figure looks at it. */
  template: id.optional(),
  message_ids: ids,
});
export type RequestAnswered = z.infer<typeof requestAnswered>;

/** data of `request.closed`: these clocks ended without an answer of ours. */
export const requestClosed = z.object({
  code: z.enum(CLOSING_CODES as [ClosingCode, ...ClosingCode[]]),
  /** True when a person looked at this conversation and decided; false for bulk and automatic closings. */
  confirmed: z.boolean(),
  /** Redirections only: the sender was told (CRPA L114-2). */
  notice: z.boolean().optional(),
  message_ids: ids,
});
export type RequestClosed = z.infer<typeof requestClosed>;

/**
 * Why a stop is void: its author took the reply back before it left; every attempt to send it failed for good; or it left
 * and came back (a bounce).
 */
export const RESUME_REASONS = ['reply-cancelled', 'reply-failed', 'reply-returned'] as const;
export type ResumeReason = (typeof RESUME_REASONS)[number];

/** data of `request.resumed`: the answer that had stopped these clocks, or the notice of a redirection, reached nobody. */
export const requestResumed = z.object({
  message_ids: ids,
  reason: z.enum(RESUME_REASONS).default('reply-cancelled'),
  /** The sending that failed or came back. */
  delivery: id.optional(),
});

/**
 * data of `request.placed`: people have joined or split conversations, and these open requests now stand elsewhere than
 * the conversation whose life tells them. Queue, pool and motif of the figure follow; clocks and ends do not.
 */
export const requestPlaced = z.object({
  message_ids: ids,
  queue: id,
  pool: id.nullable(),
  level: z.enum(['n1', 'expert']),
  motif: id.nullable(),
  motif_parent: id.nullable().optional(),
  /** A person gave the motif. */
  confirmed: z.boolean(),
});
export type RequestPlaced = z.infer<typeof requestPlaced>;

/** What became of a request whose clock was stopped. */
export type RequestEnd =
  'answered' | 'call_conclusive' | 'answered_with_other' | 'redirected' | 'no_answer_needed' | 'closed_without_answer';

/** The end an answer means, or undefined when it stops no clock (a holding reply, an unanswered call). */
export function endOfAnswer(data: Pick<RequestAnswered, 'reply_type' | 'conclusive'>): RequestEnd | undefined {
  if (!stopsClock(data.reply_type, data.conclusive ?? true)) return undefined;
  return data.reply_type === 'appel' ? 'call_conclusive' : 'answered';
}

/**
 * The end a closing means. Whatever its code, a closing that no person confirmed for this conversation is a closing
 * without answer (laws 6 and 8); so is a redirection the sender was not told of, and "answered" without an answer on
 * record. A document handed to the scanning circuit (« versé aux flux entrants ») is nothing left to answer.
 */
export function endOfClosing(data: Pick<RequestClosed, 'code' | 'confirmed' | 'notice'>): RequestEnd {
  if (!data.confirmed) return 'closed_without_answer';
  switch (data.code) {
    case 'answered_with_other':
    case 'no_answer_needed':
    case 'call_conclusive':
      return data.code;
    case 'versed_to_scan':
      return 'no_answer_needed';
    case 'redirected':
      return data.notice === true ? 'redirected' : 'closed_without_answer';
    case 'answered':
    case 'closed_without_answer':
      return 'closed_without_answer';
  }
}

/** Reads the data of an event. @throws AiguillageError BAD_INPUT naming the event's type and field, never its contents. */
export function readData<T>(schema: z.ZodType<T>, type: string, data: unknown): T {
  const parsed = schema.safeParse(data);
  if (parsed.success) return parsed.data;
  throw new AiguillageError('BAD_INPUT', `Event ${type}, field ${parsed.error.issues[0]?.path.join('.') ?? ''}.`);
}
