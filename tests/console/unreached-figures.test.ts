import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { DAY_MS } from '../../domain/days.ts';
import type { RowJob } from '../../queues/contracts.ts';
import { readBotReport } from '../../store/bot-report.ts';
import { SYSTEM } from '../../store/database.ts';
import { insertDelivery } from '../../store/deliveries.ts';
import { readDuties } from '../../store/duties.ts';
import { appendEvents } from '../../store/events.ts';
import { tellFigure } from '../../store/figure-told.ts';
import { newId } from '../../store/ids.ts';
import { ownFigures } from '../../store/own-figures.ts';
import { buildReport } from '../../store/report.ts';
import { templateUsage } from '../../store/template-usage.ts';
import { reopenUnreached } from '../../store/unreached.ts';
import { claimed, record } from '../support/delivery-rows.ts';
import { ENGINES } from '../support/stores.ts';
import { MORNING, openWorld, type Person, type World } from '../support/world.ts';

/** An answer that reached nobody is none in what is counted beside the figure either (store/unreached.ts). */
describe.each(ENGINES)('what is counted of a reply that reached nobody, on %s', (engine) => {
  let world: World;
  let ana: Person;
  let chief: Person;
  beforeAll(async () => {
    world = await openWorld(engine);
    await world.live('pfs-assures');
    ana = await world.person('agent', { queues: ['n1'] });
    chief = await world.person('supervisor');
  });
  afterAll(() => world.close());

  const at = (minutes: number): Date => new Date(MORNING.getTime() + minutes * 60_000);
  const until = at(24 * 60);

  async function taken(minutes = 0): Promise<string> {
    world.clock.now = at(minutes);
    const { id } = await world.conversation({ received_at: at(minutes - 60) });
    expect((await ana.post(`/api/conversations/${id}/claim`)).statusCode).toBe(200);
    return id;
  }
  async function replied(id: string, over: Record<string, unknown> = {}): Promise<RowJob> {
    const sent = await ana.post(`/api/conversations/${id}/reply`, { type: 'definitive', body: 'Bonjour.', ...over });
    return { id: sent.json().delivery, rev: 0 };
  }
  const ends = async (job: RowJob, result: 'refused' | 'accepted', minutes: number): Promise<void> =>
    void (await record(world.store, await claimed(world.store, job, at(minutes)), result, at(minutes)));
  const comesBack = ({ id }: RowJob, minutes: number): Promise<void> =>
    world.store.write(SYSTEM, (tx) => reopenUnreached(tx, id, 'reply-returned', at(minutes)));
  async function again({ id, rev }: RowJob, minutes: number): Promise<RowJob> {
    world.clock.now = at(minutes);
    expect((await chief.post(`/api/deliveries/${id}/resolve`, { as: 'retry' })).statusCode).toBe(200);
    return { id, rev: rev + 1 };
  }

  test('a redirection counts once, and only while its notice has not failed or come back; then the notice is missing', async () => {
    const days = { from: '2026-11-24', to: '2026-11-24' };
    const duties = async (minutes: number) => {
      const { redirected } = await world.store.read(SYSTEM, (tx) => readDuties(tx, world.book, at(minutes)));
      const figure = await buildReport(world.store, days, at(minutes));
      return { ...redirected, figure: figure.redirected };
    };
    const stands = { told: 1, not_told: 0, notices_not_sent: 0, figure: 1 };
    const void_ = { told: 0, not_told: 0, notices_not_sent: 1, figure: 0 };
    const id = await taken();
    // A second question of the same person: one redirection all the same.
    await world.message(id, { received_at: at(-30) });
    const notice = { body: 'Bonjour, votre demande relève de la CAF : nous la lui transmettons.' };
    const closed = await ana.post(`/api/conversations/${id}/close`, { code: 'redirected', notice });
    const first: RowJob = { id: closed.json().delivery, rev: 0 };
    expect(await duties(1)).toEqual({ ...stands, figure: 2 });
    await ends(first, 'refused', 2);
    expect(await duties(3)).toEqual(void_);
    const second = await again(first, 4);
    expect(await duties(5)).toEqual({ ...stands, figure: 2 });
    await ends(second, 'accepted', 6);
    await comesBack(second, 7);
    expect(await duties(8)).toEqual(void_);
    // Reached by telephone: nothing is missing any more, and nothing was redirected.
    world.clock.now = at(9);
    await ana.post(`/api/conversations/${id}/claim`);
    await replied(id, { type: 'appel', conclusive: true });
    expect(await duties(10)).toEqual({ ...void_, notices_not_sent: 0 });
  });

  test('a copy to a partner that failed is no missing notice', async () => {
    const id = await taken();
    const seen = async () =>
      (await world.store.read(SYSTEM, (tx) => readDuties(tx, world.book, at(1)))).redirected.notices_not_sent;
    const before = await seen();
    const copy = {
      ...{ conversation_id: id, kind: 'notice' as const, via: 'smtp' as const, mailbox: 'pfs-assures', to_name: '' },
      ...{ to_address: 'copie@partenaire.example', subject: 'Copie', body: 'Bonjour.', message_id: null },
      ...{ message_id_header: `<${newId()}@cpam.example>`, in_reply_to: '', refs: [], in_response_to: null },
    };
    const job = await world.store.write(SYSTEM, (tx) =>
      insertDelivery(tx, SYSTEM, at(0), { ...copy, not_before: at(0) }),
    );
    await ends(job!, 'refused', 1);
    expect(await seen()).toBe(before);
  });

  test('one’s own figures: not the author’s while it reached nobody; sent again by a supervisor it is the author’s, once', async () => {
    const own = async ({ agent }: Person) =>
      (await world.store.read(SYSTEM, (tx) => ownFigures(tx, agent.id, at(-60), until))).answered;
    const before = await own(ana);
    const job = await replied(await taken());
    expect(await own(ana)).toBe(before + 1);
    await ends(job, 'refused', 1);
    expect(await own(ana)).toBe(before);
    await ends(await again(job, 2), 'accepted', 3);
    expect([await own(ana), await own(chief)]).toEqual([before + 1, 0]);
  });

  test('hours to a person are those of the answer that stands', async () => {
    const id = await taken();
    const bot = newId();
    const about = { portal: 'essai-nord', bot };
    await world.store.write(SYSTEM, (tx) =>
      appendEvents(tx, SYSTEM, at(0), [
        { type: 'bot.started', occurred_at: at(0), data: about },
        { type: 'bot.accepted', occurred_at: at(0), data: { ...about, by: 'asked' } },
        { type: 'bot.handed', occurred_at: at(0), conversation_id: id, data: about },
      ]),
    );
    const hours = async () => {
      const day = { from: '2026-11-24', to: '2026-11-24', portal: about.portal };
      const { answered, median_hours_to_human } = await readBotReport(world.store, day);
      return [answered, median_hours_to_human];
    };
    world.clock.now = at(6);
    const job = await replied(id);
    expect(await hours()).toEqual([1, 0.1]);
    await ends(job, 'refused', 12);
    expect(await hours()).toEqual([0, null]);
    await again(job, 30);
    expect(await hours()).toEqual([1, 0.5]);
  });

  describe('templates', () => {
    const usage = async (template: string, now: Date) => {
      await tellFigure(world.store);
      const all = await world.store.read(SYSTEM, (tx) => templateUsage(tx, at(-60), now));
      return all.get(template) ?? { used: 0, settled: 0 };
    };

    test('a reply that failed or came back is no use of its template; sent again it is one', async () => {
      const used = async () => (await usage('carte.declarer', until)).used;
      const first = await replied(await taken(), { template: 'carte.declarer' });
      expect(await used()).toBe(1);
      await ends(first, 'refused', 1);
      expect(await used()).toBe(0);
      const second = await again(first, 2);
      expect(await used()).toBe(1);
      await ends(second, 'accepted', 3);
      expect(await used()).toBe(1);
      await comesBack(second, 4);
      expect(await used()).toBe(0);
    });

    test('sent again, it settles its question with its template, once', async () => {
      const job = await replied(await taken(), { template: 'autre' });
      await ends(job, 'refused', 1);
      const after = new Date(MORNING.getTime() + 20 * DAY_MS);
      expect(await usage('autre', after)).toMatchObject({ settled: 0 });
      await ends(await again(job, 2), 'accepted', 3);
      expect(await usage('autre', after)).toMatchObject({ used: 1, settled: 1 });
    });
  });
});
