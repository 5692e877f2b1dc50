import type { Tx } from './database.ts';
import type { Agent } from './agents.ts';
import { toAgent } from './agents.ts';
import { inSight } from './scope.ts';
import { SESSION_IDLE_MS } from './sessions.ts';

/** What the live stream of the console looks at: the tail of the event log, rows in sight, sessions. Ids and codes only. */

export interface TailRow {
  readonly seq: number;
  readonly type: string;
  readonly conversation_id: string | null;
}

/** The newest event's number; 0 in an empty store. */
export async function newestEvent(tx: Tx): Promise<number> {
  const row = await tx
    .selectFrom('event')
    .select((eb) => eb.fn.max('seq').as('seq'))
    .executeTakeFirst();
  return Number(row?.seq ?? 0);
}

/** Events behind a number, in order, at most `limit`. */
export async function eventsAfter(tx: Tx, after: number, limit: number): Promise<TailRow[]> {
  const rows = await tx
    .selectFrom('event')
    .select(['seq', 'type', 'conversation_id'])
    .where('seq', '>', after)
    .orderBy('seq')
    .limit(limit)
    .execute();
  return rows.map((row) => ({ ...row, seq: Number(row.seq) }));
}

export interface SightRow {
  readonly id: string;
  readonly queue: string;
  readonly restricted: boolean;
  readonly holder: string | null;
}

/** Those of the given conversations that exist for the caller; for a partner, those of its pool (law 9). */
export async function conversationsNow(tx: Tx, agent: Agent, ids: readonly string[]): Promise<SightRow[]> {
  if (ids.length === 0) return [];
  return tx
    .selectFrom('conversation')
    .select(['id', 'queue', 'restricted', 'holder'])
    .where('id', 'in', [...ids])
    .$if(agent.role === 'partner', (query) => query.where(inSight(agent)))
    .execute();
}

/** The accounts behind those of the given sessions that still live, by the hash in hexadecimal. */
export async function liveSessions(tx: Tx, hashes: readonly Buffer[], now: Date): Promise<Map<string, Agent>> {
  if (hashes.length === 0) return new Map();
  const rows = await tx
    .selectFrom('session')
    .innerJoin('agent', 'agent.id', 'session.agent_id')
    .selectAll('agent')
    .select('session.id_hash')
    .where('session.id_hash', 'in', [...hashes])
    .where('session.expires_at', '>', now)
    .where('session.last_seen_at', '>', new Date(now.getTime() - SESSION_IDLE_MS))
    .where('agent.disabled', '=', false)
    .execute();
  return new Map(rows.map(({ id_hash, ...row }) => [Buffer.from(id_hash).toString('hex'), toAgent(row)]));
}
