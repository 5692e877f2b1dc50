import { ApiError, call, expired, setToken } from '../api/client.ts';
import type { Me } from '../api/types.ts';
import { cell } from './cell.ts';

interface SessionAnswer {
  readonly agent: Me;
  readonly csrf_token: string;
}

/** Who is signed in; null for nobody, undefined while the page asks. */
export const me = cell<Me | null | undefined>(undefined);

function opened({ agent, csrf_token }: SessionAnswer): void {
  setToken(csrf_token);
  expired.set(false);
  me.set(agent);
}

/** Asks the server who this browser is. @throws Unreachable */
export async function recall(): Promise<void> {
  try {
    opened(await call<SessionAnswer>('GET', '/api/session'));
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    me.set(null);
  }
}

/**
 * Signs in. Somebody else than before gets a new page: nothing of the one before stays on the screen.
 * @throws ApiError AUTH_FAILED, Unreachable
 */
export async function signIn(login: string, password: string): Promise<void> {
  const before = me.get();
  const answer = await call<SessionAnswer>('POST', '/api/session', { login, password });
  if (before != null && before.id !== answer.agent.id) {
    location.reload();
    return;
  }
  opened(answer);
}

/** Signs out and forgets everything on the page. */
export async function signOut(): Promise<void> {
  await call('DELETE', '/api/session').catch(() => undefined);
  location.hash = '';
  location.reload();
}
