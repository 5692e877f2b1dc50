import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { compileRulebook } from '../../domain/match.ts';
import type { Decision } from '../../domain/route.ts';
import type { Rulebook } from '../../domain/rulebook.ts';
import { acknowledge, oldestAlert, raiseAlert } from '../../store/alerts.ts';
import { SYSTEM } from '../../store/database.ts';
import { appendDecision } from '../../store/decisions.ts';
import { openReview } from '../../store/reviews.ts';
import { deskTick } from '../../workers/desk.ts';
import { createDispatchWork } from '../../workers/dispatch.ts';
import { deskBook } from '../support/desk-book.ts';
import { quiet } from '../support/quiet.ts';
import { ENGINES } from '../support/stores.ts';
import { HOUR_MS, MORNING, openWorld, type NewConversation, type Person, type World } from '../support/world.ts';

const NOTHING = { rung: 0, timed_out: 0, adopted: 0, unread: 0, given_back: 0 };
const MINUTE_MS = 60_000;
const later = (minutes: number): Date => new Date(MORNING.getTime() + minutes * MINUTE_MS);
const site = (time: string, day = '2026-11-24'): Date => new Date(`${day}T${time}:00+01:00`);

describe.each(ENGINES)('what time does to the desk, on %s', (engine) => {
  let world: World;
  const log: object[] = [];
  const logger = { ...quiet, warn: (line: object) => void log.push(line) } as never;
  let book: Rulebook;
  beforeAll(async () => {
    world = await openWorld(engine);
  });
  afterAll(() => world.close());
  beforeEach(async () => {
    book = { ...deskBook() };
    log.length = 0;
    await world.store.write(SYSTEM, async (tx) => {
      await tx.updateTable('conversation').set({ status: 'closed' }).execute();
      await tx.updateTable('task').set({ status: 'done' }).execute();
      await tx.updateTable('alert').set({ acked_at: MORNING, next_at: null }).where('acked_at', 'is', null).execute();
      await tx.deleteFrom('presence').execute();
    });
  });
  const tick = (now = MORNING) =>
    deskTick({ store: world.store, rulebook: async () => book, now: () => now }, logger, new AbortController().signal);
  const last = async (id: string) => (await world.events(id)).at(-1);

  describe('a review nobody reads', () => {
    const waiting = async (opened_at: Date, over: NewConversation = {}, wanted = 'pole-pe'): Promise<string> => {
      const { id } = await world.conversation({ queue: 'analyse-prealable', motif: 'ij-calcul-montant', ...over });
      const asked = { queue: 'analyse-prealable', wanted, origin: 'machine' as const, rule: 'motif.x', motif: null };
      await world.store.write(SYSTEM, (tx) => openReview(tx, SYSTEM, { conversation_id: id, ...asked }, opened_at));
      return id;
    };

    test('goes on to its pôle after nine open hours, counted, and its clocks never stopped', async () => {
      // Friday 14:00 to Monday 14:00 is nine open hours of this site.
      const id = await waiting(site('14:00', '2026-11-20'));
      const before = await world.row(id);
      expect(await tick(new Date(site('14:00', '2026-11-23').getTime() - 1))).toEqual(NOTHING);
      expect(await tick(site('14:00', '2026-11-23'))).toEqual({ ...NOTHING, timed_out: 1 });
      const after = await world.row(id);
      expect(after).toMatchObject({ queue: 'pole-pe', status: 'queued' });
      for (const clock of ['due_elapsed_at', 'due_at', 'open_since']) expect(after[clock]).toEqual(before[clock]);
      expect((await world.events(id)).slice(-2)).toMatchObject([
        { type: 'review.timed_out', actor: 'system', data: { wanted: 'pole-pe' } },
        { type: 'conversation.transferred', data: { to: 'pole-pe', reason: 'review_timed_out' } },
      ]);
      expect(await tick(site('14:00', '2026-11-23'))).toEqual(NOTHING);
    });

    test('stays while somebody reads it, and while its pôle is not in the rules', async () => {
      const ref = await world.person('referent', { queues: ['analyse-prealable'] });
      const old = site('09:00', '2026-11-16');
      const held = await waiting(old);
      await ref.post(`/api/conversations/${held}/claim`);
      await waiting(old, {}, 'pole-parti');
      expect(await tick()).toEqual(NOTHING);
    });

    test('answered at level 1 it is over: a later mail of the thread does not go on with the old time', async () => {
      const id = await waiting(site('09:00', '2026-11-16'));
      const set = (status: 'answered' | 'queued') =>
        world.store.write(SYSTEM, (tx) =>
          tx.updateTable('conversation').set({ status }).where('id', '=', id).execute(),
        );
      await set('answered');
      expect(await tick()).toEqual(NOTHING);
      await set('queued');
      expect(await tick()).toEqual({ ...NOTHING, adopted: 1 });
      expect(await world.row(id)).toMatchObject({ queue: 'analyse-prealable' });
    });

    test('a reserved pôle stays reserved', async () => {
      const id = await waiting(site('09:00', '2026-11-16'), {}, 'elsm');
      await tick();
      expect(await world.row(id)).toMatchObject({ queue: 'elsm', restricted: true });
    });

    test('a conversation that stands in the review without a row gets one', async () => {
      const { id } = await world.conversation({ queue: 'analyse-prealable', motif: 'ij-calcul-montant' });
      expect(await tick()).toEqual({ ...NOTHING, adopted: 1 });
      expect(await last(id)).toMatchObject({ type: 'review.opened', data: { wanted: 'pole-pe', rule: 'found' } });
      expect(await tick()).toEqual(NOTHING);
    });
  });

  describe('work of somebody away', () => {
    const away = (person: Person, half: 'am' | 'pm', day = '2026-11-24') =>
      world.store.write(SYSTEM, (tx) =>
        tx
          .insertInto('presence')
          .values({ agent_id: person.agent.id, day, half, channel: 'absent', set_by: person.agent.id, set_at: MORNING })
          .execute(),
      );

    test('goes back to the team after four open hours, with its deadline, and the event says why', async () => {
      const ana = await world.person('agent', { queues: ['n1'] });
      await away(ana, 'am');
      await away(ana, 'pm');
      const held_until = site('18:00');
      const { id } = await world.conversation({ status: 'assigned', holder: ana.agent.id, held_until });
      const before = await world.row(id);
      expect(await tick(site('12:29'))).toEqual(NOTHING);
      expect(await tick(site('12:30'))).toEqual({ ...NOTHING, given_back: 1 });
      expect(await world.row(id)).toMatchObject({
        ...{ status: 'queued', holder: null, queue: 'n1', due_elapsed_at: before['due_elapsed_at'] },
        rev: (before['rev'] as number) + 1,
      });
      expect(await last(id)).toMatchObject({
        type: 'conversation.released',
        data: { reason: 'holder-absent', holder: ana.agent.id },
      });
    });

    test('a task too; one whose owner is on the telephone stays', async () => {
      const [ana, ben] = [await world.person('agent'), await world.person('agent')];
      await away(ana, 'am');
      const { id } = await world.conversation();
      const boss = await world.person('supervisor');
      const task = (owner: Person) =>
        boss.post(`/api/conversations/${id}/tasks`, {
          ...{ pole: 'pole-pe', action: 'Rappeler', due_on: '2026-11-30', owner: owner.agent.id },
        });
      world.clock.now = site('08:00');
      const [hers, his] = [(await task(ana)).json().id, (await task(ben)).json().id];
      world.clock.now = MORNING;
      expect(await tick(site('12:45'))).toEqual({ ...NOTHING, given_back: 1 });
      const owners = await world.store.read(SYSTEM, (tx) =>
        tx.selectFrom('task').select(['id', 'owner']).where('id', 'in', [hers, his]).orderBy('id').execute(),
      );
      expect(new Map(owners.map((row) => [row.id, row.owner]))).toEqual(
        new Map([
          [hers, null],
          [his, ben.agent.id],
        ]),
      );
      expect(await last(id)).toMatchObject({ type: 'task.released', data: { task: hers, reason: 'owner-absent' } });
    });

    test('what was taken since the absence was noted counts from then', async () => {
      const ana = await world.person('agent', { queues: ['n1'] });
      await away(ana, 'am');
      await away(ana, 'pm');
      const { id } = await world.conversation();
      // At ten; the absence began at half past eight.
      expect((await ana.post(`/api/conversations/${id}/claim`)).statusCode).toBe(200);
      expect(await tick(site('13:59'))).toEqual(NOTHING);
      expect(await tick(site('14:00'))).toEqual({ ...NOTHING, given_back: 1 });
    });

    test('a disabled account keeps no task', async () => {
      const gone = await world.person('agent');
      const { id } = await world.conversation();
      const boss = await world.person('supervisor');
      world.clock.now = site('09:00', '2026-11-23');
      await boss.post(`/api/conversations/${id}/tasks`, {
        ...{ pole: 'pole-pe', action: 'Rappeler', due_on: '2026-11-30', owner: gone.agent.id },
      });
      world.clock.now = MORNING;
      await world.store.write(SYSTEM, (tx) =>
        tx.updateTable('agent').set({ disabled: true }).where('id', '=', gone.agent.id).execute(),
      );
      expect(await tick()).toEqual({ ...NOTHING, given_back: 1 });
    });
  });

  describe('a P0', () => {
    const LINE = [{ login: 'P0.Un@cpam.example' }, { role: 'referent' as const }];
    let one: Person;
    let ref: Person;
    let boss: Person;
    let outsider: Person;
    beforeAll(async () => {
      one = await world.person('agent', { login: 'p0.un@cpam.example', queues: ['urgence-vitale'] });
      ref = await world.person('referent');
      boss = await world.person('supervisor');
      outsider = await world.person('agent', { queues: ['n1'] });
    });
    beforeEach(() => {
      book = { ...book, rota: { acknowledge_minutes: 15, calendar: 'site', slots: [], otherwise: LINE } };
    });
    const P0: NewConversation = { queue: 'urgence-vitale', urgency: 0, flags: ['danger-vital'], restricted: true };
    const ringing = async (): Promise<{ conversation: string; alert: string }> => {
      const { id, message } = await world.conversation(P0);
      const given = { conversation_id: id, message_id: message, flag: 'danger-vital' };
      const alert = await world.store.write(SYSTEM, (tx) => raiseAlert(tx, book, given, MORNING));
      return { conversation: id, alert: alert! };
    };
    const rings = (alert: string) =>
      world.store.read(SYSTEM, (tx) =>
        tx.selectFrom('alert_ring').selectAll().where('alert_id', '=', alert).orderBy('step').execute(),
      );
    const listed = async (person: Person, alert: string) =>
      (await person.get('/api/alerts')).json().alerts.find((each: { id: string }) => each.id === alert);

    test('rings the first in line, then each next one every quarter of an hour, and all supervisors in the end', async () => {
      const { alert, conversation } = await ringing();
      expect((await rings(alert)).map(({ called }) => called)).toEqual([[one.agent.id]]);
      expect(await tick(later(14))).toEqual(NOTHING);
      expect(await tick(later(15))).toEqual({ ...NOTHING, rung: 1 });
      expect(await tick(later(15))).toEqual(NOTHING);
      expect(await tick(later(31))).toEqual({ ...NOTHING, rung: 1 });
      const called = (await rings(alert)).map((ring) => ring.called);
      expect(called).toHaveLength(3);
      expect(called[1]).toContain(ref.agent.id);
      expect(called[2]).toContain(boss.agent.id);
      // The line has ended: it goes on ringing where it is, and is seen.
      expect(await tick(later(600))).toEqual(NOTHING);
      expect(log).toEqual([
        { alert, conversation, step: 1 },
        { alert, conversation, step: 2 },
      ]);
      expect(await world.store.read(SYSTEM, oldestAlert)).toEqual(MORNING);
      expect((await world.events(conversation)).filter(({ type }) => type.startsWith('alert.'))).toHaveLength(4);
    });

    test('acknowledged, it rings nobody else; a second click is no second answer', async () => {
      const { alert } = await ringing();
      expect(await listed(outsider, alert)).toBeUndefined();
      expect((await outsider.post(`/api/alerts/${alert}/ack`)).statusCode).toBe(404);
      expect(await listed(one, alert)).toMatchObject({ mine: true, step: 0, steps: 3, acked_at: null });
      expect((await one.post(`/api/alerts/${alert}/ack`)).json()).toEqual({ again: false });
      expect((await boss.post(`/api/alerts/${alert}/ack`)).json()).toEqual({ again: true });
      expect(await tick(later(60))).toEqual(NOTHING);
      expect(await listed(boss, alert)).toMatchObject({
        how: 'acknowledged',
        acked_by: { id: one.agent.id },
        mine: false,
      });
      expect(await world.store.read(SYSTEM, oldestAlert)).toBeNull();
    });

    test('taking the conversation is acknowledging it', async () => {
      const { alert, conversation } = await ringing();
      expect((await one.post('/api/desk/next')).json().claim.conversation).toBe(conversation);
      expect(await listed(boss, alert)).toMatchObject({ how: 'taken', acked_by: { id: one.agent.id } });
    });

    test('taken and let go without an answer, it rings again from the start; passed on, it does not', async () => {
      const { conversation } = await ringing();
      await one.post(`/api/conversations/${conversation}/claim`);
      expect(await tick(later(1))).toEqual(NOTHING);
      await one.post(`/api/conversations/${conversation}/release`, { reason: 'needs_help' });
      expect(await tick(later(2))).toEqual({ ...NOTHING, rung: 1 });
      expect(await tick(later(3))).toEqual(NOTHING);
      expect(await world.store.read(SYSTEM, oldestAlert)).toEqual(later(2));
      await boss.post(`/api/conversations/${conversation}/claim`);
      await boss.post(`/api/conversations/${conversation}/transfer`, { queue: 'rca', reason: 'restricted_circuit' });
      expect(await tick(later(4))).toEqual(NOTHING);
    });

    test('answered by somebody meanwhile, it ends by itself', async () => {
      const { alert, conversation } = await ringing();
      await world.store.write(SYSTEM, (tx) =>
        tx.updateTable('conversation').set({ status: 'answered' }).where('id', '=', conversation).execute(),
      );
      expect(await tick(later(15))).toEqual(NOTHING);
      expect(await listed(boss, alert)).toMatchObject({ how: 'answered', acked_by: null });
    });

    test('a second mail does not ring twice while it rings, and rings again once that was acknowledged', async () => {
      const { alert, conversation } = await ringing();
      const given = { conversation_id: conversation, message_id: null, flag: 'danger-vital' };
      const again = () => world.store.write(SYSTEM, (tx) => raiseAlert(tx, book, given, later(1)));
      expect(await again()).toBeUndefined();
      await world.store.write(SYSTEM, (tx) => acknowledge(tx, one.agent, alert, later(2)));
      expect(await again()).toEqual(expect.any(String));
    });

    test('a mark put by a person rings too', async () => {
      const { id } = await world.conversation({ queue: 'n1' });
      const added = await ref.post(`/api/conversations/${id}/flags`, { flag: 'danger-vital', action: 'add' });
      expect(added.statusCode).toBe(200);
      const { alerts } = (await boss.get('/api/alerts')).json();
      expect(alerts.map((each: { conversation: string }) => each.conversation)).toContain(id);
    });

    test('an alert mail goes to the duty address, and holds nothing of the message', async () => {
      const duty = 'astreinte@cpam.example';
      const otherwise = [{ role: 'supervisor' as const, email: duty }];
      book = { ...book, rota: { ...book.rota!, mail_from: 'pfs-assures', otherwise } };
      const before = (await ringing()).conversation;
      const mails = (id: string) =>
        world.store.read(SYSTEM, (tx) =>
          tx.selectFrom('delivery').selectAll().where('conversation_id', '=', id).where('kind', '=', 'alert').execute(),
        );
      // The mailbox observes: nothing leaves it.
      expect(await mails(before)).toEqual([]);
      await world.live('pfs-assures');
      const { conversation } = await ringing();
      const [mail] = await mails(conversation);
      expect(mail).toMatchObject({ status: 'pending', to_address: duty, message_id: null });
      const { ref: reference } = (await world.row(conversation)) as { ref: string };
      expect(mail!.subject).toBe(`Alerte P0 : conversation ${reference}`);
      expect(mail!.subject + mail!.body).not.toMatch(/Camille|carte|perdue|danger|membre\.example/i);
      expect((await boss.get(`/api/conversations/${conversation}`)).json().deliveries).toEqual([]);
    });
  });

  describe('a dispatch', () => {
    async function dispatched(over: Partial<Decision>, origin: 'imap' | 'import' = 'imap') {
      const { id, message } = await world.conversation({ queue: over.queue ?? 'n1', motif: over.motif ?? null });
      const decision = {
        ...{ engine: '2', motif: null, confidence: 1, abstained: false, ranked: [], secondary: [], level: 'expert' },
        ...{
          pole: 'pole-pe',
          queue: 'n1',
          target_queue: 'n1',
          queue_confidence: 1,
          rule: 'motif.x',
          flags: [],
          urgency: 3,
        },
        ...{ restricted: false, public: 'assure', evidence: [], trace: [] },
        ...over,
      } as unknown as Decision;
      await world.store.write(SYSTEM, async (tx) => {
        await tx.updateTable('message').set({ status: 'decided', origin }).where('id', '=', message).execute();
        const at = new Date(MORNING.getTime() + HOUR_MS);
        const digests = { rulebook: book.digest, model: 'fixed' };
        await appendDecision(tx, { conversation_id: id, message_id: message }, decision, digests, at);
      });
      const work = createDispatchWork({
        ...{ store: world.store, queues: { enqueue: async () => {} }, secret: 'x'.repeat(32), clock: () => MORNING },
        rulebook: async () => compileRulebook(book),
      });
      const context = { log: quiet, signal: new AbortController().signal };
      expect(await work({ id: message, rev: 0 }, context)).toEqual({ kind: 'done' });
      const of = <T extends 'review' | 'alert' | 'direct_sample'>(table: T) =>
        world.store.read(SYSTEM, (tx) =>
          tx
            .selectFrom(table as 'review')
            .selectAll()
            .where('conversation_id', '=', id)
            .execute(),
        );
      return { id, review: await of('review'), alert: await of('alert'), sample: await of('direct_sample') };
    }

    test('to the review opens it with its pôle and rule', async () => {
      const { review, alert, sample } = await dispatched({
        ...{ motif: 'ij-calcul-montant', queue: 'analyse-prealable', target_queue: 'pole-pe', rule: 'motif.ij' },
      });
      expect(review).toMatchObject([{ wanted: 'pole-pe', origin: 'machine', rule: 'motif.ij', outcome: null }]);
      expect([alert, sample]).toEqual([[], []]);
    });

    test('straight to a pôle may be drawn to be read afterwards', async () => {
      book = { ...book, reviews: { ...(await import('../../domain/review.ts')).DEFAULT_REVIEWS, sample_share: 1 } };
      const direct = { queue: 'cis', target_queue: 'cis', rule: 'motif.dsn', motif: 'ij-calcul-montant' };
      const { id, sample, review } = await dispatched(direct);
      expect(sample).toMatchObject([{ queue: 'cis', rule: 'motif.dsn', verdict: null }]);
      expect(review).toEqual([]);
      expect((await dispatched({})).sample).toEqual([]);
      const ref = await world.person('referent');
      const { samples } = (await ref.get('/api/reviews/samples')).json();
      const mine = samples.find((one: { conversation: string }) => one.conversation === id);
      const url = `/api/reviews/samples/${mine.message}`;
      expect((await ref.post(url, { verdict: 'wrong_queue' })).statusCode).toBe(204);
      expect((await ref.post(url, { verdict: 'right' })).json().error.code).toBe('CONVERSATION_TRANSITION');
      const metrics = (await ref.get('/api/reviews/metrics?from=2026-11-24&to=2026-11-24')).json();
      expect(metrics.samples).toMatchObject([{ queue: 'cis', drawn: 1, read: 1, right: 0 }]);
    });

    test('of a P1 that the Middle Office can no longer reach today leaves it first in its pôle, and says so', async () => {
      const urgent = {
        ...{ motif: 'ij-calcul-montant', queue: 'middle-office', target_queue: 'middle-office', urgency: 1 },
        ...{ rule: 'flag.deuil-perinatal', flags: [{ id: 'deuil-perinatal', level: 'P1' as const }] },
      };
      expect(await world.row((await dispatched(urgent)).id)).toMatchObject({ queue: 'middle-office' });
      // One dossier and a half is what is left of the day.
      const small = (queue: Rulebook['queues'][number]) => ({ ...queue, capacity_per_open_hour: 0.2 });
      book = { ...book, queues: book.queues.map((queue) => (queue.id === 'middle-office' ? small(queue) : queue)) };
      const { id, review } = await dispatched(urgent);
      expect(await world.row(id)).toMatchObject({ queue: 'pole-pe' });
      expect(review).toEqual([]);
      const routed = (await world.events(id)).find(({ type }) => type === 'conversation.routed');
      expect(routed).toMatchObject({ data: { queue: 'pole-pe', rule: 'p1.middle-office-plein' } });
    });

    test('of a P0 rings; of imported history it rings nobody', async () => {
      const urgent = {
        ...{
          queue: 'urgence-vitale',
          target_queue: 'urgence-vitale',
          urgency: 0,
          restricted: true,
          rule: 'flag.danger-vital',
        },
        flags: [{ id: 'danger-vital', level: 'P0' as const }],
      };
      expect((await dispatched(urgent)).alert).toMatchObject([{ flag: 'danger-vital', acked_at: null }]);
      expect((await dispatched(urgent, 'import')).alert).toEqual([]);
    });
  });
});
