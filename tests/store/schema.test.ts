import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import pg from 'pg';
import { afterEach, describe, expect, test } from '@jest/globals';
import { hasCode } from '../../domain/errors.ts';
import { openPostgres, SYSTEM } from '../../store/database.ts';
import { dumpSchema } from '../../store/dump.ts';
import { migrate } from '../../store/migrate.ts';
import { ENGINES, freshStore, testServer, type FreshStore } from '../support/stores.ts';

let fresh: FreshStore | undefined;
afterEach(() => fresh?.close());

describe.each(ENGINES)('migrations on %s', (engine) => {
  test('give the reviewed schema, and the second run changes nothing', async () => {
    fresh = await freshStore(engine);
    expect(await migrate(fresh.store)).toEqual([]);
    const dump = await fresh.store.read(SYSTEM, dumpSchema);
    expect(dump).toBe(readFileSync(new URL('../schema.sql', import.meta.url), 'utf8'));
  });

  test('an applied file that was edited is refused', async () => {
    fresh = await freshStore(engine);
    await fresh.store.pool.query(`update aiguillage.migration set digest = 'other'`);
    const error = await migrate(fresh.store).catch((thrown: unknown) => thrown);
    expect(hasCode(error, 'STORE_MIGRATION')).toBe(true);
  });
});

test('an owner that is no superuser can migrate and work, or is told what to grant', async () => {
  const admin = new pg.Client({ connectionString: testServer('TEST_PG_URL') });
  await admin.connect();
  const name = `owner_${randomBytes(5).toString('hex')}`;
  const url = new URL(testServer('TEST_PG_URL'));
  url.username = name;
  url.pathname = `/${name}`;
  const store = openPostgres({ url: url.href, pool_max: 3 });
  try {
    await admin.query(`create role ${name} login nosuperuser`);
    await admin.query(`create database ${name} owner ${name}`);
    const refused = await migrate(store).catch((thrown: unknown) => thrown);
    expect(hasCode(refused, 'STORE_NO_ROLE')).toBe(true);
    expect((refused as Error).message).toContain('grant aiguillage_app, aiguillage_partner');
    await admin.query(`alter role ${name} createrole`);
    expect(await migrate(store)).toEqual(['0001_core.sql']);
    await store.write(SYSTEM, (tx) => tx.insertInto('mailbox').values({ id: 'x' }).execute());
    expect(await store.read(SYSTEM, (tx) => tx.selectFrom('mailbox').select('id').execute())).toEqual([{ id: 'x' }]);
  } finally {
    await store.close();
    await admin.query(`drop database if exists ${name} with (force)`);
    await admin.query(`drop role if exists ${name}`);
    await admin.end();
  }
});
