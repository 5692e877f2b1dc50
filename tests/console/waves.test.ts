import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { sendGroup } from '../../mail/group-reply.ts';
import { SYSTEM } from '../../store/database.ts';
import { insertGroup } from '../../store/group-replies.ts';
import { addMembers, proposeWave } from '../../store/waves.ts';
import { waveTick } from '../../workers/waves.ts';
import { ENGINES } from '../support/stores.ts';
import { HOUR_MS, MORNING, openWorld, type NewConversation, type Person, type World } from '../support/world.ts';

const END = new Date(MORNING.getTime() + 8 * HOUR_MS).toISOString();
const NAMED = { label: 'Panne ameli', ends_at: END, template: 'panne' };
const UNDO_MS = 10_000;

describe.each(ENGINES)('waves at the desk, on %s', (engine) => {
  let world: World;
  let supervisor: Person;
  let ana: Person;
  let ben: Person;
  let wave = '';
  beforeAll(async () => {
    world = await openWorld(engine, { undo_ms: UNDO_MS });
    const body =
      'Bonjour,\n\nLe compte ameli fonctionne de nouveau. Votre message du {{received_on}} est répondu.\n\n{{agent}}\nRéférence {{reference}}';
    const template = { id: 'panne', kind: 'reply' as const, motifs: [], subject: 'Panne', body, legal_approved: false };
    const asks = { ...template, id: 'pieces', body: 'Bonjour,\n\nPour le {{pieces_due_on}}.' };
    Object.assign(world.book, { templates: [...world.book.templates, template, asks] });
    await world.live('pfs-assures');
    [supervisor, ana, ben] = [
      await world.person('supervisor', { display_name: 'Dominique Essai' }),
      await world.person('agent', { queues: ['n1'], display_name: 'Ana du N1' }),
      await world.person('agent', { queues: ['n1'] }),
    ];
  });
  afterAll(() => world.close());
  beforeEach(async () => {
    world.clock.now = MORNING;
    world.jobs.length = 0;
    wave = await world.store.write(SYSTEM, (tx) =>
      proposeWave(
        tx,
        {
          ...{ words: ['panne', 'ameli'], people: 40, usual: 2.25, members: [] },
          signature: { centre: { panne: 1 }, weights: { panne: 1 } },
        },
        new Date(MORNING.getTime() - 4 * HOUR_MS),
        MORNING,
      ),
    );
  });

  const post = (person: Person, what: string, body: unknown = {}) => person.post(`/api/waves/${wave}/${what}`, body);
  const named = async (over: object = {}) => {
    const answer = await post(supervisor, 'name', { ...NAMED, ...over });
    expect(answer.statusCode).toBe(200);
  };
  async function member(over: NewConversation = {}, similarity = 0.9) {
    const one = await world.conversation({ body: 'Le site ameli est en panne ?', subject: 'panne', ...over });
    await world.store.write(SYSTEM, (tx) => addMembers(tx, wave, [{ id: one.message, similarity }], 'joined', MORNING));
    return one;
  }
  const look = async (person = ana) => (await person.get(`/api/waves/${wave}/group-reply`)).json();
  const approve = (digest: string, person = ana) => post(person, 'group-reply', { digest });
  const deliveries = (conversation: string) =>
    world.store.read(SYSTEM, (tx) =>
      tx.selectFrom('delivery').selectAll().where('conversation_id', '=', conversation).execute(),
    );

  test('are proposed with their evidence; own staff see them, and what a supervisor decides is audited', async () => {
    const { id, ref } = await member();
    const listed = (await ana.get('/api/waves')).json().waves.find((one: { id: string }) => one.id === wave);
    expect(listed).toMatchObject({
      status: 'proposed',
      words: ['panne', 'ameli'],
      people: 40,
      usual: 2.3,
      members: 1,
      open: 1,
    });
    expect((await ana.get(`/api/waves/${wave}`)).json()).toMatchObject({
      members: [{ conversation: id, ref, similarity: 0.9, how: 'joined' }],
      groups: [],
    });
    expect((await ana.get(`/api/conversations/${id}`)).json().wave).toEqual({
      ...{ id: wave, label: 'panne ameli', status: 'proposed', similarity: 0.9 },
    });
    expect((await post(supervisor, 'end')).json().error.code).toBe('WAVE_STATE');
    expect((await post(supervisor, 'dismiss', { reason: 'known' })).statusCode).toBe(204);
    expect((await post(supervisor, 'name', NAMED)).json().error.code).toBe('WAVE_STATE');
    const audit = await world.store.read(SYSTEM, (tx) =>
      tx.selectFrom('audit').select(['actor', 'action', 'data']).where('subject', '=', wave).orderBy('seq').execute(),
    );
    expect(audit.at(-1)).toEqual({
      ...{ actor: `agent:${supervisor.agent.id}`, action: 'wave.dismissed', data: { reason: 'known' } },
    });
  });

  test('a partner sees nothing of it, not even that its conversation is part of one', async () => {
    const partner = await world.person('partner', { pool: 'pool.hainaut' });
    const { id } = await member({ queue: 'pool.hainaut' });
    expect((await partner.get(`/api/waves/${wave}`)).statusCode).toBe(403);
    const thread = await partner.get(`/api/conversations/${id}`);
    expect([thread.statusCode, thread.json().wave]).toEqual([200, null]);
  });

  test.each([
    ['no end', { ends_at: undefined }, 400],
    ['an end that has passed', { ends_at: MORNING.toISOString() }, 400],
    ['an end too far', { ends_at: '2027-03-01T00:00:00Z' }, 400],
    ['an unknown template', { template: 'inconnu' }, 400],
    ['a template with a field for each person', { template: 'pieces' }, 400],
    ['two sentences', { sentence: 'En panne. Patientez.' }, 400],
    [
      'a sentence that asks for a NIR',
      { sentence: 'Envoyez-nous votre numéro de sécurité sociale par courriel.' },
      422,
    ],
    ['a bot answer that asks for a RIB', { bot_answer: 'Envoyez votre RIB par courriel.' }, 422],
    ['an unknown motif', { motif: 'inconnu' }, 400],
    ['a phrase that cannot be read', { phrases: ['(panne'] }, 400],
    ['no name', { label: ' ' }, 400],
  ])('naming is refused with %s', async (_, over, status) => {
    const answer = await post(supervisor, 'name', { ...NAMED, ...over });
    expect(answer.statusCode).toBe(status);
    expect((await ana.get(`/api/waves/${wave}`)).json().wave.status).toBe('proposed');
  });

  test('the list tells who would be answered and who not, and why; samples show the mail and its own answer whole', async () => {
    await named();
    const good = await member({ sender_name: 'Camille Exemple' });
    const left: [string, string][] = [];
    const leave = async (why: string, over: NewConversation, similarity?: number) => {
      left.push([(await member(over, similarity)).id, why]);
    };
    await leave('urgent', { urgency: 1, flags: ['deuil-perinatal'] });
    await leave('weak', {}, 0.4);
    await leave('attachment', { attachments: [{ name: 'a.pdf', type: 'application/pdf', size: 1, part: 1 }] });
    await leave('not-open', { status: 'answered' });
    await leave('partner', { queue: 'pool.hainaut' });
    await leave('taken', {
      status: 'assigned',
      holder: ben.agent.id,
      held_until: new Date(MORNING.getTime() + HOUR_MS),
    });
    await leave('other-team', { queue: 'pole-fds' });
    await leave('not-sendable', { mailbox: 'pfs-observe' });
    const talk = await member();
    await world.message(talk.id, { sender: talk.sender });
    left.push([talk.id, 'dialogue']);
    const second = await member();
    await world.store.write(SYSTEM, async (tx) => {
      const { outcome } = await tx
        .selectFrom('decision')
        .select('outcome')
        .where('message_id', '=', second.message)
        .executeTakeFirstOrThrow();
      // Decisions are appended, never changed: a later one read another need.
      const row = await tx
        .selectFrom('decision')
        .selectAll()
        .where('message_id', '=', second.message)
        .executeTakeFirstOrThrow();
      await tx
        .insertInto('decision')
        .values({
          ...{
            id: row.id.replace(/.$/, (last) => (last === '0' ? '1' : '0')),
            conversation_id: second.id,
            message_id: second.message,
          },
          ...{
            made_at: MORNING,
            rulebook_digest: row.rulebook_digest,
            model_digest: row.model_digest,
            engine: row.engine,
          },
          outcome: JSON.stringify({ ...(outcome as object), secondary: ['attestation-document'] }),
          ...{ trace: '[]', evidence: '[]' },
        })
        .execute();
    });
    left.push([second.id, 'second-motif']);
    const seen = await look();
    expect(seen.items).toEqual([
      expect.objectContaining({
        conversation: good.id,
        ref: good.ref,
        similarity: 0.9,
        excerpt: 'Le site ameli est en panne ?',
      }),
    ]);
    const told = seen.excluded.map(({ conversation, why }: { conversation: string; why: string }) => [
      conversation,
      why,
    ]);
    expect(told).toEqual(expect.arrayContaining(left));
    expect(told).toHaveLength(left.length);
    expect(seen.excluded[0].label).toMatch(/\p{L}/u);
    expect(seen.samples).toEqual([
      {
        ...{ ref: good.ref, mail: 'Le site ameli est en panne ?', to: 'Camille Exemple', subject: 'Re: panne' },
        answer: expect.stringMatching(
          /^Bonjour Camille Exemple,\n\nLe compte ameli fonctionne.*Ana du N1\nRéférence /su,
        ),
      },
    ]);
  });

  test('the words take the links of the wave’s motif for all: one outage is read as several motifs', async () => {
    Object.assign(world.book, {
      templates: [
        ...world.book.templates.filter(({ id }) => id !== 'lien'),
        {
          ...{ id: 'lien', kind: 'reply', motifs: [], subject: 'Lien', legal_approved: false },
          body: 'Bonjour,\n\nVoir {{teleservice}}.',
        },
      ],
    });
    await member({ motif: 'ij-calcul-montant' });
    await named({ template: 'lien', motif: 'attestation-document' });
    expect((await look()).samples[0].answer).toContain('https://ameli.example/attestation');
    await member({ motif: 'carte-vitale' });
    await named({ template: 'lien', motif: 'ij-calcul-montant' });
    // Its motif has no such link: words with a hole in them reach nobody.
    expect(await look()).toMatchObject({ items: [], excluded: [{ why: 'text' }, { why: 'text' }] });
  });

  test('approved, each gets its own answer once: threaded, taken back within the undo time, clock stopped, audited', async () => {
    await named();
    const all = [await member(), await member(), await member()];
    const seen = await look();
    const answer = await approve(seen.digest);
    expect([answer.statusCode, answer.json()]).toMatchObject([201, { sent: 3, pending: 0, skipped: 0 }]);
    for (const { id, ref, message, sender } of all) {
      const [sending, ...more] = await deliveries(id);
      expect(more).toEqual([]);
      expect(sending).toMatchObject({
        ...{ kind: 'reply', status: 'pending', to_address: sender, subject: 'Re: panne', in_response_to: message },
        ...{ in_reply_to: `<${message}@membre.example>`, not_before: new Date(MORNING.getTime() + UNDO_MS) },
      });
      expect(sending!.body).toContain(`Référence ${ref}`);
      expect(await world.row(id)).toMatchObject({ status: 'answered', holder: null, due_elapsed_at: null });
      const events = await world.events(id);
      expect(events.map(({ type }) => type)).toEqual(
        expect.arrayContaining(['conversation.claimed', 'request.answered']),
      );
      expect(events.find(({ type }) => type === 'request.answered')).toMatchObject({ actor: `agent:${ana.agent.id}` });
    }
    expect(world.jobs).toHaveLength(3);
    expect(world.jobs.every(({ delay_ms }) => delay_ms === UNDO_MS)).toBe(true);
    // The same click again, or another agent with the old list: nothing more leaves.
    expect((await approve(seen.digest)).statusCode).toBe(422);
    expect((await supervisor.get(`/api/waves/${wave}`)).json()).toMatchObject({ wave: { open: 0, group_answered: 3 } });
    const [first] = await deliveries(all[0]!.id);
    expect((await ana.post(`/api/deliveries/${first!.id}/cancel`)).statusCode).toBe(200);
    expect(await world.row(all[0]!.id)).toMatchObject({ status: 'assigned', holder: ana.agent.id });
    expect((await world.row(all[0]!.id))['due_elapsed_at']).not.toBeNull();
  });

  test('who looked at a list is in the audit, with the conversations it showed', async () => {
    await named();
    const [one, other] = [await member(), await member({ attachments: [{ name: 'a', type: 'b', size: 1, part: 1 }] })];
    const { digest } = await look(ben);
    const rows = await world.store.read(SYSTEM, (tx) =>
      tx
        .selectFrom('audit')
        .select(['actor', 'data'])
        .where('action', '=', 'group_reply.read')
        .where('subject', '=', wave)
        .execute(),
    );
    expect(rows).toEqual([{ actor: `agent:${ben.agent.id}`, data: { digest, conversations: [one.id] } }]);
    expect(JSON.stringify(rows)).not.toContain(other.id);
  });

  test('a list that changed since it was seen is refused, and looked at again', async () => {
    await named();
    const [, gone] = [await member(), await member()];
    const { digest } = await look();
    expect((await ben.post(`/api/conversations/${gone.id}/claim`)).statusCode).toBe(200);
    const late = await approve(digest);
    expect([late.statusCode, late.json().error.code]).toEqual([409, 'WAVE_LIST_CHANGED']);
    expect(await deliveries(gone.id)).toEqual([]);
    expect((await approve((await look()).digest)).json()).toMatchObject({ sent: 1 });
    expect((await approve('0'.repeat(64))).statusCode).toBe(422);
  });

  test('no group reply without a template, before the wave is named, or once it is over', async () => {
    await member();
    expect((await look()).error.code).toBe('WAVE_STATE');
    await named({ template: null });
    expect((await look()).error.code).toBe('REPLY_REFUSED');
    const soon = new Date(MORNING.getTime() + 60_000);
    await named({ ends_at: soon.toISOString() });
    const { digest } = await look();
    world.clock.now = soon;
    expect((await approve(digest)).json().error.code).toBe('WAVE_STATE');
  });

  if (engine === 'postgres') {
    test('a list with a conversation somebody is at this moment is refused, and nobody waits for anybody', async () => {
      await named();
      const [one] = [await member(), await member()];
      const { digest } = await look();
      await world.store.write(SYSTEM, async (tx) => {
        await tx.selectFrom('conversation').select('id').where('id', '=', one.id).forUpdate().execute();
        expect((await approve(digest)).json().error.code).toBe('WAVE_LIST_CHANGED');
      });
      expect((await approve(digest)).json()).toMatchObject({ sent: 2 });
    });
  }

  /** Approved and not sent yet, as a crash right after the approval leaves it. */
  async function approvedOnly(members: readonly { id: string; message: string }[]): Promise<string> {
    const items = members.map(({ id, message }) => ({ conversation: id, message }));
    const text = { template: 'panne', subject: 'Panne', body: 'Bonjour,\n\nRéférence {{reference}}.', motif: null };
    return world.store.write(SYSTEM, (tx) =>
      insertGroup(
        tx,
        ana.agent,
        { ...text, wave_id: wave, digest: 'x', similarity_min: 0.5, undo_ms: 0, items },
        MORNING,
      ),
    );
  }
  const groupOf = async (id: string) =>
    (await ana.get(`/api/waves/${wave}`)).json().groups.find((one: { id: string }) => one.id === id);

  test('what changed between the list and its own turn is skipped and told; the others get their answer', async () => {
    await named();
    const [good, wrote, urgent, taken, closed] = [
      await member(),
      await member(),
      await member(),
      await member(),
      await member(),
    ];
    const group = await approvedOnly([good, wrote, urgent, taken, closed]);
    await world.message(wrote.id, { sender: wrote.sender });
    await world.store.write(SYSTEM, (tx) =>
      tx.updateTable('conversation').set({ urgency: 1 }).where('id', '=', urgent.id).execute(),
    );
    await ben.post(`/api/conversations/${taken.id}/claim`);
    await ben.post(`/api/conversations/${closed.id}/claim`);
    await ben.post(`/api/conversations/${closed.id}/close`, { code: 'no_answer_needed' });
    const tick = await waveTick(
      {
        store: world.store,
        rulebook: async () => world.book,
        now: () => MORNING,
        sending: { queues: world.deps.queues, secret: 's'.repeat(32) },
      },
      new AbortController().signal,
    );
    expect(tick).toMatchObject({ answered: 1, skipped: 4 });
    expect(await groupOf(group)).toMatchObject({
      ...{ sent: 1, skipped: 4, finished_at: MORNING.toISOString() },
      items: [
        { conversation: good.id, status: 'sent', reason: null },
        { conversation: wrote.id, status: 'skipped', reason: 'dialogue' },
        { conversation: urgent.id, status: 'skipped', reason: 'urgent' },
        { conversation: taken.id, status: 'skipped', reason: 'taken', label: 'Une autre personne la traite.' },
        { conversation: closed.id, status: 'skipped', reason: 'not-open' },
      ],
    });
    for (const { id } of [wrote, urgent, taken, closed]) expect(await deliveries(id)).toEqual([]);
    expect(await world.row(urgent.id)).toMatchObject({ status: 'queued' });
  });

  test('two processes share a list: each item is answered by one of them', async () => {
    await named();
    const all = await Promise.all(Array.from({ length: 6 }, () => member()));
    const group = await approvedOnly(all);
    const deps = { store: world.store, rulebook: async () => world.book, secret: 's'.repeat(32), clock: () => MORNING };
    const [one, two] = await Promise.all([sendGroup(deps, group, 100), sendGroup(deps, group, 100)]);
    expect(one.sent + two.sent).toBe(6);
    for (const { id } of all) expect(await deliveries(id)).toHaveLength(1);
    expect(await groupOf(group)).toMatchObject({ sent: 6, pending: 0 });
  });

  test('stopped: what has no sending gets none, what has not left is taken back, for its author and supervisors only', async () => {
    await named();
    const [sent, waits] = [await member(), await member()];
    const group = await approvedOnly([sent, waits]);
    const deps = { store: world.store, rulebook: async () => world.book, secret: 's'.repeat(32), clock: () => MORNING };
    await sendGroup(deps, group, 1);
    expect((await ben.post(`/api/group-replies/${group}/stop`)).statusCode).toBe(403);
    expect((await supervisor.post(`/api/group-replies/${group}/stop`)).json()).toEqual({
      ...{ id: group, stopped: 1, taken_back: 1, gone: 0 },
    });
    expect((await sendGroup(deps, group, 10)).sent).toBe(0);
    expect((await deliveries(sent.id)).map(({ status }) => status)).toEqual(['cancelled']);
    expect(await deliveries(waits.id)).toEqual([]);
    expect(await groupOf(group)).toMatchObject({ sent: 0, taken_back: 1, skipped: 1 });
    expect((await world.row(waits.id))['status']).toBe('queued');
  });

  test('ending the wave ends its group replies; nothing of it is ever closed without a sending', async () => {
    await named();
    const group = await approvedOnly([await member()]);
    expect((await post(supervisor, 'end')).statusCode).toBe(204);
    const deps = { store: world.store, rulebook: async () => world.book, secret: 's'.repeat(32), clock: () => MORNING };
    expect(await sendGroup(deps, group, 10)).toMatchObject({ sent: 0, skipped: 1 });
    expect((await groupOf(group)).items[0]).toMatchObject({ reason: 'ended', label: 'La vague est terminée.' });
    // All that every group reply of this file has touched.
    const silent = await world.store.read(SYSTEM, (tx) =>
      tx
        .selectFrom('group_reply_item as i')
        .innerJoin('conversation as c', 'c.id', 'i.conversation_id')
        .leftJoin('delivery as d', 'd.id', 'i.delivery_id')
        .select(['i.status', 'c.status as conversation', 'd.kind', 'i.reason'])
        .where('i.reason', 'is distinct from', 'not-open')
        .where('c.status', 'not in', ['queued', 'assigned'])
        .execute(),
    );
    expect(silent.length).toBeGreaterThan(0);
    expect(silent.every(({ status, kind }) => status === 'sent' && kind === 'reply')).toBe(true);
  });
});
