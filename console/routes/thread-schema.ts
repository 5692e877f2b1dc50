import { z } from 'zod';
import { id, instant, listed, status } from './schemas.ts';

/** GET /api/conversations/:id: everything an agent needs to answer, in one request. */

export const attachment = z.object({ name: z.string(), type: z.string(), size: z.int(), part: z.int() });

export const message = z.object({
  id,
  direction: z.enum(['incoming', 'outgoing']),
  origin: z.enum(['imap', 'import', 'bot', 'desk']),
  mailbox: z.string(),
  received_at: instant,
  from: z.object({ name: z.string(), address: z.string() }),
  to: z.array(z.string()),
  cc: z.array(z.string()),
  reply_to: z.string(),
  subject: z.string(),
  body: z.string(),
  quoted: z.string(),
  signature: z.string(),
  attachments: z.array(attachment),
  /** True when the original can be downloaded. */
  has_original: z.boolean(),
  automated_reason: z.string().nullable(),
  /** Why the text may be incomplete; the original is there. */
  parse_problem: z.string().nullable(),
  author: z.object({ id, name: z.string().nullable() }).nullable(),
  reply_type: z.string().nullable(),
  delivery: id.nullable(),
});

export const evidence = z.object({
  for: z.string(),
  message: id,
  part: z.string(),
  start: z.int(),
  end: z.int(),
  text: z.string(),
});

export const decision = z.object({
  id,
  message: id,
  made_at: instant,
  rulebook: z.string(),
  model: z.string(),
  motif: z.string().nullable(),
  confidence: z.number(),
  abstained: z.boolean(),
  ranked: z.array(z.object({ motif: z.string(), score: z.number() })),
  level: z.enum(['n1', 'expert']),
  pole: z.string(),
  queue: z.string(),
  target_queue: z.string(),
  rule: z.string(),
  flags: z.array(z.object({ id: z.string(), level: z.string() })),
  evidence: z.array(evidence),
  trace: z.array(z.object({ step: z.string(), id: z.string(), matched: z.boolean(), detail: z.string() })),
});

export const clock = z.object({
  message: id,
  started_at: instant,
  headline: z.enum(['elapsed', 'working']),
  due_elapsed_at: instant,
  due_working_at: instant,
  legal_due_at: instant.nullable(),
  stopped_at: instant.nullable(),
  state: z.enum(['open', 'warned', 'breached', 'met', 'late']),
});

export const delivery = z.object({
  id,
  kind: z.enum(['ack', 'reply', 'notice', 'alert']),
  via: z.enum(['smtp', 'account-api', 'portal']),
  status: z.string(),
  subject: z.string(),
  created_at: instant,
  not_before: instant,
  sent_at: instant.nullable(),
  proof: z.string().nullable(),
  /** The mail server's last line, for own staff. */
  response: z.string().nullable(),
  can_cancel: z.boolean(),
  /** What this person may say of one that failed or is in doubt: it arrived after all, or send it again. */
  can_settle: z.array(z.enum(['sent', 'retry'])),
});

export const task = z.object({
  id,
  conversation: id,
  ref: z.string(),
  pole: z.string(),
  action: z.string(),
  due_on: z.string(),
  owner: id.nullable(),
  status: z.enum(['open', 'done']),
  created_at: instant,
  done_at: instant.nullable(),
});

export const template = z.object({
  id: z.string(),
  subject: z.string(),
  body: z.string(),
  /** Slots left for the agent to fill. */
  missing: z.array(z.string()),
});

export const thread = listed.extend({
  status,
  sender: z.object({ name: z.string(), address: z.string() }),
  flags_shown: z.array(z.object({ id: z.string(), label: z.string(), level: z.string() })),
  motif_label: z.string().nullable(),
  restricted: z.boolean(),
  mine: z.boolean(),
  waiting_until: instant.nullable(),
  wanted_queue: z.string().nullable(),
  /** The last review of a transfer, with a référent's hint to whoever answers now. */
  review: z
    .object({
      wanted: z.string(),
      outcome: z.string().nullable(),
      reason: z.string().nullable(),
      hint: z.string().nullable(),
      pole_answer: z.string().nullable(),
      pole_reason: z.string().nullable(),
    })
    .nullable(),
  /** A newcomer's reply that waits to be read, or that a référent gave back to whoever reads this; null for everybody else. */
  reading: z
    .object({
      state: z.enum(['waiting', 'returned']),
      mine: z.boolean(),
      author: z.string().nullable(),
      /** Of what waits, for its author and for those who may send it. */
      text: z.object({ type: z.string(), subject: z.string().nullable(), body: z.string() }).nullable(),
      can_read: z.boolean(),
      remark: z.string().nullable(),
    })
    .nullable(),
  /** The wave it is part of; null for partners. */
  wave: z.object({ id, label: z.string(), status: z.string(), similarity: z.number() }).nullable(),
  /** Reasons a pôle may refuse the transfer for; empty when nothing waits for its answer. */
  pole_reasons: z.array(z.object({ id: z.string(), label: z.string() })),
  /** Set aside for a while: until when, and whether by this person. */
  snoozed: z.object({ until: instant, mine: z.boolean() }).nullable(),
  /** Conversations joined to this one, with the messages that came from each. */
  joined: z.array(z.object({ id, ref: z.string(), messages: z.array(id) })),
  /** What this one was joined to: its messages are there. */
  joined_to: z.object({ id, ref: z.string() }).nullable(),
  suggested_link: z.object({ id, ref: z.string() }).nullable(),
  /** The talk with the bot this came from: what was said, which requests failed, who the account says it is. */
  bot: z
    .object({
      id,
      portal: z.string(),
      nir: z.string().nullable(),
      motif: z.string().nullable(),
      flags: z.array(z.string()),
      failed: z.array(
        z.object({ turn: z.int(), shown_at_turn: z.int(), cause: z.string(), motif: z.string().nullable() }),
      ),
      said: z.array(
        z.object({
          by: z.enum(['member', 'bot', 'adviser']),
          text: z.string(),
          at: instant,
          turn: z.int(),
          kind: z.string().nullable(),
        }),
      ),
    })
    .nullable(),
  /** True when NIRs are hidden in every text (partners). */
  masked: z.boolean(),
  can_reveal: z.boolean(),
  /** Where a partner gives it back to; null for own staff. */
  hand_back: z.string().nullable(),
  /** The answer is given outside (portal, account): a proof is asked for. */
  needs_proof: z.boolean(),
  /** What the motif usually needs from the member, and where they can do it themselves. */
  motif_pieces: z.array(z.string()),
  teleservice: z.string().nullable(),
  clocks: z.array(clock),
  messages: z.array(message),
  decision: decision.nullable(),
  contacts: z.array(listed),
  tasks: z.array(task),
  deliveries: z.array(delivery),
  templates: z.array(template),
});
export type ThreadView = z.infer<typeof thread>;
