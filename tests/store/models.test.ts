import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { hasCode } from '../../domain/errors.ts';
import { SYSTEM, type Actor, type Tx } from '../../store/database.ts';
import { newId } from '../../store/ids.ts';
import {
  activateModel,
  activeModel,
  activeModelDigest,
  findModel,
  listModels,
  Models,
  recordFigures,
  saveModel,
} from '../../store/models.ts';
import { putModel, smallModel } from '../support/learning.ts';
import { ENGINES, freshStore, type FreshStore } from '../support/stores.ts';

describe.each(ENGINES)('models on %s', (engine) => {
  let fresh: FreshStore;
  beforeAll(async () => {
    fresh = await freshStore(engine);
  });
  afterAll(() => fresh.close());
  const read = <T>(fn: (tx: Tx) => Promise<T>) => fresh.store.read(SYSTEM, fn);
  const failure = (promise: Promise<unknown>): Promise<unknown> => promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  ); // prettier-ignore
  let one = '';
  let two = '';

  test('an empty database has no active model and says so with a code', async () => {
    expect(await read(activeModelDigest)).toBeUndefined();
    expect(hasCode(await failure(read(new Models().active)), 'MODEL_UNKNOWN')).toBe(true);
  });

  test('the active model is the one every later transaction decides by, loaded once a process', async () => {
    const models = new Models();
    one = await putModel(fresh.store, 'un');
    expect((await read(models.active)).digest).toBe(one);
    two = await putModel(fresh.store, 'deux');
    expect((await read(models.active)).digest).toBe(two);
    expect(await read(models.active)).toBe(await read(models.active));
  });

  test('a change that is rolled back changes nothing', async () => {
    const failed = fresh.store.write(SYSTEM, async (tx) => {
      await activateModel(tx, SYSTEM, one, new Date());
      throw new Error('wanted');
    });
    await expect(failed).rejects.toThrow('wanted');
    expect(await read(activeModelDigest)).toBe(two);
  });

  test('going back is one pointer, with a revision, a name and an audit row', async () => {
    const { rev } = (await read(activeModel))!;
    await fresh.store.write(SYSTEM, (tx) => activateModel(tx, SYSTEM, one, new Date(), 'command:camille'));
    expect(await read(activeModel)).toMatchObject({ digest: one, rev: rev + 1, activated_by: 'command:camille' });
    const rows = await read((tx) =>
      tx
        .selectFrom('audit')
        .select(['subject', 'data'])
        .where('action', '=', 'model.activated')
        .orderBy('seq')
        .execute(),
    );
    expect(rows.at(-1)).toEqual({ subject: one, data: { from: two, by: 'command:camille' } });
  });

  test('bytes this program cannot read never become active, and are named when they are', async () => {
    const digest = 'f'.repeat(64);
    await fresh.store.write(SYSTEM, (tx) =>
      saveModel(
        tx,
        { digest, bytes: Buffer.from('format of tomorrow'), corpus_digest: 'x', corrections: 0, figures: null },
        'test',
        new Date(),
      ),
    );
    const refused = await failure(fresh.store.write(SYSTEM, (tx) => activateModel(tx, SYSTEM, digest, new Date())));
    expect(hasCode(refused, 'MODEL_UNREADABLE')).toBe(true);
    const wrong = await failure(
      fresh.store.write(SYSTEM, async (tx) => {
        await saveModel(tx, { ...smallModel('trois'), digest: 'e'.repeat(64), corpus_digest: 'x', corrections: 0, figures: null }, 'test', new Date());
        await activateModel(tx, SYSTEM, 'e'.repeat(64), new Date());
      }),
    ); // prettier-ignore
    expect(hasCode(wrong, 'MODEL_UNREADABLE')).toBe(true);
    expect(await read(activeModelDigest)).toBe(one);
  });

  test('a unique beginning names a model; a shared, unknown or strange one is refused with a code', async () => {
    expect(await read((tx) => findModel(tx, ` ${one.slice(0, 10).toUpperCase()} `))).toBe(one);
    const twin = `${one.slice(0, 20)}${'0'.repeat(44)}`;
    await fresh.store.write(SYSTEM, (tx) =>
      saveModel(tx, { ...smallModel('un'), digest: twin, corpus_digest: 'x', corrections: 0, figures: null }, 'test', new Date()),
    ); // prettier-ignore
    const several = await failure(read((tx) => findModel(tx, one.slice(0, 10))));
    expect(hasCode(several, 'MODEL_UNKNOWN') && several.message).toContain('Several begin with');
    expect(hasCode(await failure(read((tx) => findModel(tx, '0'.repeat(64)))), 'MODEL_UNKNOWN')).toBe(true);
    for (const strange of ['', 'abc', 'zzzzzz', '%%%%', "a' or 1=1 --"])
      expect(hasCode(await failure(read((tx) => findModel(tx, strange))), 'BAD_INPUT')).toBe(true);
  });

  test('the same bytes again change nothing; later figures replace older ones', async () => {
    await fresh.store.write(SYSTEM, (tx) => recordFigures(tx, one, { accuracy: 0.5 }));
    await putModel(fresh.store, 'un', false);
    const rows = await read(listModels);
    expect(rows.filter((row) => row.digest === one)).toMatchObject([
      { figures: { accuracy: 0.5 }, created_by: 'test' },
    ]);
    expect(rows[0]).not.toHaveProperty('bytes');
  });

  if (engine === 'postgres') {
    test('the application cannot alter what was kept, and a partner does not see it', async () => {
      const alter = fresh.store.write(SYSTEM, (tx) => sql`update aiguillage.model set created_by = 'me'`.execute(tx));
      await expect(alter).rejects.toThrow(/permission denied/);
      await expect(fresh.store.write(SYSTEM, (tx) => sql`delete from aiguillage.model`.execute(tx))).rejects.toThrow(
        /permission denied/,
      );
      const partner: Actor = { kind: 'agent', id: newId(), role: 'partner', pool: 'pool.hainaut' };
      await expect(fresh.store.read(partner, listModels)).rejects.toThrow(/permission denied/);
    });
  }
});
