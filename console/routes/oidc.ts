import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { AiguillageError, hasCode } from '../../domain/errors.ts';
import { SYSTEM } from '../../store/database.ts';
import { beginFlow, FLOW_MAX_MS, takeFlow } from '../../store/identities.ts';
import { SESSION_MAX_MS, takeAttempt } from '../../store/sessions.ts';
import type { App } from '../app.ts';
import { addressKey, addressOf } from '../auth/address.ts';
import { CALLBACK_PATH, flowCookie, flowSecrets, PLACE_FORM } from '../auth/oidc-flow.ts';
import { createOidcProvider, type OidcProvider } from '../auth/oidc-provider.ts';
import { enter, noteRefusal } from '../auth/oidc-sign-in.ts';
import {
  hashToken,
  isSessionToken,
  newSessionToken,
  sameToken,
  SESSION_COOKIE,
  sessionCookie,
} from '../auth/tokens.ts';
import type { ConsoleDeps } from '../deps.ts';
import { answerTo, logOurs } from '../errors.ts';
import { refusalPage } from '../pages.ts';
import { REFUSAL_CSP } from '../headers.ts';

/** Sign-ins one address may begin in a quarter of an hour: a whole site on a Monday morning, and everybody twice. */
export const BEGUN_MAX = 1_000;

/** The provider of the site, when there is one. */
export function oidcProviderOf(deps: ConsoleDeps): OidcProvider | undefined {
  const oidc = deps.sign_in?.oidc;
  if (oidc === undefined) return undefined;
  const { roles, teams } = oidc.mapping.claims;
  const { public_url, log, clock } = deps;
  return createOidcProvider(oidc.env, { public_url, wanted: [...new Set([roles, teams])], log, clock });
}

/** Signing in through the site's OpenID provider: how, the way there, the way back. */
export function oidcRoutes(app: App, deps: ConsoleDeps, provider: OidcProvider | undefined): void {
  const { local = true, oidc } = deps.sign_in ?? {};
  const flow_cookie = flowCookie(deps.public_url);

  app.get(
    '/api/session/ways',
    {
      config: { roles: 'public' },
      schema: {
        summary: 'Comment se connecter',
        tags: ['session'],
        security: [],
        response: { 200: z.object({ local: z.boolean(), oidc: z.object({ label: z.string() }).nullable() }) },
      },
    },
    async () => ({ local, oidc: oidc === undefined ? null : { label: oidc.env.label } }),
  );

  // A POST from our own page: no other site can begin a sign-in here.
  app.post(
    '/api/session/oidc',
    {
      config: { roles: 'public' },
      schema: {
        summary: 'Commencer une connexion par le fournisseur d’identité',
        tags: ['session'],
        security: [],
        body: z.strictObject({ place: z.string().max(320).regex(PLACE_FORM).default('') }),
        response: { 200: z.object({ url: z.string() }) },
      },
    },
    async (request, reply) => {
      if (provider === undefined) throw new AiguillageError('OIDC_OFF');
      const token = newSessionToken();
      const url = await provider.begin(flowSecrets(token));
      const old = request.cookies[SESSION_COOKIE];
      const flow = { place: request.body.place, old_session: isSessionToken(old) ? hashToken(old) : null };
      const now = deps.clock();
      const from = addressOf(request, deps);
      await deps.store.write(SYSTEM, async (tx) => {
        // Nobody is known yet: without a bound, a stranger could fill the table.
        const key = from === undefined ? undefined : addressKey(deps.secrets.message_id, `oidc ${from}`);
        if (key !== undefined && !(await takeAttempt(tx, key, now, BEGUN_MAX))) throw new AiguillageError('TOO_BUSY');
        await beginFlow(tx, hashToken(token), flow, now);
      });
      reply.setCookie(flow_cookie.name, token, { ...flow_cookie.options, maxAge: FLOW_MAX_MS / 1_000 });
      return { url };
    },
  );

  app.get(
    CALLBACK_PATH,
    {
      config: { roles: 'public' },
      schema: {
        summary: 'Retour du fournisseur d’identité',
        description: '303 vers la page demandée ; sinon une page qui dit pourquoi.',
        tags: ['session'],
        security: [],
      },
      errorHandler(error, request, reply) {
        const { status, body, ours } = answerTo(error);
        if (ours) logOurs(deps.log, error, request);
        void sendRefusal(reply, status, body.error.message, deps);
      },
    },
    async (request, reply) => {
      if (provider === undefined || oidc === undefined) throw new AiguillageError('OIDC_OFF');
      const token = request.cookies[flow_cookie.name];
      const query = request.raw.url?.split('?')[1] ?? '';
      const state = new URLSearchParams(query).get('state') ?? '';
      // Looked at before anything is taken out: another site that sends a browser here ends no sign-in of its owner.
      if (!isSessionToken(token) || !sameToken(state, flowSecrets(token).state))
        throw new AiguillageError('OIDC_STATE');
      const flow = await deps.store.write(SYSTEM, (tx) => takeFlow(tx, hashToken(token), deps.clock()));
      reply.clearCookie(flow_cookie.name, flow_cookie.options);
      if (flow === undefined) throw new AiguillageError('OIDC_STATE');
      const person = await provider.finish(query, flowSecrets(token)).catch(async (error: unknown) => {
        if (hasCode(error, 'OIDC_REFUSED')) await noteRefusal(deps);
        throw error;
      });
      const session = await enter(deps, oidc.mapping, person, flow);
      reply.setCookie(SESSION_COOKIE, session, { ...sessionCookie(deps.public_url), maxAge: SESSION_MAX_MS / 1_000 });
      return reply.redirect(`/${flow.place}`, 303);
    },
  );
}

function sendRefusal(reply: FastifyReply, status: number, sentence: string, { pages }: ConsoleDeps): FastifyReply {
  return reply
    .code(status)
    .header('content-security-policy', REFUSAL_CSP)
    .type('text/html; charset=utf-8')
    .serializer((page: string) => page)
    .send(refusalPage(sentence, pages));
}
