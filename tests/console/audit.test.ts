import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { ChainAnswer, TrailAnswer } from '../../console/routes/audit.ts';
import { sealAudit } from '../../store/audit-chain.ts';
import { SYSTEM } from '../../store/database.ts';
import type { Engine } from '../support/stores.ts';
import { MORNING, openWorld, type Person, type World } from '../support/world.ts';

const DAYS = 'from=2026-11-24&to=2026-11-24';

/** Acts at the desk, and what those who check read of them. */
describe.each<Engine>(['pglite', 'postgres'])('the audit trail on %s', (engine) => {
  let world: World;
  let clerk: Person;
  let partner: Person;
  let auditor: Person;
  let read: { id: string; ref: string; message: string };
  beforeAll(async () => {
    world = await openWorld(engine);
    clerk = await world.person('agent', { queues: ['n1'], display_name: 'Élodie Vasseur' });
    partner = await world.person('partner');
    auditor = await world.person('auditor');
    read = await world.conversation({ raw: Buffer.from('Subject: s\r\n\r\nBonjour') });
  });
  afterAll(() => world.close());

  const trail = async (query = ''): Promise<TrailAnswer['rows']> =>
    (await auditor.get(`/api/audit?${DAYS}${query}`)).json<TrailAnswer>().rows;
  const acts = async (query: string): Promise<string[]> => (await trail(query)).map(({ action }) => action).reverse();

  test('of a conversation: reads, decisions and sendings, by whom and in order, found by its reference', async () => {
    await world.live('pfs-assures');
    await clerk.get(`/api/conversations/${read.id}`);
    await clerk.post(`/api/conversations/${read.id}/claim`);
    await clerk.post(`/api/conversations/${read.id}/motif`, { motif: 'attestation-document' });
    expect((await clerk.get(`/api/conversations/${read.id}/original/${read.message}`)).statusCode).toBe(200);
    const ask = { type: 'definitive', body: 'Bonjour, voici la marche à suivre.' };
    const sent = await clerk.post(`/api/conversations/${read.id}/reply`, ask, { 'idempotency-key': 'audit-test-0001' });
    expect(sent.statusCode).toBe(201);
    await world.conversation();
    const done = ['conversation.read', 'conversation.motif_confirmed', 'original.read', 'conversation.replied'];
    expect(await acts(`&ref=${read.ref}`)).toEqual(done);
    const rows = await trail(`&ref=${encodeURIComponent(read.ref.toLowerCase())}`);
    expect(rows.every((row) => row.name === 'Élodie Vasseur' && row.ref === read.ref)).toBe(true);
    expect(await acts(`&ref=${read.ref}&kind=sending`)).toEqual(['conversation.replied']);
    expect(await acts(`&person=${clerk.agent.id}&kind=decision`)).toEqual(['conversation.motif_confirmed']);
    expect(await acts('&ref=AG-0000-0000-0')).toEqual([]);
  });

  test('who searched leaves a digest of the words, the same for the same words, and the words nowhere', async () => {
    const search = (person: Person, q: string) => person.post('/api/conversations/search', { q });
    await search(clerk, 'camille.secret@membre.example');
    await search(clerk, 'Camille.Secret@membre.example ');
    await search(partner, 'camille.secret@membre.example');
    await search(clerk, 'carte perdue');
    const rows = await trail('&kind=search');
    expect(rows).toHaveLength(3);
    const digests = rows.map(({ data }) => data['words']);
    expect(digests[2]).toMatch(/^[0-9a-f]{24}$/);
    expect([digests[1] === digests[2], digests[0] === digests[2]]).toEqual([true, false]);
    expect(rows.map(({ person }) => person)).toEqual([clerk.agent.id, partner.agent.id, clerk.agent.id]);
    expect(JSON.stringify(rows)).not.toMatch(/secret|perdue/i);
  });

  test('a list that renews itself is one look in ten minutes', async () => {
    const before = (await trail('&kind=search')).length;
    for (const minute of [20, 21, 31]) {
      world.clock.now = new Date(MORNING.getTime() + minute * 60_000);
      await clerk.post('/api/conversations/search', { q: 'attestation' });
    }
    expect(await trail('&kind=search')).toHaveLength(before + 2);
  });

  test('exports, accounts and sessions are on it; an act nobody listed is under « autres »', async () => {
    const supervisor = await world.person('supervisor');
    const administrator = await world.person('administrator');
    await supervisor.get(`/api/report?${DAYS}&format=csv`);
    await supervisor.get('/api/report/weekly?to=2026-11-24');
    await administrator.post(`/api/agents/${clerk.agent.id}`, { disabled: true });
    expect((await trail('&kind=export')).map(({ subject }) => subject)).toEqual(['report.weekly', 'report']);
    const [changed] = await trail(`&kind=account&person=${administrator.agent.id}`);
    expect(changed).toMatchObject({ action: 'agent.changed', of: 'Élodie Vasseur', data: { disabled: true } });
    await world.store.write(SYSTEM, async (tx) => {
      const row = { at: world.clock.now, actor: 'system', action: 'something.new', subject: '-' };
      await tx.insertInto('audit').values(row).execute();
    });
    expect(await acts('&kind=other')).toEqual(['something.new']);
    expect(await acts('&person=system&kind=other')).toEqual(['something.new']);
  });

  test('pages follow one another without a gap, also where many rows share one instant', async () => {
    const all = (await trail('&limit=200')).map(({ seq }) => seq);
    const paged: number[] = [];
    let next: string | null = null;
    do {
      const page: TrailAnswer = (
        await auditor.get(`/api/audit?${DAYS}&limit=4${next === null ? '' : `&before=${next}`}`)
      ).json();
      paged.push(...page.rows.map(({ seq }) => seq));
      next = page.next;
    } while (next !== null);
    expect(paged).toEqual(all);
    expect(all.length).toBeGreaterThan(12);
    expect((await auditor.get(`/api/audit?${DAYS}&before=nonsense`)).statusCode).toBe(400);
  });

  test('who looks at the trail is on it, and so is the export', async () => {
    const asked = `&person=${partner.agent.id}`;
    await trail(asked);
    const csv = await auditor.get(`/api/audit?${DAYS}${asked}&format=csv`);
    expect(csv.headers['content-type']).toContain('text/csv');
    expect(csv.body.split('\r\n')[1]).toMatch(/;conversations\.searched;/);
    const own = await trail(`&person=${auditor.agent.id}`);
    expect(own.find(({ action }) => action === 'export.made')).toMatchObject({ subject: 'audit' });
    expect(own).toContainEqual(
      expect.objectContaining({ action: 'audit.read', data: expect.objectContaining({ person: partner.agent.id }) }),
    );
  });

  test('the state of the chain is told, and walked along on demand', async () => {
    const chain = async (query = ''): Promise<ChainAnswer> => (await auditor.get(`/api/audit/chain${query}`)).json();
    expect(await chain()).toMatchObject({
      sealed: 0,
      head: null,
      check: null,
      oldest_unsealed_at: MORNING.toISOString(),
    });
    await sealAudit(world.store, 'test', () => world.clock.now);
    const sealed = await chain('?walk=true');
    expect(sealed).toMatchObject({ unsealed: 0, oldest_unsealed_at: null, check: { ok: true, problems: [] } });
    expect(sealed.head).toMatch(new RegExp(`^${sealed.sealed}:[0-9a-f]{64}$`));
    expect((await trail()).some((row) => row.sealed)).toBe(true);
    await world.store.pool.query("set session_replication_role = 'replica'");
    await world.store.pool.query("update aiguillage.audit set subject = 'x' where seq = 3");
    await world.store.pool.query("set session_replication_role = 'origin'");
    expect((await chain('?walk=true')).check).toEqual({
      ...{ ok: false, problem_count: 1 },
      problems: [{ kind: 'altered', event: 3 }],
    });
  });

  test('accounts that left are named as well', async () => {
    const { people } = (await auditor.get('/api/audit/people')).json<{ people: { id: string; name: string }[] }>();
    expect(people.find(({ id }) => id === clerk.agent.id)?.name).toBe('Élodie Vasseur');
  });
});
