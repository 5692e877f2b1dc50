import { afterEach, describe, expect, test } from '@jest/globals';
import { use } from '../../scripts/commands/model.ts';
import { SYSTEM } from '../../store/database.ts';
import { Models } from '../../store/models.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { freshAccount, mail } from '../support/dovecot.ts';
import { putModel } from '../support/learning.ts';
import { until } from '../support/until.ts';

let running: TestApp | undefined;
afterEach(async () => {
  await running?.close();
  running = undefined;
});

describe.each(['pglite', 'redis'] as const)('the model that decides, on %s', (backing) => {
  test('each mail carries the digest of the model that was active when it was decided, roll back included', async () => {
    const account = freshAccount();
    running = await startApp(backing, {
      roles: ['ingest', 'triage', 'dispatch'],
      connections: new Map([['pfs-assures', account.connection()]]),
      deps: { model: new Models().active },
    });
    const { store } = running;
    const one = await putModel(store, 'un');
    const two = await putModel(store, 'deux', false);
    const decided = () =>
      store.read(SYSTEM, (tx) =>
        tx.selectFrom('decision').select(['model_digest', 'outcome']).orderBy('made_at').orderBy('id').execute(),
      );
    const receive = async (n: number): Promise<void> => {
      await account.append([mail({ subject: `Carte ${n}`, body: 'Bonjour, ma carte verte est perdue, que faire ?' })]);
      await until(async () => (await decided()).length === n);
    };
    const go = (digest: string) =>
      use({ store, clock: () => new Date() } as never, { digest: digest.slice(0, 16), by: 'camille' });

    await receive(1);
    await go(two);
    await receive(2);
    await go(one);
    await receive(3);
    const rows = await decided();
    expect(rows.map((row) => row.model_digest)).toEqual([one, two, one]);
    // It is that model which spoke, not only its name.
    expect(rows.map((row) => (row.outcome as { motif: string }).motif)).toEqual(Array(3).fill('carte-vitale'));
  });
});
