import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { MASK } from '../../domain/privacy.ts';
import { actorOf } from '../../store/agents.ts';
import { SYSTEM } from '../../store/database.ts';
import { newId } from '../../store/ids.ts';
import { ENGINES } from '../support/stores.ts';
import { MORNING, openWorld, type NewConversation, type Person, type World } from '../support/world.ts';

/** Right key (domain §2.5); it must be nowhere in what a partner receives. */
const NIR = '2 86 03 13 999 999 13';
const DIGITS = NIR.replaceAll(' ', '');
const RAW = Buffer.from(
  `From: camille@membre.example\r\nSubject: ${NIR}\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\n${NIR}\r\n--b\r\nContent-Type: text/plain; name="a.txt"\r\nContent-Disposition: attachment; filename="a.txt"\r\n\r\nnir ${NIR}\r\n--b--\r\n`,
);
const FULL_OF_NIR: NewConversation = {
  subject: `Dossier ${NIR}`,
  body: `Mon numéro : ${NIR}, ou ${DIGITS}. Merci`,
  quoted: `> ${NIR}`,
  sender_name: `Camille ${DIGITS}`,
  attachments: [{ name: `AS_${DIGITS.slice(0, 13)}_220515.pdf`, type: 'text/plain', size: 10, part: 0 }],
  raw: RAW,
  evidence: [
    { for: 'motif:carte-vitale', part: 'body', start: 0, end: 35 },
    { for: 'flag:donnees-sensibles', part: 'attachment-name', start: 0, end: 20 },
  ],
};

describe.each(ENGINES)('a partner, on %s', (engine) => {
  let world: World;
  let hainaut: Person;
  let flandres: Person;
  beforeAll(async () => {
    world = await openWorld(engine);
    await world.live('pfs-assures');
    hainaut = await world.person('partner', { pool: 'pool.hainaut' });
    flandres = await world.person('partner', { pool: 'pool.flandres' });
  });
  afterAll(() => world.close());

  const urls = (id: string, message: string): string[] => [
    `/api/conversations/${id}`,
    `/api/conversations/${id}/attachments/${message}/0`,
    `/api/conversations/${id}/original/${message}`,
  ];
  const writes = (id: string): [string, unknown][] => [
    [`/api/conversations/${id}/claim`, undefined],
    [`/api/conversations/${id}/renew`, undefined],
    [`/api/conversations/${id}/release`, { reason: 'mistake' }],
    [`/api/conversations/${id}/reply`, { type: 'definitive', body: 'Bonjour.' }],
    [`/api/conversations/${id}/motif`, { motif: 'carte-vitale' }],
    [`/api/conversations/${id}/flags`, { flag: 'danger-vital', action: 'add' }],
    [`/api/conversations/${id}/transfer`, { queue: 'n1', reason: 'hand_back' }],
    [`/api/conversations/${id}/close`, { code: 'no_answer_needed' }],
    [`/api/conversations/${id}/reveal`, undefined],
  ];

  test.each([
    ['level 1', { queue: 'n1' }],
    ['another pool', { queue: 'pool.flandres' }],
    ['its own pool, but reserved', { queue: 'pool.hainaut', restricted: true }],
  ])('finds nothing of %s on any route, as if it did not exist', async (_, where) => {
    const sender = `cache-${newId()}@membre.example`;
    const hidden = await world.conversation({ ...FULL_OF_NIR, ...where, sender, subject: 'Objet introuvable' });
    // One of the same sender that it may see must not lead to the other.
    const shown = await world.conversation({ queue: 'pool.hainaut', sender, suggested_link: hidden.id });
    for (const url of urls(hidden.id, hidden.message))
      expect([url, (await hainaut.get(url)).statusCode]).toEqual([url, 404]);
    for (const [url, body] of writes(hidden.id))
      expect([url, (await hainaut.post(url, body)).statusCode]).toEqual([url, 404]);
    // The hidden message under the id of a conversation in sight.
    for (const url of urls(shown.id, hidden.message).slice(1)) expect((await hainaut.get(url)).statusCode).toBe(404);
    const lists = await Promise.all([
      hainaut.get('/api/conversations?limit=100'),
      hainaut.get(`/api/conversations?queue=${where.queue}`),
      hainaut.get(`/api/conversations?q=${hidden.ref}`),
      hainaut.get('/api/conversations?q=introuvable'),
      hainaut.post('/api/conversations/search', { q: sender }),
      hainaut.get(`/api/conversations/${shown.id}`),
      hainaut.get('/api/queues'),
    ]);
    expect(lists.map((list) => list.statusCode)).toEqual(lists.map(() => 200));
    expect(
      lists.some(
        (list) => list.body.includes(hidden.id) || list.body.includes(hidden.ref) || list.body.includes('introuvable'),
      ),
    ).toBe(false);
    expect(await world.row(hidden.id)).toMatchObject({ status: 'queued', holder: null });
  });

  test('is given work of its pool only', async () => {
    const alone = await world.person('partner', { pool: 'pool.flandres' });
    await world.conversation({ queue: 'n1', urgency: 0 });
    const mine = await world.conversation({ queue: 'pool.flandres', urgency: 0, received_at: new Date(0) });
    expect((await alone.post('/api/desk/next')).json().claim).toMatchObject({ conversation: mine.id });
    expect((await world.row(mine.id))['status']).toBe('assigned');
  });

  test('counts its pool only', async () => {
    const { queues } = (await hainaut.get('/api/queues')).json();
    expect(queues.map((row: { queue: string }) => row.queue)).toEqual(['pool.hainaut']);
  });

  test('reads no NIR anywhere: lists, search, thread, evidence, file names', async () => {
    const { id } = await world.conversation({ ...FULL_OF_NIR, queue: 'pool.hainaut' });
    await hainaut.post(`/api/conversations/${id}/claim`);
    const answers = [
      await hainaut.get('/api/conversations?queue=pool.hainaut'),
      await hainaut.post('/api/conversations/search', { q: 'dossier' }),
      await hainaut.get(`/api/conversations/${id}`),
    ];
    for (const { body } of answers) {
      expect(body).toContain(MASK);
      expect(body.replace(/[ .•-]/g, '')).not.toContain(DIGITS.slice(0, 13));
      expect(body).not.toContain('999 999');
    }
    const thread = answers[2]!.json();
    expect(thread.masked).toBe(true);
    expect(thread.decision.evidence[0].text).toHaveLength(35);
    expect(thread.decision.evidence[0].text).toContain(MASK);
    // Own staff reads what the member wrote.
    const sup = await world.person('supervisor');
    expect((await sup.get(`/api/conversations/${id}`)).body).toContain(NIR);
  });

  test('uncovers the NIR only of the conversation it holds, if its contract says so, and each look is on record', async () => {
    const mine = await world.conversation({ ...FULL_OF_NIR, queue: 'pool.hainaut' });
    expect((await hainaut.post(`/api/conversations/${mine.id}/reveal`)).statusCode).toBe(403);
    await hainaut.post(`/api/conversations/${mine.id}/claim`);
    const revealed = await hainaut.post(`/api/conversations/${mine.id}/reveal`);
    expect(revealed.json()).toMatchObject({ masked: false });
    expect(revealed.body).toContain(NIR);
    const theirs = await world.conversation({ ...FULL_OF_NIR, queue: 'pool.flandres' });
    await flandres.post(`/api/conversations/${theirs.id}/claim`);
    expect((await flandres.post(`/api/conversations/${theirs.id}/reveal`)).statusCode).toBe(403);
    const audit = await world.store.read(SYSTEM, (tx) =>
      tx.selectFrom('audit').select(['actor', 'subject']).where('action', '=', 'nir.revealed').execute(),
    );
    expect(audit).toEqual([{ actor: `agent:${hainaut.agent.id}`, subject: mine.id }]);
  });

  test('opens a file only where it may uncover a NIR: a file cannot be masked', async () => {
    const mine = await world.conversation({ ...FULL_OF_NIR, queue: 'pool.hainaut' });
    for (const url of urls(mine.id, mine.message).slice(1)) expect((await hainaut.get(url)).statusCode).toBe(403);
    await hainaut.post(`/api/conversations/${mine.id}/claim`);
    for (const url of urls(mine.id, mine.message).slice(1)) expect((await hainaut.get(url)).statusCode).toBe(200);
    const theirs = await world.conversation({ ...FULL_OF_NIR, queue: 'pool.flandres' });
    await flandres.post(`/api/conversations/${theirs.id}/claim`);
    for (const url of urls(theirs.id, theirs.message).slice(1)) expect((await flandres.get(url)).statusCode).toBe(403);
  });

  test('answers what it holds, takes its answer back, and sees nothing of our people', async () => {
    const { id } = await world.conversation({ queue: 'pool.hainaut' });
    await hainaut.post(`/api/conversations/${id}/claim`);
    const ask = { type: 'definitive', body: 'Bonjour, voici.', motif_confirmed: 'attestation-document' };
    const sent = await hainaut.post(`/api/conversations/${id}/reply`, ask, { 'idempotency-key': 'partner-key-0001' });
    expect(sent.statusCode).toBe(201);
    const again = await hainaut.post(`/api/conversations/${id}/reply`, ask, { 'idempotency-key': 'partner-key-0001' });
    expect(again.json()).toEqual(sent.json());
    expect((await hainaut.post(`/api/deliveries/${sent.json().delivery}/cancel`)).json()).toMatchObject({
      status: 'assigned',
    });
    expect(
      (await world.events(id))
        .filter((event) => event.actor === `agent:${hainaut.agent.id}`)
        .map((event) => event.type),
    ).toEqual(expect.arrayContaining(['request.answered', 'request.resumed', 'conversation.motif_confirmed']));
    expect((await flandres.post(`/api/deliveries/${sent.json().delivery}/cancel`)).statusCode).toBe(404);
  });

  test('figures of a number that is masked to it are found by no search', async () => {
    const { id } = await world.conversation({
      queue: 'pool.hainaut',
      subject: 'Mon numéro 2 84 12 et ma carte bleutée',
    });
    for (const [q, found] of [
      ['bleutée', [id]],
      ['2 84', []],
      ['bleutée 84', []],
      ['84', []],
    ] as const) {
      const { conversations } = (await hainaut.post('/api/conversations/search', { q })).json();
      expect([q, conversations.map((row: { id: string }) => row.id)]).toEqual([q, found]);
    }
  });

  test('hands back to where the work came from, and its sight ends there', async () => {
    const { id, message } = await world.conversation({ queue: 'pool.hainaut', raw: RAW });
    await hainaut.post(`/api/conversations/${id}/claim`);
    const elsewhere = await hainaut.post(`/api/conversations/${id}/transfer`, {
      queue: 'pole-pe',
      reason: 'hand_back',
    });
    expect([elsewhere.statusCode, elsewhere.json().error.code]).toEqual([422, 'TRANSFER_REFUSED']);
    const back = await hainaut.post(`/api/conversations/${id}/transfer`, { queue: 'n1', reason: 'hand_back' });
    expect(back.json()).toEqual({ queue: 'n1', wanted: 'n1', review: false });
    for (const url of urls(id, message)) expect((await hainaut.get(url)).statusCode).toBe(404);
    expect((await world.events(id)).slice(-2)).toMatchObject([
      {
        type: 'conversation.transferred',
        actor: `agent:${hainaut.agent.id}`,
        data: { from: 'pool.hainaut', to: 'n1' },
      },
      { type: 'overflow.recalled', data: { pool: 'pool.hainaut' } },
    ]);
  });

  test('gives back a conversation instead of naming a reserved motif', async () => {
    const { id } = await world.conversation({ queue: 'pool.hainaut' });
    await hainaut.post(`/api/conversations/${id}/claim`);
    const answer = await hainaut.post(`/api/conversations/${id}/motif`, { motif: 'service-medical-ald' });
    expect([answer.statusCode, answer.json().error.code]).toEqual([403, 'AUTH_FORBIDDEN']);
  });

  test('closes with its own codes only', async () => {
    const close = async (code: string, body: object = {}) => {
      const { id } = await world.conversation({ queue: 'pool.hainaut' });
      await hainaut.post(`/api/conversations/${id}/claim`);
      return hainaut.post(`/api/conversations/${id}/close`, { code, ...body });
    };
    expect((await close('no_answer_needed')).statusCode).toBe(200);
    expect((await close('redirected', { notice: { body: 'Transmis à la CAF.' } })).statusCode).toBe(403);
    expect((await close('closed_without_answer', { reason: 'obsolete' })).statusCode).toBe(403);
  });
});

describe('the second wall, in PostgreSQL itself', () => {
  test('a partner’s own statements see its pool and write nothing elsewhere, whatever the code above them asks', async () => {
    const world = await openWorld('postgres');
    try {
      const person = await world.person('partner', { pool: 'pool.hainaut' });
      const mine = await world.conversation({ queue: 'pool.hainaut' });
      const other = await world.conversation({ queue: 'n1', raw: RAW });
      const partner = actorOf(person.agent);
      const seen = await world.store.read(partner, async (tx) => ({
        conversations: (await tx.selectFrom('conversation').select('id').execute()).map((row) => row.id),
        messages: (await tx.selectFrom('message').select('conversation_id').execute()).map(
          (row) => row.conversation_id,
        ),
        decisions: (await tx.selectFrom('decision').select('conversation_id').execute()).map(
          (row) => row.conversation_id,
        ),
        requests: (await tx.selectFrom('request').select('conversation_id').execute()).map(
          (row) => row.conversation_id,
        ),
        raw: await tx.selectFrom('raw_mail').select('size').execute(),
      }));
      expect(seen).toEqual({
        conversations: [mine.id],
        messages: [mine.id],
        decisions: [mine.id],
        requests: [mine.id],
        raw: [],
      });
      const stolen = await world.store.write(partner, (tx) =>
        tx
          .updateTable('conversation')
          .set({ holder: person.agent.id, updated_at: MORNING })
          .where('id', '=', other.id)
          .executeTakeFirst(),
      );
      expect(Number(stolen.numUpdatedRows)).toBe(0);
      for (const table of ['agent', 'session', 'event', 'audit', 'login_attempt', 'quarantine', 'ledger'] as const) {
        await expect(world.store.read(partner, (tx) => tx.selectFrom(table).selectAll().execute())).rejects.toThrow(
          /permission denied/,
        );
      }
    } finally {
      await world.close();
    }
  });
});
