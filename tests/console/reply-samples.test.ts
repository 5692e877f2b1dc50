import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { DEFAULT_PRESENCE } from '../../domain/presence.ts';
import { DEFAULT_REPLY_READING } from '../../domain/reply-reading.ts';
import { DEFAULT_REVIEWS } from '../../domain/review.ts';
import { SYSTEM } from '../../store/database.ts';
import { openWorld, type Person, type World } from '../support/world.ts';

describe('replies read after they left', () => {
  let world: World;
  let ana: Person;
  let ref: Person;
  beforeAll(async () => {
    world = await openWorld('pglite');
    await world.live('pfs-assures');
    // Every reply is drawn; level 1 is a team of six, the pôle one of one.
    Object.assign(world.book, {
      reviews: { ...DEFAULT_REVIEWS, reply_reading: { ...DEFAULT_REPLY_READING, share: 1 } },
      presence: {
        ...DEFAULT_PRESENCE,
        teams: [
          { id: 'niveau-1', label: 'Niveau 1', queues: ['n1'], usual: [] },
          { id: 'pole-pe', label: 'Pôle PE', queues: ['pole-pe'], usual: [] },
        ],
      },
    });
    ana = await world.person('agent', { queues: ['n1'] });
    for (let n = 0; n < 5; n += 1) await world.person('agent', { queues: ['n1'] });
    ref = await world.person('referent', { queues: ['pole-pe'] });
  });
  afterAll(() => world.close());

  async function answered(by: Person, queue: string): Promise<{ id: string; message: string; delivery: string }> {
    const { id } = await world.conversation({ queue });
    await by.post(`/api/conversations/${id}/claim`);
    const answer = (
      await by.post(`/api/conversations/${id}/reply`, { type: 'definitive', body: 'Bonjour, voici.' })
    ).json();
    return { id, message: answer.message, delivery: answer.delivery };
  }
  const gone = (message: string) =>
    world.store.write(SYSTEM, (tx) =>
      tx.updateTable('message').set({ status: 'sent' }).where('id', '=', message).execute(),
    );
  const listed = async (by = ref): Promise<Record<string, unknown>[]> =>
    (await by.get('/api/reply-samples')).json().samples;

  test('listed once they left, without a name, never to their author, judged once; figures by team of five and more', async () => {
    const { message } = await answered(ana, 'n1');
    const own = await answered(ref, 'pole-pe');
    expect(await listed()).toEqual([]);
    await gone(message);
    await gone(own.message);
    const rows = await listed();
    expect(rows.map((row) => row['message'])).toEqual([message]);
    expect(JSON.stringify(rows)).not.toContain(ana.agent.id);
    expect(Object.keys(rows[0]!).sort()).toEqual(['answered_at', 'conversation', 'message', 'motif', 'queue', 'ref']);
    expect((await ref.post(`/api/reply-samples/${own.message}`, { verdict: 'good' })).statusCode).toBe(404);
    expect((await ref.post(`/api/reply-samples/${message}`, { verdict: 'to_improve' })).statusCode).toBe(204);
    expect((await ref.post(`/api/reply-samples/${message}`, { verdict: 'good' })).statusCode).toBe(409);
    // One référent is not shown apart, and level 1 would give their line away by subtraction.
    const report = (await ref.get('/api/report?from=2026-11-24&to=2026-11-24&by=team')).json();
    expect(report.groups.map(({ key, answered }: Record<string, unknown>) => [key, answered])).toEqual([[null, 2]]);
    for (let n = 0; n < 4; n += 1) await world.person('agent', { queues: ['pole-pe'] });
    const large = (await ref.get('/api/report?from=2026-11-24&to=2026-11-24&by=team')).json();
    expect(large.groups.map(({ key }: Record<string, unknown>) => key)).toEqual(['niveau-1', 'pole-pe']);
  });

  test('taken back before it left, it is nothing to read', async () => {
    const { message, delivery } = await answered(ana, 'n1');
    await ana.post(`/api/deliveries/${delivery}/cancel`);
    expect((await listed()).map((row) => row['message'])).not.toContain(message);
  });
});
