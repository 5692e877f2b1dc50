import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { use } from '../../scripts/commands/model.ts';
import { followShipped, seedModel } from '../../scripts/seed-model.ts';
import { SYSTEM } from '../../store/database.ts';
import { activeModel, listModels, Models } from '../../store/models.ts';
import { putModel, smallModel } from '../support/learning.ts';
import { quiet } from '../support/quiet.ts';
import { freshPglite, type FreshStore } from '../support/stores.ts';

describe('the model that comes with the program', () => {
  let dir: string;
  let shipped: URL;
  let next: URL;
  beforeAll(async () => {
    dir = await mkdtemp(path.join(tmpdir(), 'aig-model-'));
    for (const name of ['shipped', 'next']) await writeFile(path.join(dir, name), smallModel(name).bytes);
    shipped = pathToFileURL(path.join(dir, 'shipped'));
    next = pathToFileURL(path.join(dir, 'next'));
  });
  afterAll(() => rm(dir, { recursive: true, force: true }));
  let fresh: FreshStore;
  beforeEach(async () => {
    fresh = await freshPglite();
  });
  afterEach(() => fresh.close());
  const active = () => fresh.store.read(SYSTEM, activeModel);
  const kept = async () => (await fresh.store.read(SYSTEM, listModels)).map((model) => model.digest);
  const follow = (autoapply: boolean, file = next) => followShipped(fresh.store, new Models(), autoapply, quiet, file);

  test('is the first model of an empty database, and of no other', async () => {
    await seedModel(fresh.store, quiet, shipped);
    expect(await active()).toMatchObject({ digest: smallModel('shipped').digest, activated_by: 'shipped', rev: 1 });
    await seedModel(fresh.store, quiet, next);
    expect(await active()).toMatchObject({ digest: smallModel('shipped').digest });
  });

  test('a newer one takes over only where the site takes what is deployed; else it waits to be used', async () => {
    await seedModel(fresh.store, quiet, shipped);
    await follow(false);
    expect(await active()).toMatchObject({ digest: smallModel('shipped').digest });
    expect(await kept()).toContain(smallModel('next').digest);
    await follow(true);
    expect(await active()).toMatchObject({ digest: smallModel('next').digest, activated_by: 'shipped' });
  });

  test('never takes the place of a model that somebody chose', async () => {
    await seedModel(fresh.store, quiet, shipped);
    const chosen = await putModel(fresh.store, 'choisi', false);
    await use({ store: fresh.store, clock: () => new Date() } as never, { digest: chosen, by: 'camille' });
    await follow(true);
    expect(await active()).toMatchObject({ digest: chosen, activated_by: 'command:camille' });
  });

  test('takes over from one that this program cannot read: mail does not wait for a training', async () => {
    await seedModel(fresh.store, quiet, shipped);
    await fresh.store.pool.query(`update aiguillage.model set bytes = 'old format'::bytea`);
    await follow(false);
    expect(await active()).toMatchObject({ digest: smallModel('next').digest });
    expect(await fresh.store.read(SYSTEM, (tx) => sql`select 1 from aiguillage.audit where action = 'model.activated'`.execute(tx)))
      .toMatchObject({ rows: [{}, {}] });
  }); // prettier-ignore
});
