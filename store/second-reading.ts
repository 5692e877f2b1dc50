import { sql } from 'kysely';
import { dayStart, PARIS, parseDay } from '../domain/days.ts';
import type { SecondReading } from '../domain/figure-terms.ts';
import type { Tx } from './database.ts';

/** A reply to read again, and why. No author: this finds texts and habits to mend, and ranks nobody. */
export interface ToReread {
  readonly why: 'short' | 'fast' | 'reopened';
  readonly conversation: string;
  readonly ref: string;
  readonly motif: string | null;
  readonly queue: string;
  readonly reply: string | null;
  /** When it was answered. */
  readonly at: Date;
  /** Characters, seconds from taking it up to the reply, or hours until the member came back. */
  readonly measure: number;
}

/**
 * Replies of some days that were unusually short or fast, and those after which the member came back within a week; the
 * newest first. What only reserved circuits see is left to them.
 * @param from first and last day, "YYYY-MM-DD" of Europe/Paris
 */
export async function listToReread(tx: Tx, terms: SecondReading, from: string, to: string): Promise<ToReread[]> {
  const since = new Date(dayStart(parseDay(from), PARIS));
  const until = new Date(dayStart(parseDay(to) + 1, PARIS));
  const motif = sql`coalesce(c.motif_confirmed, c.motif) as motif`;
  const short = await sql<ToReread>`
    select 'short' as why, c.id as conversation, c.ref, ${motif}, c.queue, m.reply_type as reply, m.received_at as at,
      length(trim(m.body))::int as measure
    from aiguillage.message m join aiguillage.conversation c on c.id = m.conversation_id
    where m.direction = 'outgoing' and m.author is not null and m.reply_type in ('definitive', 'pieces', 'renvoi-compte')
      and m.received_at >= ${since} and m.received_at < ${until} and not c.restricted
      and length(trim(m.body)) between 1 and ${terms.short_chars - 1}
      and not exists (select 1 from aiguillage.delivery d where d.message_id = m.id and d.status = 'cancelled')
    order by m.received_at desc, m.id limit ${terms.list_max}`.execute(tx);
  const fast = await sql<ToReread>`
    select 'fast' as why, c.id as conversation, c.ref, ${motif}, c.queue, e.data ->> 'reply_type' as reply,
      e.occurred_at as at, floor(extract(epoch from e.occurred_at - taken.at))::int as measure
    from aiguillage.event e join aiguillage.conversation c on c.id = e.conversation_id
    cross join lateral (select max(occurred_at) as at from aiguillage.event t
      where t.conversation_id = e.conversation_id and t.type = 'conversation.claimed' and t.seq < e.seq) taken
    where e.type = 'request.answered' and e.data ->> 'reply_type' in ('definitive', 'pieces', 'renvoi-compte')
      and e.actor like 'agent:%' and e.occurred_at >= ${since} and e.occurred_at < ${until} and not c.restricted
      and e.occurred_at >= taken.at and e.occurred_at < taken.at + make_interval(secs => ${terms.fast_seconds})
    order by e.occurred_at desc, e.seq limit ${terms.list_max}`.execute(tx);
  const reopened = await sql<ToReread>`
    select 'reopened' as why, c.id as conversation, c.ref, ${motif}, c.queue, f.reply, f.stopped_at as at,
      floor(extract(epoch from f.repeat_at - f.stopped_at) / 3600)::int as measure
    from aiguillage.figure_request f join aiguillage.conversation c on c.id = f.life
    where f.now_from < 'infinity' and f.now_until = 'infinity' and f.ended = 'answered' and f.repeat_at is not null and not c.restricted
      and f.stopped_at >= ${since} and f.stopped_at < ${until}
    order by f.stopped_at desc, f.message_id limit ${terms.list_max}`.execute(tx);
  return [...short.rows, ...fast.rows, ...reopened.rows];
}
