import { sql } from 'kysely';
import type { Switch } from '../domain/overflow.ts';
import { actorOf, type Agent } from './agents.ts';
import { SYSTEM, type Tx } from './database.ts';
import { appendAudit } from './events.ts';
import type { StopReason } from './schema-overflow.ts';

/** What is kept of each overflow contract beside its terms: the hysteresis, and the stop button. */

/** What a choice must know of a contract beside its terms. */
export interface ContractState {
  /** Promises for which hand-overs are under way, in the order of their names. */
  readonly active: readonly string[];
  /** Why it is stopped, if it is. */
  readonly stopped: StopReason | undefined;
}

/** The state of each pool, in one statement: it is read while other dispatchers wait. */
export async function contractStates(
  tx: Tx,
  pools: readonly string[],
  now: Date,
): Promise<ReadonlyMap<string, ContractState>> {
  const states = new Map<string, ContractState>();
  if (pools.length === 0) return states;
  const { rows } = await sql<{ pool: string; policy: string | null; reason: StopReason | null }>`
    select pool, policy, null as reason from aiguillage.overflow_state where active and pool = any(${pools}::text[])
    union all
    select pool, null, reason from aiguillage.overflow_stop
    where pool = any(${pools}::text[]) and (until is null or until > ${now}) order by pool, policy`.execute(tx);
  for (const { pool, policy, reason } of rows) {
    const state = states.get(pool) ?? { active: [], stopped: undefined };
    states.set(pool, {
      active: policy === null ? state.active : [...state.active, policy],
      stopped: reason ?? state.stopped,
    });
  }
  return states;
}

/** Keeps what changed. The caller holds the counters of these pools. */
export async function saveSwitches(tx: Tx, switched: readonly Switch[] | undefined, now: Date): Promise<void> {
  if (switched === undefined || switched.length === 0) return;
  await tx
    .insertInto('overflow_state')
    .values(switched.map((change) => ({ ...change, changed_at: now })))
    .onConflict((conflict) =>
      conflict.columns(['pool', 'policy']).doUpdateSet({
        active: sql<boolean>`excluded.active`,
        changed_at: sql<Date>`excluded.changed_at`,
      }),
    )
    .execute();
}

/** A contract that is stopped now. */
export interface Stop {
  readonly pool: string;
  readonly reason: StopReason;
  /** Work that nobody has taken comes back. */
  readonly call_back: boolean;
  /** null: the machine, for a pool that was silent. */
  readonly stopped_by: string | null;
  readonly stopped_at: Date;
  /** null: until somebody resumes it. */
  readonly until: Date | null;
}

/** The stops that hold at `now`, by pool. */
export async function stoppedPools(tx: Tx, pools: readonly string[], now: Date): Promise<Map<string, Stop>> {
  if (pools.length === 0) return new Map();
  const rows = await tx
    .selectFrom('overflow_stop')
    .selectAll()
    .where('pool', 'in', [...pools])
    .where((eb) => eb.or([eb('until', 'is', null), eb('until', '>', now)]))
    .execute();
  return new Map(rows.map((row) => [row.pool, row]));
}

/** What a supervisor asks with the stop button. */
export interface StopAsk {
  readonly reason: Exclude<StopReason, 'silent'>;
  readonly until: Date | null;
  readonly call_back: boolean;
}

/** Stops a contract from the next choice on; a stop that stands is replaced. The caller holds the pool's counters. */
export async function stopPool(tx: Tx, agent: Agent, pool: string, ask: StopAsk, now: Date): Promise<void> {
  const row = { ...ask, stopped_by: agent.id, stopped_at: now };
  await tx
    .insertInto('overflow_stop')
    .values({ pool, ...row })
    .onConflict((conflict) => conflict.column('pool').doUpdateSet(row))
    .execute();
  await appendAudit(tx, actorOf(agent), now, 'overflow.stopped', pool, {
    reason: ask.reason,
    until: ask.until?.toISOString() ?? null,
    call_back: ask.call_back,
  });
}

/** Lets a contract go on. @returns false when it was not stopped */
export async function resumePool(tx: Tx, agent: Agent, pool: string, now: Date): Promise<boolean> {
  const row = await tx
    .deleteFrom('overflow_stop')
    .where('pool', '=', pool)
    .returning(['reason', 'until'])
    .executeTakeFirst();
  if (row === undefined || (row.until !== null && row.until <= now)) return false;
  await appendAudit(tx, actorOf(agent), now, 'overflow.resumed', pool, { reason: row.reason });
  return true;
}

/** A silent pool is left alone until its next day. A supervisor's stop that stands is not touched. */
export async function restPool(tx: Tx, pool: string, until: Date, now: Date): Promise<void> {
  const row = { reason: 'silent' as const, call_back: false, stopped_by: null, stopped_at: now, until };
  const rested = await tx
    .insertInto('overflow_stop')
    .values({ pool, ...row })
    .onConflict((conflict) => conflict.column('pool').doUpdateSet(row).where('overflow_stop.until', '<=', now))
    .returning('pool')
    .executeTakeFirst();
  if (rested === undefined) return;
  await appendAudit(tx, SYSTEM, now, 'overflow.stopped', pool, { reason: row.reason, until: until.toISOString() });
}

/**
 * Has the same person another conversation that waits or is being answered? Two teams never answer one person at once.
 * The caller holds the sender's row.
 */
export async function hasOpenSibling(tx: Tx, conversation: { id: string; sender_key: string }): Promise<boolean> {
  const row = await tx
    .selectFrom('conversation')
    .select('id')
    .where('sender_key', '=', conversation.sender_key)
    .where('id', '<>', conversation.id)
    .where('status', 'in', ['queued', 'assigned'])
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}
