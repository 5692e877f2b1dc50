import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, test } from '@jest/globals';
import { hasCode } from '../../domain/errors.ts';
import { SYSTEM } from '../../store/database.ts';
import { dumpSchema } from '../../store/dump.ts';
import { migrate } from '../../store/migrate.ts';
import { ENGINES, freshStore, type FreshStore } from '../support/stores.ts';

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
