import type { Said } from './truth.ts';

/** The events in which people say what a mail is. */
export const SAYING_EVENTS = [
  'conversation.motif_confirmed',
  'conversation.flag_added',
  'conversation.flag_removed',
  'conversation.transferred',
  'conversation.reopened',
] as const;

export interface SayingEvent {
  readonly type: string;
  readonly data: {
    readonly to?: string;
    readonly wanted?: string;
    readonly reason?: string;
    readonly flag?: string;
  };
}

/** Transfers that correct the sorting. A hand-back or a lack of skill says nothing about where the mail belonged. */
const CORRECTING: ReadonlySet<string> = new Set([
  'expert_needed',
  'wrong_queue',
  'urgent',
  'restricted_circuit',
  'review_approved',
  'review_returned',
]);

/**
 * What people said of the mail that opened a conversation, from its events in order; undefined when nobody said
 * anything. A later mail that reopens it may be about something else: what is said from there on is about that one.
 */
export function saidOf(events: readonly SayingEvent[]): Said | undefined {
  let motif: string | undefined;
  let queue: string | undefined;
  const flags = new Map<string, boolean>();
  for (const { type, data } of events) {
    if (type === 'conversation.reopened') break;
    if (type === 'conversation.motif_confirmed') motif = data.to ?? motif;
    else if (type === 'conversation.transferred') {
      // What a référent still had to approve was wanted all the same.
      if (CORRECTING.has(data.reason ?? '')) queue = data.wanted ?? data.to ?? queue;
    } else if (data.flag !== undefined) flags.set(data.flag, type === 'conversation.flag_added');
  }
  const marked = [...flags].filter(([, up]) => up).map(([id]) => id);
  const unmarked = [...flags].filter(([, up]) => !up).map(([id]) => id);
  const said: Said = {
    ...(motif === undefined ? {} : { motifs: [motif] }),
    ...(queue === undefined ? {} : { queue }),
    ...(marked.length === 0 ? {} : { flags: marked }),
    ...(unmarked.length === 0 ? {} : { no_flags: unmarked }),
  };
  return Object.keys(said).length === 0 ? undefined : said;
}
