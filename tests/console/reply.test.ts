import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { SYSTEM } from '../../store/database.ts';
import { buildReport } from '../../store/report.ts';
import { claimDelivery } from '../../store/deliveries.ts';
import { LEASE_MS } from '../../store/desk.ts';
import { verifyMessageId } from '../../mail/message-token.ts';
import { ENGINES } from '../support/stores.ts';
import { HOUR_MS, MORNING, openWorld, type NewConversation, type Person, type World } from '../support/world.ts';

describe.each(ENGINES)('answering, on %s', (engine) => {
  let world: World;
  let ana: Person;
  beforeAll(async () => {
    world = await openWorld(engine);
    for (const mailbox of ['pfs-assures', 'administration-plus', 'fs-macon']) await world.live(mailbox);
    ana = await world.person('agent', { queues: ['n1'] });
  });
  afterAll(() => world.close());

  async function held(over: NewConversation = {}): Promise<Awaited<ReturnType<World['conversation']>>> {
    const made = await world.conversation(over);
    expect((await ana.post(`/api/conversations/${made.id}/claim`)).statusCode).toBe(200);
    return made;
  }
  const reply = (id: string, body: object, headers?: Record<string, string>) =>
    ana.post(`/api/conversations/${id}/reply`, body, headers);
  const deliveries = (id: string) =>
    world.store.read(SYSTEM, (tx) =>
      tx.selectFrom('delivery').selectAll().where('conversation_id', '=', id).orderBy('id').execute(),
    );
  const requests = (id: string) =>
    world.store.read(SYSTEM, (tx) => tx.selectFrom('request').selectAll().where('conversation_id', '=', id).execute());

  test('a definitive answer makes one pending sending, ends the clocks and frees the agent, all at once', async () => {
    const { id, ref, sender, message } = await held({ subject: 'Tr: carte Vitale' });
    world.jobs.length = 0;
    const answer = await reply(id, { type: 'definitive', body: 'Bonjour, voici la marche à suivre.' });
    expect(answer.statusCode).toBe(201);
    expect(answer.json()).toMatchObject({
      status: 'answered',
      undo_until: new Date(MORNING.getTime() + 10_000).toISOString(),
    });
    const [delivery, ...more] = await deliveries(id);
    expect(more).toEqual([]);
    expect(delivery).toMatchObject({
      status: 'pending',
      kind: 'reply',
      to_address: sender,
      subject: 'Re: carte Vitale',
      in_reply_to: `<${message}@membre.example>`,
      refs: [`<${message}@membre.example>`],
      not_before: new Date(MORNING.getTime() + 10_000),
    });
    expect(delivery!.message_id_header).toContain(ref.toLowerCase());
    expect(
      verifyMessageId(delivery!.message_id_header, id, sender, 'a secret of more than thirty-two characters'),
    ).toBe(true);
    expect(world.jobs).toEqual([{ job: { id: delivery!.id, rev: 0 }, delay_ms: 10_000 }]);
    expect(await world.row(id)).toMatchObject({
      status: 'answered',
      holder: null,
      held_until: null,
      due_elapsed_at: null,
    });
    expect((await requests(id)).map((row) => row.stopped_at)).toEqual([MORNING]);
    const events = await world.events(id);
    expect(events.map((event) => event.type)).toEqual(
      expect.arrayContaining(['conversation.claimed', 'delivery.queued', 'request.answered']),
    );
    expect(events.find((event) => event.type === 'request.answered')).toMatchObject({ actor: `agent:${ana.agent.id}` });
  });

  test.each([
    ['attente', 'assigned', false],
    ['pieces', 'waiting', true],
    ['renvoi-compte', 'answered', true],
  ])('%s leads to %s, clock stopped: %s', async (type, status, stopped) => {
    const { id } = await held();
    expect((await reply(id, { type, body: 'Bonjour.' })).json()).toMatchObject({ status });
    expect((await requests(id)).every((row) => (row.stopped_at !== null) === stopped)).toBe(true);
  });

  test('missing pieces are waited for until the end of the day that was named, French time', async () => {
    const { id } = await held();
    await reply(id, { type: 'pieces', body: 'Merci de compléter.', pieces_due_on: '2026-12-15' });
    expect(await world.row(id)).toMatchObject({ waiting_until: new Date('2026-12-15T23:00:00.000Z') });
  });

  test('a call leaves a trace and no mail; only a conclusive one ends the clock, and it must say which', async () => {
    const { id } = await held();
    expect((await reply(id, { type: 'appel', body: 'Pas de réponse.' })).statusCode).toBe(400);
    expect((await reply(id, { type: 'appel', body: 'Pas de réponse.', conclusive: false })).json()).toMatchObject({
      status: 'assigned',
      delivery: null,
    });
    world.clock.now = new Date(MORNING.getTime() + 1_000);
    expect((await reply(id, { type: 'appel', body: 'Situation réglée.', conclusive: true })).json()).toMatchObject({
      status: 'answered',
    });
    world.clock.now = MORNING;
    expect(await deliveries(id)).toEqual([]);
    const thread = (await ana.get(`/api/conversations/${id}`)).json();
    expect(
      thread.messages
        .filter((m: { reply_type: string }) => m.reply_type === 'appel')
        .map((m: { body: string }) => m.body),
    ).toEqual(['Pas de réponse.', 'Situation réglée.']);
  });

  test('without holding it nobody answers: not before taking it, not when another has it, not once the lease ran out', async () => {
    const { id } = await world.conversation();
    expect((await reply(id, { type: 'definitive', body: 'Bonjour.' })).json().error.code).toBe('CONVERSATION_NOT_HELD');
    const ben = await world.person('agent', { queues: ['n1'] });
    await ben.post(`/api/conversations/${id}/claim`);
    expect((await reply(id, { type: 'definitive', body: 'Bonjour.' })).json().error.code).toBe('CONVERSATION_TAKEN');
    world.clock.now = new Date(MORNING.getTime() + LEASE_MS);
    const late = await ben.post(`/api/conversations/${id}/reply`, { type: 'definitive', body: 'Bonjour.' });
    world.clock.now = MORNING;
    expect(late.json().error.code).toBe('CONVERSATION_NOT_HELD');
    expect(await deliveries(id)).toEqual([]);
  });

  test('a reply that asks for a NIR on open mail is refused with the place, and nothing is written', async () => {
    const { id } = await held();
    const body = 'Bonjour. Merci de nous envoyer votre numéro de sécurité sociale par retour de mail.';
    const answer = await reply(id, { type: 'definitive', body });
    expect(answer.statusCode).toBe(422);
    const { error } = answer.json();
    expect(error.code).toBe('REPLY_REFUSED');
    const [finding] = error.findings;
    expect(finding).toMatchObject({ code: 'asks-nir', severity: 'refuse' });
    expect(body.slice(finding.start, finding.end)).toBe('numéro de sécurité sociale');
    expect(await deliveries(id)).toEqual([]);
    expect(await world.row(id)).toMatchObject({ status: 'assigned' });
  });

  test('advice does not stop a reply; it comes back with the answer', async () => {
    const { id } = await held({ attachments: [{ name: 'rib.pdf', type: 'application/pdf', size: 10, part: 0 }] });
    const answer = await reply(id, {
      type: 'definitive',
      body: 'Vous n’avez pas fait le nécessaire, c’est votre faute.',
    });
    expect(answer.statusCode).toBe(201);
    expect(answer.json().findings.every((finding: { severity: string }) => finding.severity === 'warn')).toBe(true);
  });

  test('a template slot left empty, or a template its flags forbid, is refused', async () => {
    const { id } = await held({ flags: ['deuil-perinatal'] });
    expect((await reply(id, { type: 'definitive', body: 'Bonjour {{agent}}' })).json().error.code).toBe(
      'REPLY_REFUSED',
    );
    const wrong = await reply(id, { type: 'definitive', body: 'Félicitations.', template: 'carte.naissance' });
    expect(wrong.json().error.code).toBe('REPLY_REFUSED');
  });

  test('a mailbox that observes sends nothing and says so in French', async () => {
    const { id } = await held({ mailbox: 'pfs-observe' });
    const answer = await reply(id, { type: 'definitive', body: 'Bonjour.' });
    expect(answer.statusCode).toBe(409);
    expect(answer.json().error).toMatchObject({
      code: 'MAILBOX_OBSERVES',
      message: expect.stringContaining('en observation'),
    });
    expect(await deliveries(id)).toEqual([]);
  });

  test('a portal’s answer is recorded with its proof and never mailed', async () => {
    const { id } = await held({ mailbox: 'administration-plus' });
    expect((await reply(id, { type: 'definitive', body: 'Bonjour.' })).json().error.code).toBe('REPLY_REFUSED');
    world.jobs.length = 0;
    const answer = await reply(id, { type: 'definitive', body: 'Bonjour.', proof: 'A+ fil 4711, 10 h 02' });
    expect(answer.json()).toMatchObject({ status: 'answered', undo_until: null });
    expect(await deliveries(id)).toMatchObject([{ via: 'portal', status: 'sent', proof: 'A+ fil 4711, 10 h 02' }]);
    expect(world.jobs).toEqual([]);
  });

  test('copies leave beside the answer, each a sending of its own', async () => {
    const { id, sender } = await held({ mailbox: 'fs-macon' });
    await reply(id, { type: 'definitive', body: 'Bonjour.' });
    expect((await deliveries(id)).map((row) => row.to_address).sort()).toEqual(
      [sender, 'responsable@fs.example'].sort(),
    );
  });

  test('the motif may be confirmed with the answer', async () => {
    const { id } = await held();
    await reply(id, { type: 'definitive', body: 'Bonjour.', motif_confirmed: 'attestation-document' });
    expect(await world.row(id)).toMatchObject({
      motif: 'carte-vitale',
      motif_confirmed: 'attestation-document',
      confirmed_by: ana.agent.id,
    });
  });

  describe('with an Idempotency-Key', () => {
    test('the same request twice sends once and gives the same answer', async () => {
      const { id } = await held();
      const key = { 'idempotency-key': 'click-0001-aaaa' };
      const ask = { type: 'definitive', body: 'Bonjour.' };
      world.jobs.length = 0;
      const [first, second] = [await reply(id, ask, key), await reply(id, ask, key)];
      expect(second.statusCode).toBe(201);
      expect(second.json()).toEqual(first.json());
      expect(await deliveries(id)).toHaveLength(1);
      expect(world.jobs).toHaveLength(1);
    });

    test('two at the same time send once', async () => {
      const { id } = await held();
      const key = { 'idempotency-key': 'click-0002-bbbb' };
      const ask = { type: 'definitive', body: 'Bonjour.' };
      const answers = await Promise.all([reply(id, ask, key), reply(id, ask, key)]);
      expect(answers.map((answer) => answer.statusCode)).toEqual([201, 201]);
      expect(answers[0]!.json()).toEqual(answers[1]!.json());
      expect(await deliveries(id)).toHaveLength(1);
    });

    test('another text, or another conversation, under the same key is refused', async () => {
      const { id } = await held();
      const other = await held();
      const key = { 'idempotency-key': 'click-0003-cccc' };
      await reply(id, { type: 'attente', body: 'Nous revenons vers vous.' }, key);
      const changed = await reply(id, { type: 'attente', body: 'Autre texte.' }, key);
      const elsewhere = await reply(other.id, { type: 'attente', body: 'Nous revenons vers vous.' }, key);
      expect([changed, elsewhere].map((answer) => answer.json().error.code)).toEqual([
        'IDEMPOTENCY_REUSED',
        'IDEMPOTENCY_REUSED',
      ]);
      expect(await deliveries(other.id)).toEqual([]);
    });

    test('the same key of another agent is another key', async () => {
      const { id } = await held();
      const ben = await world.person('agent', { queues: ['n1'] });
      const other = await world.conversation();
      await ben.post(`/api/conversations/${other.id}/claim`);
      const key = { 'idempotency-key': 'click-0004-dddd' };
      await reply(id, { type: 'attente', body: 'Bonjour.' }, key);
      expect(
        (await ben.post(`/api/conversations/${other.id}/reply`, { type: 'attente', body: 'Bonjour.' }, key)).statusCode,
      ).toBe(201);
    });
  });

  describe('taking a reply back', () => {
    const cancel = (person: Person, delivery: string) => person.post(`/api/deliveries/${delivery}/cancel`);

    test('returns the conversation to its author, with clocks that run from their old start', async () => {
      const { id } = await held();
      const before = await world.row(id);
      const { delivery } = (await reply(id, { type: 'definitive', body: 'Bonjour.' })).json();
      world.clock.now = new Date(MORNING.getTime() + 5_000);
      const answer = await cancel(ana, delivery);
      world.clock.now = MORNING;
      expect(answer.json()).toEqual({ conversation: id, status: 'assigned' });
      expect(await world.row(id)).toMatchObject({
        status: 'assigned',
        holder: ana.agent.id,
        due_elapsed_at: before['due_elapsed_at'],
      });
      expect((await requests(id)).map((row) => row.stopped_at)).toEqual([null]);
      expect(await deliveries(id)).toMatchObject([{ status: 'cancelled' }]);
      expect((await world.events(id)).map((event) => event.type)).toContain('request.resumed');
      expect((await reply(id, { type: 'definitive', body: 'Bonjour, cette fois oui.' })).statusCode).toBe(201);
    });

    test('takes the copies back too', async () => {
      const { id } = await held({ mailbox: 'fs-macon' });
      const { delivery } = (await reply(id, { type: 'definitive', body: 'Bonjour.' })).json();
      await cancel(ana, delivery);
      expect((await deliveries(id)).map((row) => row.status)).toEqual(['cancelled', 'cancelled']);
    });

    test('leaves a conversation alone that moved on meanwhile, but its clocks run again', async () => {
      const { id } = await held();
      const { delivery } = (await reply(id, { type: 'definitive', body: 'Bonjour.' })).json();
      const ben = await world.person('agent', { queues: ['n1'] });
      // A further mail of the member queued it, and a colleague took it.
      await world.store.write(SYSTEM, (tx) =>
        tx
          .updateTable('conversation')
          .set({ status: 'queued', updated_at: new Date(MORNING.getTime() + 1_000) })
          .where('id', '=', id)
          .execute(),
      );
      await ben.post(`/api/conversations/${id}/claim`);
      expect((await cancel(ana, delivery)).statusCode).toBe(200);
      expect(await world.row(id)).toMatchObject({ status: 'assigned', holder: ben.agent.id });
      expect((await requests(id)).map((row) => row.stopped_at)).toEqual([null]);
    });

    test('is refused once the sending has begun, after ten minutes, and to a colleague', async () => {
      const { id } = await held();
      const { delivery } = (await reply(id, { type: 'definitive', body: 'Bonjour.' })).json();
      const ben = await world.person('agent', { queues: ['n1'] });
      expect((await cancel(ben, delivery)).json().error.code).toBe('AUTH_FORBIDDEN');
      world.clock.now = new Date(MORNING.getTime() + 10 * 60_000 + 1);
      expect((await cancel(ana, delivery)).json().error.code).toBe('DELIVERY_STATE');
      world.clock.now = MORNING;
      await world.store.write(SYSTEM, (tx) =>
        claimDelivery(tx, { id: delivery, rev: 0 }, new Date(MORNING.getTime() + 11_000)),
      );
      expect((await cancel(ana, delivery)).json().error.code).toBe('DELIVERY_STATE');
      expect(await world.row(id)).toMatchObject({ status: 'answered' });
    });

    test('twice changes nothing the second time', async () => {
      const { id } = await held();
      const { delivery } = (await reply(id, { type: 'definitive', body: 'Bonjour.' })).json();
      const answers = await Promise.all([cancel(ana, delivery), cancel(ana, delivery)]);
      expect(answers.map((answer) => answer.statusCode).sort()).toEqual([200, 409]);
      expect((await world.events(id)).filter((event) => event.type === 'request.resumed')).toHaveLength(1);
    });
  });

  test('an ambiguous sending is settled by a supervisor only, with a proof', async () => {
    const { id } = await held();
    const { delivery } = (await reply(id, { type: 'definitive', body: 'Bonjour.' })).json();
    await world.store.write(SYSTEM, (tx) =>
      tx.updateTable('delivery').set({ status: 'ambiguous' }).where('id', '=', delivery).execute(),
    );
    const sup = await world.person('supervisor');
    const url = `/api/deliveries/${delivery}/resolve`;
    expect((await ana.post(url, { as: 'sent', proof: 'journal du relais' })).json().error.code).toBe('AUTH_FORBIDDEN');
    expect((await sup.post(url, { as: 'sent', proof: '  ' })).statusCode).toBe(400);
    expect((await sup.post(url, { as: 'sent', proof: 'journal du relais, 10 h 04' })).json()).toEqual({
      status: 'sent',
    });
    expect(await deliveries(id)).toMatchObject([{ status: 'sent', proof: 'journal du relais, 10 h 04' }]);
    expect((await sup.post(url, { as: 'retry' })).json().error.code).toBe('DELIVERY_STATE');
  });

  test('what failed or is in doubt is listed for supervisors until it is settled, or until somebody wrote again', async () => {
    const sup = await world.person('supervisor');
    const set = (id: string, status: 'failed' | 'ambiguous' | 'sent') =>
      world.store.write(SYSTEM, (tx) => tx.updateTable('delivery').set({ status }).where('id', '=', id).execute());
    const listed = async () => (await sup.get('/api/deliveries/unsettled')).json();
    const settle = async (person: Person, id: string) =>
      (await person.get(`/api/conversations/${id}`)).json().deliveries.map((row: { can_settle: [] }) => row.can_settle);
    const before = (await listed()).total;
    const [doubtful, refused] = [await held(), await held()];
    const one = (await reply(doubtful.id, { type: 'definitive', body: 'Bonjour.' })).json().delivery;
    const two = (await reply(refused.id, { type: 'definitive', body: 'Bonjour.' })).json().delivery;
    expect((await listed()).total).toBe(before);
    await set(one, 'ambiguous');
    await set(two, 'failed');
    const both = await listed();
    expect(both.total).toBe(before + 2);
    expect(both.deliveries).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ id: one, conversation: doubtful.id, ref: doubtful.ref, status: 'ambiguous' }),
        expect.objectContaining({ id: two, conversation: refused.id, ref: refused.ref, status: 'failed' }),
      ]),
    );
    expect([await settle(sup, doubtful.id), await settle(sup, refused.id), await settle(ana, refused.id)]).toEqual([
      [['retry', 'sent']],
      [['retry']],
      [[]],
    ]);

    world.jobs.length = 0;
    expect((await sup.post(`/api/deliveries/${one}/resolve`, { as: 'retry' })).json()).toEqual({ status: 'pending' });
    expect(world.jobs).toEqual([{ job: { id: one, rev: 1 }, delay_ms: 0 }]);
    expect((await listed()).total).toBe(before + 1);

    await world.store.write(SYSTEM, (tx) =>
      tx.updateTable('conversation').set({ status: 'queued' }).where('id', '=', refused.id).execute(),
    );
    world.clock.now = new Date(MORNING.getTime() + 60_000);
    await ana.post(`/api/conversations/${refused.id}/claim`);
    const anew = (await reply(refused.id, { type: 'definitive', body: 'Bonjour encore.' })).json().delivery;
    world.clock.now = MORNING;
    expect((await listed()).total).toBe(before + 1);
    await set(anew, 'sent');
    expect((await listed()).total).toBe(before);
  });
});

describe('the figure after a reply was taken back', () => {
  test('counts the answer that left, not the one that did not', async () => {
    const world = await openWorld('pglite');
    try {
      await world.live('pfs-assures');
      const ana = await world.person('agent', { queues: ['n1'] });
      const { id } = await world.conversation({ received_at: new Date(MORNING.getTime() - 47 * HOUR_MS) });
      await ana.post(`/api/conversations/${id}/claim`);
      const ask = { type: 'definitive', body: 'Bonjour.' };
      const { delivery } = (await ana.post(`/api/conversations/${id}/reply`, ask)).json();
      await ana.post(`/api/deliveries/${delivery}/cancel`);
      const days = { from: '2026-11-22', to: '2026-11-22' };
      const later = new Date(MORNING.getTime() + 5 * HOUR_MS);
      expect(await buildReport(world.store, days, later)).toMatchObject({ received: 1, answered: 0, open_late: 1 });
      world.clock.now = new Date(MORNING.getTime() + 4 * HOUR_MS);
      const ben = await world.person('agent', { queues: ['n1'] });
      await ben.post(`/api/conversations/${id}/claim`);
      expect((await ben.post(`/api/conversations/${id}/reply`, ask)).statusCode).toBe(201);
      expect(await buildReport(world.store, days, later)).toMatchObject({
        received: 1,
        answered: 1,
        answered_in_time: 0,
        median_hours: 51,
      });
    } finally {
      await world.close();
    }
  });
});
