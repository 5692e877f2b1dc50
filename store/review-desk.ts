import { sql } from 'kysely';
import { AiguillageError } from '../domain/errors.ts';
import { REVIEW_EVENT_TYPES, tallyReviews, type ReviewEvent, type ReviewFigures } from '../domain/review-figures.ts';
import type { Rulebook } from '../domain/rulebook.ts';
import { actorOf, type Agent } from './agents.ts';
import { SYSTEM, type Store, type Tx } from './database.ts';
import { appendEvents } from './events.ts';
import type { Conversation } from './intake.ts';
import type { Review } from './reviews.ts';
import { inSight } from './scope.ts';

/** Reviews as référents and pôles see them: what waits, what was answered to it, and what it all comes to. */

export type WaitingReview = Pick<Review, 'wanted' | 'origin' | 'rule' | 'opened_at'> &
  Pick<
    Conversation,
    'id' | 'ref' | 'subject' | 'queue' | 'status' | 'urgency' | 'due_at' | 'holder' | 'motif' | 'motif_confirmed'
  >;

/** What waits for its review, longest waiting first. */
export async function listReviews(tx: Tx, agent: Agent, limit: number): Promise<WaitingReview[]> {
  return tx
    .selectFrom('review')
    .innerJoin('conversation', 'conversation.id', 'review.conversation_id')
    .select(['review.wanted', 'review.origin', 'review.rule', 'review.opened_at'])
    .select([
      'conversation.id',
      'conversation.ref',
      'conversation.subject',
      'conversation.queue',
      'conversation.status',
      'conversation.urgency',
      'conversation.due_at',
      'conversation.holder',
      'conversation.motif',
      'conversation.motif_confirmed',
    ])
    .where('review.outcome', 'is', null)
    .whereRef('conversation.queue', '=', 'review.queue')
    .where('conversation.status', 'in', ['queued', 'assigned'])
    .where(inSight(agent) as never)
    .orderBy('review.opened_at')
    .orderBy('review.seq')
    .limit(limit)
    .execute();
}

/** How many wait, over all who wait: what the declared capacity is compared with. */
export async function countReviews(tx: Tx): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    select count(*)::int as n from aiguillage.review r join aiguillage.conversation c on c.id = r.conversation_id
    where r.outcome is null and c.queue = r.queue and c.status in ('queued', 'assigned')`.execute(tx);
  return rows[0]?.n ?? 0;
}

/** The last review of a conversation that ended, with its words: for the agent who goes on with it. */
export async function lastReview(tx: Tx, conversation_id: string): Promise<Review | undefined> {
  return tx
    .selectFrom('review')
    .selectAll()
    .where('conversation_id', '=', conversation_id)
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst();
}

/**
 * A pôle says whether a transfer was right. Once for each; a second review of the same transfer binds.
 * @throws AiguillageError CONVERSATION_TRANSITION when there is nothing (more) to say
 */
export async function answerReview(
  tx: Tx,
  agent: Agent,
  review: Review,
  answer: { readonly as: 'accepted' | 'refused'; readonly reason: string | null },
  now: Date,
): Promise<void> {
  if (review.outcome === null || review.pole_answer !== null)
    throw new AiguillageError('CONVERSATION_TRANSITION', 'Nothing to answer.');
  await tx
    .updateTable('review')
    .set({ pole_answer: answer.as, pole_reason: answer.reason, pole_by: agent.id, pole_at: now })
    .where('id', '=', review.id)
    .execute();
  const { conversation_id, wanted } = review;
  await appendEvents(tx, actorOf(agent), now, [
    {
      type: answer.as === 'accepted' ? 'review.accepted' : 'review.refused',
      occurred_at: now,
      conversation_id,
      data: { pole: wanted, ...(answer.reason === null ? {} : { reason: answer.reason }) },
    },
  ]);
}

/** Conversations followed at once. */
const CHUNK_ROWS = 1_000;

/**
 * Reviews opened between two instants and what became of them until now, from the event log alone.
 * @param until the first instant that no longer counts
 */
export async function reviewFigures(store: Store, book: Rulebook, from: Date, until: Date): Promise<ReviewFigures> {
  const poles = new Set(book.queues.filter(({ kind }) => kind === 'pole' || kind === 'sensitive').map(({ id }) => id));
  const events = await store.read(SYSTEM, async (tx) => {
    const { rows } = await sql<{ conversation_id: string }>`
      select distinct conversation_id from aiguillage.event
      where type = 'review.opened' and occurred_at >= ${from} and occurred_at < ${until}
      order by conversation_id`.execute(tx);
    const found: ReviewEvent[] = [];
    for (let at = 0; at < rows.length; at += CHUNK_ROWS) {
      const ids = rows.slice(at, at + CHUNK_ROWS).map(({ conversation_id }) => conversation_id);
      found.push(
        ...((await tx
          .selectFrom('event')
          .select(['type', 'occurred_at', 'conversation_id', 'data'])
          .where('conversation_id', 'in', ids)
          .where('type', 'in', [...REVIEW_EVENT_TYPES])
          .orderBy('conversation_id')
          .orderBy('seq')
          .execute()) as ReviewEvent[]),
      );
    }
    return found;
  });
  return tallyReviews(events, { from, until }, poles);
}
