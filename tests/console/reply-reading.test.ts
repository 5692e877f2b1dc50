import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import pino from 'pino';
import { compileRulebook } from '../../domain/match.ts';
import { SYSTEM } from '../../store/database.ts';
import { claimDelivery } from '../../store/deliveries.ts';
import { joinConversation, lockConversation } from '../../store/intake.ts';
import { deskTick } from '../../workers/desk.ts';
import { HOUR_MS, MORNING, openWorld, type NewConversation, type Person, type World } from '../support/world.ts';

const BODY = 'Bonjour, voici la marche à suivre.';

describe('replies read before they are sent', () => {
  let world: World;
  let nina: Person;
  let ana: Person;
  let ref: Person;
  let sup: Person;
  beforeAll(async () => {
    world = await openWorld('postgres');
    await world.live('pfs-assures');
    await world.live('administration-plus');
    nina = await world.person('agent', { queues: ['n1'] });
    ana = await world.person('agent', { queues: ['n1'] });
    ref = await world.person('referent', { queues: ['n1'] });
    sup = await world.person('supervisor');
  });
  afterAll(() => world.close());
  beforeEach(async () => {
    world.clock.now = MORNING;
    await left(50);
  });

  const left = (replies_to_read: number) =>
    world.store.write(SYSTEM, (tx) =>
      tx.updateTable('agent').set({ replies_to_read }).where('id', '=', nina.agent.id).execute(),
    );
  const toRead = async (): Promise<number> => (await nina.get('/api/reply-readings/mine')).json().to_read;
  const reply = (id: string, over: object = {}, headers?: Record<string, string>) =>
    nina.post(`/api/conversations/${id}/reply`, { type: 'definitive', body: BODY, ...over }, headers);
  async function held(over: NewConversation = {}, ask: object = {}) {
    const made = await world.conversation(over);
    await nina.post(`/api/conversations/${made.id}/claim`);
    const answer = await reply(made.id, ask);
    expect(answer.json()).toMatchObject({ status: 'queued', message: null, delivery: null, undo_until: null });
    return { ...made, reading: answer.json().reading as string };
  }
  const read = (id: string, body: object, by = ref) => by.post(`/api/conversations/${id}/reading`, body);
  const deliveries = (id: string) =>
    world.store.read(SYSTEM, (tx) =>
      tx.selectFrom('delivery').selectAll().where('conversation_id', '=', id).orderBy('id').execute(),
    );
  const requests = (id: string) =>
    world.store.read(SYSTEM, (tx) => tx.selectFrom('request').selectAll().where('conversation_id', '=', id).execute());
  const draft = async (id: string) => (await nina.get(`/api/conversations/${id}/draft`)).json().draft;
  const ownOf = async (id: string) =>
    (await nina.get('/api/reply-readings/mine'))
      .json()
      .readings.find((one: { conversation: string }) => one.conversation === id);
  const types = async (id: string) => (await world.events(id)).map(({ type }) => type);
  const waiting = async (by = ref): Promise<string[]> =>
    (await by.get('/api/reply-readings')).json().readings.map((one: { conversation: string }) => one.conversation);
  const tick = () =>
    deskTick(
      { store: world.store, rulebook: async () => compileRulebook(world.book), now: () => world.clock.now },
      pino({ level: 'silent' }),
      new AbortController().signal,
    );

  test('a newcomer’s reply waits: nothing leaves, no clock stops, nobody else is given the conversation', async () => {
    const key = { 'idempotency-key': 'une-fois-seulement' };
    const { id } = await world.conversation();
    await nina.post(`/api/conversations/${id}/claim`);
    const answer = (await reply(id, {}, key)).json();
    expect((await reply(id, {}, key)).json()).toEqual(answer);
    expect(await deliveries(id)).toEqual([]);
    expect((await requests(id)).every(({ stopped_at }) => stopped_at === null)).toBe(true);
    expect(await types(id)).toContain('reply.held');
    expect(await types(id)).not.toContain('request.answered');
    expect(await world.row(id)).toMatchObject({ status: 'queued', holder: null, reading: answer.reading });
    const next = (await ana.post('/api/desk/next')).json().claim;
    expect(next?.conversation).not.toBe(id);
    expect((await ana.post(`/api/conversations/${id}/claim`)).json().error.code).toBe('CONVERSATION_TAKEN');
    expect((await ana.get(`/api/conversations/${id}`)).json().reading).toMatchObject({ state: 'waiting', text: null });
    expect((await nina.get(`/api/conversations/${id}`)).json().reading).toMatchObject({
      mine: true,
      text: { body: BODY },
    });
    expect(await waiting()).toContain(id);
  });

  test('sent as it was written: in the author’s name, the clocks stop now, and one reply less is read', async () => {
    const { id } = await held();
    world.clock.now = new Date(MORNING.getTime() + HOUR_MS / 2);
    const { answer } = (await read(id, { action: 'send' })).json();
    expect(answer).toMatchObject({ status: 'answered', undo_until: expect.any(String) });
    const [delivery] = await deliveries(id);
    expect(delivery).toMatchObject({ status: 'pending', body: BODY });
    const [request] = await requests(id);
    expect(request).toMatchObject({ stopped_at: world.clock.now, stopped_by: `agent:${nina.agent.id}` });
    expect(await toRead()).toBe(49);
    expect(await ownOf(id)).toMatchObject({ outcome: 'sent', changes: [] });
    expect((await read(id, { action: 'send' })).json().error.code).toBe('CONVERSATION_TRANSITION');
    expect(await deliveries(id)).toHaveLength(1);
  });

  test('two readers at once send it once', async () => {
    const { id } = await held();
    const answers = await Promise.all([read(id, { action: 'send' }), read(id, { action: 'send' }, sup)]);
    expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([200, 409]);
    expect(await deliveries(id)).toHaveLength(1);
  });

  test('changed by its reader: the author sees what changed, and it does not count as approved', async () => {
    const { id } = await held();
    await read(id, { action: 'send', body: 'Bonjour, voici vite la marche à suivre.' });
    expect((await deliveries(id))[0]).toMatchObject({ body: 'Bonjour, voici vite la marche à suivre.' });
    const mine = await ownOf(id);
    expect(mine.outcome).toBe('edited');
    expect(mine.changes).toContainEqual({ kind: 'new', text: 'vite ' });
    expect(await toRead()).toBe(50);
  });

  test('a reader’s change is read by the linter like any reply', async () => {
    const { id } = await held();
    const refused = await read(id, { action: 'send', body: 'Envoyez-nous votre numéro de sécurité sociale par mail.' });
    expect(refused.json().error.code).toBe('REPLY_REFUSED');
    expect(await world.row(id)).toMatchObject({ status: 'queued' });
    expect(await waiting()).toContain(id);
  });

  test('given back: on its author’s desk with the draft and the remark, which nobody else reads', async () => {
    const { id } = await held();
    expect((await read(id, { action: 'return', remark: 'Précisez le délai.' })).statusCode).toBe(200);
    expect(await world.row(id)).toMatchObject({ status: 'assigned', holder: nina.agent.id, reading: null });
    expect(await draft(id)).toMatchObject({ body: BODY });
    expect((await nina.get(`/api/conversations/${id}`)).json().reading).toMatchObject({
      state: 'returned',
      remark: 'Précisez le délai.',
    });
    expect((await ref.get(`/api/conversations/${id}`)).json().reading).toBeNull();
    expect(JSON.stringify(await world.events(id))).not.toContain('Précisez');
    expect((await reply(id, { body: `${BODY} Sous 3 jours.` })).json().reading).not.toBeNull();
  });

  test('its author takes it back by taking the conversation; the text is a draft again', async () => {
    const { id } = await held();
    expect((await nina.post(`/api/conversations/${id}/claim`)).statusCode).toBe(200);
    expect(await draft(id)).toMatchObject({ body: BODY });
    expect(await waiting()).not.toContain(id);
    expect(await ownOf(id)).toMatchObject({ outcome: 'withdrawn' });
  });

  test('nobody reads their own: not in the list, not sent', async () => {
    const { id } = await held();
    await world.store.write(SYSTEM, (tx) =>
      tx.updateTable('reply_reading').set({ author: ref.agent.id }).where('conversation_id', '=', id).execute(),
    );
    expect(await waiting()).not.toContain(id);
    expect((await read(id, { action: 'send' })).statusCode).toBe(403);
  });

  test('the member wrote again: nothing is sent blindly, nothing is lost', async () => {
    const { id, sender } = await held();
    await world.message(id, { sender, received_at: new Date(MORNING.getTime() + 60_000) });
    const answer = await read(id, { action: 'send' });
    expect(answer.json().error).toMatchObject({ code: 'REPLY_REFUSED' });
    expect(await deliveries(id)).toEqual([]);
    expect((await read(id, { action: 'return', remark: 'La personne a écrit de nouveau.' })).statusCode).toBe(200);
    expect(await draft(id)).toMatchObject({ body: BODY });
  });

  test('moved away, it ends with the next tick, and its text is the author’s draft', async () => {
    const { id, reading } = await held();
    await sup.post(`/api/conversations/${id}/transfer`, { queue: 'cis', reason: 'wrong_queue' });
    expect(await world.row(id)).toMatchObject({ queue: 'cis', reading: null });
    await tick();
    const row = await world.store.read(SYSTEM, (tx) =>
      tx.selectFrom('reply_reading').selectAll().where('id', '=', reading).executeTakeFirstOrThrow(),
    );
    expect(row).toMatchObject({ outcome: 'overtaken' });
    expect(await draft(id)).toMatchObject({ body: BODY });
  });

  test('undone by its reader it waits again as it was written; the clocks run, the count is as before', async () => {
    const { id } = await held();
    const { answer } = (await read(id, { action: 'send', body: `${BODY} Merci.` })).json();
    expect((await ref.post(`/api/deliveries/${answer.delivery}/cancel`)).json()).toMatchObject({ status: 'queued' });
    expect(await waiting()).toContain(id);
    expect((await requests(id)).every(({ stopped_at }) => stopped_at === null)).toBe(true);
    const again = (await read(id, { action: 'send' })).json().answer;
    expect(await toRead()).toBe(49);
    await nina.post(`/api/deliveries/${again.delivery}/cancel`);
    expect(await toRead()).toBe(50);
    expect(await world.row(id)).toMatchObject({ status: 'assigned', holder: nina.agent.id });
    expect(await draft(id)).toMatchObject({ body: BODY });
    const [first] = await deliveries(id);
    const claim = await world.store.write(SYSTEM, (tx) =>
      claimDelivery(tx, { id: first!.id, rev: 0 }, new Date(MORNING.getTime() + HOUR_MS)),
    );
    expect(claim).toMatchObject({ kind: 'none' });
  });

  test('P0 and P1 are read first, then what is due first', async () => {
    const plain = await held();
    const urgent = await held({ urgency: 1 });
    const order = (await waiting()).filter((id) => [plain.id, urgent.id].includes(id));
    expect(order).toEqual([urgent.id, plain.id]);
  });

  test('nobody read it in time: on the alert list, still waiting, not sent', async () => {
    const { id, reading } = await held();
    await tick();
    const late = async () =>
      (
        await world.store.read(SYSTEM, (tx) =>
          tx.selectFrom('reply_reading').select('late_at').where('id', '=', reading).executeTakeFirstOrThrow(),
        )
      ).late_at;
    expect(await late()).toBeNull();
    world.clock.now = new Date(MORNING.getTime() + 4 * HOUR_MS);
    await tick();
    await tick();
    expect(await late()).toEqual(world.clock.now);
    expect((await types(id)).filter((type) => type === 'reply.reading_late')).toHaveLength(1);
    expect(await deliveries(id)).toEqual([]);
  });

  test('after the last one that went as it was written, they answer alone', async () => {
    await left(1);
    const { id } = await held();
    await read(id, { action: 'send' });
    const { id: second } = await world.conversation();
    await nina.post(`/api/conversations/${second}/claim`);
    expect((await reply(second)).json()).toMatchObject({ status: 'answered', reading: null });
  });

  test('a call and an answer given outside have happened already: they are not held', async () => {
    const { id } = await world.conversation();
    await nina.post(`/api/conversations/${id}/claim`);
    expect((await reply(id, { type: 'appel', conclusive: true })).json()).toMatchObject({ status: 'answered' });
    const portal = await world.conversation({ mailbox: 'administration-plus' });
    await nina.post(`/api/conversations/${portal.id}/claim`);
    expect((await reply(portal.id, { proof: 'Portail, 10 h 02.' })).json()).toMatchObject({ status: 'answered' });
  });

  test('a holding reply that is sent leaves the conversation with its author and on its clocks', async () => {
    const { id } = await held({}, { type: 'attente' });
    await read(id, { action: 'send' });
    expect(await world.row(id)).toMatchObject({ status: 'assigned', holder: nina.agent.id });
    expect((await requests(id)).every(({ stopped_at }) => stopped_at === null)).toBe(true);
  });

  test('a mail that joins takes the reply out of the reading: the conversation is anybody’s, the text a draft', async () => {
    const { id, sender } = await held();
    const message = await world.message(id, { sender });
    await world.store.write(SYSTEM, async (tx) => {
      const conversation = (await lockConversation(tx, id))!;
      const row = await tx.selectFrom('message').selectAll().where('id', '=', message).executeTakeFirstOrThrow();
      const decision = { urgency: 3, flags: [], queue: 'n1', level: 'n1', motif: null, restricted: false };
      await joinConversation(tx, conversation, row as never, decision as never, world.clock.now, world.book);
    });
    expect(await world.row(id)).toMatchObject({ status: 'queued', reading: null });
    await tick();
    expect(await ownOf(id)).toMatchObject({ outcome: 'overtaken' });
    expect(await draft(id)).toMatchObject({ body: BODY });
    expect((await ana.post(`/api/conversations/${id}/claim`)).statusCode).toBe(200);
  });

  test('taking another conversation of the same person does not take the answered one along', async () => {
    const { id, sender } = await held();
    const other = await world.conversation({ sender });
    const claim = (await ana.post(`/api/conversations/${other.id}/claim`)).json().claim;
    expect(claim.siblings).not.toContain(id);
    expect(await world.row(id)).toMatchObject({ status: 'queued' });
    expect(await waiting()).toContain(id);
  });

  test('who is read approves no group reply', async () => {
    const refused = await nina.post(`/api/waves/${randomUUID()}/group-reply`, { digest: '0'.repeat(64) });
    expect(refused.json().error).toMatchObject({ code: 'AUTH_FORBIDDEN' });
  });

  test('a supervisor says who is a newcomer, and ends it', async () => {
    const of = async (by: Person) =>
      (await by.get('/api/newcomers')).json().people.find((one: { id: string }) => one.id === ana.agent.id);
    await sup.post(`/api/newcomers/${ana.agent.id}`, { newcomer: true });
    expect(await of(ref)).toMatchObject({ newcomer: true });
    await sup.post(`/api/newcomers/${ana.agent.id}`, { newcomer: false });
    expect(await of(sup)).toMatchObject({ newcomer: false });
    expect((await sup.post(`/api/newcomers/${ref.agent.id}`, { newcomer: true })).statusCode).toBe(404);
  });
});
