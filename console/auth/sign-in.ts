import { createHash } from 'node:crypto';
import { AiguillageError } from '../../domain/errors.ts';
import { actorOf, lockByLogin, normaliseLogin, type Agent } from '../../store/agents.ts';
import { SYSTEM } from '../../store/database.ts';
import { appendAudit } from '../../store/events.ts';
import { closeSession, forgetAttempts, openSession, takeAttempt } from '../../store/sessions.ts';
import type { ConsoleDeps } from '../deps.ts';
import { verifyPassword } from './password.ts';
import { csrfToken, hashToken, isSessionToken, newSessionToken } from './tokens.ts';

/**
 * Opens a session. A wrong password, an unknown login, a disabled account and too many attempts all do the same work
 * and give the same answer. A session the browser already carried is ended: nobody goes on in a session that was
 * planted before the sign-in.
 * @throws AiguillageError AUTH_FAILED, TOO_BUSY
 */
export async function signIn(
  deps: Pick<ConsoleDeps, 'store' | 'clock'>,
  given: { login: string; password: string },
  old_token: string | undefined,
): Promise<{ token: string; agent: Agent }> {
  const now = deps.clock();
  const login_hash = createHash('sha256').update(normaliseLogin(given.login)).digest('hex');
  const { account, allowed } = await deps.store.write(SYSTEM, async (tx) => ({
    account: await lockByLogin(tx, given.login),
    allowed: await takeAttempt(tx, login_hash, now),
  }));
  const right = await verifyPassword(given.password, account?.password_hash);
  const token = newSessionToken();
  const opened = await deps.store.write(SYSTEM, async (tx) => {
    if (!allowed || !right || account === undefined || account.disabled) {
      // Unknown logins leave a row too: one statement less would show in the time taken.
      await appendAudit(tx, SYSTEM, now, 'session.refused', account?.id ?? '-', { throttled: !allowed });
      return undefined;
    }
    await forgetAttempts(tx, login_hash, now);
    if (isSessionToken(old_token)) await closeSession(tx, hashToken(old_token));
    await openSession(
      tx,
      { id_hash: hashToken(token), csrf_hash: hashToken(csrfToken(token)), agent_id: account.id },
      now,
    );
    await appendAudit(tx, actorOf(account), now, 'session.opened', account.id);
    return account;
  });
  if (opened === undefined) throw new AiguillageError('AUTH_FAILED');
  return { token, agent: opened };
}
