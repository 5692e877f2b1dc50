import { isAside } from '../../domain/aside.ts';
import { maskNir } from '../../domain/privacy.ts';
import type { Rulebook } from '../../domain/rulebook.ts';
import { DEFAULT_REVIEWS } from '../../domain/review.ts';
import { state } from '../../domain/sla.ts';
import { isOver } from '../../domain/wave/life.ts';
import type { Agent } from '../../store/agents.ts';
import type { Delivery } from '../../store/deliveries.ts';
import type { Conversation } from '../../store/intake.ts';
import type { ThreadMessage } from '../../store/thread.ts';
import { motifOf } from '../actions/context.ts';
import { iso, isoOrNull } from '../routes/schemas.ts';
import type { ThreadView } from '../routes/thread-schema.ts';
import { decisionView } from './decision.ts';
import type { LoadedThread } from './load.ts';
import { listedView, taskView, type TextFilter } from './rows.ts';
import { readingView } from './reading.ts';
import { suggestTemplates } from './templates.ts';

export interface ThreadReader {
  readonly agent: Agent;
  readonly book: Rulebook;
  readonly now: Date;
  /** A partner that was allowed to see NIRs, this once (law 9). */
  readonly revealed?: boolean;
}

/** What this person's eyes may see of a text. */
export function filterFor(agent: Agent, revealed = false): TextFilter {
  return agent.role === 'partner' && !revealed ? maskNir : (text) => text;
}

/** True when the pool's contract lets this partner uncover NIRs, on the one conversation it holds. */
export function canReveal(reader: Pick<ThreadReader, 'agent' | 'book' | 'now'>, conversation: Conversation): boolean {
  const { agent, book, now } = reader;
  const contract = book.queues.find((queue) => queue.id === agent.pool)?.contract;
  const holds = conversation.holder === agent.id && conversation.held_until !== null && conversation.held_until > now;
  return agent.role === 'partner' && holds && contract?.reveal_nir === true;
}

/** The thread as it leaves: every text through the reader's filter, evidence sliced from the filtered text. */
export function threadView(loaded: LoadedThread, reader: ThreadReader): ThreadView {
  const { conversation, messages } = loaded;
  const { agent, book, now } = reader;
  const filter = filterFor(agent, reader.revealed);
  const mine = conversation.holder === agent.id;
  const partner = agent.role === 'partner';
  const unsent = takenBack(loaded);
  const views = messages
    .filter(({ id }) => !unsent.has(id))
    .map((message) => messageView(message, loaded, agent, filter));
  return {
    ...listedView(conversation, filter),
    sender: { name: filter(conversation.sender_name), address: filter(lastAddress(messages)) },
    flags_shown: conversation.flags.map((id) => {
      const flag = book.flags.find((candidate) => candidate.id === id);
      return { id, label: flag?.label ?? id, level: loaded.levels.get(id) ?? flag?.level ?? 'info' };
    }),
    motif_label: motifOf(book, conversation)?.label ?? null,
    restricted: conversation.restricted,
    mine,
    // Who of another team holds or wrote something is nobody's business outside.
    holder: partner && !mine ? null : conversation.holder,
    waiting_until: isoOrNull(conversation.waiting_until),
    wanted_queue: loaded.wanted_queue ?? openWanted(loaded),
    review: loaded.review ?? null,
    pole_reasons: poleReasons(loaded, book),
    reading: readingView(loaded, reader),
    wave: waveIn(loaded, now),
    snoozed: isAside(conversation, now)
      ? { until: iso(conversation.snoozed_until!), mine: conversation.snoozed_by === agent.id }
      : null,
    joined: loaded.joined.map(({ joined: id, ref, messages: ids }) => ({ id, ref, messages: [...ids] })),
    joined_to: loaded.joined_to ?? null,
    suggested_link: loaded.link ?? null,
    bot: botView(loaded.bot, filter),
    masked: partner && reader.revealed !== true,
    can_reveal: canReveal(reader, conversation),
    hand_back: partner ? (book.queues.find((queue) => queue.id === agent.pool)?.contract?.from ?? null) : null,
    needs_proof: needsProof(loaded, book),
    motif_pieces: [...(motifOf(book, conversation)?.pieces ?? [])],
    teleservice: motifOf(book, conversation)?.teleservice ?? null,
    clocks: loaded.requests.map((request) => ({
      message: request.message_id,
      started_at: iso(request.started_at),
      headline: request.headline,
      due_elapsed_at: iso(request.due_elapsed_at),
      due_working_at: iso(request.due_working_at),
      legal_due_at: isoOrNull(request.legal_due_at),
      stopped_at: isoOrNull(request.stopped_at),
      state: state(request, now),
    })),
    messages: views,
    decision: decisionView(loaded.decision, views),
    contacts: loaded.contacts.map((row) => listedView(row, filter)),
    tasks: loaded.tasks.map((task) => taskView(task, conversation.ref, filter)),
    deliveries: loaded.deliveries.map((delivery) => deliveryView(delivery, loaded, reader, filter)),
    templates: suggestTemplates(book, conversation, agent.display_name, now),
  };
}

/** Replies their author took back before they left: the member never had them. The sendings still tell. */
function takenBack({ deliveries }: LoadedThread): Set<string> {
  const gone = new Set(deliveries.filter(({ status }) => status !== 'cancelled').map(({ message_id }) => message_id));
  const back = deliveries.filter(({ status, message_id }) => status === 'cancelled' && !gone.has(message_id));
  return new Set(back.map(({ message_id }) => message_id).filter((id) => id !== null));
}

/** Where an open review says it should go: what the machine proposed is in no transfer. */
function openWanted({ review, conversation }: LoadedThread): string | null {
  return review?.outcome === null && review.queue === conversation.queue ? review.wanted : null;
}

/** As of now: a wave past its date is over. */
function waveIn({ wave }: LoadedThread, now: Date): ThreadView['wave'] {
  if (wave === undefined) return null;
  const { id, label, words, similarity } = wave;
  return { id, label: label ?? words.join(' '), similarity, status: isOver(wave, now) ? 'ended' : wave.status };
}

function botView(talk: LoadedThread['bot'], filter: TextFilter): ThreadView['bot'] {
  if (talk === undefined) return null;
  const { id, portal, nir, state, said } = talk;
  return {
    id,
    portal,
    nir,
    motif: state.motif,
    flags: [...state.flags],
    failed: state.failures.map(({ turn, shown_at_turn, cause, motif }) => ({ turn, shown_at_turn, cause, motif })),
    said: said.map(({ by, text, at, turn, kind }) => ({ by, text: filter(text), at: iso(at), turn, kind })),
  };
}

/** True where the answer is given by hand in a portal; a talk with the bot is answered through the account. */
function needsProof({ conversation, bot }: LoadedThread, book: Rulebook): boolean {
  const via = book.mailboxes.find(({ id }) => id === conversation.mailbox)?.reply_via ?? 'smtp';
  return via === 'portal' || (via === 'account-api' && bot == null);
}

/** What a pôle may say against a transfer that waits for its answer; nothing where there is none. */
function poleReasons({ review, conversation }: LoadedThread, book: Rulebook): { id: string; label: string }[] {
  const kind = book.queues.find(({ id }) => id === conversation.queue)?.kind;
  if (review?.outcome == null || review.pole_answer !== null || (kind !== 'pole' && kind !== 'sensitive')) return [];
  return [...(book.reviews ?? DEFAULT_REVIEWS).reasons.refuse];
}

function lastAddress(messages: readonly ThreadMessage[]): string {
  return messages.findLast((message) => message.direction === 'incoming')?.from_address ?? '';
}

type MessageView = ThreadView['messages'][number];

function messageView(message: ThreadMessage, loaded: LoadedThread, agent: Agent, filter: TextFilter): MessageView {
  const { author } = message;
  const shown = author !== null && (agent.role !== 'partner' || author === agent.id);
  return {
    id: message.id,
    direction: message.direction,
    origin: message.origin,
    mailbox: message.mailbox,
    received_at: iso(message.received_at),
    from: { name: filter(message.from_name), address: filter(message.from_address) },
    to: message.to_addresses.map(filter),
    cc: message.cc_addresses.map(filter),
    reply_to: filter(message.reply_to),
    subject: filter(message.subject),
    body: filter(message.body),
    quoted: filter(message.quoted),
    signature: filter(message.signature),
    attachments: message.attachments.map(({ name, type, size, part }) => ({ name: filter(name), type, size, part })),
    has_original: message.sha256 !== null,
    automated_reason: message.automated_reason,
    parse_problem: message.parse_problem,
    author: shown ? { id: author, name: loaded.names.get(author) ?? null } : null,
    reply_type: message.reply_type,
    delivery: loaded.deliveries.find((delivery) => delivery.message_id === message.id)?.id ?? null,
  };
}

function deliveryView(
  delivery: Delivery,
  loaded: LoadedThread,
  reader: ThreadReader,
  filter: TextFilter,
): ThreadView['deliveries'][number] {
  const { agent } = reader;
  const author = loaded.messages.find((message) => message.id === delivery.message_id)?.author;
  const sent_by_me = loaded.reading?.delivery_id === delivery.id && loaded.reading.read_by === agent.id;
  const waits = delivery.status === 'pending' || delivery.status === 'held';
  return {
    id: delivery.id,
    kind: delivery.kind,
    via: delivery.via,
    status: delivery.status,
    subject: filter(delivery.subject),
    created_at: iso(delivery.created_at),
    not_before: iso(delivery.not_before),
    sent_at: isoOrNull(delivery.sent_at),
    proof: delivery.proof === null ? null : filter(delivery.proof),
    response: agent.role === 'partner' ? null : delivery.response,
    can_cancel: waits && delivery.kind !== 'ack' && (author === agent.id || agent.role === 'supervisor' || sent_by_me),
    can_settle: agent.role === 'supervisor' ? settlements(delivery) : [],
  };
}

/** What resolveDelivery would take; acknowledgments are left alone. */
function settlements({ kind, status }: Delivery): ('sent' | 'retry')[] {
  if (kind === 'ack') return [];
  return status === 'ambiguous' ? ['retry', 'sent'] : status === 'failed' ? ['retry'] : [];
}
