import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { DEFAULT_DESK } from '../../domain/aside.ts';
import { DEFAULT_ORDER } from '../../domain/order.ts';
import { SYSTEM } from '../../store/database.ts';
import { joinConversation, lockConversation } from '../../store/intake.ts';
import { loadDecision } from '../../store/decisions.ts';
import { loadMessage } from '../../store/messages.ts';
import { deskBook } from '../support/desk-book.ts';
import { HOUR_MS, MORNING, openWorld, type Person, type World } from '../support/world.ts';

const MINUTE_MS = 60_000;
const after = (ms: number): Date => new Date(MORNING.getTime() + ms);

/** As shipped, but for a day's work that a test can do. */
const LIMITS = { ...DEFAULT_DESK, release: { per_day: 4, watched_after: 3 } };

describe('setting aside and giving back, on PostgreSQL', () => {
  let world: World;
  beforeAll(async () => {
    const book = { ...deskBook(), order: { ...DEFAULT_ORDER, desk: LIMITS } };
    world = await openWorld('postgres', { rulebook: async () => book });
  });
  afterAll(() => world.close());
  beforeEach(() => void (world.clock.now = MORNING));

  const snooze = (person: Person, id: string, until = after(2 * HOUR_MS), reason = 'colleague') =>
    person.post(`/api/conversations/${id}/snooze`, { reason, until: until.toISOString() });
  const next = async (person: Person): Promise<string | null> =>
    (await person.post('/api/desk/next')).json().claim?.conversation ?? null;
  async function aside(queue: string) {
    const ana = await world.person('agent', { queues: [queue] });
    const { id, ...rest } = await world.conversation({ queue });
    await ana.post(`/api/conversations/${id}/claim`);
    expect((await snooze(ana, id)).statusCode).toBe(204);
    return { ana, id, ...rest };
  }
  /** Pages that are open ask for something every minute or so. */
  const seen = (person: Person, at: Date) =>
    world.store.write(SYSTEM, async (tx) => {
      await tx.updateTable('session').set({ last_seen_at: at }).where('agent_id', '=', person.agent.id).execute();
    });

  test('what is set aside is nobody’s next, still counted, its deadline as it was, and in one’s list', async () => {
    const { ana, id } = await aside('pole-fds');
    const before = await world.row(id);
    expect(before).toMatchObject({ status: 'queued', holder: null, snoozed_by: ana.agent.id });
    expect(await next(ana)).toBeNull();
    expect((await ana.get('/api/desk/aside')).json().conversations).toMatchObject([{ id, snooze_reason: 'colleague' }]);
    const queue = (await ana.get('/api/queues'))
      .json()
      .queues.find((row: { queue: string }) => row.queue === 'pole-fds');
    expect(queue).toMatchObject({ queued: 1 });
    const events = await world.events(id);
    expect(events.at(-1)).toMatchObject({
      type: 'conversation.snoozed',
      data: { reason: 'colleague', until: after(2 * HOUR_MS).toISOString() },
    });
    const clocks = await world.store.read(SYSTEM, (tx) =>
      tx.selectFrom('request').select(['stopped_at', 'due_at']).where('conversation_id', '=', id).execute(),
    );
    expect(clocks).toEqual([{ stopped_at: null, due_at: before['due_at'] }]);
    await ana.post(`/api/conversations/${id}/claim`);
    expect(await world.row(id)).toMatchObject({ status: 'assigned', snoozed_until: null, snoozed_by: null });
  });

  test('back again it is first for the same person while they are there, then anybody’s', async () => {
    const { ana, id } = await aside('cis');
    const ben = await world.person('agent', { queues: ['cis'] });
    const older = await world.conversation({ queue: 'cis', received_at: after(-30 * HOUR_MS) });
    world.clock.now = after(2 * HOUR_MS + MINUTE_MS);
    for (const person of [ana, ben]) await seen(person, world.clock.now);
    expect(await next(ben)).toBe(older.id);
    expect(await next(ben)).toBeNull();
    expect(await next(ana)).toBe(id);
  });

  test.each([
    ['its person away, at once', 'rca', MORNING, after(2 * HOUR_MS + MINUTE_MS)],
    [
      'its person there, once their time is over',
      'elsm',
      after(4 * HOUR_MS),
      after(2 * HOUR_MS + (DEFAULT_DESK.snooze.kept_minutes + 1) * MINUTE_MS),
    ],
  ])('back again it is anybody’s: %s', async (_, queue, ana_seen, now) => {
    const { ana, id } = await aside(queue);
    const ben = await world.person('agent', { queues: [queue] });
    world.clock.now = now;
    await seen(ana, ana_seen);
    await seen(ben, now);
    expect(await next(ben)).toBe(id);
  });

  test('a new message of the member wakes it', async () => {
    const { ana, id } = await aside('pole-pe');
    const message = await world.message(id, { queue: 'pole-pe' });
    await world.store.write(SYSTEM, async (tx) => {
      const row = (await lockConversation(tx, id))!;
      const { decision } = (await loadDecision(tx, message))!;
      await joinConversation(tx, row, (await loadMessage(tx, message))!, decision, MORNING, world.book);
    });
    expect((await world.events(id)).at(-1)).toMatchObject({ type: 'conversation.woken', data: { by: 'message' } });
    expect(await next(ana)).toBe(id);
  });

  test('a supervisor sees what is set aside, and may end it; another agent may not', async () => {
    const { id } = await aside('middle-office');
    const chief = await world.person('supervisor');
    const ben = await world.person('agent', { queues: ['middle-office'] });
    expect((await ben.post(`/api/conversations/${id}/wake`)).json().error.code).toBe('AUTH_FORBIDDEN');
    const watch = (await chief.get('/api/desk/watch')).json();
    expect(watch.aside.map((row: { id: string }) => row.id)).toContain(id);
    expect(watch.counts).toContainEqual({ queue: 'middle-office', n: 1 });
    expect((await chief.post(`/api/conversations/${id}/wake`)).statusCode).toBe(204);
    expect(await next(ben)).toBe(id);
    const trail = await world.store.read(SYSTEM, (tx) =>
      tx.selectFrom('audit').select(['action', 'actor']).where('subject', '=', id).orderBy('seq').execute(),
    );
    expect(trail.map(({ action }) => action)).toEqual(['conversation.snoozed', 'conversation.woken']);
  });

  test('urgent, late, or past its deadline: refused with the reason; also without holding it', async () => {
    const ana = await world.person('agent', { queues: ['n1'] });
    const urgent = await world.conversation({ urgency: 1 });
    const late = await world.conversation({ received_at: after(-100 * HOUR_MS) });
    const fine = await world.conversation();
    expect((await snooze(ana, fine.id)).json().error.code).toBe('CONVERSATION_NOT_HELD');
    for (const { id } of [urgent, late, fine]) await ana.post(`/api/conversations/${id}/claim`);
    expect((await snooze(ana, urgent.id)).json().error).toMatchObject({ code: 'DESK_REFUSED' });
    expect((await snooze(ana, late.id)).json().error.message).toMatch(/délai est dépassé/);
    expect((await snooze(ana, fine.id, after(47 * HOUR_MS))).json().error.message).toMatch(/trop tardif/);
    expect((await snooze(ana, fine.id, after(HOUR_MS), 'plus tard')).statusCode).toBe(400);
    const bound = (await ana.get(`/api/conversations/${fine.id}/snooze`)).json();
    expect(bound).toEqual({ latest: after(24 * HOUR_MS).toISOString(), refused: null });
  });

  test('what one gave back is not put before them again while anything else waits, unless it is late or urgent', async () => {
    const ana = await world.person('agent', { queues: ['urgence-vitale'] });
    const back = await world.conversation({ queue: 'urgence-vitale', received_at: after(-20 * HOUR_MS) });
    const other = await world.conversation({ queue: 'urgence-vitale' });
    const again = await world.conversation({ queue: 'urgence-vitale', urgency: 1 });
    for (const { id } of [back, again]) {
      await ana.post(`/api/conversations/${id}/claim`);
      await ana.post(`/api/conversations/${id}/release`, { reason: 'out_of_skill' });
    }
    expect([await next(ana), await next(ana), await next(ana)]).toEqual([again.id, other.id, back.id]);
  });

  test('given back again and again, it is shown to those who can help; an answer forgets it', async () => {
    const { id } = await world.conversation();
    const chief = await world.person('referent');
    const turning = async () =>
      (await chief.get('/api/desk/watch')).json().turning.map((row: { id: string }) => row.id) as string[];
    for (let i = 0; i < LIMITS.release.watched_after; i += 1) {
      expect(await turning()).not.toContain(id);
      const person = await world.person('agent', { queues: ['n1'] });
      await person.post(`/api/conversations/${id}/claim`);
      expect((await person.post(`/api/conversations/${id}/release`, { reason: 'needs_help' })).statusCode).toBe(204);
    }
    expect(await turning()).toContain(id);
    await chief.post(`/api/conversations/${id}/claim`);
    await chief.post(`/api/conversations/${id}/close`, { code: 'no_answer_needed' });
    expect(await world.row(id)).toMatchObject({ given_back: 0 });
  });

  test.each(['agent', 'partner'] as const)('one %s gives back so many a day and no more', async (role) => {
    const queue = role === 'partner' ? 'pool.hainaut' : 'n1';
    const person = await world.person(role, role === 'partner' ? {} : { queues: ['n1'] });
    const { id } = await world.conversation({ queue });
    const { per_day } = LIMITS.release;
    for (let i = 0; i < per_day; i += 1) {
      await person.post(`/api/conversations/${id}/claim`);
      expect((await person.post(`/api/conversations/${id}/release`, { reason: 'mistake' })).statusCode).toBe(204);
    }
    await person.post(`/api/conversations/${id}/claim`);
    const refused = await person.post(`/api/conversations/${id}/release`, { reason: 'mistake' });
    expect(refused.json().error).toMatchObject({ code: 'DESK_REFUSED' });
    expect(await world.row(id)).toMatchObject({ status: 'assigned' });
  });
});
