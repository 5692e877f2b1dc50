import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { computeFigure } from '../../domain/figure.ts';
import { findThread } from '../../mail/threading.ts';
import { SYSTEM } from '../../store/database.ts';
import { keptOf, lockKept } from '../../store/joins.ts';
import { buildReport } from '../../store/report.ts';
import { HOUR_MS, MORNING, openWorld, type Person, type World } from '../support/world.ts';

const ago = (hours: number): Date => new Date(MORNING.getTime() - hours * HOUR_MS);
const DAYS = { from: '2026-11-20', to: '2026-11-24', clock: 'elapsed' } as const;

describe('joining and splitting, on PostgreSQL', () => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld('postgres');
    await world.live('pfs-assures');
  });
  afterAll(() => world.close());

  const post = (person: Person, id: string, act: string, body: unknown) =>
    person.post(`/api/conversations/${id}/${act}`, body);
  const requests = (id: string) =>
    world.store.read(SYSTEM, (tx) =>
      tx.selectFrom('request').selectAll().where('conversation_id', '=', id).orderBy('started_at').execute(),
    );
  async function figure() {
    const report = await buildReport(world.store, DAYS, world.clock.now);
    const events = await world.store.read(SYSTEM, (tx) =>
      tx.selectFrom('event').selectAll().orderBy('occurred_at').orderBy('seq').execute(),
    );
    const { received, handled, answered, answered_in_time, open_late, open_not_due } = report;
    const counted = { received, handled, answered, answered_in_time, open_late, open_not_due };
    // The definition, over the log itself.
    expect(computeFigure(events, { ...DAYS, as_of: world.clock.now })).toMatchObject(counted);
    return counted;
  }

  test('each request keeps its clock, one reply covers both, and later mail goes to what was kept', async () => {
    const ana = await world.person('agent', { queues: ['n1'] });
    const sender = 'deux-fois@membre.example';
    const first = await world.conversation({ sender, received_at: ago(30) });
    const second = await world.conversation({ sender, received_at: ago(5), subject: 'Et ma carte ?' });
    const due = (await requests(first.id))[0]!.due_at;
    await ana.post(`/api/conversations/${second.id}/claim`);
    const before = await figure();
    expect((await post(ana, second.id, 'join', { other: first.ref })).json()).toEqual({ ref: first.ref });
    expect(await figure()).toEqual(before);

    expect((await requests(second.id)).map((row) => row.message_id)).toEqual([first.message, second.message]);
    expect(await world.row(second.id)).toMatchObject({ due_at: due, first_received_at: ago(30) });
    expect(await world.row(first.id)).toMatchObject({ status: 'closed', joined_to: second.id, due_at: null });
    const thread = (await ana.get(`/api/conversations/${second.id}`)).json();
    expect(thread.messages.map((message: { id: string }) => message.id)).toEqual([first.message, second.message]);
    expect(thread.joined).toEqual([{ id: first.id, ref: first.ref, messages: [first.message] }]);
    expect(thread.contacts).toEqual([]);
    const kept = await world.store.write(SYSTEM, async (tx) => [
      await keptOf(tx, first.id),
      (await lockKept(tx, first.id))?.id,
    ]);
    expect(kept).toEqual([second.id, second.id]);
    const mail = { in_reply_to: '', refs: [], subject: `Re: ${first.ref}` };
    const thread_of = await world.store.read(SYSTEM, (tx) => findThread(tx, mail, sender, 'a secret'));
    expect(thread_of).toEqual({ conversation_id: second.id, suggested_link: null });

    const answer = await post(ana, second.id, 'reply', {
      type: 'definitive',
      body: 'Bonjour, votre carte est commandée.',
    });
    expect(answer.statusCode).toBe(201);
    expect((await requests(second.id)).map(({ stopped_at }) => stopped_at)).toEqual([MORNING, MORNING]);
    expect(await figure()).toEqual({
      ...before,
      handled: before.handled + 2,
      answered: before.answered + 2,
      answered_in_time: before.answered_in_time + 2,
      open_not_due: before.open_not_due - 2,
    });
    await ana.post(`/api/deliveries/${answer.json().delivery}/cancel`, {});
    expect(await figure()).toEqual(before);
  });

  test('separating gives back what came from the other one, to its queue, with its clock', async () => {
    const ana = await world.person('agent', { queues: ['n1', 'cis'] });
    const sender = 'aller-retour@membre.example';
    const kept = await world.conversation({ sender, received_at: ago(3) });
    const other = await world.conversation({ sender, queue: 'cis', received_at: ago(20) });
    const [was] = await requests(other.id);
    await ana.post(`/api/conversations/${kept.id}/claim`);
    await post(ana, kept.id, 'join', { other: other.id });
    const later = await world.message(kept.id, { sender });
    expect((await post(ana, kept.id, 'separate', { other: other.id })).statusCode).toBe(204);
    expect(await requests(other.id)).toEqual([was]);
    expect((await requests(kept.id)).map((row) => row.message_id)).toEqual([kept.message, later]);
    expect(await world.row(other.id)).toMatchObject({
      status: 'queued',
      queue: 'cis',
      joined_to: null,
      due_at: was!.due_at,
    });
    expect((await post(ana, kept.id, 'separate', { other: other.id })).json().error.code).toBe('DESK_REFUSED');
  });

  test('separated after the answer, or after it became reserved, it comes back answered, or stays where few may read', async () => {
    const chief = await world.person('supervisor', { queues: ['n1', 'rca'] });
    const pair = async (sender: string) => {
      const kept = await world.conversation({ sender });
      const other = await world.conversation({ sender, received_at: ago(9) });
      await chief.post(`/api/conversations/${kept.id}/claim`);
      await post(chief, kept.id, 'join', { other: other.id });
      return { kept: kept.id, other: other.id };
    };
    const done = await pair('traite@membre.example');
    await post(chief, done.kept, 'close', { code: 'no_answer_needed' });
    await post(chief, done.kept, 'separate', { other: done.other });
    expect(await world.row(done.other)).toMatchObject({ status: 'answered', due_at: null });
    const reserved = await pair('reserve@membre.example');
    expect(
      (await post(chief, reserved.kept, 'transfer', { queue: 'rca', reason: 'restricted_circuit' })).statusCode,
    ).toBe(200);
    await post(chief, reserved.kept, 'separate', { other: reserved.other });
    expect(await world.row(reserved.other)).toMatchObject({ status: 'queued', queue: 'rca', restricted: true });
  });

  test('a joined conversation is handed to no partner', async () => {
    const chief = await world.person('supervisor', { queues: ['n1'] });
    const sender = 'partenaire@membre.example';
    const kept = await world.conversation({ sender });
    const other = await world.conversation({ sender, motif: 'ij-calcul-montant' });
    await chief.post(`/api/conversations/${kept.id}/claim`);
    expect((await post(chief, kept.id, 'join', { other: other.id })).statusCode).toBe(200);
    const handed = await post(chief, kept.id, 'transfer', { queue: 'pool.hainaut', reason: 'wrong_queue' });
    expect(handed.json().error.code).toBe('TRANSFER_REFUSED');
  });

  test('another’s work, other addresses and reserved circuits are refused, in plain words', async () => {
    const ana = await world.person('agent', { queues: ['n1'] });
    const ben = await world.person('agent', { queues: ['pole-pe'] });
    const chief = await world.person('supervisor');
    const sender = 'refus@membre.example';
    const mine = await world.conversation({ sender });
    const pole = await world.conversation({ sender, queue: 'pole-pe' });
    const elsm = await world.conversation({ sender, queue: 'elsm', restricted: true });
    const stranger = await world.conversation();
    await ana.post(`/api/conversations/${mine.id}/claim`);
    const say = async (person: Person, other: string, more = {}) =>
      (await post(person, mine.id, 'join', { other, ...more })).json().error;
    expect(await say(ana, pole.id)).toMatchObject({
      code: 'DESK_REFUSED',
      message: expect.stringMatching(/demandez à un référent/),
    });
    expect(await say(ana, elsm.id)).toMatchObject({ code: 'NOT_FOUND' });
    expect(await say(chief, elsm.id)).toMatchObject({ message: expect.stringMatching(/circuit réservé/) });
    expect(await say(ana, stranger.id)).toMatchObject({ message: expect.stringMatching(/adresses diffèrent/) });
    expect(await say(chief, stranger.id)).toMatchObject({ message: expect.stringMatching(/dites pourquoi/) });
    await ben.post(`/api/conversations/${pole.id}/claim`);
    expect(await say(chief, pole.id)).toMatchObject({ message: expect.stringMatching(/Une autre personne/) });
    expect((await post(chief, mine.id, 'join', { other: stranger.id, reason: 'same_nir' })).statusCode).toBe(200);
    const trail = await world.store.read(SYSTEM, (tx) =>
      tx
        .selectFrom('audit')
        .select('data')
        .where('subject', '=', mine.id)
        .where('action', '=', 'conversation.joined')
        .execute(),
    );
    expect(trail).toEqual([{ data: { other: stranger.id, reason: 'same_nir' } }]);
  });

  test('a message taken out is a conversation of its own, decided anew, its clock with it', async () => {
    const ana = await world.person('agent', { queues: ['n1'] });
    const { id, message, sender } = await world.conversation({ received_at: ago(10) });
    const second = await world.message(id, { sender, subject: 'Autre chose', received_at: ago(4) });
    await ana.post(`/api/conversations/${id}/claim`);
    const before = await figure();
    const made = (await post(ana, id, 'split', { message: second })).json();
    expect(await figure()).toEqual(before);
    expect((await requests(made.id)).map((row) => [row.message_id, row.life_id])).toEqual([[second, id]]);
    expect(await world.row(made.id)).toMatchObject({ status: 'queued', sender_key: sender, last_received_at: ago(4) });
    expect(await world.row(id)).toMatchObject({ status: 'assigned', last_received_at: ago(10) });
    const thread = (await ana.get(`/api/conversations/${made.id}`)).json();
    expect(thread.decision).toMatchObject({ message: second });
    expect((await ana.get(`/api/conversations/${id}`)).json().decision).toMatchObject({ message });
    expect((await post(ana, id, 'split', { message })).json().error.message).toMatch(/seul message/);
  });

  test('of two members in one thread, the one taken out is the sender of what becomes theirs', async () => {
    const ana = await world.person('agent', { queues: ['n1'] });
    const { id } = await world.conversation({ sender: 'conjoint@membre.example', received_at: ago(10) });
    const message = await world.message(id, { sender: 'conjointe@membre.example', sender_name: 'L’autre' });
    await ana.post(`/api/conversations/${id}/claim`);
    const made = (await post(ana, id, 'split', { message })).json();
    expect(await world.row(made.id)).toMatchObject({ sender_key: 'conjointe@membre.example', sender_name: 'L’autre' });
    expect((await world.events(made.id)).map(({ type }) => type)).toEqual([
      'conversation.decided',
      'conversation.split',
    ]);
  });

  test('whatever is joined, separated and split: nothing is received, answered or late because of it', async () => {
    const chief = await world.person('supervisor', { queues: ['n1'] });
    const acts = fc.array(fc.tuple(fc.constantFrom('join', 'separate', 'split', 'answer'), fc.nat(3), fc.nat(3)), {
      minLength: 4,
      maxLength: 9,
    });
    await fc.assert(
      fc.asyncProperty(acts, async (steps) => {
        const sender = `${Math.floor(world.clock.now.getTime())}-${steps.length}@hasard.example`;
        const all: string[] = [];
        const mails: string[] = [];
        for (const hours of [60, 30, 5]) {
          const { id, message } = await world.conversation({ sender, received_at: ago(hours) });
          all.push(id);
          mails.push(message, await world.message(id, { sender, received_at: ago(hours - 1) }));
        }
        let expected = await figure();
        for (const [act, i, j] of steps) {
          const [id, other] = [all[i % all.length]!, all[j % all.length]!];
          await chief.post(`/api/conversations/${id}/claim`);
          if (act === 'join' || act === 'separate') await post(chief, id, act, { other });
          else if (act === 'split') {
            const made = (await post(chief, id, 'split', { message: mails[j]! })).json();
            if (made.id !== undefined) all.push(made.id);
          } else {
            const open = (await requests(id)).filter(({ stopped_at }) => stopped_at === null);
            const late = open.filter(({ due_elapsed_at }) => due_elapsed_at < world.clock.now).length;
            const done = await post(chief, id, 'close', { code: 'no_answer_needed' });
            if (done.statusCode !== 200) continue;
            const n = open.length;
            expected = {
              ...expected,
              handled: expected.handled + n,
              answered_in_time: expected.answered_in_time + n - late,
              open_late: expected.open_late - late,
              open_not_due: expected.open_not_due - (n - late),
            };
          }
          expect(await figure()).toEqual(expected);
        }
      }),
      { numRuns: 3 },
    );
  });
});
