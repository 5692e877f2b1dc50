/**
 * The figure over 600,000 conversations (the size of the real four months) on PostgreSQL, beside a plain count of the
 * same events. Makes a database of its own on the server of DATABASE_URL or TEST_PG_URL, fills the event log by seeded
 * SQL, tells it once (what a running site does mail by mail), times the reports and drops the database.
 *   scripts/servers start; . .tmp/servers/env; node_modules/.bin/node scripts/bench/report.ts [conversations]
 */
import { SYSTEM, type Store } from '../../store/database.ts';
import { countFlow } from '../../store/flow.ts';
import { buildReport, type ReportOptions } from '../../store/report.ts';
import { tellFigure } from '../../store/figure-told.ts';
import { onScratchStore } from './scratch.ts';

const conversations = Number(process.argv[2] ?? 600_000);
if (!Number.isInteger(conversations) || conversations < 1)
  throw new Error('report: give a whole number of conversations');

const seconds = async <T>(work: () => Promise<T>): Promise<[number, T]> => {
  const from = performance.now();
  const value = await work();
  return [(performance.now() - from) / 1000, value];
};
const say = (label: string, value: string): boolean => process.stdout.write(`${label.padEnd(46)} ${value}\n`);

/** Four months, 62 motifs-by-queue pairs, one in twelve still open, one in ten handed to a pool, one in nine moved. */
const LOG = `
  create temporary table made as
    select n, ('00000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid as c,
      ('00000000-0000-7000-9000-' || lpad(to_hex(n), 12, '0'))::uuid as m,
      timestamptz '2021-09-01 00:00+02' + n * (interval '122 days' / $1) as at,
      abs(hashint4(n)) as a, abs(hashint4(n + 1000000007)) as b
    from generate_series(1, $1) n`;
const EVENTS = `
  insert into aiguillage.event (type, occurred_at, recorded_at, conversation_id, message_id, actor, data)
  select type, occurred_at, recorded_at, c, message_id, 'system', data from (
    select 1 as k, 'request.received' as type, at as occurred_at, at + interval '40 seconds' as recorded_at, c, m as message_id,
      jsonb_build_object('policy', 'courriel-48h', 'hours', 48, 'headline', 'elapsed',
        'due_elapsed_at', to_char((at + interval '48 hours') at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
        'due_working_at', to_char((at + interval '48 hours' + case when extract(isodow from at at time zone 'Europe/Paris') >= 4
          then interval '48 hours' else interval '0' end) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
        'legal_due_at', case when a % 9 = 0 then to_char((at + interval '61 days') at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') end,
        'calendar', jsonb_build_object('zone', 'Europe/Paris', 'alsace_moselle', 'none'),
        'mailbox', (array['pfs-assures', 'pfs-assures', 'pfs-assures', 'espace-echanges', 'pfs-employeurs'])[1 + a % 5],
        'motif', 'motif-' || (b % 31), 'level', case when b % 4 = 0 then 'expert' else 'n1' end,
        'queue', case when b % 4 = 0 then 'pole-' || (b % 12) else 'n1' end, 'pool', null, 'origin', 'imap') as data from made
    union all
    select 2, 'conversation.routed', at + interval '45 seconds', at + interval '45 seconds', c, m,
      jsonb_build_object('queue', case when b % 4 = 0 then 'pole-' || (b % 12) else 'n1' end, 'rule', 'r') from made
    union all
    select 3, 'overflow.handed', at + interval '2 hours', at + interval '2 hours', c, null,
      jsonb_build_object('pool', 'pool.hainaut', 'from', 'n1') from made where b % 4 <> 0 and a % 10 = 0
    union all
    select 4, 'conversation.transferred', at + interval '5 hours', at + interval '5 hours', c, null,
      jsonb_build_object('from', 'n1', 'to', 'pole-' || (a % 12), 'reason', 'expert') from made where a % 9 = 4
    union all
    select 5, 'conversation.claimed', s - interval '9 minutes', s - interval '9 minutes', c, null, jsonb_build_object('queue', 'n1')
      from (select *, at + interval '6 hours' + (b % 5400) * interval '1 minute' as s from made) x where a % 12 <> 0
    union all
    select 6, case when b % 20 = 0 then 'request.closed' else 'request.answered' end, s, s, c, null,
      case when b % 20 = 0 then jsonb_build_object('code', 'no_answer_needed', 'confirmed', true, 'message_ids', jsonb_build_array(m))
        else jsonb_build_object('reply_type', (array['definitive', 'definitive', 'definitive', 'pieces', 'renvoi-compte'])[1 + b % 5],
          'message_ids', jsonb_build_array(m)) end
      from (select *, at + interval '6 hours' + (b % 5400) * interval '1 minute' as s from made) x where a % 12 <> 0
  ) log order by occurred_at, k`;

/** Ratios say more than seconds: the machine and its neighbours are in both. */
async function time(store: Store, scan_s: number, label: string, over: Partial<ReportOptions>): Promise<number> {
  const days = { from: '2021-09-01', to: '2021-12-31', as_of: '2022-01-05T12:00:00+01:00' };
  const [took, report] = await seconds(() => buildReport(store, { ...days, ...over }));
  say(
    `report ${label}`,
    `${took.toFixed(2)} s   ${(took / scan_s).toFixed(1)} × the count   received ${report.received}`,
  );
  return took;
}

await onScratchStore(async (store, owner) => {
  const [made_s] = await seconds(async () => {
    await owner.query(LOG.replaceAll('$1', String(conversations)));
    await owner.query(EVENTS);
    await owner.query('vacuum analyze aiguillage.event');
  });
  const events = Number((await owner.query<{ n: string }>('select count(*) as n from aiguillage.event')).rows[0]!.n);
  say('events of the log', `${events} (made in ${made_s.toFixed(0)} s)`);
  const [told_s] = await seconds(() => tellFigure(store));
  await owner.query('vacuum analyze aiguillage.figure_request');
  say('telling the whole log once', `${told_s.toFixed(0)} s`);
  const [scan_s] = await seconds(() => owner.query('select count(*) from aiguillage.event'));
  say('select count(*) over the events', `${scan_s.toFixed(2)} s`);
  const took = [
    await time(store, scan_s, '', {}),
    await time(store, scan_s, '--clock working', { clock: 'working' }),
    await time(store, scan_s, '--by motif', { by: 'motif' }),
    await time(store, scan_s, '--by day', { by: 'day' }),
    await time(store, scan_s, '--known then, in October', { known: 'then', as_of: '2021-10-15T12:00:00+02:00' }),
  ];
  const months = [new Date('2021-09-01T00:00:00+02:00'), new Date('2022-01-01T00:00:00+01:00')] as const;
  const [flow_s, cells] = await seconds(() => store.read(SYSTEM, (tx) => countFlow(tx, ...months)));
  say('flow picture of the four months', `${flow_s.toFixed(2)} s   ${cells.length} cells`);
  if (Math.max(...took) > 5 || flow_s > 0.5) process.exitCode = 1;
});
