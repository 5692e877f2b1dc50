import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { SYSTEM } from '../../store/database.ts';
import { openReview } from '../../store/reviews.ts';
import { ENGINES } from '../support/stores.ts';
import { HOUR_MS, MORNING, openWorld, type NewConversation, type Person, type World } from '../support/world.ts';

const EXPERT: NewConversation = { queue: 'analyse-prealable', motif: 'ij-calcul-montant' };
const REASON = { approve: 'etude-du-dossier', return: 'reponse-n1', remotif: 'autre-motif', refuse: 'autre-pole' };

describe.each(ENGINES)('the review of transfers, on %s', (engine) => {
  let world: World;
  let ref: Person;
  let ana: Person;
  let pole: Person;
  beforeAll(async () => {
    world = await openWorld(engine);
    ref = await world.person('referent', { queues: ['analyse-prealable'] });
    ana = await world.person('agent', { queues: ['n1'] });
    pole = await world.person('agent', { queues: ['pole-pe'] });
  });
  afterAll(() => world.close());

  /** An expert mail in the review, opened `hours` ago by the machine. */
  async function reviewed(over: NewConversation = {}, hours = 0): Promise<string> {
    const { id } = await world.conversation({ ...EXPERT, ...over });
    const at = new Date(world.clock.now.getTime() - hours * HOUR_MS);
    const asked = { queue: 'analyse-prealable', wanted: 'pole-pe', origin: 'machine' as const, rule: 'motif.x' };
    await world.store.write(SYSTEM, (tx) =>
      openReview(tx, SYSTEM, { conversation_id: id, ...asked, motif: 'ij-calcul-montant' }, at),
    );
    return id;
  }
  const rows = (conversation: string) =>
    world.store.read(SYSTEM, (tx) =>
      tx.selectFrom('review').selectAll().where('conversation_id', '=', conversation).orderBy('seq').execute(),
    );
  const types = async (id: string): Promise<string[]> => (await world.events(id)).map(({ type }) => type);

  test('an agent’s transfer opens one: who asked, what for, and where it should end', async () => {
    const { id } = await world.conversation({ motif: 'ij-calcul-montant' });
    await ana.post(`/api/conversations/${id}/claim`);
    const sent = await ana.post(`/api/conversations/${id}/transfer`, { queue: 'pole-pe', reason: 'expert_needed' });
    expect(sent.json()).toMatchObject({ queue: 'analyse-prealable', wanted: 'pole-pe', review: true });
    expect(await rows(id)).toMatchObject([
      {
        wanted: 'pole-pe',
        origin: 'agent',
        rule: 'transfer.expert_needed',
        declined_by: [ana.agent.id],
        outcome: null,
      },
    ]);
    const { reviews, waiting, reasons } = (await ref.get('/api/reviews')).json();
    expect(reviews.map((one: { conversation: string }) => one.conversation)).toContain(id);
    expect(waiting).toBeGreaterThan(0);
    expect(reasons.approve[0]).toMatchObject({ id: REASON.approve });
  });

  test('approved, it goes to the pôle with its deadline, its level and its clocks as they were', async () => {
    const id = await reviewed();
    const before = await world.row(id);
    const answer = await ref.post(`/api/conversations/${id}/review`, { action: 'approve', reason: REASON.approve });
    expect(answer.json()).toEqual({ queue: 'pole-pe', outcome: 'approved' });
    const after = await world.row(id);
    expect(after).toMatchObject({ queue: 'pole-pe', status: 'queued', level: before['level'] });
    for (const clock of ['due_elapsed_at', 'due_working_at', 'due_at', 'open_since'])
      expect(after[clock]).toEqual(before[clock]);
    expect((await types(id)).slice(-2)).toEqual(['review.approved', 'conversation.transferred']);
    expect(await rows(id)).toMatchObject([{ outcome: 'approved', reason: REASON.approve, decided_by: ref.agent.id }]);
  });

  test('returned with a hint: the colleague reads it in the thread, and it is in no event', async () => {
    const id = await reviewed();
    const hint = 'La carence est de trois jours : voir la fiche.';
    const sent = { action: 'return', reason: REASON.return, hint };
    expect((await ref.post(`/api/conversations/${id}/review`, sent)).json()).toEqual({
      queue: 'n1',
      outcome: 'returned',
    });
    expect((await ana.get(`/api/conversations/${id}`)).json().review).toMatchObject({ outcome: 'returned', hint });
    expect(JSON.stringify(await world.events(id))).not.toContain('carence');
  });

  test('under another motif it goes where that leads, past a second review', async () => {
    const id = await reviewed();
    const sent = { action: 'remotif', reason: REASON.remotif, motif: 'carte-vitale' };
    expect((await ref.post(`/api/conversations/${id}/review`, sent)).json()).toEqual({
      queue: 'n1',
      outcome: 'remotived',
    });
    expect(await world.row(id)).toMatchObject({ queue: 'n1', motif_confirmed: 'carte-vitale' });
    const reserved = await reviewed();
    await ref.post(`/api/conversations/${reserved}/review`, { ...sent, motif: 'service-medical-ald' });
    expect(await world.row(reserved)).toMatchObject({ queue: 'elsm', restricted: true });
  });

  test.each([
    ['a reason from another list', { action: 'approve', reason: REASON.refuse }, 400, 'BAD_INPUT'],
    ['no reason', { action: 'approve' }, 400, 'BAD_INPUT'],
    [
      'the motif it has',
      { action: 'remotif', reason: REASON.remotif, motif: 'ij-calcul-montant' },
      422,
      'TRANSFER_REFUSED',
    ],
    ['no motif', { action: 'remotif', reason: REASON.remotif }, 422, 'TRANSFER_REFUSED'],
  ])('is refused with %s, and nothing has moved', async (_, body, status, code) => {
    const id = await reviewed();
    const answer = await ref.post(`/api/conversations/${id}/review`, body);
    expect([answer.statusCode, answer.json().error.code]).toEqual([status, code]);
    expect(await world.row(id)).toMatchObject({ queue: 'analyse-prealable' });
    expect(await rows(id)).toMatchObject([{ outcome: null }]);
  });

  test('what does not wait for a review cannot be reviewed', async () => {
    const { id } = await world.conversation({ queue: 'pole-pe' });
    const answer = await ref.post(`/api/conversations/${id}/review`, { action: 'approve', reason: REASON.approve });
    expect(answer.json().error.code).toBe('TRANSFER_REFUSED');
  });

  test('a référent’s plain transfer out of the review settles it too', async () => {
    const [there, back] = [await reviewed(), await reviewed()];
    await ref.post(`/api/conversations/${there}/transfer`, { queue: 'pole-fds', reason: 'review_approved' });
    await ref.post(`/api/conversations/${back}/transfer`, { queue: 'n1', reason: 'review_returned' });
    expect([await rows(there), await rows(back)]).toMatchObject([[{ outcome: 'approved' }], [{ outcome: 'returned' }]]);
  });

  test('the pôle says it was right, or gives it back once with a reason; the second review binds', async () => {
    const id = await reviewed();
    await ref.post(`/api/conversations/${id}/review`, { action: 'approve', reason: REASON.approve });
    await pole.post(`/api/conversations/${id}/claim`);
    const url = `/api/conversations/${id}/review/answer`;
    expect((await pole.post(url, { as: 'refuse' })).json().error.code).toBe('BAD_INPUT');
    expect((await pole.post(url, { as: 'refuse', reason: REASON.refuse })).json()).toEqual({
      queue: 'analyse-prealable',
    });
    expect(await rows(id)).toMatchObject([
      { outcome: 'approved', pole_answer: 'refused', pole_reason: REASON.refuse },
      { origin: 'refusal', wanted: 'pole-pe', outcome: null },
    ]);
    await ref.post(`/api/conversations/${id}/review`, { action: 'approve', reason: REASON.approve });
    await pole.post(`/api/conversations/${id}/claim`);
    const again = await pole.post(url, { as: 'refuse', reason: REASON.refuse });
    expect([again.statusCode, again.json().error.code]).toEqual([422, 'TRANSFER_REFUSED']);
    expect((await pole.post(url, { as: 'accept' })).json()).toEqual({ queue: 'pole-pe' });
    expect((await pole.post(url, { as: 'accept' })).json().error.code).toBe('CONVERSATION_TRANSITION');
  });

  test('a pôle has nothing to say of what never was reviewed', async () => {
    const { id } = await world.conversation({ queue: 'pole-pe' });
    await pole.post(`/api/conversations/${id}/claim`);
    const answer = await pole.post(`/api/conversations/${id}/review/answer`, { as: 'accept' });
    expect(answer.json().error.code).toBe('TRANSFER_REFUSED');
  });

  test('what came of them is told by motif and by rule', async () => {
    const id = await reviewed({ motif: 'carte-vitale' });
    await ref.post(`/api/conversations/${id}/review`, { action: 'return', reason: REASON.return });
    const { body, statusCode } = await ref.get('/api/reviews/metrics?from=2026-11-24&to=2026-11-24');
    expect(statusCode).toBe(200);
    const figures = JSON.parse(body);
    expect(figures.proposed).toBeGreaterThan(5);
    expect(figures.refused).toBe(1);
    expect(figures.by_rule.map((group: { key: string }) => group.key)).toContain('transfer.expert_needed');
    expect((await ref.get('/api/reviews/metrics?from=2026-11-24&to=2026-11-23')).statusCode).toBe(400);
    expect((await ref.get('/api/reviews/metrics?from=2026-01-01&to=2026-11-23')).statusCode).toBe(400);
  });
});

describe.each(ENGINES)('level 1 first, on %s', (engine) => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld(engine);
  });
  afterAll(() => world.close());
  beforeEach(() =>
    world.store.write(SYSTEM, async (tx) => {
      await tx.updateTable('conversation').set({ status: 'closed' }).execute();
      await tx.deleteFrom('presence').execute();
    }),
  );

  const open = (id: string, hours_ago: number) =>
    world.store.write(SYSTEM, (tx) =>
      openReview(
        tx,
        SYSTEM,
        {
          ...{ conversation_id: id, queue: 'analyse-prealable', wanted: 'pole-pe', origin: 'machine', rule: 'motif.x' },
          motif: 'ij-calcul-montant',
        },
        new Date(world.clock.now.getTime() - hours_ago * HOUR_MS),
      ),
    );
  const next = async (person: Person): Promise<string | null> =>
    (await person.post('/api/desk/next')).json().claim?.conversation ?? null;

  test('expert mail goes to the level-1 person who has the skill, keeps its label, and is answered there', async () => {
    const expert = await world.conversation({ ...EXPERT, subject: 'Calcul' });
    await open(expert.id, 0);
    await world.store.write(SYSTEM, (tx) =>
      tx.updateTable('conversation').set({ level: 'expert' }).where('id', '=', expert.id).execute(),
    );
    const plain = await world.person('agent', { queues: ['n1'] });
    const other = await world.person('agent', { queues: ['n1'], skills: ['service-medical-ald', 'pole-fds'] });
    const skilled = await world.person('agent', { queues: ['n1'], skills: ['ij-calcul-montant'] });
    expect([await next(plain), await next(other)]).toEqual([null, null]);
    expect(await next(skilled)).toBe(expert.id);
    expect((await world.events(expert.id)).at(-1)).toMatchObject({ data: { queue: 'analyse-prealable', skill: true } });
    await world.live('pfs-assures');
    const said = await skilled.post(`/api/conversations/${expert.id}/reply`, {
      type: 'definitive',
      body: 'Bonjour, voici le calcul de vos indemnités.',
    });
    expect(said.statusCode).toBe(201);
    expect(await world.row(expert.id)).toMatchObject({ status: 'answered', level: 'expert' });
    const figures = (
      await (await world.person('supervisor')).get('/api/reviews/metrics?from=2026-11-24&to=2026-11-24')
    ).json();
    expect(figures).toMatchObject({ proposed: 1, avoided: 1, avoided_share: 1 });
    expect(figures.by_motif).toMatchObject([{ key: 'ij-calcul-montant', avoided: 1 }]);
  });

  test('a skill may name the pôle, may be taken by id, and never reaches a reserved mail', async () => {
    const skilled = await world.person('agent', { queues: ['n1'], skills: ['pole-pe'] });
    const expert = await world.conversation(EXPERT);
    const reserved = await world.conversation({ ...EXPERT, restricted: true });
    expect((await skilled.post(`/api/conversations/${reserved.id}/claim`)).statusCode).toBe(404);
    expect((await skilled.post(`/api/conversations/${expert.id}/claim`)).statusCode).toBe(200);
    expect(await next(skilled)).toBeNull();
  });

  test('given back, it is not offered to them again, but to the next one', async () => {
    const first = await world.person('agent', { queues: ['n1'], skills: ['pole-pe'] });
    const second = await world.person('agent', { queues: ['n1'], skills: ['pole-pe'] });
    const { id } = await world.conversation(EXPERT);
    await open(id, 0);
    expect(await next(first)).toBe(id);
    await first.post(`/api/conversations/${id}/release`, { reason: 'out_of_skill' });
    expect(await next(first)).toBeNull();
    expect((await first.post(`/api/conversations/${id}/claim`)).statusCode).toBe(200);
    await first.post(`/api/conversations/${id}/release`, { reason: 'out_of_skill' });
    expect(await next(second)).toBe(id);
    // Passing it on leaves it in the review: the skill is no way around it.
    const sent = await second.post(`/api/conversations/${id}/transfer`, { queue: 'pole-fds', reason: 'expert_needed' });
    expect(sent.json()).toMatchObject({ queue: 'analyse-prealable', wanted: 'pole-fds', review: true });
    expect(await next(second)).toBeNull();
  });

  test('the référent is given it once the time of the offer has passed, or at once when nobody present has the skill', async () => {
    const boss = await world.person('supervisor');
    const ref = await world.person('referent', { queues: ['analyse-prealable'] });
    const skilled = await world.person('agent', { queues: ['n1'], skills: ['pole-pe'] });
    const people = (await boss.get('/api/presence?from=2026-11-24&to=2026-11-24')).json().people;
    const put = (channel: string) =>
      boss.put('/api/presence', {
        cells: people.map(({ id }: { id: string }) => ({
          ...{ agent: id, day: '2026-11-24', half: 'am' },
          channel: id === skilled.agent.id ? channel : 'absent',
        })),
      });
    expect((await put('courriel')).json()).toEqual({ cells: people.length });
    // MORNING is 10:00 local; two open hours ago is 17:00 the day before plus half an hour.
    const [fresh, old] = [await world.conversation(EXPERT), await world.conversation(EXPERT)];
    await open(fresh.id, 1);
    await open(old.id, 20);
    expect(await next(ref)).toBe(old.id);
    expect(await next(ref)).toBeNull();
    await put('telephone');
    expect(await next(ref)).toBe(fresh.id);
    expect(world.clock.now).toEqual(MORNING);
  });

  test('what is urgent is kept from nobody', async () => {
    const boss = await world.person('supervisor');
    const ref = await world.person('referent', { queues: ['analyse-prealable'] });
    const skilled = await world.person('agent', { queues: ['n1'], skills: ['pole-pe'] });
    await boss.put('/api/presence', {
      cells: [{ agent: skilled.agent.id, day: '2026-11-24', half: 'am', channel: 'courriel' }],
    });
    const { id } = await world.conversation({ ...EXPERT, urgency: 1 });
    await open(id, 0);
    expect(await next(ref)).toBe(id);
  });

  test('an administrator gives skills; a name that is neither motif nor pôle is refused', async () => {
    const admin = await world.person('administrator');
    const ana = await world.person('agent', { queues: ['n1'] });
    const set = (skills: string[]) => admin.post(`/api/agents/${ana.agent.id}`, { skills });
    expect((await set(['c2s'])).json().error.code).toBe('BAD_INPUT');
    expect((await set(['pole-pe', 'carte-vitale'])).json()).toMatchObject({ skills: ['pole-pe', 'carte-vitale'] });
  });
});
