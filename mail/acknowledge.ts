import { randomBytes } from 'node:crypto';
import { acknowledgmentValues } from '../domain/acknowledgment.ts';
import { mayAutoReply, type AutoReplyRefusal } from '../domain/auto-reply.ts';
import { openMsBetween } from '../domain/calendar.ts';
import { hasCode } from '../domain/errors.ts';
import type { Load } from '../domain/overflow.ts';
import { domainOf, threadHeaders } from '../domain/reply.ts';
import type { DeskQueue, MailboxProfile, Motif, ReplyTemplate, Rulebook, SiteCalendar } from '../domain/rulebook.ts';
import { policyFor, legalDue } from '../domain/sla.ts';
import { fillTemplate } from '../domain/template.ts';
import { withSentence } from '../domain/wave/words.ts';
import type { RowJob } from '../queues/contracts.ts';
import { ackHistory, insertDelivery } from '../store/deliveries.ts';
import { SYSTEM, type Tx } from '../store/database.ts';
import type { Conversation } from '../store/intake.ts';
import { mailboxMode } from '../store/mailboxes.ts';
import type { Message } from '../store/messages.ts';
import { isSendable } from './compose.ts';
import { makeMessageId, MESSAGE_ID_RANDOM_BYTES } from './message-token.ts';

/** The template of this flag gives emergency numbers; it is used while the desk is closed (domain §3.5). */
const DANGER_FLAG = 'danger-vital';

export interface AcknowledgmentInput {
  readonly message: Pick<
    Message,
    | 'id'
    | 'origin'
    | 'mailbox'
    | 'received_at'
    | 'automated_reason'
    | 'headers'
    | 'from_address'
    | 'message_id'
    | 'in_reply_to'
    | 'refs'
  >;
  readonly conversation: Pick<Conversation, 'id' | 'ref' | 'sender_key' | 'motif_confirmed'> &
    Partial<Pick<Conversation, 'urgency'>>;
  readonly decision: { readonly flags: readonly { readonly id: string }[]; readonly urgency?: number };
  /** Where the conversation waits: its delay is the one announced. */
  readonly queue: string;
  readonly rulebook: Rulebook;
  readonly load: Load;
  /** One sentence about the wave this mail is part of (docs/waves.md); never beside a P0 or P1. */
  readonly wave_sentence?: string | null | undefined;
  readonly now: Date;
  readonly secret: string;
}

export type AcknowledgmentRefusal = AutoReplyRefusal | 'no-template' | 'exists';

/**
 * Queues the acknowledgment of an incoming message (CRPA L112-11), in the transaction that dispatches it. The caller
 * holds the sender's row: two mails of one sender are counted one after the other. A replay finds the first one.
 * @returns the job to enqueue on `reply` after the commit; undefined when there is to be no acknowledgment
 */
export async function queueAcknowledgment(tx: Tx, input: AcknowledgmentInput): Promise<RowJob | undefined> {
  const result = await tryAcknowledge(tx, input);
  return 'job' in result ? result.job : undefined;
}

/** The same with the reason of a « no », for explanations and tests. */
export async function tryAcknowledge(
  tx: Tx,
  input: AcknowledgmentInput,
): Promise<{ job: RowJob } | { reason: AcknowledgmentRefusal }> {
  const { message, conversation, rulebook, now } = input;
  const profile = rulebook.mailboxes.find((mailbox) => mailbox.id === message.mailbox);
  if (profile === undefined) return { reason: 'mailbox-does-not-acknowledge' };
  const to_address = message.from_address;
  const history = await ackHistory(tx, conversation, to_address, now);
  const verdict = mayAutoReply({
    now_ms: now.getTime(),
    received_at_ms: message.received_at.getTime(),
    origin: message.origin,
    automated_reason: message.automated_reason,
    headers: message.headers,
    to_address,
    own_addresses: rulebook.mailboxes.flatMap((mailbox) => [mailbox.address, ...(mailbox.copy_to ?? [])]),
    last_ack_in_thread_ms: history.last_in_thread?.getTime() ?? null,
    acks_to_sender: history.to_sender_today,
    public: profile.public,
    mailbox_mode: await mailboxMode(tx, message.mailbox),
    acknowledge: profile.acknowledge,
    reply_via: profile.reply_via,
  });
  if (!verdict.ok) return { reason: verdict.reason };
  if (!isSendable(to_address)) return { reason: 'no-address' };
  const queue = rulebook.queues.find((candidate) => candidate.id === input.queue);
  const calendar = rulebook.calendars.find((candidate) => candidate.id === queue?.calendar) ?? rulebook.calendars[0];
  const template = chooseTemplate(input, profile, calendar);
  if (template === undefined) return { reason: 'no-template' };
  const filled = fillAcknowledgment(input, profile, template, queue, calendar);
  if (filled === undefined) return { reason: 'no-template' };
  const what = { conversation_id: conversation.id, ref: conversation.ref, recipient: to_address };
  const job = await insertDelivery(tx, SYSTEM, now, {
    conversation_id: conversation.id,
    kind: 'ack',
    via: 'smtp',
    mailbox: message.mailbox,
    // Neither the member's name nor subject: the sender may be forged, and we would carry a stranger's words to a third.
    to_name: '',
    to_address,
    ...filled,
    message_id_header: makeMessageId(
      { ...what, domain: domainOf(profile.address) },
      input.secret,
      randomBytes(MESSAGE_ID_RANDOM_BYTES),
    ),
    ...threadHeaders(message),
    in_response_to: message.id,
    message_id: null,
    not_before: now,
  });
  if (job === undefined) return { reason: 'exists' };
  await tx.updateTable('sender').set({ last_ack_at: now }).where('key', '=', conversation.sender_key).execute();
  return { job };
}

/** The emergency numbers when nobody is there to call; else the template of a flag; else the mailbox's own. */
function chooseTemplate(
  input: AcknowledgmentInput,
  profile: MailboxProfile,
  calendar: SiteCalendar | undefined,
): ReplyTemplate | undefined {
  const flags = input.decision.flags.map((flag) => flag.id);
  const allowed = input.rulebook.templates.filter(
    (template) => template.kind === 'ack' && !flags.some((flag) => template.not_with_flags?.includes(flag) ?? false),
  );
  const closed = calendar === undefined || openMsBetween(input.now, input.now.getTime() + 60_000, calendar) === 0;
  const forFlag = (wanted: string): ReplyTemplate | undefined =>
    allowed.find((template) => template.flags?.includes(wanted) ?? false);
  // While the desk is open a person is there within minutes: then the usual acknowledgment is enough.
  const chosen = [
    ...(closed && flags.includes(DANGER_FLAG) ? [DANGER_FLAG] : []),
    ...flags.filter((flag) => flag !== DANGER_FLAG),
  ];
  const special = chosen.map(forFlag).find((template) => template !== undefined);
  return special ?? allowed.find((template) => template.id === profile.ack_template);
}

function fillAcknowledgment(
  input: AcknowledgmentInput,
  profile: MailboxProfile,
  template: ReplyTemplate,
  queue: DeskQueue | undefined,
  calendar: SiteCalendar | undefined,
): { subject: string; body: string } | undefined {
  const { conversation, message, rulebook } = input;
  const motif = rulebook.motifs.find((candidate) => candidate.id === conversation.motif_confirmed);
  const legal = legalFacts(motif, message.received_at, profile, rulebook);
  const values = acknowledgmentValues({
    received_at: message.received_at.toISOString(),
    zone: calendar?.zone ?? 'Europe/Paris',
    profile,
    reference: conversation.ref,
    delay_working_days: delayOf(queue, calendar, input.load),
    ...(legal === undefined ? {} : { legal }),
  });
  try {
    const filled = fillTemplate(template, values, { legal: legal !== undefined });
    const sentence = sayable(input, profile, template);
    return sentence === undefined ? filled : { ...filled, body: withSentence(filled.body, sentence) };
  } catch (error) {
    // A template that asks for what an acknowledgment does not have must not stop the mail behind it.
    if (hasCode(error, 'BAD_INPUT')) return undefined;
    throw error;
  }
}

/**
 * What is said to many never stands beside what concerns one person: not with a P0 or P1, read now or before, nor in the
 * words written for a mark (bereavement, danger).
 */
function sayable(input: AcknowledgmentInput, profile: MailboxProfile, template: ReplyTemplate): string | undefined {
  const { conversation, decision } = input;
  const urgency = Math.min(conversation.urgency ?? 3, decision.urgency ?? 3);
  if (urgency <= 1 || template.id !== profile.ack_template) return undefined;
  return input.wave_sentence ?? undefined;
}

/** Only with a motif that a person confirmed, that is a request and whose silence means something (domain §2.4). */
function legalFacts(
  motif: Motif | undefined,
  received_at: Date,
  profile: MailboxProfile,
  rulebook: Rulebook,
): { silence: 'acceptance' | 'rejection'; decision_on: string } | undefined {
  const clock = motif?.is_request === true ? motif.legal_clock : undefined;
  if (clock === undefined || clock.silence === 'none') return undefined;
  const { calendar } = policyFor(profile, received_at, rulebook);
  const day = new Intl.DateTimeFormat('sv-SE', { timeZone: calendar.zone }).format(
    legalDue(received_at, clock, calendar),
  );
  return { silence: clock.silence, decision_on: day };
}

/** Working days to reach a mail that arrives now: the queue's open hours of work over the hours it opens a day. */
function delayOf(queue: DeskQueue | undefined, calendar: SiteCalendar | undefined, load: Load): number | null {
  const waiting = queue === undefined ? undefined : load[queue.id];
  if (queue === undefined || waiting === undefined || calendar === undefined) return null;
  const minutes = calendar.hours.reduce((sum, slot) => sum + minutesOf(slot.to) - minutesOf(slot.from), 0);
  const days = new Set(calendar.hours.map((slot) => slot.day)).size;
  if (queue.capacity_per_open_hour <= 0 || minutes <= 0) return null;
  return waiting.backlog / queue.capacity_per_open_hour / (minutes / 60 / days);
}

function minutesOf(time: string): number {
  return Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5));
}
