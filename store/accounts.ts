import { toAgent, type Agent } from './agents.ts';
import type { Tx } from './database.ts';
import { SESSION_IDLE_MS } from './sessions.ts';

/** An account as administrators see it. */
export interface Account extends Agent {
  /** True: made and kept up to date by the site's provider. */
  readonly linked: boolean;
  /** Sessions that are open now. */
  readonly sessions: number;
  readonly last_seen_at: Date | null;
}

/** Every account, with how many sessions it has open. */
export async function listAccounts(tx: Tx, now: Date): Promise<Account[]> {
  const rows = await tx
    .selectFrom('agent')
    .selectAll('agent')
    .select((eb) => [
      eb
        .exists(eb.selectFrom('agent_identity').select('issuer').whereRef('agent_identity.agent_id', '=', 'agent.id'))
        .as('linked'),
    ])
    .orderBy('login')
    .execute();
  const open = await tx
    .selectFrom('session')
    .select(({ fn }) => ['agent_id', fn.countAll<number>().as('sessions'), fn.max('last_seen_at').as('last_seen_at')])
    .where('expires_at', '>', now)
    .where('last_seen_at', '>', new Date(now.getTime() - SESSION_IDLE_MS))
    .groupBy('agent_id')
    .execute();
  const by_agent = new Map(open.map((row) => [row.agent_id, row]));
  return rows.map((row) => {
    const seen = by_agent.get(row.id);
    return {
      ...toAgent(row),
      linked: Boolean(row.linked),
      sessions: Number(seen?.sessions ?? 0),
      last_seen_at: seen?.last_seen_at ?? null,
    };
  });
}
