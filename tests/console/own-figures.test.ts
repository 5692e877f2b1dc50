import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { DAY_MS } from '../../domain/days.ts';
import { openWorld, type Person, type World } from '../support/world.ts';

let world: World;
let ana: Person;
let ben: Person;
beforeAll(async () => {
  world = await openWorld('pglite');
  world.clock.now = new Date('2026-11-23T22:45:00.000Z');
  await world.live('pfs-assures');
  ana = await world.person('agent', { queues: ['n1'] });
  ben = await world.person('agent', { queues: ['n1'] });
});
afterAll(() => world.close());

const figures = async (by: Person) => (await by.get('/api/desk/figures')).json();

test('one’s own day: taken, answered, in time, given back, corrected; what was taken back is not counted', async () => {
  const take = async (received_at = world.clock.now): Promise<string> => {
    const { id } = await world.conversation({ received_at });
    await ana.post(`/api/conversations/${id}/claim`);
    return id;
  };
  const answer = async (id: string): Promise<string> =>
    (await ana.post(`/api/conversations/${id}/reply`, { type: 'definitive', body: 'Bonjour, voici.' })).json().delivery;
  // A quarter to midnight in Paris: of the week, not of today.
  await answer(await take());
  world.clock.now = new Date('2026-11-23T23:15:00.000Z');
  await answer(await take());
  // Sixty days old: answered, and late.
  await answer(await take(new Date(world.clock.now.getTime() - 60 * DAY_MS)));
  const undone = await take();
  await ana.post(`/api/deliveries/${await answer(undone)}/cancel`);
  await ana.post(`/api/conversations/${undone}/motif`, { motif: 'attestation-document' });
  await ana.post(`/api/conversations/${undone}/release`, { reason: 'out_of_skill' });
  const kept = await take();
  await ana.post(`/api/conversations/${kept}/motif`, { motif: 'carte-vitale' });

  const mine = { taken: 4, answered: 2, in_time: 1, given_back: 1, motifs_corrected: 1 };
  const week = { ...mine, taken: 5, answered: 3, in_time: 2 };
  expect(await figures(ana)).toEqual({ today: mine, week });
  const none = { taken: 0, answered: 0, in_time: 0, given_back: 0, motifs_corrected: 0 };
  expect(await figures(ben)).toEqual({ today: none, week: none });
});
