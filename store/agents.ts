import type { Selectable } from 'kysely';
import { AiguillageError } from '../domain/errors.ts';
import type { Actor, Tx } from './database.ts';
import { appendAudit } from './events.ts';
import { newId } from './ids.ts';
import type { AgentTable, Role } from './schema.ts';

/** Accounts: local ones, and those of the site's provider (store/identities.ts). A person that left is disabled, never deleted: events and audit rows keep pointing at them. */

export const ROLES: readonly Role[] = ['agent', 'referent', 'supervisor', 'partner', 'administrator', 'auditor'];

/** In place of a hash: no password opens this account. */
export const NO_PASSWORD = 'none';

/** Who works at the desk, without the password. */
export interface Agent {
  readonly id: string;
  readonly login: string;
  readonly display_name: string;
  readonly role: Role;
  /** Desk queues this person answers. A partner has none: its pool is its only queue. */
  readonly queues: readonly string[];
  readonly pool: string | null;
  readonly disabled: boolean;
  /** Motifs or pôles whose expert mail this person may answer at level 1. */
  readonly skills?: readonly string[];
  /** A newcomer: so many replies are still read before they leave (domain/reply-reading.ts). */
  readonly replies_to_read?: number;
}

export interface NewAgent {
  readonly login: string;
  readonly display_name: string;
  readonly role: Role;
  readonly queues: readonly string[];
  readonly pool: string | null;
  readonly skills?: readonly string[];
  /** Made by console/auth/password.ts. */
  readonly password_hash: string;
}

export type AgentChanges = Partial<Omit<NewAgent, 'login'> & { disabled: boolean }>;

/** The actor under which this person's statements run. */
export function actorOf(agent: Pick<Agent, 'id' | 'role' | 'pool'>): Extract<Actor, { kind: 'agent' }> {
  return { kind: 'agent', id: agent.id, role: agent.role, pool: agent.pool ?? undefined };
}

/** Logins are compared without case or outer spaces. */
export function normaliseLogin(login: string): string {
  return login.normalize('NFKC').trim().toLowerCase();
}

/** Creates an account. @throws AiguillageError BAD_INPUT when the login is taken or role, queues and pool do not fit */
export async function createAgent(tx: Tx, by: Actor, agent: NewAgent, now: Date): Promise<string> {
  checkPool(agent);
  const id = newId(now.getTime());
  const row = await tx
    .insertInto('agent')
    .values({
      ...agent,
      id,
      login: normaliseLogin(agent.login),
      queues: [...agent.queues],
      skills: [...(agent.skills ?? [])],
      created_at: now,
    })
    .onConflict((conflict) => conflict.column('login').doNothing())
    .returning('id')
    .executeTakeFirst();
  if (row === undefined) throw new AiguillageError('BAD_INPUT', 'This login already exists.');
  await appendAudit(tx, by, now, 'agent.created', id, { role: agent.role });
  return id;
}

/**
 * Changes an account and ends its sessions, so that a right taken away is gone at once.
 * @throws AiguillageError NOT_FOUND, or BAD_INPUT as {@link createAgent}
 */
export async function updateAgent(tx: Tx, by: Actor, id: string, changes: AgentChanges, now: Date): Promise<Agent> {
  const before = await tx.selectFrom('agent').selectAll().where('id', '=', id).forUpdate().executeTakeFirst();
  if (before === undefined) throw new AiguillageError('NOT_FOUND');
  checkPool({ ...before, ...changes });
  const { queues, skills, ...rest } = changes;
  const after = await tx
    .updateTable('agent')
    .set({
      ...rest,
      ...(queues === undefined ? {} : { queues: [...queues] }),
      ...(skills === undefined ? {} : { skills: [...skills] }),
      login: before.login,
    })
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow();
  await tx.deleteFrom('session').where('agent_id', '=', id).execute();
  await appendAudit(tx, by, now, 'agent.changed', id, {
    fields: Object.keys(changes).sort(),
    ...(changes.role === undefined ? {} : { role: changes.role, from: before.role }),
    ...(changes.disabled === undefined ? {} : { disabled: changes.disabled }),
    ...(queues === undefined ? {} : { queues }),
    ...(changes.pool === undefined ? {} : { pool: changes.pool }),
  });
  return toAgent(after);
}

export async function listAgents(tx: Tx): Promise<Agent[]> {
  return (await tx.selectFrom('agent').selectAll().orderBy('login').execute()).map(toAgent);
}

/** Names of colleagues, to be shown beside what they wrote. */
export async function agentNames(tx: Tx, ids: readonly string[]): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map();
  const rows = await tx
    .selectFrom('agent')
    .select(['id', 'display_name'])
    .where('id', 'in', [...new Set(ids)])
    .execute();
  return new Map(rows.map((row) => [row.id, row.display_name]));
}

/** The account with its hash, locked until the transaction ends: attempts on one login are counted one at a time. */
export async function lockByLogin(tx: Tx, login: string): Promise<(Agent & { password_hash: string }) | undefined> {
  const row = await tx
    .selectFrom('agent')
    .selectAll()
    .where('login', '=', normaliseLogin(login))
    .forUpdate()
    .executeTakeFirst();
  return row === undefined ? undefined : { ...toAgent(row), password_hash: row.password_hash };
}

export async function isLoginTaken(tx: Tx, login: string): Promise<boolean> {
  const row = await tx.selectFrom('agent').select('id').where('login', '=', normaliseLogin(login)).executeTakeFirst();
  return row !== undefined;
}

/** One account; undefined when there never was one. Whether it is disabled, the caller asks. */
export async function findAgent(tx: Tx, id: string): Promise<Agent | undefined> {
  const row = await tx.selectFrom('agent').selectAll().where('id', '=', id).executeTakeFirst();
  return row === undefined ? undefined : toAgent(row);
}

export function toAgent(row: Selectable<AgentTable>): Agent {
  const { id, login, display_name, role, queues, pool, disabled, skills, replies_to_read } = row;
  return { id, login, display_name, role, queues, pool, disabled, skills, replies_to_read };
}

function checkPool(agent: Pick<NewAgent, 'role' | 'queues' | 'pool'>): void {
  if (agent.role === 'partner' && (agent.pool === null || agent.pool === '' || agent.queues.length > 0)) {
    throw new AiguillageError('BAD_INPUT', 'A partner has one pool and no other queue.');
  }
  if (agent.role !== 'partner' && agent.pool !== null) {
    throw new AiguillageError('BAD_INPUT', 'Only a partner has a pool.');
  }
}
