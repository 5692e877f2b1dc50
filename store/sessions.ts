import { toAgent, type Agent } from './agents.ts';
import type { Tx } from './database.ts';
import type { SignInWay } from './schema.ts';

/** Sessions and attempts to sign in. Read and written as the system: who acts is not known before. */

/** A session ends 12 hours after the sign-in, whatever happens. */
export const SESSION_MAX_MS = 12 * 3_600_000;
/** It ends earlier when nothing was asked for an hour. */
export const SESSION_IDLE_MS = 3_600_000;
/** `last_seen_at` is written at most once in so many milliseconds: a page that polls must not write at each request. */
const TOUCH_MS = 60_000;

export const ATTEMPTS_MAX = 5;
/** From one address: a whole site may stand behind it, and people mistype on Monday mornings. */
export const ADDRESS_ATTEMPTS_MAX = 100;
export const ATTEMPTS_WINDOW_MS = 15 * 60_000;

export interface OpenSession {
  readonly agent: Agent;
  readonly csrf_hash: Uint8Array;
  readonly via: SignInWay;
  /** True when {@link touchSession} is due. */
  readonly touch: boolean;
}

export async function openSession(
  tx: Tx,
  session: { id_hash: Buffer; csrf_hash: Buffer; agent_id: string; via?: SignInWay },
  now: Date,
): Promise<void> {
  await tx
    .insertInto('session')
    .values({ ...session, created_at: now, last_seen_at: now, expires_at: new Date(now.getTime() + SESSION_MAX_MS) })
    .execute();
}

/** The live session behind a cookie, with its account as it is now; undefined when it ended or the account is disabled. */
export async function findSession(tx: Tx, id_hash: Buffer, now: Date): Promise<OpenSession | undefined> {
  const row = await tx
    .selectFrom('session')
    .innerJoin('agent', 'agent.id', 'session.agent_id')
    .selectAll('agent')
    .select(['session.csrf_hash', 'session.last_seen_at', 'session.via'])
    .where('session.id_hash', '=', id_hash)
    .where('session.expires_at', '>', now)
    .where('session.last_seen_at', '>', new Date(now.getTime() - SESSION_IDLE_MS))
    .where('agent.disabled', '=', false)
    .executeTakeFirst();
  if (row === undefined) return undefined;
  return {
    agent: toAgent(row),
    csrf_hash: row.csrf_hash,
    via: row.via,
    touch: now.getTime() - row.last_seen_at.getTime() >= TOUCH_MS,
  };
}

export async function touchSession(tx: Tx, id_hash: Buffer, now: Date): Promise<void> {
  await tx.updateTable('session').set({ last_seen_at: now }).where('id_hash', '=', id_hash).execute();
}

export async function closeSession(tx: Tx, id_hash: Uint8Array): Promise<void> {
  await tx.deleteFrom('session').where('id_hash', '=', id_hash).execute();
}

/** Ends every session of an account, but the one given. @returns how many ended */
export async function closeSessionsOf(tx: Tx, agent_id: string, but?: Uint8Array): Promise<number> {
  let gone = tx.deleteFrom('session').where('agent_id', '=', agent_id);
  if (but !== undefined) gone = gone.where('id_hash', '!=', but);
  return Number((await gone.executeTakeFirst()).numDeletedRows);
}

/** Removes sessions, sign-ins on their way and attempts that no longer matter. @returns how many sessions went */
export async function purgeSessions(tx: Tx, now: Date): Promise<number> {
  const idle = new Date(now.getTime() - SESSION_IDLE_MS);
  const gone = await tx
    .deleteFrom('session')
    .where((eb) => eb.or([eb('expires_at', '<=', now), eb('last_seen_at', '<=', idle)]))
    .executeTakeFirst();
  await tx.deleteFrom('sign_in_flow').where('expires_at', '<=', now).execute();
  await tx
    .deleteFrom('login_attempt')
    .where('at', '<', new Date(now.getTime() - ATTEMPTS_WINDOW_MS))
    .execute();
  return Number(gone.numDeletedRows);
}

/**
 * Takes one of the attempts a login, or an address, has in a quarter of an hour; those of a login are counted since its
 * last success. The attempt is written as failed before the password is looked at, so that a hundred at once are still
 * counted.
 * @param key a hash: people type passwords into the wrong field, and an address is somebody's
 * @returns false when none is left; a refused attempt is not counted, or it would keep its victim out for ever
 */
export async function takeAttempt(tx: Tx, key: string, now: Date, max = ATTEMPTS_MAX): Promise<boolean> {
  const { failed } = await tx
    .selectFrom('login_attempt')
    .select(({ fn }) => fn.countAll<number>().as('failed'))
    .where('login', '=', key)
    .where('ok', '=', false)
    .where('at', '>', new Date(now.getTime() - ATTEMPTS_WINDOW_MS))
    .executeTakeFirstOrThrow();
  if (Number(failed) >= max) return false;
  await tx.insertInto('login_attempt').values({ login: key, at: now, ok: false }).execute();
  return true;
}

/** The attempt of this instant was no failure: whoever signs in takes nothing from the others behind the same address. */
export async function giveBackAttempt(tx: Tx, key: string, now: Date): Promise<void> {
  await tx.deleteFrom('login_attempt').where('login', '=', key).where('at', '=', now).execute();
}

/** The password was right: earlier failures are forgotten. */
export async function forgetAttempts(tx: Tx, login_hash: string, now: Date): Promise<void> {
  await tx.deleteFrom('login_attempt').where('login', '=', login_hash).execute();
  await tx.insertInto('login_attempt').values({ login: login_hash, at: now, ok: true }).execute();
}
