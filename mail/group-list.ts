import { createHash } from 'node:crypto';
import { isRefused, lintReply } from '../domain/linter.ts';
import { replyValues } from '../domain/reply-values.ts';
import { flagRank, type ReplyTemplate, type Rulebook } from '../domain/rulebook.ts';
import { fillTemplate } from '../domain/template.ts';
import { approvalText, type GroupItem, type GroupText } from '../domain/wave/group.ts';
import { greet } from '../domain/wave/words.ts';
import type { Agent } from '../store/agents.ts';
import { mayTake } from '../store/scope.ts';
import type { WaveRow } from '../store/wave-items.ts';
import { isSendable } from './compose.ts';

/** A conversation of a wave with the answer it would get. */
export interface GroupCandidate {
  readonly row: WaveRow;
  readonly item: GroupItem;
  /** undefined where the template cannot be filled or its words would be refused. */
  readonly body: string | undefined;
}

/** Looks at one conversation of a wave: the facts a group reply is decided on, and its own filled text. */
export function candidateOf(row: WaveRow, book: Rulebook, agent: Agent, text: GroupText, now: Date): GroupCandidate {
  const profile = book.mailboxes.find(({ id }) => id === row.mailbox);
  const place = book.queues.find(({ id }) => id === row.queue);
  const body = bodyFor(row, book, agent, text);
  const marks = row.flags.map((id) => book.flags.find((flag) => flag.id === id)?.level ?? 'info');
  const others_lease = row.holder !== agent.id && row.held_until !== null && row.held_until > now;
  const item: GroupItem = {
    conversation: row.id,
    message: row.message,
    sender: row.sender_key,
    similarity: row.similarity,
    urgency: Math.min(row.urgency, ...marks.map(flagRank)),
    flags: row.flags,
    secondary: row.secondary,
    attachments: row.attachments,
    status: row.status,
    held_by_other: row.being_answered || (row.status === 'assigned' && others_lease),
    restricted: row.restricted || place?.restricted === true,
    in_reach: mayTake(agent, row),
    with_partner: place?.kind === 'partner',
    incoming: row.incoming,
    outgoing: row.outgoing,
    sibling_open: row.sibling_open,
    sendable: row.live && profile?.reply_via === 'smtp' && isSendable(row.from_address),
    text_ok: body !== undefined,
  };
  return { row, item, body };
}

/** The member's own answer: their reference and date, their name in the greeting. */
function bodyFor(row: WaveRow, book: Rulebook, agent: Agent, text: GroupText): string | undefined {
  const template = templateOf(book, text.template);
  if (template?.not_with_flags?.some((flag) => row.flags.includes(flag)) === true) return undefined;
  const profile = book.mailboxes.find(({ id }) => id === row.mailbox);
  const shape: ReplyTemplate = { id: text.template, kind: 'reply', motifs: [], legal_approved: false, ...pick(text) };
  let filled: string;
  try {
    const about = text.motif === null ? row : { ...row, motif: text.motif, motif_confirmed: null };
    filled = fillTemplate(shape, replyValues(book, about, agent.display_name), { legal: false }).body;
  } catch {
    // A field nobody can fill for a whole list: its words would reach people with a hole in them.
    return undefined;
  }
  const motif = book.motifs.find(({ id }) => id === (text.motif ?? row.motif_confirmed ?? row.motif));
  const findings = lintReply(filled, { open_mail: profile?.open_mail ?? true, attachments: [], motif });
  return isRefused(findings) ? undefined : greet(filled, row.from_name);
}

const pick = ({ subject, body }: GroupText) => ({ subject, body });

/** The approved template of a wave, as the rules in force have it; undefined when they no longer do. */
export function templateOf(book: Rulebook, id: string | null): ReplyTemplate | undefined {
  return book.templates.find((template) => template.id === id && template.kind === 'reply');
}

/** sha-256 of exactly what a person approves, hexadecimal. */
export function approvalDigest(wave: string, text: GroupText, items: readonly GroupItem[]): string {
  return createHash('sha256')
    .update(approvalText(wave, text, items))
    .digest('hex');
}
