import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { AGAIN_MAX, openPostgres, SYSTEM, type Store, type Tx } from '../../store/database.ts';
import { appendAudit } from '../../store/events.ts';
import { freshPostgres, type FreshStore } from '../support/stores.ts';

/** A write that lost against another one is run again: everything it did was inside its transaction. */
describe('writes on PostgreSQL', () => {
  let fresh: FreshStore;
  let store: Store;
  let pauses = 0;
  let meanwhile: Promise<unknown> | undefined;
  const NOW = new Date('2026-11-24T09:00:00.000Z');
  beforeAll(async () => {
    fresh = await freshPostgres();
    store = openPostgres({ url: fresh.url, pause });
    await store.write(SYSTEM, (tx) =>
      tx
        .insertInto('mailbox')
        .values(['one', 'two'].map((id) => ({ id, mode: 'live' as const })))
        .execute(),
    );
  });
  const pause = async (): Promise<void> => {
    pauses += 1;
    await meanwhile;
  };
  afterAll(async () => {
    await store.close();
    await fresh.close();
  });

  const lock = (tx: Tx, id: string): Promise<unknown> =>
    tx.selectFrom('mailbox').select('id').where('id', '=', id).forUpdate().execute();
  const written = async (action: string): Promise<string[]> =>
    (
      await store.read(SYSTEM, (tx) => tx.selectFrom('audit').select('subject').where('action', '=', action).execute())
    ).map(({ subject }) => subject);
  const fails = (tx: Tx, code: string): Promise<unknown> =>
    sql`do ${sql.raw(`$$ begin raise exception 'no' using errcode = '${code}'; end $$`)}`.execute(tx);

  test('two that lock the same rows in opposite order both commit, each once', async () => {
    const signals = ['one', 'two'].map(() => {
      let ring!: () => void;
      return { rung: new Promise<void>((resolve) => (ring = resolve)), ring: () => ring() };
    });
    let runs = 0;
    const both = (['one', 'two'] as const).map((mine, i) =>
      store.write(SYSTEM, async (tx) => {
        runs += 1;
        await appendAudit(tx, SYSTEM, NOW, 'crossed', mine);
        await lock(tx, mine);
        signals[i]!.ring();
        // The other holds its own row from here on: the next lock closes the circle.
        await signals[1 - i]!.rung;
        await lock(tx, mine === 'one' ? 'two' : 'one');
        return mine;
      }),
    );
    // Instead of a while: until the other has committed.
    meanwhile = Promise.any(both);
    expect(await Promise.all(both)).toEqual(['one', 'two']);
    expect(runs).toBe(3);
    expect((await written('crossed')).sort()).toEqual(['one', 'two']);
  });

  test.each(['40001', '40P01'])('after %s a few times more and no longer', async (code) => {
    pauses = 0;
    let runs = 0;
    const lost = store.write(SYSTEM, async (tx) => {
      runs += 1;
      await appendAudit(tx, SYSTEM, NOW, code, 'x');
      await fails(tx, code);
    });
    await expect(lost).rejects.toMatchObject({ code });
    expect([runs, pauses]).toEqual([1 + AGAIN_MAX, AGAIN_MAX]);
    expect(await written(code)).toEqual([]);
  });

  test('any other error is the caller’s at once', async () => {
    let runs = 0;
    const refused = store.write(SYSTEM, async (tx) => {
      runs += 1;
      await fails(tx, '23505');
    });
    await expect(refused).rejects.toMatchObject({ code: '23505' });
    expect(runs).toBe(1);
  });
});
