import { sql, type Selectable } from 'kysely';
import { DEFAULT_REVIEWS, openHoursBack } from '../domain/review.ts';
import type { Rulebook } from '../domain/rulebook.ts';
import { move } from './conversation-changes.ts';
import { SYSTEM, type Actor, type Tx } from './database.ts';
import { appendEvents, type EventType } from './events.ts';
import { newId } from './ids.ts';
import type { Conversation } from './intake.ts';
import type { ReviewOrigin, ReviewTable } from './schema-work.ts';

/** Reviews: opened with a transfer, ended by a person or by time. The conversation's clocks are none of its business. */

export type Review = Selectable<ReviewTable>;

export interface NewReview {
  readonly conversation_id: string;
  /** The review queue. */
  readonly queue: string;
  /** The pôle it should go to. */
  readonly wanted: string;
  readonly origin: ReviewOrigin;
  /** The rule of the decision, or `transfer.<reason>`. */
  readonly rule: string;
  readonly motif: string | null;
  /** Who asked for it: it is not offered to them. */
  readonly asked_by?: string;
}

/**
 * Opens a review. What was still open for the conversation ends as `moved`, except when somebody who was offered it passes
 * it on: that is the same transfer, and its time runs on.
 */
export async function openReview(tx: Tx, actor: Actor, review: NewReview, now: Date): Promise<void> {
  const { conversation_id, asked_by, ...rest } = review;
  const open = await lockOpen(tx, conversation_id);
  if (open !== undefined && asked_by !== undefined && review.origin === 'agent' && open.queue === review.queue) {
    await declineReview(tx, conversation_id, asked_by);
    await tx.updateTable('review').set({ wanted: review.wanted }).where('id', '=', open.id).execute();
    return;
  }
  if (open !== undefined) await endReview(tx, open.id, { outcome: 'moved' }, now);
  await tx
    .insertInto('review')
    .values({
      ...rest,
      id: newId(now.getTime()),
      conversation_id,
      opened_at: now,
      declined_by: asked_by === undefined ? [] : [asked_by],
    })
    .execute();
  const { queue, wanted, origin, rule, motif } = review;
  await appendEvents(tx, actor, now, [
    { type: 'review.opened', occurred_at: now, conversation_id, data: { queue, wanted, origin, rule, motif } },
  ]);
}

/** It is not offered to this person any more. */
export async function declineReview(tx: Tx, conversation_id: string, agent_id: string): Promise<void> {
  await sql`update aiguillage.review set declined_by = array_append(declined_by, ${agent_id}::uuid)
    where conversation_id = ${conversation_id} and outcome is null
      and not (${agent_id}::uuid = any(declined_by))`.execute(tx);
}

/** The open review of a conversation, locked. */
export async function lockOpen(tx: Tx, conversation_id: string): Promise<Review | undefined> {
  return tx
    .selectFrom('review')
    .selectAll()
    .where('conversation_id', '=', conversation_id)
    .where('outcome', 'is', null)
    .forUpdate()
    .executeTakeFirst();
}

export interface ReviewEnd {
  readonly outcome: NonNullable<Review['outcome']>;
  readonly reason?: string | undefined;
  /** A référent's words to the colleague who answers; in the row only. */
  readonly hint?: string | undefined;
  readonly by?: string | undefined;
}

export async function endReview(tx: Tx, id: string, end: ReviewEnd, now: Date): Promise<void> {
  await tx
    .updateTable('review')
    .set({
      outcome: end.outcome,
      reason: end.reason ?? null,
      hint: end.hint ?? null,
      decided_by: end.by ?? null,
      decided_at: now,
    })
    .where('id', '=', id)
    .execute();
}

const EVENT_OF = {
  approved: 'review.approved',
  returned: 'review.returned',
  remotived: 'review.remotived',
  timed_out: 'review.timed_out',
} as const satisfies Record<string, EventType>;

/** Ends a review with its event. `data` holds ids and codes. */
export async function settleReview(
  tx: Tx,
  actor: Actor,
  review: Pick<Review, 'id' | 'conversation_id' | 'wanted'>,
  end: ReviewEnd & { readonly outcome: keyof typeof EVENT_OF },
  data: Record<string, unknown>,
  now: Date,
): Promise<void> {
  await endReview(tx, review.id, end, now);
  await appendEvents(tx, actor, now, [
    {
      type: EVENT_OF[end.outcome],
      occurred_at: now,
      conversation_id: review.conversation_id,
      data: { wanted: review.wanted, ...(end.reason === undefined ? {} : { reason: end.reason }), ...data },
    },
  ]);
}

/**
 * What nobody reviewed in time goes on to its pôle, and is counted: a review that is too small must not hold mail back.
 * What somebody is looking at is left to them. A pôle that the rules no longer have: left, and seen in the list.
 * @returns the conversations that went on
 */
export async function timeOutReviews(tx: Tx, book: Rulebook, now: Date, limit: number): Promise<string[]> {
  const { timeout_open_hours } = book.reviews ?? DEFAULT_REVIEWS;
  const gone: string[] = [];
  for (const queue of book.queues.filter(({ kind }) => kind === 'review')) {
    const site = book.calendars.find(({ id }) => id === queue.calendar);
    if (site === undefined) continue;
    const rows = await tx
      .selectFrom('review')
      .innerJoin('conversation', 'conversation.id', 'review.conversation_id')
      .selectAll('conversation')
      .select(['review.id as review_id', 'review.wanted'])
      .where('review.outcome', 'is', null)
      .where('review.opened_at', '<=', openHoursBack(now, timeout_open_hours, site))
      .where('review.wanted', 'in', idsOf(book))
      .whereRef('review.wanted', '<>', 'review.queue')
      .where('conversation.queue', '=', queue.id)
      .where('conversation.status', '=', 'queued')
      // Answered at level 1 already, by a newcomer whose reply is being read.
      .where('conversation.reading', 'is', null)
      .orderBy('review.opened_at')
      .limit(limit - gone.length)
      .forUpdate(['conversation', 'review'])
      .skipLocked()
      .execute();
    for (const { review_id, wanted, ...conversation } of rows) {
      await goOn(tx, book, conversation, { id: review_id, conversation_id: conversation.id, wanted }, now);
      gone.push(conversation.id);
    }
  }
  return gone;
}

function idsOf({ queues }: Pick<Rulebook, 'queues'>): string[] {
  return queues.map(({ id }) => id);
}

async function goOn(
  tx: Tx,
  book: Rulebook,
  conversation: Conversation,
  review: Pick<Review, 'id' | 'conversation_id' | 'wanted'>,
  now: Date,
): Promise<void> {
  const { wanted } = review;
  const restricted = conversation.restricted || book.queues.find(({ id }) => id === wanted)?.restricted === true;
  await move(tx, conversation.id, { status: 'queued', queue: wanted, restricted, handed: false }, now);
  await settleReview(tx, SYSTEM, review, { outcome: 'timed_out' }, {}, now);
  await appendEvents(tx, SYSTEM, now, [
    {
      type: 'conversation.transferred',
      occurred_at: now,
      conversation_id: conversation.id,
      data: { from: conversation.queue, to: wanted, reason: 'review_timed_out' },
    },
  ]);
}

/**
 * Ends the reviews of conversations that are no longer there: answered at level 1 straight from the review, or moved by
 * an urgent mark. A later mail of the same thread must get a review of its own, not the end of an old one's time.
 * @returns how many were ended
 */
export async function endLeftReviews(tx: Tx, now: Date, limit: number): Promise<number> {
  const { rows } = await sql`
    update aiguillage.review set outcome = 'moved', decided_at = ${now} where id in (
      select r.id from aiguillage.review r join aiguillage.conversation c on c.id = r.conversation_id
      where r.outcome is null and (c.queue <> r.queue or c.status not in ('queued', 'assigned'))
      limit ${sql.lit(limit)} for update of r skip locked)
    returning id`.execute(tx);
  return rows.length;
}

/**
 * Finds conversations that stand in the review without a row, whatever brought them there, and opens it: nothing waits
 * there for ever. Dispatch and transfers open theirs at once; this is the sweep behind them (law 2).
 * @returns how many were found
 */
export async function adoptReviews(tx: Tx, book: Rulebook, now: Date, limit: number): Promise<number> {
  const queues = book.queues.filter(({ kind }) => kind === 'review').map(({ id }) => id);
  if (queues.length === 0) return 0;
  const { rows } = await sql<{ id: string; queue: string; motif: string | null; wanted: string | null }>`
    select c.id, c.queue, coalesce(c.motif_confirmed, c.motif) as motif,
      (select coalesce(e.data ->> 'wanted', e.data ->> 'target') from aiguillage.event e
        where e.conversation_id = c.id and e.type in ('conversation.transferred', 'conversation.routed')
        order by e.seq desc limit 1) as wanted
    from aiguillage.conversation c
    where c.status = 'queued' and c.queue = any(${queues}::text[])
      and not exists (select 1 from aiguillage.review r where r.conversation_id = c.id and r.outcome is null)
    order by c.id limit ${sql.lit(limit)} for update of c skip locked`.execute(tx);
  for (const { id, queue, motif, wanted } of rows) {
    const pole = wanted ?? book.motifs.find((candidate) => candidate.id === motif)?.pole;
    const review = {
      conversation_id: id,
      queue,
      wanted: pole ?? queue,
      origin: 'machine' as const,
      rule: 'found',
      motif,
    };
    await openReview(tx, SYSTEM, review, now);
  }
  return rows.length;
}
