import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { SYSTEM } from '../../store/database.ts';
import { LEASE_MS } from '../../store/desk.ts';
import { lockSender } from '../../store/intake.ts';
import { ENGINES } from '../support/stores.ts';
import { HOUR_MS, MORNING, openWorld, type World } from '../support/world.ts';

const MINUTE_MS = 60_000;

describe.each(ENGINES)('taking work, on %s', (engine) => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld(engine);
  });
  afterAll(() => world.close());

  test('next gives urgency first, then the earliest deadline, and null when nothing waits', async () => {
    const ana = await world.person('agent', { queues: ['pole-fds'] });
    const late = await world.conversation({
      queue: 'pole-fds',
      received_at: new Date(MORNING.getTime() - 40 * HOUR_MS),
    });
    const fresh = await world.conversation({
      queue: 'pole-fds',
      received_at: new Date(MORNING.getTime() - 2 * HOUR_MS),
    });
    const urgent = await world.conversation({ queue: 'pole-fds', urgency: 1, received_at: MORNING });
    const taken: (string | null)[] = [];
    for (let i = 0; i < 4; i += 1) taken.push((await ana.post('/api/desk/next')).json().claim?.conversation ?? null);
    expect(taken).toEqual([urgent.id, late.id, fresh.id, null]);
  });

  test('next never leaves the agent’s own queues, and gives nothing without any', async () => {
    await world.conversation({ queue: 'pole-pe' });
    const without = await world.person('supervisor');
    const elsewhere = await world.person('agent', { queues: ['pole-fds'] });
    expect((await without.post('/api/desk/next')).json()).toEqual({ claim: null });
    expect((await elsewhere.post('/api/desk/next')).json()).toEqual({ claim: null });
  });

  test('one claim takes all open conversations of the sender that the agent may handle, and no other', async () => {
    const ana = await world.person('agent', { queues: ['n1', 'cis'] });
    const sender = 'fratrie@membre.example';
    const first = await world.conversation({ queue: 'n1', sender, urgency: 0 });
    const second = await world.conversation({ queue: 'cis', sender });
    const other_team = await world.conversation({ queue: 'pole-pe', sender });
    const answered = await world.conversation({ queue: 'n1', sender, status: 'answered' });
    const { claim } = (await ana.post('/api/desk/next')).json();
    expect(claim).toMatchObject({ conversation: first.id, siblings: [second.id] });
    expect(await world.row(second.id)).toMatchObject({ status: 'assigned', holder: ana.agent.id });
    expect(await world.row(other_team.id)).toMatchObject({ status: 'queued', holder: null });
    expect(await world.row(answered.id)).toMatchObject({ status: 'answered' });
    expect((await world.events(second.id)).at(-1)).toMatchObject({
      type: 'conversation.claimed',
      actor: `agent:${ana.agent.id}`,
      data: { queue: 'cis', sibling: true },
    });
  });

  test('what one agent holds, another can neither take, renew nor give back', async () => {
    const ana = await world.person('agent', { queues: ['n1'] });
    const ben = await world.person('agent', { queues: ['n1'] });
    const { id } = await world.conversation();
    expect((await ana.post(`/api/conversations/${id}/claim`)).statusCode).toBe(200);
    for (const call of ['claim', 'renew', 'release']) {
      const answer = await ben.post(
        `/api/conversations/${id}/${call}`,
        call === 'release' ? { reason: 'mistake' } : undefined,
      );
      expect([call, answer.statusCode, answer.json().error.code]).toEqual([call, 409, 'CONVERSATION_TAKEN']);
    }
    const again = await ana.post(`/api/conversations/${id}/claim`);
    expect(again.json().claim).toMatchObject({ conversation: id, siblings: [] });
  });

  test('a lease that ran out returns the work: the next taker gets it, the former holder may no longer answer', async () => {
    const ana = await world.person('agent', { queues: ['rca'] });
    const ben = await world.person('agent', { queues: ['rca'] });
    const { id } = await world.conversation({ queue: 'rca' });
    await ana.post('/api/desk/next');
    world.clock.now = new Date(MORNING.getTime() + LEASE_MS + MINUTE_MS);
    const stale = await ana.post(`/api/conversations/${id}/reply`, { type: 'attente', body: 'Bonjour.' });
    expect(stale.json().error.code).toBe('CONVERSATION_NOT_HELD');
    expect((await ben.post('/api/desk/next')).json().claim).toMatchObject({ conversation: id });
    expect((await ana.post(`/api/conversations/${id}/renew`)).json().error.code).toBe('CONVERSATION_TAKEN');
    expect((await world.events(id)).map((event) => event.type)).toContain('conversation.released');
    world.clock.now = MORNING;
  });

  test('renewing keeps the work past the first half hour', async () => {
    const ana = await world.person('agent', { queues: ['n1'] });
    const ben = await world.person('agent', { queues: ['n1'] });
    const { id } = await world.conversation();
    await ana.post(`/api/conversations/${id}/claim`);
    world.clock.now = new Date(MORNING.getTime() + 20 * MINUTE_MS);
    const renewed = await ana.post(`/api/conversations/${id}/renew`);
    expect(renewed.json()).toEqual({
      held_until: new Date(MORNING.getTime() + 20 * MINUTE_MS + LEASE_MS).toISOString(),
    });
    world.clock.now = new Date(MORNING.getTime() + 40 * MINUTE_MS);
    expect((await ben.post(`/api/conversations/${id}/claim`)).json().error.code).toBe('CONVERSATION_TAKEN');
    world.clock.now = MORNING;
  });

  test('giving back needs a reason from the list, and puts the conversation where it was with its deadline', async () => {
    const ana = await world.person('agent', { queues: ['n1'] });
    const { id } = await world.conversation();
    const before = await world.row(id);
    await ana.post(`/api/conversations/${id}/claim`);
    expect((await ana.post(`/api/conversations/${id}/release`, { reason: 'ras le bol' })).statusCode).toBe(400);
    expect((await ana.post(`/api/conversations/${id}/release`, { reason: 'end_of_shift' })).statusCode).toBe(204);
    expect(await world.row(id)).toMatchObject({
      status: 'queued',
      holder: null,
      held_until: null,
      due_elapsed_at: before['due_elapsed_at'],
    });
  });

  test('an agent takes by id only from its own queues; a référent steps in anywhere it may see', async () => {
    const ana = await world.person('agent', { queues: ['n1'] });
    const ref = await world.person('referent', { queues: ['n1'] });
    const { id } = await world.conversation({ queue: 'pole-pe' });
    expect((await ana.post(`/api/conversations/${id}/claim`)).json().error.code).toBe('AUTH_FORBIDDEN');
    expect((await ref.post(`/api/conversations/${id}/claim`)).statusCode).toBe(200);
  });

  test('reserved circuits are invisible to those who do not answer them', async () => {
    const { id } = await world.conversation({ queue: 'elsm', restricted: true, motif: 'service-medical-ald' });
    const n1 = await world.person('agent', { queues: ['n1'] });
    const elsm = await world.person('agent', { queues: ['elsm'] });
    for (const url of [`/api/conversations/${id}`]) expect((await n1.get(url)).statusCode).toBe(404);
    expect((await n1.post(`/api/conversations/${id}/claim`)).statusCode).toBe(404);
    expect((await elsm.get(`/api/conversations/${id}`)).statusCode).toBe(200);
  });

  test('what is answered or closed cannot be taken', async () => {
    const ana = await world.person('agent', { queues: ['n1'] });
    const { id } = await world.conversation({ status: 'answered' });
    expect((await ana.post(`/api/conversations/${id}/claim`)).json().error.code).toBe('CONVERSATION_TRANSITION');
  });
});

describe('fifty agents at once, on PostgreSQL', () => {
  test('take every conversation once, and all of one sender go to one agent', async () => {
    const world = await openWorld('postgres');
    try {
      const senders = Array.from({ length: 40 }, (_, i) => `s${i}@membre.example`);
      // Ten of the senders have two conversations.
      for (const [i, sender] of senders.entries()) {
        await world.conversation({ sender });
        if (i < 10) await world.conversation({ sender, subject: 'Autre sujet' });
      }
      const people = [];
      for (let i = 0; i < 50; i += 1) people.push(await world.person('agent', { queues: ['n1'] }));
      const answers = await Promise.all(people.map((person) => person.post('/api/desk/next')));
      expect(answers.map((answer) => answer.statusCode)).toEqual(Array(50).fill(200));
      const claims = answers.flatMap((answer) => (answer.json().claim === null ? [] : [answer.json().claim]));
      const held = claims.flatMap((claim: { conversation: string; siblings: string[] }) => [
        claim.conversation,
        ...claim.siblings,
      ]);
      expect(claims).toHaveLength(40);
      expect(new Set(held).size).toBe(50);
      const rows = await Promise.all(held.map((id: string) => world.row(id)));
      const holders = new Map<unknown, Set<unknown>>();
      for (const row of rows)
        holders.set(row['sender_key'], (holders.get(row['sender_key']) ?? new Set()).add(row['holder']));
      expect([...holders.values()].map((set) => set.size)).toEqual(Array(40).fill(1));
    } finally {
      await world.close();
    }
  });

  test('a sender to whom a mail is just being attached is left alone until that is done', async () => {
    const world = await openWorld('postgres');
    try {
      const ana = await world.person('agent', { queues: ['n1'] });
      const busy = await world.conversation({ urgency: 0 });
      const free = await world.conversation();
      let attached!: () => void;
      const end = new Promise<void>((resolve) => (attached = resolve));
      let locked!: () => void;
      const begun = new Promise<void>((resolve) => (locked = resolve));
      // As triage does (store/intake.ts): the new mail may bring an alert, or a second conversation of this person.
      const triage = world.store.write(SYSTEM, async (tx) => {
        await lockSender(tx, busy.sender, MORNING);
        locked();
        await end;
      });
      await begun;
      expect((await ana.post('/api/desk/next')).json().claim).toMatchObject({ conversation: free.id });
      attached();
      await triage;
      expect((await ana.post('/api/desk/next')).json().claim).toMatchObject({ conversation: busy.id });
    } finally {
      await world.close();
    }
  });

  test('one conversation goes to one of two agents who ask for it at the same time', async () => {
    const world = await openWorld('postgres');
    try {
      const ana = await world.person('agent', { queues: ['n1'] });
      const ben = await world.person('agent', { queues: ['n1'] });
      for (let i = 0; i < 10; i += 1) {
        const { id } = await world.conversation();
        const answers = await Promise.all([ana, ben].map((person) => person.post(`/api/conversations/${id}/claim`)));
        expect(answers.map((answer) => answer.statusCode).sort()).toEqual([200, 409]);
      }
    } finally {
      await world.close();
    }
  });
});
