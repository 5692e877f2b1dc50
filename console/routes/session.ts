import { z } from 'zod';
import type { App } from '../app.ts';
import { agentOf } from '../auth/guard.ts';
import { isLoopbackHttp } from '../auth/origin.ts';
import { PASSWORD_CHARS_MAX } from '../auth/password.ts';
import { signIn } from '../auth/sign-in.ts';
import { csrfToken, hashToken, SESSION_COOKIE } from '../auth/tokens.ts';
import type { ConsoleDeps } from '../deps.ts';
import { actorOf, ROLES, type Agent } from '../../store/agents.ts';
import { SYSTEM } from '../../store/database.ts';
import { appendAudit } from '../../store/events.ts';
import { closeSession, SESSION_MAX_MS } from '../../store/sessions.ts';
import { id, role } from './schemas.ts';

const session = z.object({
  agent: z.object({
    id,
    login: z.string(),
    display_name: z.string(),
    role,
    queues: z.array(z.string()),
    pool: z.string().nullable(),
  }),
  /** To be sent back as `x-csrf-token` with every write. */
  csrf_token: z.string(),
});

/** Signing in and out. */
export function sessionRoutes(app: App, deps: ConsoleDeps): void {
  const cookie = {
    path: '/',
    httpOnly: true,
    sameSite: 'strict',
    secure: !isLoopbackHttp(deps.public_url),
  } as const;

  app.post(
    '/api/session',
    {
      config: { roles: 'public' },
      schema: {
        summary: 'Se connecter',
        tags: ['session'],
        security: [],
        body: z.strictObject({
          login: z.string().min(1).max(200),
          password: z.string().min(1).max(PASSWORD_CHARS_MAX),
        }),
        response: { 200: session },
      },
    },
    async (request, reply) => {
      const { token, agent } = await signIn(deps, request.body, request.cookies[SESSION_COOKIE]);
      reply.setCookie(SESSION_COOKIE, token, { ...cookie, maxAge: SESSION_MAX_MS / 1000 });
      return view(agent, token);
    },
  );

  app.get(
    '/api/session',
    { config: { roles: ROLES }, schema: { summary: 'Qui suis-je', tags: ['session'], response: { 200: session } } },
    async (request) => view(agentOf(request), request.cookies[SESSION_COOKIE]!),
  );

  app.delete(
    '/api/session',
    {
      config: { roles: ROLES },
      schema: { summary: 'Se déconnecter', tags: ['session'], response: { 204: z.undefined() } },
    },
    async (request, reply) => {
      const agent = agentOf(request);
      const now = deps.clock();
      await deps.store.write(SYSTEM, async (tx) => {
        await closeSession(tx, hashToken(request.cookies[SESSION_COOKIE]!));
        await appendAudit(tx, actorOf(agent), now, 'session.closed', agent.id);
      });
      reply.clearCookie(SESSION_COOKIE, cookie);
      return reply.code(204).send();
    },
  );
}

function view(agent: Agent, token: string): z.infer<typeof session> {
  const { id: agent_id, login, display_name, queues, pool } = agent;
  return {
    agent: { id: agent_id, login, display_name, role: agent.role, queues: [...queues], pool },
    csrf_token: csrfToken(token),
  };
}
