import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { BotClient, BotError, isAnswerOfOurs } from '../../docs/examples/bot-client.ts';
import { startPortal, type StubPortal } from '../../scripts/tryout/portal.ts';
import { SYSTEM } from '../../store/database.ts';
import { buildReport } from '../../store/report.ts';
import { replayStored } from '../../store/replays.ts';
import { signedIn, type Person } from '../support/api.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { botBook, cardModel } from '../support/bot-book.ts';
import { NORD_KEY, portals } from '../support/bot-keys.ts';
import { until } from '../support/until.ts';

/** A talk's whole way in a real process: by the client of the documentation in, to an adviser, back to the portal. */
const ANSWERS_SECRET = 'answers answers answers answers answers';
const answersOf = (portal: StubPortal) => ({
  url: portal.url,
  key: { id: 'caisse', secret: ANSWERS_SECRET },
  timeout_ms: 400,
});

describe.each(['pglite', 'redis'] as const)('a talk on %s', (backing) => {
  let portal: StubPortal;
  let app: TestApp;
  let bot: BotClient;
  let camille: Person;
  let chief: Person;
  beforeAll(async () => {
    portal = await startPortal(ANSWERS_SECRET);
    app = await startApp(backing, {
      book: botBook(),
      model: cardModel,
      live: ['espace-echanges'],
      deps: { bot: { portals: portals(answersOf(portal)), demo: true } },
    });
    bot = new BotClient({ url: app.url, key: NORD_KEY.id, secret: NORD_KEY.secret });
    chief = await signedIn(app.app.http, app.store, { login: 'chef', role: 'supervisor' });
    camille = await signedIn(app.app.http, app.store, {
      login: 'camille',
      queues: ['n1', 'analyse-prealable', 'tri-humain', 'urgence-vitale', 'middle-office'],
    });
  }, 60_000);
  afterAll(async () => {
    await app.close();
    await portal.close();
  }, 60_000);

  /** Two requests that fail, and the door is taken. */
  async function handedOver(account: string): Promise<{ talk: string; conversation: string }> {
    const { id } = await bot.start({ member: { account, name: 'Dominique Roy' } });
    await bot.turn(id, 'blorg zimbou tralala');
    expect((await bot.turn(id, 'zimbou tralala blorg')).offer).toBe(true);
    expect((await bot.turn(id, 'oui')).handed_over).toBe(true);
    return { talk: id, conversation: await dispatched(id) };
  }

  async function dispatched(talk: string): Promise<string> {
    let conversation: string | null = null;
    await until(async () => {
      const row = await app.store.read(SYSTEM, (tx) =>
        tx
          .selectFrom('bot_conversation')
          .innerJoin('message', 'message.id', 'bot_conversation.handover_message')
          .select(['bot_conversation.conversation_id', 'message.status'])
          .where('bot_conversation.id', '=', talk)
          .executeTakeFirst(),
      );
      conversation = row?.conversation_id ?? null;
      return row?.status === 'dispatched';
    });
    return conversation!;
  }

  const deliveries = (conversation: string) =>
    app.store.read(SYSTEM, (tx) =>
      tx.selectFrom('delivery').selectAll().where('conversation_id', '=', conversation).orderBy('created_at').execute(),
    );
  async function answer(conversation: string, body: string): Promise<string> {
    const claimed = await camille.post(`/api/conversations/${conversation}/claim`);
    expect([200, 409]).toContain(claimed.status);
    const sent = await camille.post<{ delivery: string }>(`/api/conversations/${conversation}/reply`, {
      type: 'definitive',
      body,
    });
    expect(sent.status).toBe(201);
    return sent.body.delivery;
  }
  const ended = async (conversation: string, delivery: string): Promise<string> => {
    let status = '';
    await until(async () => {
      status = (await deliveries(conversation)).find(({ id }) => id === delivery)!.status;
      return !['pending', 'sending'].includes(status);
    });
    return status;
  };

  test('becomes a conversation of the account’s mailbox, with its clock, and its answer goes back once', async () => {
    const { talk, conversation } = await handedOver('a-1842');
    const row = await app.store.read(SYSTEM, (tx) =>
      tx.selectFrom('conversation').selectAll().where('id', '=', conversation).executeTakeFirstOrThrow(),
    );
    expect(row).toMatchObject({ mailbox: 'espace-echanges', channel: 'bot', sender_name: 'Dominique Roy' });
    // The portal's name of the account stands nowhere but in the talk.
    expect(JSON.stringify(row)).not.toContain('a-1842');
    const clocks = await app.store.read(SYSTEM, (tx) =>
      tx.selectFrom('request').selectAll().where('conversation_id', '=', conversation).execute(),
    );
    expect(clocks).toHaveLength(1);
    const accepted = await app.store.read(SYSTEM, (tx) =>
      tx.selectFrom('event').select('occurred_at').where('type', '=', 'bot.accepted').executeTakeFirstOrThrow(),
    );
    expect(clocks[0]!.started_at).toEqual(accepted.occurred_at);

    const thread = await camille.get<{ bot: { said: { by: string; text: string }[]; failed: unknown[] } }>(
      `/api/conversations/${conversation}`,
    );
    expect(thread.body.bot.said.map(({ by }) => by).slice(0, 3)).toEqual(['bot', 'member', 'bot']);
    expect(thread.body.bot.failed).toHaveLength(2);

    const delivery = await answer(conversation, 'Bonjour, votre dossier est à jour.');
    expect(await ended(conversation, delivery)).toBe('sent');
    expect(portal.shown.at(-1)).toMatchObject({
      delivery,
      conversation: talk,
      account: 'a-1842',
      kind: 'reply',
      body: 'Bonjour, votre dossier est à jour.',
    });
    expect(portal.requests.at(-1)).toEqual({ signed: true, idempotency_key: delivery });
    const shown = await bot.show(talk);
    expect(shown.said.at(-1)).toMatchObject({ by: 'adviser', text: 'Bonjour, votre dossier est à jour.' });

    // The adviser has it: the bot says nothing more, and what the member adds reaches the same conversation.
    const more = await bot.turn(talk, 'merci, et pour ma fille ?');
    expect(more).toMatchObject({ status: 'silenced', reply: null });
    await until(async () => {
      const { body } = await camille.get<{ status: string; messages: unknown[] }>(`/api/conversations/${conversation}`);
      return body.status === 'queued' && body.messages.length === 3;
    });
    const metrics = await app.app.http.inject('/metrics');
    expect(metrics.body).toContain('aiguillage_bot_handovers 1\n');
    expect(metrics.body).toContain('aiguillage_bot_answers{status="sent"} 1\n');
  }, 60_000);

  test('with a grave sign stands in the urgent queue, marked as the bot saw it', async () => {
    const { id } = await bot.start({ member: { account: 'a-grave' } });
    expect((await bot.turn(id, 'je veux me suicider')).outcome).toBe('immediate-human');
    const conversation = await dispatched(id);
    const row = await app.store.read(SYSTEM, (tx) =>
      tx.selectFrom('conversation').selectAll().where('id', '=', conversation).executeTakeFirstOrThrow(),
    );
    expect(row).toMatchObject({ queue: 'urgence-vitale', flags: ['danger-vital'], urgency: 0 });
  }, 60_000);

  test('of which nothing was said but « an adviser, please » by the button reaches a queue too', async () => {
    const { id } = await bot.start({ member: { account: 'a-silent' } });
    expect(await bot.accept(id)).toMatchObject({ handed_over: true, turn: 0 });
    expect(await dispatched(id)).not.toBeNull();
  }, 60_000);

  test('is decided so that it can be decided again: the marks of the bot are part of the record', async () => {
    const kept = { rulebook: async () => app.book, model: async () => cardModel };
    const range = { since: new Date(Date.now() - 600_000), until: new Date(Date.now() + 600_000), limit: 50 };
    const report = await replayStored(app.store, kept, range);
    expect(report.replayed).toBeGreaterThanOrEqual(3);
    expect(report).toMatchObject({ equal: report.replayed, different: [], not_replayable: {} });
  });

  test('a portal that is away is asked again; one that does not say what it did is asked by a person only', async () => {
    const statusOf = (id: string) =>
      app.store
        .read(SYSTEM, (tx) =>
          tx.selectFrom('conversation').select('status').where('id', '=', id).executeTakeFirstOrThrow(),
        )
        .then(({ status }) => status);
    const one = async (conversation: string, id: string) => (await deliveries(conversation)).find((d) => d.id === id)!;
    const busy = await handedOver('a-busy');
    const before = portal.shown.length;
    portal.script(503);
    const waits = await answer(busy.conversation, 'une');
    await until(async () => (await one(busy.conversation, waits)).response === 'HTTP-503');
    const row = await one(busy.conversation, waits);
    expect(row).toMatchObject({ status: 'pending', attempts: 1 });
    expect(row.not_before.getTime() - row.updated_at.getTime()).toBe(60_000);
    expect(portal.shown).toHaveLength(before);
    for (const [script, end, kept] of [
      [400, 'failed', 0],
      [302, 'failed', 0],
      [500, 'ambiguous', 0],
      ['keep-and-drop', 'ambiguous', 1],
      ['keep-and-hang', 'ambiguous', 1],
    ] as const) {
      const { conversation } = await handedOver(`a-${script}`);
      const had = portal.shown.length;
      portal.script(script);
      const id = await answer(conversation, 'deux');
      expect([script, await ended(conversation, id)]).toEqual([script, end]);
      expect([script, portal.shown.length - had]).toEqual([script, kept]);
      // Refused for good: nobody was answered, and somebody has it before them again.
      expect([script, await statusOf(conversation)]).toEqual([script, end === 'failed' ? 'queued' : 'answered']);
      if (kept === 0) continue;
      // A person decides to send it again: the same key, so the member reads it once.
      const again = await chief.post(`/api/deliveries/${id}/resolve`, {
        as: 'retry',
        proof: 'Le portail ne sait pas.',
      });
      expect(again.status).toBe(200);
      expect(await ended(conversation, id)).toBe('sent');
      expect([script, portal.shown.length - had]).toEqual([script, 1]);
    }
    expect(portal.requests.every(({ signed }) => signed)).toBe(true);
  }, 60_000);

  test('from the chat page reaches the queue as any other, and the figure knows nothing of it', async () => {
    const received = async (): Promise<number> =>
      (await buildReport(app.store, { from: '2026-01-01', to: '2099-12-31' })).received;
    const before = await received();
    expect(before).toBeGreaterThan(0);
    let cookies = {};
    const post = async (path: string, payload = {}) => {
      const headers = { 'idempotency-key': randomUUID() };
      const answer = await app.app.http.inject({ method: 'POST', url: `/bot/demo/${path}`, headers, cookies, payload });
      for (const { name, value } of answer.cookies) cookies = { [name]: value };
      return answer.json();
    };
    const { id } = await post('conversations');
    expect(await post(`conversations/${id}/turns`, { text: 'je veux parler à un conseiller' })).toMatchObject({
      handed_over: true,
    });
    const conversation = await dispatched(id);
    const clocks = () =>
      app.store.read(SYSTEM, (tx) =>
        tx.selectFrom('request').select('message_id').where('conversation_id', '=', conversation).execute(),
      );
    expect(await clocks()).toHaveLength(1);
    expect(await received()).toBe(before);
    // A talk of a portal is one more.
    await handedOver('a-counted');
    expect(await received()).toBe(before + 1);
  }, 60_000);

  test('the client of the documentation tells refusals apart and knows our signature', async () => {
    const stranger = new BotClient({ url: app.url, key: NORD_KEY.id, secret: 'wrong'.repeat(8) });
    await expect(stranger.start({ member: { account: 'x' } })).rejects.toEqual(new BotError(401, 'BOT_SIGNATURE'));
    const request = { method: 'POST', path: '/answers', body: '{}' };
    const { signedHeaders } = await import('../../mail/portal-signature.ts');
    const headers = signedHeaders(request, { id: 'caisse', secret: ANSWERS_SECRET }, new Date());
    expect(isAnswerOfOurs({ ...request, headers }, ANSWERS_SECRET)).toBe(true);
    expect(isAnswerOfOurs({ ...request, headers, body: '{"a":1}' }, ANSWERS_SECRET)).toBe(false);
    expect(isAnswerOfOurs({ ...request, headers }, ANSWERS_SECRET, Date.now() + 400_000)).toBe(false);
  });
});
