import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import { importCommand } from '../../scripts/commands/import.ts';
import { report } from '../../scripts/commands/report.ts';
import type { CommandContext } from '../../scripts/commands/context.ts';
import { SYSTEM } from '../../store/database.ts';
import { Models } from '../../store/models.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { quiet } from '../support/quiet.ts';
import { until } from '../support/until.ts';

let app: TestApp | undefined;
let folder: string | undefined;
afterEach(async () => {
  await app?.close();
  if (folder !== undefined) await rm(folder, { recursive: true, force: true });
});

/**
 * Five requests brought in from another tool, their share worked out by hand. Friday 23 October 2026, 10:00 in Paris, is
 * before the clocks go back (Sunday 25); Wednesday 11 November is a holiday.
 */
const HISTORY = `received_at;from;subject;body;answered_at
2026-10-23T10:00:00+02:00;a@assures.example;un;Ma carte;2026-10-25T09:30:00+01:00
2026-10-23T10:00:00+02:00;b@assures.example;deux;Ma carte;2026-10-27T09:59:00+01:00
2026-11-10T15:00:00+01:00;c@assures.example;trois;Ma carte;2026-11-13T14:00:00+01:00
2026-11-10T15:00:00+01:00;d@assures.example;quatre;Ma carte;
2026-11-12T09:00:00+01:00;e@assures.example;cinq;Ma carte;2026-11-12T17:00:00+01:00
`;
// elapsed: a is due Sunday 25 at 09:00 winter time (48 real hours): answered 09:30, late. b late. c is due Thursday 12 at
//   15:00: late. d never answered, late. e in time. 1 of 5.
// working: a and b are due Tuesday 27 at 10:00: both in time. c is due Friday 13 at 15:00 (the 11th does not count): in
//   time. d late. e in time. 4 of 5.
test.each([
  ['elapsed', 0.2],
  ['working', 0.8],
])(
  'an imported history gives the share of the %s clock worked out by hand',
  async (clock, share) => {
    app = await startApp('pglite', { roles: ['triage', 'dispatch', 'sweep'] });
    const context: CommandContext = {
      store: app.store,
      queues: app.queues,
      rulebook: () => Promise.resolve(app!.book),
      model: new Models().active,
      connections: new Map(),
      clock: () => new Date('2026-11-22T09:00:00Z'),
      log: quiet,
    };
    folder = await mkdtemp(path.join(tmpdir(), 'aig-'));
    const file = path.join(folder, 'historique.csv');
    await writeFile(file, HISTORY);
    const imported = await importCommand(context, { mailbox: 'pfs-assures', path: file, json: true });
    expect(JSON.parse(imported.stdout)).toMatchObject({ read: 5, imported: 5 });
    await until(async () => {
      const rows = await app!.store.read(SYSTEM, (tx) => tx.selectFrom('message').select('status').execute());
      return rows.length === 5 && rows.every((row) => row.status === 'dispatched');
    });
    const { stdout } = await report(context, { from: '2026-10-01', to: '2026-11-15', clock, json: true });
    expect(JSON.parse(stdout)).toMatchObject({ received: 5, answered: 4, share, open_late: 1 });
    // Nobody is acknowledged for the past.
    expect(await app.store.read(SYSTEM, (tx) => tx.selectFrom('delivery').selectAll().execute())).toEqual([]);
  },
  60_000,
);
