import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { freshCounts } from '../../console/live/counts.ts';
import { openEventStream } from '../../console/live/stream.ts';
import { createTail } from '../../console/live/tail.ts';
import { updateAgent } from '../../store/agents.ts';
import { SYSTEM } from '../../store/database.ts';
import { listen, type Listening } from '../support/live-stream.ts';
import { openWorld, type Person, type World } from '../support/world.ts';

const open: Listening[] = [];
let world: World;
let url: string;
beforeAll(async () => {
  world = await openWorld('postgres');
  url = await world.app.listen({ port: 0, host: '127.0.0.1' });
});
afterEach(() => {
  for (const stream of open.splice(0)) stream.stop();
});
afterAll(() => {
  // Connections the client made ahead and never used would be waited for.
  world.app.server.closeAllConnections();
  return world.close();
});

async function hear(person: Person, last_id?: number): Promise<Listening> {
  const stream = await listen(url, person, last_id);
  open.push(stream);
  if (stream.status === 200) await stream.until(({ event }) => event === 'hello');
  return stream;
}
const names = (id: string) => (told: { conversations?: string[] }) => told.conversations?.includes(id) === true;

test('a conversation somebody takes is told to the others within a second, by its id and counts alone', async () => {
  const [ana, bob] = [await world.person('agent', { queues: ['n1'] }), await world.person('agent', { queues: ['n1'] })];
  const { id } = await world.conversation({ subject: 'Secret', sender_name: 'Camille Secret' });
  const stream = await hear(bob);
  const taken_ms = performance.now();
  expect((await ana.post(`/api/conversations/${id}/claim`)).statusCode).toBe(200);
  await stream.until(names(id));
  expect(performance.now() - taken_ms).toBeLessThan(1_000);
  const counts = await stream.until(
    ({ event, queues }) => event === 'change' && queues.some((row) => row.assigned > 0),
  );
  expect(counts.queues.find(({ queue }) => queue === 'n1')).toMatchObject({ assigned: 1 });
  expect(stream.raw()).not.toMatch(/Secret|Personne|membre/);
});

test('a change of another process is told as well: the log is looked at', async () => {
  const { id } = await world.conversation();
  const stream = await hear(await world.person('supervisor'));
  await world.message(id);
  expect((await stream.until(names(id))).kinds).toContain('request');
});

test('a partner hears of its own pool alone: no other id, no other queue, no kind of event', async () => {
  const partner = await world.person('partner');
  const supervisor = await world.person('supervisor');
  const theirs = await world.conversation({ queue: 'pool.hainaut' });
  const reserved = await world.conversation({ queue: 'pool.hainaut', restricted: true });
  const ours = await world.conversation({ queue: 'n1' });
  const stream = await hear(partner);
  for (const { id } of [ours, reserved, theirs]) await world.message(id);
  await stream.until(names(theirs.id));
  await supervisor.post(`/api/conversations/${ours.id}/claim`);
  await world.message(theirs.id);
  await stream.until(({ event, queues }) => event === 'change' && queues.length > 0);
  expect(stream.raw()).not.toContain(ours.id);
  expect(stream.raw()).not.toContain(reserved.id);
  expect(new Set(stream.told.flatMap(({ queues }) => queues.map(({ queue }) => queue)))).toEqual(
    new Set(['pool.hainaut']),
  );
  expect(stream.told.flatMap(({ kinds }) => kinds)).toEqual([]);
});

test('what is reserved is told to those who answer it and to supervisors, not to the others', async () => {
  const { id } = await world.conversation({ queue: 'rca', restricted: true });
  const plain = await world.conversation();
  const [apart, inside] = [
    await hear(await world.person('agent', { queues: ['n1'] })),
    await hear(await world.person('agent', { queues: ['rca'] })),
  ];
  await world.message(id);
  await world.message(plain.id);
  await inside.until(names(id));
  await apart.until(names(plain.id));
  expect(apart.raw()).not.toContain(id);
});

describe('a stream ends with what it stands on', () => {
  test('the session, when one signs out', async () => {
    const person = await world.person('agent');
    const stream = await hear(person);
    await person.delete('/api/session');
    await stream.ended;
    expect((await hear(person)).status).toBe(401);
  });

  test('the role, or the account, when it changes', async () => {
    const changes = [{ role: 'agent' as const, queues: [], pool: null }, { disabled: true }];
    const people = [await world.person('supervisor'), await world.person('supervisor')];
    const streams = [await hear(people[0]!), await hear(people[1]!)];
    for (const [i, change] of changes.entries())
      await world.store.write(SYSTEM, (tx) => updateAgent(tx, SYSTEM, people[i]!.agent.id, change, world.clock.now));
    await Promise.all(streams.map(({ ended }) => ended));
  });
});

test('a session holds four streams at most, and one that ends makes room', async () => {
  const person = await world.person('agent');
  const four = [await hear(person), await hear(person), await hear(person), await hear(person)];
  expect((await hear(person)).status).toBe(503);
  four[0]!.stop();
  // The server hears of it with the connection's end.
  while ((await hear(person)).status !== 200) await four[1]!.until(() => true);
});

test('after a cut, the last number tells whether something was missed', async () => {
  const person = await world.person('supervisor');
  const { id } = await world.conversation();
  const { id: last } = (await hear(person)).told[0]!;
  await world.message(id);
  const stream = await hear(person, last);
  // Told in full when the log is still watched from there; else as « read again ».
  await stream.until((told) => told.event === 'resync' || names(id)(told));
});

test('the service stops while pages listen: their streams end', async () => {
  const other = await openWorld('pglite');
  const address = await other.app.listen({ port: 0, host: '127.0.0.1' });
  const stream = await listen(address, await other.person('agent'));
  await stream.until(({ event }) => event === 'hello');
  await other.close();
  await stream.ended;
}, 20_000);

test('a page that reads slowly costs a bounded amount, and is told to read again once it does', async () => {
  const stream = openEventStream();
  for (let i = 1; i <= 10_000; i++) stream.send('change', i, { conversations: [], queues: [], kinds: ['request'] });
  expect(stream.blocked_since()).toBeDefined();
  expect(stream.readable.readableLength).toBeLessThan(20_000);
  let text = '';
  for await (const chunk of stream.readable) {
    text += String(chunk);
    if (text.includes('event: resync')) break;
  }
  expect(text.length).toBeLessThan(20_000);
  expect(text).toContain('id: 10000\nevent: resync');
});

test('events that commit out of order are each told once, and a number that never comes holds nothing up', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.integer({ min: 1, max: 60 }), { minLength: 1 }),
      fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 60, maxLength: 60 }),
      (order, sizes) => {
        const tail = createTail(0);
        const told: number[] = [];
        const committed: number[] = [];
        const look = (now_ms: number): void => {
          const rows = committed.filter((seq) => seq > tail.after()).sort((a, b) => a - b);
          const asked = rows.map((seq) => ({ seq, type: 'x', conversation_id: null }));
          told.push(...tail.take(asked, now_ms).map(({ seq }) => seq));
        };
        for (let at = 0, i = 0; at < order.length; at += sizes[i]!, i++) {
          committed.push(...order.slice(at, at + sizes[i]!));
          look(i);
        }
        expect([...told].sort((a, b) => a - b)).toEqual([...order].sort((a, b) => a - b));
        look(60_000);
        expect(tail.after()).toBe(Math.max(...order));
      },
    ),
  );
});

test('a queue that became empty is told once as empty', () => {
  const told = new Map();
  const row = { queue: 'n1', queued: 1, assigned: 0, waiting: 0, late: 0, oldest_at: null };
  expect(freshCounts(told, 'own', [row])).toEqual([row]);
  expect(freshCounts(told, 'own', [row])).toEqual([]);
  expect(freshCounts(told, 'own', [])).toEqual([{ ...row, queued: 0 }]);
  expect(freshCounts(told, 'own', [])).toEqual([]);
});
