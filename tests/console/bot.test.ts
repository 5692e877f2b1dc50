import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { Registry } from 'prom-client';
import { buildApp } from '../../console/app.ts';
import { tickTalks } from '../../store/bot-tick.ts';
import { SYSTEM } from '../../store/database.ts';
import { NORD_KEY, SUD_KEY } from '../support/bot-keys.ts';
import { botBook } from '../support/bot-book.ts';
import { openBotWorld, signed, type BotWorld } from '../support/bot-world.ts';
import { ENGINES } from '../support/stores.ts';
import { MORNING } from '../support/world.ts';

const MINUTE_MS = 60_000;

describe.each(ENGINES)('the bot API on %s', (engine) => {
  let world: BotWorld;
  beforeAll(async () => {
    world = await openBotWorld(engine);
  });
  afterAll(() => world.close());

  /** Everything a request could change, in one line. */
  async function fingerprint(): Promise<string> {
    return world.store.read(SYSTEM, async (tx) => {
      const { rows } = await sql<{ all: string }>`select
        (select coalesce(string_agg(t::text, '' order by t.id), '') from aiguillage.bot_conversation t)
        || (select coalesce(string_agg(t::text, '' order by t.id), '') from aiguillage.bot_turn t)
        || (select coalesce(string_agg(t::text, '' order by t.key_id, t.nonce), '') from aiguillage.bot_nonce t)
        || (select coalesce(string_agg(t::text, '' order by t.id), '') from aiguillage.message t)
        || (select count(*) from aiguillage.event) as all`.execute(tx);
      return createHash('sha256').update(rows[0]!.all).digest('hex');
    });
  }

  const botEvents = (id: string) =>
    world.store.read(SYSTEM, async (tx) => {
      const { rows } = await sql<{ type: string }>`select type from aiguillage.event
        where type like 'bot.%' and data ->> 'bot' = ${id} order by seq`.execute(tx);
      return rows.map(({ type }) => type.replace('bot.', ''));
    });
  const messages = (id: string) =>
    world.store.read(SYSTEM, async (tx) => {
      const { rows } = await sql<{ body: string; status: string; headers: Record<string, string>; received_at: Date }>`
        select m.body, m.status, m.headers, m.received_at from aiguillage.message m
        where m.id in (select handover_message from aiguillage.bot_conversation where id = ${id}
          union select message_id from aiguillage.bot_turn where bot_conversation_id = ${id})
        order by m.id`.execute(tx);
      return rows;
    });

  test('two requests that fail open the door once; the member takes it, and a message waits for triage', async () => {
    const id = await world.talk({ member: { account: 'a-1', name: 'Camille Exemple', nir: '2 86 03 13 999 999 13' } });
    expect(await world.say(id, 'blorg zimbou tralala')).toMatchObject({ failed_requests: 1, offer: false });
    expect(await world.say(id, 'zimbou tralala blorg')).toMatchObject({
      status: 'offered',
      offer: true,
      failed_requests: 2,
      outcome: 'offer-human',
      reply: { id: 'offer' },
    });
    world.clock.now = new Date(MORNING.getTime() + MINUTE_MS);
    const before = world.jobs.length;
    expect(await world.say(id, 'oui')).toMatchObject({ handed_over: true, reply: { id: 'handover' } });
    const [message, ...more] = await messages(id);
    expect(more).toEqual([]);
    expect(message).toMatchObject({ status: 'parsed', received_at: world.clock.now });
    expect(message!.body).toBe('blorg zimbou tralala\nzimbou tralala blorg');
    expect(world.jobs).toHaveLength(before + 1);
    expect((await botEvents(id)).filter((type) => type !== 'turn')).toEqual([
      'started',
      'request-failed',
      'request-failed',
      'offered',
      'accepted',
    ]);
  });

  test('a grave sign is a person at once, with its marks; what is written afterwards follows', async () => {
    const id = await world.talk();
    expect(await world.say(id, 'je veux en finir, je vais me suicider')).toMatchObject({
      outcome: 'immediate-human',
      handed_over: true,
      reply: { id: 'danger' },
    });
    world.clock.now = new Date(world.clock.now.getTime() + 1_000);
    expect(await world.say(id, 'personne ne répond jamais chez vous')).toMatchObject({ reply: null });
    const written = await messages(id);
    expect(written.map(({ headers }) => headers)).toEqual([{ 'x-bot-marks': 'danger-vital' }, { 'x-bot-marks': '' }]);
  });

  test('a repeat gets the same bytes and changes nothing; the key with another request is refused', async () => {
    const id = await world.talk();
    const path = `/bot/conversations/${id}/turns`;
    const first = await world.ask('POST', path, { text: 'carte perdue' }, { idem: 'tour-0001' });
    const [, told] = [await world.say(id, 'merci'), await botEvents(id)];
    const again = await world.ask('POST', path, { text: 'carte perdue' }, { idem: 'tour-0001' });
    expect([again.statusCode, again.body]).toEqual([200, first.body]);
    expect(await botEvents(id)).toEqual(told);
    const other = await world.ask('POST', path, { text: 'autre chose' }, { idem: 'tour-0001' });
    expect([other.statusCode, other.json().error.code]).toEqual([422, 'IDEMPOTENCY_REUSED']);
    // Another portal's keys are its own.
    const sud = await world.ask(
      'POST',
      '/bot/conversations',
      { member: { account: 'b' } },
      { idem: 'tour-0001', key: SUD_KEY },
    );
    expect(sud.statusCode).toBe(201);
  });

  test('twins at one instant make one turn', async () => {
    const id = await world.talk();
    const path = `/bot/conversations/${id}/turns`;
    const twins = await Promise.all(
      [1, 2, 3].map(() => world.ask('POST', path, { text: 'blorg zimbou' }, { idem: 'jumeau-01' })),
    );
    expect(new Set(twins.map(({ body }) => body)).size).toBe(1);
    const starts = await Promise.all(
      [1, 2, 3].map(() => world.ask('POST', '/bot/conversations', { member: { account: 'c' } }, { idem: 'jumeau-02' })),
    );
    expect(new Set(starts.map(({ body }) => body)).size).toBe(1);
    expect((await botEvents(id)).filter((type) => type === 'turn')).toHaveLength(1);
  });

  describe('what is not as it should be gets a precise answer and changes nothing', () => {
    let id: string;
    beforeAll(async () => {
      id = await world.talk();
      await world.say(id, 'carte vitale perdue');
    });
    const turn = { text: 'blorg' };
    const past = (ms: number) => new Date(world.clock.now.getTime() - ms);
    test.each([
      ['no signature', 401, 'BOT_UNSIGNED', { headers: { 'x-aiguillage-signature': '' } }],
      ['a short nonce', 401, 'BOT_UNSIGNED', { headers: { 'x-aiguillage-nonce': 'abc' } }],
      ['a wrong secret', 401, 'BOT_SIGNATURE', { key: { id: NORD_KEY.id, secret: SUD_KEY.secret } }],
      ['an unknown key', 401, 'BOT_SIGNATURE', { key: { id: 'nobody', secret: NORD_KEY.secret } }],
      ['a body that was changed', 401, 'BOT_SIGNATURE', { signed_body: '{"text":"autre"}' }],
      ['a nonce that was changed', 401, 'BOT_SIGNATURE', { headers: { 'x-aiguillage-nonce': 'n'.repeat(24) } }],
      ['a clock six minutes behind', 401, 'BOT_CLOCK', { behind: 6 }],
      ['a clock six minutes ahead', 401, 'BOT_CLOCK', { behind: -6 }],
      ['the talk of another portal', 404, 'NOT_FOUND', { key: SUD_KEY }],
    ])('%s', async (_, status, code, { behind, ...asked }: { behind?: number; [key: string]: unknown }) => {
      const before = await fingerprint();
      const signed_at = behind === undefined ? {} : { signed_at: past(behind * MINUTE_MS) };
      const answer = await world.ask('POST', `/bot/conversations/${id}/turns`, turn, { ...asked, ...signed_at });
      expect([answer.statusCode, answer.json().error.code]).toEqual([status, code]);
      // A well signed request for what is not there has used its nonce, and nothing else.
      if (code !== 'NOT_FOUND') expect(await fingerprint()).toBe(before);
    });

    test.each([
      ['no JSON', '{"text":'],
      ['an unknown field', { text: 'blorg', motif: 'x' }],
      ['no text', { text: '  ' }],
      ['a text that is too long', { text: 'x'.repeat(4_001) }],
      ['half a letter', '{"text":"a\\ud800"}'],
      ['a NUL', { text: 'a\0b' }],
      ['a forbidden key', '{"text":"a","__proto__":{}}'],
    ])('%s', async (_, body) => {
      const said = await botEvents(id);
      const answer = await world.ask('POST', `/bot/conversations/${id}/turns`, body);
      expect([answer.statusCode, answer.json().error.code]).toEqual([400, 'BAD_INPUT']);
      expect(await botEvents(id)).toEqual(said);
    });

    test('a body that is too large', async () => {
      const before = await fingerprint();
      const answer = await world.ask('POST', `/bot/conversations/${id}/turns`, { text: 'x'.repeat(70_000) });
      expect([answer.statusCode, answer.json().error.code]).toEqual([413, 'BAD_INPUT']);
      expect(await fingerprint()).toBe(before);
    });

    test('the same request once more, and a key whose idempotency key is missing', async () => {
      const headers = { 'x-aiguillage-nonce': 'nonce-for-a-replay-0001' };
      const { signedHeaders, signatureOf } = await import('../../mail/portal-signature.ts');
      const path = `/bot/conversations/${id}`;
      const made = signedHeaders({ method: 'GET', path, body: '' }, NORD_KEY, world.clock.now);
      const timestamp = made['x-aiguillage-timestamp']!;
      const nonce = headers['x-aiguillage-nonce'];
      const signature = signatureOf({ method: 'GET', path, timestamp, nonce, body: '' }, NORD_KEY.secret);
      const send = () =>
        world.app.inject({
          method: 'GET',
          url: path,
          headers: { ...made, ...headers, 'x-aiguillage-signature': signature },
        });
      expect((await send()).statusCode).toBe(200);
      const before = await fingerprint();
      const replay = await send();
      expect([replay.statusCode, replay.json().error.code]).toEqual([409, 'BOT_REPLAY']);
      expect(await fingerprint()).toBe(before);
      const bare = await world.ask('POST', `${path}/turns`, turn, { headers: { 'idempotency-key': '' } });
      expect([bare.statusCode, bare.json().error.code]).toEqual([400, 'BAD_INPUT']);
    });

    test('too fast: told when to go on, and let in again by then', async () => {
      world.clock.now = new Date(world.clock.now.getTime() + 10 * MINUTE_MS);
      const look = () => world.ask('GET', `/bot/conversations/${id}`, undefined, { key: SUD_KEY });
      for (let n = 0; n < 3; n += 1) expect((await look()).statusCode).toBe(404);
      const before = await fingerprint();
      const fast = await look();
      expect([fast.statusCode, fast.json().error.code]).toEqual([429, 'BOT_TOO_FAST']);
      expect(await fingerprint()).toBe(before);
      const wait_s = Number(fast.headers['retry-after']);
      expect(wait_s).toBe(20);
      // Another key is not slowed by it.
      expect((await world.ask('GET', `/bot/conversations/${id}`)).statusCode).toBe(200);
      world.clock.now = new Date(world.clock.now.getTime() + wait_s * 1_000);
      expect((await look()).statusCode).toBe(404);
    });
  });

  test('an external bot: its verdicts count, and an answer that does not come has failed', async () => {
    const id = await world.talk({ mode: 'external' });
    const good = { bot: { result: 'answered', text: 'Voici comment faire.' } };
    expect(await world.say(id, 'ma carte vitale est perdue', good)).toMatchObject({
      failed_requests: 0,
      reply: { id: 'external', text: 'Voici comment faire.' },
    });
    expect(await world.say(id, 'autre question : mon arrêt de travail')).toMatchObject({ failed_requests: 0, turn: 2 });
    const late = await world.ask('POST', `/bot/conversations/${id}/answers`, { turn: 2, result: 'fallback' });
    expect(late.json()).toMatchObject({ failed_requests: 1, offer: false });
    await world.say(id, 'je demande juste si mon arrêt est arrivé');
    world.clock.now = new Date(world.clock.now.getTime() + 9_000);
    const { bot: terms } = (await world.deps.rulebook())!;
    const ticked = await world.store.write(SYSTEM, (tx) => tickTalks(tx, terms!, world.clock.now, 100));
    expect(ticked.timed_out).toBe(1);
    const shown = await world.ask('GET', `/bot/conversations/${id}`);
    expect(shown.json()).toMatchObject({ status: 'offered', failed_requests: 2, offer: true });
    // Once: the next tick finds nothing, and an answer after it changes nothing.
    expect((await world.store.write(SYSTEM, (tx) => tickTalks(tx, terms!, world.clock.now, 100))).timed_out).toBe(0);
    await world.ask('POST', `/bot/conversations/${id}/answers`, { turn: 3, result: 'timeout' });
    expect((await botEvents(id)).filter((type) => type === 'offered')).toHaveLength(1);
    const wrong = await world.talk();
    const refused = await world.ask('POST', `/bot/conversations/${wrong}/turns`, { text: 'carte', ...good });
    expect([refused.statusCode, refused.json().error.code]).toEqual([409, 'BOT_STATE']);
  });

  test('of an external bot the transcript holds what it said and not a word of ours; our offer is the answer’s', async () => {
    const id = await world.talk({ mode: 'external' });
    const post = async (what: string, body?: unknown) =>
      (await world.ask('POST', `/bot/conversations/${id}/${what}`, body)).json();
    const ours = (name: string) => ({ id: name, text: `Phrase « ${name} ».` });
    // Nothing told of the answer yet: nothing to show, nothing said.
    expect(await world.say(id, 'Carte Vitale')).toMatchObject({ reply: null });
    expect(await world.say(id, 'ma carte est perdue')).toMatchObject({ reply: null });
    await post('answers', { turn: 2, result: 'answered', text: 'Voyez la page Carte.' });
    const sorry = { bot: { result: 'answered', text: 'Désolé, dites-m’en plus.' } };
    expect(await world.say(id, 'non', sorry)).toMatchObject({ reply: { id: 'external', text: sorry.bot.text } });
    expect(await world.say(id, 'blorg zimbou tralala')).toMatchObject({ reply: null });
    const fallback = { turn: 4, result: 'fallback', text: 'Je ne sais pas.' };
    expect(await post('answers', fallback)).toMatchObject({ offer: true, reply: ours('offer') });
    expect(await post('decline')).toMatchObject({ reply: ours('declined') });
    expect(await post('accept')).toMatchObject({ handed_over: true, reply: ours('handover') });
    // A person answers: what the bot still says is kept, and not shown.
    const late = { bot: { result: 'answered', text: 'Trop tard.' } };
    expect(await world.say(id, 'merci', late)).toMatchObject({ reply: null });
    const { said } = (await world.ask('GET', `/bot/conversations/${id}`)).json();
    expect(said.map(({ by, text }: { by: string; text: string }) => [by, text])).toEqual([
      ['member', 'Carte Vitale'],
      ['member', 'ma carte est perdue'],
      ['bot', 'Voyez la page Carte.'],
      ['member', 'non'],
      ['bot', 'Désolé, dites-m’en plus.'],
      ['member', 'blorg zimbou tralala'],
      ['bot', 'Je ne sais pas.'],
      ['member', 'merci'],
      ['bot', 'Trop tard.'],
    ]);
    // Who speaks of dying is given the numbers, whoever the bot is.
    const grave = await world.talk({ mode: 'external' });
    expect(await world.say(grave, 'je veux me suicider', sorry)).toMatchObject({ reply: ours('danger') });
  });

  test('decline leaves the door open, close and silence close, a word reopens', async () => {
    const id = await world.talk();
    await world.say(id, 'blorg zimbou tralala');
    await world.say(id, 'zimbou tralala blorg');
    const post = async (what: string) => (await world.ask('POST', `/bot/conversations/${id}/${what}`)).json();
    expect(await post('decline')).toMatchObject({ status: 'offered', offer: false, reply: { id: 'declined' } });
    expect(await post('close')).toMatchObject({ status: 'closed' });
    expect(await world.say(id, 'blorg zimbou')).toMatchObject({ status: 'offered' });
    const { bot: terms } = (await world.deps.rulebook())!;
    world.clock.now = new Date(world.clock.now.getTime() + 31 * MINUTE_MS);
    await world.store.write(SYSTEM, (tx) => tickTalks(tx, terms!, world.clock.now, 1_000));
    expect((await world.ask('GET', `/bot/conversations/${id}`)).json()).toMatchObject({ status: 'closed' });
    expect(await post('accept')).toMatchObject({ handed_over: true, reply: { id: 'handover' } });
    expect(await post('accept')).toMatchObject({ handed_over: true, reply: null });
    expect(await messages(id)).toHaveLength(1);
  });

  test('a partner reads the talk behind what it was handed, NIR masked, and never whose account it is', async () => {
    const id = await world.talk({ member: { account: 'a-2', nir: '286031399999913' } });
    await world.say(id, 'ma carte est perdue, 2 86 03 13 999 999 13');
    const other = await world.talk();
    const { id: conversation } = await world.conversation({ queue: 'pool.hainaut', motif: 'carte-vitale' });
    await world.store.write(SYSTEM, async (tx) => {
      await tx.updateTable('conversation').set({ channel: 'bot' }).where('id', '=', conversation).execute();
      await tx.updateTable('bot_conversation').set({ conversation_id: conversation }).where('id', '=', id).execute();
    });
    const partner = await world.person('partner');
    const seen = (await partner.get(`/api/conversations/${conversation}`)).json();
    expect(seen.bot).toMatchObject({ id, nir: null, portal: 'nord' });
    expect(seen.bot.said[1]).toMatchObject({ by: 'member', text: 'ma carte est perdue, • •• •• •• ••• ••• ••' });
    const own = (
      await (await world.person('agent', { queues: ['pool.hainaut'] })).get(`/api/conversations/${conversation}`)
    ).json();
    expect(own.bot).toMatchObject({ nir: '286031399999913' });
    if (engine === 'pglite') return;
    const as = { kind: 'agent', id: partner.agent.id, role: 'partner', pool: 'pool.hainaut' } as const;
    const visible = await world.store.read(as, (tx) => tx.selectFrom('bot_conversation').select('id').execute());
    expect(visible).toEqual([{ id }]);
    const turns = await world.store.read(as, (tx) =>
      tx.selectFrom('bot_turn').select('bot_conversation_id as of').execute(),
    );
    expect(new Set(turns.map(({ of }) => of))).toEqual(new Set([id]));
    expect(other).not.toBe(id);
    await expect(
      world.store.read(as, (tx) => tx.selectFrom('bot_conversation').select('member').execute()),
    ).rejects.toMatchObject({ code: '42501' });
    await expect(
      world.store.write(SYSTEM, (tx) => tx.updateTable('bot_turn').set({ text: 'autre' }).execute()),
    ).rejects.toMatchObject({ code: '42501' });
  });

  test('the report counts what became of talks, and quotes with masks what was asked when the bot failed', async () => {
    world.clock.now = new Date('2026-10-05T09:00:00Z');
    const content = await world.talk();
    await world.say(content, 'ma carte est perdue');
    await world.say(content, 'merci');
    await world.ask('POST', `/bot/conversations/${content}/close`);
    await world.talk(); // Nothing was said: no talk.
    // The button alone is one: a person has it.
    await world.ask('POST', `/bot/conversations/${await world.talk()}/accept`);
    const failed = await world.talk();
    await world.say(failed, 'blorg 06 12 34 56 78');
    await world.say(failed, 'zimbou blorg');
    await world.say(failed, 'oui');
    await world.say(await world.talk(), 'je veux parler à un conseiller');
    await world.say(await world.talk(), 'ma carte est perdue');
    world.clock.now = new Date('2026-10-06T09:00:00Z');
    await world.say(await world.talk(), 'une autre journée');

    const chief = await world.person('supervisor');
    const url = '/api/bot/report?from=2026-10-05&to=2026-10-05';
    const report = (await chief.get(url)).json();
    expect(report).toMatchObject({
      talks: 5,
      contained: 1,
      contained_share: 1 / 4,
      still_open: 1,
      offered: 1,
      offered_accepted: 1,
      accepted: { member: 1, asked: 2, flag: 0, motif: 0 },
      handed_over: 3,
      answered: 0,
      median_hours_to_human: null,
      failed_requests: 2,
    });
    expect(report.said_when_failed.map(({ asked }: { asked: string }) => asked)).toEqual([
      'zimbou blorg',
      'blorg •• •• •• •• ••',
    ]);
    const looked = await world.store.read(SYSTEM, (tx) =>
      tx.selectFrom('audit').select(['actor', 'data']).where('action', '=', 'bot.words_read').execute(),
    );
    expect(looked).toEqual([{ actor: `agent:${chief.agent.id}`, data: { from: '2026-10-05', to: '2026-10-05' } }]);
    const auditor = (await (await world.person('auditor')).get(url)).json();
    expect(auditor).toEqual({ ...report, said_when_failed: [] });
    expect((await chief.get('/api/bot/report?from=2026-10-05&to=2026-10-05&portal=sud')).json()).toMatchObject({
      talks: 0,
    });
  });

  test('a key opens nothing of the console, and without bot.yaml there is no bot', async () => {
    for (const path of ['/api/conversations', '/api/report?from=2026-11-01&to=2026-11-02', '/api/session']) {
      const answer = await world.ask('GET', path);
      expect([answer.statusCode, answer.json().error.code]).toEqual([401, 'AUTH_REQUIRED']);
    }
    const { bot: _bot, ...without } = botBook();
    const app = buildApp({
      ...world.deps,
      metrics: new Registry(),
      rules: { ...world.deps.rules, rulebook: async () => without },
    });
    await app.ready();
    const answer = await signed(app, world.clock.now, 'POST', '/bot/conversations', { member: { account: 'a' } });
    expect([answer.statusCode, answer.json().error.code]).toEqual([404, 'BOT_OFF']);
    const page = await app.inject({ url: '/bot/demo' });
    expect([page.statusCode, page.json().error.code]).toEqual([404, 'BOT_OFF']);
    await app.close();
  });

  test('the description shows the routes, their signature and their refusals', async () => {
    const { paths, components } = (await world.app.inject({ url: '/docs/json' })).json();
    const turn = paths['/bot/conversations/{id}/turns'].post;
    expect(turn.tags).toEqual(['bot']);
    expect(turn.security).toEqual([{ botKey: [], botTimestamp: [], botNonce: [], botSignature: [] }]);
    expect(Object.keys(turn.responses)).toEqual(expect.arrayContaining(['200', '400', '401', '409', '422', '429']));
    expect(components.securitySchemes.botSignature.name).toBe('x-aiguillage-signature');
  });
});
