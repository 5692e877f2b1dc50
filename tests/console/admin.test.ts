import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { SYSTEM } from '../../store/database.ts';
import { newId } from '../../store/ids.ts';
import { MORNING, openWorld, PUBLIC_URL, type Person, type World } from '../support/world.ts';

const PASSWORD = 'un mot de passe de service';

describe('accounts, mailboxes, quarantine, figures', () => {
  let world: World;
  let adm: Person;
  let sup: Person;
  beforeAll(async () => {
    world = await openWorld('pglite');
    adm = await world.person('administrator');
    sup = await world.person('supervisor');
  });
  afterAll(() => world.close());

  test('an account that was created signs in with its password and has its queues', async () => {
    const account = {
      login: 'Nour@cpam.example',
      display_name: 'Nour',
      role: 'agent',
      queues: ['n1'],
      password: PASSWORD,
    };
    expect((await adm.post('/api/agents', account)).statusCode).toBe(201);
    const answer = await world.app.inject({
      method: 'POST',
      url: '/api/session',
      headers: { origin: PUBLIC_URL },
      payload: { login: 'nour@cpam.example', password: PASSWORD },
    });
    expect(answer.json().agent).toMatchObject({ role: 'agent', queues: ['n1'] });
    expect((await adm.post('/api/agents', { ...account, login: 'NOUR@CPAM.example' })).statusCode).toBe(400);
    expect((await adm.get('/api/agents')).body).not.toContain('scrypt');
  });

  test.each([
    ['a short password', { password: 'court' }],
    ['a queue that does not exist', { queues: ['inconnue'] }],
    ['a pool as a queue', { queues: ['pool.hainaut'] }],
    ['a partner without a pool', { role: 'partner' }],
    ['a partner with queues', { role: 'partner', pool: 'pool.hainaut', queues: ['n1'] }],
    ['a pool that is none', { role: 'partner', pool: 'n1' }],
    ['a pool for own staff', { pool: 'pool.hainaut' }],
    ['an unknown role', { role: 'dieu' }],
  ])('%s is refused', async (_, over) => {
    const account = {
      login: `x${Math.floor(performance.now() * 1000)}`,
      display_name: 'X',
      role: 'agent',
      queues: [],
      password: PASSWORD,
      ...over,
    };
    expect((await adm.post('/api/agents', account)).statusCode).toBe(400);
  });

  test('a right that is taken away is gone with the next request', async () => {
    const person = await world.person('supervisor');
    expect((await person.get('/api/mailboxes')).statusCode).toBe(200);
    expect((await adm.post(`/api/agents/${person.agent.id}`, { role: 'agent', queues: ['n1'] })).json()).toMatchObject({
      role: 'agent',
    });
    expect((await person.get('/api/mailboxes')).statusCode).toBe(401);
  });

  test('no administrator locks the last door behind itself', async () => {
    expect((await adm.post(`/api/agents/${adm.agent.id}`, { disabled: true })).statusCode).toBe(400);
    expect((await adm.post(`/api/agents/${adm.agent.id}`, { role: 'auditor' })).statusCode).toBe(400);
    expect((await adm.post(`/api/agents/${newId()}`, { disabled: true })).statusCode).toBe(404);
  });

  test('a mailbox observes until somebody puts it in service; what was held leaves only when asked', async () => {
    const mode = async () =>
      (await sup.get('/api/mailboxes')).json().mailboxes.find((box: { id: string }) => box.id === 'pfs-assures').mode;
    expect(await mode()).toBe('observe');
    const { id, message } = await world.conversation();
    const delivery = newId();
    await world.store.write(SYSTEM, (tx) =>
      tx
        .insertInto('delivery')
        .values({
          id: delivery,
          conversation_id: id,
          kind: 'ack',
          status: 'held',
          not_before: MORNING,
          mailbox: 'pfs-assures',
          to_address: 'membre@membre.example',
          subject: 'x',
          body: 'x',
          message_id_header: '<x@cpam.example>',
          in_response_to: message,
          created_at: MORNING,
          updated_at: MORNING,
        })
        .execute(),
    );
    expect((await sup.post('/api/mailboxes/pfs-assures/mode', { mode: 'live' })).json()).toEqual({
      mode: 'live',
      released: 0,
    });
    expect(await mode()).toBe('live');
    world.jobs.length = 0;
    expect((await sup.post('/api/mailboxes/pfs-assures/mode', { mode: 'live', release_held: true })).json()).toEqual({
      mode: 'live',
      released: 1,
    });
    expect(world.jobs).toEqual([{ job: { id: delivery, rev: 1 }, delay_ms: 0 }]);
    const events = await world.store.read(SYSTEM, (tx) =>
      tx.selectFrom('event').select(['actor', 'data']).where('type', '=', 'mailbox.mode').execute(),
    );
    expect(events).toEqual([
      { actor: `agent:${sup.agent.id}`, data: { mailbox: 'pfs-assures', from: 'observe', to: 'live' } },
    ]);
    expect((await sup.post('/api/mailboxes/inconnue/mode', { mode: 'live' })).statusCode).toBe(404);
  });

  test('the quarantine is listed without a word of the mail', async () => {
    await world.store.write(SYSTEM, (tx) =>
      tx
        .insertInto('quarantine')
        .values({
          id: newId(),
          mailbox: 'pfs-assures',
          folder: 'INBOX',
          uidvalidity: 1,
          uid: 7,
          reason: 'too-large',
          size: 99,
          created_at: MORNING,
        })
        .execute(),
    );
    expect((await sup.get('/api/quarantine')).json().items).toMatchObject([
      { mailbox: 'pfs-assures', uid: 7, reason: 'too-large', size: 99 },
    ]);
  });

  test('the figure over HTTP is the one of the report, as JSON and as CSV', async () => {
    await world.conversation();
    const url = '/api/report?from=2026-11-24&to=2026-11-24';
    expect((await sup.get(`${url}&by=queue`)).json()).toMatchObject({
      clock: 'elapsed',
      share: null,
      groups: expect.any(Array),
    });
    const csv = await sup.get(`${url}&format=csv`);
    expect(csv.headers['content-type']).toContain('text/csv');
    expect(csv.body.split('\r\n')[0]).toContain('received');
    expect((await sup.get('/api/report?from=2026-11-24&to=2026-11-23')).statusCode).toBe(400);
    expect((await sup.get('/api/report?from=hier&to=demain')).statusCode).toBe(400);
  });
});
