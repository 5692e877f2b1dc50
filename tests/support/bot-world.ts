/** A small bot behind the real API, with two portals, for tests of the bot channel. */
import { randomBytes, randomUUID } from 'node:crypto';
import type { FastifyInstance, LightMyRequestResponse } from 'fastify';
import type { ConsoleDeps } from '../../console/deps.ts';
import { signedHeaders } from '../../mail/portal-signature.ts';
import { botBook, cardModel } from './bot-book.ts';
import { NORD_KEY, portals } from './bot-keys.ts';
import type { Engine } from './stores.ts';
import { openWorld, type World } from './world.ts';

export interface Asked {
  readonly key?: { readonly id: string; readonly secret: string };
  readonly idem?: string;
  /** Changes the signed request on its way. */
  readonly headers?: Record<string, string>;
  readonly signed_at?: Date;
  /** Signs this body and sends the other. */
  readonly signed_body?: string;
}

export interface BotWorld extends World {
  /** A signed request, in-process. */
  ask(method: 'GET' | 'POST', path: string, body?: unknown, asked?: Asked): Promise<LightMyRequestResponse>;
  /** Starts a talk. @returns its id */
  talk(more?: Record<string, unknown>, asked?: Asked): Promise<string>;
  say(id: string, text: string, more?: Record<string, unknown>, asked?: Asked): Promise<Record<string, unknown>>;
}

export async function openBotWorld(engine: Engine, over: Partial<ConsoleDeps> = {}): Promise<BotWorld> {
  const book = botBook();
  const world = await openWorld(engine, {
    rulebook: async () => book,
    rules: { rulebook: async () => book, model: async () => cardModel },
    bot: { portals: portals(), demo: false },
    ...over,
  });
  const ask: BotWorld['ask'] = (method, path, body, asked = {}) =>
    signed(world.app, world.clock.now, method, path, body, asked);
  return {
    ...world,
    ask,
    talk: async (more = {}, asked = {}) => {
      const member = { account: `a-${randomBytes(6).toString('hex')}` };
      const answer = await ask('POST', '/bot/conversations', { member, ...more }, asked);
      if (answer.statusCode !== 201) throw new Error(answer.body);
      return answer.json<{ id: string }>().id;
    },
    say: async (id, text, more = {}, asked = {}) => {
      const answer = await ask('POST', `/bot/conversations/${id}/turns`, { text, ...more }, asked);
      if (answer.statusCode !== 200) throw new Error(answer.body);
      return answer.json();
    },
  };
}

export async function signed(
  app: FastifyInstance,
  now: Date,
  method: 'GET' | 'POST',
  path: string,
  body: unknown,
  asked: Asked = {},
): Promise<LightMyRequestResponse> {
  const payload = body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body);
  const request = { method, path, body: asked.signed_body ?? payload };
  return app.inject({
    method,
    url: path,
    headers: {
      ...signedHeaders(request, asked.key ?? NORD_KEY, asked.signed_at ?? now),
      ...(method === 'POST' ? { 'idempotency-key': asked.idem ?? randomUUID() } : {}),
      ...(payload === '' ? {} : { 'content-type': 'application/json' }),
      ...asked.headers,
    },
    ...(payload === '' ? {} : { payload }),
  });
}
