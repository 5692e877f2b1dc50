import { toAgent, type Agent } from './agents.ts';
import type { Tx } from './database.ts';

/** Accounts that come from the site's OpenID provider, and sign-ins on their way through it. Run as the system. */

/** How long somebody may take at the provider: a second factor, a password to be changed. */
export const FLOW_MAX_MS = 10 * 60_000;

/** Who somebody is at a provider. Both words together; a subject alone means nothing (OpenID Connect Core §5.7). */
export interface Identity {
  readonly issuer: string;
  readonly subject: string;
}

export interface SignInFlow {
  /** The page's own address after #, checked when the sign-in began. */
  readonly place: string;
  /** The session the browser carried; it does not travel on the way back from another site. */
  readonly old_session: Uint8Array | null;
}

export async function beginFlow(tx: Tx, id_hash: Buffer, flow: SignInFlow, now: Date): Promise<void> {
  const expires_at = new Date(now.getTime() + FLOW_MAX_MS);
  await tx
    .insertInto('sign_in_flow')
    .values({ id_hash, ...flow, expires_at })
    .execute();
}

/** Takes a sign-in out; undefined when there is none of this name, when it was taken already, or is too old. */
export async function takeFlow(tx: Tx, id_hash: Buffer, now: Date): Promise<SignInFlow | undefined> {
  const row = await tx.deleteFrom('sign_in_flow').where('id_hash', '=', id_hash).returningAll().executeTakeFirst();
  return row === undefined || row.expires_at <= now ? undefined : row;
}

/** The account behind an identity, locked until the transaction ends. */
export async function lockByIdentity(tx: Tx, { issuer, subject }: Identity): Promise<Agent | undefined> {
  const row = await tx
    .selectFrom('agent')
    .selectAll()
    .where('id', '=', (eb) =>
      eb.selectFrom('agent_identity').select('agent_id').where('issuer', '=', issuer).where('subject', '=', subject),
    )
    .forUpdate()
    .executeTakeFirst();
  return row === undefined ? undefined : toAgent(row);
}

/** Ties a new account to an identity. @returns false when another process was faster; the caller must roll back */
export async function linkIdentity(tx: Tx, identity: Identity, agent_id: string, now: Date): Promise<boolean> {
  const { issuer, subject } = identity;
  const row = await tx
    .insertInto('agent_identity')
    .values({ issuer, subject, agent_id, created_at: now })
    .onConflict((conflict) => conflict.columns(['issuer', 'subject']).doNothing())
    .returning('agent_id')
    .executeTakeFirst();
  return row !== undefined;
}

/** True when the account's role, queues and name come from the provider. */
export async function isLinked(tx: Tx, agent_id: string): Promise<boolean> {
  const row = await tx
    .selectFrom('agent_identity')
    .select('agent_id')
    .where('agent_id', '=', agent_id)
    .executeTakeFirst();
  return row !== undefined;
}
