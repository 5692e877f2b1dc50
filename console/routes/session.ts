import { z } from 'zod';
import type { App } from '../app.ts';
import { AiguillageError } from '../../domain/errors.ts';
import { addressOf } from '../auth/address.ts';
import { agentOf } from '../auth/guard.ts';
import { PASSWORD_CHARS_MAX, PASSWORD_CHARS_MIN } from '../auth/password.ts';
import { changePassword, signIn } from '../auth/sign-in.ts';
import { csrfToken, hashToken, SESSION_COOKIE, sessionCookie } from '../auth/tokens.ts';
import type { OidcProvider } from '../auth/oidc-provider.ts';
import type { ConsoleDeps } from '../deps.ts';
import { Refusal } from '../errors.ts';
import { actorOf, ROLES, type Agent } from '../../store/agents.ts';
import { SYSTEM } from '../../store/database.ts';
import { appendAudit } from '../../store/events.ts';
import type { SignInWay } from '../../store/schema.ts';
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
  /** How it was opened: `local`, with a password of ours, or `oidc`, by the provider. */
  via: z.enum(['local', 'oidc']),
  /** To be sent back as `x-csrf-token` with every write. */
  csrf_token: z.string(),
});

/** Signing in and out. */
export function sessionRoutes(app: App, deps: ConsoleDeps, provider: OidcProvider | undefined): void {
  const cookie = sessionCookie(deps.public_url);

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
      if (deps.sign_in?.local === false) throw new AiguillageError('AUTH_LOCAL_OFF');
      const { token, agent } = await signIn(
        deps,
        request.body,
        request.cookies[SESSION_COOKIE],
        addressOf(request, deps),
      );
      reply.setCookie(SESSION_COOKIE, token, { ...cookie, maxAge: SESSION_MAX_MS / 1000 });
      return view(agent, token, 'local');
    },
  );

  app.post(
    '/api/session/password',
    {
      config: { roles: ROLES },
      schema: {
        summary: 'Changer son mot de passe',
        description:
          'Les autres sessions du compte sont terminées ; celle-ci continue sous un autre cookie et un autre jeton.',
        tags: ['session'],
        body: z.strictObject({
          password: z.string().min(1).max(PASSWORD_CHARS_MAX),
          next: z.string().min(PASSWORD_CHARS_MIN).max(PASSWORD_CHARS_MAX),
        }),
        response: { 200: session },
      },
    },
    async (request, reply) => {
      const agent = agentOf(request);
      if (request.via !== 'local')
        throw new Refusal(
          'BAD_INPUT',
          'Votre mot de passe est tenu par le fournisseur d’identité : changez-le chez lui.',
        );
      const given = { login: agent.login, ...request.body };
      const token = await changePassword(deps, given, addressOf(request, deps));
      if (token === undefined)
        throw new Refusal(
          'BAD_INPUT',
          'Le mot de passe actuel n’est pas le bon, ou il y a eu trop d’essais : patientez un quart d’heure.',
        );
      reply.setCookie(SESSION_COOKIE, token, { ...cookie, maxAge: SESSION_MAX_MS / 1000 });
      return view(agent, token, 'local');
    },
  );

  app.get(
    '/api/session',
    { config: { roles: ROLES }, schema: { summary: 'Qui suis-je', tags: ['session'], response: { 200: session } } },
    async (request) => view(agentOf(request), request.cookies[SESSION_COOKIE]!, request.via ?? 'local'),
  );

  app.delete(
    '/api/session',
    {
      config: { roles: ROLES },
      schema: {
        summary: 'Se déconnecter',
        description: '200 : la session chez le fournisseur d’identité reste à fermer, à l’adresse donnée.',
        tags: ['session'],
        response: { 200: z.object({ end_session_url: z.string() }), 204: z.undefined() },
      },
    },
    async (request, reply) => {
      const agent = agentOf(request);
      const now = deps.clock();
      await deps.store.write(SYSTEM, async (tx) => {
        await closeSession(tx, hashToken(request.cookies[SESSION_COOKIE]!));
        await appendAudit(tx, actorOf(agent), now, 'session.closed', agent.id);
      });
      reply.clearCookie(SESSION_COOKIE, cookie);
      const end_session_url = request.via === 'oidc' ? await provider?.endSessionUrl() : undefined;
      return end_session_url === undefined ? reply.code(204).send() : reply.code(200).send({ end_session_url });
    },
  );
}

function view(agent: Agent, token: string, via: SignInWay): z.infer<typeof session> {
  const { id: agent_id, login, display_name, queues, pool } = agent;
  return {
    agent: { id: agent_id, login, display_name, role: agent.role, queues: [...queues], pool },
    via,
    csrf_token: csrfToken(token),
  };
}
