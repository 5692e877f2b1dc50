import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { SYSTEM } from '../../store/database.ts';
import { samplePoolAnswers } from '../../store/pool-answers.ts';
import { ENGINES } from '../support/stores.ts';
import { HOUR_MS, MORNING, openWorld, type Person, type World } from '../support/world.ts';

const HAINAUT = 'pool.hainaut';

describe.each(ENGINES)('overflow contracts at the desk, on %s', (engine) => {
  let world: World;
  let supervisor: Person;
  let referent: Person;
  beforeAll(async () => {
    world = await openWorld(engine);
    await world.live('pfs-assures');
    supervisor = await world.person('supervisor', { display_name: 'Dominique Essai' });
    referent = await world.person('referent', { queues: ['n1'] });
  });
  afterAll(() => world.close());
  beforeEach(async () => {
    world.clock.now = MORNING;
    await world.store.write(SYSTEM, async (tx) => {
      await tx.updateTable('conversation').set({ status: 'closed', queue: 'n1', handed_at: null }).execute();
      await tx.deleteFrom('overflow_stop').execute();
      await tx.deleteFrom('queue_day').execute();
    });
  });

  const stop = (body: object, pool = HAINAUT) => supervisor.post(`/api/overflow/${pool}/stop`, body);
  const row = async (person = supervisor) => {
    const answer = await person.get('/api/overflow');
    expect(answer.statusCode).toBe(200);
    return answer.json().pools.find(({ pool }: { pool: string }) => pool === HAINAUT);
  };
  async function handed(): Promise<string> {
    const { id } = await world.conversation();
    const answer = await supervisor.post(`/api/conversations/${id}/transfer`, {
      queue: HAINAUT,
      reason: 'out_of_skill',
    });
    expect(answer.statusCode).toBe(200);
    return id;
  }

  test('shows quota, share, backlog, forecast, state and reasons of each contract', async () => {
    await world.store.write(SYSTEM, (tx) =>
      tx.insertInto('queue_day').values({ queue: 'n1', day: '2026-11-24', arrivals: 8 }).execute(),
    );
    await handed();
    await handed();
    for (let n = 0; n < 5; n++) await world.conversation();
    expect(await row(referent)).toEqual({
      pool: HAINAUT,
      label: HAINAUT,
      from: 'n1',
      enabled: true,
      trigger: 'backlog',
      open: true,
      daily_quota: 100,
      handed_today: 2,
      quota_left: 98,
      max_share: 0.5,
      share_used: 0.25,
      arrivals_today: 8,
      backlog: 2,
      oldest_at: '2026-11-24T08:00:00.000Z',
      work_hours: 0.2,
      recall_hours: null,
      active: [],
      // From Tuesday 10:00 to Thursday 10:00 both sites are open 18 hours.
      forecast: ['elapsed', 'working'].map((clock) => ({
        policy: '48h',
        clock,
        due_at: '2026-11-26T09:00:00.000Z',
        source_slack_hours: 17.5,
        pool_slack_hours: 17.8,
      })),
      now: { code: 'idle', why: '0,5 h d’attente, seuil 8,0 h' },
      stopped: null,
      recent: [{ what: 'handed', code: 'by-hand', why: null, at: MORNING.toISOString(), count: 2 }],
      sample: { share: 0.02, answers: 0, sampled: 0, open: 0, good: 0, to_improve: 0, wrong: 0 },
    });
  });

  test('the stop button: with its reason, by whom and until when, audited; a second one takes its place', async () => {
    const until = new Date(MORNING.getTime() + 5 * HOUR_MS).toISOString();
    expect((await stop({ reason: 'quality', until })).json()).toEqual({ pool: HAINAUT, stopped: true, recalled: 0 });
    expect(await row()).toMatchObject({
      stopped: { reason: 'quality', by: 'Dominique Essai', stopped_at: MORNING.toISOString(), until, recall: false },
      now: { code: 'stopped' },
    });
    expect((await stop({ reason: 'incident' })).statusCode).toBe(200);
    expect((await row()).stopped).toMatchObject({ reason: 'incident', until: null });
    const resume = () => supervisor.post(`/api/overflow/${HAINAUT}/resume`);
    expect((await resume()).json()).toEqual({ pool: HAINAUT, resumed: true });
    expect((await resume()).json()).toEqual({ pool: HAINAUT, resumed: false });
    expect((await row()).stopped).toBeNull();
    const audit = await world.store.read(SYSTEM, (tx) =>
      tx
        .selectFrom('audit')
        .select(['actor', 'action', 'data'])
        .where('subject', '=', HAINAUT)
        .orderBy('seq')
        .execute(),
    );
    const actor = `agent:${supervisor.agent.id}`;
    expect(audit.slice(-3)).toEqual([
      { actor, action: 'overflow.stopped', data: { reason: 'quality', until, call_back: false } },
      { actor, action: 'overflow.stopped', data: { reason: 'incident', until: null, call_back: false } },
      { actor, action: 'overflow.resumed', data: { reason: 'incident' } },
    ]);
  });

  test('a stop ends by itself when its hour has come', async () => {
    const end = new Date(MORNING.getTime() + HOUR_MS / 4);
    await stop({ reason: 'quality', until: end.toISOString() });
    world.clock.now = end;
    expect((await row()).stopped).toBeNull();
    await handed();
  });

  test('stopping with recall brings back at once what nobody has taken, its places too, its clocks untouched', async () => {
    const partner = await world.person('partner', { pool: HAINAUT });
    const [waits, taken] = [await handed(), await handed()];
    expect((await partner.post(`/api/conversations/${taken}/claim`)).statusCode).toBe(200);
    const before = await world.row(waits);
    expect((await stop({ reason: 'pool_closed', recall: true })).json()).toMatchObject({ recalled: 1 });
    expect(await world.row(waits)).toMatchObject({
      queue: 'n1',
      status: 'queued',
      pool_hops: 1,
      due_elapsed_at: before['due_elapsed_at'],
      due_working_at: before['due_working_at'],
    });
    expect(await world.row(taken)).toMatchObject({ queue: HAINAUT, status: 'assigned' });
    expect(await row()).toMatchObject({
      handed_today: 1,
      stopped: { reason: 'pool_closed', recall: true },
      recent: [
        { what: 'recalled', code: 'stopped', count: 1 },
        { what: 'handed', count: expect.any(Number) },
      ],
    });
    expect((await partner.get(`/api/conversations/${waits}`)).statusCode).toBe(404);
  });

  test('while it is stopped, nobody hands anything over by hand either', async () => {
    await stop({ reason: 'convention' });
    const { id } = await world.conversation();
    const answer = await supervisor.post(`/api/conversations/${id}/transfer`, {
      queue: HAINAUT,
      reason: 'out_of_skill',
    });
    expect([answer.statusCode, answer.json().error.code]).toEqual([422, 'TRANSFER_REFUSED']);
    expect(await world.row(id)).toMatchObject({ queue: 'n1', pool_hops: 0 });
  });

  test.each([
    ['a queue that is no pool', 'n1', { reason: 'quality' }, 404],
    ['an unknown pool', 'pool.ailleurs', { reason: 'quality' }, 404],
    ['no reason', HAINAUT, {}, 400],
    ['the machine’s own reason', HAINAUT, { reason: 'silent' }, 400],
    ['free text', HAINAUT, { reason: 'quality', note: 'Camille répond mal' }, 400],
    ['an end that has passed', HAINAUT, { reason: 'quality', until: '2026-11-24T08:59:00.000Z' }, 400],
  ])('refused: %s', async (_, pool, body, status) => {
    expect((await stop(body, pool)).statusCode).toBe(status);
    expect((await row()).stopped).toBeNull();
  });

  test('answers drawn for a second reading are listed without a name, read once, and counted', async () => {
    const partner = await world.person('partner', { pool: HAINAUT, display_name: 'Nom À Taire' });
    const { id } = await world.conversation({ queue: HAINAUT });
    await partner.post(`/api/conversations/${id}/claim`);
    const sent = await partner.post(`/api/conversations/${id}/reply`, { type: 'definitive', body: 'Bonjour, voici.' });
    const message = sent.json().message;
    world.clock.now = new Date(MORNING.getTime() + 15 * 60_000);
    await world.store.write(SYSTEM, (tx) => samplePoolAnswers(tx, world.book, world.clock.now, 100));
    // The first answer of a pool's day is always drawn: else its share would not hold.
    const list = async (query = '') => (await referent.get(`/api/second-readings${query}`)).json().readings;
    const mine = (await list()).find((one: { message: string }) => one.message === message);
    expect(mine).toEqual({
      message,
      conversation: id,
      ref: (await world.row(id))['ref'],
      pool: HAINAUT,
      motif: 'carte-vitale',
      answered_at: MORNING.toISOString(),
      verdict: null,
      read_at: null,
    });
    expect(JSON.stringify(await list())).not.toContain('Taire');
    expect(await list('?pool=pool.flandres')).toEqual([]);
    const read = () => referent.post(`/api/second-readings/${message}`, { verdict: 'to_improve' });
    expect((await read()).statusCode).toBe(204);
    expect((await read()).json().error.code).toBe('CONVERSATION_TRANSITION');
    expect((await list()).some((one: { message: string }) => one.message === message)).toBe(false);
    expect(await list('?status=done')).toContainEqual({
      ...mine,
      verdict: 'to_improve',
      read_at: world.clock.now.toISOString(),
    });
    expect((await row()).sample).toMatchObject({ open: 0, to_improve: 1 });
    const audit = await world.store.read(SYSTEM, (tx) =>
      tx.selectFrom('audit').select(['actor', 'data']).where('action', '=', 'pool_answer.read').execute(),
    );
    expect(audit).toEqual([{ actor: `agent:${referent.agent.id}`, data: { pool: HAINAUT, verdict: 'to_improve' } }]);
    expect((await partner.get('/api/second-readings')).statusCode).toBe(403);
  });
});
