import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { SYSTEM } from '../../store/database.ts';
import { ENGINES } from '../support/stores.ts';
import { openWorld, type NewConversation, type Person, type World } from '../support/world.ts';

describe.each(ENGINES)('marks put and taken by people, on %s', (engine) => {
  let world: World;
  let ana: Person;
  let ref: Person;
  let sup: Person;
  let hainaut: Person;
  beforeAll(async () => {
    world = await openWorld(engine);
    ana = await world.person('agent', { queues: ['n1'] });
    ref = await world.person('referent');
    sup = await world.person('supervisor');
    hainaut = await world.person('partner', { pool: 'pool.hainaut' });
  });
  afterAll(() => world.close());

  async function held(over: NewConversation = {}, by = ana): Promise<{ id: string; message: string }> {
    const made = await world.conversation(over);
    expect((await by.post(`/api/conversations/${made.id}/claim`)).statusCode).toBe(200);
    return made;
  }
  const ask = (by: Person, id: string, action: 'add' | 'remove', flag: string, message?: string) =>
    by.post(`/api/conversations/${id}/flags`, { action, flag, message });
  const types = async (id: string) => (await world.events(id)).map((event) => event.type);

  test('a P0 the holder puts hands the conversation to its circuit at once, with its event and its audit row', async () => {
    const { id, message } = await held();
    const answer = await ask(ana, id, 'add', 'danger-vital');
    expect(answer.json()).toEqual({ flags: ['danger-vital'], urgency: 0, status: 'queued', queue: 'urgence-vitale' });
    expect(await world.row(id)).toMatchObject({ holder: null, held_until: null, restricted: true, urgency: 0 });
    const events = await world.store.read(SYSTEM, (tx) =>
      tx.selectFrom('event').selectAll().where('conversation_id', '=', id).orderBy('seq').execute(),
    );
    expect(events.find((event) => event.type === 'conversation.flag_added')).toMatchObject({
      actor: `agent:${ana.agent.id}`,
      message_id: message,
      data: { flag: 'danger-vital', level: 'P0' },
    });
    expect(events.find((event) => event.type === 'conversation.transferred')).toMatchObject({
      data: { from: 'n1', to: 'urgence-vitale', reason: 'urgent' },
    });
    const audit = await world.store.read(SYSTEM, (tx) =>
      tx.selectFrom('audit').select(['actor', 'action', 'data']).where('subject', '=', id).execute(),
    );
    expect(audit).toContainEqual({
      actor: `agent:${ana.agent.id}`,
      action: 'conversation.flag_added',
      data: { flag: 'danger-vital' },
    });
    // It is a supervisor's now, before everything else; its clock never stopped.
    expect((await ana.post(`/api/conversations/${id}/renew`)).statusCode).toBe(404);
    const requests = await world.store.read(SYSTEM, (tx) =>
      tx.selectFrom('request').select('stopped_at').where('conversation_id', '=', id).execute(),
    );
    expect(requests).toEqual([{ stopped_at: null }]);
  });

  test('a partner’s P1 takes the conversation out of the pool, and out of its sight', async () => {
    const { id } = await held({ queue: 'pool.hainaut' }, hainaut);
    expect((await ask(hainaut, id, 'add', 'deuil-perinatal')).json()).toMatchObject({ queue: 'rca', status: 'queued' });
    expect((await hainaut.get(`/api/conversations/${id}`)).statusCode).toBe(404);
    expect(await types(id)).toEqual(expect.arrayContaining(['conversation.flag_added', 'overflow.recalled']));
    expect(await world.row(id)).toMatchObject({ handed_at: null, restricted: true });
  });

  test('a supervisor marks what a colleague holds without taking it from them, and what was closed is open again', async () => {
    const { id } = await held();
    expect((await ask(sup, id, 'add', 'deuil-perinatal')).json()).toMatchObject({ status: 'assigned', queue: 'n1', urgency: 1 });
    expect(await world.row(id)).toMatchObject({ holder: ana.agent.id, flags: ['deuil-perinatal'] });
    const closed = await world.conversation({ status: 'closed' });
    expect((await ask(sup, closed.id, 'add', 'danger-vital')).json()).toMatchObject({ status: 'queued', queue: 'urgence-vitale' });
    expect(await types(closed.id)).toContain('conversation.reopened');
  }); // prettier-ignore

  test('an agent’s removal is on record and lowers nothing; a référent settles it, and the queue stays', async () => {
    const { id } = await held({ flags: ['danger-vital'], urgency: 0 });
    expect((await ask(ana, id, 'remove', 'danger-vital')).json()).toMatchObject({ flags: [], urgency: 0, queue: 'n1' });
    expect(await types(id)).toContain('conversation.flag_removed');
    expect((await ask(ref, id, 'remove', 'danger-vital')).json()).toMatchObject({ flags: [], urgency: 3, queue: 'n1' });
    expect(await world.row(id)).toMatchObject({ status: 'assigned', holder: ana.agent.id });
  });

  test('asking for what is so already changes nothing and leaves no event', async () => {
    const { id } = await held({ flags: ['reiteration'], urgency: 2 });
    const { rev } = await world.row(id);
    expect((await ask(ana, id, 'add', 'reiteration')).statusCode).toBe(200);
    expect((await ask(ana, id, 'remove', 'danger-vital')).statusCode).toBe(200);
    expect((await world.row(id))['rev']).toBe(rev);
    expect(await types(id)).not.toEqual(expect.arrayContaining(['conversation.flag_added']));
  });

  test('who may: the holder, référents and supervisors; a mark of the rules, on a mail of this conversation', async () => {
    const { id } = await world.conversation();
    expect((await ask(ana, id, 'add', 'reiteration')).json().error.code).toBe('CONVERSATION_NOT_HELD');
    expect((await ask(ref, id, 'add', 'reiteration')).statusCode).toBe(200);
    expect((await ask(sup, id, 'add', 'inconnu')).json().error).toMatchObject({ code: 'BAD_INPUT' });
    const other = await world.conversation();
    expect((await ask(sup, id, 'add', 'danger-vital', other.message)).statusCode).toBe(404);
    expect((await world.row(id))['flags']).toEqual(['reiteration']);
    const hidden = await world.conversation({ queue: 'rca', restricted: true });
    expect((await ask(ana, hidden.id, 'add', 'danger-vital')).statusCode).toBe(404);
  });

  test('a mark of rules that are gone can still be taken away', async () => {
    const { id } = await held({ flags: ['ancien-signalement'] });
    expect((await ask(ana, id, 'remove', 'ancien-signalement')).json()).toMatchObject({ flags: [] });
  });
});
