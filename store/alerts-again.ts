import { sql } from 'kysely';
import { HOUR_MS } from '../domain/days.ts';
import type { Rulebook } from '../domain/rulebook.ts';
import { raiseAlert } from './alerts.ts';
import type { Tx } from './database.ts';

/** Alerts older than this are looked at no more: what is still P0 then has been seen many times. */
const LOOK_BACK_MS = 72 * HOUR_MS;

/**
 * A P0 that somebody took, and let go again without an answer (their lease ran out, they gave it back), rings anew: taking
 * it was the acknowledgment, and nobody is on it any more. One that was passed on to another team does not.
 * @returns what rang, by ids: for the log
 */
export async function ringAgain(
  tx: Tx,
  book: Rulebook,
  now: Date,
  limit: number,
): Promise<{ alert: string; conversation: string; step: number }[]> {
  const { rows } = await sql<{ conversation_id: string; message_id: string | null; flag: string }>`
    select a.conversation_id, a.message_id, a.flag from aiguillage.alert a
    join aiguillage.conversation c on c.id = a.conversation_id
    where a.raised_at >= ${new Date(now.getTime() - LOOK_BACK_MS)} and a.how = 'taken'
      and c.status = 'queued' and c.urgency = 0
      and not exists (select 1 from aiguillage.alert later
        where later.conversation_id = a.conversation_id and later.raised_at > a.raised_at)
      and exists (select 1 from aiguillage.event e where e.conversation_id = a.conversation_id
        and e.type = 'conversation.released' and e.recorded_at >= greatest(a.acked_at, a.raised_at))
    order by a.raised_at limit ${sql.lit(limit)} for update of c skip locked`.execute(tx);
  const rung: { alert: string; conversation: string; step: number }[] = [];
  for (const given of rows) {
    const alert = await raiseAlert(tx, book, given, now);
    if (alert !== undefined) rung.push({ alert, conversation: given.conversation_id, step: 0 });
  }
  return rung;
}
