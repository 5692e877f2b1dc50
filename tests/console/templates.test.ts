import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { DAY_MS } from '../../domain/days.ts';
import { SYSTEM } from '../../store/database.ts';
import { appendEvents } from '../../store/events.ts';
import { tellFigure } from '../../store/figure-told.ts';
import { templateUsage } from '../../store/template-usage.ts';
import { MORNING, openWorld, type Person, type World } from '../support/world.ts';

let world: World;
let ana: Person;
let ref: Person;
beforeAll(async () => {
  world = await openWorld('pglite');
  await world.live('pfs-assures');
  ana = await world.person('agent', { queues: ['n1'] });
  ref = await world.person('referent');
});
afterAll(() => world.close());
beforeEach(() => {
  world.clock.now = MORNING;
  date('carte.declarer', undefined);
});

/** Gives a template its last day. */
function date(id: string, valid_until: string | undefined): void {
  const templates = world.book.templates.map((one) =>
    one.id === id ? { ...one, owner: 'référents', valid_until } : one,
  );
  Object.assign(world.book, { templates });
}
async function answered(template: string): Promise<{ id: string; delivery: string }> {
  const { id } = await world.conversation();
  await ana.post(`/api/conversations/${id}/claim`);
  const body = { type: 'definitive', body: 'Bonjour, voici.', template };
  const answer = (await ana.post(`/api/conversations/${id}/reply`, body)).json();
  return { id, delivery: answer.delivery };
}
const usage = async (now: Date) => {
  await tellFigure(world.store);
  return world.store.read(SYSTEM, (tx) => templateUsage(tx, new Date(MORNING.getTime() - DAY_MS), now));
};

test('one whose last day is over is offered to nobody, is shown as such, and a reply kept from it is warned about', async () => {
  const { id } = await world.conversation();
  await ana.post(`/api/conversations/${id}/claim`);
  const offered = async (): Promise<string[]> =>
    (await ana.get(`/api/conversations/${id}`)).json().templates.map((one: { id: string }) => one.id);
  date('carte.declarer', '2026-11-24');
  expect(await offered()).toContain('carte.declarer');
  date('carte.declarer', '2026-11-23');
  expect(await offered()).not.toContain('carte.declarer');
  const { templates } = (await ref.get('/api/templates')).json();
  expect(templates.find((one: { id: string }) => one.id === 'carte.declarer')).toMatchObject({
    state: 'expired',
    days_left: -1,
    owner: 'référents',
  });
  const draft = { body: 'Bonjour, voici.', template: 'carte.declarer' };
  const { refused, findings } = (await ana.post(`/api/conversations/${id}/check-reply`, draft)).json();
  expect(refused).toBeNull();
  expect(findings).toContainEqual(
    expect.objectContaining({
      code: 'template-expired',
      severity: 'warn',
      message: expect.stringContaining('jusqu’au 23 novembre 2026'),
    }),
  );
});

test('which template a reply began with is in the log; one that was taken back is not counted', async () => {
  const { id } = await answered('carte.declarer');
  const undone = await answered('carte.declarer');
  await ana.post(`/api/deliveries/${undone.delivery}/cancel`);
  const events = await world.events(id);
  for (const type of ['delivery.queued', 'request.answered'])
    expect(events.find((event) => event.type === type)?.data).toMatchObject({ template: 'carte.declarer' });
  const { used } = (await usage(new Date(MORNING.getTime() + 60_000))).get('carte.declarer')!;
  expect(used).toBe(1);
});

test('repeats are counted once a week has passed: those within it, of answers that stood', async () => {
  const soon = await answered('autre');
  const later = await answered('autre');
  await answered('autre');
  const undone = await answered('autre');
  await ana.post(`/api/deliveries/${undone.delivery}/cancel`);
  const back = async (id: string, days: number): Promise<void> => {
    const at = new Date(MORNING.getTime() + days * DAY_MS);
    const other = await world.conversation();
    await world.store.write(SYSTEM, async (tx) => {
      const { id: message_id } = await tx
        .selectFrom('message')
        .select('id')
        .where('conversation_id', '=', id)
        .where('direction', '=', 'incoming')
        .executeTakeFirstOrThrow();
      await appendEvents(tx, SYSTEM, at, [
        { type: 'request.repeated', occurred_at: at, conversation_id: id, message_id, data: { by: other.id } },
      ]);
    });
  };
  await back(soon.id, 2);
  await back(later.id, 9);
  expect((await usage(new Date(MORNING.getTime() + 6 * DAY_MS))).get('autre')).toMatchObject({ settled: 0 });
  expect((await usage(new Date(MORNING.getTime() + 20 * DAY_MS))).get('autre')).toMatchObject({
    used: 3,
    settled: 3,
    repeated: 1,
  });
  const shown = (await ref.get('/api/templates')).json().templates.find((one: { id: string }) => one.id === 'autre');
  // Three answers say nothing about a text.
  expect(shown).toMatchObject({ repeat_share: null });
});
