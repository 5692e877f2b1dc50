import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { hasCode } from '../../domain/errors.ts';
import { reportCsv } from '../../domain/report-csv.ts';
import { buildReport, type Report, type ReportOptions } from '../../store/report.ts';
import { ENGINES, freshStore, type Engine, type FreshStore } from '../support/stores.ts';
import { importHistory } from '../support/history.ts';

/** The days and the date of the hand computation, tests/fixtures/history/automne-2026.md. */
const AUTUMN = { from: '2026-10-23', to: '2026-11-11', as_of: '2026-11-13T12:00:00+01:00' } as const;
const RECORDED_AT = new Date('2026-12-01T09:00:00Z');

/** Common to both clocks, as counted by hand. */
const BY_HAND = {
  received: 22,
  handled: 16,
  answered: 12,
  no_answer_needed: 1,
  call_conclusive: 1,
  answered_with_other: 1,
  redirected: 1,
  closed_without_answer: 2,
};

const open = {} as Record<Engine, FreshStore>;
beforeAll(async () => {
  for (const engine of ENGINES) {
    open[engine] = await freshStore(engine);
    await importHistory(open[engine].store, 'automne-2026', RECORDED_AT);
  }
});
afterAll(async () => {
  for (const engine of ENGINES) await open[engine].close();
});

describe.each(ENGINES)('the figure of an imported autumn, on %s', (engine) => {
  const report = (over: Partial<ReportOptions> = {}, now?: Date): Promise<Report> =>
    buildReport(open[engine].store, { ...AUTUMN, ...over }, now);

  test('is the one worked out by hand, by the hour', async () => {
    expect(await report({ clock: 'elapsed' })).toEqual({
      as_of: '2026-11-13T11:00:00.000Z',
      from: '2026-10-23',
      to: '2026-11-11',
      clock: 'elapsed',
      known: 'now',
      ...BY_HAND,
      answered_in_time: 7,
      share: 7 / 19,
      replied_in_time: 4,
      replied_share: 4 / 19,
      median_hours: 48,
      p90_hours: 95,
      // The oldest open one came on Wednesday 4 November at 09:00.
      oldest_open_hours: 219,
      open_late: 2,
      open_not_due: 2,
      handled_late: 8,
      // Nobody opened one of the six that were never answered.
      never_read: 6,
      transferred: 0,
      handed: 0,
      recalled: 0,
      // A, B, C, D, E1, E2, F, G, H, J and L1 were over by 6 November 12:00; L wrote again three days after its answer.
      repeat_base: 11,
      repeated_7d: 1,
      repeat_share: 1 / 11,
      pieces: 1,
      pieces_in_time: 1,
      pieces_repeat_base: 1,
      pieces_repeated_7d: 1,
      account: 1,
      account_in_time: 0,
      account_repeat_base: 1,
      account_repeated_7d: 0,
      legal: 0,
      legal_running: 0,
      legal_passed: 0,
    });
  });

  test('is the one worked out by hand, by working days', async () => {
    expect(await report({ clock: 'working' })).toMatchObject({
      ...BY_HAND,
      clock: 'working',
      answered_in_time: 13,
      share: 13 / 18,
      replied_in_time: 10,
      replied_share: 10 / 18,
      median_hours: 33,
      p90_hours: 48,
      open_late: 1,
      open_not_due: 3,
    });
  });

  test('is the one worked out by hand, by motif', async () => {
    const { groups } = await report({ by: 'motif' });
    expect(
      groups?.map(({ key, received, answered_in_time, share }) => [key, received, answered_in_time, share]),
    ).toEqual([
      ['attestation-document', 11, 2, 2 / 9],
      ['carte-vitale', 9, 4, 4 / 9],
      ['hors-competence', 1, 0, null],
      ['sans-suite', 1, 1, 1],
    ]);
  });

  test('knows nothing of a history before it was brought in', async () => {
    expect(await report({ known: 'then' })).toMatchObject({ received: 0, share: null });
    const after = '2026-12-01T09:00:00Z';
    expect(await report({ known: 'then', as_of: after })).toEqual({
      ...(await report({ as_of: after })),
      known: 'then',
    });
  });

  test('takes now when no date is given, and the whole day when a day is given', async () => {
    const now = new Date(AUTUMN.as_of);
    expect(await buildReport(open[engine].store, { from: AUTUMN.from, to: AUTUMN.to }, now)).toEqual(await report());
    expect((await report({ as_of: '2026-10-25' })).as_of).toBe('2026-10-25T22:59:59.999Z');
  });

  test.each([{ from: '2026-10-32' }, { to: '2026-10-01' }, { as_of: 'hier' }])('refuses %j', async (over) => {
    const error = await report(over).catch((thrown: unknown) => thrown);
    expect(hasCode(error, 'BAD_INPUT')).toBe(true);
  });
});

test('both engines give the same JSON, and so do servers in Los Angeles and Tokyo', async () => {
  const options: ReportOptions[] = [
    { ...AUTUMN, clock: 'elapsed', by: 'motif' },
    { ...AUTUMN, clock: 'working', by: 'queue' },
    { ...AUTUMN, clock: 'working', by: 'pool', known: 'then', as_of: '2026-12-02' },
    { from: '2026-10-25', to: '2026-10-25', as_of: '2026-10-27', by: 'mailbox' },
    { ...AUTUMN, clock: 'elapsed', by: 'day' },
  ];
  const reports = async (engine: Engine): Promise<Report[]> => {
    const list = [];
    for (const option of options) list.push(await buildReport(open[engine].store, option));
    return list;
  };
  const expected = await reports('postgres');
  expect(JSON.stringify(await reports('pglite'))).toBe(JSON.stringify(expected));
  expect(expected[3]).toMatchObject({ received: 2 });

  const admin = new pg.Client({ connectionString: open.postgres.url });
  await admin.connect();
  try {
    const child = fileURLToPath(new URL('../support/report-child.ts', import.meta.url));
    const args = [child, open.postgres.url, JSON.stringify(options)];
    for (const zone of ['America/Los_Angeles', 'Asia/Tokyo']) {
      await admin.query(`alter database ${admin.database} set timezone to '${zone}'`);
      // Told there too, not only counted.
      await admin.query('delete from aiguillage.figure_request');
      await admin.query(
        'insert into aiguillage.figure_dirty (life) select distinct conversation_id from aiguillage.event',
      );
      const env = { ...process.env, TZ: zone };
      const { stdout } = await promisify(execFile)(process.execPath, args, { env, timeout: 20_000 });
      const there = JSON.parse(stdout) as { zone: string; reports: unknown };
      expect(there.zone).toBe(zone);
      expect(JSON.stringify(there.reports)).toBe(JSON.stringify(expected));
    }
  } finally {
    await admin.query(`alter database ${admin.database} reset timezone`);
    await admin.end();
  }
});

describe('CSV', () => {
  test('one line a group and one for the whole, as a French spreadsheet opens it', async () => {
    const csv = reportCsv(await buildReport(open.postgres.store, { ...AUTUMN, by: 'motif' }));
    const lines = csv.split('\r\n');
    expect(lines[0]).toMatch(/^\uFEFFas_of;from;to;clock;known;by;group;received;handled;answered;answered_in_time;/);
    expect(lines.slice(1).map((line) => line.split(';').slice(5, 13).join(';'))).toEqual([
      'motif;attestation-document;11;5;4;2;3;0,2222222222222222',
      'motif;carte-vitale;9;9;8;4;5;0,4444444444444444',
      'motif;hors-competence;1;1;0;0;0;',
      'motif;sans-suite;1;1;0;1;0;1',
      'motif;*;22;16;12;7;8;0,3684210526315789',
      '',
    ]);
  });

  test.each([
    ['=cmd|calc', `;motif;'=cmd|calc;`],
    ['+33', `;motif;'+33;`],
    ['-1', `;motif;'-1;`],
    ['@SUM(A1)', `;motif;'@SUM(A1);`],
    ['a;b', ';motif;"a;b";'],
    ['\t=1', `;motif;'\t=1;`],
  ])('the motif %j cannot run as a formula nor break a line', async (key, cells) => {
    const report = await buildReport(open.postgres.store, { ...AUTUMN, by: 'motif' });
    const hostile = { ...report, groups: report.groups!.map((group) => ({ ...group, key })) };
    expect(reportCsv(hostile)).toContain(cells);
  });
});
