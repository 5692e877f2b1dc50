import { sql } from 'kysely';
import type { Tx } from './database.ts';

/** What one person did over some time, for that person alone: no list, no export and no colleague ever holds it. */
export interface OwnFigures {
  /** Conversations they took. */
  readonly taken: number;
  /** Requests their answers ended, as the figure counts them; those among them within the promised time. */
  readonly answered: number;
  readonly in_time: number;
  /** Conversations they gave back with a reason. */
  readonly given_back: number;
  /** Motifs they gave that were not the machine's. */
  readonly motifs_corrected: number;
}

/**
 * One's own figures from the event log. What was taken back before it left, or reached nobody, is not counted.
 * @param until the first instant that no longer counts
 */
export async function ownFigures(tx: Tx, agent_id: string, since: Date, until: Date): Promise<OwnFigures> {
  const actor = `agent:${agent_id}`;
  const within = sql`e.actor = ${actor} and e.occurred_at >= ${since} and e.occurred_at < ${until}`;
  const { rows } = await sql<OwnFigures>`
    select
      (select count(distinct e.conversation_id)::int from aiguillage.event e
        where e.type = 'conversation.claimed' and ${within}) as taken,
      (select count(*)::int from aiguillage.event e where e.type = 'conversation.released' and ${within}) as given_back,
      (select count(distinct e.conversation_id)::int from aiguillage.event e
        where e.type = 'conversation.motif_confirmed' and ${within}
        and e.data ->> 'guessed' is not null and e.data ->> 'to' <> e.data ->> 'guessed') as motifs_corrected,
      count(*)::int as answered, (count(*) filter (where r.stopped_at <= r.due_at))::int as in_time
    -- As stopped now: a reply that was taken back is none, and one that somebody had sent again is its author's.
    from aiguillage.request r
    where r.stopped_by = ${actor} and r.stopped_at >= ${since} and r.stopped_at < ${until}
      and exists (select 1 from aiguillage.event e where e.conversation_id = coalesce(r.life_id, r.conversation_id)
        and e.type = 'request.answered' and e.occurred_at = r.stopped_at
        and e.data -> 'message_ids' ? r.message_id::text)`.execute(tx);
  return rows[0]!;
}
