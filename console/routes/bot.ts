import type { FastifyReply } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { startTalk, takeHappening, takeTurn, takeVerdict } from '../../store/bot-requests.ts';
import { askBot, showTalk } from '../actions/bot.ts';
import type { App } from '../app.ts';
import { portalOfRequest, requireBotKey } from '../auth/bot-key.ts';
import type { ConsoleDeps } from '../deps.ts';
import { botAnswer, idempotencyHeaders, refusals, talkBody, talkView, turnBody, verdictBody } from './bot-schema.ts';
import { idParams } from './schemas.ts';

/** Names of the headers in the OpenAPI description (console/app.ts). */
export const BOT_SECURITY = [{ botKey: [], botTimestamp: [], botNonce: [], botSignature: [] }];

const config = { roles: 'key' as const };
const common = { tags: ['bot'], security: BOT_SECURITY };
const WRITES =
  'Un en-tête Idempotency-Key par demande : la même demande renvoyée reçoit la même réponse, à l’octet près.';
const happenings = {
  accept: 'Accepter un conseiller : l’échange devient une conversation de l’espace d’échanges',
  decline: 'Décliner l’offre ; la porte reste ouverte',
  close: 'Clore l’échange',
} as const;

/** The answer as it was stored: the same bytes for a repeat. */
function send(reply: FastifyReply, json: string, code = 200): FastifyReply {
  return reply
    .code(code)
    .type('application/json; charset=utf-8')
    .serializer((text: string) => text)
    .send(json);
}

/**
 * The bot's API for portals (docs/bot.md). In a scope of its own: signatures instead of sessions, so that no cookie of the
 * console reaches it and no key reaches the console.
 */
export function botRoutes(app: App, deps: ConsoleDeps): void {
  void app.register(async (inner) => {
    requireBotKey(inner, deps);
    const scope = inner.withTypeProvider<ZodTypeProvider>() as unknown as App;

    scope.post(
      '/bot/conversations',
      {
        config,
        schema: {
          ...common,
          summary: 'Commencer un échange avec l’assistant',
          description: `mode « embedded » : l’assistant d’Aiguillage répond ; « external » : le portail a le sien et envoie ses verdicts. ${WRITES}`,
          headers: idempotencyHeaders,
          body: talkBody,
          response: { 201: botAnswer, ...refusals },
        },
      },
      async (request, reply) => {
        const { member, mode } = request.body;
        const { account, ...known } = member;
        const nir = known.nir?.replace(/[\s.\-/]/g, '').toUpperCase();
        const ask = { account, mode, member: { ...known, ...(nir === undefined ? {} : { nir }) } };
        const json = await askBot(deps, askOf(request, ['start', ask]), (tx, brain, key, now) =>
          startTalk(tx, brain, key, ask, now),
        );
        return send(reply, json, 201);
      },
    );

    scope.post(
      '/bot/conversations/:id/turns',
      {
        config,
        schema: {
          ...common,
          summary: 'Donner un tour de l’assuré, et recevoir ce que l’assistant en fait',
          description: `Un assistant externe joint son verdict dans bot, ou le donne plus tard à /answers : passé answer_timeout_ms, la demande a échoué. Pour lui, reply « external » redonne ses propres mots ; tout autre est une phrase d’Aiguillage à montrer, absente de la transcription. ${WRITES}`,
          params: idParams,
          headers: idempotencyHeaders,
          body: turnBody,
          response: { 200: botAnswer, ...refusals },
        },
      },
      async (request, reply) => {
        const { id } = request.params;
        const { text, button, bot } = request.body;
        const turn = {
          text,
          ...(button === undefined ? {} : { button }),
          ...(bot === undefined
            ? {}
            : { bot: { result: bot.result, ...(bot.text === undefined ? {} : { text: bot.text }) } }),
        };
        const json = await askBot(deps, askOf(request, ['turn', id, turn]), (tx, brain, key, now) =>
          takeTurn(tx, brain, key, id, turn, now),
        );
        return send(reply, json);
      },
    );

    scope.post(
      '/bot/conversations/:id/answers',
      {
        config,
        schema: {
          ...common,
          summary: 'Assistant externe : ce qu’est devenue la réponse qu’il devait',
          description: `result « fallback », « timeout » ou « error » : la demande a échoué. ${WRITES}`,
          params: idParams,
          headers: idempotencyHeaders,
          body: verdictBody,
          response: { 200: botAnswer, ...refusals },
        },
      },
      async (request, reply) => {
        const { id } = request.params;
        const verdict = request.body;
        const json = await askBot(deps, askOf(request, ['answer', id, verdict]), (tx, brain, key, now) =>
          takeVerdict(tx, brain, key, id, verdict, now),
        );
        return send(reply, json);
      },
    );

    for (const what of ['accept', 'decline', 'close'] as const) {
      scope.post(
        `/bot/conversations/:id/${what}`,
        {
          config,
          schema: {
            ...common,
            summary: happenings[what],
            description: WRITES,
            params: idParams,
            headers: idempotencyHeaders,
            response: { 200: botAnswer, ...refusals },
          },
        },
        async (request, reply) => {
          const { id } = request.params;
          const json = await askBot(deps, askOf(request, [what, id]), (tx, brain, key, now) =>
            takeHappening(tx, brain, key, id, what, now),
          );
          return send(reply, json);
        },
      );
    }

    scope.get(
      '/bot/conversations/:id',
      {
        config,
        schema: {
          ...common,
          summary: 'L’état d’un échange et ce qui s’y est dit, réponses des conseillers comprises',
          params: idParams,
          response: { 200: talkView, ...refusals },
        },
      },
      async (request) => showTalk(deps, portalOfRequest(request).id, request.params.id),
    );
  });
}

type Asking = Parameters<typeof portalOfRequest>[0] & { readonly headers: { readonly 'idempotency-key': string } };

function askOf(request: Asking, asked: unknown) {
  return { portal: portalOfRequest(request).id, idem_key: request.headers['idempotency-key'], asked };
}
