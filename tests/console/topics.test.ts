import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { openWorld, type Person, type World } from '../support/world.ts';

let world: World;
let sup: Person;
beforeAll(async () => {
  world = await openWorld('pglite');
  sup = await world.person('supervisor');
  await world.conversation({ body: 'Une carte perdue.' });
});
afterAll(() => world.close());

test('a supervisor reads emerging topics; one mail alone is no topic and shows no word', async () => {
  const answer = await sup.get('/api/topics?days=7');
  expect(answer.statusCode).toBe(200);
  expect(answer.json()).toMatchObject({ days: 7, mails: 1, mails_before: 0, topics: [], rising: [] });
  expect(answer.body).not.toContain('perdue');
});

test.each(['0', '91', 'deux', '7.5'])('refuses %s days', async (days) => {
  expect((await sup.get(`/api/topics?days=${days}`)).statusCode).toBe(400);
});
