import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { FlowAnswer } from '../../console/routes/flow.ts';
import { SYSTEM } from '../../store/database.ts';
import { stopRequests } from '../../store/requests.ts';
import type { Engine } from '../support/stores.ts';
import { HOUR_MS, MORNING, openWorld, type Person, type World } from '../support/world.ts';

/** The aggregate against rows made one by one, and the way from a band to its conversations. */
describe.each<Engine>(['pglite', 'postgres'])('%s', (engine) => {
  let world: World;
  let supervisor: Person;
  let answered: string;
  beforeAll(async () => {
    world = await openWorld(engine);
    supervisor = await world.person('supervisor');
    const early = new Date(MORNING.getTime() - 48 * HOUR_MS);
    answered = (await world.conversation({ received_at: early })).id;
    await world.store.write(SYSTEM, (tx) =>
      stopRequests(tx, SYSTEM, answered, MORNING, { kind: 'answered', reply_type: 'definitive' }),
    );
    await world.store.write(
      SYSTEM,
      async (tx) =>
        void (await tx.updateTable('conversation').set({ status: 'answered' }).where('id', '=', answered).execute()),
    );
    await world.conversation({ queue: 'pool.hainaut' });
    await world.conversation({ motif: null, queue: 'n1' });
    await world.conversation({ received_at: early });
  });
  afterAll(() => world.close());

  const flow = async (query = ''): Promise<FlowAnswer> => (await supervisor.get(`/api/flow${query}`)).json();
  const nodes = (answer: FlowAnswer): Record<string, number> =>
    Object.fromEntries(answer.nodes.map(({ id, n }) => [id, n]));

  test('of days: every demand received in them, answered ones too', async () => {
    const answer = await flow('?from=2026-11-22&to=2026-11-22');
    expect([answer.n, answer.open]).toEqual([2, 1]);
    expect(nodes(answer)).toMatchObject({ 'mailbox:pfs-assures': 2, 'motif:carte-vitale': 2, 'queue:n1': 2 });
    expect((await flow('?from=2026-11-21&to=2026-11-21')).n).toBe(0);
  });

  test('now: what waits, a partner’s work through the queue it came from', async () => {
    const answer = await flow();
    expect([answer.n, answer.open]).toEqual([3, 3]);
    expect(nodes(answer)).toMatchObject({ 'motif:': 1, 'pool:pool.hainaut': 1, 'queue:n1': 3 });
  });

  test.each(['?from=2026-11-22', '?from=2026-11-22&to=2026-11-21', '?from=2020-01-01&to=2026-01-01', '?from=x&to=y'])(
    'a period that is none is refused: %s',
    async (query) => {
      expect((await supervisor.get(`/api/flow${query}`)).statusCode).toBe(400);
    },
  );

  test('a band leads to its conversations, and who asked for such a group is on the audit trail', async () => {
    const asked = {
      mailbox: 'pfs-assures',
      motifs: ['carte-vitale'],
      received: { from: '2026-11-22', to: '2026-11-22' },
    };
    const found = async (body: object): Promise<string[]> =>
      (await supervisor.post('/api/conversations/search', body))
        .json()
        .conversations.map((row: { id: string }) => row.id);
    expect(await found(asked)).toContain(answered);
    expect(await found(asked)).toHaveLength(2);
    expect(await found({ ...asked, open: true })).toHaveLength(1);
    expect(await found({ motifs: [''] })).toHaveLength(1);
    const { rows } = await world.store.read(SYSTEM, async (tx) => ({
      rows: await tx.selectFrom('audit').select('data').where('action', '=', 'conversations.listed').execute(),
    }));
    expect(rows[0]!.data).toMatchObject(asked);
  });

  test('a partner who asks the same sees its pool and nothing else', async () => {
    const partner = await world.person('partner');
    const answer = await partner.post('/api/conversations/search', { mailbox: 'pfs-assures' });
    expect(answer.json().conversations).toHaveLength(1);
  });
});
