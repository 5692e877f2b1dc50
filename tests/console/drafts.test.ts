import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { forgetOldDrafts, DRAFT_MAX_MS } from '../../store/drafts.ts';
import { SYSTEM } from '../../store/database.ts';
import { ENGINES } from '../support/stores.ts';
import { MORNING, openWorld, type World } from '../support/world.ts';

const NIR = '1 84 12 76 451 089 46';
const words = { type: 'definitive', body: 'Bonjour, ' };

describe.each(ENGINES)('drafts and what surrounds them, on %s', (engine) => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld(engine);
    await world.live('pfs-assures');
  });
  afterAll(() => world.close());

  test('a draft is its author’s alone, the last text stands, and it is gone once the reply has left', async () => {
    const ana = await world.person('agent', { queues: ['n1'] });
    const ben = await world.person('agent', { queues: ['n1'] });
    const { id } = await world.conversation();
    const url = `/api/conversations/${id}/draft`;
    await ana.post(`/api/conversations/${id}/claim`);
    expect((await ana.get(url)).json()).toEqual({ draft: null });
    await ana.put(url, words);
    await ana.put(url, { ...words, body: 'Bonjour, votre carte est commandée. ' });
    expect((await ana.get(url)).json().draft).toMatchObject({ body: 'Bonjour, votre carte est commandée. ' });
    expect((await ben.get(url)).json()).toEqual({ draft: null });
    const sent = await ana.post(`/api/conversations/${id}/reply`, {
      type: 'definitive',
      body: 'Votre carte est commandée.',
    });
    expect(sent.statusCode).toBe(201);
    expect((await ana.get(url)).json()).toEqual({ draft: null });

    // Taken back, its text is a draft again; a draft begun meanwhile is not overwritten.
    await ana.post(`/api/deliveries/${sent.json().delivery}/cancel`);
    expect((await ana.get(url)).json().draft).toMatchObject({ type: 'definitive', body: 'Votre carte est commandée.' });
  });

  test('of two tabs the later one is told, and nothing is overwritten nor comes back behind a reply', async () => {
    const ana = await world.person('agent', { queues: ['n1'] });
    const { id } = await world.conversation();
    const url = `/api/conversations/${id}/draft`;
    await ana.post(`/api/conversations/${id}/claim`);
    const put = (body: string, rev: string | null) => ana.put(url, { type: 'definitive', body, rev });
    const first = (await put('Bonjour, ', null)).json().rev;
    const second = (await put('Bonjour, votre carte est partie.', first)).json().rev;
    // The same words again: the answer to the first try was lost.
    expect((await put('Bonjour, votre carte est partie.', first)).statusCode).toBe(200);
    for (const rev of [first, second, null]) {
      const late = await put('Bonjour, un autre texte.', rev);
      expect([late.statusCode, late.json().error.code]).toEqual([409, 'DRAFT_STALE']);
    }
    expect((await ana.get(url)).json().draft.body).toBe('Bonjour, votre carte est partie.');
    const { rev } = (await ana.get(url)).json().draft;
    await ana.post(`/api/conversations/${id}/reply`, { type: 'definitive', body: 'Votre carte est partie.' });
    expect((await put('Bonjour, un autre texte.', rev)).statusCode).toBe(409);
    expect((await ana.get(`/api/conversations/${id}/state`)).json()).toMatchObject({ status: 'answered', unsent: 1 });
  });

  test('a partner keeps a draft in its pool, and none elsewhere', async () => {
    const partner = await world.person('partner');
    const theirs = await world.conversation({ queue: 'pool.hainaut' });
    const other = await world.conversation({ queue: 'n1' });
    expect((await partner.put(`/api/conversations/${theirs.id}/draft`, words)).statusCode).toBe(200);
    expect((await partner.get(`/api/conversations/${theirs.id}/draft`)).json().draft).toMatchObject(words);
    for (const path of ['draft', 'state']) {
      const answer = await partner.get(`/api/conversations/${other.id}/${path}`);
      expect([path, answer.statusCode]).toEqual([path, 404]);
    }
    expect((await partner.put(`/api/conversations/${other.id}/draft`, words)).statusCode).toBe(404);
  });

  test('a reading by the linter says what would refuse the reply, and sends nothing', async () => {
    const ana = await world.person('agent', { queues: ['n1'] });
    const { id } = await world.conversation();
    const before = world.jobs.length;
    const check = async (body: string) => (await ana.post(`/api/conversations/${id}/check-reply`, { body })).json();
    expect(await check('Votre carte est commandée.')).toEqual({ refused: null, findings: [] });
    expect(await check('Délai : {{delay}}.')).toMatchObject({ refused: expect.stringContaining('accolades') });
    const asks = await check('Envoyez-nous votre numéro de sécurité sociale par mail.');
    expect(asks).toMatchObject({ findings: [{ code: 'asks-nir', severity: 'refuse' }] });
    expect(world.jobs).toHaveLength(before);
  });

  test('who holds it is told by name to own staff, and leaves no reading on the audit trail', async () => {
    const ana = await world.person('agent', { queues: ['n1'] });
    const ben = await world.person('agent', { queues: ['n1'] });
    const { id } = await world.conversation();
    await ana.post(`/api/conversations/${id}/claim`);
    const state = (await ben.get(`/api/conversations/${id}/state`)).json();
    expect(state).toMatchObject({ status: 'assigned', mine: false, held_by: ana.agent.display_name });
    const read = await world.store.read(SYSTEM, (tx) =>
      tx
        .selectFrom('audit')
        .select('action')
        .where('subject', '=', id)
        .where('action', '=', 'conversation.read')
        .execute(),
    );
    expect(read).toEqual([]);
  });

  test('the NIRs a member wrote are handed out with a trace, to a partner only as its contract says', async () => {
    const ana = await world.person('agent', { queues: ['n1'] });
    const { id, ref } = await world.conversation({ body: `Mon numéro : ${NIR}.` });
    const contact = (await ana.post(`/api/conversations/${id}/contact`)).json();
    expect(contact).toMatchObject({ nirs: [NIR.replaceAll(' ', '')], summary: expect.stringContaining(ref) });
    const trace = await world.store.read(SYSTEM, (tx) =>
      tx.selectFrom('audit').select('data').where('subject', '=', id).where('action', '=', 'nir.revealed').execute(),
    );
    expect(trace).toEqual([{ data: { by: 'contact', count: 1 } }]);
    const partner = await world.person('partner');
    const handed = await world.conversation({ queue: 'pool.hainaut', body: NIR });
    expect((await partner.post(`/api/conversations/${handed.id}/contact`)).statusCode).toBe(403);
    await partner.post(`/api/conversations/${handed.id}/claim`);
    expect((await partner.post(`/api/conversations/${handed.id}/contact`)).json()).toMatchObject({
      nirs: [expect.any(String)],
    });
  });

  test('a thread says what its reader may do: hand back, prove, refuse a transfer', async () => {
    const partner = await world.person('partner');
    const handed = await world.conversation({ queue: 'pool.hainaut' });
    const seen = (await partner.get(`/api/conversations/${handed.id}`)).json();
    expect(seen).toMatchObject({ hand_back: 'n1', needs_proof: false, pole_reasons: [] });

    const referent = await world.person('referent', { queues: ['analyse-prealable'] });
    const clerk = await world.person('agent', { queues: ['pole-pe'] });
    const { id } = await world.conversation({ queue: 'analyse-prealable', motif: 'ij-calcul-montant' });
    const asked = { action: 'approve', reason: 'etude-du-dossier' };
    expect((await referent.post(`/api/conversations/${id}/review`, asked)).statusCode).toBe(200);
    const arrived = (await clerk.get(`/api/conversations/${id}`)).json();
    expect(arrived).toMatchObject({ hand_back: null, pole_reasons: [{ id: 'autre-pole' }] });
    await clerk.post(`/api/conversations/${id}/claim`);
    await clerk.post(`/api/conversations/${id}/review/answer`, { as: 'accept' });
    expect((await clerk.get(`/api/conversations/${id}`)).json().pole_reasons).toEqual([]);

    const portal = await world.conversation({ mailbox: 'administration-plus', queue: 'pole-pe' });
    expect((await clerk.get(`/api/conversations/${portal.id}`)).json().needs_proof).toBe(true);
  });

  test('mine are listed for me', async () => {
    const ana = await world.person('agent', { queues: ['rca'] });
    const { id } = await world.conversation({ queue: 'rca' });
    await world.conversation({ queue: 'rca' });
    await ana.post(`/api/conversations/${id}/claim`);
    const { conversations } = (await ana.get('/api/conversations?holder=me')).json();
    expect(conversations.map((row: { id: string }) => row.id)).toEqual([id]);
  });

  test('a draft nobody came back to is forgotten', async () => {
    const ana = await world.person('agent', { queues: ['n1'] });
    const { id } = await world.conversation();
    await ana.put(`/api/conversations/${id}/draft`, words);
    const forget = (at: number) => world.store.write(SYSTEM, (tx) => forgetOldDrafts(tx, new Date(at)));
    expect(await forget(MORNING.getTime() + DRAFT_MAX_MS)).toBe(0);
    expect(await forget(MORNING.getTime() + DRAFT_MAX_MS + 1)).toBeGreaterThan(0);
  });
});
