import { createHash, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { DEMO_PORTAL } from '../../config/portals.ts';
import { AiguillageError } from '../../domain/errors.ts';
import { admit } from '../../store/bot-keys.ts';
import { startTalk, takeTurn } from '../../store/bot-requests.ts';
import { readTalk } from '../../store/bot-talks.ts';
import { SYSTEM } from '../../store/database.ts';
import { askBot, showTalk } from '../actions/bot.ts';
import type { App } from '../app.ts';
import { isLoopbackHttp } from '../auth/origin.ts';
import { isSessionToken, newSessionToken } from '../auth/tokens.ts';
import type { ConsoleDeps } from '../deps.ts';
import { botAnswer, idempotencyHeaders, talkView, turnBody } from './bot-schema.ts';
import { idParams } from './schemas.ts';

/** The chat page: nothing inline, nothing from elsewhere. */
const DEMO_CSP =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; " +
  "require-trusted-types-for 'script'; trusted-types 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";
const COOKIE = 'aiguillage_bot_demo';
/** Of all visitors together: a page to try, not a channel. */
const REQUESTS_PER_MINUTE = 240;
const NONCE_MS = 60_000;

const FILES = [
  ['/bot/demo', 'index.html', 'text/html; charset=utf-8'],
  ['/bot/demo/chat.css', 'chat.css', 'text/css; charset=utf-8'],
  ['/bot/demo/chat.js', 'chat.js', 'text/javascript; charset=utf-8'],
] as const;
const hidden = { hide: true };
const config = { roles: 'public' as const };

/**
 * `/bot/demo`: a page on which anybody may try the bot, where the site shows it. The browser signs nothing: its session
 * cookie names an account of the portal `demo`, for which this server speaks. A talk is seen by the session it began in.
 */
export function botDemoRoutes(app: App, deps: ConsoleDeps): void {
  for (const [url, file, type] of FILES) {
    const content = readFileSync(new URL(`../bot-demo/${file}`, import.meta.url));
    app.get(url, { config, schema: hidden }, async (_request, reply) => {
      requireShown(deps);
      return reply.type(type).header('content-security-policy', DEMO_CSP).send(content);
    });
  }

  app.post(
    '/bot/demo/conversations',
    { config, schema: { ...hidden, headers: idempotencyHeaders, response: { 201: botAnswer } } },
    async (request, reply) => {
      await letIn(deps);
      const account = accountIn(request) ?? newAccount(deps, reply);
      const ask = { account, mode: 'embedded' as const, member: { name: 'Essai' } };
      const json = await askBot(deps, askOf(request, account, ['start']), (tx, brain, key, now) =>
        startTalk(tx, brain, key, ask, now),
      );
      return send(reply, json, 201);
    },
  );

  app.post(
    '/bot/demo/conversations/:id/turns',
    {
      config,
      schema: {
        ...hidden,
        params: idParams,
        headers: idempotencyHeaders,
        body: turnBody.omit({ bot: true }),
        response: { 200: botAnswer },
      },
    },
    async (request, reply) => {
      await letIn(deps);
      const { id } = request.params;
      const account = await ownerOf(deps, request, id);
      const { text, button } = request.body;
      const turn = { text, ...(button === undefined ? {} : { button }) };
      const json = await askBot(deps, askOf(request, account, ['turn', id, turn]), (tx, brain, key, now) =>
        takeTurn(tx, brain, key, id, turn, now),
      );
      return send(reply, json, 200);
    },
  );

  app.get(
    '/bot/demo/conversations/:id',
    { config, schema: { ...hidden, params: idParams, response: { 200: talkView } } },
    async (request) => {
      await letIn(deps);
      await ownerOf(deps, request, request.params.id);
      return showTalk(deps, DEMO_PORTAL, request.params.id);
    },
  );
}

/** @throws AiguillageError BOT_OFF */
function requireShown(deps: ConsoleDeps): void {
  if (deps.bot?.demo !== true) throw new AiguillageError('BOT_OFF');
}

async function letIn(deps: ConsoleDeps): Promise<void> {
  requireShown(deps);
  const now = deps.clock();
  const ask = { key: DEMO_PORTAL, portal: DEMO_PORTAL, requests_per_minute: REQUESTS_PER_MINUTE };
  const once = { nonce: randomBytes(18).toString('base64url'), expires_at: new Date(now.getTime() + NONCE_MS) };
  await deps.store.write(SYSTEM, (tx) => admit(tx, { ...ask, ...once }, now));
}

/** What the store knows of a visitor: nothing that opens the session. */
function accountOf(token: string): string {
  return `essai-${createHash('sha256').update(token).digest('hex').slice(0, 32)}`;
}

function accountIn(request: FastifyRequest): string | undefined {
  const token = request.cookies[COOKIE];
  return isSessionToken(token) ? accountOf(token) : undefined;
}

function newAccount(deps: ConsoleDeps, reply: FastifyReply): string {
  const token = newSessionToken();
  const secure = !isLoopbackHttp(deps.public_url);
  reply.setCookie(COOKIE, token, { path: '/bot/demo', httpOnly: true, sameSite: 'strict', secure });
  return accountOf(token);
}

/** The visitor whose talk it is. @throws AiguillageError NOT_FOUND for anybody else's */
async function ownerOf(deps: ConsoleDeps, request: FastifyRequest, id: string): Promise<string> {
  const account = accountIn(request);
  const talk = await deps.store.read(SYSTEM, (tx) => readTalk(tx, DEMO_PORTAL, id));
  if (account === undefined || talk.account !== account) throw new AiguillageError('NOT_FOUND');
  return account;
}

type Asking = { readonly headers: { readonly 'idempotency-key': string } };

/** Keys of two visitors never meet. */
function askOf(request: Asking, account: string, asked: unknown) {
  return { portal: DEMO_PORTAL, idem_key: `${account}:${request.headers['idempotency-key']}`, asked };
}

function send(reply: FastifyReply, json: string, code: number): FastifyReply {
  return reply
    .code(code)
    .type('application/json; charset=utf-8')
    .serializer((text: string) => text)
    .send(json);
}
