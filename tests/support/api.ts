import type { FastifyInstance, InjectOptions } from 'fastify';
import { hashPassword } from '../../console/auth/password.ts';
import { createAgent, type NewAgent } from '../../store/agents.ts';
import { SYSTEM, type Store } from '../../store/database.ts';

/** A signed-in person of the desk, through the real API. */
export interface Person {
  post<T>(url: string, payload?: object): Promise<{ status: number; body: T }>;
  get<T>(url: string): Promise<{ status: number; body: T }>;
}

const PASSWORD = 'un-mot-de-passe-de-test';

export async function signedIn(
  http: FastifyInstance,
  store: Store,
  agent: Partial<NewAgent> & { login: string },
  origin = 'http://127.0.0.1',
): Promise<Person> {
  const password_hash = await hashPassword(PASSWORD);
  await store.write(SYSTEM, (tx) =>
    createAgent(
      tx,
      SYSTEM,
      { display_name: agent.login, role: 'agent', queues: ['n1'], pool: null, password_hash, ...agent },
      new Date(),
    ),
  );
  const base = { origin, 'sec-fetch-site': 'same-origin' };
  const signIn = await http.inject({
    method: 'POST',
    url: '/api/session',
    headers: base,
    payload: { login: agent.login, password: PASSWORD },
  });
  if (signIn.statusCode >= 300) throw new Error(`sign-in: ${signIn.statusCode} ${signIn.body}`);
  const headers = {
    ...base,
    cookie: signIn.cookies.map((item) => `${item.name}=${item.value}`).join('; '),
    'x-csrf-token': signIn.json<{ csrf_token: string }>().csrf_token,
  };
  async function send<T>(options: InjectOptions): Promise<{ status: number; body: T }> {
    const answer = await http.inject({ ...options, headers });
    return { status: answer.statusCode, body: (answer.body === '' ? undefined : answer.json()) as T };
  }
  return {
    post: (url, payload = {}) => send({ method: 'POST', url, payload }),
    get: (url) => send({ method: 'GET', url }),
  };
}
