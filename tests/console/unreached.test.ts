import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { RowJob } from '../../queues/contracts.ts';
import { SYSTEM } from '../../store/database.ts';
import { buildReport } from '../../store/report.ts';
import { claimed, record } from '../support/delivery-rows.ts';
import { ENGINES } from '../support/stores.ts';
import { HOUR_MS, MORNING, openWorld, type Person, type World } from '../support/world.ts';

/** A reply that failed for good answered nobody (law 6): store/unreached.ts. */
describe.each(ENGINES)('a reply that reached nobody, on %s', (engine) => {
  let world: World;
  let ana: Person;
  beforeAll(async () => {
    world = await openWorld(engine);
    await world.live('pfs-assures');
    ana = await world.person('agent', { queues: ['n1'] });
  });
  afterAll(() => world.close());

  const at = (hours: number): Date => new Date(MORNING.getTime() + hours * HOUR_MS);
  const clocks = async (id: string) =>
    (
      await world.store.read(SYSTEM, (tx) =>
        tx.selectFrom('request').selectAll().where('conversation_id', '=', id).orderBy('started_at').execute(),
      )
    ).map((row) => row.stopped_at);

  /** Came an hour ago, and Ana has it. */
  async function taken(): Promise<{ id: string }> {
    world.clock.now = MORNING;
    const made = await world.conversation({ received_at: at(-1) });
    await ana.post(`/api/conversations/${made.id}/claim`);
    return made;
  }
  /** @returns the job of her reply */
  async function answered(over: { type?: string; pieces_due_on?: string } = {}): Promise<{ id: string; job: RowJob }> {
    const { id } = await taken();
    const sent = await ana.post(`/api/conversations/${id}/reply`, { type: 'definitive', body: 'Bonjour.', ...over });
    return { id, job: { id: sent.json().delivery, rev: 0 } };
  }

  async function fails(job: RowJob, hours: number): Promise<void> {
    await record(world.store, await claimed(world.store, job, at(hours)), 'refused', at(hours));
  }
  /** Sessions end within the hour: who comes back later signs in anew. */
  const again = async (job: RowJob, hours: number) => {
    world.clock.now = at(hours);
    const chief = await world.person('supervisor');
    return { chief: chief.agent.id, answer: await chief.post(`/api/deliveries/${job.id}/resolve`, { as: 'retry' }) };
  };

  test('is open again with the deadline it had, queued, and the log says why', async () => {
    const { id, job } = await answered();
    expect(await world.row(id)).toMatchObject({ status: 'answered', due_at: null });
    await fails(job, 1);
    expect(await clocks(id)).toEqual([null]);
    expect(await world.row(id)).toMatchObject({
      ...{ status: 'queued', queue: 'n1', holder: null, due_elapsed_at: at(47) },
    });
    const events = await world.events(id);
    expect(events.filter(({ type }) => ['request.resumed', 'conversation.reopened'].includes(type))).toMatchObject([
      { actor: 'system', data: { reason: 'reply-failed' } },
      { actor: 'system', data: { from: 'answered', reason: 'reply-failed' } },
    ]);
  });

  test('sent again by a supervisor, it is its author’s answer of that instant; failing once more, it is open once more', async () => {
    const { id, job } = await answered();
    await fails(job, 1);
    const { chief, answer } = await again(job, 20);
    expect(answer.json()).toEqual({ status: 'pending' });
    expect(await clocks(id)).toEqual([at(20)]);
    expect(await world.row(id)).toMatchObject({ status: 'answered', due_at: null });
    const events = await world.events(id);
    expect(events.filter(({ type }) => type === 'request.answered')).toMatchObject([
      { actor: `agent:${ana.agent.id}` },
      { actor: `agent:${chief}` },
    ]);
    await fails({ ...job, rev: 1 }, 21);
    expect(await clocks(id)).toEqual([null]);
    expect(await world.row(id)).toMatchObject({ status: 'queued' });
    expect((await again({ ...job, rev: 1 }, 22)).answer.statusCode).toBe(200);
    await record(world.store, await claimed(world.store, { ...job, rev: 2 }, at(22)), 'accepted', at(22));
    expect(await clocks(id)).toEqual([at(22)]);
  });

  test('is not sent again over the head of a colleague who took it meanwhile', async () => {
    const { id, job } = await answered();
    await fails(job, 1);
    world.clock.now = at(1);
    const ben = await world.person('agent', { queues: ['n1'] });
    await ben.post(`/api/conversations/${id}/claim`);
    expect((await again(job, 1)).answer.json().error.code).toBe('CONVERSATION_TAKEN');
    expect(await clocks(id)).toEqual([null]);
    // Answered otherwise: sending the old one once more changes no clock.
    await ben.post(`/api/conversations/${id}/reply`, { type: 'appel', conclusive: true, body: 'Tout est dit.' });
    expect(await clocks(id)).toEqual([at(1)]);
    expect((await again(job, 2)).answer.statusCode).toBe(200);
    expect(await clocks(id)).toEqual([at(1)]);
  });

  test('a question that came after it was written stays open when it is sent again', async () => {
    const { id, job } = await answered();
    await fails(job, 1);
    await world.message(id, { received_at: at(2) });
    expect((await again(job, 3)).answer.statusCode).toBe(200);
    expect(await clocks(id)).toEqual([at(3), null]);
    expect(await world.row(id)).toMatchObject({ status: 'queued' });
  });

  test('a demand for pieces waits again until the day the member was told', async () => {
    const { id, job } = await answered({ type: 'pieces', pieces_due_on: '2026-12-15' });
    const { waiting_until } = (await world.row(id)) as { waiting_until: Date };
    await fails(job, 1);
    expect(await world.row(id)).toMatchObject({ status: 'queued' });
    await again(job, 2);
    expect(await world.row(id)).toMatchObject({ status: 'waiting', waiting_until });
  });

  test('the notice of a redirection: not told is not redirected, until it is sent again', async () => {
    const { id } = await taken();
    const notice = { body: 'Bonjour, votre demande relève de la CAF : nous la lui transmettons.' };
    const closed = await ana.post(`/api/conversations/${id}/close`, { code: 'redirected', notice });
    const job = { id: closed.json().delivery as string, rev: 0 };
    const days = { from: '2026-11-24', to: '2026-11-24' };
    const redirected = async (hours: number) => (await buildReport(world.store, days, at(hours))).redirected;
    expect(await redirected(1)).toBe(1);
    await fails(job, 2);
    expect(await world.row(id)).toMatchObject({ status: 'queued', closing_code: null });
    expect([await clocks(id), await redirected(3)]).toEqual([[null], 0]);
    expect((await again(job, 4)).answer.statusCode).toBe(200);
    expect(await world.row(id)).toMatchObject({ status: 'closed', closing_code: 'redirected' });
    expect([await clocks(id), await redirected(5)]).toEqual([[at(4)], 1]);
  });

  test('a holding reply stopped nothing: its conversation stays with its holder', async () => {
    const { id, job } = await answered({ type: 'attente' });
    await fails(job, 1);
    expect(await world.row(id)).toMatchObject({ status: 'assigned', holder: ana.agent.id });
    expect((await world.events(id)).map(({ type }) => type)).not.toContain('request.resumed');
  });

  test('one that may have arrived keeps its clock stopped until it is known', async () => {
    const { id, job } = await answered();
    await record(world.store, await claimed(world.store, job, at(1)), 'unknown', at(1));
    expect(await clocks(id)).toEqual([MORNING]);
    expect(await world.row(id)).toMatchObject({ status: 'answered' });
  });

  test('the figure of an earlier date does not move; from then on it counts what was received', async () => {
    const days = { from: '2026-11-24', to: '2026-11-24' };
    const figure = async (hours: number) => {
      const { received, answered, open_late } = await buildReport(world.store, days, at(hours));
      return { received, answered, open_late };
    };
    const before = await figure(40);
    const { job } = await answered();
    await fails(job, 41);
    expect(await figure(40)).toEqual({ ...before, received: before.received + 1, answered: before.answered + 1 });
    expect(await figure(48)).toMatchObject({ answered: (await figure(40)).answered - 1 });
  });
});
