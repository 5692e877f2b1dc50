import { sql } from 'kysely';
import type { PriorContact } from '../domain/repeat.ts';
import type { Tx } from './database.ts';

/** More than any person writes in a year; an automaton that slipped through is not worth reading further. */
const CONTACTS_MAX = 200;
const DAY_MS = 86_400_000;

interface Row {
  readonly motif: string | null;
  readonly received_at: Date;
  readonly pieces: boolean;
  readonly waiting: boolean;
  readonly thread: boolean;
  readonly open: boolean;
  readonly conversation_id: string;
}

/**
 * What the same person wrote before, newest first (domain/repeat.ts). A motif a person gave to the conversation goes
 * before the machine's; `pieces` is a mail that reopened a conversation which waited for pieces, as the event log says.
 * @param joins the conversation the new mail joins, if any
 */
export async function loadPriorContacts(
  tx: Tx,
  sender_key: string,
  before: Date,
  { days, joins }: { days: number; joins: string | null },
): Promise<PriorContact[]> {
  const since = new Date(before.getTime() - days * DAY_MS);
  const { rows } = await sql<Row>`
    select c.id as conversation_id, coalesce(c.motif_confirmed, d.outcome ->> 'motif') as motif, m.received_at,
      c.status = 'waiting' as waiting,
      c.id = ${joins}::uuid is true as thread,
      c.status in ('queued', 'assigned') as open,
      exists (select from aiguillage.event e
        where e.message_id = m.id and e.type = 'conversation.reopened' and e.data ->> 'from' = 'waiting') as pieces
    from aiguillage.conversation c
    join aiguillage.message m on m.conversation_id = c.id
    left join lateral (select outcome from aiguillage.decision
      where conversation_id = c.id and message_id = m.id order by made_at desc, id desc limit 1) d on true
    where c.sender_key = ${sender_key} and c.last_received_at >= ${since}
      and m.direction = 'incoming' and m.outcome in ('conversation', 'joined')
      and m.received_at < ${before} and m.received_at >= ${since}
    order by m.received_at desc, m.id desc
    limit ${CONTACTS_MAX}`.execute(tx);
  return rows.map(({ received_at, ...row }) => ({ ...row, at: received_at.toISOString() }));
}
