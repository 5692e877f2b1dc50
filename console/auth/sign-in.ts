import { createHash } from 'node:crypto';
import { AiguillageError } from '../../domain/errors.ts';
import { actorOf, lockByLogin, normaliseLogin, updateAgent, type Agent } from '../../store/agents.ts';
import { SYSTEM, type Tx } from '../../store/database.ts';
import { appendAudit } from '../../store/events.ts';
import type { SignInWay } from '../../store/schema.ts';
import {
  ADDRESS_ATTEMPTS_MAX,
  closeSession,
  forgetAttempts,
  giveBackAttempt,
  openSession,
  takeAttempt,
} from '../../store/sessions.ts';
import type { ConsoleDeps } from '../deps.ts';
import { addressKey } from './address.ts';
import { hashPassword, verifyPassword } from './password.ts';
import { csrfToken, hashToken, isSessionToken, newSessionToken } from './tokens.ts';

interface Credentials {
  readonly login: string;
  readonly password: string;
}
type Deps = Pick<ConsoleDeps, 'store' | 'clock' | 'secrets'>;

/**
 * Opens a session. A wrong password, an unknown login, a disabled account and too many attempts all do the same work
 * and give the same answer. A session the browser already carried is ended: nobody goes on in a session that was
 * planted before the sign-in.
 * @param address where the browser is, when that is known (console/auth/address.ts)
 * @throws AiguillageError AUTH_FAILED, TOO_BUSY
 */
export async function signIn(
  deps: Deps,
  given: Credentials,
  old_token: string | undefined,
  address?: string,
): Promise<{ token: string; agent: Agent }> {
  const opened = await withPassword(deps, given, address, async (tx, account, now) => {
    if (isSessionToken(old_token)) await closeSession(tx, hashToken(old_token));
    const token = await openNewSession(tx, account.id, 'local', now);
    await appendAudit(tx, actorOf(account), now, 'session.opened', account.id);
    return { token, agent: account };
  });
  if (opened === undefined) throw new AiguillageError('AUTH_FAILED');
  return opened;
}

/**
 * Gives an account the password its owner wants, ends all its sessions, and opens a new one for whoever asked.
 * @returns the token of the new session; undefined when the present password is wrong, or too many were tried
 * @throws AiguillageError BAD_INPUT when the new one is too short or too long, TOO_BUSY
 */
export async function changePassword(
  deps: Deps,
  given: Credentials & { readonly next: string },
  address?: string,
): Promise<string | undefined> {
  const password_hash = await hashPassword(given.next);
  return withPassword(deps, given, address, async (tx, account, now) => {
    await updateAgent(tx, actorOf(account), account.id, { password_hash }, now);
    return openNewSession(tx, account.id, 'local', now);
  });
}

/** Counts the attempt, looks at the password, and does what it opens in one transaction. */
async function withPassword<T>(
  deps: Deps,
  given: Credentials,
  address: string | undefined,
  opened: (tx: Tx, account: Agent, now: Date) => Promise<T>,
): Promise<T | undefined> {
  const now = deps.clock();
  const login_hash = createHash('sha256').update(normaliseLogin(given.login)).digest('hex');
  const from = address === undefined ? undefined : addressKey(deps.secrets.message_id, address);
  const { account, allowed } = await deps.store.write(SYSTEM, async (tx) => {
    const known = await lockByLogin(tx, given.login);
    // The address first: one that is refused must not use up the attempts of somebody else's login.
    const place = from === undefined || (await takeAttempt(tx, from, now, ADDRESS_ATTEMPTS_MAX));
    return { account: known, allowed: place && (await takeAttempt(tx, login_hash, now)) };
  });
  const right = await verifyPassword(given.password, account?.password_hash);
  return deps.store.write(SYSTEM, async (tx) => {
    if (!allowed || !right || account === undefined || account.disabled) {
      // Unknown logins leave a row too: one statement less would show in the time taken.
      await appendAudit(tx, SYSTEM, now, 'session.refused', account?.id ?? '-', { throttled: !allowed });
      return undefined;
    }
    await forgetAttempts(tx, login_hash, now);
    if (from !== undefined) await giveBackAttempt(tx, from, now);
    return opened(tx, account, now);
  });
}

/** A session of a new name, never one that the browser brought. @returns its token, for the cookie */
export async function openNewSession(tx: Tx, agent_id: string, via: SignInWay, now: Date): Promise<string> {
  const token = newSessionToken();
  await openSession(tx, { id_hash: hashToken(token), csrf_hash: hashToken(csrfToken(token)), agent_id, via }, now);
  return token;
}
