/**
 * What reviews do, computed from the event log alone (law 6), by motif and by rule: how many transfers were proposed, and
 * what became of them.
 */

/** One event of a conversation that had a review, in the order they were recorded. */
export interface ReviewEvent {
  readonly type: string;
  readonly occurred_at: Date;
  readonly conversation_id: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** The events {@link tallyReviews} looks at. */
export const REVIEW_EVENT_TYPES = [
  'review.opened',
  'review.approved',
  'review.returned',
  'review.remotived',
  'review.timed_out',
  'review.refused',
  'review.accepted',
  'task.opened',
  'request.answered',
  'request.resumed',
  'conversation.transferred',
] as const;

/**
 * - `proposed`: transfers that came to the review.
 * - `approved`, `returned`, `remotived`, `timed_out`: how the review ended; `waiting`: it has not.
 * - `avoided`: answered without the pôle, straight from the review or after it was returned.
 * - `replaced_by_task`: avoided too, with a dated task for the pôle beside the answer; counted here and not in `avoided`.
 * - `refused`: the pôle gave it back; `accepted`: it said that the transfer was right.
 */
export interface ReviewNumbers {
  readonly proposed: number;
  readonly approved: number;
  readonly returned: number;
  readonly remotived: number;
  readonly timed_out: number;
  readonly waiting: number;
  readonly avoided: number;
  readonly replaced_by_task: number;
  readonly refused: number;
  readonly accepted: number;
  /** (avoided + replaced_by_task) ÷ proposed, 0–1; null when nothing was proposed. */
  readonly avoided_share: number | null;
}

export interface ReviewGroup extends ReviewNumbers {
  readonly key: string | null;
}

export interface ReviewFigures extends ReviewNumbers {
  readonly by_motif: readonly ReviewGroup[];
  readonly by_rule: readonly ReviewGroup[];
}

type End = 'approved' | 'returned' | 'remotived' | 'timed_out';

interface Review {
  readonly motif: string | null;
  readonly rule: string | null;
  readonly counted: boolean;
  wanted: string;
  end: End | undefined;
  answered: boolean;
  task: boolean;
  /** It is, or was, at a pôle. */
  at_pole: boolean;
  verdict: 'refused' | 'accepted' | undefined;
}

/**
 * Counts the reviews opened between two instants.
 * @param events of each conversation concerned, in order; conversations may be mixed
 * @param until the first instant that no longer counts
 * @param poles the expert queues: a conversation that went to one was not spared them
 */
export function tallyReviews(
  events: Iterable<ReviewEvent>,
  window: { readonly from: Date; readonly until: Date },
  poles: ReadonlySet<string>,
): ReviewFigures {
  const current = new Map<string, Review>();
  const all: Review[] = [];
  for (const event of events) {
    if (event.type === 'review.opened') {
      const review = opened(event, window);
      current.set(event.conversation_id, review);
      if (review.counted) all.push(review);
      continue;
    }
    const review = current.get(event.conversation_id);
    if (review !== undefined) follow(review, event, poles);
  }
  return {
    ...numbers(all),
    by_motif: grouped(all, ({ motif }) => motif),
    by_rule: grouped(all, ({ rule }) => rule),
  };
}

function opened({ data, occurred_at }: ReviewEvent, window: { from: Date; until: Date }): Review {
  return {
    motif: text(data['motif']),
    rule: text(data['rule']),
    wanted: text(data['wanted']) ?? '',
    // What a pôle gave back is the same transfer, not another one.
    counted: data['origin'] !== 'refusal' && occurred_at >= window.from && occurred_at < window.until,
    end: undefined,
    answered: false,
    task: false,
    at_pole: false,
    verdict: undefined,
  };
}

function follow(review: Review, { type, data }: ReviewEvent, poles: ReadonlySet<string>): void {
  switch (type) {
    case 'review.approved':
    case 'review.returned':
    case 'review.remotived':
    case 'review.timed_out':
      review.end ??= type.slice('review.'.length) as End;
      break;
    case 'review.refused':
    case 'review.accepted':
      review.verdict ??= type === 'review.refused' ? 'refused' : 'accepted';
      break;
    case 'conversation.transferred': {
      const to = text(data['to']);
      // Once at a pôle, what comes later was not avoided.
      if (to !== null && poles.has(to)) review.at_pole = true;
      break;
    }
    case 'request.answered':
      review.answered = true;
      break;
    case 'request.resumed':
      review.answered = false;
      break;
    case 'task.opened':
      if (text(data['pole']) === review.wanted) review.task = true;
      break;
  }
}

function numbers(reviews: readonly Review[]): ReviewNumbers {
  const count = (keep: (review: Review) => boolean): number => reviews.filter(keep).length;
  const spared = (review: Review): boolean => review.answered && !review.at_pole;
  const avoided = count((review) => spared(review) && !review.task);
  const replaced_by_task = count((review) => spared(review) && review.task);
  return {
    proposed: reviews.length,
    approved: count(({ end }) => end === 'approved'),
    returned: count(({ end }) => end === 'returned'),
    remotived: count(({ end }) => end === 'remotived'),
    timed_out: count(({ end }) => end === 'timed_out'),
    waiting: count((review) => review.end === undefined && !review.answered && !review.at_pole),
    avoided,
    replaced_by_task,
    refused: count(({ verdict }) => verdict === 'refused'),
    accepted: count(({ verdict }) => verdict === 'accepted'),
    avoided_share: reviews.length === 0 ? null : (avoided + replaced_by_task) / reviews.length,
  };
}

function grouped(reviews: readonly Review[], keyOf: (review: Review) => string | null): ReviewGroup[] {
  const groups = Map.groupBy(reviews, keyOf);
  return [...groups.entries()]
    .map(([key, members]) => ({ key, ...numbers(members) }))
    .sort((a, b) => b.proposed - a.proposed || ((a.key ?? '') < (b.key ?? '') ? -1 : 1));
}

function text(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
