import { randomBytes } from 'node:crypto';
import type { SignInMapping } from '../../config/sign-in.ts';
import { AiguillageError, hasCode } from '../../domain/errors.ts';
import {
  actorOf,
  createAgent,
  findAgent,
  isLoginTaken,
  NO_PASSWORD,
  updateAgent,
  type Agent,
  type AgentChanges,
} from '../../store/agents.ts';
import { SYSTEM, type Tx } from '../../store/database.ts';
import { appendAudit } from '../../store/events.ts';
import { linkIdentity, lockByIdentity, type Identity, type SignInFlow } from '../../store/identities.ts';
import { closeSession, closeSessionsOf } from '../../store/sessions.ts';
import type { ConsoleDeps } from '../deps.ts';
import { accountOf, changesOf, type MappedAccount } from './oidc-account.ts';
import type { Claims } from './oidc-provider.ts';
import { openNewSession } from './sign-in.ts';

type Outcome = { readonly agent: Agent; readonly token: string } | 'unmapped' | 'closed' | 'again';

/**
 * Opens a session for somebody the provider vouches for. The first time an account is made; later it follows what the
 * provider says, and a change ends the sessions opened under the old rights. Only issuer and subject say who somebody is:
 * a login or an address that another account has never opens that account.
 * @returns the session's token
 * @throws AiguillageError OIDC_UNMAPPED, AUTH_CLOSED
 */
export async function enter(
  deps: Pick<ConsoleDeps, 'store' | 'clock' | 'rulebook'>,
  mapping: SignInMapping,
  person: { readonly identity: Identity; readonly claims: Claims },
  flow: SignInFlow,
): Promise<string> {
  const mapped = accountOf(person.claims, mapping, await deps.rulebook());
  const now = deps.clock();
  const attempt = (): Promise<Outcome> =>
    deps.store.write(SYSTEM, (tx) => open(tx, person.identity, mapped, flow, now)).catch(fasterOne);
  let outcome = await attempt();
  // Two first sign-ins of one person at once: the account is there now.
  if (outcome === 'again') outcome = await attempt();
  if (outcome === 'closed') throw new AiguillageError('AUTH_CLOSED');
  if (outcome === 'unmapped') throw new AiguillageError('OIDC_UNMAPPED');
  if (outcome === 'again') throw new AiguillageError('TOO_BUSY');
  return outcome.token;
}

/** An answer of the provider that does not hold stands on the audit trail; whose it was is not known. */
export async function noteRefusal({ store, clock }: Pick<ConsoleDeps, 'store' | 'clock'>): Promise<void> {
  await store.write(SYSTEM, (tx) =>
    appendAudit(tx, SYSTEM, clock(), 'session.refused', '-', { via: 'oidc', why: 'answer' }),
  );
}

/** Thrown to undo the account that was made for an identity another process has just tied. */
class AlreadyLinked extends Error {}
function fasterOne(error: unknown): 'again' {
  // BAD_INPUT: its login was free a moment ago.
  if (error instanceof AlreadyLinked || hasCode(error, 'BAD_INPUT')) return 'again';
  throw error;
}

async function open(
  tx: Tx,
  identity: Identity,
  mapped: MappedAccount | undefined,
  flow: SignInFlow,
  now: Date,
): Promise<Outcome> {
  const before = await lockByIdentity(tx, identity);
  const refuse = async (why: 'unmapped' | 'closed'): Promise<Outcome> => {
    if (before !== undefined) await closeSessionsOf(tx, before.id);
    await appendAudit(tx, SYSTEM, now, 'session.refused', before?.id ?? '-', { via: 'oidc', why });
    return why;
  };
  if (before?.disabled === true) return refuse('closed');
  if (mapped === undefined) return refuse('unmapped');
  const agent = before === undefined ? await create(tx, identity, mapped, now) : await follow(tx, before, mapped, now);
  if (flow.old_session !== null) await closeSession(tx, flow.old_session);
  const token = await openNewSession(tx, agent.id, 'oidc', now);
  await appendAudit(tx, actorOf(agent), now, 'session.opened', agent.id, { via: 'oidc' });
  return { agent, token };
}

async function create(tx: Tx, identity: Identity, mapped: MappedAccount, now: Date): Promise<Agent> {
  const { queues, skills, login, ...rest } = mapped;
  const account = {
    ...rest,
    // A login is only shown, never believed: a second one of the name gets a mark.
    login: (await isLoginTaken(tx, login)) ? `${login}~${randomBytes(4).toString('hex')}` : login,
    queues: queues ?? [],
    skills: skills ?? [],
    password_hash: NO_PASSWORD,
  };
  const id = await createAgent(tx, SYSTEM, account, now);
  if (!(await linkIdentity(tx, identity, id, now))) throw new AlreadyLinked();
  return (await findAgent(tx, id))!;
}

async function follow(tx: Tx, before: Agent, mapped: MappedAccount, now: Date): Promise<Agent> {
  const changes = changesOf(before, mapped);
  if (Object.keys(changes).length === 0) return before;
  return updateAgent(tx, SYSTEM, before.id, changes as AgentChanges, now);
}
