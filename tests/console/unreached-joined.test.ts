import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { RowJob } from '../../queues/contracts.ts';
import { SYSTEM } from '../../store/database.ts';
import { newId } from '../../store/ids.ts';
import { reopenUnreached, sentAs } from '../../store/unreached.ts';
import { claimed, record } from '../support/delivery-rows.ts';
import { ENGINES } from '../support/stores.ts';
import { MORNING, openWorld, type Person, type World } from '../support/world.ts';

/** People join conversations and part them while a sending fails or comes back: which questions it was about stays known. */
describe.each(ENGINES)('an unreached reply in conversations joined, parted or closed since, on %s', (engine) => {
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
  const post = (person: Person, id: string, act: string, body?: unknown) =>
    person.post(`/api/conversations/${id}/${act}`, body);
  const isOpen = async (message: string): Promise<boolean> =>
    (
      await world.store.read(SYSTEM, (tx) =>
        tx.selectFrom('request').select('stopped_at').where('message_id', '=', message).executeTakeFirstOrThrow(),
      )
    ).stopped_at === null;
  const header = async ({ id }: RowJob): Promise<string> =>
    (
      await world.store.read(SYSTEM, (tx) =>
        tx.selectFrom('delivery').select('message_id_header').where('id', '=', id).executeTakeFirstOrThrow(),
      )
    ).message_id_header;
  async function replied(id: string, over: Record<string, unknown> = {}): Promise<RowJob> {
    await post(ana, id, 'claim');
    const sent = await post(ana, id, 'reply', { type: 'definitive', body: 'Bonjour.', ...over });
    expect(sent.statusCode).toBe(201);
    return { id: sent.json().delivery, rev: 0 };
  }
  const ends = async (job: RowJob, result: 'refused' | 'accepted' | 'unknown', minutes: number): Promise<void> =>
    void (await record(world.store, await claimed(world.store, job, at(minutes)), result, at(minutes)));
  const pair = async (sender: string) => [
    await world.conversation({ sender, received_at: at(-300) }),
    await world.conversation({ sender, received_at: at(-60) }),
  ];
  async function joined(kept: { id: string }, other: { ref: string }): Promise<void> {
    await post(ana, kept.id, 'claim');
    expect((await post(ana, kept.id, 'join', { other: other.ref })).statusCode).toBe(200);
  }

  test('a bounce finds its reply where people joined the conversation to', async () => {
    const [first, second] = await pair(`un-${engine}@membre.example`);
    const job = await replied(first!.id);
    await ends(job, 'accepted', 1);
    await joined(second!, first!);
    const named = await header(job);
    const found = await world.store.read(SYSTEM, (tx) => sentAs(tx, second!.id, named));
    expect(found).toBe(job.id);
    const stranger = await world.conversation({});
    expect(await world.store.read(SYSTEM, (tx) => sentAs(tx, stranger.id, named))).toBeUndefined();
    await world.store.write(SYSTEM, (tx) => reopenUnreached(tx, job.id, 'reply-returned', at(2)));
    expect(await isOpen(first!.message)).toBe(true);
  });

  test('one reply to two joined questions, parted before it fails: both are open again and both are answered by the retry', async () => {
    const [first, second] = await pair(`deux-${engine}@membre.example`);
    await joined(second!, first!);
    const job = await replied(second!.id);
    await ends(job, 'unknown', 1);
    await world.store.write(SYSTEM, (tx) =>
      tx.updateTable('delivery').set({ status: 'sent' }).where('id', '=', job.id).execute(),
    );
    expect((await post(chief, second!.id, 'separate', { other: first!.id })).statusCode).toBe(204);
    await world.store.write(SYSTEM, (tx) =>
      tx.updateTable('delivery').set({ status: 'ambiguous' }).where('id', '=', job.id).execute(),
    );
    await world.store.write(SYSTEM, (tx) => reopenUnreached(tx, job.id, 'reply-returned', at(2)));
    expect([await isOpen(first!.message), await isOpen(second!.message)]).toEqual([true, true]);
    for (const { id } of [first!, second!]) expect(await world.row(id)).toMatchObject({ status: 'queued' });
    // It had been in doubt: that it came back settles the doubt.
    const resolve = `/api/deliveries/${job.id}/resolve`;
    expect((await chief.post(resolve, { as: 'sent', proof: 'vu' })).json().error.code).toBe('DELIVERY_STATE');
    expect((await chief.post(resolve, { as: 'retry' })).statusCode).toBe(200);
    expect([await isOpen(first!.message), await isOpen(second!.message)]).toEqual([false, false]);
    for (const { id } of [first!, second!]) expect(await world.row(id)).toMatchObject({ status: 'answered' });
  });

  test('failed, then joined elsewhere: the retry stops the clock where the question stands now', async () => {
    const [first, second] = await pair(`trois-${engine}@membre.example`);
    const job = await replied(first!.id);
    await ends(job, 'refused', 1);
    expect(await isOpen(first!.message)).toBe(true);
    await joined(second!, first!);
    expect((await post(ana, second!.id, 'release', { reason: 'mistake' })).statusCode).toBe(204);
    expect((await chief.post(`/api/deliveries/${job.id}/resolve`, { as: 'retry' })).statusCode).toBe(200);
    expect([await isOpen(first!.message), await isOpen(second!.message)]).toEqual([false, true]);
    expect(await world.row(second!.id)).toMatchObject({ status: 'queued' });
  });

  test('a redirection the person was told of by a holding reply alone is none once that reply has failed', async () => {
    const { id, message } = await world.conversation({ received_at: at(-60) });
    const job = await replied(id, { type: 'attente' });
    expect((await post(ana, id, 'close', { code: 'redirected' })).statusCode).toBe(200);
    expect(await isOpen(message)).toBe(false);
    await ends(job, 'refused', 5);
    expect(await isOpen(message)).toBe(true);
    expect(await world.row(id)).toMatchObject({ status: 'queued', closing_code: null });
    expect((await chief.post(`/api/deliveries/${job.id}/resolve`, { as: 'retry' })).statusCode).toBe(200);
    expect(await world.row(id)).toMatchObject({ status: 'closed', closing_code: 'redirected' });
  });

  test('what came back told nobody: a redirection cannot rest on it', async () => {
    const { id, message } = await world.conversation({ received_at: at(-60) });
    const notice = { body: 'Bonjour, votre demande relève de la CAF.' };
    await post(ana, id, 'claim');
    const job = {
      id: (await post(ana, id, 'close', { code: 'redirected', notice })).json().delivery as string,
      rev: 0,
    };
    await ends(job, 'accepted', 1);
    world.clock.now = at(2);
    await world.store.write(SYSTEM, (tx) => reopenUnreached(tx, job.id, 'reply-returned', at(2)));
    expect(await isOpen(message)).toBe(true);
    await post(ana, id, 'claim');
    expect((await post(ana, id, 'close', { code: 'redirected' })).json().error.code).toBe('CLOSE_REFUSED');
    world.clock.now = MORNING;
  });

  test('a reply taken back after its conversation was closed or parted leaves nothing closed behind', async () => {
    const closed = await world.conversation({ received_at: at(-60) });
    const job = await replied(closed.id);
    world.clock.now = at(0.05);
    expect((await post(ana, closed.id, 'close', { code: 'answered' })).statusCode).toBe(200);
    expect((await ana.post(`/api/deliveries/${job.id}/cancel`)).json()).toMatchObject({ status: 'queued' });
    expect(await isOpen(closed.message)).toBe(true);
    expect(await world.row(closed.id)).toMatchObject({ status: 'queued', closing_code: null });

    const told = await world.conversation({ received_at: at(-60) });
    const holding = await replied(told.id, { type: 'attente' });
    world.clock.now = at(0.1);
    expect((await post(ana, told.id, 'close', { code: 'redirected' })).statusCode).toBe(200);
    expect((await ana.post(`/api/deliveries/${holding.id}/cancel`)).statusCode).toBe(200);
    expect(await isOpen(told.message)).toBe(true);
    expect(await world.row(told.id)).toMatchObject({ status: 'queued' });

    world.clock.now = MORNING;
    const [first, second] = await pair(`quatre-${engine}@membre.example`);
    await joined(second!, first!);
    const both = await replied(second!.id);
    world.clock.now = at(0.05);
    expect((await post(chief, second!.id, 'separate', { other: first!.id })).statusCode).toBe(204);
    expect((await ana.post(`/api/deliveries/${both.id}/cancel`)).statusCode).toBe(200);
    expect([await isOpen(first!.message), await isOpen(second!.message)]).toEqual([true, true]);
    expect(await world.row(first!.id)).toMatchObject({ status: 'queued' });
    world.clock.now = MORNING;
  });

  test('the next reply goes to the member, never to whoever sent the bounce', async () => {
    const { id, sender } = await world.conversation({ received_at: at(-60) });
    const job = await replied(id);
    await ends(job, 'accepted', 1);
    await world.store.write(SYSTEM, (tx) =>
      tx
        .insertInto('message')
        .values({
          ...{ id: newId(), conversation_id: id, direction: 'incoming', mailbox: 'pfs-assures', status: 'dispatched' },
          ...{ outcome: 'bounce', automated_reason: 'bounce:failed-recipients', subject: 'Undelivered Mail' },
          ...{ received_at: at(2), ingested_at: at(2), from_address: 'ex-conjoint@mechant.example' },
        })
        .execute(),
    );
    await world.store.write(SYSTEM, (tx) => reopenUnreached(tx, job.id, 'reply-returned', at(2)));
    const next = await replied(id);
    const { to_address, subject } = await world.store.read(SYSTEM, (tx) =>
      tx.selectFrom('delivery').selectAll().where('id', '=', next.id).executeTakeFirstOrThrow(),
    );
    expect(to_address).toBe(sender);
    expect(subject).not.toContain('Undelivered');
  });
});
