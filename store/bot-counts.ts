import { sql } from 'kysely';
import { DEMO_PORTAL } from '../config/portals.ts';
import type { Tx } from './database.ts';

/** One kind of thing that happened in talks, and how often; `detail` is a code of BotEvent (domain/bot/state.ts). */
export interface BotCount {
  readonly type: string;
  readonly detail: string | null;
  readonly n: number;
}

/** What happened in talks since then, from the event log; the chat page's are left out. */
export async function countBotEvents(tx: Tx, since: Date): Promise<readonly BotCount[]> {
  const { rows } = await sql<BotCount>`
    select type, case type when 'bot.turn' then data ->> 'kind' when 'bot.request-failed' then data ->> 'cause'
      when 'bot.accepted' then data ->> 'by' end as detail, count(*)::int as n
    from aiguillage.event
    where type like 'bot.%' and type in ('bot.turn', 'bot.request-failed', 'bot.offered', 'bot.accepted', 'bot.handed')
      and occurred_at >= ${since} and data ->> 'portal' <> ${DEMO_PORTAL}
    group by 1, 2`.execute(tx);
  return rows;
}

/** Answers to portals that changed since then, by what has become of them; the chat page's are left out. */
export async function countPortalAnswers(tx: Tx, since: Date): Promise<ReadonlyMap<string, number>> {
  const { rows } = await sql<{ status: string; n: number }>`
    select d.status, count(*)::int as n from aiguillage.delivery d
    where d.via = 'account-api' and d.updated_at >= ${since} and not exists (select from aiguillage.bot_conversation b
      where b.conversation_id = d.conversation_id and b.portal = ${DEMO_PORTAL})
    group by 1`.execute(tx);
  return new Map(rows.map(({ status, n }) => [status, n]));
}
