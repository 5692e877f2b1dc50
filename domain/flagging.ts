import type { ConversationStatus } from './conversation.ts';
import { flagRank, type DeskQueue, type Flag, type FlagLevel, type Rulebook } from './rulebook.ts';

/** A person puts a mark on a conversation, or takes one away (domain §3.5, design §3). */

export type FlagAction = 'add' | 'remove';

export interface FlagAsk {
  readonly action: FlagAction;
  readonly flag: string;
  readonly role: 'agent' | 'referent' | 'supervisor' | 'partner';
  /** This person holds the conversation. */
  readonly mine: boolean;
  /** Queues this person answers. */
  readonly queues: readonly string[];
}

export interface Flagged {
  readonly flags: readonly string[];
  /** 0–3. */
  readonly urgency: number;
  readonly status: ConversationStatus;
  readonly queue: string;
  readonly restricted: boolean;
  /** It leaves its holder's hands. */
  readonly released: boolean;
  /** The pool it is taken back from. */
  readonly recalled?: string;
}

export interface FlaggedConversation {
  readonly status: ConversationStatus;
  readonly queue: string;
  readonly flags: readonly string[];
  readonly urgency: number;
  readonly restricted: boolean;
}

type Book = Pick<Rulebook, 'flags' | 'queues'>;

/**
 * What the conversation becomes; undefined when nothing changes. Pure.
 *
 * A P0 or P1 mark re-queues like the machine's: reopened whatever its status, in the mark's queue unless a mark at least
 * as strong has already placed it; a colleague who holds it keeps it and sees the mark. Two differences, because a person
 * speaks: the holder who puts the mark hands it over, unless they answer that queue themselves, and a pool never keeps it.
 *
 * Taking a mark away never lowers the urgency that was promised, unless a référent or a supervisor does it: they may also
 * settle what an agent has taken away before. The queue stays: a transfer is an act of its own.
 * @param levels what the machine gave the marks of this conversation: a mark may have been raised (`Flag.raise`)
 */
export function planFlag(
  book: Book,
  conversation: FlaggedConversation,
  ask: FlagAsk,
  levels: ReadonlyMap<string, FlagLevel> = new Map(),
): Flagged | undefined {
  return ask.action === 'add' ? add(book, conversation, ask) : remove(book, conversation, ask, levels);
}

function add(book: Book, conversation: FlaggedConversation, ask: FlagAsk): Flagged | undefined {
  if (conversation.flags.includes(ask.flag)) return undefined;
  const flag = book.flags.find((candidate) => candidate.id === ask.flag);
  if (flag === undefined) return undefined;
  const rank = flagRank(flag.level);
  const marked = {
    ...placeOf(conversation),
    flags: [...conversation.flags, flag.id],
    urgency: Math.min(conversation.urgency, rank),
  };
  if (rank > 1) return marked;
  const from = book.queues.find((queue) => queue.id === conversation.queue);
  const pooled = from?.kind === 'partner';
  const queue = targetOf(book, conversation, flag, from);
  const keeps =
    conversation.status === 'assigned' &&
    !pooled &&
    (!ask.mine || queue === conversation.queue || ask.queues.includes(queue));
  // A colleague's work is not moved under their hands; their release would follow the machine's rule as well.
  if (keeps && !ask.mine) return marked;
  return {
    ...marked,
    status: keeps ? 'assigned' : 'queued',
    queue,
    restricted: conversation.restricted || book.queues.find((candidate) => candidate.id === queue)?.restricted === true,
    released: conversation.status === 'assigned' && !keeps,
    ...(pooled ? { recalled: conversation.queue } : {}),
  };
}

function targetOf(book: Book, conversation: FlaggedConversation, flag: Flag, from: DeskQueue | undefined): string {
  if (from?.kind === 'partner') return flag.queue ?? from.contract?.from ?? 'n1';
  const placed = book.flags.some(
    (other) =>
      conversation.flags.includes(other.id) &&
      other.queue === conversation.queue &&
      flagRank(other.level) <= flagRank(flag.level),
  );
  return placed ? conversation.queue : (flag.queue ?? conversation.queue);
}

function remove(
  book: Book,
  conversation: FlaggedConversation,
  ask: FlagAsk,
  levels: ReadonlyMap<string, FlagLevel>,
): Flagged | undefined {
  const flags = conversation.flags.filter((id) => id !== ask.flag);
  const rankOf = (id: string): number => {
    const declared = book.flags.find((flag) => flag.id === id)?.level ?? 'info';
    return Math.min(flagRank(declared), flagRank(levels.get(id) ?? 'info'));
  };
  const may_lower = ask.role === 'referent' || ask.role === 'supervisor';
  const urgency = may_lower ? flags.reduce((least, id) => Math.min(least, rankOf(id)), 3) : conversation.urgency;
  if (flags.length === conversation.flags.length && urgency === conversation.urgency) return undefined;
  return { ...placeOf(conversation), flags, urgency };
}

function placeOf(conversation: FlaggedConversation) {
  const { status, queue, restricted } = conversation;
  return { status, queue, restricted, released: false };
}
