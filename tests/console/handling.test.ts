import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { SYSTEM } from '../../store/database.ts';
import { ENGINES } from '../support/stores.ts';
import { HOUR_MS, MORNING, openWorld, type NewConversation, type Person, type World } from '../support/world.ts';

describe.each(ENGINES)('handling a conversation, on %s', (engine) => {
  let world: World;
  let ana: Person;
  let ref: Person;
  let sup: Person;
  beforeAll(async () => {
    world = await openWorld(engine);
    for (const mailbox of ['pfs-assures', 'administration-plus']) await world.live(mailbox);
    ana = await world.person('agent', { queues: ['n1'] });
    ref = await world.person('referent', { queues: ['analyse-prealable'] });
    sup = await world.person('supervisor');
  });
  afterAll(() => world.close());

  async function held(over: NewConversation = {}): Promise<string> {
    const { id } = await world.conversation(over);
    expect((await ana.post(`/api/conversations/${id}/claim`)).statusCode).toBe(200);
    return id;
  }
  const deliveries = (id: string) =>
    world.store.read(SYSTEM, (tx) => tx.selectFrom('delivery').selectAll().where('conversation_id', '=', id).execute());

  describe('motif', () => {
    test('a person’s motif stands beside the machine’s, is an event, and does not move the conversation', async () => {
      const id = await held();
      const answer = await ana.post(`/api/conversations/${id}/motif`, { motif: 'ij-calcul-montant' });
      expect(answer.json()).toMatchObject({ motif: 'ij-calcul-montant', level: 'expert', pole: 'pole-pe' });
      expect(await world.row(id)).toMatchObject({
        motif: 'carte-vitale',
        motif_confirmed: 'ij-calcul-montant',
        queue: 'n1',
        status: 'assigned',
      });
      expect((await world.events(id)).at(-1)).toMatchObject({
        type: 'conversation.motif_confirmed',
        data: { from: 'carte-vitale', to: 'ij-calcul-montant', guessed: 'carte-vitale' },
      });
    });

    test('needs a motif of the rules, and the conversation in hand', async () => {
      const id = await held();
      expect((await ana.post(`/api/conversations/${id}/motif`, { motif: 'inconnu' })).json().error.code).toBe(
        'BAD_INPUT',
      );
      const { id: free } = await world.conversation();
      expect((await ana.post(`/api/conversations/${free}/motif`, { motif: 'carte-vitale' })).json().error.code).toBe(
        'CONVERSATION_NOT_HELD',
      );
      expect((await ref.post(`/api/conversations/${free}/motif`, { motif: 'carte-vitale' })).statusCode).toBe(200);
    });

    test('a reserved motif reserves the conversation at once', async () => {
      const id = await held();
      await ana.post(`/api/conversations/${id}/motif`, { motif: 'service-medical-ald' });
      expect(await world.row(id)).toMatchObject({ restricted: true });
    });
  });

  describe('transfer', () => {
    test('from level 1 to a pôle waits for a référent, who sees where it should go; no clock moves', async () => {
      const id = await held();
      const before = await world.row(id);
      const asked = await ana.post(`/api/conversations/${id}/transfer`, { queue: 'pole-pe', reason: 'expert_needed' });
      expect(asked.json()).toEqual({ queue: 'analyse-prealable', wanted: 'pole-pe', review: true });
      expect(await world.row(id)).toMatchObject({
        status: 'queued',
        queue: 'analyse-prealable',
        holder: null,
        due_elapsed_at: before['due_elapsed_at'],
      });
      expect((await ref.get(`/api/conversations/${id}`)).json()).toMatchObject({ wanted_queue: 'pole-pe' });
      const approved = await ref.post(`/api/conversations/${id}/transfer`, {
        queue: 'pole-pe',
        reason: 'review_approved',
      });
      expect(approved.json()).toEqual({ queue: 'pole-pe', wanted: 'pole-pe', review: false });
    });

    test('needs the conversation in hand; what a colleague holds only a supervisor takes out of their hands', async () => {
      const id = await held();
      const ben = await world.person('agent', { queues: ['n1'] });
      const ask = { queue: 'middle-office', reason: 'urgent' };
      expect((await ben.post(`/api/conversations/${id}/transfer`, ask)).json().error.code).toBe('CONVERSATION_TAKEN');
      expect((await ref.post(`/api/conversations/${id}/transfer`, ask)).json().error.code).toBe('CONVERSATION_TAKEN');
      expect((await sup.post(`/api/conversations/${id}/transfer`, ask)).json()).toMatchObject({
        queue: 'middle-office',
      });
    });

    test('into a reserved circuit takes it out of the sight of those who do not answer it', async () => {
      const id = await held();
      await ana.post(`/api/conversations/${id}/transfer`, { queue: 'elsm', reason: 'restricted_circuit' });
      expect(await world.row(id)).toMatchObject({ restricted: true, queue: 'elsm' });
      expect((await ana.get(`/api/conversations/${id}`)).statusCode).toBe(404);
    });

    test('a supervisor hands to a pool within its contract; it counts against the day’s quota', async () => {
      const { id } = await world.conversation();
      const answer = await sup.post(`/api/conversations/${id}/transfer`, {
        queue: 'pool.hainaut',
        reason: 'out_of_skill',
      });
      expect(answer.json()).toMatchObject({ queue: 'pool.hainaut' });
      expect(await world.row(id)).toMatchObject({ pool_hops: 1, handed_at: MORNING });
      expect((await world.events(id)).map((event) => event.type)).toContain('overflow.handed');
      const day = await world.store.read(SYSTEM, (tx) =>
        tx.selectFrom('queue_day').selectAll().where('queue', '=', 'pool.hainaut').execute(),
      );
      expect(day).toMatchObject([{ day: '2026-11-24', handed: 1 }]);
      const again = await sup.post(`/api/conversations/${id}/transfer`, { queue: 'n1', reason: 'wrong_queue' });
      expect(again.statusCode).toBe(200);
      const twice = await sup.post(`/api/conversations/${id}/transfer`, {
        queue: 'pool.hainaut',
        reason: 'out_of_skill',
      });
      expect(twice.json().error).toMatchObject({
        code: 'TRANSFER_REFUSED',
        message: expect.stringContaining('contrat'),
      });
    });

    test('an answered conversation is not transferred', async () => {
      const { id } = await world.conversation({ status: 'answered' });
      expect(
        (await sup.post(`/api/conversations/${id}/transfer`, { queue: 'pole-pe', reason: 'wrong_queue' })).json().error
          .code,
      ).toBe('CONVERSATION_TRANSITION');
    });
  });

  describe('closing', () => {
    const close = (person: Person, id: string, body: object) => person.post(`/api/conversations/${id}/close`, body);

    test('« rien à répondre », said by the person who holds it, ends its clocks as handled', async () => {
      const id = await held();
      expect((await close(ana, id, { code: 'no_answer_needed' })).json()).toEqual({
        status: 'closed',
        stopped: 1,
        delivery: null,
      });
      expect(await world.row(id)).toMatchObject({ status: 'closed', closing_code: 'no_answer_needed', holder: null });
      expect((await world.events(id)).at(-1)).toMatchObject({
        type: 'request.closed',
        data: { code: 'no_answer_needed', confirmed: true },
      });
    });

    test('« répondu » needs an answer on record, and none open since', async () => {
      const id = await held();
      expect((await close(ana, id, { code: 'answered' })).json().error.code).toBe('CLOSE_REFUSED');
      await ana.post(`/api/conversations/${id}/reply`, { type: 'definitive', body: 'Bonjour.' });
      expect((await close(ana, id, { code: 'answered' })).json()).toMatchObject({ status: 'closed', stopped: 0 });
      const other = await held();
      await ana.post(`/api/conversations/${other}/reply`, { type: 'definitive', body: 'Bonjour.' });
      // The member wrote again: the old answer does not answer that.
      await world.message(other, { received_at: new Date(MORNING.getTime() + HOUR_MS) });
      expect((await close(ana, other, { code: 'answered' })).json().error.code).toBe('CLOSE_REFUSED');
    });

    test('a call without result does not close as a conclusive one', async () => {
      const id = await held();
      await ana.post(`/api/conversations/${id}/reply`, { type: 'appel', body: 'Répondeur.', conclusive: false });
      expect((await close(ana, id, { code: 'call_conclusive' })).json().error.code).toBe('CLOSE_REFUSED');
      await ana.post(`/api/conversations/${id}/reply`, { type: 'appel', body: 'Réglé.', conclusive: true });
      expect((await close(ana, id, { code: 'call_conclusive' })).statusCode).toBe(200);
    });

    test('a redirection tells the sender, in the same act; without it nothing is closed', async () => {
      const id = await held();
      expect((await close(ana, id, { code: 'redirected' })).json().error).toMatchObject({
        code: 'CLOSE_REFUSED',
        message: expect.stringContaining('L114-2'),
      });
      expect((await world.row(id))['status']).toBe('assigned');
      world.jobs.length = 0;
      const answer = await close(ana, id, {
        code: 'redirected',
        notice: { body: 'Votre demande a été transmise à la CAF.' },
      });
      expect(answer.json()).toMatchObject({ status: 'closed', stopped: 1 });
      expect(await deliveries(id)).toMatchObject([{ kind: 'notice', status: 'pending', id: answer.json().delivery }]);
      expect(world.jobs).toHaveLength(1);
      expect((await world.events(id)).find((event) => event.type === 'request.closed')).toMatchObject({
        data: { code: 'redirected', notice: true },
      });
      // Taken back before it left: not closed after all.
      expect((await ana.post(`/api/deliveries/${answer.json().delivery}/cancel`)).json()).toMatchObject({
        status: 'assigned',
      });
      expect(await world.row(id)).toMatchObject({ status: 'assigned', closing_code: null });
    });

    test('without answer: supervisors only, with a reason, on record', async () => {
      const id = await held();
      expect((await close(ana, id, { code: 'closed_without_answer', reason: 'obsolete' })).statusCode).toBe(403);
      await ana.post(`/api/conversations/${id}/release`, { reason: 'needs_help' });
      await sup.post(`/api/conversations/${id}/claim`);
      expect((await close(sup, id, { code: 'closed_without_answer' })).json().error.code).toBe('CLOSE_REFUSED');
      expect((await close(sup, id, { code: 'closed_without_answer', reason: 'abusive' })).statusCode).toBe(200);
      const audit = await world.store.read(SYSTEM, (tx) =>
        tx
          .selectFrom('audit')
          .select(['actor', 'data'])
          .where('subject', '=', id)
          .where('action', '=', 'conversation.closed')
          .execute(),
      );
      expect(audit).toEqual([
        { actor: `agent:${sup.agent.id}`, data: { code: 'closed_without_answer', reason: 'abusive' } },
      ]);
    });

    test('what nobody holds is not closed, nor what a colleague holds', async () => {
      const { id } = await world.conversation();
      expect((await close(ana, id, { code: 'no_answer_needed' })).json().error.code).toBe('CONVERSATION_TRANSITION');
      const mine = await held();
      const ben = await world.person('agent', { queues: ['n1'] });
      expect((await close(ben, mine, { code: 'no_answer_needed' })).json().error.code).toBe('CONVERSATION_TAKEN');
    });
  });

  describe('tasks', () => {
    test('are opened beside an answer, listed by due day, and end only with a notice to the member', async () => {
      const id = await held();
      await ana.post(`/api/conversations/${id}/reply`, { type: 'definitive', body: 'Bonjour.' });
      const open = (due_on: string) =>
        ana.post(`/api/conversations/${id}/tasks`, {
          pole: 'pole-pe',
          action: 'Recalculer les IJ',
          due_on,
          owner: ana.agent.id,
        });
      const late = (await open('2026-12-20')).json().id;
      const soon = (await open('2026-12-01')).json().id;
      const listed = (await ana.get('/api/tasks?pole=pole-pe')).json().tasks;
      expect(listed.map((task: { id: string }) => task.id)).toEqual([soon, late]);
      expect((await ana.post(`/api/tasks/${soon}/done`, {})).statusCode).toBe(400);
      const done = await ana.post(`/api/tasks/${soon}/done`, {
        notice: { body: 'Vos indemnités ont été recalculées.' },
      });
      expect(done.statusCode).toBe(200);
      expect((await deliveries(id)).filter((row) => row.kind === 'notice')).toMatchObject([
        { id: done.json().delivery, status: 'pending' },
      ]);
      expect((await ana.get('/api/tasks?pole=pole-pe')).json().tasks.map((task: { id: string }) => task.id)).toEqual([
        late,
      ]);
      expect((await ana.post(`/api/tasks/${soon}/done`, { notice: { body: 'Encore.' } })).statusCode).toBe(409);
      expect((await world.events(id)).map((event) => event.type)).toEqual(
        expect.arrayContaining(['task.opened', 'task.done']),
      );
      // The notice is taken back: the member was told nothing, so the task is open.
      await ana.post(`/api/deliveries/${done.json().delivery}/cancel`);
      expect((await ana.get('/api/tasks?pole=pole-pe')).json().tasks.map((task: { id: string }) => task.id)).toEqual([
        soon,
        late,
      ]);
    });

    test('of a conversation out of sight cannot be seen, opened or ended', async () => {
      const { id } = await world.conversation({ queue: 'rca', restricted: true });
      const rca = await world.person('agent', { queues: ['rca'] });
      const task = (
        await rca.post(`/api/conversations/${id}/tasks`, { pole: 'pole-pe', action: 'Rappeler', due_on: '2026-12-01' })
      ).json().id;
      expect((await ana.get('/api/tasks')).body).not.toContain(task);
      expect((await rca.get('/api/tasks')).body).toContain(task);
      expect(
        (await ana.post(`/api/conversations/${id}/tasks`, { pole: 'pole-pe', action: 'x', due_on: '2026-12-01' }))
          .statusCode,
      ).toBe(404);
      expect((await ana.post(`/api/tasks/${task}/done`, { notice: { body: 'Fait.' } })).statusCode).toBe(404);
    });

    test('end also with a notice that was given by telephone, on record with its proof: our mail may have come back', async () => {
      const id = await held();
      const ask = { pole: 'pole-pe', action: 'Joindre autrement', due_on: '2026-12-01' };
      const task = (await ana.post(`/api/conversations/${id}/tasks`, ask)).json().id;
      world.jobs.length = 0;
      const notice = { body: 'La personne est informée.', proof: 'appel du 24/11, 10 h 12' };
      expect((await ana.post(`/api/tasks/${task}/done`, { notice })).statusCode).toBe(200);
      expect(await deliveries(id)).toMatchObject([{ via: 'portal', status: 'sent', proof: 'appel du 24/11, 10 h 12' }]);
      expect(world.jobs).toEqual([]);
      const requests = await world.store.read(SYSTEM, (tx) =>
        tx.selectFrom('request').select('stopped_at').where('conversation_id', '=', id).execute(),
      );
      expect(requests).toEqual([{ stopped_at: null }]);
    });

    test('are given to poles and people that exist, and nothing leaves a mailbox that observes', async () => {
      const id = await held({ mailbox: 'pfs-observe' });
      const open = (body: object) =>
        ana.post(`/api/conversations/${id}/tasks`, { pole: 'pole-pe', action: 'x', due_on: '2026-12-01', ...body });
      expect((await open({ pole: 'inconnu' })).statusCode).toBe(400);
      expect((await open({ pole: 'pool.hainaut' })).statusCode).toBe(400);
      expect((await open({ owner: id })).statusCode).toBe(400);
      expect((await open({ due_on: '2026-02-30' })).statusCode).toBe(400);
      expect((await open({ due_on: '2020-12-01' })).json().error.message).toContain('déjà passée');
      const task = (await open({})).json().id;
      expect((await ana.post(`/api/tasks/${task}/done`, { notice: { body: 'Fait.' } })).json().error.code).toBe(
        'MAILBOX_OBSERVES',
      );
    });
  });
});
