import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { LEASE_MS } from '../../store/desk.ts';
import { HOUR_MS, MORNING, openWorld, type Person, type World } from '../support/world.ts';

const MINUTE_MS = 60_000;
const ago = (hours: number): Date => new Date(MORNING.getTime() - hours * HOUR_MS);

describe('a series of one motif, on PostgreSQL', () => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld('postgres');
  });
  afterAll(() => world.close());
  beforeEach(() => void (world.clock.now = MORNING));

  const start = async (person: Person, queue: string, motif: string, size?: number) =>
    (await person.post('/api/desk/series', { queue, motif, ...(size === undefined ? {} : { size }) })).json();
  const next = async (person: Person, after?: string) =>
    (await person.post('/api/desk/series/next', after === undefined ? {} : { after })).json();
  const state = async (person: Person) => (await person.get('/api/desk/series')).json().series;
  async function some(queue: string, n: number, motif = 'carte-vitale') {
    const ids: string[] = [];
    // The oldest last: the order of work is not that of the rows.
    for (let i = 0; i < n; i += 1)
      ids.unshift((await world.conversation({ queue, motif, received_at: ago(1 + i) })).id);
    return ids;
  }

  test('takes up to so many of one motif, earliest deadline first, and goes through them one by one', async () => {
    const ana = await world.person('agent', { queues: ['cis'] });
    const ids = await some('cis', 4);
    const [other] = await some('cis', 1, 'attestation-document');
    expect(await start(ana, 'cis', 'carte-vitale', 3)).toEqual({ kind: 'series', conversation: ids[0], why: null });
    expect((await state(ana)).items.map((item: { conversation: string }) => item.conversation)).toEqual(
      ids.slice(0, 3),
    );
    expect(await world.row(ids[3]!)).toMatchObject({ status: 'queued' });
    expect(await world.row(other!)).toMatchObject({ status: 'queued' });
    expect((await world.events(ids[1]!)).at(-1)).toMatchObject({
      type: 'conversation.claimed',
      data: { series: true },
    });
    expect(await next(ana, ids[0])).toMatchObject({ conversation: ids[1] });
    await ana.post(`/api/conversations/${ids[1]}/close`, { code: 'no_answer_needed' });
    expect(await next(ana, ids[1])).toMatchObject({ conversation: ids[0] });
    await ana.post(`/api/conversations/${ids[0]}/close`, { code: 'no_answer_needed' });
    expect(await next(ana, ids[0])).toMatchObject({ conversation: ids[2] });
    await ana.post(`/api/conversations/${ids[2]}/close`, { code: 'no_answer_needed' });
    expect(await next(ana, ids[2])).toEqual({ kind: 'none', conversation: null, why: null });
    expect(await state(ana)).toBeNull();
  });

  test('what is more pressing is given first and no series begun; a P1 that comes meanwhile interrupts it', async () => {
    const ana = await world.person('agent', { queues: ['pole-fds'] });
    const ids = await some('pole-fds', 2);
    const urgent = await world.conversation({ queue: 'pole-fds', urgency: 1, motif: 'attestation-document' });
    expect(await start(ana, 'pole-fds', 'carte-vitale')).toEqual({ kind: 'first', conversation: urgent.id, why: 'p1' });
    expect(await state(ana)).toBeNull();
    expect(await start(ana, 'pole-fds', 'carte-vitale')).toMatchObject({ kind: 'series', conversation: ids[0] });
    const late = await world.conversation({ queue: 'pole-fds', urgency: 1, motif: 'attestation-document' });
    expect(await next(ana, ids[0])).toEqual({ kind: 'first', conversation: late.id, why: 'p1' });
    expect(await next(ana, ids[0])).toMatchObject({ kind: 'series', conversation: ids[1] });
  });

  test('late mail of another motif comes before a series of mail in time when it is its turn, late mail of its own is in it', async () => {
    const ana = await world.person('agent', { queues: ['rca'] });
    await some('rca', 3);
    for (let i = 0; i < 2; i += 1)
      await world.conversation({ queue: 'rca', motif: 'attestation-document', received_at: ago(90 + i) });
    const kinds: string[] = [];
    // Two of five are for the late: every third ask at the latest.
    for (let i = 0; i < 3; i += 1) {
      const step = await start(ana, 'rca', 'carte-vitale', 1);
      kinds.push(step.why ?? step.kind);
      await ana.post(`/api/conversations/${step.conversation}/close`, { code: 'no_answer_needed' });
    }
    expect([...kinds].sort()).toEqual(['series', 'series', 'stock']);
    const own = await world.conversation({ queue: 'rca', received_at: ago(99) });
    expect(await start(ana, 'rca', 'carte-vitale')).toMatchObject({ kind: 'series', conversation: own.id });
  });

  test('two people’s series never overlap, however they ask at once', async () => {
    const people = [];
    for (let i = 0; i < 4; i += 1) people.push(await world.person('agent', { queues: ['pole-pe'] }));
    const ids = await some('pole-pe', 10);
    const answers = await Promise.all(
      people.map((person) => person.post('/api/desk/series', { queue: 'pole-pe', motif: 'carte-vitale', size: 3 })),
    );
    expect(answers.map((answer) => answer.statusCode)).toEqual([200, 200, 200, 200]);
    const held = (await Promise.all(people.map(state))).flatMap(
      (series) => series?.items.map((item: { conversation: string }) => item.conversation) ?? [],
    );
    expect(new Set(held).size).toBe(held.length);
    expect(held.length).toBeGreaterThanOrEqual(9);
    const rows = await Promise.all(ids.map((id) => world.row(id)));
    expect(rows.filter((row) => row['status'] === 'assigned')).toHaveLength(held.length);
  });

  test('leaving gives the rest back at once, not counted as given back by a person; the one on the screen stays', async () => {
    const ana = await world.person('agent', { queues: ['elsm'] });
    const ids = await some('elsm', 3);
    await start(ana, 'elsm', 'carte-vitale');
    expect((await ana.post('/api/desk/series', { queue: 'elsm', motif: 'carte-vitale' })).json().error.code).toBe(
      'DESK_REFUSED',
    );
    expect((await ana.post('/api/desk/series/leave', { keep: ids[0] })).json()).toEqual({ given_back: 2 });
    expect(await world.row(ids[0]!)).toMatchObject({ status: 'assigned', holder: ana.agent.id });
    expect(await world.row(ids[1]!)).toMatchObject({ status: 'queued', holder: null, given_back: 0 });
    expect((await world.events(ids[1]!)).at(-1)).toMatchObject({
      type: 'conversation.released',
      data: { reason: 'series-left' },
    });
    expect(await state(ana)).toBeNull();
  });

  test('working on one keeps all of them; left alone, they go back', async () => {
    const ana = await world.person('agent', { queues: ['tri-humain'] });
    const ben = await world.person('agent', { queues: ['tri-humain'] });
    const ids = await some('tri-humain', 2);
    await start(ana, 'tri-humain', 'carte-vitale');
    world.clock.now = new Date(MORNING.getTime() + 20 * MINUTE_MS);
    await ana.post(`/api/conversations/${ids[0]}/renew`);
    world.clock.now = new Date(MORNING.getTime() + 40 * MINUTE_MS);
    expect((await ben.post('/api/desk/next')).json().claim).toBeNull();
    world.clock.now = new Date(MORNING.getTime() + 20 * MINUTE_MS + LEASE_MS + MINUTE_MS);
    expect((await ben.post('/api/desk/next')).json().claim).not.toBeNull();
    expect(await next(ana)).toMatchObject({ kind: 'none' });
  });

  test('of one’s own queues only', async () => {
    const ana = await world.person('agent', { queues: ['n1'] });
    expect((await start(ana, 'cis', 'carte-vitale')).error.code).toBe('AUTH_FORBIDDEN');
  });
});
