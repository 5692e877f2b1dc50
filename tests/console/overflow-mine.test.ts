import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { actorOf } from '../../store/agents.ts';
import { SYSTEM } from '../../store/database.ts';
import { newId } from '../../store/ids.ts';
import { OVERFLOW_PASS_DAYS, POOL_ANSWER_DAYS, purgeOverflow } from '../../store/purge-overflow.ts';
import { ENGINES } from '../support/stores.ts';
import { MORNING, openWorld, type Person, type World } from '../support/world.ts';

const HAINAUT = 'pool.hainaut';
const FLANDRES = 'pool.flandres';
const DAY_MS = 86_400_000;

describe.each(ENGINES)('what a partner sees of its contract, on %s', (engine) => {
  let world: World;
  let supervisor: Person;
  let hainaut: Person;
  beforeAll(async () => {
    world = await openWorld(engine);
    await world.live('pfs-assures');
    supervisor = await world.person('supervisor');
    hainaut = await world.person('partner', { pool: HAINAUT });
  });
  afterAll(() => world.close());

  const mine = async (person = hainaut) => (await person.get('/api/overflow/mine')).json();
  const hand = async (pool: string): Promise<string> => {
    const { id } = await world.conversation();
    const answer = await supervisor.post(`/api/conversations/${id}/transfer`, { queue: pool, reason: 'out_of_skill' });
    expect(answer.statusCode).toBe(200);
    return id;
  };

  test('its terms, its day, its hours; what it gives back has its place again, and so has what became urgent', async () => {
    const [back, urgent] = [await hand(HAINAUT), await hand(HAINAUT), await hand(HAINAUT), await hand(FLANDRES)];
    expect(await mine()).toEqual({
      ...{ pool: HAINAUT, label: HAINAUT, since: '2021-11-01', enabled: true, open: true },
      hours: [{ from: '2026-11-24T07:30:00.000Z', to: '2026-11-24T16:30:00.000Z' }],
      ...{ daily_quota: 100, handed_today: 3, quota_left: 97, motifs: [{ id: 'carte-vitale', label: 'carte-vitale' }] },
      ...{ reveal_nir: true, recall_hours: null, silent_hours: 4, stopped: null, waiting: 3, held: 0 },
      ...{ oldest_at: '2026-11-24T08:00:00.000Z', recalled: [], as_of: MORNING.toISOString() },
      sample: { share: 0.02, answers: 0, sampled: 0, open: 0, good: 0, to_improve: 0, wrong: 0 },
    });
    await hainaut.post(`/api/conversations/${back}/claim`);
    expect(await mine()).toMatchObject({ waiting: 2, held: 1 });
    const given = await hainaut.post(`/api/conversations/${back}/transfer`, { queue: 'n1', reason: 'hand_back' });
    expect(given.statusCode).toBe(200);
    expect(await mine()).toMatchObject({ handed_today: 2, quota_left: 98, waiting: 2, held: 0 });
    await supervisor.post(`/api/conversations/${urgent}/flags`, { flag: 'danger-vital', action: 'add' });
    expect(await mine()).toMatchObject({
      ...{ handed_today: 1, quota_left: 99, waiting: 1 },
      recalled: [{ reason: 'given-back', label: 'Rendu par l’équipe, ou repris à la main', count: 2 }],
    });
  });

  test('a stop is told without its reason or its author; what was read again is told in numbers', async () => {
    await supervisor.post(`/api/overflow/${HAINAUT}/stop`, { reason: 'quality' });
    const { id } = await world.conversation({ queue: HAINAUT });
    for (const pool of [HAINAUT, FLANDRES]) {
      const message = await world.message(id);
      await world.store.write(SYSTEM, (tx) =>
        tx
          .insertInto('pool_answer')
          .values({
            message_id: message,
            conversation_id: id,
            pool,
            answered_at: MORNING,
            sampled: true,
            verdict: 'good',
          })
          .execute(),
      );
    }
    const seen = await mine();
    expect(seen).toMatchObject({ stopped: { until: null }, sample: { answers: 1, sampled: 1, open: 0, good: 1 } });
    expect(JSON.stringify(seen)).not.toMatch(/flandres|quality|"n1"|arrivals/);
    await supervisor.post(`/api/overflow/${HAINAUT}/resume`);
  });

  test('another pool sees its own, own staff have their own view, and a pool without a contract has none', async () => {
    const flandres = await world.person('partner', { pool: FLANDRES });
    expect(await mine(flandres)).toMatchObject({ pool: FLANDRES, handed_today: 1, waiting: 1, recalled: [] });
    expect((await supervisor.get('/api/overflow/mine')).statusCode).toBe(403);
    const nobody = await world.person('partner', { pool: 'pool.ailleurs' });
    expect((await nobody.get('/api/overflow/mine')).statusCode).toBe(404);
  });

  // The second wall: what the database itself lets a partner's role read. On PGlite it is advisory (law 9).
  if (engine === 'postgres') {
    test('row security shows each table only where it is of one’s own pool, and hides the columns that are not', async () => {
      await supervisor.post(`/api/overflow/${FLANDRES}/stop`, { reason: 'quality' });
      const as = <T>(query: ReturnType<typeof sql<T>>) =>
        world.store.read(actorOf(hainaut.agent), async (tx) => (await query.execute(tx)).rows);
      expect(await as(sql`select distinct queue from aiguillage.queue_day`)).toEqual([{ queue: HAINAUT }]);
      expect(await as(sql`select pool from aiguillage.overflow_stop`)).toEqual([]);
      expect(await as(sql`select distinct pool from aiguillage.pool_answer`)).toEqual([{ pool: HAINAUT }]);
      expect(await as(sql`select distinct type, data ->> 'pool' as pool from aiguillage.event order by 1`)).toEqual([
        { type: 'overflow.handed', pool: HAINAUT },
        { type: 'overflow.recalled', pool: HAINAUT },
      ]);
      for (const hidden of [
        sql`select arrivals from aiguillage.queue_day`,
        sql`select reason from aiguillage.overflow_stop`,
        sql`select read_by from aiguillage.pool_answer`,
        sql`select actor from aiguillage.event`,
        sql`select conversation_id from aiguillage.event`,
        sql`select 1 from aiguillage.overflow_pass`,
        sql`select 1 from aiguillage.wave`,
        sql`select 1 from aiguillage.wave_member`,
        sql`select 1 from aiguillage.group_reply_item`,
      ])
        await expect(as(hidden)).rejects.toMatchObject({ code: '42501' });
      const write = (query: ReturnType<typeof sql>) =>
        world.store.write(actorOf(hainaut.agent), (tx) => query.execute(tx));
      await expect(write(sql`update aiguillage.queue_day set handed = 0`)).rejects.toMatchObject({ code: '42501' });
    });
  }

  test('passes and noted answers go when their time is over, piece by piece; what is younger stays', async () => {
    const { id } = await world.conversation({ queue: HAINAUT });
    const ago = (days: number): Date => new Date(MORNING.getTime() - days * DAY_MS);
    for (const days of [1, OVERFLOW_PASS_DAYS - 1, OVERFLOW_PASS_DAYS + 1, 500]) {
      await world.store.write(SYSTEM, (tx) =>
        tx
          .insertInto('overflow_pass')
          .values({
            ...{ id: newId(), at: ago(days), kind: 'recall', queue: 'purge', rulebook_digest: 'x', engine: '3' },
            ...{ given: '{}', moved: '{}' },
          })
          .execute(),
      );
    }
    for (const days of [POOL_ANSWER_DAYS - 1, POOL_ANSWER_DAYS + 1]) {
      const message_id = await world.message(id);
      await world.store.write(SYSTEM, (tx) =>
        tx
          .insertInto('pool_answer')
          .values({ message_id, conversation_id: id, pool: 'purge', answered_at: ago(days), sampled: false })
          .execute(),
      );
    }
    const purge = (limit?: number) => world.store.write(SYSTEM, (tx) => purgeOverflow(tx, MORNING, limit));
    expect(await purge(1)).toEqual({ passes: 1, answers: 1 });
    expect(await purge()).toEqual({ passes: 1, answers: 0 });
    expect(await purge()).toEqual({ passes: 0, answers: 0 });
    const left = await world.store.read(SYSTEM, async (tx) => ({
      passes: await tx.selectFrom('overflow_pass').select('at').where('queue', '=', 'purge').orderBy('at').execute(),
      answers: await tx.selectFrom('pool_answer').select('answered_at').where('pool', '=', 'purge').execute(),
    }));
    expect(left.passes.map(({ at }) => at)).toEqual([ago(OVERFLOW_PASS_DAYS - 1), ago(1)]);
    expect(left.answers.map(({ answered_at }) => answered_at)).toEqual([ago(POOL_ANSWER_DAYS - 1)]);
  });
});
