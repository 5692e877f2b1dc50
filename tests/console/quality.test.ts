import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { QualityAnswer } from '../../console/routes/quality-schema.ts';
import { SYSTEM } from '../../store/database.ts';
import { appendEvents } from '../../store/events.ts';
import { retellQuality } from '../../store/quality.ts';
import { stopRequests } from '../../store/requests.ts';
import type { Engine } from '../support/stores.ts';
import { HOUR_MS, MORNING, openWorld, type Person, type World } from '../support/world.ts';

const DAYS = 'from=2026-11-16&to=2026-11-24';

/** From acts at the desk to the numbers of the page, and back to the conversations. */
describe.each<Engine>(['pglite', 'postgres'])('quality on %s', (engine) => {
  let world: World;
  let supervisor: Person;
  let corrected: string;
  beforeAll(async () => {
    world = await openWorld(engine);
    supervisor = await world.person('supervisor');
    const clerk = await world.person('agent', { queues: ['n1'] });
    const partner = await world.person('partner');
    const judge = async (person: Person, motif: string, queue = 'n1'): Promise<string> => {
      const { id } = await world.conversation({ queue });
      expect((await person.post(`/api/conversations/${id}/claim`)).statusCode).toBe(200);
      expect((await person.post(`/api/conversations/${id}/motif`, { motif })).statusCode).toBe(200);
      return id;
    };
    await judge(clerk, 'carte-vitale');
    // The last word counts, and once.
    corrected = await judge(clerk, 'carte-vitale');
    await clerk.post(`/api/conversations/${corrected}/motif`, { motif: 'attestation-document' });
    // A partner may neither read nor write what is kept for these figures; its word counts all the same.
    await judge(partner, 'attestation-document', 'pool.hainaut');
    const flag = (id: string, action: 'add' | 'remove', of: string) =>
      supervisor.post(`/api/conversations/${id}/flags`, { action, flag: of });
    const raised = await world.conversation({ flags: ['reiteration'] });
    await world.conversation({ flags: ['reiteration'] });
    expect((await flag(raised.id, 'remove', 'reiteration')).statusCode).toBe(200);
    const unseen = await world.conversation();
    expect((await flag(unseen.id, 'add', 'reiteration')).statusCode).toBe(200);
    // Put and taken away again by people: nobody missed anything.
    const undone = await world.conversation();
    await flag(undone.id, 'add', 'reiteration');
    await flag(undone.id, 'remove', 'reiteration');
    const early = new Date(MORNING.getTime() - 190 * HOUR_MS);
    const old = await world.conversation({ received_at: early });
    await world.store.write(SYSTEM, async (tx) => {
      const answered = new Date(early.getTime() + HOUR_MS);
      await stopRequests(tx, SYSTEM, old.id, answered, { kind: 'answered', reply_type: 'definitive' });
      const back = { occurred_at: new Date(early.getTime() + 30 * HOUR_MS), conversation_id: old.id };
      await appendEvents(tx, SYSTEM, MORNING, [{ type: 'request.repeated', ...back, data: { by: old.id } }]);
    });
  });
  afterAll(() => world.close());

  const quality = async (): Promise<QualityAnswer> => (await supervisor.get(`/api/quality?${DAYS}`)).json();

  test('counts what the machine said and what people made of it', async () => {
    const answer = await quality();
    expect(answer).toMatchObject({ mails: 8, abstained: 0, triaged: 0 });
    expect(answer.motifs).toMatchObject({ judged: 3, confirmed: 1 });
    expect(answer.pairs).toEqual([{ guessed: 'carte-vitale', given: 'attestation-document', n: 2, of: 3 }]);
    expect(answer.flags).toEqual([{ flag: 'reiteration', raised: 2, kept: 1, removed: 1, missed: 1, kept_share: 0.5 }]);
    expect(answer.levels).toMatchObject({ n1: 1, n1_to_expert: 0, expert: 0 });
    expect(answer.repeats).toEqual([{ motif: 'carte-vitale', base: 1, again: 1, share: 1 }]);
  });

  test('is the same when the log is told again', async () => {
    const before = await quality();
    await world.store.write(SYSTEM, retellQuality);
    expect(await quality()).toEqual(before);
  });

  test('of other days it is empty, and days that are none are refused', async () => {
    expect((await supervisor.get('/api/quality?from=2026-10-01&to=2026-10-02')).json()).toMatchObject({ mails: 0 });
    expect((await supervisor.get('/api/quality?from=2026-11-02&to=2026-11-01')).statusCode).toBe(400);
    expect((await supervisor.get('/api/quality?from=2020-11-02&to=2026-11-01')).statusCode).toBe(400);
  });

  test('a pair leads to its conversations, within the sight of who asks, and that is on the trail', async () => {
    const ask = {
      corrected: { guessed: 'carte-vitale', given: 'attestation-document', from: '2026-11-24', to: '2026-11-24' },
    };
    const found = (await supervisor.post('/api/conversations/search', ask)).json().conversations;
    expect(found).toHaveLength(2);
    expect(found.map((row: { id: string }) => row.id)).toContain(corrected);
    const none = { corrected: { ...ask.corrected, guessed: null } };
    expect((await supervisor.post('/api/conversations/search', none)).json().conversations).toEqual([]);
    const partner = await world.person('partner');
    expect((await partner.post('/api/conversations/search', ask)).statusCode).toBe(403);
    const trail = await world.store.read(SYSTEM, (tx) =>
      tx.selectFrom('audit').select('data').where('action', '=', 'conversations.listed').orderBy('seq').execute(),
    );
    expect(trail[0]!.data).toMatchObject(ask);
  });

  test('the export carries the same numbers and is on the trail', async () => {
    const answer = await supervisor.get(`/api/quality?${DAYS}&format=csv`);
    expect(answer.headers['content-type']).toContain('text/csv');
    expect(answer.body).toContain(';confusion;carte-vitale;attestation-document;2;3;');
    expect(answer.body).toContain(';transfer;proposed;;0;0;');
    const trail = await world.store.read(SYSTEM, (tx) =>
      tx.selectFrom('audit').select('subject').where('action', '=', 'export.made').execute(),
    );
    expect(trail).toEqual([{ subject: 'quality' }]);
  });
});
