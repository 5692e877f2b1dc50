import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { hasCode } from '../../domain/errors.ts';
import { SYSTEM } from '../../store/database.ts';
import { PglitePool } from '../../store/pglite.ts';
import { freshPglite, type FreshStore } from '../support/stores.ts';

let fresh: FreshStore;
beforeAll(async () => {
  fresh = await freshPglite();
});
afterAll(() => fresh.close());

describe('PGlite behind the shape of a pg.Pool', () => {
  test('a statement of another caller waits for the end of a transaction and is not rolled back with it', async () => {
    const { store } = fresh;
    let inside!: () => void;
    const began = new Promise<void>((resolve) => (inside = resolve));
    let finish!: () => void;
    const may_end = new Promise<void>((resolve) => (finish = resolve));
    const failed = store.write(SYSTEM, async (tx) => {
      await tx.insertInto('mailbox').values({ id: 'rolled-back' }).execute();
      inside();
      await may_end;
      throw new Error('wanted');
    });
    await began;
    const other = store.write(SYSTEM, (tx) => tx.insertInto('mailbox').values({ id: 'kept' }).execute());
    finish();
    await expect(failed).rejects.toThrow('wanted');
    await other;
    const rows = await store.read(SYSTEM, (tx) => tx.selectFrom('mailbox').select('id').execute());
    expect(rows.map((row) => row.id)).toEqual(['kept']);
  });

  test('asking for the store from inside one of its transactions fails with a code instead of hanging', async () => {
    const pglite = (fresh.store.pool as PglitePool).pglite;
    const pool = new PglitePool(pglite, { lock_timeout_ms: 50 });
    const client = await pool.connect();
    await client.query('begin');
    const error = await pool.query('select 1').catch((thrown: unknown) => thrown);
    await client.query('rollback');
    expect(hasCode(error, 'STORE_LOCK_TIMEOUT')).toBe(true);
    // The one that gave up did not block the line behind it.
    await expect(pool.query('select 1 as one')).resolves.toMatchObject({ rows: [{ one: 1 }] });
  });

  test('a notification reaches a client that listens while others work', async () => {
    const pool = fresh.store.pool as PglitePool;
    const listener = await pool.connect();
    const heard = new Promise<string>((resolve) => {
      listener.on('notification', (message: { payload: string }) => resolve(message.payload));
    });
    // As BullMQ writes it; not seen as LISTEN, the wake-up of a worker would come five seconds late.
    await listener.query('-- wake me\nLISTEN "aiguillage_test";\n');
    await pool.query(`select pg_notify('aiguillage_test', 'arrived')`);
    await expect(heard).resolves.toBe('arrived');
    listener.release();
  });

  test('a failed statement leaves the next transaction usable', async () => {
    const { store } = fresh;
    await expect(store.write(SYSTEM, (tx) => sql`select no_such_column`.execute(tx))).rejects.toThrow();
    await expect(store.read(SYSTEM, (tx) => sql`select 1`.execute(tx))).resolves.toBeDefined();
  });
});
